"""Weights of timm's networks: what timm knows of them, and where its hub keeps them."""

import contextlib
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo import catalog
from vistazo.errors import DataError, SetupError
from vistazo.i18n import N_, _
from vistazo.pretrained import Preprocessing
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm import timm_module

if TYPE_CHECKING:
    from torch import Tensor

PREFIX = "timm:"
"""Before the name of a network, with or without the tag of its weights: ``resnet18.tv_in1k``."""
_FILES = ("model.safetensors", "pytorch_model.bin")
"""As timm names them on its hub; the first that there is."""


def timm_weights(name: str, given: Path | None) -> FileWeights:
    """Return the weights of a network of timm.

    Parameters
    ----------
    name : str
        ``timm:NAME`` or ``timm:NAME.TAG``; the tag says what the weights were trained on and how
        images were prepared. Without one it is timm's default.
    given : Path or None
        The file; None is the one in the hub's cache.

    Raises
    ------
    SetupError
        ``E-EXTRA`` without timm.
    UsageError
        ``E-NAME`` for a network or a tag that timm does not know.
    DataError
        ``E-WEIGHTS-OTHER`` where the ``config.json`` beside the file names another network.
    """
    known = _configuration(name)
    full_name = f"{known.architecture}.{known.tag}" if known.tag else known.architecture
    if given is not None:
        _check_beside(given, name, known)
    return FileWeights(
        name=name,
        architecture=PREFIX + full_name,
        licence=known.license or "",
        source=f"timm {timm_module().__version__}, {full_name}",
        preprocessing=Preprocessing(
            side=known.input_size[1],
            mean=tuple(known.mean),
            deviation=tuple(known.std),
            crop_fraction=min(known.crop_pct, 1.0),
            interpolation="bilinear" if known.interpolation == "bilinear" else "bicubic",
            channels="RGB",
            square=known.fixed_input_size,
        ),
        heads=_names(known.classifier),
        given=given,
        find=functools.partial(_cached, known.hf_hub_id),
    )


def as_timm_names_them(
    architecture: str, state: "Mapping[str, Tensor]"
) -> "dict[str, Tensor] | None":
    """Return the tensors of another maker's file as timm renames them for its own network.

    None where the architecture is not timm's, or timm cannot use every one of them.
    """
    if not architecture.startswith(PREFIX):
        return None
    timm, name = timm_module(), architecture.removeprefix(PREFIX)
    from_here = {"state_dict": dict(state), "hf_hub_id": None, "url": None, "custom_load": False}
    try:
        # with the published head, or timm loads what fits and leaves the rest as it is
        network = timm.create_model(
            name,
            pretrained=True,
            num_classes=timm.get_pretrained_cfg(name).num_classes,
            pretrained_cfg_overlay=from_here,
        )
    except Exception:  # each of timm's filters fails in its own way at a file it does not know
        return None
    renamed: dict[str, Tensor] = network.state_dict()
    return renamed


def download_weights(name: str) -> Path:
    """Download the weights of a network of timm from its hub, unless they are here already.

    Parameters
    ----------
    name : str
        As of :func:`timm_weights`.

    Returns
    -------
    Path
        The file in the cache of the hub, where every program that uses the hub finds it.

    Raises
    ------
    SetupError
        ``E-DOWNLOAD`` where the hub cannot be reached or does not have them; ``E-EXTRA``.
    UsageError
        ``E-NAME``.
    """
    hub = _configuration(name).hf_hub_id
    return _cached(hub) or _download(name, hub)


def _download(name: str, hub: str | None) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import RemoteEntryNotFoundError

    if hub is None:
        raise _failed(name, _("timm's hub does not have it"))
    address = f"https://huggingface.co/{hub}"
    try:
        for file in _FILES:
            with contextlib.suppress(RemoteEntryNotFoundError):
                return Path(hf_hub_download(hub, file))
    except Exception as error:  # of the connection, the disk or the hub: there are many
        cause = error.__cause__ or error
        raise _failed(address, str(cause) or type(cause).__name__) from error
    raise _failed(address, _("it holds none of {names}", names=", ".join(_FILES)))


def _failed(url: str, reason: str) -> SetupError:
    return SetupError(
        "E-DOWNLOAD",
        N_("{url} could not be downloaded: {reason}."),
        N_("Run the same command again later, or give a file of the weights with --weights."),
        url=url,
        reason=reason.strip().partition("\n")[0].rstrip("."),
    )


def _configuration(name: str) -> Any:
    timm = timm_module()
    wanted = name.removeprefix(PREFIX)
    if wanted.partition(".")[0] in timm.list_models():
        try:
            known = timm.get_pretrained_cfg(wanted)
        except RuntimeError:  # the tag
            known = None
        if known is not None:
            return known
    tagged = timm.list_models(include_tags=True)
    raise catalog.unknown("pretrained", name, [PREFIX + n for n in (*timm.list_models(), *tagged)])


def _names(classifier: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (classifier,) if isinstance(classifier, str) else tuple(classifier or ())


def _cached(hub: str | None) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    for file in _FILES if hub else ():
        found = try_to_load_from_cache(hub, file)
        if isinstance(found, str):
            return Path(found)
    return None


def _check_beside(given: Path, name: str, known: Any) -> None:
    """Compare with the ``config.json`` that timm writes beside weights, where there is one."""
    try:
        beside = json.loads((given.parent / "config.json").read_text("utf-8"))
        architecture = beside["architecture"]
        tag = beside["pretrained_cfg"].get("tag", known.tag)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # none, or not timm's
    if (architecture, tag) != (known.architecture, known.tag):
        raise DataError(
            "E-WEIGHTS-OTHER",
            N_(
                "{path} holds weights of '{found}', as config.json beside it says, not of '{name}'."
            ),
            N_("Name the network that they are for: {found}."),
            path=given,
            found=f"{PREFIX}{architecture}" + (f".{tag}" if tag else ""),
            name=name,
        )
