"""What the features of a sample of the images show."""

from typing import Any

import numpy as np

from vistazo.data.dataset import ImageDataset
from vistazo.data.stratified_rows import stratified_rows
from vistazo.environment import cores
from vistazo.transfer.embedding import dead_share, effective_rank
from vistazo.transfer.observation import Observation
from vistazo.workflows.compare import Precomputing
from vistazo.workflows.diagnosis_design import AS_IT_IS

SAMPLE = 256
"""Images whose features are looked at, at most."""
DEAD = 0.25
"""Share of features that never move from which it is said; docs/experiments.md."""
_ENOUGH = 100
"""Images without which nothing is said: few of them leave units still by chance."""


def sample_observations(
    method: Any, data: ImageDataset, seed: int, on_precompute: Precomputing
) -> list[Observation]:
    """Return what can be said against the features that a transfer method works with.

    Parameters
    ----------
    method : ImageClassifier
        With a method ``features`` that returns them.
    data : ImageDataset
    seed : int
        Draws the sample.
    on_precompute : callable
        Told how many images are through the network, and of how many.
    """
    if len(data) < _ENOUGH:
        return []
    rows = stratified_rows(data.codes, SAMPLE, seed, "diagnose")
    images = data.images[rows]

    def progress(done: int, total: int) -> None:
        on_precompute(AS_IT_IS, done, total)

    method.precompute(images, threads=cores(), progress=progress)
    features = method.features(images)
    found = []
    dead, rank = dead_share(features), effective_rank(features)
    n_images, n_classes = len(rows), len(np.unique(data.codes))
    if dead > DEAD:
        found.append(Observation("dead-units", measured={"share": dead, "n_images": n_images}))
    if rank < n_classes <= n_images // 2:
        measured = {"rank": rank, "n_images": n_images, "n_classes": n_classes}
        found.append(Observation("effective-rank", measured=measured))
    return found
