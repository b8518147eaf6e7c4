"""A run folder: complete, continued when it is the same run, refused when it is another."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from vistazo import persistence
from vistazo.errors import UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.majority import MajorityClassifier
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.workflows.comparison_run import run_comparison
from vistazo.workflows.reporting import write_report

METHODS = {"nearest-mean": NearestMeanClassifier(), "majority": MajorityClassifier()}


def go(toy, out, **changes):
    settings = {"protocol": Protocol(folds=3), "processes": 1, "out": out} | changes
    return run_comparison(toy, METHODS, **settings)


def test_everything_a_run_leaves_is_there(toy, tmp_path):
    """All files of a run exist, agree, and name no path of this machine."""
    run = go(toy, tmp_path / "run")
    folder = run.folder
    assert (folder / "STATUS").read_text() == "done\n"
    assert yaml.safe_load((folder / "config.yaml").read_text())["protocol"]["folds"] == 3
    content = json.loads((folder / "comparison.json").read_text())
    assert content["winner"] == "nearest-mean"
    with (folder / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(toy)
    hits = [r["label"] == r["predicted"] for r in rows if r["method"] == "nearest-mean"]
    assert np.mean(hits) == pytest.approx(content["methods"][0]["metrics"]["accuracy"]["mean"])
    assert len(list(csv.DictReader((folder / "split.csv").open()))) == len(toy)
    assert (folder / "bad_files.csv").read_text() == "path,code,reason\n"
    assert "nearest-mean" in (folder / "report.html").read_text()
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [e["event"] for e in events].count("cell") == 6
    assert run.complete
    texts = [p for p in folder.rglob("*") if p.suffix in (".json", ".csv", ".yaml", ".html")]
    assert not [p for p in texts if str(tmp_path) in p.read_text("utf-8")]


def test_the_saved_model_answers_like_the_winner(toy, tmp_path):
    """The model is the winner fitted on all rows, and can be loaded."""
    run = go(toy, tmp_path / "run")
    model = persistence.load(run.model)
    expected = NearestMeanClassifier().fit(toy.images, toy.labels).predict(toy.images)
    assert np.array_equal(model.predict(toy.images), expected)


def test_the_same_run_is_continued_and_another_refused(toy, tmp_path):
    """The same settings compute nothing again; others are named, and nothing is changed."""
    out = tmp_path / "run"
    go(toy, out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != "events.jsonl"}
    heard = []
    go(toy, out, on_progress=heard.append)
    assert all(progress.seconds is None for progress in heard)
    with pytest.raises(UsageError, match=r"protocol\.(folds|splits).*E-RUN-OTHER"):
        go(toy, out, protocol=Protocol(folds=4))
    for path, content in before.items():
        if path.name != "environment.json":
            assert path.read_bytes() == content, path


def test_a_folder_with_other_files_is_refused(toy, tmp_path):
    """A folder that is no run keeps its files."""
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="E-RUN-OTHER"):
        go(toy, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "precious"
    with pytest.raises(UsageError, match="E-RUN-OTHER"):
        go(toy, tmp_path / "mine.txt")


def test_automatic_names_are_free_ones(toy, tmp_path, monkeypatch):
    """Without ``out`` a taken name gets a number."""
    monkeypatch.chdir(tmp_path)
    folders = [go(toy, None, save_model=False).folder for _ in range(2)]
    assert folders == [Path("runs/compare/toy"), Path("runs/compare/toy-2")]


def test_a_failed_run_says_so(toy, tmp_path):
    """An error inside leaves STATUS at failed, and the same command goes on from there."""

    def explode(progress):
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        go(toy, tmp_path / "run", on_progress=explode)
    assert (tmp_path / "run" / "STATUS").read_text() == "failed\n"
    assert go(toy, tmp_path / "run").complete


def test_interrupted_is_stopped(toy, tmp_path):
    """Ctrl-C leaves STATUS at stopped."""

    def interrupt(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(toy, tmp_path / "run", on_progress=interrupt)
    assert (tmp_path / "run" / "STATUS").read_text() == "stopped\n"


def test_a_comparison_in_memory_has_a_report(toy, tmp_path):
    """``write_report(comparison, path)`` writes one file."""
    comparison = go(toy, tmp_path / "run").comparison
    path = write_report(comparison, tmp_path / "out" / "report.html")
    text = path.read_text("utf-8")
    assert "nearest-mean" in text
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]
    assert write_report(comparison, tmp_path / "report.md", language="es").exists()
