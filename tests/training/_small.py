"""A small problem that trains in milliseconds."""

import numpy as np
import torch
from torch import nn

from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised

RNG = np.random.default_rng(0)
IMAGES = torch.from_numpy(RNG.integers(0, 256, (50, 1, 6, 6), dtype=np.uint8))
TARGETS = torch.from_numpy(RNG.integers(0, 3, 50))
N_TRAIN = 40


def network(seed=0, dropout=0.0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(dropout), nn.Linear(64, 3)
    )


def objective(recipe=None, n=N_TRAIN):
    recipe = recipe or TrainingRecipe()
    return Supervised(
        IMAGES[:n], TARGETS[:n], IMAGES[N_TRAIN:], TARGETS[N_TRAIN:], recipe, n_classes=3
    )


def generator(seed=7):
    return torch.Generator().manual_seed(seed)


def weights(net):
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}
