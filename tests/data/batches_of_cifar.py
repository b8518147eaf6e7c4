"""Small CIFAR data sets, pickled as Python 2 did, for the tests of reading."""

import pickle
import struct
from pathlib import Path

import numpy as np

KINDS = ("airplane", "automobile", "bird")


def python2(value: object) -> bytes:
    """Pickle as Python 2 with protocol 2: text as bytes, arrays by numpy.core."""
    return b"\x80\x02" + _python2(value) + b"."


def _python2(value: object) -> bytes:
    if isinstance(value, str | bytes):
        text = value.encode() if isinstance(value, str) else value
        return b"T" + struct.pack("<i", len(text)) + text
    if isinstance(value, int):
        return b"J" + struct.pack("<i", value)
    if isinstance(value, list):
        return b"](" + b"".join(map(_python2, value)) + b"e"
    if isinstance(value, dict):
        return b"}(" + b"".join(_python2(k) + _python2(v) for k, v in value.items()) + b"u"
    if isinstance(value, tuple):
        return b"(" + b"".join(map(_python2, value)) + b"t"
    assert isinstance(value, np.ndarray)
    made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n" + _python2((0,))
    kind = b"cnumpy\ndtype\n(" + _python2(value.dtype.str[1:]) + b"K\0K\1tR"
    order = _python2("|" if value.dtype.itemsize == 1 else "<")
    state = b"(K\3" + order + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"
    shape = _python2(value.shape)
    return (
        made
        + _python2("b")
        + b"tR(K\1"
        + shape
        + kind
        + state
        + b"\x89"
        + (_python2(value.tobytes()) + b"tb")
    )


def images(seed: int, n_images: int = 6) -> np.ndarray:
    """Pictures, shape (n_images, 32, 32, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (n_images, 32, 32, 3), np.uint8)


def batch(seed: int, labels: str = "labels", n_images: int = 6) -> dict[str, object]:
    """What a file of images holds: rows of red, green and blue planes."""
    return {
        "batch_label": "some batch",
        labels: [row % len(KINDS) for row in range(n_images)],
        "data": np.ascontiguousarray(images(seed, n_images).transpose(0, 3, 1, 2)).reshape(
            n_images, -1
        ),
        "filenames": [f"{row}.png" for row in range(n_images)],
    }


def contents(edition: int) -> dict[str, dict[str, object]]:
    """The files of a small CIFAR-10 or CIFAR-100, not yet pickled."""
    if edition == 10:
        return {
            "batches.meta": {"num_vis": 3072, "label_names": list(KINDS)},
            **{f"data_batch_{n}": batch(n) for n in range(1, 6)},
            "test_batch": batch(6),
        }
    coarse = {"coarse_labels": [0] * 6}
    return {
        "meta": {"fine_label_names": list(KINDS), "coarse_label_names": ["things"]},
        "train": {**batch(1, "fine_labels"), **coarse},
        "test": {**batch(6, "fine_labels"), **coarse},
    }


def write_cifar(folder: Path, edition: int = 10, protocol: int | None = None) -> Path:
    """Write a small CIFAR data set: as published, or as Python 3 pickles it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents(edition).items():
        pickled = python2(content) if protocol is None else pickle.dumps(content, protocol)
        (folder / name).write_bytes(pickled)
    (folder / "readme.html").write_text("<html>")
    return folder
