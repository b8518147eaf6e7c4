"""Features of images by a frozen network: torch and the extra ``onnx`` against ONNX Runtime."""

import argparse
import os
from collections.abc import Callable, Sequence
from unittest.mock import patch

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from benchmarks._pairs import publish, timed
from vistazo.environment import cores
from vistazo.transfer import feature_engine
from vistazo.transfer.extraction import extract
from vistazo.transfer.feature_engine import ONNX, TORCH
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.onnx_network import exported

BATCH = 32


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks extraction", description=__doc__)
    parser.add_argument("--side", type=int, default=96, help="of the images, in pixels")
    parser.add_argument("--images", type=int, default=192)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--weights", default="imagenet-efficientnet-lite0")
    options = parser.parse_args(arguments)
    os.environ["VISTAZO_CACHE"] = "off"
    torch.set_num_threads(cores())
    frozen = Frozen(options.weights, options.side)
    shape = (options.images, options.side, options.side, 3)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    works: dict[str, Callable[[], NDArray[np.float32]]] = {
        TORCH: lambda: ours(TORCH, frozen, pixels),
        ONNX: lambda: ours(ONNX, frozen, pixels),
        "peer": peer(frozen, pixels),
    }
    expected = works["peer"]()  # these first calls prepare all three
    found = {name: works[name]() for name in (TORCH, ONNX)}
    speeds = {name: np.empty((options.pairs, 2)) for name in works}
    for pair in range(options.pairs):
        for name, work in works.items():
            _, speeds[name][pair] = timed(work, options.images)
    for name in (TORCH, ONNX):
        publish(
            f"extraction-{name}-{options.side}",
            "ONNX Runtime, float32",
            np.stack([speeds[name], speeds["peer"]], axis=1),
            ("torch", "numpy", "onnxruntime", "onnx"),
            images=list(shape),
            threads=cores(),
            batch_of_the_peer=BATCH,
            largest_feature=float(expected.max()),
            largest_difference=float(np.abs(found[name] - expected).max()),
            other_float16=float((found[name] != expected.astype(np.float16)).mean()),
        )


def ours(engine: str, frozen: Frozen, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    with patch.object(feature_engine, "installed", lambda: engine == ONNX):
        return extract(frozen, pixels, threads=cores(), keep=False)


def peer(frozen: Frozen, pixels: NDArray[np.uint8]) -> Callable[[], NDArray[np.float32]]:
    """Return the same network with large batches and all threads, and the same preparation."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    # threads that wait for work take the time of the preparation otherwise: 1.4 times as fast
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    first = frozen.prepared(torch.from_numpy(pixels[:BATCH]))
    session = onnxruntime.InferenceSession(
        exported(frozen, first), options, providers=["CPUExecutionProvider"]
    )

    def features() -> NDArray[np.float32]:
        found = []
        for part in np.split(pixels, len(pixels) // BATCH):
            images = frozen.prepared(torch.from_numpy(part))
            found.append(session.run(None, {"images": images.numpy()})[0])
        return np.concatenate(found)

    return features
