"""PNG that are cut, hostile, deep or transparent: cases I-22 to I-37."""

import io
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import chunk, encode, plant, png, ramp
from tests.faults._odd_images import case, noted, refused
from vistazo.data.decoding import decode
from vistazo.data.decoding.limits import Limits
from vistazo.data.reading import read_images

NOISE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)


@case("I-22")
def test_cut_off(case):
    """Half a PNG is E-IMG-TRUNC."""
    content = encode(NOISE)
    refused(content[: len(content) // 2], "E-IMG-TRUNC", "PNG")


@case("I-23")
def test_wrong_checksum_in_the_header(case):
    """A header whose checksum is wrong is E-IMG-FORMAT: not incomplete, but wrong."""
    content = bytearray(encode(ramp()))
    content[29] ^= 1
    refused(bytes(content), "E-IMG-FORMAT", "header is wrong")


@case("I-24")
@pytest.mark.parametrize("sides", [(0, 0), (0, 9), (9, 0)])
def test_no_pixels(case, sides):
    """Sides of zero are E-IMG-FORMAT."""
    refused(png(*sides), "E-IMG-FORMAT")


@case("I-25")
def test_one_pixel(case, tmp_path):
    """One pixel is refused with its number and the limit, and read where a person allows it."""
    dot = encode(ramp(1, 1))
    refused(dot, "E-IMG-SMALL", "1 × 1", "must have 8", "--min-side")
    refused(encode(ramp(7, 9)), "E-IMG-SMALL", "9 × 7")
    folder = plant(tmp_path, {"a/1.png": dot, "b/1.png": dot})
    assert read_images(folder, min_side=1).images.shape == (2, 1, 1, 3)


@case("I-26")
def test_a_strip(case, tmp_path):
    """A strip is refused for its aspect ratio, and read where a person allows it."""
    strip = encode(Image.new("L", (30_000, 1)))
    refused(strip, "E-IMG-ASPECT", "30000 × 1", "more than 100 times", "--max-aspect")
    assert decode(encode(ramp(8, 800))).pixels.shape == (8, 800, 3)
    refused(encode(ramp(8, 801)), "E-IMG-ASPECT")
    refused(encode(ramp(801, 8)), "E-IMG-ASPECT")
    folder = plant(tmp_path, {"a/1.png": strip, "b/1.png": strip})
    data = read_images(folder, max_aspect=30_000, min_side=1)
    assert data.images.facts[0, :2].tolist() == [30_000, 1]


@case("I-27")
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_gray_of_16_bits(case, kind):
    """All 65,536 levels fall evenly on all 256, by division by 257, and it is noted."""
    deep = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    decoded = decode(encode(deep, kind))
    assert np.array_equal(decoded.pixels[..., 0], np.rint(deep / 257))
    counts = np.bincount(decoded.pixels.ravel(), minlength=256)
    assert counts[1:-1].tolist() == [257] * 254
    assert noted(decoded.notes, "16 bits")


@case("I-28")
def test_colour_of_16_bits(case):
    """Each of 256 levels of 16-bit colour survives."""
    levels = np.repeat(np.arange(256, dtype=">u2") * 257, 3).reshape(16, 16, 3)
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    decoded = decode(png(16, 16, bits=16, colour=2, pixels=rows))
    assert np.array_equal(decoded.pixels, levels // 257)


@case("I-29")
def test_one_bit(case):
    """Two levels become 0 and 255 in one channel."""
    gray = ramp()[..., 1]
    decoded = decode(encode(Image.fromarray(gray > 99)))
    assert np.array_equal(decoded.pixels[..., 0], np.where(gray > 99, 255, 0))


@case("I-30")
def test_palette(case):
    """A palette becomes its real colours."""
    palette = Image.fromarray(ramp()).quantize(16)
    assert np.array_equal(decode(encode(palette)).pixels, np.asarray(palette.convert("RGB")))


@case("I-31")
def test_palette_with_transparency(case):
    """The transparent colour of a palette becomes white, without a warning."""
    palette = Image.new("P", (16, 16), 1)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.paste(0, (0, 0, 8, 16))
    for transparency in (0, b"\0\xff"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pixels = decode(encode(palette, transparency=transparency)).pixels
        assert (pixels[:, :8] == 255).all()
        assert (pixels[:, 8:] == [0, 0, 255]).all()


@case("I-32")
def test_hidden_colour(case):
    """A colour hidden under full transparency is white; half of it is half white; noted."""
    hidden = np.zeros((16, 16, 4), np.uint8)
    hidden[..., 0] = 255  # red
    hidden[8:, :, 3] = 128
    decoded = decode(encode(hidden))
    assert (decoded.pixels[:8] == 255).all()
    assert (decoded.pixels[8:] == [255, 127, 127]).all()
    assert noted(decoded.notes, "white")


@case("I-33")
def test_gray_with_opacity(case):
    """Gray with opacity is laid on white, too, and stays one channel."""
    pair = np.zeros((16, 16, 2), np.uint8)
    pair[8:, :, 1] = 128
    decoded = decode(encode(Image.fromarray(pair, "LA")))
    assert decoded.pixels.shape == (16, 16, 1)
    assert set(decoded.pixels[:8].ravel()) == {255}
    assert set(decoded.pixels[8:].ravel()) == {127}


@case("I-34")
def test_interlaced_and_cut(case):
    """An interlaced PNG that lacks its last passes, where all is there but coarse, is refused."""
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2))
    passes += ((0, 1, 2, 2), (1, 0, 2, 1))
    rows = [row for y, x, dy, dx in passes for row in NOISE[y::dy, x::dx, 0]]
    plain = png(80, 60, pixels=b"".join(b"\0" + row.tobytes() for row in rows))
    whole = plain[:8] + chunk(b"IHDR", plain[16:28] + b"\1") + plain[33:]
    assert np.array_equal(decode(whole).pixels[..., 0], NOISE[..., 0])
    refused(whole[: len(whole) * 3 // 4], "E-IMG-TRUNC")


@case("I-35")
def test_text_bomb(case):
    """A text that grows to 70 MB is E-IMG-BOMB, and never takes its room."""
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(70_000_000)))
    bomb = png(10, 10, pixels=bytes(110), before=text)
    tracemalloc.start()
    refused(bomb, "E-IMG-BOMB", "text")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@case("I-36", "I-37")
def test_pixel_bombs(case, tmp_path):
    """A small file of 400 or 1,600 million pixels is E-IMG-BIG before there is any pixel."""
    side = {"I-36": 20_000, "I-37": 40_000}[case]
    bomb = png(side, side, bits=1, pixels=bytes(20_000 * 2501))
    assert len(bomb) < 100_000
    plant(tmp_path, {"a/bomb.png": bomb, "a/1.png": ramp(), "b/1.png": ramp()})
    read_images(tmp_path, size=9)  # whatever is imported or made once
    tracemalloc.start()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(bomb, "E-IMG-BIG", f"{side} × {side}", "--max-pixels")
        data = read_images(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
    assert [bad.code for bad in data.bad_files] == ["E-IMG-BIG"]


@case("I-36")
def test_no_limit_but_the_callers(case):
    """Pillow's own limit, for the whole process, neither refuses nor warns."""
    from vistazo.data.decoding.opening import open_image

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _image, header = open_image(io.BytesIO(png(20_000, 20_000)), Limits(max_pixels=10**9))
    assert header.width == 20_000
