"""What is looked at before a pretraining and after every epoch of it."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from vistazo.pretext import PretextNetwork
from vistazo.pretraining.representation import (
    effective_rank,
    features_of,
    neighbour_accuracy,
    probe_accuracy,
    spread,
)

_MOST_KNOWN = 2000
_MOST_ASKED = 1000
"""Images that are looked at: enough for a curve."""


class Watch:
    """Numbers about a backbone's features: whether they differ, and what they tell of classes.

    Parameters
    ----------
    images, validation_images : Tensor of uint8, shape (n_images, channels, height, width)
        Trained on and set aside.
    codes, validation_codes : ndarray of int64, shape (n_images,), or None
        Their classes, where there are any; the backbone does not learn from them.
    generator : numpy.random.Generator
        Draws the images that are looked at where there are many.
    """

    def __init__(
        self,
        images: Tensor,
        validation_images: Tensor,
        codes: NDArray[np.int64] | None,
        validation_codes: NDArray[np.int64] | None,
        generator: np.random.Generator,
    ) -> None:
        known = np.sort(generator.permutation(len(images))[:_MOST_KNOWN])
        asked = np.sort(generator.permutation(len(validation_images))[:_MOST_ASKED])
        self._known, self._asked = images[known], validation_images[asked]
        self._codes = None
        if codes is not None and validation_codes is not None:
            self._codes = codes[known], validation_codes[asked]

    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return what is seen of a pretext network.

        ``spread`` and ``effective_rank`` of the features of images set aside; ``knn_accuracy``
        and ``probe_accuracy``, where there are classes.
        """
        assert isinstance(network, PretextNetwork)  # noqa: S101 - tells the type
        asked = features_of(network.backbone, self._asked)
        found = {"spread": spread(asked), "effective_rank": effective_rank(asked)}
        if self._codes is None:
            return found
        known = features_of(network.backbone, self._known)
        both = (known, self._codes[0], asked, self._codes[1])
        return found | {
            "knn_accuracy": neighbour_accuracy(*both),
            "probe_accuracy": probe_accuracy(*both),
        }
