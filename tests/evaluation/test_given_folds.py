"""Folds that the data bring: read with their images, and taken as they are."""

from dataclasses import replace

import numpy as np
import pytest

from tests.data.pictures import plant
from vistazo.data.arrays import from_arrays, from_frame
from vistazo.data.grouping import with_copies_together
from vistazo.data.reading import read_images
from vistazo.errors import DataError, UsageError
from vistazo.evaluation.protocol import Protocol
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.workflows.check import check
from vistazo.workflows.compare import compare
from vistazo.workflows.leak_price import leak_price
from vistazo.workflows.prepare import prepare

OWN = Protocol(split="given-folds")


def noise(n_images, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n_images, 16, 16), np.uint8)


def dataset(folds, *, pixels=None, **more):
    n_images = len(folds)
    pixels = noise(n_images) if pixels is None else pixels
    return from_arrays(pixels, ["a", "b"] * (n_images // 2), folds=folds, **more)


def test_each_given_fold_is_tested_by_the_others():
    """The folds are those of the data, in the order of their names: 10 comes after 9."""
    folds = ["9", "9", "10", "10", "2", "2"]
    splits = OWN.splits(dataset(folds))
    assert [split.test.tolist() for split in splits] == [[4, 5], [0, 1], [2, 3]]
    for split in splits:
        assert sorted([*split.train, *split.test]) == list(range(6))
    assert OWN.for_data(dataset(folds)).folds == 3


def test_one_fold_is_not_none():
    """A column with one value is told apart from no column."""
    with pytest.raises(DataError, match="one fold only") as caught:
        OWN.for_data(dataset([3] * 6))
    assert caught.value.code == "E-DATA-NOFOLDS"
    with pytest.raises(DataError, match="brings no folds"):
        OWN.for_data(from_arrays(noise(6), list("ababab")))


def test_test_rows_stay_untouched():
    """Rows that the data set aside for a test are in no fold, whatever stands there."""
    split = ["train"] * 6 + ["test"] * 2
    data = dataset([0, 0, 1, 1, 2, 2, 7, 7], split=split)
    assert OWN.for_data(data).folds == 3
    used = np.concatenate([[*s.train, *s.test] for s in OWN.splits(data)])
    assert set(used) == set(range(6))


@pytest.mark.parametrize("folds", [None, [1, 1, 1, 1]])
def test_there_must_be_two(folds):
    """Without folds, or with one, the column is asked for; a check tells the same."""
    data = from_arrays(noise(4), ["a", "b", "a", "b"], folds=folds)
    with pytest.raises(DataError) as caught:
        compare({"m": NearestMeanClassifier()}, data, protocol=OWN)
    assert caught.value.code == "E-DATA-NOFOLDS"
    assert caught.value.what in [finding.what for finding in check(data, OWN).fatal]


def test_a_class_in_one_fold_could_not_be_learned():
    """The class is named."""
    data = from_arrays(noise(6), list("ababcc"), folds=[0, 0, 1, 1, 1, 1])
    with pytest.raises(DataError) as caught:
        compare({"m": NearestMeanClassifier()}, data, protocol=OWN)
    assert (caught.value.code, "'c'" in caught.value.what) == ("E-DATA-SPLITCLASSES", True)


def test_repeats_make_no_sense():
    """The same folds again would be the same numbers again."""
    with pytest.raises(UsageError, match="repeats"):
        Protocol(split="given-folds", repeats=2)


def test_copies_in_two_folds_are_refused():
    """Equal images in two folds stop a comparison, and a check before it, unless allowed."""
    pixels = noise(20)
    pixels[2] = pixels[0]
    data = dataset([0, 0, 1, 1] * 5, pixels=pixels)
    methods = {"m": NearestMeanClassifier()}
    with pytest.raises(DataError) as caught:
        compare(methods, data, protocol=OWN)
    assert caught.value.code == "E-DATA-LEAK"
    assert "2 of 20" in caught.value.what
    (fatal,) = check(data, OWN).fatal
    assert (fatal.check, fatal.count) == ("copies-across-parts", 2)
    allowed = Protocol(split="given-folds", allow_leak=True)
    assert compare(methods, data, protocol=allowed).to_dict()["protocol"]["folds"] == 2
    assert np.isfinite(leak_price(data, OWN, processes=1).price)


@pytest.mark.parametrize("split", ["given", "given-folds"])
def test_given_groups_in_two_parts_are_refused(split):
    """A group that the data bring is parted only where that is allowed; near copies are none."""
    pixels = noise(20)
    pixels[6] = pixels[4][::-1]  # a near copy across the parts: an alarm, not a refusal
    brought = {
        "given": {"split": (["train"] * 2 + ["test"] * 2) * 5},
        "given-folds": {"folds": [0, 0, 1, 1] * 5},
    }[split]
    protocol = Protocol(split=split)

    def grouped(groups):
        return from_arrays(pixels, ["a", "b"] * 10, groups=groups, **brought)

    apart = grouped([n // 2 for n in range(20)])  # each group on one side
    methods = {"m": NearestMeanClassifier()}
    assert not check(apart, protocol).fatal
    assert compare(methods, with_copies_together(apart), protocol=protocol).winner == "m"
    parted = grouped([0, 1, 0, *range(3, 20)])
    for data in (parted, with_copies_together(parted)):
        with pytest.raises(DataError) as caught:
            compare(methods, data, protocol=protocol)
        assert caught.value.code == "E-DATA-GROUPS"
    (fatal,) = check(parted, protocol).fatal
    assert (fatal.check, fatal.count) == ("groups-across-parts", 1 if split == "given" else 2)
    allowed = replace(protocol, allow_leak=True)
    assert compare(methods, parted, protocol=allowed).winner == "m"
    assert not check(parted, allowed).fatal
    assert not check(parted).fatal  # folds that are drawn keep groups together


def test_near_copies_in_two_folds_are_an_alarm():
    """A mirrored picture in another fold is told, and does not stop."""
    rng = np.random.default_rng(1)
    pixels = rng.normal(size=(24, 6, 6)).repeat(6, axis=1).repeat(6, axis=2)
    pixels = np.clip(128 + 40 * pixels, 0, 255).astype(np.uint8)
    pixels[2] = pixels[0][:, ::-1]
    data = dataset([0, 0, 1, 1] * 6, pixels=pixels)
    found = [f for f in check(data, OWN) if f.check == "copies-across-parts"]
    assert [(f.severity, f.count) for f in found] == [("alarm", 2)]
    assert not check(dataset([0, 0, 1, 1] * 6, pixels=noise(24)), OWN).fatal


def test_tables_arrays_and_frames_bring_folds(tmp_path):
    """The column stays with its images through every format, and through a prepared copy."""
    pd = pytest.importorskip("pandas")
    names = [f"{n}.png" for n in range(8)]
    plant(tmp_path, dict(zip(names, noise(8), strict=True)))
    rows = [(name, "ab"[n % 2], n % 4 // 2) for n, name in enumerate(names)]
    frame = pd.DataFrame(rows, columns=["path", "label", "Fold"])
    frame.to_csv(tmp_path / "labels.csv", index=False)
    expected = [0, 0, 1, 1] * 2
    table = read_images(tmp_path)
    assert table.folds.tolist() == expected
    assert not [note for note in table.notes if "Fold" in note]
    listed = from_frame(frame, fold_column="Fold", root=tmp_path)
    assert listed.folds.tolist() == expected
    for to in ("folders", "arrays"):
        prepare(tmp_path, tmp_path.parent / to, to=to, copies=1)
        found = read_images(tmp_path.parent / to / ("images.npz" if to == "arrays" else ""))
        assert found.folds.tolist() == np.repeat(expected, 2).tolist()
    assert table.take(np.array([2, 0])).folds.tolist() == [1, 0]
    assert table.fingerprint != from_frame(frame, root=tmp_path).fingerprint


def test_pixel_tables_bring_folds(tmp_path):
    """A table with a header may have the column too."""
    header = ["label", "fold", *(f"pixel{n}" for n in range(256))]
    lines = [",".join(header)]
    for n, image in enumerate(noise(4)):
        lines.append(",".join(map(str, [n % 2, n // 2, *image.ravel()])))
    (tmp_path / "p.csv").write_text("\n".join(lines))
    assert read_images(tmp_path / "p.csv").folds.tolist() == [0, 0, 1, 1]
