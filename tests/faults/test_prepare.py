"""``vistazo prepare`` as a person uses it."""

import numpy as np
import pytest

from tests.data.pictures import plant, ramp


@pytest.fixture
def photos(tmp_path):
    files = {f"{label}/{n}.png": np.roll(ramp(), n) for label in ("cat", "dog") for n in range(4)}
    return plant(tmp_path / "photos", files)


def test_it_tells_what_was_written_where(answer, photos, tmp_path):
    """The folder goes to stdout, the rest to stderr; the same command again writes nothing."""
    done = answer("prepare", photos, "out", "--step", "grayscale", "--step", "resize=16")
    assert (done.code, done.out) == (0, "out\n")
    assert "8 images" in done.err
    assert "16 × 16 × 1" in done.err
    again = answer("prepare", photos, "out", "--step", "grayscale,resize=16")
    assert (again.code, again.out) == (0, "out\n")
    assert "already" in again.err
    answer("prepare", photos, "out").refuses("E-OUT-EXISTS", 2, "out", "steps")


def test_a_recipe_file(answer, photos, tmp_path):
    """A YAML file does what its steps do on the command line."""
    (tmp_path / "recipe.yaml").write_text("steps:\n  - resize: 16\n")
    assert answer("prepare", photos, "a", "--recipe", "recipe.yaml").code == 0
    assert answer("prepare", photos, "b", "--step", "resize=16").code == 0
    one, other = ((tmp_path / name / "prepare.yaml").read_text() for name in "ab")
    assert one == other


def test_without_labels(answer, photos):
    """Images of any folders are prepared without the test part, which is told."""
    plant(photos, {"loose.png": ramp(), "test/1.png": ramp()})
    done = answer("prepare", photos, "out", "--unlabelled", "--step", "resize=16")
    assert (done.code, done.out) == (0, "out\n")
    assert "9 images" in done.err
    assert "1 image of the test part was left out" in done.err
    again = answer("prepare", photos, "out", "--unlabelled", "--step", "resize=16")
    assert "already" in again.err
    answer("prepare", photos, "out", "--step", "resize=16").refuses("E-OUT-EXISTS", 2, "settings")


def test_left_out_files_end_with_four(answer, photos):
    """Where files were left out, the data set is written and the exit code says so."""
    (photos / "cat" / "broken.png").write_bytes(b"<html>")
    done = answer("prepare", photos, "out", "--step", "resize=16")
    assert done.code == 4
    assert "1 file was left out" in done.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--step", "resiz=3"), "E-NAME", ("'resiz'", "'resize'")),
        (("--step", "resize"), "E-STEP", ("resize=VALUE",)),
        (("--step", "clahe=0.5"), "E-VALUE", ("clahe.clip", "1 ≤ x ≤ 256")),
        (("--recipe", "no.yaml"), "E-CONFIG-FILE", ("no.yaml",)),
        (("--recipe", "r", "--step", "crop"), "E-CLI-EXCLUSIVE", ("--recipe", "--step")),
        (("--to", "arrays", "--format", "png"), "E-CLI-EXCLUSIVE", ("--to arrays", "--format")),
        (("--scale", "unit"), "E-CLI-EXCLUSIVE", ("--to folders", "--scale")),
        (("--augmentation", "light"), "E-CLI-EXCLUSIVE", ("--copies", "--augmentation")),
        (("--copies", "2", "--augmentation", "ligth"), "E-NAME", ("'ligth'", "'light'")),
        (("--unlabelled", "--one-hot"), "E-CLI-EXCLUSIVE", ("--unlabelled", "--one-hot")),
        (("--unlabelled", "--classes", "a"), "E-CLI-EXCLUSIVE", ("--unlabelled", "--classes")),
        (("--unlabelled", "--copies", "1"), "E-CLI-EXCLUSIVE", ("--unlabelled", "--copies")),
        (("--unlabelled", "--label-column", "a"), "E-CLI-EXCLUSIVE", ("--label-column",)),
        (("--copies", "-1"), "E-CLI-VALUE", ("--copies", "at least 0")),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_read(words, code, told, answer, tmp_path):
    """Settings that are wrong are named though the data do not exist; nothing is left."""
    answer("prepare", "no-such-data", "out", *words).refuses(code, 2, *told)
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written(answer, tmp_path):
    """A destination below a file is refused before anything is read."""
    (tmp_path / "file.txt").write_text("mine")
    answer("prepare", "no-such-data", "file.txt/out").refuses("E-OUT-WRITE", 5, "file.txt")


def test_data_that_are_not_there(answer):
    """What cannot be read is told as in every other command."""
    answer("prepare", "no-such-data", "out").refuses("E-DATA-PATH", 3, "no-such-data")
