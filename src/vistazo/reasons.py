"""What the system or a library says went wrong, in the language in force where it is known.

The system answers in English whatever the language, and so do the libraries.
"""

import re
from typing import Any

from vistazo.i18n import N_, _

_OF_THE_SYSTEM = frozenset(
    (
        N_("Permission denied"),
        N_("Operation not permitted"),
        N_("No such file or directory"),
        N_("Not a directory"),
        N_("Is a directory"),
        N_("Directory not empty"),
        N_("File exists"),
        N_("File name too long"),
        N_("File too large"),
        N_("No space left on device"),
        N_("Disk quota exceeded"),
        N_("Read-only file system"),
        N_("Input/output error"),
        N_("Too many open files"),
        N_("Too many levels of symbolic links"),
        N_("not a regular file"),
    )
)
_OF_LIBRARIES = {
    r"File is not a zip file": N_("it is no zip archive"),
    r"Bad CRC-32 for file '(?P<name>.*)'": N_("the checksum of {name} is wrong"),
    r"Bad magic number for .*|Truncated (central directory|file header)": N_(
        "the list of its files is damaged"
    ),
    r"Compressed file ended before .*|Error -5 while decompressing data.*": N_(
        "the compressed data end too early"
    ),
    r"Error -\d+ while decompressing data.*|Invalid data stream|CRC check failed.*": N_(
        "the compressed data are damaged"
    ),
    r"unexpected end of data|truncated header|Truncated File Read": N_("it ends too early"),
    r"bad checksum|invalid header": N_("its header is damaged"),
    r"image file is truncated.*": N_("the image ends too early"),
    r"(broken|unrecognized) data stream .*": N_("the data of the image are damaged"),
    r"'(?P<encoding>[\w-]+)' codec can't decode byte .* in position (?P<position>\d+).*": N_(
        "byte {position} is no text in {encoding}"
    ),
    r"Got unexpected extra argument(s|\(s\))? \((?P<words>.*)\)": N_(
        "nothing more was expected: {words}"
    ),
    r"mapping values are not allowed here": N_("a colon stands where none may"),
    r"could not find expected ':'": N_("a colon is missing"),
    r"found character '\\t' that cannot start any token": N_("a tab stands where only blanks may"),
    r"found unexpected end of stream|.*but (got|found) '<(stream|document) (end|start)>'": N_(
        "a quotation mark or a bracket is not closed"
    ),
    r"expected <block end>, but found .*|expected ',' or '[]}]', but got .*": N_(
        "the indentation is wrong, or a bracket or comma is missing"
    ),
}


def reason_of(error: Exception) -> str:
    """Return why a library or the system refused something, without a full stop.

    What is not known stays as it was said.
    """
    mark: Any = getattr(error, "problem_mark", None)
    if mark is not None:  # of YAML
        return _(
            "{problem} (line {line}, column {column})",
            problem=_translated(str(getattr(error, "problem", ""))),
            line=mark.line + 1,
            column=mark.column + 1,
        )
    text = str(getattr(error, "strerror", None) or error)
    return _translated(" ".join(text.split()).rstrip(".")) or type(error).__name__


def _translated(text: str) -> str:
    if text in _OF_THE_SYSTEM:
        return _(text)
    for pattern, known in _OF_LIBRARIES.items():
        if found := re.fullmatch(pattern, text):
            return _(known, **found.groupdict())
    return text
