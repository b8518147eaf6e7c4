"""torchvision's networks as the oracle of ours, with weights that leave nothing at rest."""

import torch
from torch import nn

try:
    from torchvision import models
except RuntimeError:
    # compiled for another torch it lacks these operators, which no network here uses
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from torchvision import models

NAMES = {
    "alexnet": "alexnet",
    "googlenet": "googlenet",
    "mobilenet-v2": "mobilenet_v2",
    "resnet-18": "resnet18",
    "resnet-34": "resnet34",
    "resnet-50": "resnet50",
    "vgg-16": "vgg16",
    "vgg-19": "vgg19",
}
"""Ours and torchvision's."""


def published(name):
    """Return what torchvision says of its published weights: parameters, 10^9 MACs."""
    return models.get_model_weights(NAMES[name]).DEFAULT.meta


def network(name, **settings):
    """Return torchvision's network without the time and memory of its own initialisation."""
    if name == "googlenet":
        settings.setdefault("aux_logits", True)
        settings["init_weights"] = False
    with torch.device("meta"):
        empty = models.get_model(NAMES[name], weights=None, **settings)
    return empty.to_empty(device="cpu").apply(start).eval()


def start(layer):
    """Give a layer weights that leave nothing at rest."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        if layer.bias is not None:
            nn.init.uniform_(layer.bias, -0.1, 0.1)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.uniform_(layer.weight, 0.5, 1.0)
        nn.init.uniform_(layer.bias, -0.1, 0.1)
        nn.init.uniform_(layer.running_mean, -0.1, 0.1)
        nn.init.uniform_(layer.running_var, 0.5, 1.5)
        nn.init.constant_(layer.num_batches_tracked, 7)
