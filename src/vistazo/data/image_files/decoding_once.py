"""Many image files to one array, decoded only when no run before has done it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray

from vistazo.data.dataset import BadFile
from vistazo.data.decoding.heic import heic_opener
from vistazo.data.image_files.decoded_cache import DecodedCache, Draft, Kept, default_cache, key_of
from vistazo.data.image_files.decoded_files import DecodedFiles, Progress, decode_files
from vistazo.data.image_files.stored_files import StoredFile
from vistazo.data.policy import DecodePolicy
from vistazo.i18n import current_language

_RULES = 1
"""Counts the versions of this package in which a file would give other pixels or facts."""


def decode_once(
    files: Sequence[StoredFile],
    names: Sequence[str],
    policy: DecodePolicy,
    progress: Progress | None = None,
) -> DecodedFiles:
    """Decode files as :func:`~vistazo.data.image_files.decode_files`, or find what that gave.

    What is kept belongs to the same files, unchanged, read in the same way; notes are kept in
    the language they were told in. The parameters and errors are those of ``decode_files``.
    """
    cache = default_cache()
    key = _key(files, names, policy) if cache else None
    if cache is None or key is None:
        return decode_files(files, names, policy, progress)
    kept = cache.read(key)
    if kept is None:
        decoded, draft = _decoded_into(cache, files, names, policy, progress)
        if draft is None:
            return decoded
        if _key(files, names, policy) != key:  # a file changed while it was read, or after
            draft.discard()
            return decoded
        kept = _keep(cache, key, draft, decoded)
        if kept is None:
            return decoded
    elif progress:
        progress(len(kept.pixels), len(kept.pixels))
    return _as_decoded(kept)


def _key(files: Sequence[StoredFile], names: Sequence[str], policy: DecodePolicy) -> str | None:
    try:
        stamps = [file.stamp() for file in files]
    except OSError:  # a file that cannot be looked at is reported by who reads it
        return None
    reads_heic = heic_opener() is not None
    rules = (_RULES, PIL.__version__, reads_heic, current_language(), asdict(policy))
    return key_of(rules, list(names), stamps)


def _decoded_into(
    cache: DecodedCache,
    files: Sequence[StoredFile],
    names: Sequence[str],
    policy: DecodePolicy,
    progress: Progress | None,
) -> tuple[DecodedFiles, Draft | None]:
    drafts: list[Draft] = []

    def room(shape: tuple[int, ...], dtype: type[np.uint8]) -> NDArray[np.uint8]:
        draft = cache.draft(shape)
        if draft is None:
            return np.empty(shape, dtype)
        drafts.append(draft)
        return draft.pixels

    try:
        decoded = decode_files(files, names, policy, progress, room)
    except BaseException:
        for draft in drafts:
            draft.discard()
        raise
    return decoded, drafts[0] if drafts else None


def _keep(cache: DecodedCache, key: str, draft: Draft, decoded: DecodedFiles) -> Kept | None:
    about = {
        "bad_files": [asdict(bad) for bad in decoded.bad_files],
        "notes": decoded.notes,
        "policy": decoded.policy.to_dict(),
    }
    arrays: dict[str, NDArray[Any]] = {"rows": decoded.rows, "facts": decoded.facts}
    return cache.keep(key, draft, len(decoded.rows), arrays, about)


def _as_decoded(kept: Kept) -> DecodedFiles:
    return DecodedFiles(
        rows=kept.arrays["rows"],
        pixels=kept.pixels,
        facts=kept.arrays["facts"],
        bad_files=tuple(BadFile(**bad) for bad in kept.about["bad_files"]),
        notes=tuple(kept.about["notes"]),
        policy=DecodePolicy.from_dict(kept.about["policy"]),
    )
