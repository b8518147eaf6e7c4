"""What a person chooses of self-supervised methods, and what follows from it before any fit."""

from typing import Any, Literal, Self

from sklearn.base import clone

from vistazo import catalog
from vistazo.errors import require
from vistazo.methods import ImageClassifier
from vistazo.methods._fitting import seen_shape
from vistazo.methods._networks import recipe_of
from vistazo.methods._outside_backbone import Shape, manifest_of, no_backbone
from vistazo.pretext._from_text import task_from_text
from vistazo.pretraining.pretrain import check_recipe
from vistazo.training.device import find_device
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.controls import control_and_task
from vistazo.transfer.observation import Observation

NONE, BACKBONE = "none", "backbone"
TRAINED, FROZEN = "fine-tune", "probe"
_FROZEN_CONTROL = ("random-frozen", FROZEN)


class SelfSupervisedChoices(ImageClassifier):
    """A method that may learn from images alone before it learns their classes."""

    task: str
    architecture: str
    then: Literal["fine-tune", "probe", "both"]
    backbone: str | None
    backbone_sha256: str | None
    transductive: bool
    pretraining: TrainingRecipe | None
    recipe: TrainingRecipe | None
    device: str

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with a task by its name; ``random-TASK`` and so on are its controls."""
        name = variant or cls.variants()[0]
        kind, named = control_and_task(name)
        task = None if named in (NONE, BACKBONE) else task_from_text(named)
        method = cls(
            task=named,
            pretraining=None if task is None else task.recipe(),
            recipe=recipe_of("fast-cnn"),
        )
        if kind and kind not in method.controls():
            task_from_text(name)  # refuses it
        return method.controls()[kind] if kind else method

    @classmethod
    def variants(cls) -> list[str]:
        """Return the names of tasks, the one of the constructor first, and of their controls."""
        names = ["simclr", *(n for n in catalog.names("pretext") if n != "simclr")]
        with_controls = [variant for name in names for variant in (name, f"random-{name}")]
        return [*with_controls, BACKBONE, NONE]

    @property
    def learns_unlabelled(self) -> bool:  # type: ignore[override]
        """Whether more images help: where it pretrains by itself."""
        return self.task not in (NONE, BACKBONE)

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NAME``, ``E-DEVICE``, ``E-PRETEXT-RECIPE`` for wrong settings.

        ``E-BACKBONE-NONE``, ``E-BACKBONE`` and ``E-BACKBONE-OTHER`` for no folder, or one that
        cannot be used.
        """
        super().check()
        known = catalog.names("architectures")
        if self.architecture not in known:
            raise catalog.unknown("architectures", self.architecture, known)
        if self.backbone is not None:
            manifest_of(self.backbone, self.backbone_sha256)
        elif self.task == BACKBONE:
            raise no_backbone()
        if self.learns_unlabelled:
            task_from_text(self.task).check_network(self.architecture)
            self._pretraining().check()
            check_recipe(self._pretraining())
        self._recipe().check()
        norm = self._recipe().normalization
        # another kind would put fresh layers in the place of those that were pretrained
        require(norm == TrainingRecipe().normalization, "normalization", norm, "batch")
        find_device(self.device)

    def ranges(self) -> dict[str, tuple[bool, str]]:
        """Return the limits of the parameters."""
        ways = (TRAINED, FROZEN, "both")
        given = self.backbone is not None
        return {
            "then": (self.then in ways, " | ".join(ways)),
            "task": (not given or not self.learns_unlabelled, f"{BACKBONE} | {NONE}"),
            "transductive": (not self.transductive or self.learns_unlabelled, "false"),
        }

    def control(self) -> Self | None:
        """Return the same network without the pretraining, its labels learned the same way."""
        return None if self.task == NONE else self._changed(task=NONE, transductive=False)

    def controls(self) -> dict[str, ImageClassifier]:
        """Return :meth:`control`, and the network from scratch or random and frozen, its opposite.

        And, where the images to be scored are read, the method that does not read them.
        """
        control = self.control()
        if control is None:
            return {}
        kind, then = ("random-trained", TRAINED) if self.then == FROZEN else _FROZEN_CONTROL
        found: dict[str, ImageClassifier] = {"random": control, kind: control._changed(then=then)}
        if self.transductive:
            found["inductive"] = self._changed(transductive=False)
        return found

    def observations(self, image_shape: tuple[int, int, int]) -> list[Observation] | None:  # noqa: ARG002
        """Return that nothing was transferred where a random network stays as it is."""
        nothing = self.task == NONE and self.then == FROZEN
        return [Observation("random-weights")] if nothing else None

    def _changed(self, **settings: Any) -> Self:
        twin: Self = clone(self)
        return twin.set_params(**settings)  # type: ignore[no-any-return]

    def _seen(self, image_shape: Shape) -> Shape:
        """Return the shape of the images that the network gets."""
        if self.backbone is None:
            return seen_shape(self, image_shape)
        return manifest_of(self.backbone, self.backbone_sha256).image_shape

    def _network(self) -> str:
        """Return the name of the architecture."""
        if self.backbone is None:
            return self.architecture
        return manifest_of(self.backbone, self.backbone_sha256).architecture

    def _recipe(self) -> TrainingRecipe:
        return self.recipe or recipe_of(self.architecture)

    def _pretraining(self) -> TrainingRecipe:
        if self.pretraining is not None or not self.learns_unlabelled:
            return self.pretraining or TrainingRecipe()
        return task_from_text(self.task).recipe()
