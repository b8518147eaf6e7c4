"""The changes of images whose labels are in question: mirrors, turns, and every policy."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vistazo.i18n import _, number, percent
from vistazo.randomness import derive_seed
from vistazo.transforms.augmentation import Augmentation
from vistazo.transforms.gallery import changed_pixels, effects_of
from vistazo.transforms.policies import POLICIES, augmentation_named

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LabelChange:
    """A change of a batch of images.

    Parameters
    ----------
    name : str
        For programs; a policy's is its own.
    title : str
        In the language in force.
    apply : callable
        From images, uint8 of shape (n_images, height, width, channels), and a seed to images of
        the same shape.
    reverse : str
        The name of the change that undoes it; its own where it undoes itself, or does
        something and its reverse equally often.
    held_by : tuple of str
        The policies that do it, among other things.
    """

    name: str
    title: str
    apply: Callable[[Pixels, int], Pixels] = field(repr=False)
    reverse: str
    held_by: tuple[str, ...] = ()


def label_changes(square: bool) -> list[LabelChange]:
    """Return every change: those without chance first, then strengths, then policies.

    Parameters
    ----------
    square : bool
        Whether the images are; others have no quarter turns.
    """
    return [*_mirrors(), *(_quarter_turns() if square else ()), *_strengths(), *_policies()]


def _mirrors() -> list[LabelChange]:
    across = _holding(lambda policy: policy.flip_horizontal > 0)
    down = _holding(lambda policy: policy.flip_vertical > 0)
    both = tuple(name for name in across if name in down)
    return [
        _exact("flip_horizontal", _("mirrored left and right"), lambda p: p[:, :, ::-1], across),
        _exact("flip_vertical", _("mirrored upside down"), lambda p: p[:, ::-1], down),
        _exact("half_turn", _("turned by 180°"), lambda p: p[:, ::-1, ::-1], both),
    ]


def _quarter_turns() -> list[LabelChange]:
    left = _exact("quarter_turn_left", _("turned by 90° to the left"), _turned(1))
    right = _exact("quarter_turn_right", _("turned by 90° to the right"), _turned(-1))
    return [
        LabelChange(left.name, left.title, left.apply, right.name),
        LabelChange(right.name, right.title, right.apply, left.name),
    ]


def _strengths() -> list[LabelChange]:
    strong = augmentation_named("strong")
    titles = {
        "rotation": _("turned by up to {degrees}°", degrees=number(strong.rotation)),
        "shift_x": _("shifted sideways by up to {share}", share=percent(strong.shift_x)),
        "shift_y": _("shifted up or down by up to {share}", share=percent(strong.shift_y)),
        "zoom": _("zoomed by up to {share}", share=percent(strong.zoom)),
        "shear": _("sheared by up to {degrees}°", degrees=number(strong.shear)),
    }
    alone = effects_of(strong)
    return [
        _drawn(f"{name}={getattr(strong, name):g}", title, alone[name])
        for name, title in titles.items()
    ]


def _policies() -> list[LabelChange]:
    return [
        _drawn(name, _("the policy {name}", name=name), make())
        for name, make in POLICIES.items()
        if name != "none"
    ]


def _holding(does: Callable[[Augmentation], bool]) -> tuple[str, ...]:
    return tuple(name for name, make in POLICIES.items() if does(make()))


def _turned(quarters: int) -> Callable[[Pixels], Pixels]:
    return lambda pixels: np.rot90(pixels, quarters, axes=(1, 2))


def _exact(
    name: str, title: str, change: Callable[[Pixels], Pixels], held_by: tuple[str, ...] = ()
) -> LabelChange:
    return LabelChange(
        name, title, lambda pixels, seed: np.ascontiguousarray(change(pixels)), name, held_by
    )


def _drawn(name: str, title: str, augmentation: Augmentation) -> LabelChange:
    def apply(pixels: Pixels, seed: int) -> Pixels:
        return changed_pixels(augmentation, pixels, derive_seed(seed, "label-change", name))

    return LabelChange(name, title, apply, name)
