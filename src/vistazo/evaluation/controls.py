"""Controls: a method without what it has from elsewhere, under a name that says whose it is."""

from collections.abc import Iterable

_CONTROL = "random"


def control_name(method: str) -> str:
    """Return the name of a method's control, such as ``linear-probe:random-WEIGHTS``.

    That of a method with a name of one's own is ``NAME:random``.
    """
    base, _, variant = method.partition(":")
    return f"{base}:{_CONTROL}-{variant}" if variant else f"{base}:{_CONTROL}"


def is_control(method: str) -> bool:
    """Return whether a name is that of a control."""
    variant = method.partition(":")[2]
    return variant == _CONTROL or variant.startswith(f"{_CONTROL}-")


def controls_among(names: Iterable[str]) -> frozenset[str]:
    """Return the names of controls whose method is there too.

    One that stands alone is a method as any other: there is nothing it is compared for.
    """
    known = frozenset(names)
    return known & {control_name(name) for name in known}
