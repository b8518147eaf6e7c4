"""How much of a pretrained network is trained again: the notation, and advice."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import UsageError
from vistazo.i18n import N_, _, number
from vistazo.transfer.strength import Chosen

_ALL_BUT = re.compile(r"all-but-([1-9]\d*)")
FEW = 5
"""Images per class below which the head alone is trained."""
MANY = 200
"""Images per class from which a network learns layers that nothing here resembles."""
ALIKE = 0.5
"""Similarity below which the images are taken for unlike those of the training elsewhere."""


@dataclass(frozen=True)
class Advice:
    """What should stay frozen, and by what it was decided.

    Parameters
    ----------
    freeze : str
    images_per_class : float
        Their mean.
    similarity : float or None
        See :func:`similarity`; None where no class had two images.
    """

    freeze: str
    images_per_class: float
    similarity: float | None

    def sentence(self) -> str:
        """Return both for a person."""
        values = {
            "freeze": self.freeze,
            "n_images": number(self.images_per_class, 1),
            "similarity": "–" if self.similarity is None else number(self.similarity, 2),
        }
        return _(
            "freeze=auto chose {freeze}: images per class: {n_images}; the linear probe's balanced"
            " accuracy inside the training, from 0 (chance) to 1: {similarity}.",
            **values,
        )


def advice_on(codes: NDArray[np.int64], probe: Chosen, n_layers: int) -> Advice:
    """Return what should stay frozen, from the number of images and how similar they are.

    - Few images: everything, and only the head is trained. More parameters than that follow
      chance, whatever the images are.
    - Many images unlike those of the training elsewhere: the first third of the layers.
    - Else: the first two thirds.

    The four cases of Stanford's course CS231n, "Transfer learning", where few images that are
    unlike have features of an earlier layer, which there are none of here. That last layers are
    the special ones: Yosinski et al., "How transferable are features in deep neural networks?",
    2014, fig. 2.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_images,)
        Classes of the training images.
    probe : Chosen
        What the linear probe predicted on training images held out.
    n_layers : int
        Parts of the network without its head.
    """
    per_class = len(codes) / len(np.unique(codes))
    alike = similarity(codes, probe)
    if per_class < FEW or alike is None:
        return Advice("all", per_class, alike)
    if per_class >= MANY and alike < ALIKE:
        return Advice(_last(2 * n_layers / 3), per_class, alike)
    return Advice(usual(n_layers), per_class, alike)


def usual(n_layers: int) -> str:
    """Return the notation for all but the last third of the layers."""
    return _last(n_layers / 3)


def similarity(codes: NDArray[np.int64], probe: Chosen) -> float | None:
    """Return how far features learned elsewhere tell these classes apart, held out.

    Balanced accuracy of the linear probe where it chose its strength, with 0 for chance and 1
    for no mistake; None where nothing could be held out.
    """
    if not len(probe.rows):
        return None
    right = probe.predicted == codes[probe.rows]
    recalls = [right[codes[probe.rows] == code].mean() for code in np.unique(codes[probe.rows])]
    chance = 1 / len(recalls)
    return float((np.mean(recalls) - chance) / (1 - chance))


def check_freeze(freeze: str, n_layers: int) -> None:
    """Raise ``E-FREEZE`` for a text that does not say which layers stay as they are.

    Parameters
    ----------
    freeze : str
    n_layers : int
        Parts of the network without its head.
    """
    found = _ALL_BUT.fullmatch(freeze)
    if freeze in ("auto", "all", "none") or (found and int(found[1]) <= n_layers):
        return
    raise UsageError(
        "E-FREEZE",
        N_("'{value}' does not say which of the network's {n_layers} layers stay as they are."),
        N_(
            "Write all (only the new head is trained), none (everything is trained), auto, or"
            " for example all-but-3 (the last 3 layers and the head are trained)."
        ),
        value=freeze,
        n_layers=n_layers,
    )


def n_frozen(freeze: str, n_layers: int) -> int:
    """Return how many layers, from the first on, stay as they are: ``auto`` takes the usual."""
    check_freeze(freeze, n_layers)
    if freeze in ("all", "none"):
        return n_layers if freeze == "all" else 0
    if freeze == "auto":
        return n_frozen(usual(n_layers), n_layers)
    return n_layers - int(freeze.rpartition("-")[2])


def _last(n_trained: float) -> str:
    # a network that comes in one piece has no last layers of its own
    return f"all-but-{round(n_trained)}" if n_trained >= 0.5 else "all"
