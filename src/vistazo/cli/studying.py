"""The steps of a study: what each verb does with what the file says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vistazo.cli import options
from vistazo.cli.comparing import compare_and_tell, read, source_of
from vistazo.cli.reading import Reading
from vistazo.errors import UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import N_
from vistazo.studies.study_file import Step, Study
from vistazo.workflows.diagnose import LIMIT, check_transfer
from vistazo.workflows.diagnosis_subject import Subject
from vistazo.workflows.naming import chosen_methods

if TYPE_CHECKING:
    from vistazo.pretext import PretextTask
    from vistazo.training.recipe import TrainingRecipe

_SHARED = ("max_pixels", "min_side", "max_aspect", "salvage", "label_column", "shape")
"""Settings of a step that are options of reading, as they are."""


@dataclass(frozen=True)
class Planned:
    """A step whose methods and protocol were made, so that they are right.

    Parameters
    ----------
    step : Step
    methods : mapping of str to ImageClassifier
        Empty for a pretraining.
    protocol : Protocol
    pretext : tuple of PretextTask and TrainingRecipe, optional
        Of a pretraining.
    """

    step: Step
    methods: Mapping[str, Any]
    protocol: Protocol
    pretext: "tuple[PretextTask, TrainingRecipe] | None" = None

    @property
    def verb(self) -> str:
        """What the step does, as the command line names it."""
        return self.step.verb

    def run(self, folder: Path, *, processes: int | None, download: bool) -> bool:
        """Do it, and return whether no file and no method failed."""
        reading = _reading(self.step, download=download)
        if self.pretext is not None:
            return self._pretrain(folder, reading, *self.pretext)
        for method in self.methods.values():
            method.check()  # the backbones of other steps are there now
        if self.verb == "diagnose":
            return self._diagnose(folder, reading, processes)
        how: dict[str, Any] = {
            "size": self.step.size,
            "limit": self.step.limit,
            "seed": self.step.seed,
            "reading": reading,
        }
        run = compare_and_tell(
            read(self.step.data, **how),
            self.methods,
            verb="study",
            protocol=self.protocol,
            positive_class=self.step.positive_class,
            threads=self.step.threads,
            processes=processes,
            source=source_of(self.step.data, **how),
            out=folder,
        )
        return run.complete

    def _pretrain(
        self, folder: Path, reading: Reading, task: "PretextTask", recipe: "TrainingRecipe"
    ) -> bool:
        from vistazo.cli.pretraining import pretrain_and_tell, read_without_labels

        step = self.step
        reader = read_without_labels if step.unlabelled else read
        images = reader(
            step.data, size=step.size, limit=step.limit, seed=step.seed, reading=reading
        )
        run = pretrain_and_tell(
            images,
            task,
            step.task,
            architecture=step.network,
            recipe=recipe,
            seed=step.seed,
            threads=step.threads,
            out=folder,
        )
        return not images.bad_files and not run.facts["alarms"]

    def _diagnose(self, folder: Path, reading: Reading, processes: int | None) -> bool:
        from vistazo.cli.diagnosing import run, show

        ((name, method),) = self.methods.items()
        data = read(self.step.data, size=self.step.size, reading=reading)
        diagnosis = run(
            Subject(name, method, data, self.protocol),
            limit=self.step.limit or LIMIT,
            experiment=True,
            every_level=False,
            threads=self.step.threads,
            processes=processes,
            out=folder,
        )
        show(diagnosis)
        return not data.bad_files


def plan_of(study: Study, name: str, folder: Path) -> dict[Path, Planned]:
    """Return the steps of a study by the folders that they write; raise what :func:`planned` does.

    Parameters
    ----------
    study : Study
    name : str
    folder : Path
        Of the whole study; that of its step where there is one.
    """
    plan: dict[Path, Planned] = {}
    backbones: dict[int, Path] = {}
    for number, step in enumerate(study.steps, 1):
        place = folder / f"{number}-{step.verb}" if len(study.steps) > 1 else folder
        plan[place] = planned(step, name, backbones)
        if step.verb == "pretrain":
            backbones[number] = place / "backbone"
    return plan


def planned(
    step: Step, study: str, backbones: Mapping[int, Path] = MappingProxyType({})
) -> Planned:
    """Return a step with its methods and its protocol.

    Parameters
    ----------
    step : Step
    study : str
        Its name.
    backbones : mapping of int to Path
        Where steps before this one write what they pretrain.

    Raises
    ------
    UsageError
        ``E-STUDY-DATA`` for a step without images, ``E-STUDY-DIAGNOSE`` for a diagnosis of none
        or several methods, ``E-STUDY-BACKBONE`` for one of a step that pretrains none, and what
        names and settings of methods raise.
    """
    if not step.data:
        raise UsageError(
            "E-STUDY-DATA",
            N_("The study '{study}' brings no images: it is run on yours."),
            N_("Name them: vistazo study {study} --data FOLDER."),
            study=study,
        )
    diagnoses = step.verb == "diagnose"
    settings = [_put_in(setting, study, backbones) for setting in step.settings]
    if step.verb == "pretrain":
        from vistazo.workflows.pretext_naming import pretext_task

        pretext = pretext_task(
            step.task,
            settings=settings,
            epochs=step.epochs,
            time_limit=step.time_limit,
            network=step.network,
        )
        return Planned(step, {}, _protocol(step), pretext)
    methods = chosen_methods(
        step.methods,
        floors=step.floors and not diagnoses,
        settings=settings,
        epochs=step.epochs,
        time_limit=step.time_limit,
        check=settings == step.settings,  # what another step pretrains is not there yet
    )
    if diagnoses:
        if len(methods) != 1:
            raise UsageError(
                "E-STUDY-DIAGNOSE",
                N_("A step of the study '{study}' diagnoses {n} methods; it can be one only."),
                N_("Give each its own step with 'verb: diagnose'; nothing was started."),
                study=study,
                n=len(methods),
            )
        check_transfer(*next(iter(methods.items())))
    return Planned(step, methods, _protocol(step))


def _put_in(setting: str, study: str, backbones: Mapping[int, Path]) -> str:
    """Return a setting with the folder of a backbone in the place of ``@N``."""
    parameter, equals, value = setting.partition("=")
    if not equals or not value.startswith("@"):
        return setting
    number = int(value[1:]) if value[1:].isdecimal() else 0
    if number not in backbones:
        raise UsageError(
            "E-STUDY-BACKBONE",
            N_("The study '{study}' wants the backbone of step {step}, which pretrains none."),
            N_("Write @N with the number of a step before it that has 'verb: pretrain'."),
            study=study,
            step=value[1:],
        )
    return f"{parameter}={backbones[number]}"


def _protocol(step: Step) -> Protocol:
    return Protocol(
        folds=step.folds,
        repeats=step.repeats,
        seed=step.seed,
        metric=step.metric,
        split=step.split,
        duplicates=step.duplicates,
        allow_leak=step.allow_leak,
        labels=step.labels,
    )


def _reading(step: Step, *, download: bool) -> Reading:
    shared = {name: getattr(step, name) for name in _SHARED}
    classes = None if step.classes is None else ",".join(step.classes)
    return Reading(classes=classes, fit=options.Fit(step.fit), download=download, **shared)
