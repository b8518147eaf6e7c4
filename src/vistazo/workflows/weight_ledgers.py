"""``weights.csv``: for each tensor of a network trained elsewhere, where its numbers came from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo import catalog
from vistazo.files import write_text
from vistazo.i18n import _, percent
from vistazo.methods import ImageClassifier
from vistazo.spreadsheets import quoted
from vistazo.workflows.run_folder import table

if TYPE_CHECKING:
    from vistazo.transfer.ledger import Ledger

COLUMNS = (
    "method",
    "weights",
    "file",
    "file_sha256",
    "tensor",
    "shape",
    "origin",
    "sha256_before",
    "sha256_after",
)


def write_weights(
    folder: Path, methods: Mapping[str, Any], on_note: Callable[[str], None] = lambda note: None
) -> None:
    """Write ``weights.csv`` into a run folder, once, where a method has a ledger.

    Parameters
    ----------
    folder : Path
        The run folder.
    methods : dict of str to classifier
    on_note : callable
        Told which file was read for each network that is not of the catalogue.
    """
    path = folder / "weights.csv"
    if path.exists():
        return
    rows: list[tuple[object, ...]] = []
    for method, classifier in methods.items():
        for ledger in classifier.ledgers() if isinstance(classifier, ImageClassifier) else ():
            rows += _rows(method, ledger)
            if ledger.file and ledger.weights not in catalog.names("pretrained"):
                on_note(_told(ledger))
    if rows:
        write_text(path, table(COLUMNS, rows))


def _rows(method: str, ledger: "Ledger") -> list[tuple[object, ...]]:
    weights = (quoted(method), quoted(ledger.weights), quoted(ledger.file), ledger.sha256)
    rows: list[tuple[object, ...]] = []
    for one in ledger.tensors:
        shape = "×".join(map(str, one.shape))
        rows.append((*weights, quoted(one.name), shape, one.origin, one.before, one.after))
    return rows


def _told(ledger: "Ledger") -> str:
    return _(
        "{weights}: {share} of the tensors come from {file} (SHA-256 {start}…); licence:"
        " {licence}.",
        weights=ledger.weights,
        share=percent(ledger.share),
        file=ledger.file,
        start=ledger.sha256[:12],
        licence=ledger.licence or _("not stated"),
    )
