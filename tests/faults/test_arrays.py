"""T: arrays, tensors and labels as people have them; what is refused says what was seen."""

import json
import os
import struct
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.utils import get_tags

from tests.data.pictures import plant
from tests.faults._running import FAST, write_tiny
from vistazo import catalog, load
from vistazo.data.arrays import from_arrays, from_frame
from vistazo.errors import DataError
from vistazo.i18n import set_language
from vistazo.methods.cnn import CNNClassifier
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.predict import predict

N = 12
LABELS = np.array(["dark", "light"] * (N // 2))
LANGUAGES = ("en", "es")
FAMILIES = {
    "nearest-mean": NearestMeanClassifier(),
    "hog-svm": HOGSVMClassifier(),
    "cnn": CNNClassifier(recipe=TrainingRecipe(epochs=1, batch_size=4), random_state=0),
}


def pictures(side=20):
    """Noisy images of two tones in turn, shape (N, side, side, 1)."""
    tones = np.where(LABELS == "dark", 70, 180)[:, None, None, None]
    noise = np.random.default_rng(0).normal(tones, 20, (N, side, side, 1))
    return noise.clip(0, 255).astype(np.uint8)


def with_values(*values):
    """Float images with these values in the third image."""
    images = pictures() / 255
    images[2, 5, 6, 0], *rest = values
    if rest:
        images[3, 0, 0, 0] = rest[0]
    return images


def odd_one_out():
    """Images as objects, of which the fourth is narrower."""
    images = np.empty(N, object)
    images[:] = list(pictures())
    images[3] = images[3][:, :9]
    return images


ZEROS = np.zeros((N, 8, 8))
IMAGES_REFUSED = [
    (
        "T-01",
        with_values(np.nan),
        "E-ARRAY-NAN",
        ("infinite: 1;", "(2, 5, 6, 0)"),
        ("infinitos: 1;", "(2, 5, 6, 0)"),
    ),
    ("T-02", with_values(np.inf, -np.inf), "E-ARRAY-NAN", ("infinite: 2;",), ("infinitos: 2;",)),
    (
        "T-03",
        np.zeros((N, 2, 2, 3, 3)),
        "E-ARRAY-SHAPE",
        ("(n, channels, height, width)", f"these have ({N}, 2, 2, 3, 3)"),
        ("(n, canales, alto, ancho)", f"estas tienen ({N}, 2, 2, 3, 3)"),
    ),
    ("T-03-no-pixel", np.zeros((N, 0, 8)), "E-ARRAY-SHAPE", (f"({N}, 0, 8)",), (f"({N}, 0, 8)",)),
    (
        "T-04",
        np.zeros((N, 3, 3, 3)),
        "E-ARRAY-CHANNELS",
        ("first or last", "channels_first=True"),
        ("al principio o al final", "channels_first=True"),
    ),
    ("T-07", ZEROS.astype(int) - 1, "E-ARRAY-RANGE", ("from -1 to -1",), ("van de -1 a -1",)),
    ("T-08", odd_one_out(), "E-ARRAY-SHAPE", ("number 3 has (20, 9, 1)",), ("número 3",)),
    (
        "T-08-rows",
        [[[1, 2], [3, 4]]] * (N - 1) + [[[1, 2], [3]]],
        "E-ARRAY-SHAPE",
        (f"number {N - 1}", "rows have different lengths"),
        (f"{N - 1}",),
    ),
    ("T-08-text", np.array(["1.png"] * N, object), "E-ARRAY-SHAPE", (f"({N},)",), (f"({N},)",)),
    ("T-09", ZEROS[:0], "E-DATA-EMPTY", ("has no images",), ("no tiene imágenes",)),
    ("T-09-list", [], "E-DATA-EMPTY", ("has no images",), ("no tiene imágenes",)),
    ("T-10", ZEROS[:1], "E-DATA-ONECLASS", ("dark; images: 1",), ("dark; imágenes: 1",)),
    (
        "T-21",
        scipy.sparse.csr_matrix(np.eye(N)),
        "E-ARRAY-TYPE",
        ("(12, 12)", "toarray()"),
        ("(12, 12)",),
    ),
]
LABELS_REFUSED = [
    ("T-11", ["dark"] * N, "E-DATA-ONECLASS", (f"(dark; images: {N})",), (f"dark; imágenes: {N}",)),
    ("T-12", LABELS[:5], "E-DATA-LENGTH", (f"{N} images but 5",), (f"{N} imágenes", "5")),
    ("T-13-one-hot", np.eye(N), "E-LABEL-SHAPE", ("(12, 12)", "argmax"), ("(12, 12)", "argmax")),
    ("T-14", ["dark", 1] * 6, "E-LABEL-MIXED", ("'dark'", "(1)"), ("'dark'", "(1)")),
    ("T-15", ["a", None, "b", "b"] * 3, "E-LABEL-MISSING", ("labels: 3;", "1, 5, 9"), ("1, 5, 9",)),
    ("T-15-nan", [0.0, np.nan, 1.0, 1.0] * 3, "E-LABEL-MISSING", ("1, 5, 9",), ("1, 5, 9",)),
    ("T-15-inf", [0.0, np.inf, 1.0, 1.0] * 3, "E-LABEL-MISSING", ("1, 5, 9",), ("1, 5, 9",)),
    ("T-15-empty", ["a", " ", "b", "b"] * 3, "E-LABEL-MISSING", ("1, 5, 9",), ("1, 5, 9",)),
    (
        "T-15-pandas",
        pd.Series(["a", pd.NA, "b", "b"] * 3),
        "E-LABEL-MISSING",
        ("1, 5, 9",),
        ("1, 5, 9",),
    ),
]


def refused(images, labels, language):
    set_language(language)
    with pytest.raises(DataError) as caught:
        from_arrays(images, labels)
    assert isinstance(caught.value, ValueError)  # what scikit-learn would raise
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("images", "code", "english", "spanish"),
    [case[1:] for case in IMAGES_REFUSED],
    ids=[case[0] for case in IMAGES_REFUSED],
)
def test_images_that_cannot_be_used(images, code, english, spanish, language):
    """They are refused with what was seen and what was expected."""
    n_images = images.shape[0] if hasattr(images, "shape") else len(images)
    error = refused(images, LABELS[:n_images], language)
    assert error.code == code
    for word in english if language == "en" else spanish:
        assert word in str(error)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("labels", "code", "english", "spanish"),
    [case[1:] for case in LABELS_REFUSED],
    ids=[case[0] for case in LABELS_REFUSED],
)
def test_labels_that_cannot_be_used(labels, code, english, spanish, language):
    """They are refused with the rows, or the two that do not go together."""
    error = refused(pictures(), labels, language)
    assert error.code == code
    for word in english if language == "en" else spanish:
        assert word in str(error)


def test_t04_channels_are_found():
    """T-04: channels first and last are the same images; what may be either obeys the answer."""
    colour = np.random.default_rng(0).integers(0, 256, (N, 32, 32, 3), np.uint8)
    first = from_arrays(np.moveaxis(colour, 3, 1), LABELS).images.pixels
    assert np.array_equal(first, colour)
    small = colour[:, :3, :3]
    told = from_arrays(np.moveaxis(small, 3, 1), LABELS, channels_first=True).images.pixels
    assert np.array_equal(told, small)


@pytest.mark.parametrize(
    ("case", "values", "note"),
    [
        ("T-05", pictures().astype(np.float32), None),
        ("T-05", pictures() + 0.25, "rounded to whole numbers"),
        ("T-05", pictures().astype(np.uint16) * 257, "divided by 257"),
        ("T-06", pictures() / 255, "multiplied by 255"),
        ("T-06", (pictures() / 255).astype(np.float32), "multiplied by 255"),
    ],
)
def test_t05_and_t06_numbers_of_other_types(case, values, note):
    """T-05, T-06: floats and 16 bits become the bytes they stand for, and that is said once."""
    data = from_arrays(values, LABELS)
    assert np.array_equal(data.images.pixels, pictures())
    assert [note in told for told in data.notes] == ([] if note is None else [True])


def test_t08_images_as_objects_of_one_shape():
    """T-08: an object array, or a frame of mixed columns, is stacked where its shapes agree."""
    images = np.empty(N, object)
    images[:] = list(pictures())
    assert np.array_equal(from_arrays(images, LABELS).images.pixels, pictures())
    frame = pd.DataFrame(pictures().reshape(N, -1)).astype(object)
    assert np.array_equal(from_arrays(frame, LABELS).images.pixels, pictures())


def test_t13_labels_in_a_column():
    """T-13: labels of shape (n, 1) are read; a method warns as scikit-learn does."""
    assert from_arrays(pictures(), LABELS[:, None]).labels.tolist() == LABELS.tolist()
    with pytest.warns(DataConversionWarning):
        model = NearestMeanClassifier().fit(pictures(), LABELS[:, None])
    assert model.predict(pictures()).tolist() == LABELS.tolist()


def test_t16_a_label_that_was_not_trained():
    """T-16: in a score, images of a class that the model lacks count as mistakes."""
    model = NearestMeanClassifier().fit(pictures(), LABELS)
    half_new = np.where(np.arange(N) < N // 2, LABELS, "new")
    assert model.score(pictures(), half_new) == 0.5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("images", "seen"),
    [
        (np.repeat(pictures(), 3, axis=-1), "20×20×3"),
        (pictures(24), "24×24×1"),
    ],
    ids=["T-17", "T-18"],
)
def test_other_images_at_predict(images, seen, language):
    """T-17, T-18: an array of another shape than the model's is refused with both shapes."""
    set_language(language)
    model = NearestMeanClassifier().fit(pictures(), LABELS)
    with pytest.raises(DataError) as caught:
        model.predict(images)
    assert caught.value.code == "E-ARRAY-FITTED"
    assert "20×20×1" in str(caught.value)
    assert seen in str(caught.value)


def test_t17_t18_other_files_at_predict(answer, tmp_path):
    """T-17, T-18: a file of another size and colour is read by the rule stored with the model."""
    write_tiny(tmp_path / "tiny.npz")
    words = ("--method", "nearest-mean", "--out", "run", "--fit", "crop", "--quiet")
    assert answer("train", "tiny.npz", *words).code == 0
    photo = np.full((40, 90, 3), 150, np.uint8)
    photo[:, :15] = photo[:, -15:] = 0  # what cropping leaves out
    plant(tmp_path, {"photo.png": photo})
    (prediction,) = predict(tmp_path / "run" / "model", [tmp_path / "photo.png"])
    assert (prediction.status, prediction.label) == ("ok", "light")
    model = load(tmp_path / "run" / "model")
    assert np.all(model.read((tmp_path / "photo.png").read_bytes()).pixels == 150)


@pytest.mark.parametrize("family", FAMILIES)
def test_t19_t20_any_memory_layout(family, tmp_path):
    """T-19, T-20: read-only maps, other orders and strides of memory give the same answers."""
    np.save(tmp_path / "images.npy", pictures())
    layouts = [
        np.load(tmp_path / "images.npy", mmap_mode="r"),
        np.asfortranarray(pictures()),
        np.repeat(pictures(), 2, axis=2)[:, :, ::2],
        pictures()[:, ::-1][:, ::-1],
    ]
    answers = []
    for images in (pictures(), *layouts):
        assert np.array_equal(from_arrays(images, LABELS).images.pixels, pictures())
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=".*not writable")
            answers.append(clone(FAMILIES[family]).fit(images, LABELS).predict(images).tolist())
    assert answers == [answers[0]] * 5


@pytest.mark.parametrize("name", catalog.names("methods"))
def test_t21_t25_every_method(name):
    """T-21, T-25: no method takes sparse matrices, and none predicts before it is fitted."""
    method = catalog.load("methods", name).from_variant(None)
    assert not get_tags(method).input_tags.sparse
    with pytest.raises(ValueError, match=r"\(12, 12\)"):
        method.fit(scipy.sparse.csr_matrix(np.eye(N)), LABELS)
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        method.predict(pictures())


def test_t22_frames(tmp_path):
    """T-22: frames of pixels and of paths are read by position; names of columns mean nothing."""
    frame = pd.DataFrame(pictures().reshape(N, -1)).rename(columns=lambda column: f"pixel{column}")
    data = from_arrays(frame, pd.Series(LABELS, index=range(100, 100 + N)))
    assert np.array_equal(data.images.pixels, pictures())
    assert data.labels.tolist() == LABELS.tolist()
    plant(tmp_path, {f"{row}.png": image[..., 0] for row, image in enumerate(pictures())})
    paths = pd.DataFrame({"label": LABELS, "path": [f"{row}.png" for row in range(N)]})
    listed = from_frame(paths.iloc[::-1], root=tmp_path)
    assert np.array_equal(listed.images.pixels, pictures()[::-1])


class OnDevice:
    """A tensor elsewhere: NumPy may not touch it before it was brought here."""

    def __init__(self, tensor):
        self.tensor = tensor
        self.shape = tensor.shape

    def detach(self):
        return OnDevice(self.tensor.detach())

    def cpu(self):
        return self.tensor

    def __array__(self, *_arguments, **_options):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")


def test_t23_tensors():
    """T-23: tensors with gradients, on another device, alone or in a list, are read as arrays."""
    tensor = torch.tensor(pictures() / 255, requires_grad=True).permute(0, 3, 1, 2)
    codes = torch.tensor([0, 1] * (N // 2))
    for images in (tensor, OnDevice(tensor), list(tensor), [OnDevice(one) for one in tensor]):
        data = from_arrays(images, codes)
        assert np.array_equal(data.images.pixels, pictures())
        assert data.codes.tolist() == codes.tolist()


def test_t24_sample_weights():
    """T-24: no method takes weights of images, so none can be ignored in silence."""
    with pytest.raises(TypeError, match="sample_weight"):
        NearestMeanClassifier().fit(pictures(), LABELS, sample_weight=np.zeros(N))


class Attack:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_t39_pickled_arrays(language, answer, tmp_path):
    """T-39: arrays of Python objects are refused, and their code does not run."""
    objects = np.array([Attack(tmp_path / "ran")] * N, object)
    np.savez(tmp_path / "data.npz", images=objects, labels=LABELS)
    result = answer("compare", "data.npz", *FAST, "--lang", language)
    words = {"en": "could run code when opened", "es": "código"}[language]
    result.refuses("E-ARRAY-PICKLE", 3, "'images'", words)
    assert [path.name for path in tmp_path.iterdir()] == ["data.npz"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_t39_an_array_that_declares_too_much(language, answer, tmp_path):
    """T-39: what declares more than its bytes can hold is refused before room is made for it."""
    about = {"descr": "|u1", "fortran_order": False, "shape": (4, 40_000, 40_000)}
    header = repr(about).encode() + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(10_000)
    with zipfile.ZipFile(tmp_path / "data.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", content)
        archive.writestr("labels.npy", content)
    result = answer("compare", "data.npz", *FAST, "--lang", language)
    result.refuses("E-ARRAY-TRUNC", 3, "'images'", json.dumps(4 * 40_000**2))
    assert [path.name for path in tmp_path.iterdir()] == ["data.npz"]
