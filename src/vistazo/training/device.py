"""Where a network computes, and in which numbers: decided once, by looking and measuring."""

import time
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from vistazo.errors import SetupError
from vistazo.i18n import N_
from vistazo.training.batches import to_network

Precision = Literal["float32", "bfloat16"]
_WORTH = 1.1
"""How many times as fast bfloat16 must be to be taken: it has fewer digits."""
_STEPS = 5


def find_device(name: str) -> torch.device:
    """Return the device of that name; ``auto`` takes a GPU where there is one.

    Raises
    ------
    SetupError
        ``E-DEVICE`` where a device asked for by name is not there, with those that are.
    """
    usable = []
    if torch.backends.mps.is_available():
        usable.append("mps")
    if torch.cuda.is_available():
        usable += [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    usable.append("cpu")
    if name == "auto":
        return torch.device(usable[0])
    if name not in usable and not (name == "cuda" and "cuda:0" in usable):
        raise SetupError(
            "E-DEVICE",
            N_("This machine has no usable device '{name}'. It has: {usable}."),
            N_("Use one of these, or --device auto."),
            name=name,
            usable=", ".join(usable),
        )
    return torch.device(name)


def faster_precision(build: Callable[[], nn.Module], images: Tensor) -> Precision:
    """Return in which numbers a training step of a network is faster here.

    Parameters
    ----------
    build : callable
        Makes the network, on the device of the images; not called where the processor has no
        instructions for bfloat16.
    images : Tensor of uint8, shape (n_images, channels, height, width)
        One batch.

    Returns
    -------
    {"float32", "bfloat16"}
        bfloat16 where the fastest of five steps takes less than 10/11 of the time.
    """
    if not _has_bfloat16(images.device):
        return "float32"
    network = build().train()
    plain = _seconds(network, images, enabled=False)
    return "bfloat16" if plain > _WORTH * _seconds(network, images, enabled=True) else "float32"


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # without these instructions a processor only imitates bfloat16, at half the speed
    if device.type != "cpu":
        return False
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _seconds(network: nn.Module, images: Tensor, *, enabled: bool) -> float:
    took = []
    for _ in range(1 + _STEPS):  # the first one prepares
        started = time.perf_counter()
        with torch.autocast(images.device.type, torch.bfloat16, enabled=enabled):
            logits = network(to_network(images))
            loss = functional.cross_entropy(logits, logits.argmin(1))
        loss.backward()  # type: ignore[no-untyped-call]
        if images.device.type == "cuda":
            torch.cuda.synchronize(images.device)
        took.append(time.perf_counter() - started)
    return min(took[1:])
