"""Features of many images by a frozen backbone, of which only the new ones are computed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vistazo.errors import SetupError, VistazoError, warn
from vistazo.i18n import N_
from vistazo.transfer.feature_engine import ONNX, TORCH, Engine, engine_of, leave_to_torch
from vistazo.transfer.feature_store import image_keys, store_of
from vistazo.transfer.frozen import Frozen
from vistazo.transfer.prefix import Prefix

_Network = Callable[[Tensor], NDArray[np.float32]]
"""From a batch of pixels to its features."""
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

    Each engine keeps its own: features of one never stand beside those of the other.

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

    Raises
    ------
    SetupError
        ``E-EXTRA`` where ONNX Runtime shall compute them and is not installed, ``E-ENGINE``
        where it cannot.
    """
    keys = image_keys(pixels)
    engine = engine_of(frozen.engine, frozen.name) if isinstance(frozen, Frozen) else TORCH
    store = store_of((*frozen.identity, engine))
    known = store.read(set(keys)) if store else {}
    rows = {key: row for row, key in enumerate(keys) if key not in known}
    new = sorted(rows.values())
    network = _torch(frozen)
    if new and engine == ONNX and isinstance(frozen, Frozen):
        faster = _onnx(frozen, pixels.shape[1:])
        if faster is None:  # from now on it is torch, which has features of its own
            return extract(
                frozen, pixels, threads=threads, keep=keep, progress=progress, dtype=dtype
            )
        network = faster
    done = 0
    for part in range(0, len(new), _TOGETHER):
        chosen = new[part : part + _TOGETHER]
        batches = [chosen[start : start + _BATCH] for start in range(0, len(chosen), _BATCH)]
        found = []
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for features in pool.map(lambda batch: _features(network, pixels[batch]), batches):
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


def decided_engine(frozen: Frozen, image_shape: tuple[int, ...]) -> Engine:
    """Return which engine computes the features, decided by trying where it is left open.

    Parameters
    ----------
    frozen : Frozen
    image_shape : tuple of int
        (height, width, channels) of the images.

    Raises
    ------
    UsageError, SetupError
        As :func:`~vistazo.transfer.feature_engine.check_engine`.
    """
    engine = engine_of(frozen.engine, frozen.name)
    if frozen.engine != "auto" or engine == TORCH:
        return engine
    return TORCH if _onnx(frozen, image_shape) is None else ONNX


def _torch(frozen: Frozen | Prefix) -> _Network:
    return lambda batch: frozen.features(batch).numpy()


def _onnx(frozen: Frozen, image_shape: tuple[int, ...]) -> _Network | None:
    """Return the network in ONNX Runtime; None, with a warning, where torch must do its work.

    Raises ``E-ENGINE`` where torch may not.
    """
    from vistazo.transfer.onnx_network import onnx_network

    black = torch.zeros((1, *image_shape), dtype=torch.uint8)
    height, width = frozen.prepared(black).shape[2:]
    try:
        network = onnx_network(frozen, (_BATCH, 3, height, width))
    except VistazoError:
        raise
    except Exception as error:  # whatever else goes wrong there, torch can do it
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        if frozen.engine == ONNX:
            raise _refused(frozen.name, reason) from error
        leave_to_torch(frozen.name)
        warn(
            N_(
                "ONNX Runtime cannot compute the features of {weights}: torch does it, which takes"
                " longer ({reason})."
            ),
            weights=frozen.name,
            reason=reason,
        )
        return None
    return lambda batch: network(frozen.prepared(batch))


def _refused(weights: str, reason: str) -> SetupError:
    return SetupError(
        "E-ENGINE",
        N_("ONNX Runtime, which shall compute the features of {weights}, cannot: {reason}."),
        N_(
            "Install the versions that environment.json of the run names. Or begin a run of its"
            " own with torch: another --out, and --set METHOD.engine=torch."
        ),
        weights=weights,
        reason=reason.rstrip("."),
    )


def _features(network: _Network, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
    # The last bits of a convolution depend on the number of images and of threads in it: both
    # are always the same, so that the answer for an image depends on that image alone.
    full = np.zeros((_BATCH, *pixels.shape[1:]), np.uint8)
    full[: len(pixels)] = pixels
    return network(torch.from_numpy(full))[: len(pixels)].astype(np.float16)
