"""Copies and leaks on the command line: refused, allowed, told."""

import json

import numpy as np
import pytest

from tests.faults._running import vistazo
from vistazo.data.reading import read_images

FAST = ("--methods", "nearest-mean", "--no-floors", "--no-model", "--processes", "1")


@pytest.fixture
def leaky(tmp_path):
    """A file whose test part has two training images and a repeated one inside training."""
    data = read_images("fashion-mnist-10k", classes=["Bag", "Sandal"]).limited(60)
    pixels = data.images.pixels.copy()
    pixels[50:52] = pixels[:2]
    pixels[10] = pixels[11]
    labels = data.labels.copy()
    labels[50:52], labels[10] = labels[:2], labels[11]
    parts = {"x_train": pixels[:48], "y_train": labels[:48]}
    parts |= {"x_test": pixels[48:], "y_test": labels[48:]}
    np.savez(tmp_path / "leaky.npz", **parts)
    return tmp_path


@pytest.mark.slow
def test_a_leak_is_refused_and_allowed(leaky):
    """Nothing is written before the leak is dealt with; allowed, it stands in the report."""
    given = ("compare", "leaky.npz", *FAST, "--split", "given", "--out", "run")
    refused = vistazo(*given, cwd=leaky)
    assert refused.code == 3
    assert "2 of 12" in refused.err
    assert "--allow-leak" in refused.err
    assert refused.err.rstrip().endswith("[E-DATA-LEAK]")
    assert not (leaky / "run").exists()
    allowed = vistazo(*given, "--allow-leak", cwd=leaky)
    assert allowed.code == 0, allowed.err
    content = json.loads((leaky / "run" / "comparison.json").read_text("utf-8"))
    assert content["dataset"]["copies"] == {"images": 6, "groups": 3, "leaked": 2}
    assert "2 scored images" in (leaky / "run" / "report.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("duplicates", ["group", "ignore"])
def test_what_was_done_about_copies_is_told(leaky, duplicates):
    """With folds the copies are told and recorded, or not looked for at all."""
    options = (*FAST, "--folds", "2", "--duplicates", duplicates, "--out", "run")
    answer = vistazo("compare", "leaky.npz", *options, cwd=leaky)
    assert answer.code == 0, answer.err
    settings = (leaky / "run" / "config.yaml").read_text("utf-8")
    assert f"duplicates: {duplicates}" in settings
    assert ("6 images are copies of others: 3 groups" in answer.err) == (duplicates == "group")
    assert ("copies: null" in settings) == (duplicates == "ignore")


def test_given_folds_are_told(tmp_path):
    """The folds of the data are taken, and the report says whose they are."""
    data = read_images("fashion-mnist-10k", classes=["Bag", "Sandal"]).limited(60)
    folds = np.arange(60) // 2 % 3
    np.savez(tmp_path / "t.npz", images=data.images.pixels, labels=data.labels, folds=folds)
    words = ("compare", "t.npz", *FAST, "--split", "given-folds", "--out", "run")
    told = vistazo(*words, cwd=tmp_path)
    assert told.code == 0, told.err
    assert json.loads((tmp_path / "run/comparison.json").read_text())["protocol"]["folds"] == 3
    assert "bring folds of their own (3)" in (tmp_path / "run/report.html").read_text()
    split = (tmp_path / "run/split.csv").read_text().splitlines()
    assert len(split) == 61
    refused = vistazo(*words, "--folds", "3", cwd=tmp_path)
    assert refused.code == 2
    assert "--split given-folds and --folds" in refused.err
