"""Shortcuts: found where files or colours tell the class, and silent where they do not."""

import numpy as np
import pytest

from tests.checks._data import jpegs, photos, textures
from tests.data.pictures import encode, plant
from vistazo.checks._guessing import guess
from vistazo.checks.shortcuts import Shortcuts
from vistazo.data.arrays import from_arrays
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol


def run(data, **protocol):
    return Shortcuts().run(data, Protocol(**protocol))


def test_a_class_saved_at_lower_quality_is_an_alarm(tmp_path):
    """One class at JPEG quality 60 is found, with the quality named and the class told."""
    files = jpegs({"a": 40, "b": 40, "c": 40}, quality=lambda name, row: 60 if name == "a" else 90)
    alarm = run(read_images(plant(tmp_path, files)))[0]
    assert alarm.severity == "alarm"
    assert "JPEG quality" in alarm.what
    assert "a" in alarm.examples
    assert alarm.measured["jpeg_quality"] > 0.6 > alarm.measured["chance"]


def test_one_class_among_many_is_found(tmp_path):
    """Where one of twenty classes was written otherwise, that one is an alarm too."""
    folders = {f"{number:02}": 25 for number in range(20)}
    files = jpegs(folders, side=16, quality=lambda name, row: 60 if name == "07" else 90)
    alarms = [f for f in run(read_images(plant(tmp_path, files))) if f.severity == "alarm"]
    assert [alarm.examples[0] for alarm in alarms] == ["07"]


def test_widths_that_follow_the_class_are_an_alarm(tmp_path):
    """Classes of different sizes are found by size, as by aspect where that differs as well."""

    def shape(name, row):
        return (40, 30 + row % 3) if name == "a" else (40, 36 + row % 3)

    data = read_images(plant(tmp_path, jpegs({"a": 40, "b": 40}, shape=shape)))
    alarm = run(data)[0]
    assert alarm.severity == "alarm"
    assert alarm.measured["size"] > 0.95
    assert alarm.measured["aspect_ratio"] > 0.95


def test_files_written_alike_are_silent(tmp_path):
    """One size and one quality say nothing, though busy classes have larger files."""
    calm = {f"calm/{row}.jpg": encode(image // 8 + 112, "JPEG", quality=85)
            for row, image in enumerate(textures(40, seed=1))}  # fmt: skip
    busy = {f"busy/{row}.jpg": encode(image, "JPEG", quality=85)
            for row, image in enumerate(textures(40, seed=2))}  # fmt: skip
    data = read_images(plant(tmp_path, calm | busy))
    assert not [finding for finding in run(data) if finding.severity == "alarm"]


@pytest.mark.parametrize("seed", range(3))
def test_sizes_and_qualities_that_are_drawn_at_random_are_silent(tmp_path, seed):
    """Files that differ, but not by class, are no shortcut, nor are colours by chance."""
    rng = np.random.default_rng(seed)
    files = jpegs(
        {"a": 40, "b": 40, "c": 40},
        seed=seed,
        quality=lambda name, row: int(rng.integers(60, 95)),
        shape=lambda name, row: (int(rng.integers(24, 40)), int(rng.integers(24, 40))),
    )
    assert run(read_images(plant(tmp_path, files))) == [], f"seed {seed}"


def test_colour_is_a_note():
    """Classes of different tones are a note that names the colour, not an alarm."""
    pixels = textures(80)
    pixels[::2] //= 2
    (note,) = run(from_arrays(pixels, ["a", "b"] * 40))
    assert note.severity == "note"
    assert "colour" in note.what
    assert note.measured["mean_colour"] > 0.95


def test_the_border_of_reading_is_no_colour(tmp_path):
    """Shapes that follow the class are an alarm of shape, and give no note of colour."""

    def shape(name, row):
        return (20, 40) if name == "a" else (40, 20)

    data = read_images(plant(tmp_path, jpegs({"a": 40, "b": 40}, shape=shape)))
    assert [finding.severity for finding in run(data)] == ["alarm"]


def test_groups_are_not_guessed_from_their_members():
    """Tones of groups, each of one class by chance, are no shortcut when groups are kept whole."""
    rng = np.random.default_rng(0)
    groups = np.arange(240) // 8
    tones = rng.integers(40, 200, 30)[groups]
    pixels = np.clip(textures(240, 16) // 8 + tones[:, None, None, None], 0, 255).astype(np.uint8)
    labels = np.array(["a", "b"])[groups % 2]
    assert run(from_arrays(pixels, labels, groups=groups)) == []
    assert run(from_arrays(pixels, labels)) != []


def test_only_rows_that_are_folded_are_looked_at(tmp_path):
    """Test rows that a source sets aside play no part."""
    data = photos(160, split=np.where(np.arange(160) < 80, "train", "test"))
    data.images.pixels[80::2] //= 4
    assert run(data) == []


def test_large_data_are_sampled_from_every_class(monkeypatch):
    """Beyond the limit a sample of every class is drawn, and the sentence says how many."""
    monkeypatch.setattr("vistazo.checks.shortcuts.SAMPLE", 100)
    pixels = textures(400, 8)
    pixels[360:] //= 2
    labels = ["a"] * 360 + ["b"] * 40
    (note,) = run(from_arrays(pixels, labels))
    assert "110 of 400 images" in note.what  # 90 of a, and the 20 that stay of b


def test_classes_too_small_for_folds_are_left_out():
    """A class of three images is not guessed, and with a single class left nothing is."""
    pixels = textures(63)
    pixels[:30] //= 2
    (note,) = run(photos_of(pixels, [30, 30, 3]))
    assert note.measured["chance"] == 0.5
    assert run(photos_of(pixels[:33], [30, 1, 2])) == []


def photos_of(pixels, counts):
    return from_arrays(pixels, np.repeat(["a", "b", "c"], counts))


def test_guessing_without_information_is_rarely_significant():
    """Of guesses from noise about one in 100 has p < 0.01, and their mean is chance."""
    rng = np.random.default_rng(0)
    data = photos(120, side=8)
    splits = Protocol().splits(data)
    guesses = [guess(rng.normal(size=(120, 1)), data.codes, splits, 2, 0) for _ in range(40)]
    assert sum(found.p_value < 0.01 for found in guesses) <= 3, "seed 0"
    assert abs(np.mean([found.score for found in guesses]) - 0.5) < 0.03, "seed 0"
