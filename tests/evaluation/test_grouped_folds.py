"""Copies stay on one side of every split, and data without copies are split as ever."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from tests.data.altered import jpeg, turned
from vistazo.data.arrays import from_arrays
from vistazo.data.grouping import representatives, stratified_folds, with_copies_together
from vistazo.data.images import plain
from vistazo.data.reading import read_images
from vistazo.errors import DataError
from vistazo.evaluation.protocol import Protocol, split_hash
from vistazo.methods._inner_split import inner_split
from vistazo.methods.nearest_mean import NearestMeanClassifier
from vistazo.randomness import derive_seed
from vistazo.workflows.compare import compare
from vistazo.workflows.kept_together import copy_notes, kept_together


@pytest.fixture(scope="module")
def garments():
    """300 bundled images, none a copy of another."""
    return read_images("fashion-mnist-10k").limited(300)


def with_copies(data, n_copies, **more):
    """Append turned and re-encoded copies of the first images, with their labels."""
    pixels = data.images.pixels
    copies = [
        jpeg(image, 80) if row % 2 else turned(image, 8)
        for row, image in enumerate(pixels[:n_copies])
    ]
    labels = np.concatenate([data.labels, data.labels[:n_copies]])
    return from_arrays(np.concatenate([pixels, copies]), labels, classes=data.classes, **more)


def test_without_copies_the_folds_are_those_of_ever(garments):
    """Rows of every fold are scikit-learn's, drawn from the seed of the protocol."""
    protocol = Protocol(folds=4, repeats=2, seed=7)
    looked_at = kept_together(garments, protocol)
    assert looked_at is garments
    splits = protocol.splits(looked_at)
    for repeat in range(2):
        drawn = StratifiedKFold(4, shuffle=True, random_state=derive_seed(7, "split", repeat))
        for fold, (train, test) in enumerate(drawn.split(garments.codes, garments.codes)):
            split = splits[4 * repeat + fold]
            assert np.array_equal(split.train, train)
            assert np.array_equal(split.test, test)
    ignoring = replace(protocol, duplicates="ignore")
    assert split_hash(splits) == split_hash(ignoring.splits(kept_together(garments, ignoring)))


def test_groups_that_a_person_gives_are_split_as_ever():
    """Where groups are more than a few copies, scikit-learn deals them out."""
    codes, groups = np.tile([0, 1, 2], 40), np.arange(120) // 4
    grouped = StratifiedGroupKFold(3, shuffle=True, random_state=5)
    for ours, theirs in zip(
        stratified_folds(codes, groups, 3, 5), grouped.split(codes, codes, groups), strict=True
    ):
        assert np.array_equal(ours[0], theirs[0])
        assert np.array_equal(ours[1], theirs[1])


@given(
    counts=st.lists(st.integers(10, 40), min_size=2, max_size=4),
    links=st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), max_size=12),
    folds=st.integers(2, 4),
    seed=st.integers(0, 99),
)
def test_no_group_is_split_and_every_row_is_tested_once(counts, links, folds, seed):
    """Whatever the groups: test parts are a partition, and no group is on both sides."""
    codes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    groups = np.arange(len(codes))
    for a, b in links:
        groups[groups == groups[a % len(codes)]] = groups[b % len(codes)]
    parts = stratified_folds(codes, groups, folds, seed)
    tested = np.concatenate([test for _, test in parts])
    assert sorted(tested.tolist()) == list(range(len(codes)))
    for train, test in parts:
        assert not set(groups[train]) & set(groups[test])
        assert sorted([*train, *test]) == list(range(len(codes)))
        assert np.array_equal(train, np.sort(train))
        assert np.array_equal(test, np.sort(test))


@given(st.lists(st.integers(0, 3), min_size=8, max_size=60), st.integers(0, 99))
def test_one_image_stands_for_each_group(codes, seed):
    """It is of the group's rarest class, the first such row; members know their group's place."""
    codes = np.array(codes)
    groups = np.random.default_rng(seed).integers(0, len(codes), len(codes))
    chosen, members = representatives(codes, groups)
    assert chosen.tolist() == sorted(chosen)
    counts = np.bincount(codes)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        (place,) = set(members[rows].tolist())
        assert chosen[place] == min(rows, key=lambda row: (counts[codes[row]], row))


def test_strata_are_kept_where_copies_are_few():
    """Counting one image of each group, every fold has its share of every class."""
    codes = np.repeat([0, 1, 2], [100, 60, 40])
    groups = np.arange(200)
    groups[[3, 120, 170]] = groups[[50, 130, 199]]
    for _, test in stratified_folds(codes, groups, 5, 0):
        _, first = np.unique(groups[test], return_index=True)
        shares = np.bincount(codes[test[first]])
        assert np.abs(shares - [20, 12, 8]).max() <= 1


def test_a_class_of_copies_only_falls_back_to_whole_groups():
    """A class whose groups are all led by a rarer one does not break the folds."""
    codes = np.array([0] * 40 + [1] * 3 + [2] * 3)
    groups = np.arange(46)
    groups[40:43] = groups[43:46]
    for train, test in stratified_folds(codes, groups, 3, 0):
        assert not set(groups[train]) & set(groups[test])


@pytest.mark.parametrize("seed", range(3))
def test_copies_are_on_one_side_of_every_fold(garments, seed):
    """A comparison trains on no copy of an image that it scores, inside its folds too."""
    data = with_copies(garments, 30)
    protocol = Protocol(folds=3, seed=seed)
    together = kept_together(data, protocol)
    groups = together.images.groups
    assert np.mean(groups[:30] == groups[300:]) > 0.9
    for split in protocol.splits(together):
        assert not set(groups[split.train]) & set(groups[split.test])
        inside = together.images[split.train]
        train, watched = inner_split(inside, together.codes[split.train], 0.1, seed)
        assert not set(inside.groups[train]) & set(inside.groups[watched])
        assert len(watched) >= 0.05 * len(split.train)


def test_an_inner_part_without_copies_is_the_one_of_ever():
    """Where no two rows share a group, the part set aside is that of images without groups."""
    codes = np.tile([0, 1, 2], 50)
    images = plain(np.zeros((150, 8, 8, 1), np.uint8))
    alone = replace(images, groups=np.arange(150))
    for ours, theirs in zip(
        inner_split(alone, codes, 0.1, 3), inner_split(images, codes, 0.1, 3), strict=True
    ):
        assert np.array_equal(ours, theirs)


def test_groups_given_and_copies_are_joined(garments):
    """Rows are together exactly if groups or copies, or both in turn, connect them."""
    given_groups = np.arange(330) // 2
    data = with_copies(garments, 30, groups=given_groups)
    joined = with_copies_together(data).images.groups
    reached = [set(np.flatnonzero(given_groups == group)) for group in given_groups]
    changed = True
    while changed:
        changed = False
        for a, b in data.copies.pairs.tolist():
            if reached[a] != reached[b]:
                union = reached[a] | reached[b]
                for row in union:
                    reached[row] = union
                changed = True
    for row in range(330):
        assert set(np.flatnonzero(joined == joined[row]).tolist()) == reached[row]


def test_joining_twice_changes_nothing(garments):
    """A data set whose copies are together is returned as it is, whoever gave the groups."""
    once = with_copies_together(with_copies(garments, 20))
    assert with_copies_together(once) is once
    given_groups = replace(once, images=replace(once.images, groups=once.images.groups + 5))
    assert with_copies_together(given_groups) is given_groups


def test_a_comparison_says_what_it_did_about_copies(garments):
    """The numbers of copies stand in its content; with ``ignore`` nobody looked."""
    data = with_copies(garments, 24)
    methods = {"nearest-mean": NearestMeanClassifier()}
    content = compare(methods, data, protocol=Protocol(folds=3), processes=1).to_dict()
    copies = content["dataset"]["copies"]
    assert 22 <= copies["groups"] <= 24
    assert copies["images"] == 2 * copies["groups"]
    assert copies["leaked"] == 0
    assert content["protocol"]["grouped"]
    ignoring = Protocol(folds=3, duplicates="ignore")
    content = compare(methods, data, protocol=ignoring, processes=1).to_dict()
    assert content["dataset"]["copies"] is None
    assert not content["protocol"]["grouped"]
    assert copy_notes(data, ignoring) == []
    (note,) = copy_notes(data, Protocol())
    assert f"{copies['images']} images" in note
    assert f"{copies['groups']} groups" in note


def parted(garments, *, exact, near):
    """The last 60 images are the test part; some of them are made copies of training images."""
    pixels = garments.images.pixels.copy()
    pixels[240 : 240 + exact] = pixels[:exact]
    for row in range(near):
        pixels[270 + row] = turned(pixels[100 + row], 9)
    split = np.repeat(["train", "test"], [240, 60])
    return replace(garments, images=plain(pixels), split=split)


@pytest.mark.parametrize("duplicates", ["group", "ignore"])
def test_an_image_in_both_parts_of_a_given_split_is_refused(garments, duplicates):
    """Equal images across the parts are an error that counts and names them, unless allowed."""
    data = parted(garments, exact=3, near=0)
    given_split = Protocol(split="given", duplicates=duplicates)
    methods = {"nearest-mean": NearestMeanClassifier()}
    with pytest.raises(DataError, match=r"3 of 60.*E-DATA-LEAK") as error:
        compare(methods, data, protocol=given_split, processes=1)
    assert data.sources[240] in str(error.value)
    assert data.sources[0] in str(error.value)
    allowed = replace(given_split, allow_leak=True)
    content = compare(methods, data, protocol=allowed, processes=1).to_dict()
    if duplicates == "group":
        assert content["dataset"]["copies"]["leaked"] == 3
    # folds do not use the test part, and keep copies together
    compare(methods, data, protocol=Protocol(folds=3, duplicates=duplicates), processes=1)


def test_near_copies_across_a_given_split_are_told(garments):
    """Near copies stop nothing; a note counts them and shows pairs."""
    data = parted(garments, exact=0, near=4)
    given_split = Protocol(split="given")
    kept_together(data, given_split)
    note = copy_notes(data, given_split)[-1]
    assert "4 test images" in note
    assert f"{data.sources[270]} ≈ {data.sources[100]}" in note


def test_a_given_split_without_a_test_part_is_still_named(garments):
    """Data without parts are refused for that, not for leaks."""
    with pytest.raises(DataError, match="E-DATA-NOTEST"):
        kept_together(garments, Protocol(split="given"))


def test_a_class_of_few_originals_is_refused_for_what_it_is():
    """The error counts the images that may be in different folds, not the copies."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (30, 16, 16, 1), np.uint8)
    pixels[[25, 26, 27]] = pixels[24]
    data = from_arrays(pixels, ["many"] * 24 + ["few"] * 6)
    protocol = Protocol(folds=5)
    with pytest.raises(DataError, match=r"'few' has 6 images but only 3 .*--folds 3.*E-DATA-FEW"):
        protocol.splits(kept_together(data, protocol))
