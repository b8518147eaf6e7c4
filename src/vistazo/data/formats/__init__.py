"""The ways in which labelled images are stored; one file per format."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from vistazo.data.dataset import ImageDataset
from vistazo.data.request import Request


class Format(ABC):
    """One way in which labelled images are stored; made without arguments.

    Laws
    ----
    - The source is only read. Nothing in it is executed or written, nothing is unpickled but
      plain values and arrays, and only regular files are opened.
    - Recognising reads names and first bytes, decodes nothing and never raises on a path
      that exists. It is true only for what no other format could mean: two formats that
      recognise one path are an error that the reader is told.
    - A row keeps its image, label, group, part and source together; the order of the rows
      follows from the source, not from the machine.
    - An image file that cannot be read becomes a ``BadFile``; a container that cannot be
      read is a ``DataError``. Neither is replaced or guessed.
    - Image files are decoded by the policy asked for. Images stored as arrays keep their
      size and channels; ``read_images`` applies the policy to them.

    Attributes
    ----------
    takes : frozenset of str
        The fields of a request that not every format has a use for, and this one has:
        ``label_column``, ``shape``.
    """

    takes: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Tell whether an existing file or folder is of this format."""

    @abstractmethod
    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read a file or folder that was recognised.

        Raises
        ------
        DataError
            Where there is nothing to read, or what is there contradicts itself.
        """
