"""What compressed files can hold at most, to refuse headers that declare more."""

LARGEST_RATIO = 1032
"""Bytes that one byte of a deflate stream (gzip, zip) can expand to; from its format."""
