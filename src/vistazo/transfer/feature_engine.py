"""What computes the features of images: ONNX Runtime where it is installed, otherwise torch."""

import functools
import importlib.metadata
import importlib.util

TORCH, ONNX = "torch", "onnxruntime"
_failed: set[str] = set()
"""Weights whose network ONNX Runtime could not run in this process."""


@functools.cache
def installed() -> bool:
    """Tell whether the extra ``onnx`` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("onnx", ONNX))


def engine_of(weights: str) -> str:
    """Return ``onnxruntime`` or ``torch``: part of what decides features with these weights."""
    return ONNX if installed() and weights not in _failed else TORCH


def leave_to_torch(weights: str) -> None:
    """Let torch compute features with these weights for as long as this process lives."""
    _failed.add(weights)


def described() -> str:
    """Return the engine with its version, and the weights that were left to torch."""
    if not installed():
        return TORCH
    exceptions = [f"{name}: {TORCH}" for name in sorted(_failed)]
    return ", ".join([f"{ONNX} {importlib.metadata.version(ONNX)}", *exceptions])
