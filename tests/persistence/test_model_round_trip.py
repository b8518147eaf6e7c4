"""Saving and loading: the same answers, and nothing of the model is lost."""

import hashlib
import io
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

from tests.persistence._models import fit, noise, toy_images
from vistazo import catalog
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.errors import UsageError
from vistazo.evaluation.parameters import parameters
from vistazo.persistence import load, save
from vistazo.persistence.weights import pack_arrays, unpack_arrays
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.adapting import OnPixels


def assert_same(model, method):
    images = np.concatenate([toy_images()[0], noise(1)])
    assert np.array_equal(model.predict(images), method.predict(images))
    if hasattr(method, "predict_proba"):
        expected = method.predict_proba(images)
        np.testing.assert_allclose(model.predict_proba(images), expected, rtol=0, atol=1e-6)
    else:
        assert model.predict_proba(images) is None


@pytest.mark.parametrize("kind", ["text", "number"])
@pytest.mark.parametrize("name", catalog.names("methods"))
def test_every_method_answers_the_same_after_loading(name, kind, tmp_path):
    """A loaded method gives the labels, of their type, and the probabilities it gave before."""
    words = toy_images()[1]
    labels = words if kind == "text" else np.where(words == "dark", -3, 11)
    method = fit(name, labels)
    model = load(save(method, tmp_path / "model"))
    assert type(model.estimator) is type(method)
    assert model.estimator.classes_.tolist() == method.classes_.tolist()
    assert model.classes == tuple(str(label) for label in method.classes_.tolist())
    assert model.estimator.image_shape_ == (28, 28, 1)
    assert_same(model, method)


@pytest.mark.parametrize("calibration", [None, "temperature", "sigmoid", "isotonic"])
def test_every_calibration_answers_the_same_after_loading(calibration, tmp_path):
    """What scikit-learn calibrates an SVM with is kept."""
    method = fit("hog-svm", calibration=calibration)
    assert_same(load(save(method, tmp_path / "model")), method)


def test_parameters_are_kept_with_their_types(tmp_path):
    """Parameters of the method and of its recipe come back equal."""
    recipe = TrainingRecipe(epochs=2, patience=None, learning_rate=1e-2, min_delta=0.1)
    method = fit("cnn", recipe=recipe, random_state=3, device="cpu")
    method.random_state = np.int64(3)
    loaded = load(save(method, tmp_path / "model"), device="cpu").estimator
    assert parameters(loaded) == parameters(method)
    assert loaded.history_ == method.history_
    assert loaded.best_epoch_ == method.best_epoch_
    assert loaded.n_parameters_ == method.n_parameters_


def test_a_network_from_another_device_opens_here(tmp_path):
    """Where a network was trained does not bind where it is used."""
    method = fit("cnn")
    method.device = "cuda"
    assert_same(load(save(method, tmp_path / "model"), device="cpu"), method)


def test_the_fit_of_the_images_is_kept(tmp_path):
    """The way images were fitted to the size is part of the model."""
    method = fit("majority")
    method.image_fit_ = "stretch"
    model = load(save(method, tmp_path / "model"))
    assert model.policy.fit == model.estimator.image_fit_ == "stretch"
    assert (model.policy.size, model.policy.channels) == ((28, 28), 1)


def test_origin_and_card_are_kept(tmp_path):
    """Name, fingerprint and number of images of the data are noted; the card is a member."""
    pixels, labels = toy_images()
    data = ImageDataset("toy", plain(pixels), labels, ("bright", "dark"), row_sources(len(labels)))
    folder = save(fit("majority"), tmp_path / "model", data=data, card="# Señal\n")
    origin = load(folder).manifest.created_from
    assert (origin.name, origin.fingerprint, origin.n_images) == ("toy", data.fingerprint, 40)
    assert (folder / "card.md").read_text("utf-8") == "# Señal\n"


def test_any_path_will_do(tmp_path):
    """Spaces, ñ and missing parent folders in the path are no obstacle."""
    folder = tmp_path / "mis modelos" / "año ñandú"
    method = fit("hog-svm")
    assert save(method, str(folder)) == folder
    assert_same(load(str(folder)), method)


def test_checksums_are_those_of_the_files(tmp_path):
    """``SHA256SUMS`` and the manifest hold what hashlib computes, for every other file."""
    folder = save(fit("cnn"), tmp_path / "model", card="text")
    expected = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    assert {line[66:]: line[:64] for line in lines} == expected
    assert all(line[64:66] == "  " for line in lines)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del expected["manifest.json"]
    assert {name: member["sha256"] for name, member in manifest["members"].items()} == expected


def test_a_file_is_read_as_an_image_of_the_model(tmp_path):
    """``read`` gives bytes of a file the model's size and channels, with the file's facts."""
    model = load(save(fit("hog-svm"), tmp_path / "model"))
    buffer = io.BytesIO()
    Image.fromarray(np.repeat(noise(2, 1)[0], 3, axis=-1)).resize((60, 50)).save(buffer, "PNG")
    content = buffer.getvalue()
    images = model.read(content)
    assert images.shape == (1, 28, 28, 1)
    assert np.array_equal(images.pixels[0], model.policy.read(content))
    np.testing.assert_equal(images.facts, [[60, 50, len(content), 3, np.nan]])
    assert model.predict(images).shape == (1,)


def test_arrays_of_any_layout_are_kept():
    """Arrays come back equal whatever their strides, byte order and dimensions, and writable."""
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    arrays = {
        "permuted": cube.transpose(2, 0, 1),
        "strided": cube[:, ::2, ::-1],
        "big-endian": cube.astype(">f4"),
        "scalar": np.array(7, np.int64),
        "empty": np.zeros((0, 3)),
        "truth": np.array([True, False]),
    }
    back = unpack_arrays(pack_arrays(arrays))
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].shape == array.shape
        assert np.array_equal(back[name], array)
        assert back[name].flags.writeable


def test_only_own_methods_are_saved(tmp_path):
    """What would need code from outside is refused, and nothing is written."""
    pixels, labels = toy_images()
    wrapped = OnPixels(LogisticRegression()).fit(pixels, labels)
    plain_sklearn = LogisticRegression().fit(pixels.reshape(40, -1), labels)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 2))
    for method in (wrapped, plain_sklearn, fit("cnn", architecture=network), object()):
        with pytest.raises(UsageError) as caught:
            save(method, tmp_path / "model")
        assert caught.value.code == "E-MODEL-FOREIGN"
    with pytest.raises(NotFittedError):
        save(catalog.load("methods", "majority")(), tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_a_parameter_of_others_is_refused(tmp_path):
    """A parameter that is an object the folder cannot hold is refused by name."""
    method = fit("metadata")
    method.random_state = np.random.RandomState(0)
    with pytest.raises(UsageError, match="random_state") as caught:
        save(method, tmp_path / "model")
    assert caught.value.code == "E-MODEL-FOREIGN"


def test_labels_that_json_would_change_are_refused(tmp_path):
    """Labels that are neither texts nor whole numbers are refused with their type."""
    method = fit("majority", np.where(toy_images()[1] == "dark", 0.5, 1.5))
    with pytest.raises(UsageError, match="float") as caught:
        save(method, tmp_path / "model")
    assert caught.value.code == "E-MODEL-CLASSES"


def test_a_model_of_arrays_needs_no_torch(tmp_path):
    """Loading a model that is neither a network nor scikit-learn's imports no torch."""
    folder = save(fit("majority"), tmp_path / "model")
    code = f"import sys, vistazo; vistazo.load({str(folder)!r}); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
