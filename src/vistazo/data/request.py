"""What a person asked for when they named a source of images."""

from collections.abc import Sequence
from dataclasses import dataclass

from vistazo.data.image_files.decoded_files import Progress
from vistazo.data.policy import DecodePolicy


@dataclass(frozen=True)
class Request:
    """How a source is to be read.

    Parameters
    ----------
    name : str
        What reports call the data set.
    policy : DecodePolicy
        How image files become pixels; what it leaves open is decided from the data.
    classes : sequence of str, optional
        See :func:`~vistazo.data.classes.select`.
    progress : callable, optional
        Called with the number of image files done and of all.
    label_column : str, optional
        The column of a table that holds the labels; None looks for it.
    shape : sequence of int, optional
        Of one image, for flat rows: (h, w), (h, w, c) or (c, h, w); None means square and gray.
    """

    name: str
    policy: DecodePolicy = DecodePolicy()  # noqa: RUF009 - frozen
    classes: Sequence[str] | None = None
    progress: Progress | None = None
    label_column: str | None = None
    shape: Sequence[int] | None = None
