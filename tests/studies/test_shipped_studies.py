"""Shipped studies can be read, quickened and run."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.conftest import stripes
from vistazo.cli.main import main
from vistazo.cli.studying import plan_of
from vistazo.errors import UsageError
from vistazo.studies.study_file import find_study, read_study, shipped


def test_every_shipped_study_names_methods_that_exist():
    """Each study is valid, has a title, and all its methods and settings can be made."""
    assert "fashion-hog-vs-cnn" in shipped()
    for study in shipped().values():
        assert study.title
        steps = [step.model_copy(update={"data": step.data or "mine"}) for step in study.steps]
        plan = plan_of(study.model_copy(update={"steps": steps}), "", Path())
        assert len(plan) == len(steps)
        assert all(step.methods or step.pretext for step in plan.values())


def test_quick_changes_what_it_says_and_nothing_else():
    """``--quick`` puts its limit and folds into every step."""
    _, study = find_study("fashion-hog-vs-cnn")
    step, quick = study.steps[0], study.quickened().steps[0]
    assert (quick.limit, quick.folds) == (study.quick.limit, study.quick.folds)
    assert quick.model_copy(update={"limit": step.limit, "folds": step.folds}) == step


def test_an_unknown_study_is_answered_with_the_nearest():
    """A typo in a study's name is answered."""
    with pytest.raises(UsageError, match="fashion-hog-vs-cnn"):
        find_study("fashion-hog-vs-cn")


@pytest.mark.slow
def test_a_study_of_ones_own_runs_every_step(tmp_path, monkeypatch):
    """Each step leaves a run folder with the protocol it asks for."""
    monkeypatch.chdir(tmp_path)
    pixels, labels = stripes(n_per_class=12)
    np.savez("stripes.npz", images=pixels, labels=labels)
    (tmp_path / "mine.yaml").write_text(
        "title: Two ways\n"
        "steps:\n"
        "  - {data: stripes.npz, methods: [nearest-mean], floors: no, folds: 3}\n"
        "  - {data: stripes.npz, methods: [hog-svm], floors: no, folds: 2, repeats: 2}\n"
    )
    assert read_study(tmp_path / "mine.yaml").steps[0].floors is False
    with pytest.raises(SystemExit) as end:
        main(["study", "mine.yaml", "--processes", "1"])
    assert end.value.code == 0
    protocols = [
        json.loads((tmp_path / "runs/study/mine" / step / "comparison.json").read_text())[
            "protocol"
        ]
        for step in ("1-compare", "2-compare")
    ]
    assert [(p["folds"], p["repeats"]) for p in protocols] == [(3, 1), (2, 2)]


def test_a_step_reads_images_as_it_says(tmp_path, monkeypatch):
    """Every option of reading and of copies that ``compare`` has can stand in a step."""
    rng = np.random.default_rng(0)
    header = ["kind", *(f"pixel{n}" for n in range(200))]
    rows = [[kind, *rng.integers(0, 256, 200)] for kind in ("a", "b", "c") * 8]
    lines = [",".join(map(str, row)) for row in [header, *rows, rows[0]]]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    (tmp_path / "s.yaml").write_text(
        "steps:\n"
        "  - {data: t.csv, label_column: kind, shape: 10x20, classes: [b, a], folds: 2,\n"
        "     methods: [nearest-mean], floors: no, duplicates: ignore}\n"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["study", "s.yaml", "--processes", "1", "--out", "run"])
    assert end.value.code == 0
    summary = json.loads((tmp_path / "run/comparison.json").read_text())
    assert summary["dataset"]["classes"] == ["b", "a"]
    config = yaml.safe_load((tmp_path / "run/config.yaml").read_text())
    assert config["data"]["image_shape"] == [10, 20, 1]
    assert summary["dataset"]["n_images"] == 17
    assert summary["protocol"]["duplicates"] == "ignore"


def test_a_study_without_images_asks_for_them(capsys):
    """A study on images of one's own names the option that brings them."""
    with pytest.raises(SystemExit) as end:
        main(["study", "painters"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "E-STUDY-DATA" in said
    assert "--data" in said


def test_one_method_is_diagnosed_in_a_step(tmp_path, capsys):
    """A diagnosis of two methods, or of one that brings nothing, is refused before any step."""
    for methods, code in (
        ("[linear-probe, 'a=linear-probe']", "E-STUDY-DIAGNOSE"),
        ("[hog-svm]", "E-DIAGNOSE-METHOD"),
    ):
        (tmp_path / "s.yaml").write_text(
            f"steps:\n  - {{verb: diagnose, data: fashion-mnist-10k, methods: {methods}}}\n"
        )
        with pytest.raises(SystemExit) as end:
            main(["study", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "run")])
        assert end.value.code == 2
        assert code in capsys.readouterr().err
        assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_the_notebook_and_its_repair_stand_side_by_side(tmp_path, monkeypatch, capsys):
    """The study of the CNN and the pretrained network runs on other images, and names causes."""
    monkeypatch.chdir(tmp_path)
    pixels, labels = stripes(n_per_class=20, side=32)
    np.savez("stripes.npz", images=pixels.repeat(3, axis=3), labels=labels)
    with pytest.raises(SystemExit) as end:
        main(["study", "cifar-cnn-vs-mobilenet", "--quick", "--data", "stripes.npz", "--out", "s"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(cause in said for cause in ("scale", "feature-map"))
    methods = json.loads((tmp_path / "s/1-compare/comparison.json").read_text())["methods"]
    assert {"as-written", "repaired", "cnn:simple-cnn"} <= {method["name"] for method in methods}
    assert (tmp_path / "s/2-diagnose/diagnosis.json").exists()


@pytest.mark.parametrize("reference", ["@2", "@3", "@1x", "@"])
def test_only_a_backbone_of_a_step_before_can_be_meant(tmp_path, reference):
    """Found before the first step runs."""
    (tmp_path / "mine.yaml").write_text(
        "steps:\n"
        "  - {verb: pretrain, data: mine, task: rotation}\n"
        "  - {data: mine, methods: [self-supervised:backbone],"
        f' settings: ["self-supervised.backbone={reference}"]}}\n'
    )
    with pytest.raises(UsageError, match="E-STUDY-BACKBONE"):
        plan_of(read_study(tmp_path / "mine.yaml"), "mine", tmp_path)


def test_a_backbone_goes_from_one_step_to_the_next(tmp_path, monkeypatch):
    """What the first step pretrains is what the second one begins with."""
    monkeypatch.chdir(tmp_path)
    pixels, labels = stripes(n_per_class=8)
    np.savez("stripes.npz", images=pixels, labels=labels)
    (tmp_path / "mine.yaml").write_text(
        "steps:\n"
        "  - {verb: pretrain, data: stripes.npz, task: rotation, epochs: 1}\n"
        "  - data: stripes.npz\n"
        "    methods: [self-supervised:backbone]\n"
        "    settings: [self-supervised.backbone=@1, self-supervised.then=probe]\n"
        "    floors: no\n"
        "    folds: 2\n"
        "    labels: 0.5\n"
    )
    with pytest.raises(SystemExit) as end:
        main(["study", "mine.yaml", "--out", "study", "--processes", "1"])
    assert end.value.code == 0
    made = json.loads(Path("study/1-pretrain/backbone/manifest.json").read_text())
    config = yaml.safe_load(Path("study/2-compare/config.yaml").read_text())
    (method,) = config["methods"].values()
    assert method["backbone_sha256"] == made["sha256"]
    compared = json.loads(Path("study/2-compare/comparison.json").read_text())
    assert (compared["protocol"]["n_labels"], compared["protocol"]["n_train"]) == (6, 12)
