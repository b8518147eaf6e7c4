"""Pixel tables: the pixels that were written are read, and a bad row is named, not shifted."""

import csv

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vistazo.data.arrays import from_arrays
from vistazo.data.formats import _pixel_rows
from vistazo.data.formats._pixel_columns import number
from vistazo.data.formats.label_table import LabelTable
from vistazo.data.formats.pixel_table import PixelTable
from vistazo.data.reading import read_images
from vistazo.errors import DataError

GENERATOR = np.random.default_rng(0)
PIXELS = GENERATOR.integers(0, 256, (6, 64), np.uint8)
LABELS = ["7", "0", "7", "10", "0", "10"]
HEADER = ["label", *(f"pixel{number}" for number in range(1, 65))]


def text_of(pixels=PIXELS, labels=LABELS, header=HEADER, separator=",", write=str):
    rows = [] if header is None else [header]
    rows += [[label, *map(write, row)] for label, row in zip(labels, pixels.tolist(), strict=True)]
    return "".join(separator.join(row) + "\n" for row in rows)


def table(folder, text, name="t.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    separator=st.sampled_from(",;\t"),
    header=st.sampled_from([None, HEADER, ["class", *map(str, range(64))]]),
    scale=st.sampled_from(["bytes", "decimals", "unit"]),
    quoted=st.booleans(),
    cells=st.sampled_from([65, 200, 10**6]),
)
def test_what_was_written_is_read(tmp_path, seed, separator, header, scale, quoted, cells):
    """Any pixels, in any of the ways they are written, become those of the same array."""
    values = np.random.default_rng(seed).integers(0, 256, (6, 64), np.uint8)
    if scale == "unit":
        values = values / 255
    elif scale == "decimals":
        values = values.astype(float)
    mark = "," if separator == ";" else "."
    write = '"{}"'.format if quoted else str
    text = text_of(values, header=header, separator=separator, write=write)
    path = table(tmp_path, text.replace(".", mark))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_pixel_rows, "CELLS_AT_ONCE", cells)
        data = read_images(path)
    expected = from_arrays(values, LABELS)
    assert np.array_equal(data.images.pixels, expected.images.pixels)
    assert data.labels.tolist() == LABELS
    assert data.classes == ("0", "7", "10")
    assert any("8 × 8" in note for note in data.notes)
    assert any("no header" in note for note in data.notes) == (header is None)


def test_scale_that_shows_late(tmp_path, monkeypatch):
    """Rows of 0 and 1 before the first fraction are of the scale that the fraction tells."""
    monkeypatch.setattr(_pixel_rows, "CELLS_AT_ONCE", 65)  # a row at a time
    values = (PIXELS > 127).astype(float)
    values[3:] = PIXELS[3:] / 255
    data = read_images(table(tmp_path, text_of(values)))
    assert np.array_equal(data.images.pixels, from_arrays(values, LABELS).images.pixels)
    whole = (PIXELS > 127).astype(int)
    data = read_images(table(tmp_path, text_of(whole)))
    assert set(np.unique(data.images.pixels)) == {0, 1}


def test_one_wrong_number_does_not_change_the_scale(tmp_path):
    """In a table of 0 to 1, a row with a 7 is bad; the others keep their brightness."""
    values = PIXELS / 255
    values[2, 5] = 7
    data = read_images(table(tmp_path, text_of(values)))
    kept = [0, 1, 3, 4, 5]
    assert np.array_equal(data.images.pixels.reshape(5, 64), PIXELS[kept])
    assert data.labels.tolist() == [LABELS[row] for row in kept]
    assert data.sources == ("2", "3", "5", "6", "7")
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("row 4", "E-CSV-PIXEL")]
    assert "'7.0' in column pixel6" in data.bad_files[0].reason


def test_other_columns(tmp_path):
    """Group and part are read, the label may stand anywhere, and an index is no pixel."""
    header = ["", "id", *HEADER[1:33], "class", "Split", *HEADER[33:], "group"]
    lines = [",".join(header)]
    for row, (pixels, label) in enumerate(zip(PIXELS.tolist(), LABELS, strict=True)):
        texts = [str(value) for value in pixels]
        part = "test" if row in (2, 5) else "train"
        cells = [str(row), f"x{row}", *texts[:32], label, part, *texts[32:], f"g{row % 2}"]
        lines.append(",".join(cells))
    data = read_images(table(tmp_path, "\n".join(lines)))
    assert np.array_equal(data.images.pixels.reshape(6, 64), PIXELS)
    assert data.labels.tolist() == LABELS
    assert data.split.tolist() == ["train", "train", "test"] * 2
    assert data.images.groups.tolist() == [0, 1, 0, 1, 0, 1]
    assert "Columns that were not used: id." in data.notes


def test_shape(tmp_path):
    """--shape reads colour and oblong images; what does not fit is E-CSV-SHAPE with both."""
    colour = GENERATOR.integers(0, 256, (6, 8, 10, 3), np.uint8)
    header = ["label", *(f"{c}{n}" for c in "rgb" for n in range(80))]
    path = table(tmp_path, text_of(colour.reshape(6, -1), header=header))
    assert np.array_equal(read_images(path, shape=(8, 10, 3)).images.pixels, colour)
    first = colour.transpose(0, 3, 1, 2).reshape(6, -1)
    path = table(tmp_path, text_of(first, header=None))
    assert np.array_equal(read_images(path, shape=(3, 8, 10)).images.pixels, colour)
    error = refused(path, shape=(8, 8))
    assert error.code == "E-CSV-SHAPE"
    assert "240 pixels" in error.what
    assert "8 × 8" in error.what
    assert refused(path).code == "E-CSV-SHAPE"


@pytest.mark.parametrize("shape", [None, (6, 6)])
def test_too_few_columns_for_pixels(tmp_path, shape):
    """A table of fewer pixels than 8 × 8 is told how many it takes, with a shape and without."""
    path = table(tmp_path, text_of(PIXELS[:, :36], header=HEADER[:37]))
    error = refused(path, shape=shape)
    assert error.code == "E-TABLE-COLUMN"
    assert "pixel5" in error.what
    assert "64 columns" in error.next_step


def test_shape_of_stored_rows(tmp_path):
    """--shape is for flat rows of an NPZ too."""
    np.savez(tmp_path / "d.npz", images=PIXELS, labels=[0, 1] * 3)
    assert read_images(tmp_path / "d.npz", shape=(4, 16)).images.shape == (6, 4, 16, 1)


def test_label_column(tmp_path):
    """The label column is asked for by name, or by number where there is no header."""
    header = [*(f"p{n}" for n in range(64)), "garment"]
    rows = [
        ",".join([*map(str, row), name])
        for row, name in zip(PIXELS.tolist(), "abcabc", strict=True)
    ]
    path = table(tmp_path, "\n".join([",".join(header), *rows]))
    assert refused(path).code == "E-TABLE-LABEL"
    assert read_images(path, label_column="garment").classes == ("a", "b", "c")
    path = table(tmp_path, "\n".join(rows))
    data = read_images(path, label_column="65")
    assert data.classes == ("a", "b", "c")
    assert np.array_equal(data.images.pixels.reshape(6, 64), PIXELS)
    error = refused(path)  # the first pixel taken for the label, every row ends in text
    assert error.code == "E-DATA-BAD"
    assert "'a' in column 65" in error.what
    assert "--label-column" in error.next_step


def test_labels_written_as_decimals(tmp_path):
    """Labels 9.0 or 9.0e+00 of a table of decimals are the class 9; 1.5 and 007 stay."""
    for written, read in (
        (["9.0", "1.0"], ["9", "1"]),
        (["9.000e+00", "1.000e+01"], ["9", "10"]),
        (["1.5", "2.0"], ["1.5", "2.0"]),
        (["007", "7"], ["007", "7"]),
    ):
        data = read_images(table(tmp_path, text_of(labels=written * 3)))
        assert data.labels.tolist() == read * 3


def test_empty_label(tmp_path):
    """An image without a label is named by its row."""
    error = refused(table(tmp_path, text_of(labels=["1", "2", "", "1", "2", "1"])))
    assert error.code == "E-LABEL-MISSING"
    assert ": 4." in error.what


def test_mostly_bad_rows(tmp_path):
    """Three bad rows are left out; more than three that are over 5 % are E-DATA-BAD."""
    values = PIXELS.astype(int)
    values[:3, 0] = 256
    assert len(read_images(table(tmp_path, text_of(values))).bad_files) == 3
    values[:4, 0] = 256
    error = refused(table(tmp_path, text_of(values)))
    assert error.code == "E-DATA-BAD"
    assert "4 of 6 rows" in error.what
    assert "Row 2 " in error.what
    values = np.repeat(values, 20, axis=0)
    values[6:, 0] = 0
    assert len(read_images(table(tmp_path, text_of(values, LABELS * 20))).bad_files) == 6


@given(
    cell=st.text(alphabet="0123456789.,-+eE\"' nainfx_٣\u2003\xa0\t\x1f\0", max_size=8),
    separator=st.sampled_from(",;"),
)
def test_what_is_no_number_is_found(cell, separator):
    """What the fast parser cannot read as a pixel, the search for the bad cell finds, and back."""
    line = separator.join(["1", cell, "2"])
    (cells,) = csv.reader([line], delimiter=separator)
    if len(cells) != 3:
        return  # refused by its number of cells before it is parsed
    values = _pixel_rows._parsed(
        [line.replace(",", ".") if separator == ";" else line], separator, [1], np.float64
    )
    parsed = -1 if values is None else values[0, 0]
    assert (0 <= parsed <= 255) == (0 <= number(cells[1].strip(), separator) <= 255)


def test_one_format_recognises_a_table(tmp_path):
    """Of tables of pixels and of files exactly one is recognised, and neither takes other files."""
    for text in (text_of(), text_of(header=None), "path,label\na,b\n", "", "a;b", "\n\n,,"):
        path = table(tmp_path, text)
        assert LabelTable().recognises(path) != PixelTable().recognises(path)
    wide = ",".join(["file_name", *HEADER])
    assert LabelTable().recognises(table(tmp_path, wide))
    for name, start in (("a.txt", b"path,label"), ("b.csv", b"PAR1"), ("c.csv", b"PK\3\4")):
        (tmp_path / name).write_bytes(start)
        assert not LabelTable().recognises(tmp_path / name)
        assert not PixelTable().recognises(tmp_path / name)
