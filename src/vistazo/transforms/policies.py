"""Augmentations by name, and written out in a line."""

from collections.abc import Callable

from vistazo import catalog
from vistazo.transforms.augmentation import Augmentation
from vistazo.transforms.trivial_augment import TrivialAugment

__all__ = ["POLICIES", "augmentation_named"]


def _light() -> Augmentation:
    return Augmentation(flip_horizontal=0.5, rotation=5, shift_x=0.05, shift_y=0.05)


def _strong() -> Augmentation:
    return Augmentation(
        flip_horizontal=0.5,
        rotation=30,
        shift_x=0.2,
        shift_y=0.2,
        zoom=0.3,
        shear=15,
        brightness=0.2,
        contrast=0.4,
        noise=0.05,
        erasing=0.25,
    )


def _document_000() -> Augmentation:
    # ImageDataGenerator(rotation_range=10, width_shift_range=0.1, height_shift_range=0.1,
    # horizontal_flip=True, zoom_range=0.1, shear_range=5), which fills with the nearest pixel
    return Augmentation(
        flip_horizontal=0.5, rotation=10, shift_x=0.1, shift_y=0.1, zoom=0.1, shear=5
    )


def _document_004() -> Augmentation:
    return Augmentation(
        flip_horizontal=0.5,
        flip_vertical=0.5,
        rotation=25,
        shift_x=0.3,
        shift_y=0.3,
        zoom=0.2,
        zoom_mode="crop",
        contrast=0.2,
        # what Pillow's rotate and transform leave is black
        fill="constant",
        probability=0.5,
    )


def _auto() -> Augmentation:
    # the strengths of RandAugment's effects, which TrivialAugment takes over, where they are ours
    return TrivialAugment(
        flip_horizontal=1,
        rotation=30,
        shift_x=0.3,
        shift_y=0.3,
        zoom=0.3,
        shear=17,
        brightness=0.3,
        contrast=0.9,
        noise=0.1,
        erasing=1,
    )


POLICIES: dict[str, Callable[[], Augmentation]] = {
    "none": Augmentation,
    "light": _light,
    "strong": _strong,
    "auto": _auto,
    "document-000": _document_000,
    "document-004": _document_004,
}
"""What makes the augmentation of each name in ``POLICY_SUMMARIES``."""


def augmentation_named(text: str) -> Augmentation:
    """Return the augmentation of a name, or of settings written in a line.

    Parameters
    ----------
    text : str
        A name of ``POLICIES``, or settings of ``Augmentation`` parted by commas.

    Raises
    ------
    UsageError
        ``E-NAME`` for a name that does not exist; ``E-VALUE`` for a value out of its range.

    Examples
    --------
    >>> augmentation_named("rotation=10,flip_horizontal=0.5")
    Augmentation(flip_horizontal=0.5, rotation=10.0)
    """
    if "=" not in text:
        if text not in POLICIES:
            raise catalog.unknown("augmentations", text, list(POLICIES))
        return POLICIES[text]()
    augmentation = Augmentation()
    for setting in text.split(","):
        name, _equals, value = (part.strip() for part in setting.partition("="))
        known = augmentation.get_params()
        if name not in known:
            raise catalog.unknown("parameters", name, list(known))
        augmentation.set_params(**{name: _number(value)})
    augmentation.check()
    return augmentation


def _number(value: str) -> float | str:
    """Return a number where there is one; what is none, ``check`` judges."""
    try:
        return float(value)
    except ValueError:
        return value
