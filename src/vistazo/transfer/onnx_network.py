"""A frozen network in ONNX Runtime: the same features as torch's, in less time."""

import functools
import importlib
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vistazo.transfer.feature_engine import ONNX
from vistazo.transfer.frozen import Frozen

AGREEMENT = 1e-4
"""The most that features may differ from torch's, as a part of the largest of them."""
_KEPT = 4
"""Networks, each for one size of images, that a process keeps ready."""


def onnx_network(
    frozen: Frozen, shape: tuple[int, int, int, int]
) -> Callable[[Tensor], NDArray[np.float32]]:
    """Return a frozen network in ONNX Runtime, with one thread inside each operation.

    Parameters
    ----------
    frozen : Frozen
    shape : tuple of int
        (n_images, 3, height, width) of prepared images: the network takes no other batches.

    Returns
    -------
    callable
        Gives the features, shape (n_images, feature_dim), of prepared images. Several threads
        may call it at once.

    Raises
    ------
    ArithmeticError
        Where the features of noise differ from torch's by more than ``AGREEMENT``.
    Exception
        Whatever the exporter or ONNX Runtime raise for a network that they cannot take.
    """
    return _ready(frozen, frozen.identity, shape)


@functools.lru_cache(_KEPT)
def _ready(
    frozen: Frozen,
    _identity: tuple[object, ...],  # a file of weights may have changed
    shape: tuple[int, int, int, int],
) -> Callable[[Tensor], NDArray[np.float32]]:
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    runtime = importlib.import_module(ONNX)  # it ships no type information
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(
        exported(frozen, noise), options, providers=["CPUExecutionProvider"]
    )

    def features(images: Tensor) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, {"images": images.numpy()})[0]
        return found

    with torch.inference_mode():
        first = noise[:1].contiguous(memory_format=torch.channels_last)
        expected = frozen.network(first).numpy()
    difference = np.abs(features(noise)[:1] - expected).max() / np.abs(expected).max()
    if not difference <= AGREEMENT:
        raise ArithmeticError(f"{difference:.1e} > {AGREEMENT:.0e}")
    return features


def exported(frozen: Frozen, images: Tensor) -> bytes:
    """Return a frozen network as an ONNX file, for batches of prepared images of this shape."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # it warns that sizes become constants, which is meant, and that there is a newer
        # exporter, which takes seven times as long: docs/decisions/0001-dependencies.md
        warnings.simplefilter("ignore")
        file = Path(folder) / "network.onnx"
        torch.onnx.export(frozen.network, (images,), file, dynamo=False, input_names=["images"])
        return file.read_bytes()
