"""What a model answers on fixed images: whether it still answers the same elsewhere."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import DataError, VistazoError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.persistence.manifest import N_PROBES, ProbeAnswers
from vistazo.persistence.rebuilding import unfitting
from vistazo.persistence.weights import not_finite

TOLERANCE = 1e-4
"""How far a probability may be from the stored one."""


def probe_images(shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return the images, shape (N_PROBES, height, width, channels).

    Their bytes are SHAKE-256 of a fixed text: unlike those of a random generator they
    cannot change with a version of NumPy.
    """
    size = N_PROBES * shape[0] * shape[1] * shape[2]
    content = hashlib.shake_256(b"vistazo.model probe").digest(size)
    return np.frombuffer(content, np.uint8).reshape(N_PROBES, *shape)


def answers(estimator: ImageClassifier, method: str) -> ProbeAnswers:
    """Return what a fitted method answers on the images.

    Raises
    ------
    DataError
        ``E-MODEL-STATE`` where it fails on them, ``E-MODEL-NAN`` where its probabilities are
        not finite.
    """
    images = probe_images(estimator.image_shape_)
    try:
        labels = tuple(str(label) for label in estimator.predict(images).tolist())
        if not hasattr(estimator, "predict_proba"):
            return ProbeAnswers(labels=labels, probabilities=None)
        probabilities = estimator.predict_proba(images)
        if not np.isfinite(probabilities).all():
            raise not_finite("predict_proba")
        return ProbeAnswers(labels=labels, probabilities=tuple(map(tuple, probabilities.tolist())))
    except VistazoError:
        raise
    except Exception as error:  # what numbers from a file can break is not foreseeable
        raise unfitting(method, error) from error


def check_answers(stored: ProbeAnswers, now: ProbeAnswers, versions: str) -> None:
    """Raise ``E-MODEL-PROBE`` where a model does not answer as it did when it was saved."""
    if not _agree(stored, now):
        raise DataError(
            "E-MODEL-PROBE",
            N_(
                "The model does not answer on {n} stored images as it did when it was saved"
                " (saved with {versions})."
            ),
            N_("Use it with the versions it was saved with, or train it again."),
            n=N_PROBES,
            versions=versions,
        )


def _agree(stored: ProbeAnswers, now: ProbeAnswers) -> bool:
    if stored.probabilities is None or now.probabilities is None:
        return stored == now
    before, after = np.array(stored.probabilities), np.array(now.probabilities)
    if before.shape != after.shape or np.abs(before - after).max() > TOLERANCE:
        return False
    # two classes nearer to each other than the tolerance may exchange their places
    second, first = np.sort(before, axis=1)[:, -2:].T
    same = np.array(stored.labels) == np.array(now.labels)
    return bool(np.all(same | (first - second <= 2 * TOLERANCE)))
