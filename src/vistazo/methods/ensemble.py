"""Several methods together: the mean of their probabilities."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from vistazo.data.images import Images
from vistazo.errors import UsageError, require
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier, State
from vistazo.methods._by_name import method_by_name
from vistazo.methods._fitting import begin_fit, begin_predict
from vistazo.methods._most_probable import MostProbable
from vistazo.methods._shared_recipe import SharedRecipe
from vistazo.randomness import derive_seed, drawn_seed, seeded
from vistazo.transfer.feature_engine import ONNX, TORCH, Engine

if TYPE_CHECKING:
    from vistazo.transfer.ledger import Ledger

__all__ = ["EnsembleClassifier", "SharedRecipe"]

_NAME = "ensemble"


class EnsembleClassifier(MostProbable, ImageClassifier):
    """Fits several methods on the same images and averages their probabilities.

    A member without probabilities votes with a one for its label and zeros for the rest.

    Parameters
    ----------
    members : str or sequence of ImageClassifier, default="hog-svm+cnn"
        Names as on the command line, joined by ``+``: ``hog-svm+cnn:fashion-cnn``; a name may
        be there twice, to average two seeds of it. A method by its name that can calibrate
        probabilities does so, by temperature. Objects are copied and taken with their own
        settings; only an ensemble of names can be kept as a model folder.
    recipe : SharedRecipe or None, default=None
        Settings of training for every member that has a recipe. None: each has its own.
    device : {"auto", "cpu", "cuda", "cuda:N", "mps"}, default="auto"
        For every member that takes one. ``auto``: each has its own.
    engine : {"auto", "torch", "onnxruntime"}, default="auto"
        What computes the features of images, likewise.
    random_state : int or None, default=None
        Each member whose seed is open gets one that depends on this and on which of those of
        its name it is, whatever the other members and their order.

    Attributes
    ----------
    members_ : list of ImageClassifier
        Fitted, in the order of ``members``.

    References
    ----------
    Kittler, Hatef, Duin and Matas, "On combining classifiers", 1998, the sum rule.
    """

    variants_are_open: ClassVar[bool] = True
    members_: list[ImageClassifier]

    def __init__(
        self,
        *,
        members: str | Sequence[ImageClassifier] = "hog-svm+cnn",
        recipe: SharedRecipe | None = None,
        device: str = "auto",
        engine: Engine = "auto",
        random_state: int | None = None,
    ) -> None:
        self.members = members
        self.recipe = recipe
        self.device = device
        self.engine = engine
        self.random_state = random_state

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the ensemble of the names, joined by ``+``.

        Raises
        ------
        UsageError
            ``E-NAME`` for a member that does not exist, ``E-ENSEMBLE`` for an ensemble in it.
        """
        ensemble = cls(members=variant or cls.variants()[0])
        trained = any("recipe__epochs" in m.get_params(deep=True) for m in ensemble.new_members())
        return ensemble.set_params(recipe=SharedRecipe()) if trained else ensemble

    @classmethod
    def variants(cls) -> list[str]:
        """Return the default; any other names joined by ``+`` will do."""
        return ["hog-svm+cnn"]

    def check(self) -> None:
        """Raise what :meth:`new_members` and the members' own checks raise."""
        for member in self.new_members():
            member.check()

    def resolve(self, image_shape: tuple[int, int, int], n_classes: int) -> Self:
        """Return a copy whose members have nothing left to decide.

        Members by name share one device, one engine and one precision: ONNX Runtime where each
        of them has it, bfloat16 where it is the faster one for each of them.
        """
        decided = [member.resolve(image_shape, n_classes) for member in self.new_members()]
        copy: Self = clone(self, safe=False)
        if not isinstance(self.members, str):
            copy.set_params(members=tuple(decided))
            return copy
        settings = [member.get_params(deep=True) for member in decided]
        devices = {s["device"] for s in settings if "device" in s} - {"auto"}
        copy.set_params(device=min(devices, default=self.device))
        engines = {s["engine"] for s in settings if "engine" in s}
        if engines:
            copy.set_params(engine=ONNX if engines == {ONNX} else TORCH)
        precisions = {s["recipe__precision"] for s in settings if "recipe__precision" in s}
        if precisions:
            precision = "bfloat16" if precisions == {"bfloat16"} else "float32"
            recipe = copy.recipe or SharedRecipe()
            copy.set_params(recipe=recipe.set_params(precision=precision))
        return copy

    def new_members(self) -> list[ImageClassifier]:
        """Return the members, unfitted, with the settings that they share.

        Raises
        ------
        UsageError
            ``E-NAME`` for a name that does not exist, ``E-ENSEMBLE`` for what cannot be a
            member, ``E-VALUE`` where there is none.
        """
        return [member for _, member in self._named_members()]

    def ledgers(self) -> "list[Ledger]":
        """Return those of the members, each with the name of its member."""
        named = self._named_members()
        members = getattr(self, "members_", [member for _, member in named])
        return [
            replace(ledger, member=name)
            for name, member in zip(_numbered([name for name, _ in named]), members, strict=True)
            for ledger in member.ledgers()
        ]

    def precompute(
        self, images: Images, *, threads: int, progress: Callable[[int, int], None]
    ) -> None:
        """Do it for one member after the other."""
        for member in self.new_members():
            member.precompute(images, threads=threads, progress=progress)

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit every member on all the images."""
        images, codes = begin_fit(self, X, y)
        seed = drawn_seed(self.random_state)
        self.members_ = []
        seen: Counter[str] = Counter()
        for name, member in self._named_members():
            seen[name] += 1
            seeded(member, derive_seed(seed, "member", name, seen[name]))
            self.members_.append(member.fit(images, self.classes_[codes]))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the mean of the members' probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        votes = np.zeros((len(images), len(self.classes_)))
        for member in self.members_:
            if hasattr(member, "predict_proba"):
                votes += member.predict_proba(images)
            else:
                codes = np.searchsorted(self.classes_, member.predict(images))
                votes[np.arange(len(images)), codes] += 1
        return votes / len(self.members_)

    @property
    def n_parameters_(self) -> int | None:
        """Numbers in the members that are networks; None where there is none."""
        counts = [m.n_parameters_ for m in self.members_ if hasattr(m, "n_parameters_")]
        return sum(counts) if counts else None

    def get_state(self) -> State:
        """Return the states of the members in one, each part after its member's number."""
        whole = State()
        for number, member in enumerate(self.members_, 1):
            part = member.get_state()
            for kind in ("arrays", "estimators", "facts"):
                values = getattr(part, kind).items()
                getattr(whole, kind).update({_part(number) + n: value for n, value in values})
        return whole

    def set_state(self, state: State) -> Self:
        """Give every member its part."""
        self.members_ = self.new_members()
        seen = {name: value for name, value in vars(self).items() if name in _SEEN}
        for number, member in enumerate(self.members_, 1):
            member.__dict__.update(seen)
            prefix = _part(number)
            arrays, estimators, facts = (
                {n.removeprefix(prefix): v for n, v in values.items() if n.startswith(prefix)}
                for values in (state.arrays, state.estimators, state.facts)
            )
            member.set_state(State(arrays, estimators, facts))
        return self

    def _named_members(self) -> list[tuple[str, ImageClassifier]]:
        if isinstance(self.members, str):
            named = [_by_name(name.strip()) for name in self.members.split("+")]
        else:
            named = [_copied(member) for member in self.members]
        require(len(named) > 0, "members", self.members, "≥ 1")
        decided = {"device": self.device, "engine": self.engine}
        shared = {name: value for name, value in decided.items() if value != "auto"}
        if self.recipe is not None:
            shared |= {f"recipe__{n}": v for n, v in self.recipe.get_params().items()}
        for _, member in named:
            known = member.get_params(deep=True)
            member.set_params(**{n: v for n, v in shared.items() if n in known and v is not None})
        return named


_SEEN = ("classes_", "image_shape_", "image_fit_")
"""What ``begin_fit`` notes: it is the same for the whole and for every member."""


def _part(number: int) -> str:
    return f"member{number}_"


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Yield names, those that are there again with their number."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield f"{name} ({seen[name]})" if seen[name] > 1 else name


def _by_name(name: str) -> tuple[str, ImageClassifier]:
    if name.partition(":")[0] == _NAME:
        raise _no_member(name)
    canonical, member = method_by_name(name)
    if "calibration" in member.get_params(deep=False):
        member.set_params(calibration="temperature")
    return canonical, member


def _copied(member: object) -> tuple[str, ImageClassifier]:
    if not isinstance(member, ImageClassifier) or isinstance(member, EnsembleClassifier):
        raise _no_member(type(member).__name__)
    return type(member).__name__, clone(member, safe=False)


def _no_member(name: str) -> UsageError:
    return UsageError(
        "E-ENSEMBLE",
        N_("'{name}' cannot be a member of an ensemble."),
        N_("Members are other methods of 'vistazo list methods', such as hog-svm+cnn."),
        name=name,
    )
