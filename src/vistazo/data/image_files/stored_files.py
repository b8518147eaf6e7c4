"""An image file wherever it is: on disk, in an archive, in a table."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol

from vistazo.files import sha256


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

    def stamp(self) -> str:
        """Return what is another text once the bytes are others, without reading them all.

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

    def stamp(self) -> str:
        """Return path, size and times of the last changes of content and entry."""
        status = self.path.stat()
        return f"{self.path.absolute()}|{status.st_size}|{status.st_mtime_ns}|{status.st_ctime_ns}"


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

    def stamp(self) -> str:
        """Return the SHA-256 of the content."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        return sha256(self.content)
