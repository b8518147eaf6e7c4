"""Find what holds a transfer method back: look at it, then measure each cause."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vistazo.data.dataset import ImageDataset
from vistazo.errors import UsageError
from vistazo.evaluation.comparison import Comparison
from vistazo.evaluation.protocol import Protocol
from vistazo.files import write_json
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.report.diagnosis import NAME
from vistazo.report.writing import write_report
from vistazo.workflows.compare import Precomputing, Progress, compare
from vistazo.workflows.comparison_run import run_comparison
from vistazo.workflows.diagnosis import Diagnosis
from vistazo.workflows.diagnosis_design import design
from vistazo.workflows.diagnosis_effects import effects
from vistazo.workflows.diagnosis_sample import sample_observations
from vistazo.workflows.diagnosis_subject import Subject, subject_of_run

_ANY_SHAPE = (224, 224, 3)
Comparing = Callable[[Mapping[str, Any], ImageDataset], Comparison]


@dataclass(frozen=True)
class DiagnosisRun:
    """Where a diagnosis was written, and the diagnosis.

    Parameters
    ----------
    folder : Path
    diagnosis : Diagnosis
    """

    folder: Path
    diagnosis: Diagnosis


LIMIT = 1000
"""Images at the most, where nobody says."""


def diagnose(
    subject: ImageDataset | Subject | Path | str,
    method: ImageClassifier | None = None,
    *,
    protocol: Protocol | None = None,
    limit: int | None = LIMIT,
    experiment: bool = True,
    every_level: bool = False,
    threads: int = 1,
    processes: int | None = None,
    on_precompute: Precomputing = lambda method, done, total: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Diagnosis:
    """Find what holds a transfer method back, and by how much.

    Parameters
    ----------
    subject : ImageDataset, path or Subject
        The images, or the folder of a finished comparison with a transfer method in it.
        A test part that the data bring is not touched.
    method : ImageClassifier, optional
        One that brings something from elsewhere; by default that of the comparison, or a
        linear probe with its defaults.
    protocol : Protocol, optional
        Folds, metric, seed; those of the comparison by default, or five folds.
    limit : int or None, default=1000
        Images, stratified; None takes all.
    experiment : bool, default=True
        Whether each cause is measured; without, nothing is trained.
    every_level : bool, default=False
        Also try other values of parameters that are as they should be.
    threads, processes, on_precompute, on_progress
        As for :func:`~vistazo.workflows.compare.compare`.

    Returns
    -------
    Diagnosis

    Raises
    ------
    UsageError
        ``E-DIAGNOSE-METHOD`` for a method that brings nothing from elsewhere.
    DataError
        As ``compare``; ``E-RUN-NONE``, ``E-DIAGNOSE-DATA`` where a folder is no finished
        comparison, or its images are not found.

    Examples
    --------
    >>> from vistazo import LinearProbeClassifier, diagnose, read_images
    >>> probe = LinearProbeClassifier(input_side=32, input_scale="0-1")
    >>> found = diagnose(read_images("fashion-mnist-10k").limited(40), probe, experiment=False)
    >>> [finding.code for finding in found.findings]
    ['scale', 'feature-map']
    """
    if isinstance(subject, ImageDataset):
        subject = Subject("linear-probe", method or _default_method(), subject, Protocol())
    elif not isinstance(subject, Subject):
        subject = subject_of_run(Path(subject))
    subject = replace(
        subject, method=method or subject.method, protocol=protocol or subject.protocol
    )

    def comparing(methods: Mapping[str, Any], data: ImageDataset) -> Comparison:
        return compare(
            methods,
            data,
            protocol=subject.protocol,
            threads=threads,
            processes=processes,
            on_precompute=on_precompute,
            on_progress=on_progress,
        )

    return _diagnosed(
        subject,
        limit=limit,
        every_level=every_level,
        comparing=comparing if experiment else None,
        on_precompute=on_precompute,
    )


def run_diagnosis(
    subject: Subject,
    *,
    limit: int | None = LIMIT,
    every_level: bool = False,
    threads: int = 1,
    processes: int | None = None,
    out: Path | None = None,
    language: str | None = None,
    on_precompute: Precomputing = lambda method, done, total: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> DiagnosisRun:
    """Diagnose a method and write a run folder, as :func:`run_comparison` does.

    Its configurations are compared there; ``diagnosis.json`` and a page of the report say what
    that shows. A folder that holds the same diagnosis is continued.
    """
    folders: list[Path] = []

    def comparing(methods: Mapping[str, Any], data: ImageDataset) -> Comparison:
        run = run_comparison(
            data,
            methods,
            verb="diagnose",
            protocol=subject.protocol,
            threads=threads,
            processes=processes,
            out=out,
            save_model=False,
            language=language,
            on_precompute=on_precompute,
            on_progress=on_progress,
            on_note=on_note,
        )
        folders.append(run.folder)
        return run.comparison

    diagnosis = _diagnosed(
        subject,
        limit=limit,
        every_level=every_level,
        comparing=comparing,
        on_precompute=on_precompute,
    )
    (folder,) = folders
    write_json(folder / NAME, diagnosis.to_dict())
    write_report(folder, language=language)
    return DiagnosisRun(folder, diagnosis)


def _diagnosed(
    subject: Subject,
    *,
    limit: int | None,
    every_level: bool,
    comparing: Comparing | None,
    on_precompute: Precomputing,
) -> Diagnosis:
    name, method, seed = subject.name, subject.method, subject.protocol.seed
    method.check()
    check_transfer(name, method)
    data = _without_test(subject.data)
    data = data if limit is None else data.limited(limit, seed)
    shape = data.images.image_shape
    observations = method.observations(shape) or []
    plan = design(method, observations, shape, len(data), every_level=every_level)
    comparison = None if comparing is None else comparing(plan.named(), data)
    observations = [*observations, *sample_observations(method, data, seed, on_precompute)]
    measured = {} if comparison is None else effects(plan, comparison)
    return Diagnosis(name, method, data, tuple(observations), plan, comparison, measured)


def _default_method() -> ImageClassifier:
    from vistazo.methods.linear_probe import LinearProbeClassifier  # loads torch

    return LinearProbeClassifier()


def check_transfer(name: str, method: ImageClassifier) -> None:
    """Raise ``E-DIAGNOSE-METHOD`` for a method that brings nothing from elsewhere."""
    if method.observations(_ANY_SHAPE) is None:
        raise UsageError(
            "E-DIAGNOSE-METHOD",
            N_("{name} brings nothing from elsewhere: there is no transfer to look at."),
            N_("Name a transfer method with --method, such as --method linear-probe."),
            name=name,
        )


def _without_test(data: ImageDataset) -> ImageDataset:
    rows = data.rows("train", "validation")
    return data if data.split is None else replace(data.take(rows), split=None)
