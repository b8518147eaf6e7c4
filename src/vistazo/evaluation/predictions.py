"""``predictions.csv``: every out-of-fold prediction of a comparison."""

import csv
import io

from vistazo.evaluation.comparison import Comparison
from vistazo.spreadsheets import quoted


def predictions_csv(comparison: Comparison) -> str:
    """Return the table of predictions, sorted by method, repeat and image.

    Columns: image, label, method, repeat, fold, predicted, and ``p:CLASS`` for each class
    with 9 significant digits (empty for methods without probabilities). Scores are computed
    from these values, so that they can be computed again from the file. Names of images and
    classes are written by :func:`~vistazo.spreadsheets.quoted`.
    """
    data = comparison.data
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        ["image", "label", "method", "repeat", "fold", "predicted"]
        + [f"p:{name}" for name in data.classes]
    )
    empty = [""] * len(data.classes)
    for method in sorted(comparison.finished):
        rows: list[tuple[int, int, list[object]]] = []
        for split, result in comparison.cells(method):
            for position, row in enumerate(split.test.tolist()):
                probabilities = (
                    empty
                    if result.probabilities is None
                    else [f"{p:.9g}" for p in result.probabilities[position].tolist()]
                )
                source, label = quoted(data.sources[row]), quoted(str(data.labels[row]))
                predicted = quoted(data.classes[result.predicted[position]])
                line = [source, label, method, split.repeat, split.fold, predicted]
                rows.append((split.repeat, row, [*line, *probabilities]))
        writer.writerows(line for _, _, line in sorted(rows, key=lambda item: item[:2]))
    return buffer.getvalue()
