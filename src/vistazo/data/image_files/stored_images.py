"""One stored image file: its header first, its pixels later, never a mix of two states."""

from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from vistazo.data.decoding.headers import Header
from vistazo.data.decoding.limits import Limits, check_bytes
from vistazo.data.decoding.opening import open_image
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError
from vistazo.i18n import N_
from vistazo.reasons import reason_of

_FORMATS = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), ("JPEG", "MPO")),
    **dict.fromkeys((".tif", ".tiff"), ("TIFF",)),
    **dict.fromkeys((".heic", ".heif"), ("HEIF",)),
    **{f".{name.lower()}": (name,) for name in ("PNG", "WEBP", "BMP", "GIF", "AVIF")},
}
"""What the endings of names promise."""


def read_header(file: StoredFile, policy: DecodePolicy) -> Header | DataError:
    """Return the header of an image file, or why it is refused."""
    try:
        check_bytes(file.size(), policy.limits)
        with file.open() as stream:
            return open_image(stream, policy.limits, policy.enough)[1]
    except OSError as error:
        return _unreadable(error)
    except DataError as error:
        return error


def fill(
    pixels: NDArray[np.uint8],
    facts: NDArray[np.float32],
    file: StoredFile,
    name: str,
    policy: DecodePolicy,
) -> tuple[str, ...] | DataError:
    """Decode an image file into its place.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, channels)
    facts : ndarray of float32, shape (len(FACTS),)
        Both are filled.
    file : StoredFile
    name : str
        What the file is called.
    policy : DecodePolicy
        With the size and the channels of ``pixels``.

    Returns
    -------
    tuple of str, or DataError
        What a person should know, marked for translation; or why the file is refused.
    """
    try:
        content = content_of(file, policy.limits)
        decoded = policy.decode(content)
    except OSError as error:
        return _unreadable(error)
    except DataError as error:
        return error
    pixels[:] = policy.apply(decoded.pixels)
    facts[:] = decoded.header.facts(len(content))
    promised = _FORMATS.get(PurePath(name).suffix.lower())
    if promised is not None and decoded.header.format not in promised:
        return (*decoded.notes, N_("Where the name promises another format, the content counts."))
    return decoded.notes


def content_of(file: StoredFile, limits: Limits) -> bytes:
    """Return the whole file as it was at one time.

    Raises
    ------
    DataError
        ``E-IMG-BIG``; ``E-IMG-CHANGED`` where it was written to meanwhile.
    OSError
    """
    stamp = file.stamp()
    check_bytes(file.size(), limits)
    with file.open() as stream:
        content = stream.read()
    if file.stamp() != stamp:
        raise DataError(
            "E-IMG-CHANGED",
            N_("The file was changed while it was read."),
            N_("Wait until nothing writes to it any more, and run the command again."),
        )
    return content


def _unreadable(error: OSError) -> DataError:
    return DataError(
        "E-IMG-READ",
        N_("The file cannot be read: {reason}."),
        N_("Check that it is still there and that you may read it."),
        reason=reason_of(error),
    )
