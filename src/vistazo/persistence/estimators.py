"""scikit-learn estimators as skops bytes and back: only types on a list are ever built."""

import io
import warnings
import zipfile
from typing import Any

from sklearn.exceptions import InconsistentVersionWarning

from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.persistence.trees import check_trees

TRUSTED = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.tree._tree.Tree",  # its nodes are checked after it is built
)
"""Types of our methods beyond those that skops itself trusts."""


def pack_estimator(estimator: Any) -> bytes:
    """Return a fitted estimator as the content of a ``.skops`` file."""
    import skops.io  # here, for it imports all of scikit-learn and torch, which takes seconds

    content: bytes = skops.io.dumps(estimator)
    return content


def unpack_estimator(name: str, content: bytes) -> Any:
    """Return the estimator in the content of a ``.skops`` file.

    Parameters
    ----------
    name : str
        The file's, for messages.
    content : bytes

    Raises
    ------
    DataError
        ``E-MODEL-UNTRUSTED`` for types that are not on the list, before anything is built;
        ``E-MODEL-FORMAT`` for what is no skops file.
    """
    import skops.io

    try:
        _check_archive(content)
        untrusted = sorted({*skops.io.get_untrusted_types(data=content)} - {*TRUSTED})
        if untrusted:
            raise DataError(
                "E-MODEL-UNTRUSTED",
                N_("'{name}' needs types that are not known to be safe: {types}."),
                N_("Only models made of Vistazo's own methods can be kept as a model folder."),
                name=name,
                types=", ".join(untrusted),
            )
        with warnings.catch_warnings():
            # the probe decides whether another version answers the same
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            estimator = skops.io.loads(content, trusted=list(TRUSTED))
        check_trees(estimator)
    except DataError:
        raise
    except Exception as error:  # hostile bytes: the parser may raise anything
        raise DataError(
            "E-MODEL-FORMAT",
            N_("'{name}' cannot be read: {reason}."),
            N_("Copy the model folder again from its source, or train the model again."),
            name=name,
            reason=str(error).strip().rstrip("."),
        ) from error
    return estimator


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    # skops stores without compression: an archive that unpacks to more than itself is a bomb
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ValueError("compressed entries")
    if len({entry.filename for entry in entries}) != len(entries):
        raise ValueError("an entry is there twice")
    if sum(entry.file_size for entry in entries) > len(content):
        raise ValueError("entries overlap")
