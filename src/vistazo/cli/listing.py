"""The things of each kind, with a line about each, without importing any of them."""

from collections.abc import Callable

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.i18n import N_, _

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


def layers(kind: str, name: str, size: str, n_classes: int, width: int | None) -> list[str]:
    """Return the table of one architecture; other things have none.

    Raises
    ------
    UsageError
        ``E-NAME`` for a kind or an architecture that does not exist, ``E-CLI-USAGE`` for a kind
        without tables, ``E-CLI-VALUE`` for a size that cannot be read.
    DataError
        ``E-NET-SIZE`` for images smaller than the architecture takes.
    """
    if kind not in _KINDS:
        raise catalog.unknown("kinds", kind, sorted(_KINDS))
    if kind != "architectures":
        raise UsageError(
            "E-CLI-USAGE",
            N_("Only an architecture can be shown by its name: '{name}' after '{kind}' cannot."),
            N_("Run 'vistazo list {kind}' for what there is."),
            kind=kind,
            name=name,
        )
    from vistazo.cli.architecture_table import image_shape, table

    shape = image_shape(size)
    # before torch is loaded, which takes seconds
    if name not in catalog.names(kind):
        raise catalog.unknown(kind, name, catalog.names(kind))
    from vistazo.workflows.architecture_summary import describe_architecture

    return table(describe_architecture(name, shape, n_classes), width)


def _folder(folder: str) -> Callable[[], Rows]:
    return lambda: [(n, _(catalog.summary(folder, n))) for n in catalog.names(folder)]


def _pretrained() -> Rows:
    from vistazo.pretrained._torchvision_weights import ARCHITECTURES as TORCHVISION

    others = [
        (
            "timm:NAME",
            _(
                "Any network of timm, such as timm:resnet18: weights of its hub (--download) or"
                " of a file (--weights); needs vistazo[zoo]"
            ),
        ),
        (
            "ARCHITECTURE",
            _(
                "Weights that torchvision publishes, of a file (--weights): {names}",
                names=", ".join(TORCHVISION),
            ),
        ),
    ]
    return _folder("pretrained")() + others


def _metrics() -> Rows:
    from vistazo.metrics.scores import METRICS

    return [(name, _(metric.description)) for name, metric in METRICS.items()]


def _studies() -> Rows:
    from vistazo.studies.study_file import shipped

    return [(name, _(study.title)) for name, study in shipped().items()]


def _datasets() -> Rows:
    from vistazo.data import named

    return [(name, _(named.describe(name))) for name in named.names()]


def _augmentations() -> Rows:
    from vistazo.transforms.policy_names import POLICY_SUMMARIES

    return [(name, _(summary)) for name, summary in POLICY_SUMMARIES.items()]


_KINDS: dict[str, Callable[[], Rows]] = {
    "architectures": _folder("architectures"),
    "augmentations": _augmentations,
    "checks": _folder("checks"),
    "datasets": _datasets,
    "formats": _folder("data/formats"),
    "methods": _folder("methods"),
    "metrics": _metrics,
    "pretext": _folder("pretext"),
    "pretrained": _pretrained,
    "steps": _folder("preprocessing"),
    "studies": _studies,
}
