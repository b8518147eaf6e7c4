"""A fitted method as a folder: numbers, JSON and checksums, nothing that can run.

The folder
----------
``manifest.json``
    The method and its parameters, classes, image shape, preprocessing, versions, where the
    data came from, and what the model answers on four fixed images.
``weights.safetensors``
    The arrays of :class:`~vistazo.methods.State`, where there are any.
``NAME.skops``
    One for each of its scikit-learn estimators.
``weights.csv``
    Where the numbers of a network that was trained elsewhere came from, tensor by tensor, for
    methods that have one. A record for people: nothing is built from it, and a folder without
    it, as older versions wrote, is as good.
``card.md``
    The model card, where one was given.
``SHA256SUMS``
    The checksum of every other file, as ``sha256sum -c`` takes it. Written last: a folder
    without it is no model.

Pickle, in whatever file, is never read, and nothing that does not verify is used.
"""

from vistazo.persistence.describing import check_savable
from vistazo.persistence.loading import load
from vistazo.persistence.model import Model
from vistazo.persistence.saving import save

__all__ = ["Model", "check_savable", "load", "save"]
