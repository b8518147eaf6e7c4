"""The linear probe on networks of timm: by name, with a file, in runs and in model folders."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import stripes
from tests.faults._running import vistazo
from tests.transfer._zoo import saved, trained
from vistazo.cli import fetching
from vistazo.errors import DataError, SetupError, UsageError
from vistazo.evaluation.parameters import describe
from vistazo.evaluation.protocol import Protocol
from vistazo.files import sha256
from vistazo.methods.linear_probe import LinearProbeClassifier
from vistazo.persistence import load, save
from vistazo.workflows.comparison_run import run_comparison
from vistazo.workflows.naming import chosen_methods, floors_among

PIXELS, LABELS = stripes(n_per_class=8)
NAME = "timm:test_resnet"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Weights of ``test_resnet``."""
    return saved(trained("test_resnet"), tmp_path_factory.mktemp("weights") / "w.safetensors")


def test_the_name_and_the_file_from_the_command_line(file):
    """The name may have colons and a tag; the file reaches the network that reads one alone."""
    chosen = chosen_methods(
        [f"linear-probe:{NAME}.r160_in1k", "linear-probe"], weights_file=Path(file)
    )
    names = list(chosen)[-4:]
    assert names[:2] == [f"linear-probe:random-{NAME}.r160_in1k", f"linear-probe:{NAME}.r160_in1k"]
    assert {n: m.weights_file for n, m in chosen.items() if n in names} == {
        names[0]: None,
        names[1]: file,
        names[2]: None,
        names[3]: None,
    }
    assert names[0] in floors_among(chosen)


@pytest.mark.parametrize(
    ("names", "error", "code"),
    [
        (["linear-probe"], UsageError, "E-WEIGHTS-UNUSED"),
        ([f"linear-probe:random-{NAME}"], UsageError, "E-WEIGHTS-UNUSED"),
        (["linear-probe:timm:no_such_net"], UsageError, "E-NAME"),
        (["linear-probe:no-such-weights"], UsageError, "E-NAME"),
        ([f"linear-probe:{NAME}=x"], UsageError, "E-LABEL"),
    ],
)
def test_what_cannot_be_is_found_before_any_data_are_read(file, names, error, code):
    """A file that nobody reads, networks that nobody has."""
    with pytest.raises(error) as caught:
        chosen_methods(names, weights_file=Path(file))
    assert caught.value.code == code


def test_never_random_in_silence(monkeypatch, tmp_path):
    """Without a file and without the hub's cache every way of asking is an error."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    method = LinearProbeClassifier(weights=NAME)
    for ask in (
        method.check,
        lambda: method.resolve((16, 16, 3), 2),
        lambda: method.fit(PIXELS, LABELS),
        lambda: chosen_methods([f"linear-probe:{NAME}"]),
    ):
        with pytest.raises(SetupError, match=r"--weights FILE.*--download.*E-WEIGHTS-NONE"):
            ask()


def test_download_fetches_what_a_method_names(file, monkeypatch, tmp_path):
    """Only weights of timm that are not here, and only where no file is given."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    fetched = []
    monkeypatch.setattr("vistazo.pretrained._timm_hub.download_weights", fetched.append)
    fetching.fetch_weights(
        {
            "a": LinearProbeClassifier(),
            "b": LinearProbeClassifier(weights=NAME, weights_file=file),
            "c": LinearProbeClassifier(weights=f"random-{NAME}"),
            "d": LinearProbeClassifier(weights=NAME),
        }
    )
    assert fetched == [NAME]


def test_what_was_decided_names_one_file_for_good(file, tmp_path):
    """The hash is a parameter: another file is another method, and is refused in its place."""
    path = tmp_path / "w.safetensors"
    path.write_bytes(Path(file).read_bytes())
    method = LinearProbeClassifier(weights=NAME, weights_file=str(path))
    first = method.resolve((16, 16, 3), 2)
    assert first.weights_sha256 == sha256(path.read_bytes())
    saved(trained("test_resnet", seed=2), path)
    assert describe(method.resolve((16, 16, 3), 2)) != describe(first)
    with pytest.raises(DataError, match=rf"{first.weights_sha256}.*E-WEIGHTS-CHANGED"):
        first.fit(PIXELS, LABELS)


def test_a_wrong_file_ends_a_comparison_before_it_begins(toy, file, tmp_path):
    """What does not match is told, and no run folder is left."""
    methods = {"probe": LinearProbeClassifier(weights="timm:test_vit", weights_file=file)}
    with pytest.raises(DataError, match=r"missing: .*unknown: .*E-WEIGHTS-NAMES"):
        run_comparison(toy, methods, out=tmp_path / "run", protocol=Protocol(folds=2))
    assert not (tmp_path / "run").exists()


def test_a_run_says_where_each_number_came_from(toy, file, tmp_path, monkeypatch):
    """``weights.csv`` has every tensor of both networks; the note names file and licence."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path / "cache"))
    probe = LinearProbeClassifier(weights=NAME, weights_file=file, strength=0.1)
    notes = []
    run = run_comparison(
        toy,
        {"probe": probe, "twin": probe.control()},
        out=tmp_path / "run",
        protocol=Protocol(folds=2),
        processes=1,
        on_note=notes.append,
    )
    with (run.folder / "weights.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    digest = sha256(Path(file).read_bytes())
    assert {(r["method"], r["origin"], r["file_sha256"]) for r in rows} == {
        ("probe", "file", digest),
        ("probe", "left out", digest),
        ("twin", "random", ""),
    }
    assert {r["file"] for r in rows} == {"w.safetensors", ""}
    assert [
        n
        for n in notes
        if f"100 % of the tensors come from w.safetensors (SHA-256 {digest[:12]}" in n
    ]
    assert run.comparison.methods["probe"].weights_sha256 == digest


def test_a_model_folder_needs_the_file_that_it_was_trained_on(file, tmp_path):
    """It answers as before with that file, and is refused with another or with none."""
    path = tmp_path / "w.safetensors"
    path.write_bytes(Path(file).read_bytes())
    method = LinearProbeClassifier(weights=NAME, weights_file=str(path), strength=0.1)
    method = method.resolve((16, 16, 3), 2).fit(PIXELS, LABELS)
    save(method, tmp_path / "model")
    model = load(tmp_path / "model")
    assert np.allclose(model.predict_proba(PIXELS), method.predict_proba(PIXELS))
    saved(trained("test_resnet", seed=2), path)
    with pytest.raises(DataError, match="E-WEIGHTS-CHANGED"):
        load(tmp_path / "model")
    path.unlink()
    with pytest.raises(DataError, match="E-WEIGHTS-FILE"):
        load(tmp_path / "model")


def test_catalogue_is_listed_at_once_with_how_to_name_the_rest():
    """Without torch and without timm."""
    script = (
        "import sys; from vistazo.cli.listing import listing;"
        "rows = dict(listing('pretrained')); assert '--weights' in rows['timm:NAME'];"
        "sys.exit(bool({'torch', 'timm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.slow
def test_from_the_command_line(file, tmp_path):
    """``--weights`` in ``compare`` and ``train``; the model predicts; a wrong file is named."""
    words = ("--size", "32", "--limit", "40", "--weights", file)
    run = vistazo(
        "compare", "fashion-mnist-10k", "--methods", f"linear-probe:{NAME}", "--folds", "2",
        "--no-floors", "--out", "run", *words, cwd=tmp_path,
    )  # fmt: skip
    assert run.code == 0, run.err
    assert "come from w.safetensors" in run.err
    assert (tmp_path / "run" / "weights.csv").exists()
    trained_run = vistazo(
        "train", "fashion-mnist-10k", "--method", f"linear-probe:{NAME}", "--out", "t", *words,
        cwd=tmp_path,
    )  # fmt: skip
    assert trained_run.code == 0, trained_run.err
    assert (tmp_path / "t" / "weights.csv").exists()
    wrong = vistazo(
        "train", "fashion-mnist-10k", "--method", "linear-probe:timm:test_vit", *words, cwd=tmp_path
    )
    assert wrong.code == 3
    assert "E-WEIGHTS-NAMES" in wrong.err
