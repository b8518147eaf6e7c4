"""The laws of the pictures inside a report."""

import base64
import io
import json

import numpy as np
import PIL.Image
import PIL.PngImagePlugin
import pytest

from vistazo.report.thumbnails import read_thumbnails


@pytest.fixture
def folder(tmp_path):
    """A thumbnails folder; call it to index a file under a source."""
    index = {}

    def add(source, name):
        index[source] = name
        (tmp_path / "thumbnails" / "index.json").write_text(json.dumps(index), encoding="utf-8")
        return read_thumbnails(tmp_path / "thumbnails")

    (tmp_path / "thumbnails").mkdir()
    add.path = tmp_path / "thumbnails"
    return add


def _decoded(thumbnail):
    return PIL.Image.open(io.BytesIO(base64.b64decode(thumbnail.address.partition(",")[2])))


def test_small_pictures_keep_every_pixel(folder):
    """A picture up to 64 pixels wide is the same, pixel by pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (28, 20), np.uint8)
    PIL.Image.fromarray(pixels).save(folder.path / "x.png")
    thumbnail = folder("a/b ñ.png", "x.png").of("a/b ñ.png")
    assert (thumbnail.width, thumbnail.height, thumbnail.tiny) == (20, 28, True)
    np.testing.assert_array_equal(np.asarray(_decoded(thumbnail)), pixels)


def test_large_pictures_are_reduced(folder):
    """A picture is at most 128 pixels wide and high, in its own proportions."""
    PIL.Image.new("RGB", (600, 300), "red").save(folder.path / "x.png")
    thumbnail = folder("s", "x.png").of("s")
    assert _decoded(thumbnail).size == (thumbnail.width, thumbnail.height) == (128, 64)


@pytest.mark.parametrize("side", [20, 100])
def test_nothing_but_pixels_goes_along(folder, side):
    """Texts, EXIF, GPS positions and colour profiles of the file are not in the page."""
    texts = PIL.PngImagePlugin.PngInfo()
    texts.add_text("comment", "SECRET-TEXT")
    exif = PIL.Image.Exif()
    exif[0x010E] = "SECRET-EXIF"
    exif.get_ifd(0x8825)[1] = "SECRET-GPS"
    picture = PIL.Image.new("RGB", (side, side), "blue")
    picture.save(folder.path / "x.png", pnginfo=texts, exif=exif, icc_profile=b"SECRET-ICC")
    assert (folder.path / "x.png").read_bytes().count(b"SECRET") >= 3
    thumbnail = folder("s", "x.png").of("s")
    assert b"SECRET" not in base64.b64decode(thumbnail.address.partition(",")[2])
    assert not {"comment", "exif", "icc_profile"} & _decoded(thumbnail).info.keys()


def test_run_of_a_stranger_cannot_point_outside(folder, tmp_path):
    """A name that is not that of a file in the folder gives no picture."""
    PIL.Image.new("L", (9, 9)).save(tmp_path / "outside.png")
    for name in ("../outside.png", str(tmp_path / "outside.png"), "", "."):
        assert folder("s", name).of("s") is None


def test_unreadable_pictures_are_left_out(folder):
    """A file that is missing, cut or no PNG gives no picture, and no error."""
    PIL.Image.new("L", (9, 9)).save(folder.path / "jpeg.png", "JPEG")
    PIL.Image.new("L", (90, 90)).save(folder.path / "cut.png")
    (folder.path / "cut.png").write_bytes((folder.path / "cut.png").read_bytes()[:60])
    for name in ("jpeg.png", "cut.png", "missing.png"):
        assert folder("s", name).of("s") is None
    assert folder("s", "cut.png").of("another source") is None
