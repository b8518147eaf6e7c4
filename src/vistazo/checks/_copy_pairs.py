"""How pairs of copies are told: their names, and what a comparison does about them."""

import numpy as np
from numpy.typing import NDArray

from vistazo.checks import Severity
from vistazo.data.dataset import ImageDataset
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _

_EXAMPLES = 10


def pair_names(data: ImageDataset, pairs: NDArray[np.int64], *, sign: str) -> tuple[str, ...]:
    """Return the first pairs as two sources, with labels where these differ.

    Parameters
    ----------
    data : ImageDataset
    pairs : ndarray of int64, shape (n_pairs, 2)
    sign : str
        What stands between the two: ``"="`` or ``"≈"``.
    """
    names = []
    for a, b in pairs[:_EXAMPLES].tolist():
        if data.labels[a] == data.labels[b]:
            names.append(f"{data.sources[a]} {sign} {data.sources[b]}")
        else:
            names.append(
                f"{data.sources[a]} ({data.labels[a]}) {sign} {data.sources[b]} ({data.labels[b]})"
            )
    return tuple(names)


def consequence(protocol: Protocol) -> tuple[Severity, str]:
    """Return how grave copies are under a protocol, and the advice."""
    if protocol.duplicates == "ignore":
        return "alarm", _(
            "Leave '--duplicates ignore' out: a test image that was trained on says nothing."
        )
    if protocol.split != "folds":  # what of them is across parts has a check of its own
        return "note", ""
    return "note", _("A comparison keeps them on one side of every split.")
