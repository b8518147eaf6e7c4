"""What a network begins to learn classes with: a backbone, given over tensor by tensor."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from vistazo.errors import warn
from vistazo.i18n import N_, _, number
from vistazo.pretraining import Pretrained
from vistazo.pretraining.backbone_folder import WEIGHTS, load_backbone
from vistazo.pretraining.representation import Quarters
from vistazo.transfer.ledger import AS_PUBLISHED, Ledger, Origin, TensorRecord, digests, refused


def transfer(pretrained: Pretrained, network: nn.Sequential) -> dict[str, Any]:
    """Give a network the backbone that was pretrained, and return what became of it.

    Raises
    ------
    DataError
        ``E-WEIGHTS-LOST`` where a tensor did not arrive, ``E-WEIGHTS-UNTRAINED`` where one is as
        it was before the pretraining.
    """
    before, after = pretrained.digests_before, pretrained.digests_after
    tensors = _give(network, pretrained.backbone, before, after)
    if pretrained.collapsed:
        warn(
            N_(
                "The pretraining taught the network to say nearly the same of all images"
                " ({alarms}): it collapsed, or was too short to learn anything."
            ),
            alarms=", ".join(pretrained.collapsed),
        )
    history = pretrained.history.as_json()
    del history["seconds"]  # the same fit is the same model, whatever the machine did besides
    return {
        "n_images": len(pretrained.rows),
        "n_epochs": len(pretrained.history),
        "before": pretrained.before,
        "after": pretrained.after,
        "alarms": pretrained.collapsed,
        "history": history,
        "tensors": tensors,
    }


def transfer_from_outside(folder: str, network: nn.Sequential) -> dict[str, Any]:
    """Give a network the backbone of a folder, and return what became of it.

    Raises
    ------
    DataError
        As :func:`transfer`, and what ``load_backbone`` raises.
    """
    before = digests(_backbone_of(network))
    backbone, manifest = load_backbone(Path(folder))
    tensors = _give(network, backbone, before, digests(backbone))
    data = manifest.data
    return {
        "n_images": data["n_images"],
        "data": data["name"],
        "task": manifest.task["name"],
        "sha256": manifest.sha256,
        "alarms": list(manifest.alarms),
        "tensors": tensors,
    }


def _give(
    network: nn.Sequential, given: nn.Module, before: Mapping[str, str], after: Mapping[str, str]
) -> list[list[str]]:
    """Copy the tensors, and return name, shape and SHA-256 before and after of each."""
    backbone = _backbone_of(network)
    backbone.load_state_dict(given.state_dict())
    arrived = digests(backbone)
    if lost := [name for name, digest in after.items() if arrived[name] != digest]:
        raise refused(
            "E-WEIGHTS-LOST",
            N_("Tensors that did not arrive in the network ({count}): {names}."),
            AS_PUBLISHED,
            lost,
        )
    drawn = [n for n, p in backbone.named_parameters() if p.requires_grad and p.ndim > 1]
    if untrained := [name for name in drawn if before[name] == after[name]]:
        raise refused(
            "E-WEIGHTS-UNTRAINED",
            N_("Tensors that the pretraining left as before any training ({count}): {names}."),
            N_("Pretrain for more epochs, or with a higher learning rate."),
            untrained,
        )
    shapes = {name: "×".join(map(str, t.shape)) for name, t in backbone.state_dict().items()}
    return [[name, shape, before[name], after[name]] for name, shape in shapes.items()]


def _backbone_of(network: nn.Sequential) -> nn.Module:
    part = network[0]
    return part.backbone if isinstance(part, Quarters) else part


def sentences(pretraining: dict[str, Any] | None) -> list[str]:
    """Return what a fit learned from before the labels."""
    if pretraining is None:
        return []
    values = {
        "n": number(pretraining["n_images"]),
        "tensors": number(len(pretraining["tensors"])),
    }
    if "data" in pretraining:
        return [
            _(
                "Begun with a backbone that learned {task} on {n} images of {data}; {tensors}"
                " tensors were taken over, each checked by its SHA-256.",
                task=pretraining["task"],
                data=pretraining["data"],
                **values,
            )
        ]
    return [
        _(
            "Pretrained without labels on {n} images, {epochs} epochs; {tensors} tensors were"
            " taken over, each checked by its SHA-256.",
            epochs=number(pretraining["n_epochs"]),
            **values,
        )
    ]


def ledger_of(pretraining: dict[str, Any], network: nn.Sequential) -> Ledger:
    """Return where the tensors came from that a fit began with, and what it made of them."""
    sha256 = pretraining.get("sha256", "")
    origin: Origin = "file" if sha256 else "pretrained"
    tensors = tuple(
        TensorRecord(
            name,
            tuple(int(side) for side in shape.split("×") if side),
            "random" if before == after else origin,
            before,
            after,
        )
        for name, shape, before, after in pretraining["tensors"]
    )
    name = pretraining.get("data", "")
    ledger = Ledger(name, WEIGHTS if sha256 else "", sha256, "", tensors)
    return ledger.after_training(digests(_backbone_of(network)))
