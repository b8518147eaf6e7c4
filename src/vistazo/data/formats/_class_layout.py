"""What folders and archives of class folders share: where the class stands, and what is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vistazo.data.assembly import PARTS
from vistazo.data.classes import listed
from vistazo.data.dataset import ImageDataset
from vistazo.data.image_files.labelled_files import from_files
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.image_files.walking import Found, Kind, shown, suffixes
from vistazo.data.request import Request
from vistazo.errors import DataError
from vistazo.i18n import N_, _, ngettext


def has_classes(found: Iterable[Found]) -> bool:
    """Tell whether some image lies in a class folder."""
    images = _of_kind(found, Kind.IMAGE)
    layout = _layout_of(images)
    return any(layout.holds(names) for names in images)


def read_classes(
    found: Sequence[Found], file_of: Callable[[tuple[str, ...]], StoredFile], request: Request
) -> ImageDataset:
    """Read all class folders.

    Parameters
    ----------
    found : sequence of Found
        Everything there is, in order.
    file_of : callable
        Given the names that lead to an image, returns its file.
    request : Request

    Raises
    ------
    DataError
        ``E-DATA-…``.
    """
    images = _of_kind(found, Kind.IMAGE)
    layout = _layout_of(images)
    labelled = [names for names in images if layout.holds(names)]
    labels = np.array([shown(names[layout.depth]) for names in labelled], dtype=np.str_)
    parts = [names[layout.depth - 1] for names in labelled] if layout.parts else None
    return from_files(
        [file_of(names) for names in labelled],
        [shown("/".join(names)) for names in labelled],
        labels,
        request,
        split=None if parts is None else np.array(parts, dtype=np.str_),
        notes=_notes(found, layout, set(labels.tolist())),
    )


def nothing_in(place: Path, found: Iterable[Found]) -> DataError:
    """Return the error for a place without class folders, with what is there instead."""
    files = [entry for entry in found if entry.kind is not Kind.FOLDER]
    n_images = sum(entry.kind is Kind.IMAGE for entry in files)
    if n_images:
        return DataError(
            "E-DATA-NOCLASS",
            N_("{folder} has images ({n_images}), but nothing says which class they are of."),
            N_("Put each class in its own folder, such as {folder}/cats/1.jpg."),
            folder=place,
            n_images=n_images,
        )
    return DataError(
        "E-DATA-EMPTY",
        N_("No images were found in {folder}. Found: {found}."),
        N_("Expected are class folders, such as {folder}/cats/1.jpg."),
        folder=place,
        found=told([file.parts for file in files]),
    )


def told(files: Sequence[tuple[str, ...]]) -> str:
    """Tell which files there are where images were expected."""
    if not files:
        return _("nothing")
    return ngettext("{n} file ({kinds})", "{n} files ({kinds})", len(files), kinds=suffixes(files))


@dataclass(frozen=True)
class _Layout:
    """Where the class stands among the names that lead to an image.

    ``above`` are folders around everything; ``parts`` tells whether train, val and test
    folders come before the class.
    """

    above: tuple[str, ...]
    parts: bool

    @property
    def depth(self) -> int:
        return len(self.above) + self.parts

    def holds(self, names: tuple[str, ...]) -> bool:
        """Tell whether an image lies in a class folder."""
        return (
            names[: len(self.above)] == self.above
            and len(names) >= self.depth + 2
            and (not self.parts or names[len(self.above)].casefold() in PARTS)
        )


def _layout_of(images: Sequence[tuple[str, ...]]) -> _Layout:
    above: tuple[str, ...] = ()
    while True:
        inside = [n[len(above) :] for n in images if _Layout(above, parts=False).holds(n)]
        folders = {names[0] for names in inside}
        if len(folders) != 1 or any(len(names) == 2 for names in inside):
            return _Layout(above, _are_parts(folders, inside))
        above += tuple(folders)


def _are_parts(folders: set[str], inside: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether folders are parts: all are called so, or some, with folders in them."""
    parts = {folder for folder in folders if folder.casefold() in PARTS}
    nested = any(names[0] in parts and len(names) > 2 for names in inside)
    return len(parts) > 1 and (parts == folders or nested)


def _of_kind(found: Iterable[Found], kind: Kind) -> list[tuple[str, ...]]:
    return [entry.parts for entry in found if entry.kind is kind]


def _notes(found: Sequence[Found], layout: _Layout, labels: set[str]) -> list[str]:
    notes = []
    if layout.above:
        notes.append(_("The class folders are in {folder}.", folder=shown("/".join(layout.above))))
    empty = {
        shown(names[-1])
        for names in _of_kind(found, Kind.FOLDER)
        if len(names) == layout.depth + 1 and layout.holds((*names, ""))
    }
    if empty - labels:
        names = listed(sorted(empty - labels))
        notes.append(_("Class folders without images were ignored: {names}.", names=names))
    outside = [names for names in _of_kind(found, Kind.IMAGE) if not layout.holds(names)]
    if outside:
        notes.append(
            ngettext(
                "{n} image outside the class folders was not used ({example}).",
                "{n} images outside the class folders were not used, such as {example}.",
                len(outside),
                example=shown("/".join(outside[0])),
            )
        )
    return [*notes, *left_alone(found)]


def left_alone(found: Sequence[Found]) -> list[str]:
    """Return notes on what is there and is no image: other files, and links."""
    notes = []
    others = _of_kind(found, Kind.OTHER)
    if others:
        notes.append(
            ngettext(
                "{n} other file was left alone ({kinds}).",
                "{n} other files were left alone ({kinds}).",
                len(others),
                kinds=suffixes(others),
            )
        )
    links = _of_kind(found, Kind.LINK)
    if links:
        notes.append(
            ngettext(
                "{n} link to a folder or out of the data was not followed ({example}).",
                "{n} links to folders or out of the data were not followed, such as {example}.",
                len(links),
                example=shown("/".join(links[0])),
            )
        )
    return notes
