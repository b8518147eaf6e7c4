"""Features in two dimensions, coloured by class, and whether neighbours share theirs."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from vistazo.evaluation.projection import MOST_IMAGES, N_NEIGHBORS, Projection
from vistazo.i18n import _, percent
from vistazo.report.exploration.class_looks import MOST, Look, class_looks, other_look
from vistazo.report.exploration.content import Exploration
from vistazo.report.panels import Panel
from vistazo.report.scale import covering

_FIRST = 10
_LEVELS = (0.5, 0.9, 0.95)


@dataclass(frozen=True)
class _Scatter:
    title: str
    text: str
    across: str
    up: str
    paths: tuple[tuple[Look, str], ...]


def neighbors(exploration: Exploration) -> Panel:
    """Return both pictures, the variance they keep, and how far neighbours agree."""
    projection = exploration.projection
    data: dict[str, object] = {"features": exploration.features, "projection": projection}
    if projection is not None:
        data |= _content(exploration, projection)
    return Panel("neighbors", _("Images by their features"), data)


def _content(exploration: Exploration, projection: Projection) -> dict[str, object]:
    shown = exploration.shown
    codes = shown.codes[exploration.projected]
    numbers = np.bincount(codes, minlength=len(shown.classes))
    largest = np.sort(np.argsort(-numbers, kind="stable")[:MOST])
    largest = largest[numbers[largest] > 0]
    looks = dict(
        zip(largest.tolist(), class_looks([shown.classes[c] for c in largest]), strict=True)
    )
    others = other_look(_("other classes")) if len(looks) < (numbers > 0).sum() else None
    shares = [_("{share} of the variance", share=percent(e, 1)) for e in projection.explained[:2]]
    scatters = (
        _Scatter(
            "PCA",
            _("The two directions along which the features vary most."),
            _("first component, {told}", told=shares[0]),
            _("second component, {told}", told=shares[1]),
            _paths(projection.pca, codes, looks, others),
        ),
        _Scatter(
            "t-SNE",
            _("Near images stay near; how far groups are apart, and how large, means nothing."),
            "",
            "",
            _paths(projection.tsne, codes, looks, others),
        ),
    )
    sums = list(accumulate(projection.explained))
    return {
        "scatters": scatters,
        "pictures": [scatter.title for scatter in scatters],
        "looks": [*looks.values(), *([others] if others else [])],
        "n_images": len(codes),
        "n_all": len(shown),
        "most": MOST_IMAGES,
        "n_neighbors": min(N_NEIGHBORS, len(codes) - 1),
        "n_components": len(projection.explained),
        "first": list(zip(projection.explained, sums, strict=True))[:_FIRST],
        "needed": [
            (level, next((i for i, s in enumerate(sums, 1) if s >= level), None))
            for level in _LEVELS
        ],
        "rows": [
            (
                shown.classes[code],
                int(numbers[code]),
                (int(numbers[code]) - 1) / (len(codes) - 1),
                [float(a[codes == code].mean()) for a in projection.agreement.values()],
            )
            for code in np.flatnonzero(numbers).tolist()
        ],
        "all": [float(a.mean()) for a in projection.agreement.values()],
        "chance": chance_agreement(codes),
    }


def chance_agreement(codes: NDArray[np.int64]) -> float:
    """Return the share of neighbours of one class, were neighbours drawn at random."""
    numbers = np.bincount(codes)
    return float((numbers * (numbers - 1)).sum() / (len(codes) * (len(codes) - 1)))


def _paths(
    points: NDArray[np.float64],
    codes: NDArray[np.int64],
    looks: dict[int, Look],
    others: Look | None,
) -> tuple[tuple[Look, str], ...]:
    x = covering(points[:, 0].tolist(), 8, 412, zero=False)
    y = covering(points[:, 1].tolist(), 352, 8, zero=False)
    drawn = [(look, look.path(points[codes == code], x, y)) for code, look in looks.items()]
    if others:
        rest = ~np.isin(codes, list(looks))
        drawn.insert(0, (others, others.path(points[rest], x, y)))
    return tuple(drawn)
