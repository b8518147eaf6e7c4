"""How a file on disk begins: what formats are recognised by."""

from pathlib import Path

_N = 16


def first_bytes(path: Path) -> bytes:
    """Return the first 16 bytes of a regular file; none of anything else, or if unreadable."""
    try:
        if not path.is_file():  # a pipe would wait for ever
            return b""
        with path.open("rb") as file:
            return file.read(_N)
    except OSError:
        return b""
