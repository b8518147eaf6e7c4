"""Image files without labels: of a folder at any depth, of an archive, or listed by a table."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vistazo.data.archives import open_archive
from vistazo.data.archives.members import found_among
from vistazo.data.formats._class_layout import left_alone, told
from vistazo.data.formats._held_out import Names, has_parts, read_listing, without_test
from vistazo.data.formats._table_columns import TABLE_NAMES
from vistazo.data.formats._table_text import first_row, is_text_table, open_table, unpacked
from vistazo.data.image_files.decoding_once import decode_once
from vistazo.data.image_files.listed_paths import ListedFile
from vistazo.data.image_files.stored_files import DiskFile, StoredFile
from vistazo.data.image_files.walking import Found, Kind, shown, walk
from vistazo.data.images import Images
from vistazo.data.request import Request
from vistazo.data.unlabelled_images import UnlabelledImages, notes_on_test, only_test_images
from vistazo.errors import DataError
from vistazo.i18n import N_


def read_folder(place: Path, request: Request) -> UnlabelledImages:
    """Read all images of a folder but those of its test part, which a table in it may tell.

    Raises
    ------
    DataError
        ``E-DATA-EMPTY``, ``E-DATA-BAD``, and those of tables.
    """
    found = list(walk(place))
    files = {entry.parts: DiskFile(place.joinpath(*entry.parts)) for entry in found}
    tables = {names: files[names] for names in _tables(found) if is_text_table(files[names].path)}
    return _read(place, found, files, tables, request, root=place)


def read_archive(place: Path, request: Request) -> UnlabelledImages:
    """Read all images of a zip or tar as :func:`read_folder` reads the unpacked folder.

    Raises
    ------
    DataError
        ``E-ARC-…`` for an archive that is damaged, locked or a threat; as ``read_folder``.
    """
    with open_archive(place) as listed:
        members = dict(listed)
        files = {names: file for names, file in members.items() if file is not None}
        found = found_among(members)
        tables = {names: unpacked(place, names, files[names]) for names in _tables(found)}
        return _read(place, found, files, tables, request, root=None)


def read_table(place: Path, request: Request) -> UnlabelledImages:
    """Read the images that a table lists, but those of its test part; labels are not looked at.

    Raises
    ------
    DataError
        ``E-DATA-EMPTY``, ``E-DATA-BAD``, and those of tables.
    """
    table = open_table(place)
    listing = read_listing(table)
    if not listing.files:
        raise DataError(
            "E-DATA-EMPTY",
            N_("{table} lists no images."),
            N_("Expected are rows, each with the path of an image."),
            table=place,
        )
    folder = place.parent.resolve()
    kept = without_test(listing.files, listing.test, folder)
    files = {names: ListedFile(folder, "/".join(names)) for names in kept}
    return read_files(files, len(listing.files), request, table.notes)


def _tables(found: Iterable[Found]) -> list[Names]:
    return [
        entry.parts
        for entry in found
        if entry.kind is Kind.OTHER and entry.parts[-1] in TABLE_NAMES
    ]


def _read(
    place: Path,
    found: Sequence[Found],
    files: Mapping[Names, StoredFile],
    tables: Mapping[Names, StoredFile],
    request: Request,
    root: Path | None,
) -> UnlabelledImages:
    images = [entry.parts for entry in found if entry.kind is Kind.IMAGE]
    if not images:
        others = [entry.parts for entry in found if entry.kind is not Kind.FOLDER]
        raise DataError(
            "E-DATA-EMPTY",
            N_("No images were found in {folder}. Found: {found}."),
            N_("Expected are images, in {folder} or in folders in it."),
            folder=place,
            found=told(others),
        )
    listed = [
        (*names[:-1], *test)
        for names, file in tables.items()
        if has_parts(first_row(file))
        for test in read_listing(open_table(place.joinpath(*names), file)).test
    ]
    kept = without_test(images, listed, root)
    chosen = {names: files[names] for names in kept}
    return read_files(chosen, len(images), request, left_alone(found))


def read_files(
    files: Mapping[Names, StoredFile],
    n_images: int,
    request: Request,
    notes: Sequence[str] = (),
) -> UnlabelledImages:
    """Decode the files that are of no test part, in order.

    Parameters
    ----------
    files : mapping
        By the names that lead to each.
    n_images : int
        With those of the test part.
    request : Request
    notes : sequence of str

    Raises
    ------
    DataError
        ``E-DATA-EMPTY`` where all are of the test part, ``E-DATA-BAD``.
    """
    if not files:
        raise only_test_images(request.name, n_images)
    names = [shown("/".join(one)) for one in files]
    decoded = decode_once(list(files.values()), names, request.policy, request.progress)
    return UnlabelledImages(
        request.name,
        Images(decoded.pixels, decoded.facts, fit=decoded.policy.fit),
        tuple(names[row] for row in decoded.rows),
        decoded.bad_files,
        (*notes, *notes_on_test(n_images - len(files)), *decoded.notes),
        decoded.policy,
    )
