"""Parquet: the images and labels of any writer are read, and a damaged file is refused."""

import json
import sys

import numpy as np
import pytest

from tests.data.pictures import encode, plant
from vistazo.data.formats import _parquet_cells
from vistazo.data.formats.parquet import Parquet
from vistazo.data.reading import read_images
from vistazo.data.unlabelled import read_unlabelled
from vistazo.errors import DataError, SetupError


def flat(value):
    return np.full((16, 16), value, np.uint8)


CONTENTS = [encode(flat(value)) for value in (3, 1, 2, 0)]


@pytest.fixture
def write(tmp_path):
    """Write columns as Parquet, with Hugging Face's description where there is one."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    def write(columns, features=None):
        table = arrow.table(columns)
        if features is not None:
            description = json.dumps({"info": {"features": features}})
            table = table.replace_schema_metadata({"huggingface": description})
        parquet.write_table(table, tmp_path / "t.parquet", row_group_size=3)
        return tmp_path / "t.parquet"

    return write


def class_labels(*names):
    return {"names": list(names), "_type": "ClassLabel"}


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


def tones(data):
    return data.images.pixels[:, 0, 0, 0].tolist()


def test_bytes_with_labels(write):
    """Bytes, labels, groups and parts of a row go together; the rows are numbered."""
    path = write(
        {
            "id": [7, 8, 9, 10],
            "content": CONTENTS,
            "category": ["b", "a", "b", "a"],
            "group": [5, 5, 6, 6],
            "split": ["train", "train", "test", "val"],
        }
    )
    data = read_images(path)
    assert tones(data) == [3, 1, 2, 0]
    assert data.labels.tolist() == ["b", "a", "b", "a"]
    assert data.images.groups.tolist() == [0, 0, 1, 1]
    assert data.split.tolist() == ["train", "train", "test", "validation"]
    assert data.sources == ("0", "1", "2", "3")
    assert data.notes == ("Columns that were not used: id.",)
    assert data.images.facts[0, 2] == len(CONTENTS[0])


def test_hugging_face(write):
    """Pairs of bytes and path are read, named by path, with the names of classes in their order."""
    images = [{"bytes": content, "path": f"{n}.png"} for n, content in enumerate(CONTENTS)]
    features = {"image": {"_type": "Image"}, "label": class_labels("zebra", "never", "ant")}
    path = write({"image": images, "label": [2, 0, 2, 0]}, features)
    data = read_images(path)
    assert data.classes == ("zebra", "ant")
    assert data.labels.tolist() == ["ant", "zebra", "ant", "zebra"]
    assert tones(data) == [3, 1, 2, 0]
    assert data.sources == ("0.png", "1.png", "2.png", "3.png")
    assert read_images(path, classes=["ant", "zebra"]).classes == ("ant", "zebra")


def test_the_only_described_classes_are_the_labels(write):
    """A column that is no label by name is the labels where it alone has names of classes."""
    columns = {"img": CONTENTS, "breed": [0, 1, 0, 1], "n": [1, 2, 3, 4]}
    assert refused(write(columns)).code == "E-TABLE-LABEL"
    assert read_images(write(columns), label_column="breed").classes == ("0", "1")
    described = write(columns, {"breed": class_labels("pug", "cat")})
    assert read_images(described).classes == ("pug", "cat")
    two = {"breed": class_labels("pug", "cat"), "n": class_labels(*"abcde")}
    assert refused(write(columns, two)).code == "E-TABLE-LABEL"


def test_classes_called_by_numbers(write):
    """Names of classes that are numbers themselves are names: the label 0 may be called 1."""
    path = write({"image": CONTENTS, "label": [0, 1, 1, 0]}, {"label": class_labels("1", "0")})
    data = read_images(path)
    assert data.classes == ("1", "0")
    assert data.labels.tolist() == ["1", "0", "0", "1"]


def test_paths(write, tmp_path):
    """Paths start at the folder of the table, and a path that leads out is E-CSV-PATH."""
    plant(tmp_path, {f"sub/{value}.png": flat(value) for value in range(2)})
    path = write({"file_name": ["sub/1.png", "sub/0.png", "x.png"], "label": list("aba")})
    data = read_images(path)
    assert data.sources == ("sub/1.png", "sub/0.png")
    assert tones(data) == [1, 0]
    assert [bad.path for bad in data.bad_files] == ["x.png"]
    pairs = [{"bytes": None, "path": "sub/1.png"}, {"bytes": CONTENTS[0], "path": "/etc/passwd"}]
    data = read_images(write({"image": pairs, "label": ["a", "b"]}))
    assert tones(data) == [1, 3]
    error = refused(write({"file_name": ["sub/1.png", "../a.png"], "label": ["a", "b"]}))
    assert error.code == "E-CSV-PATH"
    assert "Row 2 " in error.what


def test_bytes_win_over_paths(write):
    """A column of bytes is the images, also beside one of paths; of two, the one so called."""
    names = [f"{n}.png" for n in range(4)]
    path = write({"path": names, "x": CONTENTS, "label": list("abab")})
    assert tones(read_images(path)) == [3, 1, 2, 0]
    masks = [encode(flat(99))] * 4
    path = write({"mask": masks, "image": CONTENTS, "label": list("abab")})
    assert tones(read_images(path)) == [3, 1, 2, 0]
    assert refused(write({"m": masks, "n": masks, "label": list("abab")})).code == "E-TABLE-COLUMN"
    assert refused(write({"m": [1.0, 2.0], "label": ["a", "b"]})).code == "E-TABLE-COLUMN"


def test_cells_without_images_are_bad_files(write):
    """An empty cell, or bytes that are no image, are left out and listed."""
    path = write({"image": [*CONTENTS, None, b"text"], "label": list("ababab")})
    data = read_images(path)
    assert tones(data) == [3, 1, 2, 0]
    assert [(b.path, b.code) for b in data.bad_files] == [
        ("4", "E-IMG-EMPTY"),
        ("5", "E-IMG-FORMAT"),
    ]


@pytest.mark.parametrize("missing", [None, "", -1])
def test_missing_labels(write, missing):
    """A row without a label is named, Hugging Face's -1 too."""
    features = {"label": class_labels("a", "b")} if missing == -1 else None
    labels = [0, 1, -1, 0] if missing == -1 else ["a", "b", missing, "a"]
    error = refused(write({"image": CONTENTS, "label": labels}, features))
    assert error.code == "E-LABEL-MISSING"
    assert ": 3." in error.what


def test_label_beyond_the_classes(write):
    """A label that has no name is E-PARQUET-LABEL with its row."""
    path = write({"image": CONTENTS, "label": [0, 1, 2, 0]}, {"label": class_labels("a", "b")})
    error = refused(path)
    assert error.code == "E-PARQUET-LABEL"
    assert "Row 3 " in error.what


def test_labels_of_any_type(write):
    """Text keeps its zeros, dictionaries are read, and a foreign description changes nothing."""
    arrow = pytest.importorskip("pyarrow")
    kinds = arrow.array(["007", "7", "007", "7"]).dictionary_encode()
    data = read_images(write({"image": CONTENTS, "label": kinds}, {"label": {"names": 3}}))
    assert data.labels.tolist() == ["007", "7", "007", "7"]


def test_damage(write):
    """Wherever a file is cut or a byte is flipped, the answer is data or one of our errors."""
    path = write({"image": CONTENTS, "label": list("abab")})
    content = path.read_bytes()
    for place in range(4, len(content), max(1, len(content) // 60)):
        path.write_bytes(content[:place])
        assert refused(path).code == "E-PARQUET-TRUNC"
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        path.write_bytes(flipped)
        try:
            read_images(path)
        except DataError as error:
            assert error.code.startswith("E-")  # noqa: PT017 - it may also be read


def test_size_limit(write, monkeypatch):
    """More bytes than the limit are refused while they are read."""
    monkeypatch.setattr(_parquet_cells, "MOST_BYTES", 100)
    assert refused(write({"image": CONTENTS, "label": list("abab")})).code == "E-PARQUET-BIG"


def test_recognised_by_content(write, tmp_path):
    """A Parquet file is known by its first bytes, under any name; other files are not."""
    path = write({"image": CONTENTS, "label": list("abab")})
    named = path.rename(tmp_path / "t.csv")
    assert len(read_images(named)) == 4
    (tmp_path / "u.parquet").write_bytes(b"text")
    assert not Parquet().recognises(tmp_path / "u.parquet")
    assert not Parquet().recognises(tmp_path)


def test_without_pyarrow(tmp_path, monkeypatch):
    """Without the extra, a Parquet file is recognised and answered with the line to run."""
    (tmp_path / "t.parquet").write_bytes(b"PAR1....PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert Parquet().recognises(tmp_path / "t.parquet")
    with pytest.raises(SetupError) as caught:
        read_images(tmp_path / "t.parquet")
    assert caught.value.code == "E-EXTRA"
    assert "pip install 'vistazo[arrow]'" in caught.value.next_step


def test_without_labels(write):
    """Images are read without a column of labels, or with one that is broken; no test image is."""
    labelled = read_images(write({"image": CONTENTS, "label": [0, 1, 0, 1]}))
    for labels in ({}, {"label": [0, None, 0, 0]}, {"label": [1] * 4}):
        data = read_unlabelled(write({"image": CONTENTS, **labels}))
        assert np.array_equal(data.images.pixels, labelled.images.pixels)
        assert data.sources == labelled.sources
    parts = ["train", "Test", "val", "testing"]
    data = read_unlabelled(write({"image": CONTENTS, "split": parts}))
    assert tones(data) == [3, 2]
    assert data.sources == ("0", "2")
    assert data.notes[0].startswith("2 images of the test part")


def test_parts_in_doubt_without_labels(write):
    """A row without a part, an unknown part, no rows, and nothing but test rows are refused."""
    for columns, code in (
        ({"image": CONTENTS[:2], "split": ["train", None]}, "E-LABEL-MISSING"),
        ({"image": CONTENTS[:2], "split": ["train", "later"]}, "E-DATA-SPLIT"),
        ({"image": CONTENTS[:2], "split": ["test", "test"]}, "E-DATA-EMPTY"),
        ({"image": []}, "E-DATA-EMPTY"),
        ({"number": [1, 2]}, "E-TABLE-COLUMN"),
    ):
        with pytest.raises(DataError) as caught:
            read_unlabelled(write(columns))
        assert caught.value.code == code


def test_paths_without_labels(write, tmp_path):
    """Files that the table lists are read, but none of the test part, under whatever name."""
    plant(tmp_path, {"a/1.png": flat(1), "test/2.png": flat(2), "a/3.png": flat(3)})
    (tmp_path / "a" / "4.png").symlink_to(tmp_path / "test" / "2.png")
    data = read_unlabelled(write({"path": ["a/1.png", "test/2.png", "a/3.png", "a/4.png"]}))
    assert data.sources == ("a/1.png", "a/3.png")
    paths, parts = ["a/1.png", "a/3.png", "a/3.png"], ["train", "train", "test"]
    assert tones(read_unlabelled(write({"path": paths, "split": parts}))) == [1]
