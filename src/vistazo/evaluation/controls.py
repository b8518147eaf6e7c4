"""Controls: a method without what it has from elsewhere, under a name that says whose it is."""

from collections.abc import Iterable, Iterator

from vistazo.transfer.controls import CONTROLS


def control_name(method: str, kind: str = "random") -> str:
    """Return the name of a method's control, such as ``linear-probe:random-WEIGHTS``.

    That of a method with a name of one's own is ``NAME:random``.
    """
    base, _, variant = method.partition(":")
    return f"{base}:{kind}-{variant}" if variant else f"{base}:{kind}"


def controls_of(method: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and name of those controls of a method that are among the names."""
    known = set(names)
    for kind in CONTROLS:
        if (name := control_name(method, kind)) in known:
            yield kind, name


def controls_among(names: Iterable[str]) -> frozenset[str]:
    """Return the names of controls whose method is there too.

    One that stands alone is a method as any other: there is nothing it is compared for.
    """
    known = frozenset(names)
    return frozenset(control for name in known for _kind, control in controls_of(name, known))
