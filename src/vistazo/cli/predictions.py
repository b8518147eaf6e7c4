"""Predictions as an aligned table for a terminal."""

from collections.abc import Sequence

from vistazo.i18n import _, percent
from vistazo.workflows.predict import Prediction


def table(predictions: Sequence[Prediction]) -> str:
    """Return one line per file: path, label, score, runner-up, status."""
    rows = [(_("file"), _("label"), _("score"), _("second"), _("score"), _("status"))]
    rows += [
        (
            one.path,
            one.label or "–",
            _score(one.score),
            one.second_label or "–",
            _score(one.second_score),
            one.status,
        )
        for one in predictions
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in rows
    )


def _score(score: float | None) -> str:
    return "–" if score is None else percent(score, 1)
