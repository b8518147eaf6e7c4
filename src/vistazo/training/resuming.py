"""Everything that decides how a training goes on, out of it and back into it."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vistazo.training.training import Training


@dataclass(frozen=True)
class Snapshot:
    """A training between two steps, as tensors and JSON values."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]


def snapshot(training: Training) -> Snapshot:
    """Return copies of weights, optimizer, generators, place in the epoch, and history."""
    tensors = {f"network.{n}": t for n, t in training.network.state_dict().items()}
    tensors |= {f"best.{n}": t for n, t in training.stopping.best_weights.items()}
    if training.averaged:
        averaged = training.averaged.network.state_dict()
        tensors |= {f"averaged.{n}": t for n, t in averaged.items()}
    states = training.optimization.optimizer.state
    for index, parameter in enumerate(training.optimization.parameters):
        for name, value in states.get(parameter, {}).items():
            if isinstance(value, Tensor):
                tensors[f"optimizer.{index}.{name}"] = value
    tensors |= {f"sum.{name}": total for name, total in training.sums.items()}
    tensors["generator"] = training.generator.get_state()
    tensors["random"] = torch.get_rng_state()
    if training.objective.device.type == "cuda":
        tensors["random_cuda"] = torch.cuda.get_rng_state(training.objective.device)
    if training.order is not None:
        tensors["order"] = training.order
    history, stopping = training.history, training.stopping
    facts = {
        "columns": history.columns,
        "best_epoch": history.best_epoch,
        "stopped": history.stopped,
        "stopping": [stopping.watch.best, stopping.watch.since_best, stopping.best_epoch],
        "plateau": [training.plateau.best, training.plateau.since_best],
        "learning_rate": training.learning_rate,
        "steps_done": training.steps_done,
        "epoch_seconds": training.epoch_seconds,
    }
    # safetensors takes neither views nor other memory orders
    return Snapshot({name: _copy(tensor) for name, tensor in tensors.items()}, facts)


def restore(training: Training, state: Snapshot) -> None:
    """Put a training where the snapshot was taken."""
    tensors, facts, device = state.tensors, state.facts, training.objective.device
    training.network.load_state_dict(_part(tensors, "network"))
    if training.averaged:
        training.averaged.network.load_state_dict(_part(tensors, "averaged"))
    best = {n: t.to(device) for n, t in _part(tensors, "best").items()}
    training.stopping.best_weights = best
    for index, parameter in enumerate(training.optimization.parameters):
        kept = _part(tensors, f"optimizer.{index}")
        if kept:
            training.optimization.optimizer.state[parameter] = {
                name: _like(parameter, value) for name, value in kept.items()
            }
    training.sums = {name: total.to(device) for name, total in _part(tensors, "sum").items()}
    training.generator.set_state(tensors["generator"])
    torch.set_rng_state(tensors["random"])
    if "random_cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random_cuda"], device)
    training.order = tensors.get("order")
    history, stopping = training.history, training.stopping
    history.columns, history.best_epoch = facts["columns"], facts["best_epoch"]
    history.stopped = facts["stopped"]
    stopping.watch.best, stopping.watch.since_best, stopping.best_epoch = facts["stopping"]
    training.plateau.best, training.plateau.since_best = facts["plateau"]
    for name in ("learning_rate", "steps_done", "epoch_seconds"):
        setattr(training, name, facts[name])


def _part(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    prefix = f"{name}."
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _like(parameter: Tensor, value: Tensor) -> Tensor:
    if value.shape != parameter.shape:
        return value  # the number of steps, which fused optimizers keep beside
    # the optimizer reads its memory in the order of the parameter's
    return torch.empty_like(parameter, requires_grad=False).copy_(value)
