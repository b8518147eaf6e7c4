"""From a fitted method to a folder: what is written has been loaded once already."""

import os
from pathlib import Path

from sklearn.utils.validation import check_is_fitted

from vistazo.data.dataset import ImageDataset
from vistazo.environment import versions
from vistazo.methods import ImageClassifier
from vistazo.persistence.describing import check_savable, describe_method
from vistazo.persistence.manifest import SCHEMA, Manifest, Origin, describe_members
from vistazo.persistence.members import CARD, LEDGER, MANIFEST
from vistazo.persistence.probe import answers
from vistazo.persistence.rebuilding import rebuild
from vistazo.persistence.state import pack_state, unpack_state
from vistazo.persistence.writing import check_free, write_members
from vistazo.transfer.ledger_table import ledger_table


def save(
    estimator: ImageClassifier,
    folder: str | os.PathLike[str],
    *,
    data: ImageDataset | None = None,
    card: str | None = None,
    replace: bool = False,
) -> Path:
    """Save a fitted method as a model folder, whole or not at all.

    Before anything is written, the method is built again from the very bytes that will be
    written: what cannot be loaded is not saved.

    Parameters
    ----------
    estimator : ImageClassifier
        A fitted method of Vistazo's own.
    folder : path
    data : ImageDataset, optional
        What it was fitted on; its name, fingerprint and number of images are noted, and files
        that come later have its limits.
    card : str, optional
        The model card, in Markdown.
    replace : bool, default=False
        Put the new model in the place of an older one. Files that are no part of a model
        are never removed.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        ``E-MODEL-EXISTS``; ``E-MODEL-FOREIGN`` for a method that needs code from outside
        Vistazo; ``E-MODEL-CLASSES`` for labels that are neither texts nor whole numbers.
    DataError
        ``E-MODEL-NAN``, ``E-MODEL-UNTRUSTED``.
    SetupError
        ``E-RUN-WRITE``, ``E-DISK``.
    """
    method = check_savable(estimator)
    check_is_fitted(estimator, "classes_")
    check_free(Path(folder), replace=replace)
    state = estimator.get_state()
    description = describe_method(method, estimator, state, None if data is None else data.policy)
    members = pack_state(state)
    # on the processor, as load does it: other devices compute with fewer digits
    copy = rebuild(description, unpack_state(members, description.facts), "cpu")
    if ledger := ledger_table({method: copy.ledgers()}):
        members[LEDGER] = ledger.encode()
    if card is not None:
        members[CARD] = card.encode()
    manifest = Manifest(
        **description.model_dump(),
        schema_id=SCHEMA,
        members=describe_members(members),
        versions=versions(),
        created_from=None
        if data is None
        else Origin(name=data.name, fingerprint=data.fingerprint, n_images=len(data)),
        probe=answers(copy, method),
    )
    members[MANIFEST] = manifest.to_json()
    write_members(Path(folder), members, replace=replace)
    return Path(folder)
