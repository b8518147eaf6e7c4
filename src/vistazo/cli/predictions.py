"""Predictions as an aligned table for a terminal."""

from collections.abc import Sequence

from vistazo.cli.tables import fitting, wrapped
from vistazo.i18n import _, percent
from vistazo.workflows.predict import Prediction

_MOST_TELLING = (0, 1, 2, 5, 3, 4)


def table(predictions: Sequence[Prediction], width: int | None) -> str:
    """Return one line per file: path, label, score, runner-up with its score, status.

    Parameters
    ----------
    predictions : sequence of Prediction
    width : int or None
        Columns of the screen: a narrow one gets fewer, and below 3 of them the path stands in a
        line of its own. None shows everything.
    """
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
    shown = fitting(widths, _MOST_TELLING, width)
    if len(shown) < 3:
        return "".join(f"{line}\n" for row in rows for line in _stacked(row, width))
    return "".join(
        "  ".join(row[column].ljust(widths[column]) for column in shown).rstrip() + "\n"
        for row in rows
    )


def _stacked(row: Sequence[str], width: int | None) -> list[str]:
    path, label, score, *_others = row
    return [*wrapped(path, width), *(f"  {line}" for line in wrapped(f"{label}  {score}", width))]


def _score(score: float | None) -> str:
    return "–" if score is None else percent(score, 1)
