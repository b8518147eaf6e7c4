"""Networks that begin with a backbone pretrained on other images."""

import shutil

import numpy as np
import pytest
import torch

from tests.conftest import stripes
from vistazo import persistence
from vistazo.data.images import plain
from vistazo.data.unlabelled_images import UnlabelledImages
from vistazo.errors import DataError, UsageError
from vistazo.methods._outside_backbone import as_seen
from vistazo.methods.self_supervised import SelfSupervisedClassifier
from vistazo.pretext.rotation import Rotation
from vistazo.pretraining.backbone_folder import load_backbone
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.pretraining_run import run_pretraining

PIXELS, LABELS = stripes(n_per_class=6)
SHORT = {"batch_size": 8, "precision": "float32", "patience": None, "epochs": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The backbone of a pretraining on coloured images of another size."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (24, 16, 16, 3), np.uint8)
    images = UnlabelledImages("photographs", plain(pixels), tuple(map(str, range(24))))
    out = tmp_path_factory.mktemp("run") / "pre"
    recipe = TrainingRecipe(**Rotation.RECIPE | SHORT)
    return run_pretraining(images, Rotation(), "rotation", recipe=recipe, threads=1, out=out)


def begun(folder, **settings):
    settings = {"then": "probe", "recipe": TrainingRecipe(**SHORT), "random_state": 0} | settings
    backbone = {"task": "backbone", "backbone": str(folder.backbone)}
    return SelfSupervisedClassifier(**{**backbone, **settings})


def test_it_classifies_with_the_tensors_of_the_folder(folder):
    """Every one of them, and the ledger says so; images are made as the backbone takes them."""
    method = begun(folder).fit(PIXELS, LABELS)
    given = load_backbone(folder.backbone)[0].state_dict()
    found = method.network_[0].backbone.state_dict()
    assert all(torch.equal(tensor, found[name]) for name, tensor in given.items())
    assert method.seen_shape_ == (16, 16, 3)
    (ledger,) = method.ledgers()
    assert {t.origin for t in ledger.tensors if t.name.endswith("0.weight")} == {"file"}
    (note,) = method.notes()
    assert "rotation on 22 images of photographs" in note


def test_its_control_is_the_same_network_at_random(folder):
    """Of the same shape, on the same images; no tensor is that of the folder."""
    method = begun(folder)
    kinds = {"random": "probe", "random-trained": "fine-tune"}
    assert {kind: control.then for kind, control in method.controls().items()} == kinds
    control = method.control().fit(PIXELS, LABELS)
    assert control.seen_shape_ == (16, 16, 3)
    assert control.ledgers() == []
    assert [o.code for o in control.observations((20, 20, 1))] == ["random-weights"]
    weight = "layers.0.0.weight"
    given = load_backbone(folder.backbone)[0].state_dict()[weight]
    assert not torch.equal(control.network_[0].backbone.state_dict()[weight], given)


def test_a_model_needs_the_folder_no_more(folder, tmp_path):
    """It answers the same where the folder is gone."""
    copy = tmp_path / "backbone"
    shutil.copytree(folder.backbone, copy)
    method = begun(folder, backbone=str(copy), then="fine-tune").fit(PIXELS, LABELS)
    persistence.save(method, tmp_path / "model")
    shutil.rmtree(copy)
    model = persistence.load(tmp_path / "model")
    assert np.array_equal(model.predict_proba(PIXELS), method.predict_proba(PIXELS))


def test_another_backbone_in_its_place_is_refused(folder):
    """What was resolved once stays what it was."""
    decided = begun(folder).resolve((20, 20, 1), 3)
    assert len(decided.backbone_sha256) == 64
    decided.set_params(backbone_sha256="0" * 64)
    with pytest.raises(UsageError, match="E-BACKBONE-OTHER"):
        decided.check()


@pytest.mark.parametrize(
    ("settings", "error", "code"),
    [
        ({"backbone": None}, UsageError, "E-BACKBONE-NONE"),
        ({"task": "simclr"}, UsageError, "E-VALUE"),
        ({"transductive": True}, UsageError, "E-VALUE"),
        ({"backbone": "nowhere"}, DataError, "E-BACKBONE"),
    ],
)
def test_what_cannot_be_is_refused(folder, settings, error, code):
    """Before any image is looked at."""
    with pytest.raises(error, match=code):
        begun(folder, **settings).check()


def test_images_are_made_as_the_backbone_takes_them():
    """Gray is repeated, colour is averaged as Rec. 601 says, sizes are interpolated."""
    gray = plain(np.full((2, 5, 7, 1), 40, np.uint8))
    assert (as_seen(gray, (8, 8, 3)).pixels == np.full((2, 8, 8, 3), 40)).all()
    colour = plain(np.tile(np.array([255, 0, 0], np.uint8), (1, 4, 4, 1)))
    assert (as_seen(colour, (4, 4, 1)).pixels == 76).all()
    assert as_seen(gray, (5, 7, 1)) is gray
    ramp = plain(np.arange(0, 160, 10, dtype=np.uint8)[None, None, :, None].repeat(4, 1))
    halved = as_seen(ramp, (4, 8, 1)).pixels[0, 0, 1:-1, 0]
    assert (np.diff(halved.astype(int)) == 20).all()
