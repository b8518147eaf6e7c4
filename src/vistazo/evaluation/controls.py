"""Controls: a method without what it has from elsewhere, under a name that says whose it is."""

_CONTROL = "random-"


def control_name(method: str) -> str:
    """Return the name of a method's control, such as ``linear-probe:random-WEIGHTS``."""
    base, _, variant = method.partition(":")
    return f"{base}:{_CONTROL}{variant}"


def is_control(method: str) -> bool:
    """Return whether a name is that of a control."""
    return method.partition(":")[2].startswith(_CONTROL)
