"""Download a named data set from its publisher, when a person asks for it."""

import errno
import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import platformdirs

from vistazo import catalog
from vistazo.errors import SetupError
from vistazo.files import locked, write_error
from vistazo.i18n import N_, _

_SECONDS = 30.0
"""Without a byte, before a connection is given up."""
_BLOCK = 1 << 20
_FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_NO_LICENCE = N_("no licence stated; cite Krizhevsky 2009")


class PublishedFile(NamedTuple):
    """A file as its publisher offers it; the last part of the URL is its name here."""

    url: str
    n_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The name that it is stored under."""
        return self.url.rpartition("/")[2]


class Published(NamedTuple):
    """The files of a data set and on which terms they are given, marked for translation."""

    licence: str
    files: tuple[PublishedFile, ...]

    @property
    def n_bytes(self) -> int:
        """Of all files."""
        return sum(file.n_bytes for file in self.files)


PUBLISHED = {
    "cifar10": Published(
        _NO_LICENCE,
        (
            PublishedFile(
                _CIFAR + "cifar-10-python.tar.gz",
                170_498_071,
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
            ),
        ),
    ),
    "cifar100": Published(
        _NO_LICENCE,
        (
            PublishedFile(
                _CIFAR + "cifar-100-python.tar.gz",
                169_001_437,
                "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
            ),
        ),
    ),
    "fashion-mnist": Published(
        "MIT",
        (
            PublishedFile(
                _FASHION + "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            PublishedFile(
                _FASHION + "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            PublishedFile(
                _FASHION + "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            PublishedFile(
                _FASHION + "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
    ),
}
"""By the names of :func:`~vistazo.data.named.names`, but for what comes with the package."""


def place_of(name: str) -> Path:
    """Return the folder in the user's cache in which a data set is kept."""
    return Path(platformdirs.user_cache_dir("vistazo")) / "datasets" / name


def download(name: str, progress: Callable[[int, int], None] | None = None) -> Path:
    """Download the files of a named data set that are not there yet.

    A file gets its name when its SHA-256 is that of the published one. What was received before
    an interruption is kept, and the next call goes on from there.

    Parameters
    ----------
    name : str
        A key of :data:`PUBLISHED`.
    progress : callable, optional
        Called with the number of bytes received and of all.

    Returns
    -------
    Path
        The folder of the files.

    Raises
    ------
    UsageError
        ``E-NAME``.
    SetupError
        ``E-DOWNLOAD`` where the publisher cannot be reached or sends something else;
        ``E-RUN-LOCKED`` where another process is downloading the same; ``E-DISK``,
        ``E-RUN-WRITE``.
    """
    if name not in PUBLISHED:
        raise catalog.unknown("data sets", name, sorted(PUBLISHED))
    published, folder, before = PUBLISHED[name], place_of(name), 0
    with locked(folder):
        if shutil.disk_usage(folder).free < published.n_bytes:
            raise write_error(folder, OSError(errno.ENOSPC, ""))
        for file in published.files:

            def tell(received: int, before: int = before) -> None:
                if progress:
                    progress(before + received, published.n_bytes)

            if not (folder / file.name).exists():
                _fetch(file, folder / file.name, tell)
            before += file.n_bytes
            tell(0, before)
    return folder


def _fetch(file: PublishedFile, path: Path, tell: Callable[[int], None]) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("ab") as stored:
            stored.truncate(min(stored.tell(), file.n_bytes))
            stored.seek(0, 2)
            _receive(file, stored, tell)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as error:
        raise _failed(file, str(getattr(error, "reason", "") or error)) from error
    except OSError as error:
        # a connection that breaks is an OSError too, but has nothing to do with the disk
        if isinstance(error, ConnectionError):
            raise _failed(file, str(error)) from error
        raise write_error(part, error) from error
    with part.open("rb") as stored:
        found = hashlib.file_digest(stored, "sha256").hexdigest()
    if found != file.sha256:
        part.unlink()
        raise SetupError(
            "E-DOWNLOAD",
            N_("What came from {url} is not the published file: its SHA-256 is {found}."),
            N_("Nothing of it was kept. Try again later, or get the file from elsewhere."),
            url=file.url,
            found=found,
        )
    part.replace(path)


def _receive(file: PublishedFile, stored: BinaryIO, tell: Callable[[int], None]) -> None:
    received = stored.tell()
    if received == file.n_bytes:
        return
    asked = urllib.request.Request(file.url)  # noqa: S310 - only the URLs above
    asked.add_header("User-Agent", "vistazo")
    if received:
        asked.add_header("Range", f"bytes={received}-")
    with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
        if answer.status != 206:  # it starts from the beginning, whatever was asked for
            stored.truncate(0)
            received = 0
        while received < file.n_bytes:
            block = answer.read(min(_BLOCK, file.n_bytes - received))
            if not block:
                raise ConnectionError(_("the connection ended after {n} bytes", n=received))
            stored.write(block)
            received += len(block)
            tell(received)


def _failed(file: PublishedFile, reason: str) -> SetupError:
    return SetupError(
        "E-DOWNLOAD",
        N_("{url} could not be downloaded: {reason}."),
        N_("What was received is kept. Run the same command again to go on."),
        url=file.url,
        reason=reason.rstrip("."),
    )
