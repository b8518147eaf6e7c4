"""The mean of the members' probabilities, whatever else is in the ensemble."""

import itertools

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from tests.conftest import stripes
from vistazo import catalog
from vistazo.data.images import plain
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.parameters import parameters
from vistazo.methods.cnn import CNNClassifier
from vistazo.methods.ensemble import EnsembleClassifier, SharedRecipe
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.metadata import MetadataClassifier
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.persistence import check_savable, load, save
from vistazo.persistence.describing import describe_method
from vistazo.persistence.rebuilding import rebuild
from vistazo.randomness import derive_seed
from vistazo.training.recipe import TrainingRecipe
from vistazo.workflows.adapting import OnPixels
from vistazo.workflows.naming import chosen_methods, method_from_name

PIXELS, LABELS = stripes()
# between the classes, so that members are unsure and do not agree
UNSEEN = np.random.default_rng(5).integers(40, 220, (30, 20, 20, 1), np.uint8)
SHORT = SharedRecipe(epochs=2, batch_size=16, precision="float32")
NETS = "cnn:simple-cnn+cnn:artist-cnn"


def fitted(members, **settings):
    ensemble = EnsembleClassifier(
        members=members, **{"recipe": SHORT, "random_state": 0} | settings
    )
    return ensemble.fit(PIXELS, LABELS)


def alone(name, occurrence=1, seed=0):
    """The slow second version: a member by its full name, made and fitted by itself."""
    method = method_from_name(name)[1]
    known = method.get_params(deep=True)
    settings = {
        "calibration": "temperature",
        "recipe__epochs": 2,
        "recipe__batch_size": 16,
        "recipe__precision": "float32",
        "random_state": derive_seed(seed, "member", name, occurrence),
    }
    method.set_params(**{key: value for key, value in settings.items() if key in known})
    return method.fit(PIXELS, LABELS)


@pytest.mark.parametrize("seed", [0, 7])
def test_probabilities_are_the_mean_of_the_members_own(seed):
    """Each member is what it is when fitted alone with its seed; equal weights."""
    names = ["hog-svm", "cnn:simple-cnn", "cnn:simple-cnn", "color-histogram"]
    ensemble = fitted("+".join(names), random_state=seed)
    own = [
        alone(name, occurrence, seed) for name, occurrence in zip(names, [1, 1, 2, 1], strict=True)
    ]
    columns = [method.predict_proba(UNSEEN) for method in own if hasattr(method, "predict_proba")]
    votes = [
        (method.predict(UNSEEN)[:, None] == ensemble.classes_).astype(float)
        for method in own
        if not hasattr(method, "predict_proba")
    ]
    expected = sum([*columns, *votes]) / len(names)
    np.testing.assert_allclose(ensemble.predict_proba(UNSEEN), expected, rtol=0, atol=1e-12)
    assert not np.array_equal(columns[1], columns[2])  # two seeds of one network differ
    assert ensemble.n_parameters_ == 2 * own[1].n_parameters_


def test_the_order_of_members_changes_only_rounding():
    """Every order of the same names gives the same probabilities to 1e-12."""
    names = ["hog-svm", "cnn:simple-cnn", "metadata"]
    first, *others = [
        fitted("+".join(order)).predict_proba(UNSEEN)
        for order in [names, names[::-1], [*names[1:], names[0]]]
    ]
    for other in others:
        np.testing.assert_allclose(other, first, rtol=0, atol=1e-12)


def test_adding_a_member_changes_no_other():
    """A member's answers are bit-identical whoever is added, before or behind it."""
    few = fitted("cnn:simple-cnn").members_[0]
    among = fitted("nearest-mean+cnn:simple-cnn+cnn:artist-cnn").members_[1]
    assert few.get_params(deep=False)["random_state"] == among.random_state
    assert np.array_equal(few.predict_proba(UNSEEN), among.predict_proba(UNSEEN))


def test_a_member_without_probabilities_votes_for_its_label():
    """Two hard voters give rows of 0, ½ and 1 that count their labels."""
    voters = [HOGSVMClassifier(), HOGSVMClassifier(C=0.01, kernel="linear")]
    ensemble = fitted(voters)
    said = [voter.fit(PIXELS, LABELS).predict(UNSEEN) for voter in voters]
    expected = [
        [np.mean([labels[row] == name for labels in said]) for name in ensemble.classes_]
        for row in range(len(UNSEEN))
    ]
    assert np.array_equal(ensemble.predict_proba(UNSEEN), expected)
    assert ensemble.n_parameters_ is None


def test_names_ask_for_calibrated_probabilities_and_objects_stay_as_they_are():
    """``hog-svm`` by name is calibrated; an object keeps its settings and its own seed."""
    by_name, given = EnsembleClassifier().new_members()[0], HOGSVMClassifier(C=3.0)
    assert by_name.calibration == "temperature"
    forest = MetadataClassifier(n_trees=3, random_state=5)
    copies = fitted([given, forest]).members_
    assert parameters(copies[0]) == parameters(given)
    assert copies[1].random_state == 5
    assert not hasattr(given, "classes_")


def test_open_seeds_inside_a_member_are_set():
    """An ensemble of wrapped classifiers gives the same answers twice."""
    wrapped = [OnPixels(RandomForestClassifier(3)), OnPixels(RandomForestClassifier(3))]
    first, second = fitted(wrapped), fitted(wrapped)
    assert np.array_equal(first.predict_proba(UNSEEN), second.predict_proba(UNSEEN))
    seeds = [member.estimator.random_state for member in first.members_]
    assert len({*seeds}) == 2
    assert wrapped[0].estimator.random_state is None


@pytest.mark.parametrize("members", ["hog-svm+metadata", f"{NETS}+majority"])
def test_a_model_folder_answers_the_same(members, tmp_path):
    """Saved and loaded, an ensemble of names answers as before, without pickle."""
    ensemble = fitted(members)
    folder = save(ensemble, tmp_path / "model")
    loaded = load(folder).estimator
    np.testing.assert_allclose(
        loaded.predict_proba(UNSEEN), ensemble.predict_proba(UNSEEN), rtol=0, atol=1e-6
    )
    # a member alone can be saved again: it knows what it was fitted on
    kept = [m.image_fit_ for m in loaded.members_]
    assert kept == [ensemble.image_fit_] * len(kept)
    assert parameters(loaded) == parameters(ensemble)
    assert loaded.n_parameters_ == ensemble.n_parameters_
    assert not [*folder.glob("*.pkl")]


def test_a_state_with_a_part_too_many_or_too_few_is_refused():
    """A part of no member, or one that a member misses, is named."""
    ensemble = fitted("metadata+majority")
    description = describe_method("ensemble", ensemble, ensemble.get_state())
    state = ensemble.get_state()
    state.arrays["member3_shares"] = state.arrays["member2_shares"]
    with pytest.raises(DataError, match="member3_shares"):
        rebuild(description, state, "cpu")
    state = ensemble.get_state()
    del state.estimators["member1_classifier"]
    with pytest.raises(DataError, match="E-MODEL-STATE"):
        rebuild(description, state, "cpu")


@pytest.mark.parametrize("values", [{"members": 5}, {"recipe": {"epoch": 1}}, {"device": {}}])
def test_parameters_that_make_no_ensemble_are_refused(values):
    """A manifest with parameters of another kind is answered with an error of the model."""
    ensemble = fitted("metadata+majority")
    state = ensemble.get_state()
    description = describe_method("ensemble", ensemble, state)
    wrong = description.model_copy(update={"parameters": description.parameters | values})
    with pytest.raises(DataError, match="E-MODEL-MANIFEST"):
        rebuild(wrong, state, "cpu")


def test_objects_and_foreign_members_are_no_model_folder(tmp_path, monkeypatch):
    """What could not be built again from names is refused before anything is written."""
    for members in ([NearestMeanClassifier()], (OnPixels(LogisticRegression()),)):
        with pytest.raises(UsageError, match="E-MODEL-FOREIGN"):
            save(fitted(members), tmp_path / "model")
    ensemble = fitted("majority")
    state = ensemble.get_state()
    assert check_savable(ensemble) == "ensemble"
    description = describe_method("ensemble", ensemble, state)
    monkeypatch.setattr(catalog.load("methods", "majority"), "__module__", "elsewhere")
    with pytest.raises(UsageError, match="E-MODEL-FOREIGN"):
        check_savable(ensemble)
    with pytest.raises(DataError, match="E-MODEL-METHOD"):
        rebuild(description, state, "cpu")
    assert not [*tmp_path.iterdir()]


def test_the_command_line_name():
    """The whole text after the first colon is the variant; the default is spelled out."""
    name, method = method_from_name("ensemble:hog-svm+cnn:simple-cnn")
    assert (name, method.members) == ("ensemble:hog-svm+cnn:simple-cnn", "hog-svm+cnn:simple-cnn")
    assert method_from_name("ensemble")[0] == "ensemble:hog-svm+cnn"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("ensemble:hog-smv+cnn", "Did you mean 'hog-svm'"),
        ("ensemble:hog-svm+cnn:simple-cn", "'cnn:simple-cnn'"),
        ("ensemble:hog-svm+", "E-NAME"),
        ("ensemble:ensemble+cnn", "E-ENSEMBLE"),
        ("ensemble:hog-svm+ensemble:hog-svm", "E-ENSEMBLE"),
    ],
)
def test_what_is_no_member_is_refused(name, answer):
    """A name that does not exist is answered with the nearest; an ensemble is no member."""
    with pytest.raises(UsageError, match=answer):
        method_from_name(name)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([EnsembleClassifier()], "E-ENSEMBLE"),
        ([LogisticRegression()], "E-ENSEMBLE"),
        (["hog-svm"], "E-ENSEMBLE"),
        ([], "E-VALUE"),
        ([HOGSVMClassifier(C=-1)], "E-VALUE"),
    ],
)
def test_objects_that_are_no_members_are_refused(members, code):
    """Only other methods, at least one, with settings in their ranges, can be averaged."""
    with pytest.raises(UsageError, match=code):
        fitted(members)


def test_common_options_reach_the_members_and_leave_them_the_rest():
    """``--epochs``, ``--time-limit``, ``--device`` and ``--set`` go to every network."""
    chosen = chosen_methods(
        [f"ensemble:hog-svm+{NETS}"],
        floors=False,
        epochs=3,
        time_limit="2m",
        device="cpu",
        settings=["ensemble.recipe.learning_rate=0.01", "ensemble.random_state=4"],
    )
    ensemble = chosen[f"ensemble:hog-svm+{NETS}"]
    svm, *nets = ensemble.new_members()
    assert parameters(svm) == parameters(HOGSVMClassifier(calibration="temperature"))
    for member, name in zip(nets, NETS.split("+"), strict=True):
        own = method_from_name(name)[1]
        own.set_params(recipe__epochs=3, recipe__time_limit=120.0, recipe__learning_rate=0.01)
        assert parameters(member) == parameters(own.set_params(device="cpu"))
    assert len({member.recipe.optimizer for member in nets}) == 2
    assert ensemble.random_state == 4


@pytest.mark.parametrize("setting", ["recipe.epochs=0", "recipe.augmentation=none-such"])
def test_a_shared_setting_out_of_range_is_refused_before_anything_is_read(setting):
    """Members check what they were given."""
    with pytest.raises(UsageError):
        chosen_methods(["ensemble"], settings=[f"ensemble.{setting}"])


def test_without_a_network_there_is_no_recipe():
    """A setting that would reach no member is refused, not ignored."""
    with pytest.raises(UsageError, match="E-NAME"):
        chosen_methods(["ensemble:hog-svm+metadata"], settings=["ensemble.recipe.epochs=3"])


@pytest.mark.parametrize(
    ("measured", "decided"),
    [("bfloat16 bfloat16", "bfloat16"), ("bfloat16 float32", "float32")],
)
def test_resolve_decides_device_and_precision_for_all(measured, decided, monkeypatch):
    """The copy has parameters of its own from which no member measures again."""
    answers = itertools.chain(measured.split(), itertools.repeat(None))
    monkeypatch.setattr("vistazo.methods.cnn.faster_precision", lambda *_: next(answers))
    ensemble = method_from_name(f"ensemble:{NETS}+hog-svm")[1]
    copy = ensemble.resolve((20, 20, 1), 3)
    assert (ensemble.device, ensemble.recipe.precision) == ("auto", None)
    assert copy.device != "auto"
    assert copy.recipe.precision == decided
    assert copy.members == ensemble.members
    assert parameters(copy.resolve((20, 20, 1), 3)) == parameters(copy)


def test_resolve_keeps_what_each_object_decides(monkeypatch):
    """Objects stay objects, each with its own device and precision; without nets, nothing."""
    answers = iter(["bfloat16", "float32"])
    monkeypatch.setattr("vistazo.methods.cnn.faster_precision", lambda *_: next(answers))
    nets = [CNNClassifier(recipe=TrainingRecipe()), CNNClassifier(recipe=TrainingRecipe())]
    copy = EnsembleClassifier(members=nets).resolve((20, 20, 1), 3)
    assert [member.recipe.precision for member in copy.members] == ["bfloat16", "float32"]
    assert nets[0].recipe.precision == "auto"
    plain = EnsembleClassifier(members="hog-svm+majority")
    assert parameters(plain.resolve((20, 20, 1), 3)) == parameters(plain)


def test_networks_of_members_are_known(monkeypatch, tmp_path):
    """Their ledgers are the ensemble's, and their features are computed before any fit."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    ensemble = EnsembleClassifier(members="linear-probe+hog-svm")
    (ledger,) = ensemble.ledgers()
    assert ledger.weights == "imagenet-efficientnet-lite0"
    told = []
    images = plain(PIXELS)
    for _ in range(2):
        ensemble.precompute(images, threads=1, progress=lambda done, total: told.append(total))
        assert set(told) == {len(PIXELS)}  # the second time there is nothing new to tell of
