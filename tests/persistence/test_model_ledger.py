"""The ledger in a model folder: where each number of the network inside came from."""

import csv
import hashlib
import io
import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.conftest import stripes
from tests.persistence._models import fit, seal
from tests.transfer._zoo import saved, trained
from vistazo.errors import DataError
from vistazo.methods._tail_training import RECIPE
from vistazo.methods.ensemble import EnsembleClassifier, SharedRecipe
from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.persistence import load, save
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.ledger_table import ledger_table
from vistazo.workflows.weight_ledgers import write_weights

PIXELS, LABELS = stripes(n_per_class=8)
NAME = "timm:test_resnet"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Weights of ``test_resnet``."""
    return saved(trained("test_resnet"), tmp_path_factory.mktemp("weights") / "w.safetensors")


@pytest.fixture
def probe(file, tmp_path):
    """A model folder of a linear probe."""
    method = LinearProbeClassifier(weights=NAME, weights_file=file, strength=0.1)
    return save(method.fit(PIXELS, LABELS), tmp_path / "probe")


def tuned(weights, file=None, **settings):
    recipe = TrainingRecipe(**(RECIPE | {"epochs": 1, "batch_size": 8} | settings))
    method = FineTunedClassifier(
        weights=weights, weights_file=file, freeze="all-but-2", recipe=recipe, random_state=0
    )
    return method.set_params(input_side=32 if file is None else "auto").fit(PIXELS, LABELS)


def rows_of(folder):
    return [*csv.DictReader(io.StringIO((folder / "weights.csv").read_text("utf-8")))]


def test_a_probe_tells_every_tensor_and_no_training(probe, file):
    """The file's own tensors with its SHA-256; the folder's checksums cover the table."""
    rows = rows_of(probe)
    state = load_file(file)
    assert {r["tensor"] for r in rows} == set(state)
    for row in rows:
        if row["origin"] == "file":
            content = state[row["tensor"]].tobytes()
            assert row["sha256_after"] == hashlib.sha256(content).hexdigest()
        assert (row["method"], row["sha256_trained"]) == ("linear-probe", "")
    digest = hashlib.sha256((probe / "weights.csv").read_bytes()).hexdigest()
    assert f"{digest}  weights.csv\n" in (probe / "SHA256SUMS").read_text()
    assert json.loads((probe / "manifest.json").read_text())["members"]["weights.csv"]
    loaded = load(probe).estimator
    assert ledger_table({"linear-probe": loaded.ledgers()}) == (probe / "weights.csv").read_text()


def test_older_folders_and_changed_ones(probe):
    """Without a ledger a model answers the same; a changed one is refused, as any member."""
    expected = load(probe).predict_proba(PIXELS)
    text = (probe / "weights.csv").read_text()
    (probe / "weights.csv").write_text(text.replace("file", "random", 1))
    with pytest.raises(DataError, match=r"weights\.csv.*E-MODEL-HASH"):
        load(probe)
    (probe / "weights.csv").unlink()
    with pytest.raises(DataError, match=r"weights\.csv.*E-MODEL-MISSING"):
        load(probe)
    seal(probe)
    assert np.array_equal(load(probe).predict_proba(PIXELS), expected)


@pytest.mark.parametrize("weights", [NAME, "imagenet-efficientnet-lite0"])
def test_a_fine_tuned_network_tells_what_was_trained(weights, file, tmp_path):
    """What moved has the hash of what the folder holds; what is before it has none."""
    method = tuned(weights, file if weights == NAME else None)
    folder = save(method, tmp_path / "model")
    rows = {r["tensor"]: r for r in rows_of(folder)}
    held = {
        hashlib.sha256(array.tobytes()).hexdigest()
        for name, array in load_file(folder / "weights.safetensors").items()
    }
    moved = {name for name, r in rows.items() if r["sha256_trained"]}
    assert {r["sha256_trained"] for name, r in rows.items() if name in moved} <= held
    sizes = {n: np.prod([int(s) for s in r["shape"].split("×") if s]) for n, r in rows.items()}
    head = method.network_[-1].weight.numel() + method.network_[-1].bias.numel()
    # filters of single channels stay, and so do frozen normalisations' means and variances
    assert sum(sizes[n] for n in moved) == method.n_trainable_ - head
    assert not {n for n in moved if "running" in n}
    before = [r for n, r in rows.items() if n not in moved and r["origin"] == "file"]
    assert before
    assert ledger_table({"fine-tuned": load(folder).estimator.ledgers()}) == (
        folder / "weights.csv"
    ).read_text("utf-8")


def test_layers_that_the_recipe_replaced_are_left_out(file, tmp_path):
    """Means and variances that group normalisation has no use for are not said to be there."""
    folder = save(tuned(NAME, file, normalization="group"), tmp_path / "model")
    rows = rows_of(folder)
    gone = {r["tensor"] for r in rows if r["origin"] == "left out"} - {"fc.weight", "fc.bias"}
    assert gone
    assert {name.rpartition(".")[2] for name in gone} == {
        *("running_mean", "running_var", "num_batches_tracked")
    }


def test_an_ensemble_tells_the_ledgers_of_its_members(tmp_path):
    """In a run and in its model, whose network each is; two of a name are told apart."""
    members = "linear-probe:random-imagenet-efficientnet-lite0+hog-svm+fine-tuned+fine-tuned"
    recipe = SharedRecipe(epochs=1, batch_size=8, precision="float32")
    method = EnsembleClassifier(members=members, recipe=recipe, random_state=0)
    write_weights(tmp_path, {"e": method})
    model = save(method.fit(PIXELS, LABELS), tmp_path / "model")
    own = "imagenet-efficientnet-lite0"
    expected = [f"linear-probe:random-{own}", f"fine-tuned:{own}", f"fine-tuned:{own} (2)"]
    for folder in (tmp_path, model):
        rows = rows_of(folder)
        assert [*dict.fromkeys(r["member"] for r in rows)] == expected
        origins = {(r["member"], r["origin"]) for r in rows if r["origin"] != "left out"}
        assert origins == {(n, "random" if "random" in n else "file") for n in expected}
    assert {r["method"] for r in rows_of(tmp_path)} == {"e"}
    after = {}
    for row in rows_of(model):
        if row["sha256_trained"]:
            after.setdefault(row["member"], []).append(row["sha256_trained"])
    first, second = (set(after[name]) for name in expected[1:])
    assert first != second  # two seeds
    assert len(after) == 2


def test_other_methods_have_none(tmp_path):
    """Where nothing came from elsewhere there is nothing to tell."""
    assert not (save(fit("hog-svm"), tmp_path / "model") / "weights.csv").exists()
