"""C: what study files may hold; a file that may not is refused with the line, and nothing runs."""

import tracemalloc

import pytest
import yaml

from vistazo.errors import UsageError
from vistazo.studies.study_file import Step, find_study, read_study
from vistazo.workflows.naming import chosen_methods, seconds_from_text
from vistazo.yaml_reading import MAX_BYTES, MAX_DEPTH


@pytest.fixture
def study(tmp_path):
    """Return a function that writes a study file and returns its path."""

    def write(text):
        path = tmp_path / "my-study.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def refusal(path):
    with pytest.raises(UsageError) as caught:
        read_study(path)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "key", "near"),
    [
        ("title: x\nstep: 3\n", 2, "step", "'steps'"),
        ("steps:\n  - data: x\n    fold: 3\n", 3, "fold", "'folds'"),
        ("quick:\n  limits: 9\n", 2, "limits", "'limit'"),
        ("schem: 1\n", 1, "schem", "'schema'"),
        ("steps:\n  - data: x\n    colour: red\n", 3, "colour", "data, methods"),
    ],
)
def test_c06_an_unknown_key(text, line, key, near, study):
    """C-06: an unknown key is told with its line and the nearest known one."""
    problem = refusal(study(text))
    assert problem.code == "E-CONFIG-KEY"
    assert f"line {line}: unknown key '{key}'" in str(problem)
    assert near in str(problem)


def test_c07_a_key_that_stands_twice(study):
    """C-07: a key that is given twice is told with both lines."""
    problem = refusal(study("steps:\n  - data: x\n    folds: 3\n    seed: 1\n    folds: 4\n"))
    assert problem.code == "E-CONFIG-TWICE"
    assert "'folds' stands in line 3 and again in line 5" in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch {mark}']",
        "title: !!python/object/apply:os.system ['touch {mark}']",
        "title: !!python/object/new:subprocess.Popen [['touch', '{mark}']]",
        "!!python/name:os.system : x",
        "title: !vistazo x",
    ],
)
def test_c08_a_tag_that_asks_for_an_object(text, study, answer, tmp_path):
    """C-08: a tag that would build an object is refused with its line; nothing of it runs."""
    mark = tmp_path / "owned"
    path = study("# a comment\n" + text.format(mark=mark))
    answer("study", path).refuses("E-CONFIG-TAG", 2, "line 2", "nothing was run")
    assert {entry.name for entry in tmp_path.iterdir()} == {"my-study.yaml"}


def test_c09_an_alias_bomb(study, monkeypatch):
    """C-09: aliases that stand for 10^20 values are refused at once and without their memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join(10 * [f'*a{n - 1}'])}]" for n in range(1, 20)]
    path = study("\n".join(lines))
    # it is found in the stream of events, before anything is put together
    monkeypatch.setattr(yaml, "compose", lambda *arguments, **options: pytest.fail("composed"))
    tracemalloc.start()
    problem = refusal(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.code == "E-CONFIG-ALIAS"
    assert "line 2" in str(problem)
    assert peak < 3 * MAX_BYTES


def test_c09_a_nesting_without_end(study):
    """C-09: brackets within brackets are refused by their depth, not by a full stack."""
    assert refusal(study("[" * 30_000)).code == "E-CONFIG-DEEP"
    assert refusal(study("{a: " * (MAX_DEPTH + 1))).code == "E-CONFIG-DEEP"


def test_c10_values_mean_what_the_schema_says(study):
    """C-10: ``no``, ``on``, ``1e-3`` and ``0123`` are what their key wants, whatever YAML says."""
    path = study(
        "steps:\n"
        "  - data: 0123\n"
        "    floors: no\n"
        "    positive_class: no\n"
        "    seed: 0123\n"
        "    methods: [on, off]\n"
        "    settings: [cnn.recipe.learning_rate=1e-3]\n"
        "    time_limit: 1e2\n"
        "    metric: ~\n"
        "  - data: 2026-11-22\n"
        "    floors: on\n"
    )
    first, second = read_study(path).steps
    assert (first.data, first.positive_class, first.metric) == ("0123", "no", "~")
    assert (first.floors, second.floors) == (False, True)
    assert first.seed == 123
    assert first.methods == ["on", "off"]
    assert second.data == "2026-11-22"
    assert seconds_from_text(first.time_limit) == 100
    cnn = chosen_methods(["cnn"], floors=False, settings=first.settings)["cnn:fashion-cnn"]
    assert cnn.recipe.learning_rate == 0.001


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("folds: on", ("steps.0.folds", "'on'", "a whole number")),
        ("folds: 1", ("steps.0.folds", "'1'", "at least 2")),
        ("folds: 1e-3", ("steps.0.folds", "a whole number")),
        ("floors: perhaps", ("steps.0.floors", "'perhaps'", "yes or no")),
        ("split: halves", ("steps.0.split", "'halves'", "folds | given")),
        ("methods: cnn", ("steps.0.methods", "'cnn'", "a list")),
        ("methods: [cnn, [svm]]", ("steps.0.methods.1", "a text")),
        ("data: [x]", ("steps.0.data", "a text")),
    ],
)
def test_c10_a_value_of_another_type(line, named, study):
    """C-10: a value that its key cannot take is told with its line and what it must be."""
    text = f"steps:\n  - data: x\n    {line}\n" if "data" not in line else f"steps:\n  - {line}\n"
    problem = refusal(study(text))
    assert problem.code == "E-CONFIG-VALUE"
    assert f"line {3 if 'data' not in line else 2}: " in str(problem)
    for word in named:
        assert word in str(problem)


def test_c10_data_that_are_missing(study):
    """C-10: a step without data is told with its line."""
    problem = refusal(study("steps:\n  - data: x\n  - folds: 3\n"))
    assert problem.code == "E-CONFIG-VALUE"
    assert "line 3: 'steps.1.data' is missing" in str(problem)


def test_c11_a_newer_schema(study):
    """C-11: a file of a newer schema is told with both versions and how to upgrade."""
    problem = refusal(study("schema: vistazo.study/2\nsomething: new\n"))
    assert problem.code == "E-CONFIG-SCHEMA"
    for word in ("vistazo.study/2", "vistazo.study/1", "pip install --upgrade vistazo"):
        assert word in str(problem)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "\ufefftitle: mine\n"])
def test_c12_an_empty_file_has_defaults(text, study):
    """C-12: a file that says nothing is a study of the defaults, on the data of the package."""
    found = read_study(study(text))
    assert found.steps == [Step(data="fashion-mnist-10k")]
    assert found.steps[0].methods == ["hog-svm", "cnn"]
    assert find_study(str(study(text)))[0] == "my-study"


@pytest.mark.parametrize("key", ["folds", "repeats"])
def test_a_given_split_excludes_folds(key, study):
    """A given split is one split: a file that asks for folds or repeats beside it is refused."""
    problem = refusal(study(f"steps:\n  - {{data: x, split: given, {key}: 3}}\n"))
    assert problem.code == "E-CONFIG-EXCLUSIVE"
    assert key in str(problem)
    assert read_study(study("steps: [{data: x, split: given}]")).steps[0].folds == 5
    assert "given-folds" in str(
        refusal(study(f"steps:\n  - {{data: x, split: given-folds, {key}: 3}}\n"))
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "E-CONFIG-FILE"),
        (b"x" * 2_000_000, "E-CONFIG-FILE"),
        (b"steps: [1, 2", "E-CONFIG-YAML"),
        (b"title: \x07", "E-CONFIG-YAML"),
        (b"a: b\n---\nc: d", "E-CONFIG-YAML"),
        (b"steps:\n\t- data: x", "E-CONFIG-YAML"),
        (b"- one\n- two\n", "E-CONFIG-STUDY"),
        (b"just words", "E-CONFIG-STUDY"),
        (b"steps: []", "E-CONFIG-VALUE"),
        (b"steps: none", "E-CONFIG-VALUE"),
        (b"quick: 3", "E-CONFIG-VALUE"),
        (b"<<: {title: x}", "E-CONFIG-KEY"),
        (b"? [a, b]\n: c", "E-CONFIG-KEY"),
    ],
)
def test_files_that_are_no_study(content, code, tmp_path, answer):
    """Whatever else a file holds is told by what is wrong with it, never by a trace."""
    path = tmp_path / "no.yaml"
    path.write_bytes(content)
    answer("study", path).refuses(code, 2, "no.yaml")


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("metric: acuracy", "E-NAME"),
        ("methods: [hog-svn]", "E-NAME"),
        ("settings: [cnn.recipe.learning_rate=-1]", "E-VALUE"),
        ("time_limit: soon", "E-VALUE"),
    ],
)
def test_the_last_step_is_checked_before_the_first_runs(last, code, study, answer, tmp_path):
    """A mistake in a later step is told before the first step reads its data."""
    path = study(f"steps:\n  - data: fashion-mnist-10k\n  - data: fashion-mnist-10k\n    {last}\n")
    answer("study", path).refuses(code, 2)
    assert {entry.name for entry in tmp_path.iterdir()} == {"my-study.yaml"}


def test_a_file_or_study_that_is_not_there(answer):
    """A missing file is named; a shipped study with a typo gets the nearest."""
    answer("study", "nowhere.yaml").refuses("E-CONFIG-FILE", 2, "nowhere.yaml")
    answer("study", "fashion-hog-vs-cn").refuses("E-NAME", 2, "'fashion-hog-vs-cnn'")
