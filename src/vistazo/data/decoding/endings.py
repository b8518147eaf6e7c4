"""Where the picture in a file ends, and how much follows that no viewer shows."""

import re
import struct
from collections.abc import Callable

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""In compressed JPEG data, what neither stands for a byte 255 nor restarts the decoder."""
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9


def bytes_beyond(content: bytes, form: str | None) -> int:
    """Return how many bytes follow the end of the picture.

    Parameters
    ----------
    content : bytes
        The whole file.
    form : str
        Pillow's name of the format. Known are the ends of JPEG, PNG, WebP and GIF; others,
        and files whose end is not found, have 0 bytes beyond it.
    """
    find_end = _ENDS.get(form or "")
    if find_end is None:
        return 0
    try:
        return max(0, len(content) - find_end(content))
    except (IndexError, struct.error):
        return 0


def _jpeg_end(content: bytes) -> int:
    if content.endswith(b"\xff\xd9"):  # as nearly all do: nothing to look for
        return len(content)
    at = 2
    while content[at + 1] != _END_OF_IMAGE:
        if content[at + 1] == 0xFF:  # fill
            at += 1
            continue
        marker = content[at + 1]
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == _START_OF_SCAN:
            found = _MARKER.search(content, at)
            if found is None:
                return len(content)
            at = found.start()
    return at + 2


def _png_end(content: bytes) -> int:
    at = 8
    while True:
        length: int
        length, name = struct.unpack_from(">I4s", content, at)
        at += 12 + length
        if name == b"IEND":
            return at


def _webp_end(content: bytes) -> int:
    length: int = struct.unpack_from("<I", content, 4)[0]
    return 8 + length + length % 2


def _gif_end(content: bytes) -> int:
    at = 13 + _colours(content[10])
    while content[at] != ord(";"):
        if content[at] == ord("!"):
            at += 2
        else:  # a picture: its place, its colours, the width of its codes
            at += 11 + _colours(content[at + 9])
        while content[at]:
            at += 1 + content[at]
        at += 1
    return at + 1


def _colours(flags: int) -> int:
    """Return the bytes of a table of colours."""
    return 3 * 2 ** (flags % 8 + 1) if flags & 0x80 else 0


_ENDS: dict[str, Callable[[bytes], int]] = {
    "JPEG": _jpeg_end,
    "PNG": _png_end,
    "WEBP": _webp_end,
    "GIF": _gif_end,
}
