"""Bytes to pixels: what is refused, and what odd files become."""

import io
import subprocess
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.data.pictures import chunk, encode, png, ramp, tiff
from vistazo.data.decoding import decode
from vistazo.data.decoding.opening import FORMATS, Limits, open_image
from vistazo.errors import DataError


def refused(content: bytes, limits: Limits | None = None) -> DataError:
    with pytest.raises(DataError) as caught:
        decode(content, limits)
    return caught.value


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read(kind):
    """Each format on the list gives back its picture, within what its compression loses."""
    decoded = decode(encode(ramp(), kind))
    assert decoded.pixels.dtype == np.uint8
    assert np.abs(decoded.pixels.astype(int) - ramp()).mean() < 8
    assert (decoded.header.width, decoded.header.height, decoded.header.channels) == (32, 24, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_orientation_is_applied_once(kind):
    """Eight files of one scene with the eight EXIF orientations give one and the same array."""
    turned_back = {  # what a camera held like this stores: the inverse of what readers do
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, -1),
    }
    scene = ramp(16, 32)
    for mark, turn in turned_back.items():
        exif = Image.Exif()
        exif[0x0112] = mark
        stored = np.ascontiguousarray(turn(scene))
        decoded = decode(encode(stored, kind, exif=exif, quality=100))
        assert decoded.pixels.shape == scene.shape, mark
        assert np.abs(decoded.pixels.astype(int) - scene).max() < 24, mark
        assert (decoded.header.height, decoded.header.width) == stored.shape[:2], mark
        assert decoded.header.shown_size == scene.shape[:2], mark


def test_damaged_exif_is_ignored_and_noted():
    """A broken EXIF block costs a note, not the image."""
    content = encode(ramp(), "JPEG", exif=b"Exif\0\0XX*\0" + b"\xff" * 40)
    decoded = decode(content)
    assert np.array_equal(decoded.pixels, decode(encode(ramp(), "JPEG")).pixels)
    assert any("orientation" in note for note in decoded.notes)


@pytest.mark.parametrize(
    ("kind", "options", "lost"),
    [
        ("JPEG", {}, 0.5),
        ("JPEG", {"progressive": True}, 0.5),
        ("PNG", {}, 0.5),
        ("WEBP", {}, 0.5),
        ("BMP", {}, 0.5),
        ("GIF", {}, 0.5),
        ("TIFF", {}, 0.5),
        ("TIFF", {"compression": "tiff_lzw"}, 0.5),
        ("AVIF", {}, 0.5),
        ("JPEG", {}, 2),
        ("TIFF", {}, 2),
        ("JPEG", {}, -20),
        ("PNG", {}, -20),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_cut_off_files_are_refused(kind, options, lost):
    """Half a file, a file without its last two bytes and its first 20 bytes are E-IMG-TRUNC."""
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    content = encode(noise, kind, **options)
    kept = -lost if lost < 0 else len(content) - int(lost * len(content) if lost < 1 else lost)
    assert refused(content[:kept]).code == "E-IMG-TRUNC"
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_any_damaged_byte_is_refused_or_decoded(kind):
    """One wrong byte anywhere ends in pixels or in a DataError, never in anything else."""
    original = encode(ramp(), kind)
    generator = np.random.default_rng(1)
    for _ in range(100):
        content = bytearray(original)
        content[generator.integers(len(content))] ^= int(generator.integers(1, 256))
        try:
            assert decode(bytes(content)).pixels.ndim == 3
        except DataError as error:
            assert error.code.startswith("E-IMG-")  # noqa: PT017 - both ends are right


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff", "none of"),
        (bytes(5000), "none of"),
        (b"this is a shopping list\n", "text"),
        ("lista de la compra: piñas\n".encode(), "text"),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "HTML"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "EPS"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
        (bytes(128) + b"DICM" + bytes(100), "DICOM"),
        (b"PK\x03\x04" + bytes(30), "archive"),
    ],
)
def test_other_files_are_named(content, words):
    """A file that is no image is E-IMG-FORMAT and says what it seems to be, not its bytes."""
    error = refused(content)
    assert error.code == "E-IMG-FORMAT"
    assert words in error.what
    assert error.next_step
    assert "alert(1)" not in str(error)


def test_empty_file():
    """A file without bytes is E-IMG-EMPTY."""
    assert refused(b"").code == "E-IMG-EMPTY"


def test_wrong_png_headers_are_refused():
    """A wrong checksum in the header and a size of zero are E-IMG-FORMAT."""
    wrong = bytearray(encode(ramp()))
    wrong[29] ^= 1
    assert refused(bytes(wrong)).code == "E-IMG-FORMAT"
    assert refused(png(0, 0)).code == "E-IMG-FORMAT"


def test_eps_starts_no_process(monkeypatch):
    """EPS is refused without starting a child process."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_a, **_k: pytest.fail("a process started"))
    assert refused(encode(ramp(), "EPS")).code == "E-IMG-FORMAT"


@pytest.mark.parametrize("side", [20_000, 40_000])
def test_pixel_bombs_are_refused_before_pixels_exist(side):
    """A small file of many pixels is E-IMG-BIG, with no memory taken and no warning."""
    bomb = png(side, side, bits=1, pixels=bytes(1000))
    tracemalloc.start()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refused(bomb).code == "E-IMG-BIG"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_limits_are_the_callers():
    """More pixels than Pillow's own limit, 179 million, pass where the caller allows them."""
    content = png(20_000, 20_000)
    _image, header = open_image(io.BytesIO(content), Limits(max_pixels=400_000_000))
    assert header.width == 20_000


def test_small_images_and_large_files_are_refused():
    """One pixel is E-IMG-SMALL with its number; a file above the limit is E-IMG-BIG."""
    error = refused(encode(ramp(1, 1)))
    assert error.code == "E-IMG-SMALL"
    assert "1 × 1" in error.what
    assert decode(encode(ramp(1, 1)), Limits(min_side=1)).pixels.shape == (1, 1, 3)
    assert refused(encode(ramp()), Limits(max_bytes=100)).code == "E-IMG-BIG"


def test_text_bomb_is_refused():
    """A PNG text that grows to 70 MB is E-IMG-BOMB."""
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(70_000_000)))
    assert refused(png(10, 10, pixels=bytes(110), before=text)).code == "E-IMG-BOMB"


def test_gray_stays_one_channel():
    """Gray of 1, 8 and 16 bits has one channel, and 1 bit becomes 0 and 255."""
    gray = ramp()[..., 1]
    assert np.array_equal(decode(encode(gray)).pixels[..., 0], gray)
    bits = decode(encode(Image.fromarray(gray > 99)))
    assert bits.pixels.shape == (24, 32, 1)
    assert np.array_equal(bits.pixels[..., 0], np.where(gray > 99, 255, 0))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_gray_keeps_its_range(kind):
    """16-bit gray is divided by 257 and rounded: all 256 levels survive."""
    deep = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    pixels = decode(encode(deep, kind)).pixels[..., 0]
    assert np.array_equal(pixels, np.rint(deep / 257))
    assert len(np.unique(pixels)) == 256


def test_12_bit_gray_keeps_its_range():
    """12-bit TIFF is scaled by its own top value, 4095, not by 65,535."""
    deep = np.linspace(0, 4095, 32 * 32).astype(np.uint16).reshape(32, 32)
    bits = (deep[..., None] >> np.arange(11, -1, -1)) & 1  # the highest bit first
    pixels = decode(tiff(32, 32, 12, np.packbits(bits).tobytes())).pixels[..., 0]
    assert np.array_equal(pixels, np.rint(deep / 4095 * 255))


def test_16_bit_colour_keeps_its_range():
    """16-bit colour keeps all levels, and is gray where the file is gray with opacity."""
    levels = np.repeat(np.arange(256, dtype=">u2") * 257, 3).reshape(16, 16, 3)
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    colour = decode(png(16, 16, bits=16, colour=2, pixels=rows)).pixels
    assert np.array_equal(colour, levels // 257)
    pair = np.stack([levels[..., 0], np.full((16, 16), 65535)], axis=-1).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in pair)
    gray = decode(png(16, 16, bits=16, colour=4, pixels=rows))
    assert np.array_equal(gray.pixels, levels[..., :1] // 257)
    assert gray.header.channels == 2


@pytest.mark.parametrize(("top", "kept"), [(1, True), (255, True), (65535, True), (7000.5, False)])
def test_float_images_are_scaled(top, kept):
    """Floats of 0 to 1, 255 or 65,535 are scaled to 0 to 255, others stretched; noted."""
    unit = np.linspace(0.1, 1, 32 * 32, dtype=np.float32).reshape(32, 32)
    low = 0.0 if kept else unit.min()
    values = unit * np.float32(top) if kept else unit * np.float32(1e6)
    decoded = decode(encode(values, "TIFF"))
    expected = np.rint((unit - low) / (1 - low) * 255)
    assert np.abs(decoded.pixels[..., 0] - expected).max() <= 1
    assert decoded.notes


def test_constant_negative_float_image():
    """A constant image of unknown range becomes black, without a division by zero."""
    flat = np.full((16, 16), -3, np.float32)
    assert not decode(encode(flat, "TIFF")).pixels.any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_images_are_refused(value):
    """A float image with NaN or infinity is E-IMG-NAN."""
    values = np.full((16, 16), 0.5, np.float32)
    values[3, 4] = value
    assert refused(encode(values, "TIFF")).code == "E-IMG-NAN"


def test_palettes_become_colours():
    """A palette image shows its real colours."""
    palette = Image.fromarray(ramp()).quantize(16)
    assert np.array_equal(decode(encode(palette)).pixels, np.asarray(palette.convert("RGB")))


def test_transparent_parts_are_white():
    """The colour hidden under full transparency never appears; half of it is mixed with white."""
    hidden = np.zeros((16, 16, 4), np.uint8)
    hidden[..., 0] = 255  # red
    hidden[8:, :, 3] = 128
    pixels = decode(encode(hidden)).pixels
    assert (pixels[:8] == 255).all()
    assert (pixels[8:] == [255, 127, 127]).all()

    gray = Image.fromarray(hidden[..., [1, 3]], "LA")
    assert np.array_equal(decode(encode(gray)).pixels[..., 0], pixels[..., 1])

    palette = Image.new("P", (16, 16), 1)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.paste(0, (0, 0, 8, 16))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pixels = decode(encode(palette, transparency=0)).pixels
    assert (pixels[:, :8] == 255).all()
    assert (pixels[:, 8:] == [0, 0, 255]).all()


def test_cmyk_is_not_inverted():
    """CMYK becomes the RGB it was made from."""
    decoded = decode(encode(Image.fromarray(ramp()).convert("CMYK"), "JPEG", quality=95))
    assert np.abs(decoded.pixels.astype(int) - ramp()).mean() < 6


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF", "PNG", "MPO"])
def test_first_of_several_pictures(kind):
    """An animation or a multi-page file gives its first picture, with a note."""
    first, second = Image.fromarray(ramp()), Image.new("RGB", (32, 24), "black")
    content = encode(first, kind, save_all=True, append_images=[second])
    decoded = decode(content)
    assert np.abs(decoded.pixels.astype(int) - ramp()).mean() < 16
    assert any("first" in note for note in decoded.notes)


def test_enough_pixels_are_decoded():
    """JPEG is decoded at a fraction of its size, never below what is enough."""
    content = encode(ramp(800, 1200), "JPEG")
    decoded = decode(content, enough=150)
    assert decoded.pixels.shape == (200, 300, 3)
    assert (decoded.header.height, decoded.header.width) == (800, 1200)
    assert decode(content, enough=700).pixels.shape == (800, 1200, 3)
