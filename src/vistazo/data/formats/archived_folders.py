"""Zip and tar archives of class folders, read without unpacking them by hand."""

from pathlib import Path

from vistazo.data.archives import is_archive, open_archive
from vistazo.data.archives.members import found_among
from vistazo.data.dataset import ImageDataset
from vistazo.data.formats import Format
from vistazo.data.formats._class_layout import has_classes, nothing_in, read_classes
from vistazo.data.formats.cifar import Cifar
from vistazo.data.request import Request

__all__ = ["ArchivedFolders"]


class ArchivedFolders(Format):
    """``.zip``, ``.tar``, ``.tar.gz``, ``.tar.bz2`` and ``.tar.xz`` with class folders inside.

    Layouts, order and what is skipped are those of class folders. Archives inside the archive
    are left alone.
    """

    def recognises(self, path: Path) -> bool:
        """Tell by the first bytes whether it is an archive, and of no data set known otherwise."""
        return is_archive(path) and not Cifar().recognises(path)

    def read(self, path: Path, request: Request) -> ImageDataset:
        """Read all class folders.

        Raises
        ------
        DataError
            ``E-ARC-…`` for an archive that is damaged, locked or a threat; ``E-DATA-…``.
        """
        with open_archive(path) as listed:
            members = dict(listed)
            found = found_among(members)
            if not has_classes(found):
                raise nothing_in(path, found)
            files = {parts: file for parts, file in members.items() if file is not None}
            return read_classes(found, files.__getitem__, request)
