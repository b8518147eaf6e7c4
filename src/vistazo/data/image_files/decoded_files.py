"""Many image files to one array, in two passes: sizes first, then pixels of one size."""

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from vistazo.data.classes import listed
from vistazo.data.dataset import BadFile, by_cause, too_many_bad
from vistazo.data.decoding import SALVAGED
from vistazo.data.decoding.headers import Header
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.image_files.stored_images import fill, read_header
from vistazo.data.images import FACTS
from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError
from vistazo.i18n import N_, _, ngettext

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""

Room = Callable[[tuple[int, ...], type[np.uint8]], NDArray[np.uint8]]
"""What gives an array of a shape."""

KEPT_SIDE = 256
"""Pixels of the longer side up to which images of one size are kept as they are."""
COMMON_SIZE = (128, 128)
"""What images get otherwise, where no size was asked for."""


@dataclass(frozen=True, eq=False)
class DecodedFiles:
    """The files that could be read, and what happened to the others.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_read,)
        Positions of the files read.
    pixels : ndarray of uint8, shape (n_read, height, width, channels)
    facts : ndarray of float32, shape (n_read, len(FACTS))
    bad_files : tuple of BadFile
    notes : tuple of str
    policy : DecodePolicy
        With the size and the channels that were decided.
    """

    rows: NDArray[np.int64]
    pixels: NDArray[np.uint8] = field(repr=False)
    facts: NDArray[np.float32] = field(repr=False)
    bad_files: tuple[BadFile, ...]
    notes: tuple[str, ...]
    policy: DecodePolicy


def decode_files(
    files: Sequence[StoredFile],
    names: Sequence[str],
    policy: DecodePolicy,
    progress: Progress | None = None,
    room: Room = np.empty,
) -> DecodedFiles:
    """Decode files to one size and number of channels.

    The first pass reads headers and decides what the policy leaves open: one channel where
    every image is gray, else three; the common size up to :data:`KEPT_SIDE`, else
    :data:`COMMON_SIZE`. The second decodes, each image straight into its place, so that
    no full-size images pile up.

    Parameters
    ----------
    files : sequence of StoredFile
    names : sequence of str
        What the files are called in errors.
    policy : DecodePolicy
    progress : callable, optional
        Called before the second pass and after each of its images.
    room : callable
        Given a shape and uint8, returns an array to be filled.

    Raises
    ------
    DataError
        ``E-DATA-BAD`` where no file can be read, or more than 5 % and more than 3 cannot.
    """
    bad: dict[int, DataError] = {}
    notes: dict[str, list[str]] = {}
    # each thread may hold one image of max_pixels
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as executor:
        # Pillow warns of odd tags in files that it reads all the same
        warnings.filterwarnings("ignore", module="PIL")
        headers: dict[int, Header] = {}
        # an image with more pixels than the limit never keeps its size
        first = replace(policy, size=policy.size or COMMON_SIZE)
        for row, header in enumerate(executor.map(read_header, files, repeat(first))):
            if isinstance(header, DataError):
                bad[row] = header
            else:
                headers[row] = header
        decided, shape, policy_notes = _decide(list(headers.values()), policy)
        rows = np.fromiter(headers, np.int64)
        pixels = room((len(rows), *shape), np.uint8)
        facts = np.empty((len(rows), len(FACTS)), np.float32)
        good = [files[row] for row in headers]
        report = progress or (lambda _done, _total: None)
        report(0, len(rows))
        called = [names[row] for row in headers]
        outcomes = executor.map(fill, pixels, facts, good, called, repeat(decided))
        for done, (row, outcome) in enumerate(zip(headers, outcomes, strict=True), 1):
            if isinstance(outcome, DataError):
                bad[row] = outcome
            else:
                for note in outcome:
                    notes.setdefault(note, []).append(names[row])
            report(done, len(rows))
    bad_files = tuple(BadFile(names[row], bad[row].code, bad[row].what) for row in sorted(bad))
    _refuse_mostly_bad(bad_files, len(files))
    read = ~np.isin(rows, list(bad))
    if not read.all():
        for row, source in enumerate(np.flatnonzero(read)):  # in place: there may be no other room
            pixels[row] = pixels[source]
        rows, pixels, facts = rows[read], pixels[: read.sum()], facts[read]
    all_notes = (*policy_notes, *(_file_note(note, where) for note, where in notes.items()))
    return DecodedFiles(rows, pixels, facts, bad_files, all_notes, decided)


def _decide(
    headers: Sequence[Header], policy: DecodePolicy
) -> tuple[DecodePolicy, tuple[int, int, int], tuple[str, ...]]:
    notes = []
    channels = policy.channels
    if channels is None:
        n_gray = sum(header.gray for header in headers)
        channels = 1 if n_gray == len(headers) else 3
        if 0 < n_gray < len(headers):
            notes.append(
                ngettext(
                    "{n} gray image got three equal channels, because others have colour.",
                    "{n} gray images got three equal channels, because others have colour.",
                    n_gray,
                )
            )
    size = policy.size
    if size is None:
        sizes = {header.shown_size for header in headers}
        size = next(iter(sizes), COMMON_SIZE)
        if len(sizes) > 1 or max(size) > KEPT_SIDE:
            size = COMMON_SIZE
            notes.append(_size_note(sizes, policy.fit))
    return replace(policy, size=size, channels=channels), (*size, channels), tuple(notes)


def _size_note(sizes: set[tuple[int, int]], how: str) -> str:
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return ngettext(
        "All images have {smallest} pixels; they were made {size} ({how}).",
        "The images have {n} sizes, from {smallest} to {largest} pixels; "
        "they were made {size} ({how}).",
        len(sizes),
        smallest="{1} × {0}".format(*ordered[0]),
        largest="{1} × {0}".format(*ordered[-1]),
        size="{1} × {0}".format(*COMMON_SIZE),
        how=how,
    )


def _file_note(note: str, names: list[str]) -> str:
    if note == SALVAGED:  # a person may want to look at each
        return _("{note} They are: {names}", note=_(note), names=listed(names))
    return ngettext(
        "{note} ({n} file: {example})",
        "{note} ({n} files, such as {example})",
        len(names),
        note=_(note),
        example=names[0],
    )


def _refuse_mostly_bad(bad: Sequence[BadFile], n_files: int) -> None:
    if not too_many_bad(len(bad), n_files):
        return
    reasons = [
        _(
            "{n} × {code}, such as {path}: {reason}",
            n=len(files),
            code=code,
            path=files[0].path,
            reason=files[0].reason,
        )
        for code, files in by_cause(bad).items()
    ]
    raise DataError(
        "E-DATA-BAD",
        N_("{n_bad} of {n_files} files cannot be read as images. {reasons}"),
        N_("Repair or remove them; 'vistazo check DATA --format json' lists them all."),
        bad_files=[asdict(file) for file in bad],
        n_bad=len(bad),
        n_files=n_files,
        reasons=" ".join(reasons),
    )
