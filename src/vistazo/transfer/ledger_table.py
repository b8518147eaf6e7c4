"""``weights.csv``: the ledgers of networks as a table, which runs and model folders hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vistazo.spreadsheets import quoted, table

if TYPE_CHECKING:
    from vistazo.transfer.ledger import Ledger

COLUMNS = (
    "method",
    "member",
    "weights",
    "file",
    "file_sha256",
    "tensor",
    "shape",
    "origin",
    "sha256_before",
    "sha256_after",
    "sha256_trained",
)
"""Of an ensemble, ``member`` says whose network it is; the last is empty unless it was trained."""


def ledger_table(ledgers: "Mapping[str, Sequence[Ledger]]") -> str:
    """Return the ledgers of methods, by name, as CSV; empty where no method has one.

    One row for each tensor. Files are named without their folders.
    """
    rows = [row for method, own in ledgers.items() for one in own for row in _rows(method, one)]
    return table(COLUMNS, rows) if rows else ""


def _rows(method: str, ledger: "Ledger") -> Iterator[tuple[str, ...]]:
    whose = tuple(map(quoted, (method, ledger.member, ledger.weights, ledger.file)))
    for one in ledger.tensors:
        shape = "×".join(map(str, one.shape))
        digests = (one.before, one.after, one.trained)
        yield (*whose, ledger.sha256, quoted(one.name), shape, one.origin, *digests)
