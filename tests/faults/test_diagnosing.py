"""``vistazo diagnose`` as a person uses it: what it prints, what it refuses, its exit codes."""

import json

import numpy as np
import pytest

from tests.conftest import stripes
from vistazo.files import read_json

BROKEN = ("--set", "linear-probe.input_side=32", "--set", "linear-probe.input_scale=0-1")
FEW = ("--folds", "2", "--processes", "1")


@pytest.fixture
def photos(tmp_path):
    pixels, labels = stripes(n_per_class=8, side=16)
    np.savez(tmp_path / "photos.npz", images=pixels, labels=labels)
    return tmp_path / "photos.npz"


def test_what_can_be_seen_without_training(photos, answer, tmp_path):
    """Findings on stdout with the fix, exit 0, and nothing written."""
    result = answer("diagnose", photos, *BROKEN, "--no-experiment")
    assert result.code == 0, result.err
    assert result.out.startswith("ALARM  scale\n")
    assert "ALARM  feature-map" in result.out
    fix = "--set linear-probe.input_scale=declared --set linear-probe.input_side=auto"
    assert " ".join(result.out.split()).endswith(fix)
    assert not (tmp_path / "runs").exists()


def test_a_healthy_method_has_no_finding(photos, answer):
    """One sentence says so."""
    result = answer("diagnose", photos, "--no-experiment")
    assert (
        result.out
        == "Nothing was found that holds linear-probe:imagenet-efficientnet-lite0 back.\n"
    )
    result = answer("diagnose", photos, "--no-experiment", "--format", "json", "--quiet")
    assert json.loads(result.out)["findings"] == []
    assert result.err == ""


def test_wrong_questions_start_nothing(photos, answer, tmp_path):
    """A method of another kind, options of a run, a folder that is none."""
    answer("diagnose", photos, "--method", "hog-svm").refuses("E-DIAGNOSE-METHOD", 2, "hog-svm")
    answer("diagnose", photos, "--data", photos).refuses("E-CLI-EXCLUSIVE", 2, "--data")
    answer("diagnose", photos, "--set", "linear-probe.pooling=max").refuses("E-VALUE", 2)
    answer("diagnose", tmp_path / "nowhere").refuses("E-DATA-PATH", 3)
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_finished_comparison_is_diagnosed(photos, answer, tmp_path):
    """Its method, folds and images are found again; the report says how to come here."""
    run, out = tmp_path / "run", tmp_path / "out"
    words = ("--methods", "linear-probe,hog-svm", *FEW, "--no-model", "--out", run)
    compared = answer("compare", photos, *words, *BROKEN)
    assert compared.code == 0, compared.err
    assert "vistazo diagnose RUN" in (run / "report.html").read_text("utf-8")
    answer("diagnose", run, "--folds", "3").refuses("E-CLI-EXCLUSIVE", 2, "--folds")
    result = answer("diagnose", run, "--out", out, "--processes", "1", "--format", "json")
    assert result.code == 0, result.err
    assert "Found 24 images in 3 classes" in result.err
    content = json.loads(result.out)
    assert content == read_json(out / "diagnosis.json")
    assert content["protocol"]["folds"] == 2
    assert set(content["effects"]) == {"scale", "feature-map", "repair", "gain"}
    # the same folds and images: the configuration as it is scores what it scored there
    names = {"as-it-is": out, "linear-probe:imagenet-efficientnet-lite0": run}
    scores = [
        next(m for m in read_json(folder / "comparison.json")["methods"] if m["name"] == name)
        for name, folder in names.items()
    ]
    assert scores[0]["confusion_matrix"] == scores[1]["confusion_matrix"]
    report = answer("report", out, "--format", "md", "--lang", "en")
    assert report.code == 0
    assert "Holm" not in (out / "report.md").read_text("utf-8")
    assert "What holds linear" in (out / "report.md").read_text("utf-8")
    # images that are not there any more, and others in their place
    photos.rename(tmp_path / "moved.npz")
    assert answer("diagnose", run).code == 3
    pixels, labels = stripes(n_per_class=9, side=16)
    np.savez(photos, images=pixels, labels=labels)
    answer("diagnose", run).refuses("E-DIAGNOSE-DATA", 3, 27, 24)
    moved = answer("diagnose", run, "--data", tmp_path / "moved.npz", "--no-experiment")
    assert moved.code == 0, moved.err
    (run / "source.json").unlink()
    answer("diagnose", run).refuses("E-DIAGNOSE-DATA", 3, "--data")
