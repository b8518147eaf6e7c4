"""from_arrays and from_frame: layouts, number types, labels, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from tests.data.pictures import plant, ramp
from vistazo.data.arrays import from_arrays, from_frame
from vistazo.errors import DataError

IMAGES = npst.arrays(
    np.uint8,
    st.tuples(st.integers(2, 4), st.integers(5, 9), st.integers(5, 9), st.sampled_from([1, 3])),
)


def pixels_of(images, **options):
    return from_arrays(images, np.arange(len(images)) % 2, **options).images.pixels


def refused(images, labels=None, **options):
    with pytest.raises(DataError) as caught:
        from_arrays(images, np.arange(len(images)) % 2 if labels is None else labels, **options)
    return caught.value


@given(IMAGES)
def test_every_layout_is_the_same_images(images):
    """Channels last, first, none and flat rows, in any memory order, give the same pixels."""
    n, h, w, c = images.shape
    first = np.moveaxis(images, 3, 1)
    layouts = [images, first, np.asfortranarray(images), images[::-1][::-1], list(images)]
    assert all(np.array_equal(pixels_of(layout), images) for layout in layouts)
    assert np.array_equal(pixels_of(images.reshape(n, -1), shape=(h, w, c)), images)
    assert np.array_equal(pixels_of(first.reshape(n, -1), shape=(c, h, w)), images)
    if c == 1:
        assert np.array_equal(pixels_of(images[..., 0]), images)
        assert np.array_equal(pixels_of(images.reshape(n, -1), shape=(h, w)), images)
    if c == 1 and h == w:
        assert np.array_equal(pixels_of(images.reshape(n, -1)), images)


@given(IMAGES)
def test_every_number_type_is_the_same_images(images):
    """Integers, floats of 0 to 255 and 0 to 1, and 16 bits all give the 8 bits they stand for."""
    images[0, 0, 0, 0] = 255  # else floats of 0 to 255 could be taken for 0 to 1
    types = [images.astype(t) for t in (np.int64, np.int16, np.uint32, np.float32, np.float64)]
    types += [images / 255, (images / 255).astype(np.float32), images.astype(np.uint16) * 257]
    assert all(np.array_equal(pixels_of(values), images) for values in types)
    assert np.array_equal(pixels_of(images > 99), np.where(images > 99, 255, 0))


def test_ambiguous_channels():
    """Shape (n, 3, h, 3) asks for channels_first, and then obeys it."""
    images = np.random.default_rng(0).integers(0, 256, (4, 3, 9, 3), np.uint8)
    error = refused(images)
    assert error.code == "E-ARRAY-CHANNELS"
    assert "channels_first" in error.next_step
    assert np.array_equal(pixels_of(images, channels_first=False), images)
    assert np.array_equal(pixels_of(images, channels_first=True), images.transpose(0, 2, 3, 1))


def test_opacity_is_laid_on_white():
    """A fourth channel of 0 is white, of 255 the colour itself."""
    images = np.full((2, 8, 8, 4), 50, np.uint8)
    images[0, ..., 3], images[1, ..., 3] = 0, 255
    pixels = pixels_of(images)
    assert (pixels[0] == 255).all()
    assert (pixels[1] == 50).all()
    assert pixels.shape == (2, 8, 8, 3)


@pytest.mark.parametrize(
    ("images", "code", "words"),
    [
        (np.zeros((4, 8, 8, 2)), "E-ARRAY-SHAPE", "(4, 8, 8, 2)"),
        (np.zeros((4, 2, 8, 8, 3)), "E-ARRAY-SHAPE", "(n, height, width)"),
        (np.zeros(4), "E-ARRAY-SHAPE", "(4,)"),
        (np.zeros((4, 783)), "E-ARRAY-SHAPE", "783"),
        ([np.zeros((8, 8))] * 3 + [np.zeros((8, 9))], "E-ARRAY-SHAPE", "number 3"),
        (np.full((4, 8, 8), "x"), "E-ARRAY-TYPE", "<U1"),
        (np.full((4, 8, 8), 1j), "E-ARRAY-TYPE", "complex"),
        (np.full((4, 8, 8), -1), "E-ARRAY-RANGE", "-1"),
        (np.full((4, 8, 8), 256), "E-ARRAY-RANGE", "256"),
        (np.full((4, 8, 8), -0.5), "E-ARRAY-RANGE", "-0.5"),
    ],
)
def test_wrong_arrays_are_refused(images, code, words):
    """Wrong shapes, types and ranges are refused with what was seen."""
    error = refused(images)
    assert error.code == code
    assert words in error.what


def test_tensors_and_pictures():
    """Tensors that require gradients and lists of Pillow images are read like arrays."""
    images = np.stack([ramp(), 255 - ramp()])
    tensor = torch.tensor(images / 255, dtype=torch.float32, requires_grad=True).permute(0, 3, 1, 2)
    data = from_arrays(tensor, torch.tensor([0, 1]))
    assert np.array_equal(data.images.pixels, images)
    assert data.labels.tolist() == ["0", "1"]
    assert np.array_equal(pixels_of([Image.fromarray(image) for image in images]), images)


BLANK = np.zeros((4, 8, 8), np.uint8)


@pytest.mark.parametrize(
    ("labels", "code", "words"),
    [
        ([0, 1], "E-DATA-LENGTH", "4 images but 2"),
        (["a", None, "b", None], "E-LABEL-MISSING", "1, 3"),
        ([0.0, np.nan, 1.0, 1.0], "E-LABEL-MISSING", "1"),
        (pd.Series(["a", pd.NA, "b", "b"]), "E-LABEL-MISSING", "1"),
        (["a", 1, "b", 2], "E-LABEL-MIXED", "'a'"),
        (np.eye(4), "E-LABEL-SHAPE", "(4, 4)"),
        ([1, 1, 1, 1], "E-DATA-ONECLASS", "1"),
        (["é", "e\u0301", "a", "b"], "E-DATA-SAMECLASS", "é"),
        (["dog", "dog ", "a", "b"], "E-DATA-SAMECLASS", "'dog '"),
    ],
)
def test_wrong_labels_are_refused(labels, code, words):
    """Labels that are missing, mixed, too few or of one class are refused with the rows."""
    error = refused(BLANK, labels)
    assert error.code == code
    assert words in error.what


@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        (["007", "7", "7", "007"], ["007", "7", "7", "007"]),
        ([0, 1, 0, 1], ["0", "1", "0", "1"]),
        (np.array([[0], [1], [0], [1]]), ["0", "1", "0", "1"]),
        ([0.0, 1.0, 0.0, 1.0], ["0", "1", "0", "1"]),
        ([True, False, True, False], ["True", "False", "True", "False"]),
        (np.array([b"a", b"b", b"a", b"b"]), ["a", "b", "a", "b"]),
        (pd.Series(list("abab"), dtype="category"), ["a", "b", "a", "b"]),
    ],
)
def test_labels_become_text(labels, texts):
    """Labels of every kind become the text a person would write."""
    assert from_arrays(BLANK, labels).labels.tolist() == texts


def test_classes_name_or_select():
    """``classes`` names the numbers 0, 1, … and selects among labels that are there."""
    named = from_arrays(BLANK, [0, 1, 2, 1], classes=["x", "y", "z", "unused"])
    assert named.labels.tolist() == ["x", "y", "z", "y"]
    assert named.classes == ("x", "y", "z")
    assert any("unused" in note for note in named.notes)
    images = np.arange(4, dtype=np.uint8)[:, None, None] * np.ones((8, 8), np.uint8)
    chosen = from_arrays(images, [0, 1, 2, 1], classes=["2", "1"], groups=list("abcd"))
    assert chosen.classes == ("2", "1")
    assert chosen.sources == ("1", "2", "3")
    assert chosen.images.pixels[:, 0, 0, 0].tolist() == [1, 2, 3]
    assert len(np.unique(chosen.images.groups)) == 3
    assert refused(BLANK, [0, 1, 2, 1], classes=["x", "y"]).code == "E-DATA-CLASSES"
    # a wrong label beside right ones is no list of names
    assert refused(BLANK, [0, 1, 2, 1], classes=["2", "1", "3"]).code == "E-DATA-CLASSES"


def test_parts_and_groups():
    """Parts get their own names, validation rows are marked, equal groups are equal numbers."""
    data = from_arrays(
        BLANK, [0, 1, 0, 1], split=["training", "train", "val", "test"], groups=["p", "q", "p", "r"]
    )
    assert data.split.tolist() == ["train", "train", "validation", "test"]
    assert data.images.validation.tolist() == [False, False, True, False]
    groups = data.images.groups
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3
    assert "groups" in refused(BLANK, [0, 1, 0, 1], groups=["p", None, "p", "q"]).what
    assert refused(BLANK[:0], []).code == "E-DATA-EMPTY"
    assert refused(BLANK, [0, 1, 0, 1], split=["train"] * 3 + ["exam"]).code == "E-DATA-SPLIT"
    assert (
        refused(BLANK, [0, 0, 0, 1], split=["train"] * 3 + ["test"]).code == "E-DATA-SPLITCLASSES"
    )


def test_frame_of_paths(tmp_path):
    """A frame's rows become images with their labels, groups and parts; bad ones are listed."""
    plant(tmp_path, {f"{i}.png": np.full((16, 16), i, np.uint8) for i in range(4)})
    frame = pd.DataFrame(
        {
            "file": ["2.png", "0.png", "missing.png", "3.png", "1.png"],
            "label": ["a", "b", "a", "b", "a"],
            "person": ["p", "q", "p", "p", "q"],
            "part": ["train", "train", "train", "test", "test"],
        }
    )
    columns = {"path_column": "file", "group_column": "person", "split_column": "part"}
    data = from_frame(frame, root=tmp_path, **columns)
    assert data.sources == ("2.png", "0.png", "3.png", "1.png")
    assert data.images.pixels[:, 0, 0, 0].tolist() == [2, 0, 3, 1]
    assert data.labels.tolist() == ["a", "b", "b", "a"]
    assert data.images.groups.tolist() == [0, 1, 0, 1]
    assert data.split.tolist() == ["train", "train", "test", "test"]
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("missing.png", "E-IMG-READ")]
    with pytest.raises(DataError, match="'file'"):
        from_frame(frame, root=tmp_path, path_column="fiel")
