"""How strongly a JPEG was compressed, read from its quantization table."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

# fmt: off
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)
# fmt: on


def jpeg_quality(luminance: Sequence[int]) -> int | None:
    """Return the quality whose quantization table is nearest to that of a file.

    The tables are those of libjpeg (``jcparam.c``, ``jpeg_quality_scaling`` and
    ``jpeg_add_quant_table``): table K.1 of ITU-T T.81 times 50/quality below 50, else times
    2 - quality/50, rounded and kept within 1 to 255. What libjpeg wrote is found exactly; of
    encoders with tables of their own it is an estimate, as that of ImageMagick is.

    Parameters
    ----------
    luminance : sequence of int, length 64
        The table of the first component, row by row.

    Returns
    -------
    int or None
        1 to 100; None for a table of another length.
    """
    if len(luminance) != len(_LUMINANCE):
        return None
    distances = np.abs(_tables() - np.array(luminance)).sum(axis=1)  # (100,)
    return int(distances.argmin()) + 1


@cache
def _tables() -> NDArray[np.int64]:
    qualities = np.arange(1, 101)
    scales = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    tables = (np.outer(scales, _LUMINANCE) + 50) // 100  # (100, 64)
    return tables.clip(1, 255)
