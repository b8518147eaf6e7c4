"""Image files that no camera makes, and what is asked of every refusal of one."""

import struct
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import encode
from vistazo.data.decoding import decode
from vistazo.errors import DataError
from vistazo.i18n import set_language


def case(*ids):
    """Name the cases of the catalogue that a test is."""
    return pytest.mark.parametrize("case", ids)


def refused(content, code, *words, **settings):
    """Check that a file is refused with this code, in English with these words, in Spanish too."""
    with pytest.raises(DataError) as caught:
        decode(content, **settings)
    error = caught.value
    assert error.code == code
    english, spanish = in_both_languages(error)
    assert english.isprintable()
    assert spanish.isprintable()
    for word in words:
        assert word in english
    return english


def in_both_languages(error):
    """Return the text of an error in English and in Spanish; both parts are translated."""
    texts = {}
    for language in ("es", "en"):
        set_language(language)
        texts[language] = (error.what, error.next_step)
    for english, spanish in zip(texts["en"], texts["es"], strict=True):
        assert english
        assert english != spanish
    return " ".join(texts["en"]), " ".join(texts["es"])


def in_time(function, *arguments, seconds=120):
    """Return what a function returns; fail where it hangs."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(function, *arguments).result(timeout=seconds)


def noted(notes, *words):
    """Tell whether one of the notes has all these words."""
    return any(all(word in note for word in words) for note in notes)


def far(pixels, expected):
    """Return by how many levels pixels differ from what is expected, on average."""
    assert pixels.shape == expected.shape
    return np.abs(pixels.astype(int) - expected.astype(int)).mean()


def ycck(picture, black):
    """A JPEG of four channels as Adobe writes it: inverted inks, the colours as YCbCr.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        The colours without black.
    black : int
        Ink of black, 0 to 255, everywhere.
    """
    # a decoder makes inks of YCbCr, each 255 less the colour, and here they are inverted
    luma = np.asarray(Image.fromarray(255 - picture).convert("YCbCr"))
    key = np.full((*picture.shape[:2], 1), 255 - black, np.uint8)
    raw = np.concatenate([luma, key], axis=-1)
    # Pillow inverts what it writes
    content = encode(Image.fromarray(255 - raw, "CMYK"), "JPEG", quality=100)
    adobe = content.index(b"Adobe")
    return content[: adobe + 11] + b"\x02" + content[adobe + 12 :]


def tiff_of_bands(pixels, *, after=0, extra=None):
    """A TIFF written by hand: any number of bands, and any place of the next page.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, bands)
    after : int or "itself"
        Where the directory says that the next one is.
    extra : int, optional
        What the band after the third is: 0 not told, 1 and 2 opacity.
    """
    height, width, bands = pixels.shape
    data = pixels.tobytes()
    place = 8 + len(data)
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, bands, 0), (259, 3, 1, 1)]
    tags += [(262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, bands), (278, 4, 1, height)]
    tags += [(279, 4, 1, len(data))] + ([] if extra is None else [(338, 3, 1, extra)])
    bits = place + 2 + 12 * len(tags) + 4
    tags[2] = (258, 3, bands, bits)
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    following = struct.pack("<I", place if after == "itself" else after)
    directory = struct.pack("<H", len(tags)) + entries + following
    depths = struct.pack(f"<{bands}H", *[8] * bands)
    return b"II*\0" + struct.pack("<I", place) + data + directory + depths


def bmp(width, height, data, *, bits=24, compression=0, palette=b"", size=None):
    """A BMP written by hand; a negative height stands for rows from the top."""
    offset = 54 + len(palette)
    file = struct.pack("<IHHI", offset + len(data) if size is None else size, 0, 0, offset)
    colours = len(palette) // 4
    info = struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, colours, 0
    )
    return b"BM" + file + info + palette + data


SRGB = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
DISPLAY_P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)
"""XYZ of full red, green and blue (columns), for white D50."""


def colour_profile(primaries, gamma, space=b"RGB "):
    """An ICC profile (version 2.4) of three primaries and one exponent."""

    def fixed(value):
        return struct.pack(">i", round(value * 65536))

    white = (0.9642, 1.0, 0.8249)
    columns = {b"rXYZ": primaries[:, 0], b"gXYZ": primaries[:, 1], b"bXYZ": primaries[:, 2]}
    values = {
        name: b"XYZ " + bytes(4) + b"".join(map(fixed, xyz))
        for name, xyz in {b"wtpt": white, **columns}.items()
    }
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    values |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC", b"kTRC"), curve)
    values |= {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(79)}
    table, data, start = b"", b"", 128 + 4 + 12 * len(values)
    for name, value in values.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    body = struct.pack(">I", len(values)) + table + data
    header = struct.pack(">I", 128 + len(body)) + bytes(4) + b"\x02\x40\0\0mntr" + space + b"XYZ "
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += b"".join(map(fixed, white))
    return header.ljust(128, b"\0") + body


def to_srgb(pixels, primaries, gamma):
    """The closed form: linear light, XYZ, linear light of sRGB, its curve (IEC 61966-2-1)."""
    linear = (pixels / 255) ** gamma
    light = (linear @ (np.linalg.inv(SRGB) @ primaries).T).clip(0, 1)
    curved = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * curved)
