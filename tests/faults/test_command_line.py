"""C: what the command line answers to what it cannot do; nothing is started, nothing written."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import vistazo as package
from tests.faults._running import FAST, clean_environment, vistazo, write_tiny
from vistazo.data import named
from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.evaluation.predictions import predictions_csv
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows import room
from vistazo.workflows.requirements import outdated

NOWHERE = "no-such-data"
"""Data that do not exist: where something else is answered, it was found before reading."""


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path):
    """Whatever a test of this file asks for leaves no run behind."""
    yield
    left = {path.name for path in tmp_path.iterdir()}
    assert not left - {"tiny.npz", "data", "file.txt", "package"}


def test_c01_an_option_with_a_typo_gets_the_nearest(answer):
    """C-01: an unknown option is named with the one that was meant, and its default."""
    answer("compare", NOWHERE, "--epoch", "3").refuses("E-CLI-OPTION", 2, "--epoch", "--epochs")
    answer("compare", NOWHERE, "--fold", "3").refuses("E-CLI-OPTION", 2, "--folds", "now 5")
    answer("compare", NOWHERE, "--zzz").refuses("E-CLI-OPTION", 2, "--zzz", "compare --help")


def test_c02_a_verb_with_a_typo_gets_the_nearest(answer):
    """C-02: an unknown verb is named with the one that was meant."""
    answer("trian", NOWHERE).refuses("E-NAME", 2, "trian", "'train'")
    answer("compare", NOWHERE, "--methods", "hog-svn").refuses("E-NAME", 2, "'hog-svm'")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--epochs", "five"), ("--epochs", "'five'", "a whole number")),
        (("--split", "halves"), ("--split", "'halves'", "folds | given | given-folds")),
        (("--time-limit", "soon"), ("time-limit", "'soon'", "90s | 5m | 1h")),
        (("--set", "cnn.recipe.epochs=five"), ("cnn.recipe.epochs", "'five'", "a whole number")),
        (("--set", "hog-svm.gamma=x"), ("hog-svm.gamma", "'x'", "a number | scale | auto")),
        (("--set", "cnn.recipe=5"), ("cnn.recipe", "'5'")),
    ],
)
def test_c03_a_value_of_another_type_is_told_what_it_must_be(words, named, answer):
    """C-03: a value that is not of its option's type is shown with the type."""
    result = answer("compare", NOWHERE, *words)
    result.refuses("E-CLI-VALUE" if words[0] in ("--epochs", "--split") else "E-VALUE", 2, *named)


def test_c03_an_option_without_its_value(answer):
    """C-03: an option that lacks its value, or a flag that is given one, is named."""
    answer("compare", NOWHERE, "--epochs").refuses("E-CLI-USAGE", 2, "--epochs")
    answer("compare", NOWHERE, "--no-floors=3").refuses("E-CLI-USAGE", 2, "--no-floors")
    answer("compare").refuses("E-CLI-MISSING", 2, "DATA")
    answer("compare", NOWHERE, "surplus").refuses("E-CLI-USAGE", 2, "more was expected: surplus.")


@pytest.mark.parametrize(
    ("words", "before"),
    [
        (("check", ""), "check"),
        (("explore", NOWHERE, "--out", ""), "--out"),
        (("explore", NOWHERE, "--out="), "--out"),
        (("predict", "model", " "), "model"),
    ],
)
def test_c03_a_word_that_is_empty(words, before, answer):
    """C-03: an empty word, as of a variable without a value, is told where it stands."""
    answer(*words).refuses("E-CLI-EMPTY", 2, f"after '{before}'")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--folds", "1"), ("--folds", "'1'", "at least 2")),
        (("--set", "cnn.recipe.learning_rate=-1"), ("learning_rate", "-1", "> 0")),
        (("--set", "cnn.recipe.learning_rate=inf"), ("learning_rate", "inf", "a number")),
        (("--set", "cnn.recipe.validation_fraction=2"), ("validation_fraction", "2", "0.5")),
    ],
)
def test_c04_a_value_out_of_range_is_told_the_range(words, named, answer):
    """C-04: a value outside its range is shown with the range before any data are read."""
    result = answer("compare", NOWHERE, *words)
    result.refuses("E-CLI-VALUE" if words[0] == "--folds" else "E-VALUE", 2, *named)


@pytest.mark.parametrize("option", ["--folds", "--repeats"])
def test_c05_options_that_exclude_each_other_are_both_named(option, answer):
    """C-05: a given split is one split: asking for folds or repeats beside it names both."""
    result = answer("compare", NOWHERE, "--split", "given", option, "5")
    result.refuses("E-CLI-EXCLUSIVE", 2, "--split given", option)
    answer("compare", NOWHERE, "--split", "given").refuses("E-DATA-PATH", 3)


@pytest.mark.parametrize("words", [("--device", "cuda"), ("--set", "cnn.device=cuda")])
@pytest.mark.parametrize("verb", ["compare", "train"])
def test_c13_a_device_that_is_not_there(verb, words, answer, monkeypatch):
    """C-13: a GPU asked for where there is none is refused with what there is, before reading."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    answer(verb, NOWHERE, *words).refuses("E-DEVICE", 5, "'cuda'", "It has: cpu.")


def test_c14_a_gpu_beyond_the_last_one(answer, monkeypatch):
    """C-14: the seventh of two GPUs is refused with the two; the second is taken."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    result = answer("compare", NOWHERE, "--device", "cuda:7")
    result.refuses("E-DEVICE", 5, "'cuda:7'", "cuda:0, cuda:1")
    answer("compare", NOWHERE, "--device", "cuda:1").refuses("E-DATA-PATH", 3)


@pytest.mark.parametrize("verb", ["compare", "train", "demo"])
def test_c16_no_right_to_write(verb, answer, tmp_path):
    """C-16: a folder that cannot be written is named, with another, before any data are read."""
    (tmp_path / "file.txt").write_text("not a folder")
    data = () if verb == "demo" else (NOWHERE,)
    result = answer(verb, *data, "--out", "file.txt/out")
    result.refuses("E-RUN-WRITE", 5, "file.txt/out", f"--out {Path.home()}")


def test_c16_a_right_that_is_lost_on_the_way(answer, tiny, monkeypatch):
    """C-16: what the system refuses only when the folder is made is told like the rest."""

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = answer("compare", tiny, *FAST, "--quiet")
    result.refuses("E-RUN-WRITE", 5, "runs/compare/tiny.npz", "Permission denied", "--out")


def test_c17_a_full_disk_at_the_start(answer, tiny, monkeypatch):
    """C-17: where a run would not fit, it is told what it needs and what is free."""
    usage = type("Usage", (), {"free": 3_000_000})
    monkeypatch.setattr(room.shutil, "disk_usage", lambda place: usage)
    result = answer("compare", tiny, *FAST, "--quiet")
    result.refuses("E-DISK", 5, "100 MB", "only 3 MB", "runs/compare/tiny.npz", "--out")


def test_c17_the_room_that_is_asked_for_is_enough():
    """C-17: the bytes foreseen are at least those of the predictions as text and as numbers."""
    rng = np.random.default_rng(0)
    labels = np.array(["crow", "dove", "nightingale"] * 40)
    data = ImageDataset(
        "birds",
        plain(rng.integers(0, 255, (120, 12, 12, 1), dtype=np.uint8)),
        labels,
        ("crow", "dove", "nightingale"),
        row_sources(120),
    )
    protocol = Protocol(folds=3, repeats=2)
    methods = {name: package.MetadataClassifier(n_trees=3) for name in ("one", "two")}
    comparison = package.compare(methods, data, protocol=protocol, processes=1)
    numbers = sum(result.probabilities.nbytes for result in comparison.results.values())
    written = len(predictions_csv(comparison).encode()) + numbers
    foreseen = room.expected_bytes(data, 2, protocol.splits(data)) - room.expected_bytes(
        data, 2, []
    )
    assert written <= foreseen <= 5 * written


@pytest.mark.parametrize(
    "value", ["__import__('os').system('touch owned')", "1e-3; touch owned", "$(touch owned)"]
)
def test_c23_a_value_is_never_run(value, answer, tmp_path):
    """C-23: code where a number is wanted is no number, and nothing of it runs."""
    result = answer("compare", NOWHERE, "--set", f"cnn.recipe.learning_rate={value}")
    result.refuses("E-VALUE", 2, "cnn.recipe.learning_rate", value, "a number")
    assert not (tmp_path / "owned").exists()


def test_c24_a_bad_variable_is_named(answer, monkeypatch, tmp_path):
    """C-24: an environment variable that cannot be followed is named with its value."""
    monkeypatch.setitem(os.environ, "VISTAZO_LANG", "xx")
    answer("list", "methods").refuses("E-ENV", 2, "VISTAZO_LANG", "'xx'", "en | es")
    assert answer("list", "methods", "--lang", "en").code == 0  # what is written out wins
    monkeypatch.delitem(os.environ, "VISTAZO_LANG")
    answer("list", "methods", "--lang", "xx").refuses("E-CLI-VALUE", 2, "--lang", "'xx'")
    monkeypatch.setitem(os.environ, "VISTAZO_DATA", "/nowhere")
    monkeypatch.setitem(os.environ, "XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(named, "_DEBIAN", tmp_path)
    answer("compare", "fashion-mnist").refuses("E-DATA-NAMED", 3, "VISTAZO_DATA")


def test_c25_a_python_that_is_too_old(tmp_path):
    """C-25: an old Python can read what runs first, and is told in one line which one is needed."""
    root = Path(package.__file__).parent
    for name in ("__init__.py", "__main__.py", "cli/__init__.py"):
        ast.parse((root / name).read_text("utf-8"), feature_version=(3, 7))
    pretend = "import sys; sys.version_info = (3, 10, 4, 'final', 0); import vistazo.cli"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 5
    assert done.stderr == ("Error: Vistazo needs Python 3.11 or newer; this is 3.10. [E-VERSION]\n")


def test_c25_a_package_that_is_too_old(tmp_path):
    """C-25: an old torch is refused with the version needed, and the doctor tells of it."""
    facts = tmp_path / "package" / "torch-2.4.1.dist-info" / "METADATA"
    facts.parent.mkdir(parents=True)
    facts.write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.4.1\n")
    path = os.pathsep.join([str(facts.parents[1]), os.environ.get("PYTHONPATH", "")])
    result = vistazo("compare", NOWHERE, cwd=tmp_path, PYTHONPATH=path)
    result.refuses("E-VERSION", 5, "torch 2.4.1", "2.10", "pip install --upgrade 'torch>=2.10'")
    assert "torch 2.4.1 is too old" in vistazo("doctor", cwd=tmp_path, PYTHONPATH=path).out


def test_c25_a_package_that_is_missing(answer, monkeypatch):
    """C-25: a required package that is not there is named with the line that installs it."""
    import importlib.metadata

    found = importlib.metadata.version

    def without_skops(name):
        if name == "skops":
            raise importlib.metadata.PackageNotFoundError(name)
        return found(name)

    assert outdated() == []
    monkeypatch.setattr(importlib.metadata, "version", without_skops)
    answer("compare", NOWHERE).refuses("E-VERSION", 5, "skops is missing", "pip install")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--methods", "hog-svn"), "E-NAME"),
        (("--metric", "acuracy"), "E-NAME"),
        (("--set", "cnn.architecture=vgg-16"), "E-SET"),
        (("--methods", "cnn:vgg"), "E-NAME"),
        (("--folds", "21", "--methods", "nearest-mean"), "E-DATA-FEW"),
        (("--positive-class", "grey", "--methods", "nearest-mean"), "E-NAME"),
        (("--classes", "dark", "--methods", "nearest-mean"), "E-DATA-ONECLASS"),
    ],
)
def test_a_comparison_that_cannot_begin_leaves_nothing(words, code, answer, tiny):
    """What is wrong with a comparison is told before its folder is made."""
    result = answer("compare", tiny, "--quiet", *words)
    result.refuses(code, 3 if code.startswith("E-DATA") else 2)


def test_an_empty_folder_and_one_class_leave_nothing(answer, tmp_path):
    """A folder without images, or with images of one class, is told before anything is made."""
    (tmp_path / "data").mkdir()
    answer("compare", "data").refuses("E-DATA-EMPTY", 3, "data")
    write_tiny(tmp_path / "data" / "one.npz", names=("dark", "dark"))
    answer("compare", "data/one.npz").refuses("E-DATA-ONECLASS", 3, "dark")


def test_a_folder_of_others_stays_as_it_was(answer, tiny, tmp_path):
    """A folder that holds something else is refused, and not a single file is put into it."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.txt").write_text("mine")
    answer("compare", tiny, *FAST, "--quiet", "--out", "data").refuses("E-RUN-OTHER", 2, "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["notes.txt"]


def test_a_bug_is_ours_and_shows_no_trace(answer, monkeypatch):
    """An error nobody foresaw is told as our mistake; its trace is shown only with --debug."""

    def fail(folder, name):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("vistazo.catalog.summary", fail)
    answer("list", "methods").refuses("E-BUG", 1, "ZeroDivisionError", "vistazo doctor")
    assert "Traceback" in answer("list", "methods", "--debug").err


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (OSError(36, "File name too long", "x" * 5000), "E-OS", "File name too long"),
        (PermissionError(13, "Permission denied", "/root"), "E-OS", "/root"),
        (MemoryError(), "E-MEM", "--processes 1"),
    ],
)
def test_what_the_system_refuses_is_no_bug(error, code, word, answer, monkeypatch):
    """What the system refuses where nobody expected it is told in its words, with exit code 5."""

    def fail(folder, name):
        raise error

    monkeypatch.setattr("vistazo.catalog.summary", fail)
    result = answer("list", "methods")
    result.refuses(code, 5, word)
    assert len(result.err) < 500


@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"], ["list", "methods"]])
def test_help_and_listing_import_nothing_heavy(words):
    """Help and lists answer at once: neither torch nor scikit-learn nor numpy is imported."""
    script = (
        "import sys\nfrom vistazo.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'torch', 'sklearn', 'numpy', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
