"""``vistazo study``: a shipped study, or one of your own in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vistazo.cli import options
from vistazo.cli.reading import Reading
from vistazo.i18n import N_, _

if TYPE_CHECKING:
    from vistazo.evaluation.protocol import Protocol
    from vistazo.studies.study_file import Step

__all__ = ["study"]

_SHARED = ("max_pixels", "min_side", "max_aspect", "salvage", "label_column", "shape")
"""Settings of a step that are options of reading, as they are."""
HELP = N_(
    "Run a study: comparisons with their options, written in one file.\n\n"
    "vistazo study fashion-hog-vs-cnn\n\n"
    "vistazo study my-study.yaml --quick"
)


def study(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=N_("See 'vistazo list studies', or a .yaml file."))
    ],
    quick: Annotated[bool, typer.Option("--quick", help=N_("Fewer images and folds."))] = False,
    out: options.Out = None,
    processes: options.Processes = None,
    download: options.Download = False,
) -> None:
    """Run every step of a study."""
    from vistazo.cli.comparing import compare_and_tell, read, source_of
    from vistazo.cli.console import say
    from vistazo.files import free_name
    from vistazo.studies.study_file import find_study
    from vistazo.workflows.room import check_writable
    from vistazo.workflows.run_folder import Stopped

    run_name, found = find_study(name)
    found = found.quickened() if quick else found
    # a mistake in the last step must not be found only after the first one
    plan = [(step, _protocol(step), _methods(step)) for step in found.steps]
    folder = out or free_name(Path("runs") / "study" / run_name)
    check_writable(folder)
    complete = True
    if found.title:
        say(_(found.title))
    if "steps" not in found.model_fields_set:
        say(_("{name} names no steps: the defaults are compared.", name=name))
    for number, (step, protocol, methods) in enumerate(plan, 1):
        try:
            reading = _reading(step, download=download)
            how: dict[str, Any] = {
                "size": step.size,
                "limit": step.limit,
                "seed": step.seed,
                "reading": reading,
            }
            data = read(step.data, **how)
            run = compare_and_tell(
                data,
                methods,
                verb="study",
                protocol=protocol,
                positive_class=step.positive_class,
                threads=step.threads,
                processes=processes,
                source=source_of(step.data, **how),
                out=folder if len(plan) == 1 else folder / f"{number}-{step.verb}",
            )
        except KeyboardInterrupt as stop:
            if not folder.exists():
                raise
            # the folder that continues the whole study, not the step's
            raise Stopped(folder) from stop
        complete = complete and run.complete
    if not complete:
        raise typer.Exit(4)


def _protocol(step: "Step") -> "Protocol":
    from vistazo.evaluation.protocol import Protocol

    return Protocol(
        folds=step.folds,
        repeats=step.repeats,
        seed=step.seed,
        metric=step.metric,
        split=step.split,
        duplicates=step.duplicates,
        allow_leak=step.allow_leak,
    )


def _reading(step: "Step", *, download: bool) -> Reading:
    shared = {name: getattr(step, name) for name in _SHARED}
    classes = None if step.classes is None else ",".join(step.classes)
    return Reading(classes=classes, fit=options.Fit(step.fit), download=download, **shared)


def _methods(step: "Step") -> dict[str, Any]:
    from vistazo.workflows.naming import chosen_methods

    return dict(
        chosen_methods(
            step.methods,
            floors=step.floors,
            settings=step.settings,
            epochs=step.epochs,
            time_limit=step.time_limit,
        )
    )
