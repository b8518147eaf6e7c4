"""``vistazo check`` as a person uses it: what it prints, and its exit codes."""

import json

import numpy as np
import pytest

from tests.checks._data import jpegs, textures
from tests.data.pictures import plant
from tests.faults._running import FAST


@pytest.fixture
def photos(tmp_path):
    return plant(tmp_path / "photos", jpegs({"a": 20, "b": 20}))


def test_healthy_data_are_notes_and_exit_0(photos, answer):
    """Findings go to stdout with their severity, how many there are stands at the end."""
    result = answer("check", photos)
    assert result.code == 0
    assert "note  detectable-difference" in result.out
    assert result.out.rstrip().splitlines()[-1].startswith("Found: ")
    assert "Found 40 images" in result.err


def test_json_is_the_only_thing_on_stdout(photos, answer):
    """``--format json`` prints the schema and nothing else, also beside a fatal finding."""
    result = answer("check", photos, "--format", "json", "--folds", "30", "--quiet")
    content = json.loads(result.out)
    assert content["schema"] == "vistazo.check/1"
    assert content["findings"][0]["severity"] == "fatal"
    assert result.err == ""
    assert result.code == 3


@pytest.mark.parametrize("form", [("--format", "json"), ("--format=json",)])
def test_a_refusal_is_json_too(form, answer):
    """With ``--format json`` stdout holds the error as an object, stderr its sentence."""
    for words, code, exit_code in (
        (("check", "nowhere"), "E-DATA-PATH", 3),
        (("check", "nowhere", "--foldz", "3"), "E-CLI-OPTION", 2),
        (("diagnose", "nowhere"), "E-DATA-PATH", 3),
    ):
        result = answer(*words, *form)
        content = json.loads(result.out)
        assert content["schema"] == "vistazo.error/1"
        assert content["code"] == code
        assert content["message"] in result.err
        assert content["advice"] in result.err
        assert result.err.rstrip().endswith(f"[{code}]")
        assert result.code == exit_code


def test_every_file_that_was_left_out_is_in_the_json(photos, answer):
    """A person sees some of them and where the others are; a program gets all with reasons."""
    bad = {f"a/broken {n}.jpg": b"text" for n in range(4)}
    plant(photos, {**jpegs({"a": 90, "b": 90}), **bad})
    result = answer("check", photos, "--format", "json")
    assert result.code == 4
    assert "a/broken 3.jpg" not in result.err
    assert "--format json" in result.err
    content = json.loads(result.out)["dataset"]
    assert {file["path"] for file in content["bad_files"]} == set(bad)
    assert {file["code"] for file in content["bad_files"]} == {"E-IMG-FORMAT"}
    assert all(file["reason"] for file in content["bad_files"])


def test_every_file_of_which_too_many_are_bad_is_in_the_json(photos, answer):
    """Where so much is bad that nothing is read, the object of the error lists all of it."""
    bad = {f"a/broken {n:02}.jpg": b"text" for n in range(12)}
    result = answer("check", plant(photos, bad), "--format", "json")
    content = json.loads(result.out)
    assert content["code"] == "E-DATA-BAD"
    assert [file["path"] for file in content["values"]["bad_files"]] == sorted(bad)


def test_what_is_fatal_is_refused_by_compare_too(photos, answer):
    """Exit 3 with a way out in the list, where the same options of a comparison exit 3."""
    result = answer("check", photos, "--folds", "30")
    assert result.code == 3
    assert result.out.startswith("FATAL  class-balance\n")
    assert "--folds 20" in result.out
    assert answer("compare", photos, *FAST[:3], "--folds", "30").code == 3


def test_left_out_files_are_exit_4(photos, answer):
    """A file that could not be read is named with its cause, and the exit code is 4."""
    (photos / "a" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    result = answer("check", photos)
    assert result.code == 4
    assert "a/broken.jpg" in result.out


def test_a_shortcut_is_an_alarm_but_no_failure(tmp_path, answer):
    """One class saved at quality 60 is an alarm that names the JPEG quality; exit 0."""
    folder = jpegs({"a": 30, "b": 30}, quality=lambda name, row: 60 if name == "a" else 90)
    result = answer("check", plant(tmp_path / "photos", folder))
    assert result.out.startswith("ALARM  shortcuts\n")
    assert "JPEG quality" in result.out
    assert result.code == 0


def test_names_that_hold_control_characters_are_harmless(tmp_path, answer):
    """Class names cannot recolour the screen."""
    labels = np.repeat(["plain", "\x1b[31mred"], [40, 10])
    np.savez(tmp_path / "tiny.npz", images=textures(50, 20), labels=labels)
    result = answer("check", tmp_path / "tiny.npz")
    assert "\x1b" not in result.out
    assert "\\x1b[31mred" in result.out


def test_options_that_exclude_each_other_start_nothing(answer):
    """Folds cannot be asked for beside a given split; a wrong metric is named before reading."""
    answer("check", "nowhere", "--split", "given", "--folds", "3").refuses("E-CLI-EXCLUSIVE", 2)
    answer("check", "nowhere", "--metric", "acuracy").refuses("E-NAME", 2, "'accuracy'")


@pytest.mark.slow
def test_the_price_of_a_leak_is_told(tmp_path, answer):
    """``--leak-price`` prints both scores where there are copies."""
    pixels = textures(40, 24)
    pixels[20:] = pixels[:20]
    np.savez(tmp_path / "tiny.npz", images=pixels, labels=np.tile(["a", "b"], 20))
    result = answer("check", tmp_path / "tiny.npz", "--leak-price", "--folds", "2")
    assert "What copies are worth: hog-svm reaches" in result.out


def test_a_price_that_was_not_measured_is_told(photos, answer):
    """``--leak-price`` beside a fatal finding says that nothing was measured."""
    result = answer("check", photos, "--leak-price", "--folds", "30")
    assert (result.code, "price of copies was not measured" in result.err) == (3, True)


def test_a_limit_keeps_the_test_part_and_says_so(tmp_path, answer):
    """``--limit`` counts images to learn from; those of the test part are told beside them."""
    folder = jpegs({"train/a": 10, "train/b": 10, "test/a": 3, "test/b": 3})
    result = answer("check", plant(tmp_path / "parts", folder), "--limit", "8")
    assert "Using 8 of them, stratified, beside the 6 of the test part." in result.err


def test_compare_tells_what_it_will_be_able_to_show(tiny, answer):
    """Before training, a comparison says from which difference on its images can tell."""
    result = answer("compare", tiny, *FAST, "--no-model")
    assert result.code == 0
    sentence = "These images show differences between two methods"
    assert result.err.count(sentence) == 1
    assert result.err.index(sentence) < result.err.index("[1/")
