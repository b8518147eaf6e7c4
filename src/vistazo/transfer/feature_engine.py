"""What computes the features of images: ONNX Runtime where it is installed, otherwise torch.

Features of the two differ in their last bits, so that which of them it is belongs to what decides
a result: methods have it as a parameter, decided once when a run begins.
"""

import functools
import importlib.metadata
import importlib.util
from collections.abc import Mapping
from typing import Literal, get_args

from vistazo.errors import SetupError, require
from vistazo.i18n import N_

Engine = Literal["auto", "torch", "onnxruntime"]
TORCH: Engine = "torch"
ONNX: Engine = "onnxruntime"
_failed: set[str] = set()
"""Weights whose network ONNX Runtime could not run in this process."""


@functools.cache
def installed() -> bool:
    """Tell whether the extra ``onnx`` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("onnx", ONNX))


def check_engine(engine: str) -> None:
    """Raise ``E-VALUE`` for what is no engine, ``E-EXTRA`` for one that is not installed."""
    require(engine in get_args(Engine), "engine", engine, " | ".join(get_args(Engine)))
    if engine == ONNX and not installed():
        raise SetupError(
            "E-EXTRA",
            N_(
                "The features of images were to be computed by ONNX Runtime, which is not"
                " installed. Features by torch differ from them in their last bits."
            ),
            N_(
                'Run: pip install "vistazo[onnx]". Or begin a run of its own with torch: another'
                " --out, and --set METHOD.engine=torch."
            ),
        )


def engine_of(engine: Engine, weights: str) -> Engine:
    """Return the engine that is meant; ``auto`` is what this machine has for these weights.

    Raises
    ------
    UsageError, SetupError
        As :func:`check_engine`.
    """
    check_engine(engine)
    if engine != "auto":
        return engine
    return ONNX if installed() and weights not in _failed else TORCH


def leave_to_torch(weights: str) -> None:
    """Let torch compute features with these weights wherever it is open in this process."""
    _failed.add(weights)


def unbound(engine: str) -> str:
    """Return an engine for another machine than the one it was decided on, which may lack it."""
    return "auto" if engine == ONNX else engine


def described(engines: Mapping[str, str]) -> str:
    """Return the engine of methods by name, with its version; one where all have the same."""
    told = {name: _with_version(engine) for name, engine in engines.items()}
    if len({*told.values()}) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{name}: {text}" for name, text in told.items())


def _with_version(engine: str) -> str:
    return f"{ONNX} {importlib.metadata.version(ONNX)}" if engine == ONNX else engine
