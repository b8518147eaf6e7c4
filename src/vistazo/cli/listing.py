"""The things of each kind, with a line about each, without importing any of them."""

from collections.abc import Callable

from vistazo import catalog
from vistazo.i18n import _

Rows = list[tuple[str, str]]


def listing(kind: str) -> Rows:
    """Return names and summaries of one kind.

    Raises
    ------
    UsageError
        ``E-NAME`` for a kind that does not exist.
    """
    if kind not in _KINDS:
        raise catalog.unknown("kinds", kind, sorted(_KINDS))
    return _KINDS[kind]()


def _folder(folder: str) -> Callable[[], Rows]:
    return lambda: [(n, _(catalog.summary(folder, n))) for n in catalog.names(folder)]


def _metrics() -> Rows:
    from vistazo.metrics.scores import METRICS

    return [(name, _(metric.description)) for name, metric in METRICS.items()]


def _studies() -> Rows:
    from vistazo.studies.study_file import shipped

    return [(name, _(study.title)) for name, study in shipped().items()]


def _datasets() -> Rows:
    from vistazo.data import named

    return [(name, _(named.describe(name))) for name in named.names()]


_KINDS: dict[str, Callable[[], Rows]] = {
    "architectures": _folder("architectures"),
    "datasets": _datasets,
    "formats": _folder("data/formats"),
    "methods": _folder("methods"),
    "metrics": _metrics,
    "studies": _studies,
}
