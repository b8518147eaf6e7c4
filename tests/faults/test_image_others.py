"""Animations, TIFF, BMP, HEIC and what else lies among photos: cases I-39 to I-49 and I-58."""

import importlib.util
import struct

import numpy as np
import pytest
from PIL import GifImagePlugin, Image

from tests.data.pictures import encode, plant, ramp, tiff
from tests.faults._odd_images import bmp, case, far, in_time, noted, refused, tiff_of_bands
from vistazo.data.decoding import decode
from vistazo.data.reading import read_images

BLACK = Image.new("RGB", (32, 24), "black")


def animated(kind, **options):
    first = Image.fromarray(ramp())
    return encode(first, kind, save_all=True, append_images=[BLACK], **options)


@case("I-39")
def test_animated_gif(case, tmp_path):
    """Animations give their first frame; of many of them there is one note, with their number."""
    assert far(decode(animated("GIF")).pixels, ramp()) < 16
    files = {f"{label}/{i}.gif": animated("GIF") for label in "ab" for i in range(3)}
    notes = [note for note in read_images(plant(tmp_path, files)).notes if "first picture" in note]
    assert len(notes) == 1
    assert "6 files" in notes[0]


@case("I-40")
def test_gif_of_many_frames(case, monkeypatch):
    """Of 10,000 frames no more than two are looked at."""
    two = animated("GIF")
    second = two.rindex(b"!\xf9")  # where the last frame begins
    content = two[:-1] + two[second:-1] * 9_998 + b";"
    looked_at = []
    seek = GifImagePlugin.GifImageFile._seek

    def counted(self, frame, *arguments):
        looked_at.append(frame)
        return seek(self, frame, *arguments)

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "_seek", counted)
    decoded = in_time(decode, content)
    assert far(decoded.pixels, ramp()) < 16
    assert noted(decoded.notes, "first picture")
    assert set(looked_at) <= {0, 1}


@case("I-41")
@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_other_animations(case, kind):
    """Animated WebP, PNG and AVIF give their first frame, which is noted."""
    decoded = decode(animated(kind))
    assert far(decoded.pixels, ramp()) < 8
    assert noted(decoded.notes, "first picture")


@case("I-42")
def test_webp(case):
    """WebP is read with and without loss, and its transparent parts become white."""
    assert far(decode(encode(ramp(), "WEBP", quality=95)).pixels, ramp()) < 8
    assert np.array_equal(decode(encode(ramp(), "WEBP", lossless=True)).pixels, ramp())
    veiled = np.dstack([ramp(), np.full((24, 32), 128, np.uint8)])
    veiled[:8, ..., 3] = 0
    pixels = decode(encode(veiled, "WEBP", lossless=True)).pixels
    assert (pixels[:8] == 255).all()
    assert far(pixels[8:], (ramp()[8:] / 255 * 128 + 127)) < 1


@case("I-43")
def test_avif(case):
    """AVIF is read."""
    assert far(decode(encode(ramp(), "AVIF", quality=95)).pixels, ramp()) < 4


@case("I-44")
@pytest.mark.parametrize(
    "brands", [b"heic\0\0\0\0mif1heic", b"mif1\0\0\0\0mif1heic", b"hevc\0\0\0\0heic"]
)
def test_heic_without_the_extra(case, without_heic, brands):
    """A HEIC photo is refused with the line that installs what reads it."""
    content = struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands
    refused(content, "E-IMG-FORMAT", "HEIC", "pip install 'vistazo[heic]'")


@case("I-44")
def test_avif_of_the_shared_brand_is_no_heic(case, without_heic):
    """A file of the brand that HEIC and AVIF share is AVIF where it says so."""
    content = encode(ramp(), "AVIF")
    shared = content[:8] + b"mif1" + content[12:]
    assert np.array_equal(decode(shared).pixels, decode(content).pixels)


@case("I-44")
@pytest.mark.skipif(not importlib.util.find_spec("pillow_heif"), reason="needs the extra 'heic'")
def test_heic_with_the_extra(case):
    """With the extra the photo is read and turned, and a cut one is E-IMG-TRUNC."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    for mark, turns in ((1, 0), (6, -1), (8, 1), (3, 2)):
        exif = Image.Exif()
        exif[0x0112] = mark
        content = encode(ramp(64, 96), "HEIF", quality=95, exif=exif.tobytes())
        decoded = decode(content)
        assert far(decoded.pixels, np.rot90(ramp(64, 96), turns)) < 3
        assert decoded.notes == ()
        assert decoded.header.shown_size == decoded.pixels.shape[:2]
    refused(content[: len(content) // 2], "E-IMG-TRUNC")


@case("I-45")
@pytest.mark.parametrize("top", [1, 255, 65_535])
def test_float_tiff(case, top):
    """Floats from 0 to 1, 255 or 65,535 fill the range from 0 to 255, which is noted."""
    unit = np.linspace(0, 1, 32 * 32, dtype=np.float32).reshape(32, 32)
    decoded = decode(encode(unit * np.float32(top), "TIFF"))
    assert np.abs(decoded.pixels[..., 0] - np.rint(unit * 255)).max() <= 1
    assert noted(decoded.notes, "scaled")


@case("I-46")
def test_multi_page_tiff(case):
    """The first page is taken, which is noted."""
    decoded = decode(animated("TIFF"))
    assert np.array_equal(decoded.pixels, ramp())
    assert noted(decoded.notes, "first picture")


@case("I-47")
def test_odd_tiff(case):
    """A fourth band is opacity where it is told so; LAB becomes RGB; 12 bits keep their range."""
    bands = np.dstack([ramp(), np.full((24, 32), 51, np.uint8)])
    assert np.array_equal(decode(tiff_of_bands(bands, extra=0)).pixels, ramp())
    laid_on_white = ramp() * 0.2 + 255 * 0.8
    assert far(decode(tiff_of_bands(bands, extra=2)).pixels, laid_on_white) < 1
    five = np.dstack([bands, bands[..., :1]])
    refused(tiff_of_bands(five, extra=0), "E-IMG-TRUNC", "TIFF")

    lab = np.zeros((24, 32, 3), np.uint8)
    lab[..., 0] = np.linspace(0, 255, 32)  # lightness
    decoded = decode(encode(Image.fromarray(lab, "LAB"), "TIFF"))
    assert (np.ptp(decoded.pixels, axis=-1) <= 2).all()
    assert decoded.pixels[0, 0].max() <= 2
    assert decoded.pixels[0, -1].min() >= 253

    deep = np.linspace(0, 4095, 32 * 32).astype(np.uint16).reshape(32, 32)
    bits = (deep[..., None] >> np.arange(11, -1, -1)) & 1  # the highest bit first
    decoded = decode(tiff(32, 32, 12, np.packbits(bits).tobytes()))
    assert np.array_equal(decoded.pixels[..., 0], np.rint(deep / 4095 * 255))


@case("I-48")
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_looping_tiff(case):
    """A TIFF whose directories lead back to one of them is refused, and nothing hangs."""
    itself = tiff_of_bands(ramp(), after="itself")
    in_time(refused, itself, "E-IMG-TRUNC", "loop")
    pages = bytearray(animated("TIFF"))
    first = struct.unpack_from("<I", pages, 4)[0]
    second_at = first + 2 + 12 * struct.unpack_from("<H", pages, first)[0]
    second = struct.unpack_from("<I", pages, second_at)[0]
    end = second + 2 + 12 * struct.unpack_from("<H", pages, second)[0]
    assert struct.unpack_from("<I", pages, end) == (0,)
    struct.pack_into("<I", pages, end, first)
    in_time(refused, bytes(pages), "E-IMG-TRUNC", "loop")
    big = encode(ramp(), "TIFF", big_tiff=True)
    at = struct.unpack_from("<Q", big, 8)[0]
    end = at + 8 + 20 * struct.unpack_from("<Q", big, at)[0]
    assert np.array_equal(decode(big).pixels, ramp())
    looping = big[:end] + struct.pack("<Q", at) + big[end + 8 :]
    in_time(refused, looping, "E-IMG-TRUNC", "loop")


@case("I-49")
def test_bmp(case):
    """Packed and top-down BMP are read; a wrong size of the file does not matter."""
    gray, upside_down = ramp()[..., 1], ramp()[::-1, :, ::-1].tobytes()
    palette = b"".join(bytes([level] * 3 + [0]) for level in range(256))
    runs = b"".join(
        b"".join(bytes([1, level]) for level in row.tolist()) + b"\0\0" for row in gray[::-1]
    )
    packed = bmp(32, 24, runs + b"\0\1", bits=8, compression=1, palette=palette)
    assert np.array_equal(decode(packed).pixels[..., 0], gray)
    top_down = bmp(32, -24, ramp()[..., ::-1].tobytes())
    assert np.array_equal(decode(top_down).pixels, ramp())
    for size in (0, 7, 2**32 - 1):
        assert np.array_equal(decode(bmp(32, 24, upside_down, size=size)).pixels, ramp())
    refused(bmp(32, 24, runs[:99], bits=8, compression=1, palette=palette), "E-IMG-TRUNC")
    refused(bmp(32, 24, upside_down, compression=77), "E-IMG-TRUNC", "77")
    refused(bmp(32, -(2**31), upside_down), "E-IMG-BIG")
    refused(bmp(-32, 24, upside_down), "E-IMG-BIG")


@case("I-58")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_a_number(case, value):
    """A float image with one value that is no number is E-IMG-NAN."""
    values = np.full((16, 16), 0.5, np.float32)
    values[3, 4] = value
    refused(encode(values, "TIFF"), "E-IMG-NAN", "NaN")
