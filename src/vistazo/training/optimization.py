"""One step of the optimizer: gradients as the recipe wants them, then the update."""

from typing import Any

import torch
from torch import Tensor, nn

from vistazo.training.recipe import TrainingRecipe


class Optimization:
    """The optimizer of a recipe with its penalties, weight decay and clipping.

    Parameters
    ----------
    network : torch.nn.Module
        Its trainable parameters are changed. Those of more than one dimension are its weights;
        biases and norms are neither penalised nor decayed. Its parts, in the order of their
        rates, are its own modules.
    recipe : TrainingRecipe
    """

    def __init__(self, network: nn.Module, recipe: TrainingRecipe) -> None:
        self.parameters = [p for p in network.parameters() if p.requires_grad]
        self.weights: list[Tensor] = [p for p in self.parameters if p.ndim > 1]
        self.recipe = recipe
        self.optimizer = _optimizer(_groups(network, recipe.layer_decay), recipe)
        default = 0.01 if recipe.optimizer == "adamw" else 0.0
        self.weight_decay = default if recipe.weight_decay is None else recipe.weight_decay

    def step(self, loss: Tensor, learning_rate: float) -> None:
        """Change the parameters by the gradient of a loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * group["share"]
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            self._penalise()
            if self.recipe.clip_norm is not None:
                nn.utils.clip_grad_norm_(self.parameters, self.recipe.clip_norm)
            for group in self.optimizer.param_groups if self.weight_decay else ():
                weights = [parameter for parameter in group["params"] if parameter.ndim > 1]
                torch._foreach_mul_(weights, 1 - group["lr"] * self.weight_decay)
        self.optimizer.step()

    def _penalise(self) -> None:
        # the gradients of l1 * sum |w| and l2 * sum w², as Keras defines them
        recipe = self.recipe
        if not recipe.l1 and not recipe.l2:
            return
        for weight in self.weights:
            if weight.grad is not None:
                weight.grad.add_(weight.sign(), alpha=recipe.l1).add_(weight, alpha=2 * recipe.l2)


def _groups(network: nn.Module, layer_decay: float) -> list[dict[str, Any]]:
    """Return the trainable parameters by the share of the learning rate that they have."""
    parts = list(network._modules)
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            part = name.partition(".")[0]
            below = len(parts) - 1 - parts.index(part) if part in parts else 0
            groups.setdefault(layer_decay**below, []).append(parameter)
    return [{"params": found, "share": share} for share, found in groups.items()]


def _optimizer(parameters: list[dict[str, Any]], recipe: TrainingRecipe) -> torch.optim.Optimizer:
    if recipe.optimizer == "sgd":
        momentum = 0.9 if recipe.momentum is None else recipe.momentum
        return torch.optim.SGD(
            parameters, lr=1.0, momentum=momentum, nesterov=momentum > 0, fused=True
        )
    if recipe.optimizer == "rmsprop":
        # alpha and epsilon of Keras
        return torch.optim.RMSprop(
            parameters, lr=1.0, alpha=0.9, eps=1e-7, momentum=recipe.momentum or 0.0, foreach=True
        )
    return torch.optim.Adam(parameters, lr=1.0, fused=True)
