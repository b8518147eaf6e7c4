"""Files that are no image, or more than one thing at once: cases I-01 to I-08 and I-50 to I-60.

The other cases stand in the files next to this one: JPEG, PNG, and the other formats.
"""

import gzip
import io
import os
import re
import struct
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from tests.data.pictures import encode, plant, ramp
from tests.faults._odd_images import case, noted, refused
from tests.faults._running import FAST
from vistazo import catalog
from vistazo.data.decoding import decode
from vistazo.data.image_files.decoded_files import decode_files
from vistazo.data.image_files.stored_files import BytesFile, DiskFile
from vistazo.data.policy import DecodePolicy
from vistazo.data.reading import read_images
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol

PLEASANT = {f"{label}/{i}.png": ramp(16, 16 + i) for label in "ab" for i in range(4)}
"""A data set that nothing is wrong with."""


def test_every_case_is_tested():
    """All 60 cases have a test that bears their number."""
    sources = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_image_*.py")]
    numbers = {number for source in sources for number in re.findall(r'"I-(\d\d)"', source)}
    assert numbers == {f"{number:02}" for number in range(1, 61)}


NO_IMAGES = {
    "I-01": (b"", "E-IMG-EMPTY", "empty"),
    "I-02": (b"\xff", "E-IMG-FORMAT", "none of the image formats"),
    "I-03": (bytes(5000), "E-IMG-FORMAT", "none of the image formats"),
    "I-04": ("lista de la compra: piñas\n".encode(), "E-IMG-FORMAT", "not an image", "like text"),
    "I-05": (b"<!DOCTYPE html><html><script>alert(1)</script>", "E-IMG-FORMAT", "HTML"),
    "I-06": (b'<?xml version="1.0"?>\n<svg/>', "E-IMG-FORMAT", "vector drawing", "as PNG"),
    "I-07": (b"%PDF-1.7\n%\xe2\xe3", "E-IMG-FORMAT", "PDF", "pages as images"),
    "I-50": (encode(ramp(), "ICO", sizes=[(16, 16), (24, 24)]), "E-IMG-FORMAT", "icon", "PNG"),
    "I-51": (encode(ramp(), "JPEG2000"), "E-IMG-FORMAT", "JPEG 2000", "PNG"),
    "I-52": (b"SIMPLE  =                    T".ljust(2880), "E-IMG-FORMAT", "FITS"),
}


@case(*NO_IMAGES)
def test_what_is_no_image(case):
    """Each is refused with its code and says what it seems to be; its bytes are never shown."""
    content, code, *words = NO_IMAGES[case]
    text = refused(content, code, *words)
    for part in ("alert", "lista", "xml", "%"):
        assert part not in text


@case("I-51", "I-52")
def test_their_other_forms(case):
    """The bare stream of JPEG 2000 and a compressed FITS of 100 MB are refused as well."""
    if case == "I-51":
        refused(encode(ramp(), "JPEG2000", no_jp2=True), "E-IMG-FORMAT", "JPEG 2000")
    else:
        refused(gzip.compress(bytes(10**8), 1), "E-IMG-FORMAT", "archive")


@case("I-08")
def test_eps(case, monkeypatch):
    """EPS is refused, and nobody starts a process on it."""
    started = []
    for place, name in ((subprocess, "Popen"), (os, "system"), (os, "posix_spawn"), (os, "fork")):
        monkeypatch.setattr(place, name, lambda *words, **options: started.append(words))
    refused(encode(ramp(), "EPS"), "E-IMG-FORMAT", "EPS", "never opened")
    assert started == []


@case("I-01", "I-05", "I-10", "I-44")
@pytest.mark.parametrize("language", ["en", "es"])
def test_bad_files_on_the_command_line(case, language, answer, tmp_path, without_heic):
    """A bad file is left out and named, the work is done, and the exit code tells of it."""
    bad = {
        "I-01": b"",
        "I-05": b"<html><script>alert(1)</script>",
        "I-10": encode(ramp(99, 99), "JPEG")[:900],
    }
    bad["I-44"] = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic"
    reasons = {"I-01": ("empty", "vacío"), "I-05": ("HTML",) * 2, "I-10": ("cut off", "incompleta")}
    reasons["I-44"] = ("pip install 'vistazo[heic]'",) * 2
    plant(tmp_path / "data", {**PLEASANT, "a/bad.png": bad[case]})
    said = answer(
        *("--lang", language, "train", tmp_path / "data"),
        *("--method", "majority", "--out", tmp_path / "run"),
    )
    assert said.code == 4
    assert "Traceback" not in said.err
    assert "a/bad.png" in said.err
    assert reasons[case][language == "es"] in said.err
    assert "alert" not in said.err + said.out
    assert not list(tmp_path.rglob("*.tmp"))


@case("I-11", "I-26")
def test_flags_that_let_more_in(case, answer, tmp_path):
    """``--salvage`` and ``--max-aspect`` read what is left out without them."""
    odd, flags = {
        "I-11": (encode(ramp(64, 64), "JPEG")[:-2], ("--salvage",)),
        "I-26": (encode(ramp(8, 808)), ("--max-aspect", "101")),
    }[case]
    plant(tmp_path / "data", {**PLEASANT, "a/odd.png": odd})
    train = ("train", tmp_path / "data", "--method", "majority", "--out")
    without = answer(*train, tmp_path / "without")
    assert (without.code, "left out" in without.err) == (4, True)
    allowed = answer(*train, tmp_path / "allowed", *flags)
    assert (allowed.code, "left out" in allowed.err) == (0, False)
    assert ("cut-off" in allowed.err) == (case == "I-11")


@case("I-53", "I-54")
def test_names_do_not_matter(case, tmp_path):
    """The content decides how a file is read; a name that promises another is noted."""
    jpeg, png_ = encode(ramp(), "JPEG", quality=90), encode(ramp())
    files, promised = {
        "I-53": ({"a/1.jpg": png_, "b/1.png": png_}, 1),
        "I-54": ({"a/1.JPG": jpeg, "a/2.jpeg.png": jpeg, "b/3": jpeg, "b/4.jfif": jpeg}, 1),
    }[case]
    data = read_images(plant(tmp_path, files))
    assert len(data) == len(files)
    for source, pixels in zip(data.sources, data.images.pixels, strict=True):
        assert np.array_equal(pixels, decode(files[source]).pixels)
    notes = [note for note in data.notes if "promises" in note]
    assert len(notes) == promised
    assert noted(notes, "1 file", "a/1.jpg" if case == "I-53" else "a/2.jpeg.png")


MARK = "qXvZ7k"
ATTACKS = [
    f"<script>{MARK}</script>", f"=cmd|'/C {MARK}'!A0", f"\x1b]0;{MARK}\x07\x1b[31m", f"@{MARK}",
]  # fmt: skip


def polyglot(kind):
    """An image that is also a zip archive, or a program for a browser."""
    if kind == "GIF":
        return encode(ramp(), "GIF", comment=MARK.encode()) + f"*/=1;alert('{MARK}');".encode()
    archive = io.BytesIO(encode(ramp(), kind))
    archive.seek(0, io.SEEK_END)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("page.html", ATTACKS[0])
    return archive.getvalue()


def with_texts(kind):
    """An image that carries the attacks in every place for text."""
    exif = Image.Exif()
    exif[0x010E], exif[0x8298], exif[0x0131], exif[0x013B] = ATTACKS
    texts = PngImagePlugin.PngInfo()
    for number, text in enumerate(ATTACKS):
        texts.add_text(f"Title{number}", text)
        texts.add_itxt(f"Comment{number}", text)
    options = {"pnginfo": texts} if kind == "PNG" else {"comment": ATTACKS[0].encode()}
    return encode(ramp(), kind, exif=exif, **options)


@case("I-55")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_polyglots(case, kind):
    """A file that is an image and something else is the image, and a note tells of the rest."""
    decoded = decode(polyglot(kind))
    assert np.array_equal(decoded.pixels, decode(encode(ramp(), kind)).pixels)
    assert noted(decoded.notes, "follow the end")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder of images that carry attacks: whole ones, and one cut off within them."""
    makers = {"png": with_texts("PNG"), "jpg": with_texts("JPEG"), "gif": polyglot("GIF")}
    makers |= {"jpeg": polyglot("JPEG")}
    files = {f"{c}/{i}.{end}": makers[end] for c in "ab" for i in range(2) for end in makers}
    at = makers["png"].index(MARK.encode())
    files["a/cut.png"] = makers["png"][: at + 3]
    files["b/odd.png"] = makers["png"].replace(b"tEXt", b"\x1b[3t")
    return plant(tmp_path_factory.mktemp("hostile"), files)


@case("I-55", "I-56")
def test_no_text_of_a_file_gets_out(case, hostile, answer, tmp_path):
    """Report, tables, thumbnails, screen and predictions hold nothing of what the files carry."""
    said = answer("compare", hostile, *FAST, "--out", tmp_path / "run")
    assert said.code == 4, said.err
    assert (tmp_path / "run" / "bad_files.csv").read_text().count("E-IMG") == 2
    shown = answer(
        *("predict", tmp_path / "run" / "model", hostile),
        *("--format", "csv", "--out", tmp_path / "run" / "labels.csv"),
    )
    written = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert {"report.html", "bad_files.csv", "labels.csv"} <= {path.name for path in written}
    for path in written:
        content = path.read_bytes()
        assert MARK.encode() not in content, path
        assert b"\x1b" not in content or path.suffix not in (".csv", ".html", ".json", ".md"), path
    for text in (said.out, said.err, shown.out, shown.err):
        assert MARK not in text
        assert "\x1b" not in text


@case("I-57")
def test_constant_images(case, tmp_path):
    """Black and white images are read, and features, fits and probabilities stay finite."""
    flat = {f"black/{i}.png": np.zeros((32, 32), np.uint8) for i in range(6)}
    flat |= {f"white/{i}.png": np.full((32, 32), 255, np.uint8) for i in range(6)}
    data = read_images(plant(tmp_path, flat))
    assert set(np.unique(data.images.pixels)) == {0, 255}
    for name in ("nearest-mean", "hog-svm", "metadata"):
        method = catalog.load("methods", name)().fit(data.images, data.labels)
        with np.errstate(all="raise"):
            assert set(method.predict(data.images)) <= {"black", "white"}
        if hasattr(method, "predict_proba"):
            assert np.isfinite(method.predict_proba(data.images)).all()


@case("I-57")
def test_constant_images_among_others(case, tmp_path):
    """The look before training counts constant images among others as nearly blank."""
    rng = np.random.default_rng(0)
    files = {f"{c}/{i}.png": rng.integers(0, 256, (32, 32), np.uint8) for c in "ab" for i in "123"}
    black = np.zeros((32, 32), np.uint8)
    files |= {"a/black.png": black, "b/white.png": 255 - black}
    data = read_images(plant(tmp_path, files))
    findings = catalog.load("checks", "image-quality")().run(data, Protocol(folds=2))
    (blank,) = [found for found in findings if "low_information" in found.measured]
    assert set(blank.examples) == {"a/black.png", "b/white.png"}


class Rewritten:
    """A file that is another each time it is opened, in ways that no stamp tells."""

    def __init__(self, *contents):
        self.contents = [*contents]

    def size(self):
        return len(self.contents[0])

    def open(self):
        return io.BytesIO(self.contents.pop(0))

    def stamp(self):
        return "always the same"


@case("I-59")
def test_replaced_between_the_passes(case):
    """A file that is another in the second pass is that one whole, or refused: never a mix."""
    first, second = encode(ramp(16, 16)), encode(255 - ramp(40, 60), "JPEG")
    for now, code in ((second, None), (second[:-300], "E-IMG-TRUNC"), (b"", "E-IMG-EMPTY")):
        files = [BytesFile(first), Rewritten(first, now)]
        read = decode_files(files, ["steady", "changing"], DecodePolicy())
        assert [bad.code for bad in read.bad_files] == ([] if code is None else [code])
        assert np.array_equal(read.pixels[0], ramp(16, 16))
        if code is None:
            assert np.array_equal(read.pixels[1], read.policy.read(now))
            assert read.facts[1, :3].tolist() == [60, 40, len(now)]


class WrittenMeanwhile:
    """A file that somebody writes into while its pixels are read."""

    def __init__(self, path):
        self.path, self.n_opened = path, 0
        self.size, self.stamp = DiskFile(path).size, DiskFile(path).stamp

    def open(self):
        self.n_opened += 1
        stream = self.path.open("rb")
        if self.n_opened == 2:  # the first time, it was the header that was read
            content = self.path.read_bytes()
            with self.path.open("r+b") as file:
                file.seek(len(content) // 2)
                file.write(content[: len(content) // 4])
        return stream


@case("I-59")
def test_written_while_it_is_read(case, tmp_path):
    """A file that changes while it is read is refused, though what came of it could be shown."""
    plant(tmp_path, {"steady.bmp": encode(ramp(), "BMP"), "odd.bmp": encode(ramp(), "BMP")})
    os.utime(tmp_path / "odd.bmp", (1, 1))
    files = [DiskFile(tmp_path / "steady.bmp"), WrittenMeanwhile(tmp_path / "odd.bmp")]
    read = decode_files(files, ["steady", "odd"], DecodePolicy())
    assert [(bad.path, bad.code) for bad in read.bad_files] == [("odd", "E-IMG-CHANGED")]
    assert decode((tmp_path / "odd.bmp").read_bytes()).pixels.shape == (24, 32, 3)
    gone = [DiskFile(tmp_path / "steady.bmp"), DiskFile(tmp_path / "gone.bmp")]
    assert decode_files(gone, ["steady", "gone"], DecodePolicy()).bad_files[0].code == "E-IMG-READ"


@case("I-60")
def test_other_files(case, tmp_path):
    """Videos, DICOM and camera files in the folders are counted as others, and are no errors."""
    film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42"
    others = {"a/film.mp4": film, "b/scan.dcm": bytes(128) + b"DICM", "b/photo.cr2": b"II*\0"}
    data = read_images(plant(tmp_path, {**PLEASANT, **others}))
    assert len(data) == len(PLEASANT)
    assert data.bad_files == ()
    assert noted(data.notes, "3 other files", ".mp4", ".dcm", ".cr2")
    for content, word in ((film, "video"), (others["b/scan.dcm"], "DICOM")):
        refused(content, "E-IMG-FORMAT", word)
    with pytest.raises(DataError, match="E-IMG-TRUNC"):
        decode(others["b/photo.cr2"])
