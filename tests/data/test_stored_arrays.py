"""IDX, NPZ and NPY: what was written is read, and broken containers are refused."""

import gzip
import os
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from vistazo.data.formats import _stored_array
from vistazo.data.reading import read_images
from vistazo.errors import DataError

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.integers(0, 256, (6, 9, 7), np.uint8)
LABELS = np.array([0, 1, 2, 0, 1, 2], np.uint8)


def idx(values):
    """An array as the bytes of an IDX file."""
    code = {"u1": 0x08, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D}[values.dtype.str[1:]]
    shape = struct.pack(f">{values.ndim}I", *values.shape)
    return (
        bytes([0, 0, code, values.ndim])
        + shape
        + values.astype(values.dtype.newbyteorder(">")).tobytes()
    )


def write_pair(folder, images, labels, part="train", zipped=False, dot="-"):
    folder.mkdir(exist_ok=True)
    for content, name in (
        (images, f"{part}-images{dot}idx3-ubyte"),
        (labels, f"{part}-labels{dot}idx1-ubyte"),
    ):
        data = content if isinstance(content, bytes) else idx(content)
        (folder / (name + ".gz" * zipped)).write_bytes(gzip.compress(data) if zipped else data)
    return folder


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    images=npst.arrays(np.uint8, npst.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=6)),
    zipped=st.booleans(),
    dot=st.sampled_from("-."),
)
def test_idx_round_trip(tmp_path, images, zipped, dot):
    """Any images and labels written as IDX, gzipped or not, are read as they were."""
    labels = (np.arange(len(images)) % 2).astype(np.uint8)
    folder = tmp_path / f"{zipped}{ord(dot)}"
    data = read_images(write_pair(folder, images, labels, zipped=zipped, dot=dot))
    assert np.array_equal(data.images.pixels[..., 0], images)
    assert data.codes.tolist() == labels.tolist()
    assert data.split is None
    assert data.images.pixels.flags.writeable


@pytest.mark.parametrize("dtype", ["i2", "i4", "f4"])
def test_idx_of_other_numbers(tmp_path, dtype):
    """IDX of wider numbers is read as the 8 bits it stands for."""
    data = read_images(write_pair(tmp_path / "d", IMAGES.astype(dtype), LABELS.astype("i4")))
    assert np.array_equal(data.images.pixels[..., 0], IMAGES)


def test_idx_parts(tmp_path):
    """Pairs called train and t10k become train and test; one images file is its pair alone."""
    write_pair(tmp_path, IMAGES, LABELS)
    write_pair(tmp_path, IMAGES[:3], LABELS[:3], part="t10k", zipped=True)
    data = read_images(tmp_path, classes=["x", "y", "z"])
    assert data.split.tolist() == ["train"] * 6 + ["test"] * 3
    assert data.classes == ("x", "y", "z")
    assert np.array_equal(data.images.pixels[6:, ..., 0], IMAGES[:3])
    write_pair(tmp_path, IMAGES, LABELS, zipped=True)  # beside the unpacked ones
    assert read_images(tmp_path, classes=["x", "y", "z"]).fingerprint == data.fingerprint
    alone = read_images(tmp_path / "t10k-images-idx3-ubyte.gz")
    assert alone.split is None
    assert len(alone) == 3


def test_broken_idx_is_refused(tmp_path):
    """Cut off, too long, other magic, other count, no labels: each says the file and numbers."""
    whole = idx(IMAGES)
    error = refused(write_pair(tmp_path / "cut", whole[:-1], LABELS))
    assert error.code == "E-IDX-TRUNC"
    assert "6 × 9 × 7" in error.what
    zipped = write_pair(tmp_path / "zip", IMAGES, LABELS, zipped=True)
    file = zipped / "train-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-30])
    assert refused(zipped).code == "E-IDX-TRUNC"
    assert refused(write_pair(tmp_path / "head", whole[:10], LABELS)).code == "E-IDX-TRUNC"
    assert refused(write_pair(tmp_path / "long", whole + b"x", LABELS)).code == "E-IDX-LONG"
    assert refused(write_pair(tmp_path / "magic", IMAGES, b"\1\2\3\4")).code == "E-IDX-MAGIC"
    error = refused(write_pair(tmp_path / "count", IMAGES, LABELS[:4]))
    assert error.code == "E-IDX-COUNT"
    assert "6" in error.what
    assert "4" in error.what
    lonely = write_pair(tmp_path / "lonely", IMAGES, LABELS)
    (lonely / "train-labels-idx1-ubyte").unlink()
    assert refused(lonely).code == "E-IDX-LABELS"
    write_pair(tmp_path / "two", IMAGES, LABELS)
    assert (
        refused(write_pair(tmp_path / "two", IMAGES, LABELS, "letters-train")).code == "E-IDX-PARTS"
    )


@pytest.mark.parametrize("zipped", [False, True])
def test_idx_that_declares_too_much(tmp_path, zipped):
    """A header that declares more than the file can hold is refused without making room."""
    bomb = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**15, 2**15) + bytes(100)
    assert refused(write_pair(tmp_path / "d", bomb, LABELS, zipped=zipped)).code == "E-IDX-TRUNC"


@pytest.mark.parametrize(
    ("x", "y"), [("images", "labels"), ("x", "y"), ("X", "y"), ("data", "target")]
)
def test_npz_and_npy_pairs(tmp_path, x, y):
    """Images and labels under each pair of names are read, from one archive or two files."""
    np.savez_compressed(tmp_path / "d.npz", **{x: IMAGES, y: LABELS, "extra": np.zeros(3)})
    folder = tmp_path / "pair"
    folder.mkdir()
    np.save(folder / f"{x}.npy", IMAGES)
    np.save(folder / f"{y}.npy", LABELS)
    for path in (tmp_path / "d.npz", folder, folder / f"{x}.npy"):
        data = read_images(path)
        assert np.array_equal(data.images.pixels[..., 0], IMAGES)
        assert data.codes.tolist() == LABELS.tolist()


@pytest.mark.parametrize("form", ["x_{}", "{}_images", "X_{}"])
def test_parts_in_arrays(tmp_path, form):
    """Arrays per part become the given split, whatever their order in the file."""
    arrays = {}
    for number, part in enumerate(["test", "val", "train"]):
        name = form.format(part)
        arrays[name.replace("x_", "y_").replace("X_", "y_").replace("images", "labels")] = LABELS[
            :, None
        ]
        arrays[name] = np.full((6, 8, 8, 3), number, np.uint8)
    np.savez(tmp_path / "d.npz", **arrays)
    data = read_images(tmp_path / "d.npz")
    assert data.split.tolist() == ["train"] * 6 + ["validation"] * 6 + ["test"] * 6
    assert data.images.pixels[:, 0, 0, 0].tolist() == [2] * 6 + [1] * 6 + [0] * 6
    assert data.codes.tolist() == LABELS.tolist() * 3


def test_stored_classes_and_groups(tmp_path):
    """Class names and groups stored beside the images are used; classes can be chosen by name."""
    np.savez(
        tmp_path / "d.npz",
        images=IMAGES,
        labels=LABELS,
        classes=np.array(["ant", "bee", "cow"]),
        groups=np.array(["p", "p", "q", "r", "r", "q"]),
    )
    data = read_images(tmp_path / "d.npz")
    assert data.labels.tolist() == ["ant", "bee", "cow"] * 2
    assert data.images.groups.tolist() == [0, 0, 1, 2, 2, 1]
    chosen = read_images(tmp_path / "d.npz", classes=["cow", "ant"])
    assert chosen.classes == ("cow", "ant")
    assert np.array_equal(chosen.images.pixels[..., 0], IMAGES[[0, 2, 3, 5]])
    assert chosen.sources == ("0", "2", "3", "5")


class Attack:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_pickled_arrays_are_never_opened(tmp_path):
    """Object arrays are E-ARRAY-PICKLE and their code does not run."""
    marker = tmp_path / "ran"
    np.savez(tmp_path / "d.npz", images=np.array([Attack(str(marker))] * 6, object), labels=LABELS)
    assert refused(tmp_path / "d.npz").code == "E-ARRAY-PICKLE"
    np.save(tmp_path / "images.npy", np.array([Attack(str(marker))], object), allow_pickle=True)
    np.save(tmp_path / "labels.npy", LABELS)
    assert refused(tmp_path / "images.npy").code == "E-ARRAY-PICKLE"
    assert not marker.exists()


def test_broken_arrays_are_refused(tmp_path, monkeypatch):
    """Cut off, damaged, not an array, without labels, too big: each has its code."""
    np.savez_compressed(tmp_path / "d.npz", images=IMAGES, labels=LABELS)
    whole = (tmp_path / "d.npz").read_bytes()
    (tmp_path / "d.npz").write_bytes(whole[:-60])
    assert refused(tmp_path / "d.npz").code == "E-ARRAY-TRUNC"
    flipped = bytearray(whole)
    flipped[120] ^= 255
    (tmp_path / "d.npz").write_bytes(bytes(flipped))
    assert refused(tmp_path / "d.npz").code in ("E-ARRAY-TRUNC", "E-ARRAY-FORMAT")
    np.savez(tmp_path / "names.npz", images=IMAGES, etiquetas=LABELS)
    error = refused(tmp_path / "names.npz")
    assert error.code == "E-ARRAY-NAMES"
    assert "etiquetas" in error.what
    np.savez(tmp_path / "twice.npz", images=IMAGES, x=IMAGES, labels=LABELS)
    assert refused(tmp_path / "twice.npz").code == "E-ARRAY-NAMES"

    folder = tmp_path / "pair"
    folder.mkdir()
    np.save(folder / "images.npy", IMAGES)
    np.save(folder / "labels.npy", LABELS)
    whole = (folder / "images.npy").read_bytes()
    (folder / "images.npy").write_bytes(whole[:-1])
    assert refused(folder).code == "E-ARRAY-TRUNC"
    (folder / "images.npy").write_bytes(b"no array")
    assert refused(folder).code == "E-ARRAY-FORMAT"
    (folder / "images.npy").write_bytes(whole)
    monkeypatch.setattr(_stored_array, "MAX_BYTES", 100)
    assert refused(folder).code == "E-ARRAY-BIG"


def test_npz_bomb_is_refused(tmp_path):
    """An array that declares more than its compressed bytes can hold is refused."""
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (4, 40000, 40000), }"
        content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1) + header + b"\n"
        archive.writestr("images.npy", content + bytes(10_000))
        archive.writestr("labels.npy", content)
    assert refused(tmp_path / "d.npz").code == "E-ARRAY-TRUNC"


def test_arrays_are_fitted_too(tmp_path):
    """Size and channels asked for apply to stored arrays as they do to files."""
    np.savez(tmp_path / "d.npz", x=IMAGES, y=LABELS)
    data = read_images(tmp_path / "d.npz", size=(8, 12), fit="stretch", channels=3)
    assert data.images.shape == (6, 8, 12, 3)
    assert np.array_equal(data.images.pixels[0], data.policy.apply(IMAGES[0, ..., None]))
    assert data.images.facts[0, :2].tolist() == [7, 9]
