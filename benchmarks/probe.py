"""A linear probe in five folds: features once, against the backbone in every epoch's loop."""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.model_selection import StratifiedKFold
from torch import nn

from benchmarks._pairs import median_ratio, publish_facts
from vistazo.data.dataset import ImageDataset
from vistazo.data.reading import read_images
from vistazo.environment import cores
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.transfer.frozen import Frozen

FOLDS, EPOCHS, BATCH = 5, 10, 32


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks probe", description=__doc__)
    parser.add_argument("data", help="such as a CIFAR-10 archive")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args(arguments)
    data = read_images(options.data)
    data = data.take(data.rows("train")).limited(options.images)
    runs = np.array([one_pair(data) for _ in range(options.pairs)])
    peer, first, second = runs.T
    publish_facts(
        "probe",
        "the same backbone, in evaluation mode, before a linear layer trained by Adam",
        ("torch", "numpy", "scikit-learn"),
        images=[len(data), *data.images.image_shape],
        folds=FOLDS,
        epochs_of_the_peer=EPOCHS,
        pairs=options.pairs,
        seconds={
            "peer": float(np.median(peer)),
            "first experiment": float(np.median(first)),
            "second experiment": float(np.median(second)),
        },
        first_experiment_ratio=median_ratio(np.column_stack([peer, first])),
        second_experiment_ratio=median_ratio(np.column_stack([peer, second])),
    )


def one_pair(data: ImageDataset) -> tuple[float, float, float]:
    """Return seconds of the peer, of our first experiment and of another on the same images."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VISTAZO_CACHE"] = folder
        started = time.perf_counter()
        backbone_in_the_loop(data)
        peer = time.perf_counter() - started
        ours = []
        for strength in ("auto", 0.1):
            started = time.perf_counter()
            probe = LinearProbeClassifier(strength=strength, random_state=0)
            probe.precompute(data.images, threads=cores(), progress=lambda done, total: None)
            for split in Protocol(folds=FOLDS).splits(data):
                fitted = probe.fit(data.images[split.train], data.labels[split.train])
                fitted.predict(data.images[split.test])
            ours.append(time.perf_counter() - started)
    return peer, ours[0], ours[1]


def backbone_in_the_loop(data: ImageDataset) -> None:
    """Train the head as a notebook does, on features that every epoch computes again."""
    torch.set_num_threads(cores())
    side = LinearProbeClassifier().resolve(data.images.image_shape, 10).input_side
    assert isinstance(side, int)
    frozen = Frozen("imagenet-efficientnet-lite0", side)
    pixels, codes = torch.from_numpy(data.images.pixels), torch.from_numpy(data.codes)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(data.codes, data.codes):
        head = nn.Linear(1280, len(data.classes))
        optimizer = torch.optim.Adam(head.parameters(), 1e-3)
        for _epoch in range(EPOCHS):
            for rows in torch.randperm(len(train)).split(BATCH):  # type: ignore[no-untyped-call]
                chosen = torch.from_numpy(train)[rows]
                # a copy, because what inference mode returns cannot be learned from
                logits = head(frozen.features(pixels[chosen]).clone())
                optimizer.zero_grad()
                nn.functional.cross_entropy(logits, codes[chosen]).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
        with torch.inference_mode():
            head(frozen.features(pixels[torch.from_numpy(test)])).argmax(1)
