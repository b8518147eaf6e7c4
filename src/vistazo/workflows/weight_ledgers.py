"""``weights.csv`` of a run: where the numbers of networks trained elsewhere came from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo import catalog
from vistazo.files import write_text
from vistazo.i18n import _, percent
from vistazo.methods import ImageClassifier
from vistazo.transfer.ledger_table import ledger_table

if TYPE_CHECKING:
    from vistazo.transfer.ledger import Ledger


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
    ledgers = {n: m.ledgers() for n, m in methods.items() if isinstance(m, ImageClassifier)}
    for ledger in (one for own in ledgers.values() for one in own):
        if ledger.file and ledger.weights not in catalog.names("pretrained"):
            on_note(_told(ledger))
    if content := ledger_table(ledgers):
        write_text(path, content)


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
