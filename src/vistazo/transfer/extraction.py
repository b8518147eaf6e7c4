"""Features of many images by a frozen backbone, of which only the new ones are computed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vistazo.transfer.feature_store import image_keys, store_of
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.prefix import Prefix

_BATCH = 8
_TOGETHER = 4096
"""Images whose features are kept at once: what an interruption can lose."""


def extract(
    frozen: Frozen | Prefix,
    pixels: NDArray[np.uint8],
    *,
    threads: int = 1,
    keep: bool = True,
    progress: Callable[[int, int], None] | None = None,
    dtype: type[np.floating[Any]] = np.float32,
) -> NDArray[np.floating[Any]]:
    """Return the features of images; those known from before are not computed again.

    Parameters
    ----------
    frozen : Frozen or Prefix
    pixels : ndarray of uint8, shape (n_images, height, width, 1 or 3)
    threads : int, default=1
        Batches at once; changes no number.
    keep : bool, default=True
        Whether the features of new images are kept for other calls.
    progress : callable, optional
        Told how many of the new images are done, and how many there are.
    dtype : type, default=numpy.float32

    Returns
    -------
    ndarray of dtype, shape (n_images, feature_dim)
        Of the precision of float16, whether they were kept or not.
    """
    keys = image_keys(pixels)
    store = store_of(frozen.identity)
    known = store.read(set(keys)) if store else {}
    rows = {key: row for row, key in enumerate(keys) if key not in known}
    new = sorted(rows.values())
    done = 0
    for part in range(0, len(new), _TOGETHER):
        chosen = new[part : part + _TOGETHER]
        batches = [chosen[start : start + _BATCH] for start in range(0, len(chosen), _BATCH)]
        found = []
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for features in pool.map(lambda batch: _features(frozen, pixels[batch]), batches):
                found.append(features)
                done += len(features)
                if progress:
                    progress(done, len(new))
        features = np.concatenate(found)
        named = [keys[row] for row in chosen]
        known.update(zip(named, features, strict=True))
        if store and keep:
            store.keep(named, features)
    return np.stack([known[key] for key in keys]).astype(dtype, copy=False)


def _features(frozen: Frozen | Prefix, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
    # The last bits of a convolution depend on the number of images and of threads in it: both
    # are always the same, so that the answer for an image depends on that image alone.
    full = np.zeros((_BATCH, *pixels.shape[1:]), np.uint8)
    full[: len(pixels)] = pixels
    features: NDArray[np.float32] = frozen.features(torch.from_numpy(full)).numpy()
    return features[: len(pixels)].astype(np.float16)
