"""TrivialAugment: one effect an image, of any strength; nothing to tune."""

import numpy as np
from numpy.typing import NDArray

from vistazo.transforms.augmentation import EFFECTS, Augmentation

__all__ = ["TrivialAugment"]


class TrivialAugment(Augmentation):
    """One effect for each image, drawn uniformly, its strength drawn uniformly.

    After Müller & Hutter 2021, "TrivialAugment: Tuning-free Yet State-of-the-Art Data
    Augmentation", over the effects of this package: those whose setting is above 0, and
    doing nothing. The settings say how far each may go, as for
    :class:`~vistazo.transforms.augmentation.Augmentation`; a flip set to 1 happens whenever
    it is the one drawn.
    """

    def _happens(self, coins: NDArray[np.float32]) -> NDArray[np.bool_]:
        held = [place for place, name in enumerate(EFFECTS) if getattr(self, name)]
        # a place that is no effect's is doing nothing
        places = np.array([*held, len(EFFECTS)])
        drawn = places[(coins[:, 0] * len(places)).astype(int)]
        happens: NDArray[np.bool_] = drawn[:, None] == np.arange(len(EFFECTS))
        return happens
