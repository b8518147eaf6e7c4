"""Files of weights for timm's networks: whose they are, as far as that can be told."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vistazo.errors import DataError, warn
from vistazo.i18n import N_
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm import PREFIX, timm_module

if TYPE_CHECKING:
    from torch import Tensor


def check_beside(given: Path, name: str, known: Any) -> None:
    """Raise ``E-WEIGHTS-OTHER`` where the ``config.json`` beside a file names another network.

    Parameters
    ----------
    given : Path
    name : str
        As a person named the network.
    known : timm's configuration
    """
    named = _named_beside(given)
    if named is None:
        return
    architecture, tag = named
    if architecture != known.architecture or tag not in (None, known.tag):
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


def tell_of_twin(weights: FileWeights) -> None:
    """Warn where a file fits another network too, and nothing beside it says which it is for.

    timm has networks in two forms: one as TensorFlow pads and normalises (``tf_``), one as torch
    does. Names and shapes are the same; the outputs are not.
    """
    if weights.given is None or not weights.architecture.startswith(PREFIX):
        return
    name = weights.architecture.removeprefix(PREFIX).partition(".")[0]
    twin = name.removeprefix("tf_") if name.startswith("tf_") else f"tf_{name}"
    if twin in timm_module().list_models() and _named_beside(weights.given) is None:
        warn(
            N_(
                "{path} fits '{name}' and '{twin}', which compute different things from the same"
                " numbers; nothing in the file says which of them it is for. Ask its source."
            ),
            path=weights.given,
            name=PREFIX + name,
            twin=PREFIX + twin,
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


def _named_beside(given: Path) -> tuple[str, str | None] | None:
    """Return network and tag that timm's ``config.json`` beside a file says, where there is one."""
    try:
        beside = json.loads((given.parent / "config.json").read_text("utf-8"))
        return str(beside["architecture"]), beside["pretrained_cfg"].get("tag")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
