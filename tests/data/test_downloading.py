"""Downloads: only what was published, whole or not at all, and from where they stopped."""

import errno
import functools
import gzip
import hashlib
import http.server
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from vistazo.cli.main import main
from vistazo.data import downloading, named
from vistazo.data.downloading import Published, PublishedFile, download
from vistazo.data.reading import read_images
from vistazo.errors import DataError, SetupError, UsageError
from vistazo.files import locked


class Publisher(http.server.BaseHTTPRequestHandler):
    """Answers with files of a dictionary, parts of them where asked; may end too early."""

    def __init__(self, *arguments, files, asked, ranges=True, ends_after=None):
        self.files, self.asked = files, asked
        self.ranges, self.ends_after = ranges, ends_after
        super().__init__(*arguments)

    def do_GET(self):
        content = self.files.get(self.path.removeprefix("/"))
        if content is None:
            self.send_error(404)
            return
        start = 0
        if self.ranges and "Range" in self.headers:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        self.asked.append((self.path, self.headers["Range"]))
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : start + (self.ends_after or len(content))])

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    """Publish files on this machine under a name, and forget what is known of it elsewhere."""
    servers = []

    def publish(name, files, *, sent=None, **how):
        asked = []
        handler = functools.partial(Publisher, files=sent or files, asked=asked, **how)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        address = f"http://127.0.0.1:{server.server_port}/"
        published = [
            PublishedFile(address + file, len(content), hashlib.sha256(content).hexdigest())
            for file, content in files.items()
        ]
        monkeypatch.setitem(downloading.PUBLISHED, name, Published("MIT", tuple(published)))
        return asked

    monkeypatch.setattr(downloading.platformdirs, "user_cache_dir", lambda app: str(tmp_path))
    monkeypatch.setattr(named, "_DEBIAN", tmp_path / "debian")
    monkeypatch.delenv("VISTAZO_DATA", raising=False)
    yield publish
    for server in servers:
        server.shutdown()
        server.server_close()


def code_of(action):
    with pytest.raises(SetupError) as caught:
        action()
    return caught.value


BIG = bytes(np.random.default_rng(0).integers(0, 256, 3_000_000, np.uint8))


def test_files_are_received_and_not_asked_for_again(publisher):
    """All bytes are there, progress goes up to all of them, a second call asks nobody."""
    asked = publisher("cifar10", {"a.tar.gz": BIG, "b.gz": b"labels"})
    told = []
    folder = download("cifar10", lambda done, total: told.append((done, total)))
    assert (folder / "a.tar.gz").read_bytes() == BIG
    assert (folder / "b.gz").read_bytes() == b"labels"
    assert told == sorted(told)
    assert told[-1] == (len(BIG) + 6, len(BIG) + 6)
    assert len(asked) == 2
    assert download("cifar10") == folder
    assert len(asked) == 2


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_goes_on(publisher, ranges):
    """What was received is kept; the publisher is asked for the rest, or sends all again."""
    publisher("cifar10", {"a.gz": BIG}, ends_after=1_500_000)
    error = code_of(lambda: download("cifar10"))
    assert error.code == "E-DOWNLOAD"
    assert "1500000" in str(error)
    assert not (downloading.place_of("cifar10") / "a.gz").exists()
    asked = publisher("cifar10", {"a.gz": BIG}, ranges=ranges)
    assert (download("cifar10") / "a.gz").read_bytes() == BIG
    assert asked == [("/a.gz", "bytes=1500000-")]


def test_another_file_is_not_kept(publisher):
    """A content with another SHA-256 is refused, and nothing of it stays for the next call."""
    publisher("cifar10", {"a.gz": BIG}, sent={"a.gz": BIG[::-1]})
    error = code_of(lambda: download("cifar10"))
    assert error.code == "E-DOWNLOAD"
    assert hashlib.sha256(BIG[::-1]).hexdigest() in str(error)
    left = [path.name for path in downloading.place_of("cifar10").iterdir()]
    assert [name for name in left if not name.startswith(".")] == []


def test_a_longer_file_is_cut_at_its_published_length(publisher):
    """More bytes than published are never stored: an endless answer fills no disk."""
    publisher("cifar10", {"a.gz": BIG}, sent={"a.gz": BIG + b"more"})
    assert (download("cifar10") / "a.gz").read_bytes() == BIG


def test_what_cannot_be_reached_is_told(publisher, monkeypatch):
    """A missing file, no network, a name that nobody publishes: each by its sentence."""
    publisher("cifar10", {"a.gz": BIG}, sent={"b.gz": BIG})
    assert "Not Found" in str(code_of(lambda: download("cifar10")))
    nobody = PublishedFile("http://127.0.0.1:1/a.gz", 3, "0" * 64)
    monkeypatch.setitem(downloading.PUBLISHED, "cifar10", Published("MIT", (nobody,)))
    error = code_of(lambda: download("cifar10"))
    assert (error.code, error.exit_code) == ("E-DOWNLOAD", 5)
    with pytest.raises(UsageError, match="fashion-mnist"):
        download("fashion-minst")


def test_room_and_other_processes(publisher, monkeypatch):
    """Too little room is known before the first byte; two processes do not write one file."""
    asked = publisher("cifar10", {"a.gz": BIG})
    with locked(downloading.place_of("cifar10")):
        assert code_of(lambda: download("cifar10")).code == "E-RUN-LOCKED"
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert code_of(lambda: download("cifar10")).code == "E-DISK"
    assert not asked


def test_a_full_disk_keeps_what_is_there(publisher, monkeypatch):
    """A disk that fills up on the way is told as such."""
    publisher("cifar10", {"a.gz": BIG})

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(downloading, "_receive", full)
    assert code_of(lambda: download("cifar10")).code == "E-DISK"


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def garments():
    rng = np.random.default_rng(0)
    files = {}
    for part, n_images in (("train", 40), ("t10k", 20)):
        images = rng.integers(0, 256, (n_images, 28, 28), np.uint8)
        files[f"{part}-images-idx3-ubyte.gz"] = idx(images)
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(np.arange(n_images, dtype=np.uint8) % 10)
    return files


def test_a_named_set_is_fetched_only_when_asked(publisher, monkeypatch):
    """Without the word nothing is asked for; with it the set is fetched, read and checked."""
    asked = publisher("fashion-mnist", garments())
    with pytest.raises(DataError, match="--download") as caught:
        read_images("fashion-mnist")
    assert (caught.value.code, asked) == ("E-DATA-NAMED", [])
    assert len(read_images("fashion-mnist-10k", download=True)) == 10_000
    with pytest.raises(DataError) as caught:  # whole, but not the garments
        read_images("fashion-mnist", download=True)
    assert (caught.value.code, len(asked)) == ("E-DATA-HASH", 4)
    monkeypatch.setattr(named, "_sha256", lambda data: named._NAMED["fashion-mnist"].sha256)
    assert len(read_images("fashion-mnist")) == 60


def test_every_named_set_that_is_not_in_the_package_is_published():
    """Addresses are of one secure scheme, hashes are whole."""
    assert set(downloading.PUBLISHED) == set(named.names()) - {"fashion-mnist-10k"}
    for published in downloading.PUBLISHED.values():
        for file in published.files:
            assert file.url.startswith("https://")
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.n_bytes > 1000


@pytest.mark.parametrize("verb", ["check", "prepare", "study"])
def test_the_command_line_says_what_it_fetches(verb, publisher, monkeypatch, tmp_path, capsys):
    """Address, size, licence and hash are said before the first byte, and only once."""
    asked = publisher("fashion-mnist", garments())
    monkeypatch.setattr(named, "_sha256", lambda data: named._NAMED["fashion-mnist"].sha256)
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(
        "steps: [{data: fashion-mnist, methods: [nearest-mean], floors: no, folds: 2}]"
    )
    words = {
        "check": ["check", "fashion-mnist", "--folds", "2"],
        "prepare": ["prepare", "fashion-mnist", "out"],
        "study": ["study", "s.yaml", "--processes", "1"],
    }[verb]
    said = []
    for more in ([], ["--download"], ["--download"]):
        with pytest.raises(SystemExit) as end:
            main([*words, *more])
        said.append((end.value.code, capsys.readouterr().err))
    assert said[0][0] == 3
    assert "--download" in said[0][1]
    assert [code for code, _err in said[1:]] == [0, 0]
    published = downloading.PUBLISHED["fashion-mnist"]
    assert "licence: MIT" in said[1][1]
    assert all(file.url in said[1][1] and file.sha256 in said[1][1] for file in published.files)
    assert "Downloading" not in said[2][1]
    assert len(asked) == 4
