"""Class names: ordered, selected, and refused where two only look different."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vistazo.errors import DataError, UsageError
from vistazo.i18n import N_, _, ngettext

_MOST_CODES = 8
"""Code points of a difference that are shown."""


class Selection(NamedTuple):
    """Which images are kept, under which labels.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_kept,)
    labels : ndarray of str, shape (n_kept,)
    classes : tuple of str
        In order; some may have no image.
    notes : tuple of str
        What was left out.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.str_]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def select(labels: NDArray[np.str_], classes: Sequence[str] | None) -> Selection:
    """Apply the classes that a person asked for.

    Parameters
    ----------
    labels : ndarray of str, shape (n_images,)
    classes : sequence of str, optional
        Either some of the labels: their order, and images of other classes are left out.
        Or, where the labels are the numbers 0, 1, …: the names of these numbers.
        None takes all classes, sorted.

    Raises
    ------
    DataError
        ``E-DATA-CLASSES`` for a class without images, with the nearest names;
        ``E-DATA-SAMECLASS`` for names that differ only in capitals, in outer spaces or in
        how accents are stored, unless a person has listed them.
    UsageError
        ``E-CLASSES`` for a class that is listed twice.
    """
    if classes is None:
        _refuse_lookalikes(set(labels.tolist()))
    labels = np.array([_one_spelling(label) for label in labels.tolist()], dtype=np.str_)
    everything, found = np.arange(len(labels)), in_order(labels.tolist())
    if classes is None:
        return Selection(everything, labels, found, ())
    wanted = tuple(_one_spelling(str(name)) for name in classes)
    if len(set(wanted)) < len(wanted):
        raise UsageError(
            "E-CLASSES",
            N_("A class is listed twice in {classes}."),
            N_("List each class once."),
            classes=listed(wanted),
        )
    unknown = [name for name in wanted if name not in found]
    positions = {str(position) for position in range(len(wanted))}
    if unknown == list(wanted) and positions >= set(found):
        named = np.array([wanted[int(label)] for label in labels.tolist()], dtype=np.str_)
        return Selection(everything, named, wanted, ())
    if unknown:
        raise _without_images(unknown[0], found)
    rows = np.flatnonzero(np.isin(labels, wanted))
    return Selection(rows, labels[rows], wanted, _left_out(len(labels) - len(rows), found, wanted))


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return distinct class names sorted: by value where all are whole numbers."""
    distinct = set(names)
    if all(name.removeprefix("-").isdecimal() for name in distinct):
        return tuple(sorted(distinct, key=lambda name: (int(name), name)))
    return tuple(sorted(distinct))


def listed(names: Iterable[str], limit: int = 10) -> str:
    """Write names for a person: the first few, where there are many."""
    names = list(names)
    if len(names) <= limit:
        return ", ".join(names)
    return _("{names} and {n} more", names=", ".join(names[:limit]), n=len(names) - limit)


def _left_out(n_images: int, found: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    if not n_images:
        return ()
    note = ngettext(
        "{n} image of other classes was left out: {left}.",
        "{n} images of other classes were left out: {left}.",
        n_images,
        left=listed(name for name in found if name not in wanted),
    )
    return (note,)


def _refuse_lookalikes(names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in sorted(names):
        looks = _one_spelling(name.casefold())
        if looks in seen:
            raise _lookalikes(seen[looks], name)
        seen[looks] = name


def _lookalikes(first: str, second: str) -> DataError:
    message = N_("The classes '{first}' and '{second}' differ only in how they are written.")
    if _nfc(first) == _nfc(second):
        message = N_(
            "The classes '{first}' ({codes}) and '{second}' ({other_codes}) are one name, stored "
            "as different characters."
        )
    return DataError(
        "E-DATA-SAMECLASS",
        message,
        N_("Merge or rename them; if they are different, list the classes with --classes."),
        first=first,
        second=second,
        codes=_codes_unlike(first, second),
        other_codes=_codes_unlike(second, first),
    )


def _codes_unlike(text: str, other: str) -> str:
    """Return the code points of a text from its first to its last difference from another."""
    start = _n_alike(text, other)
    rest, other_rest = text[start:], other[start:]
    end = len(rest) - _n_alike(rest[::-1], other_rest[::-1])
    return " ".join(f"U+{ord(character):04X}" for character in rest[:end][:_MOST_CODES])


def _n_alike(text: str, other: str) -> int:
    pairs = enumerate(zip(text, other, strict=False))
    return next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))


def _one_spelling(text: str) -> str:
    # of accents, whatever the file system; tables lose outer spaces
    return _nfc(text).strip() or text


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _without_images(name: str, found: tuple[str, ...]) -> DataError:
    near = difflib.get_close_matches(name, found, n=3, cutoff=0.5)
    return DataError(
        "E-DATA-CLASSES",
        N_("There are no images of the class '{name}'."),
        N_("Did you mean {near}?") if near else N_("There are: {found}."),
        name=name,
        near=", ".join(f"'{n}'" for n in near),
        found=listed(found),
    )
