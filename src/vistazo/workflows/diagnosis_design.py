"""Which configurations are compared to find what holds a transfer method back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone

from vistazo.methods import ImageClassifier
from vistazo.transfer.departures import CHOICES
from vistazo.transfer.feature_engine import TORCH
from vistazo.transfer.observation import Observation

AS_IT_IS = "as-it-is"
_MOST_NUMBERS = 2**25
"""Features of all images, at most: more is not affordable (a quarter of a GiB in a solver)."""

Changes = frozenset[tuple[str, Any]]
"""Parameters and the values they get, of a method as it is."""


@dataclass(frozen=True)
class Design:
    """Configurations on the same folds: as it is, repaired, and one cause at a time.

    Each cause is repaired alone, and left alone when all others are repaired: the mean of both
    differences is its effect. Up to three causes this is the full factorial design, whose main
    effects these are for two; for k causes it takes 2k + 2 configurations where that has 2^k.

    Parameters
    ----------
    causes : dict of str to (str, value)
        Code, parameter and its repaired value.
    arms : dict of Changes to method
        The configurations that can be afforded.
    twin : Changes or None
        The configuration as it is, on the network as it was before any training.
    levels : tuple of Changes
        Other values of one parameter each, of the repaired configuration.
    """

    causes: Mapping[str, tuple[str, Any]]
    arms: Mapping[Changes, ImageClassifier]
    twin: Changes | None
    levels: tuple[Changes, ...] = ()

    @property
    def repaired(self) -> Changes:
        """All causes repaired."""
        return frozenset(self.causes.values())

    def pairs(self, code: str) -> list[tuple[Changes, Changes]]:
        """Return the pairs of configurations that differ in one cause: with and without it."""
        change = frozenset([self.causes[code]])
        pairs = [(change, frozenset[tuple[str, Any]]()), (self.repaired, self.repaired - change)]
        known = [pair for pair in pairs if all(arm in self.arms for arm in pair)]
        return [*dict.fromkeys(known)]

    def named(self) -> dict[str, ImageClassifier]:
        """Return the configurations by name, as a comparison takes them."""
        return {arm_name(changes): method for changes, method in self.arms.items()}


def design(
    method: ImageClassifier,
    observations: Iterable[Observation],
    image_shape: tuple[int, int, int],
    n_images: int,
    *,
    every_level: bool = False,
) -> Design:
    """Return what to compare for a method against which something was said.

    Parameters
    ----------
    method : ImageClassifier
    observations : iterable of Observation
    image_shape : tuple of int
    n_images : int
    every_level : bool, default=False
        Also every other value of each parameter, one at a time from the repaired configuration.
    """
    causes = {o.code: (o.parameter, o.repaired) for o in observations if o.parameter}
    changes = list(causes.values())
    repaired = frozenset(changes)
    wanted: list[Changes] = [frozenset(), repaired]
    for change in changes:
        wanted += [frozenset([change]), repaired - {change}]
    control = method.control()
    twin = None
    if control is not None:
        own = method.get_params().items()
        twin = frozenset(change for change in control.get_params().items() if change not in own)
        wanted.append(twin)
    tried = _levels(image_shape, method.get_params()) if every_level else []
    levels = [_with(repaired, *level) for level in tried]
    arms: dict[Changes, ImageClassifier] = {}
    seen = []
    for arm in dict.fromkeys([*wanted, *levels]):
        made: ImageClassifier = clone(method).set_params(**dict(arm))
        settings = _settings(made, image_shape)
        if arm not in wanted and (settings in seen or _is_declared(made, arm, image_shape)):
            continue  # a level that is in force already
        seen.append(settings)
        if not arm or _n_features(made, image_shape) * n_images <= _MOST_NUMBERS:
            arms[arm] = made
    return Design(causes, arms, twin, tuple(arm for arm in arms if arm not in wanted))


def arm_name(changes: Changes) -> str:
    """Return the name of a configuration: the parameters that differ, with their values.

    A recipe of training has none; those of a twin follow from its weights.
    """
    named = sorted((n, value) for n, value in changes if not n.startswith("recipe"))
    return " ".join(f"{name}={value}" for name, value in named) or AS_IT_IS


def _settings(method: ImageClassifier, image_shape: tuple[int, int, int]) -> dict[str, Any]:
    """Return the parameters in force; what computes the features makes no configuration."""
    made: ImageClassifier = clone(method)
    if "engine" in made.get_params():
        made.set_params(engine=TORCH)  # to try the other one takes seconds
    settings: dict[str, Any] = made.resolve(image_shape, 2).get_params()
    return settings


def _with(changes: Changes, parameter: str, value: Any) -> Changes:
    return frozenset({**dict(changes), parameter: value}.items())


def _levels(
    image_shape: tuple[int, int, int], parameters: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    side = min(image_shape[:2])
    sides = [value for value in (side, 96, 160, 224) if value >= 32]
    levels = [
        *(("input_side", value) for value in dict.fromkeys(sides)),
        *((name, value) for name, values in CHOICES.items() for value in values[1:]),
        *(("freeze", value) for value in ("all", "all-but-1", "none")),
        ("batch_norm", "trained"),
    ]
    return [(name, value) for name, value in levels if name in parameters]


def _is_declared(method: ImageClassifier, arm: Changes, image_shape: tuple[int, int, int]) -> bool:
    """Return whether a level is what the weights declare, under another name."""
    departs = any(name in CHOICES and value != CHOICES[name][0] for name, value in arm)
    return departs and not method.observations(image_shape)


def _n_features(method: ImageClassifier, image_shape: tuple[int, int, int]) -> int:
    observed = method.observations(image_shape) or []
    flat = [o.measured["features"] for o in observed if o.code == "pooling"]
    return int(flat[0]) if flat else 0
