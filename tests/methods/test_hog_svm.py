"""HOG and SVM with calibrated probabilities on few images."""

import numpy as np
import pytest

from tests.conftest import stripes
from vistazo.errors import DataError
from vistazo.methods.hog_svm import HOGSVMClassifier

PIXELS, LABELS = stripes()


def few(n):
    """Return all images of two classes and n of the third."""
    first = np.unique(LABELS)[0]
    rare = np.flatnonzero(first == LABELS)[:n]
    rows = np.concatenate([rare, np.flatnonzero(first != LABELS)])
    return PIXELS[rows], LABELS[rows]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_calibration_takes_as_many_folds_as_the_rarest_class_allows(n):
    """Probabilities are there and sum to one with two images of a class."""
    pixels, labels = few(n)
    found = HOGSVMClassifier(calibration="temperature").fit(pixels, labels).predict_proba(pixels)
    assert found.shape == (len(pixels), 3)
    assert np.allclose(found.sum(axis=1), 1)


def test_one_image_of_a_class_cannot_be_calibrated():
    """The error names the class; without calibration one image is enough."""
    pixels, labels = few(1)
    with pytest.raises(DataError, match=f"{labels[0]}.*E-DATA-FEW"):
        HOGSVMClassifier(calibration="temperature").fit(pixels, labels)
    assert len(HOGSVMClassifier().fit(pixels, labels).classes_) == 3
