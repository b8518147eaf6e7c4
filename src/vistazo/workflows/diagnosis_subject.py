"""A finished comparison as something to diagnose: its images, its transfer method, its folds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from vistazo import catalog
from vistazo.data.dataset import ImageDataset
from vistazo.data.reading import read_images
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.controls import controls_among
from vistazo.evaluation.protocol import Protocol
from vistazo.files import read_json
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.feature_engine import unbound
from vistazo.workflows.run_folder import read_config

_SOURCE = "source.json"


@dataclass(frozen=True)
class Subject:
    """What a run folder holds for a diagnosis.

    Parameters
    ----------
    name : str
        Of the method.
    method : ImageClassifier
        With the settings it was compared with.
    data : ImageDataset
    protocol : Protocol
        Folds, where the run scored a given test part.
    """

    name: str
    method: ImageClassifier
    data: ImageDataset
    protocol: Protocol


def subject_of_run(
    folder: Path,
    *,
    method: str | None = None,
    data: ImageDataset | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Subject:
    """Return what a run folder holds for a diagnosis.

    Parameters
    ----------
    folder : Path
    method : str, optional
        Which of the transfer methods, where there are several; its name, or the part of it
        before the colon.
    data : ImageDataset, optional
        The images of the run; by default they are read again from where they were.
    progress : callable, optional
        As for :func:`~vistazo.data.reading.read_images`.

    Raises
    ------
    DataError
        ``E-RUN-NONE`` where the folder holds no comparison, ``E-DIAGNOSE-DATA`` where its images
        are not known or are others now; what ``read_images`` raises.
    UsageError
        ``E-DIAGNOSE-METHOD`` where it compared no transfer method, or several and none is named.
    """
    config = read_config(folder) or {}
    if not isinstance(config.get("methods"), Mapping) or "protocol" not in config:
        raise DataError(
            "E-RUN-NONE",
            N_("{folder} holds no comparison that could be diagnosed."),
            N_("Give the folder that 'vistazo compare' wrote, or images."),
            folder=folder,
        )
    name, chosen = _chosen(config["methods"], method)
    known = {field.name for field in fields(Protocol)}
    protocol = Protocol(**{k: v for k, v in config["protocol"].items() if k in known})
    if protocol.split == "given":
        protocol = replace(protocol, split="folds")
    found = data if data is not None else _read_again(folder, progress)
    if list(found.images.shape[1:]) != config["data"]["image_shape"] or (
        len(found) != config["data"]["n_images"]
    ):
        raise DataError(
            "E-DIAGNOSE-DATA",
            N_("The images are not those of {folder}: {n} of them, where there were {n_then}."),
            N_("Name the images of that comparison with --data, with the same options."),
            folder=folder,
            n=len(found),
            n_then=config["data"]["n_images"],
        )
    return Subject(name, chosen, found, protocol)


def is_run(folder: Path) -> bool:
    """Return whether a folder is that of a run."""
    return (folder / "config.yaml").is_file() and (folder / "STATUS").is_file()


def _read_again(folder: Path, progress: Callable[[int, int], None] | None) -> ImageDataset:
    try:
        source = read_json(folder / _SOURCE)
    except (OSError, ValueError) as error:
        raise DataError(
            "E-DIAGNOSE-DATA",
            N_("{folder} does not say where its images are."),
            N_("Name them: vistazo diagnose {folder} --data DATA"),
            folder=folder,
        ) from error
    how = {"size": source["size"], **source["reading"]}
    data = read_images(source["reference"], progress=progress, **how)
    limit = source["limit"]
    return data if limit is None else data.limited(limit, source["seed"])


def _chosen(
    methods: Mapping[str, Mapping[str, Any]], wanted: str | None
) -> tuple[str, ImageClassifier]:
    built = {name: _build(parameters) for name, parameters in methods.items()}
    controls = controls_among(methods)
    transfer = {
        name: method
        for name, method in built.items()
        if method is not None and (name not in controls or name == wanted)
    }
    if wanted is not None:
        named = {n: m for n, m in transfer.items() if wanted in (n, n.partition(":")[0])}
        if not named:
            raise catalog.unknown("methods", wanted, [*transfer])
        transfer = named
    if len(transfer) != 1:
        raise UsageError(
            "E-DIAGNOSE-METHOD",
            N_("Several transfer methods were compared: {names}.")
            if transfer
            else N_("No transfer method that could be diagnosed was compared: {names}."),
            N_("Say which one with --method."),
            names=", ".join(transfer or methods),
        )
    return next(iter(transfer.items()))


def _build(parameters: Mapping[str, Any]) -> ImageClassifier | None:
    """Return the transfer method that has these parameters, or None where it is none.

    What computes is decided anew: a diagnosis may be made on another machine.
    """
    from vistazo.methods.fine_tuned import FineTunedClassifier
    from vistazo.methods.linear_probe import LinearProbeClassifier

    if "weights" not in parameters:
        return None
    kinds: tuple[type[ImageClassifier], ...] = (LinearProbeClassifier, FineTunedClassifier)
    for kind in kinds:
        # a method that was given a name of one's own is known by its parameters alone
        if set(parameters) <= set(kind().get_params(deep=False)):
            method = kind(**{name: _value(value) for name, value in parameters.items()})
            method.set_params(engine=unbound(parameters.get("engine", "auto")))
            if parameters.get("device", "cpu") != "cpu":
                method.set_params(device="auto")
            return method
    return None


def _value(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    known = TrainingRecipe().get_params()
    return TrainingRecipe(**{name: value[name] for name in value if name in known})
