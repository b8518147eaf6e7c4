"""An image file wherever it is: on disk, in an archive, in a table."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol


class StoredFile(Protocol):
    """Bytes that can be opened again and again, from several threads at once."""

    def size(self) -> int:
        """Return the number of bytes.

        Raises
        ------
        OSError
        """

    def open(self) -> BinaryIO:
        """Open the bytes for reading, at their start.

        Raises
        ------
        OSError
        """


@dataclass(frozen=True)
class DiskFile:
    """A file on disk."""

    path: Path

    def size(self) -> int:
        """Return the number of bytes."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        return self.path.open("rb")


@dataclass(frozen=True)
class BytesFile:
    """The content of a file, at hand, such as a cell of a table."""

    content: bytes = field(repr=False)

    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.content)

    def open(self) -> BinaryIO:
        """Return the content as a file."""
        return io.BytesIO(self.content)
