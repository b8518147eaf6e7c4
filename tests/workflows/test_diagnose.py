"""The transfer doctor: which configurations it compares, and what it makes of their scores."""

import json
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from tests.conftest import stripes
from vistazo import from_arrays
from vistazo.errors import UsageError
from vistazo.evaluation.parameters import parameters
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.fine_tuned import FineTunedClassifier
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.report.diagnosis import read_diagnosis
from vistazo.training.recipe import TrainingRecipe
from vistazo.transfer.weights_by_name import RANDOM
from vistazo.workflows.diagnose import diagnose, run_diagnosis
from vistazo.workflows.diagnosis_design import AS_IT_IS, arm_name, design
from vistazo.workflows.diagnosis_effects import GAIN, REPAIR, effects
from vistazo.workflows.diagnosis_sample import sample_observations
from vistazo.workflows.diagnosis_subject import Subject, subject_of_run

NAME = "imagenet-efficientnet-lite0"
SHAPE = (32, 32, 3)
BROKEN = {"input_side": 32, "input_scale": "0-1", "channels": "BGR", "interpolation": "bilinear"}


def planned(n_images=100, every_level=False, **settings):
    method = LinearProbeClassifier(**settings)
    return design(method, method.observations(SHAPE), SHAPE, n_images, every_level=every_level)


def scored(plan, score, folds=5, noise=0.01):
    """Return what a comparison of the configurations would look like with these scores."""
    rng = np.random.default_rng(0)
    split = SimpleNamespace(repeat=0, train=range(80), test=range(20))
    scores = {
        name: {"balanced_accuracy": tuple(score(method) + rng.normal(0, noise, folds))}
        for name, method in plan.named().items()
    }
    return SimpleNamespace(scores=scores, protocol=Protocol(), splits=[split] * folds)


@pytest.mark.parametrize("n_causes", [1, 2, 3])
def test_few_causes_are_crossed_completely(n_causes):
    """Up to three, every combination of repaired and not is compared, and the untrained twin."""
    broken = dict(list(BROKEN.items())[:n_causes])
    plan = planned(**broken)
    repaired = [plan.causes[code] for code in plan.causes]
    combinations = {
        frozenset(change for change, chosen in zip(repaired, which, strict=True) if chosen)
        for which in product([False, True], repeat=n_causes)
    }
    assert set(plan.arms) - {plan.twin} == combinations
    assert plan.arms[plan.repaired].observations(SHAPE) == []


def test_many_causes_take_two_configurations_each():
    """Four causes take 2 + 2·4 configurations and the twin, not sixteen."""
    assert len(planned(**BROKEN).arms) == 2 + 2 * 4 + 1


def test_a_healthy_method_is_compared_with_its_twin_alone():
    """There is nothing to repair."""
    plan = planned()
    assert set(plan.named()) == {AS_IT_IS, f"weights={RANDOM}{NAME}"}
    assert planned(weights=RANDOM + NAME).twin is None


def test_what_cannot_be_afforded_is_left_out():
    """Maps of large images are not flattened for many images; the cause is judged by the rest."""
    few, many = (planned(n, pooling="flatten", input_side=32) for n in (100, 5000))
    assert len(few.arms) == len(many.arms) + 1
    assert len(few.pairs("pooling-of-one")) == 2
    assert len(many.pairs("pooling-of-one")) == 1


def test_every_level_is_tried_once_from_the_repaired_configuration():
    """Values that are in force already are not compared with themselves."""
    plan = planned(every_level=True, input_scale="0-1")
    assert plan.levels
    for level in plan.levels:
        assert len(dict(level).items() - dict(plan.repaired).items()) == 1
    resolved = [json.dumps(m.resolve(SHAPE, 2).get_params()) for m in plan.arms.values()]
    assert len(set(resolved)) == len(resolved)
    assert not {"channels=RGB", "interpolation=bicubic"} & {
        name for level in plan.levels for name in arm_name(level).split()
    }  # what the weights declare, by its own name
    assert not planned(input_scale="0-1").levels


def test_depth_and_normalisation_of_fine_tuning_are_causes():
    """They are crossed like others, beside the twin that is trained from scratch."""
    method = FineTunedClassifier(
        freeze="none", batch_norm="trained", recipe=TrainingRecipe(precision="float32")
    )
    plan = design(method, method.observations(SHAPE), SHAPE, 100, every_level=True)
    assert plan.causes == {
        "depth-frozen": ("freeze", "auto"),
        "norm-mode": ("batch_norm", "frozen"),
    }
    crossed = {"as-it-is", "freeze=auto", "batch_norm=frozen", "batch_norm=frozen freeze=auto"}
    assert crossed < set(plan.named())
    assert arm_name(plan.twin).endswith(f"weights={RANDOM}{NAME}")
    assert len(plan.named()) == len(plan.arms)
    assert {"batch_norm=frozen freeze=all", "batch_norm=frozen freeze=all-but-1"} < {
        arm_name(level) for level in plan.levels
    }


def _linear(method):
    """Score of a method whose causes cost 0.3, 0.1 and nothing, without interaction."""
    seen = method.get_params()
    return (
        0.3 * (seen["input_side"] == "auto")
        + 0.1 * (seen["input_scale"] == "declared")
        + 0.2 * (not seen["weights"].startswith(RANDOM))
    )


def test_effects_are_what_each_cause_costs():
    """Ranked by size, each near its true size; nothing is made of a cause that costs nothing."""
    plan = planned(input_scale="0-1", input_side=32, interpolation="bilinear")
    found = effects(plan, scored(plan, _linear))
    assert list(found)[:3] == ["feature-map", "scale", "interpolation"]
    for code, size in {"feature-map": 0.3, "scale": 0.1, REPAIR: 0.4, GAIN: 0.2}.items():
        assert found[code].difference == pytest.approx(size, abs=0.02)
        assert found[code].verdict == "better"
        assert found[code].low <= size <= found[code].high
    assert found["interpolation"].verdict in ("equivalent", "undecided")
    assert all(v.p_adjusted >= v.p_value for v in found.values())


def test_an_effect_is_the_mean_of_alone_and_last():
    """A cause that only counts once the other is repaired has half of that effect."""
    plan = planned(input_scale="0-1", input_side=32)

    def score(method):
        seen = method.get_params()
        both = seen["input_side"] == "auto" and seen["input_scale"] == "declared"
        return 0.4 * both

    found = effects(plan, scored(plan, score, noise=0.0))
    assert found["scale"].difference == pytest.approx(0.2)
    assert found[REPAIR].difference == pytest.approx(0.4)


@pytest.fixture(scope="module")
def photos():
    """Blurred stripes in colour, 120 of them."""
    pixels, labels = stripes(n_per_class=40, side=16)
    return from_arrays(pixels.repeat(3, axis=3), labels, name="stripes")


def test_a_random_network_is_said_to_be_random(photos):
    """Frozen and untrained: the gain is 0 because the weights equal their initialisation."""
    method = LinearProbeClassifier(weights=RANDOM + NAME, input_side=32)
    found = diagnose(photos, method, experiment=False)
    (first, *_rest) = found.findings
    assert (first.code, first.severity) == ("random-weights", "alarm")
    assert "weights equal their random initialisation" in first.what
    assert "gain over an untrained network is 0" in first.what
    assert found.fix["weights"] == NAME
    assert found.repaired().weights == NAME
    assert found.comparison is None


def test_images_of_the_test_part_are_not_touched(photos):
    """Neither the limit nor the folds take any of them."""
    split = np.array(["train", "test"] * 60)
    found = diagnose(replace(photos, split=split), experiment=False, limit=30)
    assert len(found.data) == 30
    assert set(found.data.sources) <= set(np.array(photos.sources)[split == "train"])


@pytest.mark.parametrize(
    "method",
    [
        LinearProbeClassifier(weights=RANDOM + NAME, pooling="flatten", engine="torch"),
        FineTunedClassifier(recipe=TrainingRecipe(epochs=3, patience=None), device="cpu"),
        FineTunedClassifier(freeze="all-but-2", batch_norm="trained", recipe=None),
    ],
)
def test_a_transfer_method_of_a_run_is_built_again(method, photos, tmp_path):
    """From its configuration, with all settings; a control alone is a method, too."""
    config = {
        "data": {"image_shape": list(photos.images.shape[1:]), "n_images": len(photos)},
        "protocol": {"folds": 3},
        "methods": {"a:random-b": parameters(method), "svm": parameters(HOGSVMClassifier())},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    subject = subject_of_run(tmp_path, data=photos)
    assert (subject.name, subject.protocol.folds) == ("a:random-b", 3)
    assert type(subject.method) is type(method)
    assert parameters(subject.method) == parameters(method)
    config["methods"]["a:b"] = config["methods"]["a:random-b"]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    assert subject_of_run(tmp_path, data=photos).name == "a:b"
    assert subject_of_run(tmp_path, data=photos, method="a:random-b").name == "a:random-b"


def test_what_computed_elsewhere_is_decided_anew(photos, tmp_path):
    """A diagnosis may be made on a machine without ONNX Runtime and without a GPU."""
    method = FineTunedClassifier(engine="onnxruntime", device="cuda:3")
    config = {
        "data": {"image_shape": list(photos.images.shape[1:]), "n_images": len(photos)},
        "protocol": {},
        "methods": {"tuned": parameters(method)},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    found = subject_of_run(tmp_path, data=photos).method
    assert (found.engine, found.device) == ("auto", "auto")


def test_a_method_that_learns_here_alone_is_refused(photos):
    """There is no transfer to look at."""
    with pytest.raises(UsageError) as caught:
        diagnose(photos, HOGSVMClassifier())
    assert caught.value.code == "E-DIAGNOSE-METHOD"


@pytest.mark.slow
def test_the_experiment_is_written_and_continued(photos, tmp_path):
    """The folder holds the numbers and a page in either language; again takes no training."""
    method = LinearProbeClassifier(input_side=32, input_scale="0-255", random_state=0)
    subject = Subject("linear-probe", method, photos, Protocol(folds=3))
    told = []
    for _run in range(2):
        found = run_diagnosis(
            subject,
            limit=60,
            processes=1,
            out=tmp_path / "run",
            language="es",
            on_progress=told.append,
        )
    assert len([state for state in told if state.seconds is not None]) == 3 * 5
    diagnosis = found.diagnosis
    assert {"scale", "feature-map"} <= {finding.code for finding in diagnosis.findings}
    assert set(diagnosis.effects) == {"scale", "feature-map", REPAIR, GAIN}
    before, after = (
        np.mean(diagnosis.comparison.scores[name]["balanced_accuracy"])
        for name in (AS_IT_IS, arm_name(diagnosis.design.repaired))
    )
    written = read_diagnosis(tmp_path / "run")
    assert (written.fix.before, written.fix.after) == pytest.approx((before, after))
    assert diagnosis.effects[REPAIR].difference == pytest.approx(after - before)
    assert diagnosis.command in (tmp_path / "run" / "report.html").read_text("utf-8")
    content = json.loads((tmp_path / "run" / "diagnosis.json").read_text("utf-8"))
    assert [f["code"] for f in content["findings"]] == [f.code for f in diagnosis.findings]


@pytest.mark.slow
def test_fine_tuning_is_diagnosed(photos, tmp_path):
    """Each cause gets its effect, and the page names the fix."""
    recipe = TrainingRecipe(epochs=1, precision="float32", validation_fraction=0)
    method = FineTunedClassifier(freeze="all-but-1", input_side=32, recipe=recipe, random_state=0)
    subject = Subject("fine-tuned", method, photos, Protocol(folds=2))
    found = run_diagnosis(subject, limit=40, processes=1, out=tmp_path / "run").diagnosis
    assert set(found.effects) == {"feature-map", "depth-frozen", REPAIR, GAIN}
    assert found.repaired().get_params()["freeze"] == "auto"
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "of the network&#39;s" in page or "of the network's" in page


def test_a_sample_shows_dead_features_and_missing_directions():
    """Features half of which are still, or that know a single direction, are said to be so."""
    rng = np.random.default_rng(0)
    direction = rng.normal(size=16)
    cases = {
        "dead-units": np.where(np.arange(16) < 8, 0, rng.normal(size=(120, 16))),
        "effective-rank": rng.normal(size=(120, 1)) * direction,
        "": rng.normal(size=(120, 16)),
    }
    pixels, labels = stripes(n_per_class=40, side=8)
    data = from_arrays(pixels, labels, name="stripes")
    for code, features in cases.items():
        method = SimpleNamespace(
            precompute=lambda *args, **more: None,
            features=lambda images, found=features: found.astype(np.float32),
        )
        said = sample_observations(method, data, 0, lambda *told: None)
        assert [observation.code for observation in said] == ([code] if code else [])
        assert not sample_observations(method, data.limited(60), 0, lambda *told: None)
