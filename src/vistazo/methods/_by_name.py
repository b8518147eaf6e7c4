"""A method by the name people give it: ``cnn``, ``cnn:fashion-cnn``."""

from vistazo import catalog
from vistazo.methods import ImageClassifier


def method_by_name(name: str) -> tuple[str, ImageClassifier]:
    """Return the canonical name and the method for ``NAME`` or ``NAME:VARIANT``.

    Raises
    ------
    UsageError
        ``E-NAME`` with the nearest names; what ``from_variant`` raises.
    """
    base, _, variant = name.strip().partition(":")
    kind: type[ImageClassifier] = catalog.load("methods", base)
    variants = kind.variants()
    if variant and variant not in variants and not kind.variants_are_open:
        known = [f"{base}:{other}" for other in variants] or [base]
        raise catalog.unknown("methods", name, known)
    chosen = variant or (variants[0] if variants else None)
    return (f"{base}:{chosen}" if chosen else base), kind.from_variant(chosen)
