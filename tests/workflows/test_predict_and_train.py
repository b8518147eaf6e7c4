"""A model taken home answers files as it answered in training."""

import csv
import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.conftest import stripes
from vistazo import persistence
from vistazo.data.reading import read_images
from vistazo.errors import DataError, SetupError
from vistazo.methods.cnn import CNNClassifier
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.hog_svm_tuned import TunedHOGSVMClassifier
from vistazo.methods.majority import MajorityClassifier
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.naming import chosen_methods
from vistazo.workflows.predict import Prediction, as_csv, as_json, predict
from vistazo.workflows.train import train


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Class folders of PNG files of two sizes."""
    root = tmp_path_factory.mktemp("fotos ñ")
    pixels, labels = stripes(n_per_class=8)
    for number, (image, label) in enumerate(zip(pixels[..., 0], labels, strict=True)):
        place = root / str(label)
        place.mkdir(exist_ok=True)
        wide = np.pad(image, ((0, 0), (0, 10))) if number % 2 else image
        Image.fromarray(wide).save(place / f"{number}.png")
    return root


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
def test_files_are_predicted_as_they_were_in_training(folder, tmp_path, fit):
    """Predicting the training files gives what the fitted method gives on the training images."""
    data = read_images(folder, size=24, fit=fit)
    method = HOGSVMClassifier(calibration="temperature").fit(data.images, data.labels)
    model = persistence.save(method, tmp_path / "model")
    paths = [folder / source for source in data.sources]
    predictions = predict(model, paths)
    expected = method.predict_proba(data.images)
    assert [p.label for p in predictions] == method.classes_[expected.argmax(axis=1)].tolist()
    assert np.allclose([p.score for p in predictions], expected.max(axis=1), atol=1e-6)
    assert {p.status for p in predictions} == {"ok"}
    assert all(p.second_score <= p.score for p in predictions)


def test_what_is_no_image_gets_a_status_and_no_label(folder, tmp_path):
    """A bad file has its own row with a code; the others are answered."""
    data = read_images(folder, size=24)
    model = persistence.save(MajorityClassifier().fit(data.images, data.labels), tmp_path / "model")
    good = next(folder.rglob("*.png"))
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:60])
    text = tmp_path / "text.jpg"
    text.write_text("not an image")
    predictions = predict(model, [cut, good, text])
    assert [p.status for p in predictions] == ["E-IMG-TRUNC", "ok", "E-IMG-FORMAT"]
    assert [p.label for p in predictions][::2] == ["", ""]
    with pytest.raises(DataError, match="E-DATA-PATH"):
        predict(model, [tmp_path / "none.png"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="E-DATA-EMPTY"):
        predict(model, [tmp_path / "empty"])


def test_folders_are_searched(folder, tmp_path):
    """A folder stands for all images below it."""
    data = read_images(folder, size=24)
    model = persistence.save(MajorityClassifier().fit(data.images, data.labels), tmp_path / "model")
    heard = []
    predictions = predict(model, [folder], on_progress=lambda *state: heard.append(state))
    assert len(predictions) == len(data)
    assert heard[-1] == (len(data), len(data))


def test_csv_and_json_carry_every_column():
    """Both forms hold the same values; a class that looks like a formula is made harmless."""
    rows = [
        Prediction("a.png", "=1+1", 0.75, "b", 0.25),
        Prediction("c.png", status="E-IMG-TRUNC", reason="cut off"),
    ]
    read = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert read[0]["label"] == "'=1+1"
    assert read[0]["score"] == "0.75"
    assert read[1]["status"] == "E-IMG-TRUNC"
    assert json.loads(as_json(rows))[0]["label"] == "=1+1"


def test_training_saves_a_model_and_tells_every_epoch(toy, tmp_path):
    """``train`` fits on all rows, tells each epoch, and says how the inner part went."""
    ((name, method),) = chosen_methods(["cnn"], floors=False, epochs=3).items()
    method.set_params(recipe=TrainingRecipe(epochs=3, batch_size=16))
    heard = []
    run = train(
        method,
        name,
        toy,
        out=tmp_path / "run",
        threads=1,
        on_epoch=lambda history: heard.append(len(history)),
    )
    assert heard == [1, 2, 3]
    assert 0 <= run.inner_accuracy <= 1
    assert (run.folder / "STATUS").read_text() == "done\n"
    history = json.loads((run.folder / "history.json").read_text())
    assert len(history["train_loss"]) == 3
    assert persistence.load(run.model).predict(toy.images).shape == (len(toy),)


def test_what_was_set_aside_chose_an_epoch_or_settings(toy, tmp_path):
    """A network's accuracy on it is told apart from that of a method that chose settings."""
    network = CNNClassifier(architecture="simple-cnn", recipe=TrainingRecipe(epochs=1))
    assert train(network, "cnn", toy, out=tmp_path / "cnn").chose_epoch
    tuned = TunedHOGSVMClassifier(n_candidates=2, random_state=0)
    run = train(tuned, "hog-svm-tuned", toy, out=tmp_path / "tuned")
    assert run.inner_accuracy is not None
    assert not run.chose_epoch


def test_a_training_that_finds_no_room_is_not_started(toy, tmp_path, monkeypatch):
    """The folder on a disk with room is asked for with its option; a finished run needs none."""
    method = MajorityClassifier()
    train(method, "majority", toy, out=tmp_path / "done")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=3_000_000))
    with pytest.raises(SetupError, match=r"only 3 MB.*--out FOLDER.*E-DISK"):
        train(method, "majority", toy, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert train(method, "majority", toy, out=tmp_path / "done").kept


def test_a_model_that_is_there_is_not_fitted_again(toy, tmp_path):
    """The same training into the same folder leaves the model as it is and says so."""
    method = MajorityClassifier()
    first = train(method, "majority", toy, out=tmp_path / "run", threads=1)
    before = (first.model / "SHA256SUMS").stat().st_mtime_ns
    again = train(method, "majority", toy, out=tmp_path / "run", threads=1)
    assert (first.kept, again.kept) == (False, True)
    assert again.model == first.model
    assert (again.model / "SHA256SUMS").stat().st_mtime_ns == before
