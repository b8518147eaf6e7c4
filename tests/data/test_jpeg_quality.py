"""The quality of a JPEG is read from the file."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import encode, plant, ramp
from vistazo.data.decoding.jpeg_quality import jpeg_quality
from vistazo.data.images import FACTS
from vistazo.data.reading import read_images

QUALITY = FACTS.index("jpeg_quality")


@pytest.mark.parametrize("gray", [True, False])
def test_every_quality_of_libjpeg_is_found_exactly(gray):
    """What libjpeg saved with quality 1 to 100 is read back, in gray and in colour."""
    picture = ramp()[..., 0] if gray else ramp()
    for quality in range(1, 101):
        content = encode(picture, "JPEG", quality=quality)
        table = Image.open(io.BytesIO(content)).quantization[0]
        assert jpeg_quality(table) == quality


def test_other_tables_get_the_nearest_quality_or_none():
    """A table a little off one of libjpeg's gets its quality; one of another length, none."""
    table = np.array(Image.open(io.BytesIO(encode(ramp(), "JPEG", quality=70))).quantization[0])
    table[::7] += 1
    assert abs(jpeg_quality(table.tolist()) - 70) <= 2
    assert jpeg_quality([1] * 65) is None


def test_facts_tell_jpeg_from_other_formats(tmp_path):
    """The fact is the quality of a JPEG, progressive or upright too, and NaN for the rest."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = read_images(
        plant(
            tmp_path,
            {
                "a/1.jpg": encode(ramp(32, 32), "JPEG", quality=60, progressive=True),
                "a/2.jpg": encode(ramp(32, 32), "JPEG", quality=91, exif=exif),
                "b/1.png": ramp(32, 32),
                "b/2.webp": encode(ramp(32, 32), "WEBP", quality=60),
            },
        )
    )
    np.testing.assert_equal(data.images.facts[:, QUALITY], [60, 91, np.nan, np.nan])
