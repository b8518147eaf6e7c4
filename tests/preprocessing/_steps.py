"""Every step with parameters of its own, and images to do it on."""

import numpy as np

from vistazo import catalog
from vistazo.preprocessing.recipe import recipe_from_text

NEEDED = {"resize": "resize=9x14", "rotate": "rotate=33"}
"""Steps that do nothing sensible without a value."""
OTHERS = (
    *("resize=20:fit=crop", "resize=5:fit=stretch", "crop=6", "crop=30x2", "pad=25", "pad=7x40"),
    *("clahe=1:tiles=3", "clahe=40:tiles=64", "gaussian=0.1", "gaussian=20", "median=15"),
    *("canny=0:high=0:sigma=0", "canny:sigma=4", "rotate=-90", "translate:x=-1:y=0.5"),
)


def step(text):
    (only,) = recipe_from_text(text).steps
    return only


def every_step():
    """The texts of every step of the catalogue, plain and otherwise."""
    return [*(NEEDED.get(name, name) for name in catalog.names("preprocessing")), *OTHERS]


def noise(shape, seed=0, levels=256):
    print(f"seed {seed}")
    return np.random.default_rng(seed).integers(0, levels, shape).astype(np.uint8)


def picture(side=48, channels=1):
    """A smooth image without symmetry, shape (side, side, channels)."""
    rows, columns = np.mgrid[0:side, 0:side] / side
    tones = [np.sin(3 * rows + k) * np.cos(5 * columns) + rows * columns for k in range(channels)]
    stacked = np.stack(tones, axis=-1)
    return np.uint8(255 * (stacked - stacked.min()) / np.ptp(stacked))
