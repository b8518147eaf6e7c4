"""The kinds of controls: what each leaves out of the method that it stands beside."""

CONTROLS = ("random", "random-frozen", "random-trained", "inductive")
"""Nothing from elsewhere; the same with features that stay random, or trained from scratch; or
all but the images that are scored."""


def control_and_task(variant: str) -> tuple[str, str]:
    """Return the kind of a control and what it stands beside; no kind where it is none.

    Examples
    --------
    >>> control_and_task("random-frozen-simclr"), control_and_task("masked-image")
    (('random-frozen', 'simclr'), ('', 'masked-image'))
    """
    for kind in sorted(CONTROLS, key=len, reverse=True):
        if variant.startswith(f"{kind}-"):
            return kind, variant.removeprefix(f"{kind}-")
    return "", variant
