"""T-26 to T-38: tables as people have them, whole and broken, by the catalogue of bad inputs."""

import csv
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.pictures import plant
from tests.faults._running import FAST
from vistazo.data.formats import _pixel_rows
from vistazo.data.reading import read_images
from vistazo.errors import DataError
from vistazo.report.mistakes import read_mistakes
from vistazo.spreadsheets import quoted, unquoted
from vistazo.workflows.predict import Prediction, as_csv

SIDE = 28
HEADER = ["label", *(f"pixel{number}" for number in range(1, SIDE**2 + 1))]


def lines(n_images=8, header=True, separator=",", decimal=None):
    """A table in the form of Kaggle's Fashion-MNIST: two classes of two tones."""
    rows = [HEADER] if header else []
    for row in range(n_images):
        tones = np.random.default_rng(row).integers(0, 100, SIDE**2) + 120 * (row % 2)
        texts = [str(tone) for tone in tones.tolist()]
        if decimal:
            texts = [f"{tone / 255:.4f}".replace(".", decimal) for tone in tones.tolist()]
        rows.append([str(row % 2), *texts])
    return [separator.join(row) + "\n" for row in rows]


def changed(row, column, value):
    """The table with one cell changed; the row as an editor numbers it."""
    table = lines(80)
    cells = table[row - 1].rstrip("\n").split(",")
    cells[column : column + 1] = value
    table[row - 1] = ",".join(cells) + "\n"
    return "".join(table)


CLASSES = "path,label\n0.png,{0}\n1.png,{1}\n"
PIXELS = "".join(lines())

READ = [
    pytest.param(PIXELS, ("0", "1"), ["28 × 28"], id="T-26"),
    pytest.param("".join(lines(header=False)), ("0", "1"), ["28 × 28", "no header"], id="T-27"),
    pytest.param(CLASSES.format("gato", "perro"), ("gato", "perro"), [], id="T-31-utf-8"),
    pytest.param(
        "\ufeff" + CLASSES.format("niña", "año"), ("año", "niña"), [], id="T-31-byte-order-mark"
    ),
    pytest.param(
        CLASSES.format("niña", "año").encode("utf-16"), ("año", "niña"), [], id="T-31-utf-16"
    ),
    pytest.param(
        CLASSES.format("niña", "año").encode("utf-16-le"),
        ("año", "niña"),
        [],
        id="T-31-utf-16-without-mark",
    ),
    pytest.param(
        CLASSES.format("niña", "año").encode("latin-1"),
        ("año", "niña"),
        ["not in UTF-8; it was read as Latin-1"],
        id="T-31-latin-1",
    ),
    pytest.param("\ufeff" + PIXELS, ("0", "1"), ["28 × 28"], id="T-31-pixels-with-mark"),
    pytest.param(PIXELS.encode("utf-16"), ("0", "1"), ["28 × 28"], id="T-31-pixels-utf-16"),
    pytest.param("path;label\n0.png;a,b\n1.png;c\n", ("a,b", "c"), [], id="T-32-semicolon"),
    pytest.param("path\tlabel\r\n0.png\ta\r\n1.png\tb\r\n", ("a", "b"), [], id="T-32-tab"),
    pytest.param(
        "".join(lines(separator=";", decimal=",")), ("0", "1"), ["28 × 28"], id="T-32-decimal-comma"
    ),
    pytest.param(CLASSES.format("007", "7"), ("007", "7"), [], id="T-38"),
]


@pytest.mark.parametrize(("content", "classes", "said"), READ)
def test_what_is_read(content, classes, said, tmp_path):
    """A table that only looks odd is read whole, and what a person should know is said."""
    plant(tmp_path, {f"{i}.png": np.full((16, 16), i, np.uint8) for i in range(2)})
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    data = read_images(path)
    assert data.classes == classes
    assert data.bad_files == ()
    for words in said:
        assert any(words in note for note in data.notes), data.notes


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [
        pytest.param(changed(5, 3, ["dark"]), 5, "'dark' in column pixel3", id="T-28-text"),
        pytest.param(changed(5, 3, [""]), 5, "'' in column pixel3", id="T-28-empty"),
        pytest.param(changed(5, 3, ["256"]), 5, "'256' in column pixel3", id="T-28-over-255"),
        pytest.param(changed(5, 3, ["-1"]), 5, "'-1' in column pixel3", id="T-28-negative"),
        pytest.param(changed(5, 3, ["nan"]), 5, "'nan' in column pixel3", id="T-28-nan"),
        pytest.param(changed(7, 3, []), 7, "785 values, but 784", id="T-29-short"),
        pytest.param(changed(7, 3, ["1", "2"]), 7, "785 values, but 786", id="T-29-long"),
    ],
)
def test_a_bad_row_is_left_out_by_name(content, row, column, tmp_path):
    """A row with a bad pixel, or with too few or many, is left out and told; no other moves."""
    path = tmp_path / "t.csv"
    path.write_text(content)
    data = read_images(path)
    (bad,) = data.bad_files
    assert bad.path == f"row {row}"
    assert f"Row {row} " in bad.reason
    assert column in bad.reason
    (tmp_path / "whole.csv").write_text("".join(lines(80)))
    whole = read_images(tmp_path / "whole.csv")
    others = np.delete(np.arange(80), row - 2)
    assert np.array_equal(data.images.pixels, whole.images.pixels[others])
    assert data.labels.tolist() == whole.labels[others].tolist()


REFUSED = [
    pytest.param(CLASSES.format("a", "b,c"), "E-CSV-ROW", ["Row 3 ", "2 values, but 3"],
                 id="T-29-of-files"),
    pytest.param("".join(line.rpartition(",")[0] + "\n" for line in lines()), "E-CSV-SHAPE",
                 ["783 pixels", "no square", "--shape"], id="T-30"),
    pytest.param(b"path,label\n0.png,\x81\xfd\n", "E-CSV-ENCODING", ["UTF-8"], id="T-31-neither"),
    *(
        pytest.param(CLASSES.replace("1.png", name), "E-CSV-PATH", ["Row 3 "], id=f"T-34-{kind}")
        for kind, name in {
            "above": "../1.png",
            "above-later": "a/../../1.png",
            "above-windows": "..\\1.png",
            "absolute": "/etc/passwd",
            "drive": "C:\\1.png",
            "share": "\\\\server\\1.png",
            "address": "https://example.org/1.png",
            "file-address": "file:///etc/passwd",
        }.items()
    ),
    pytest.param("path,painter,year\n0.png,a,1900\n", "E-TABLE-LABEL",
                 ["--label-column", "path, painter, year"], id="T-35-none"),
    pytest.param("path,label,class\n0.png,a,b\n", "E-TABLE-LABEL",
                 ["--label-column", "'label', 'class'"], id="T-35-two"),
    pytest.param(PIXELS.replace("label", "kind"), "E-TABLE-LABEL", ["--label-column"],
                 id="T-35-of-pixels"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "said"), REFUSED)
def test_what_is_refused(content, code, said, tmp_path):
    """A table that cannot be understood is refused, saying where and what to do."""
    plant(tmp_path, {f"{i}.png": np.full((16, 16), i, np.uint8) for i in range(2)})
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError) as caught:
        read_images(path)
    assert caught.value.code == code
    for words in said:
        assert words in str(caught.value)


def test_t33_missing_repeated_and_unlisted_files_are_counted(tmp_path):
    """T-33: files that are missing, listed twice or not listed are counted, each with a name."""
    plant(tmp_path, {f"{i}.png": np.full((16, 16), i, np.uint8) for i in range(6)})
    (tmp_path / "metadata.csv").write_text(
        "file_name,label\n0.png,a\n1.png,b\nno.png,a\n./0.png,a\n1.png,b\n2.png,a\n2.png,b\n"
    )
    data = read_images(tmp_path)
    assert data.sources == ("0.png", "1.png", "2.png", "2.png")
    assert data.labels.tolist() == ["a", "b", "a", "b"]
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("no.png", "E-IMG-READ")]
    repeated, otherwise, unlisted = data.notes
    assert repeated.startswith("2 rows that repeat others")
    assert otherwise.startswith("1 file is listed with different labels")
    assert unlisted.startswith("3 images beside the listed ones")


def test_t36_a_table_is_streamed(tmp_path, monkeypatch):
    """T-36: reading takes little more room than the pixels, however long the text is."""
    monkeypatch.setattr(_pixel_rows, "CELLS_AT_ONCE", 16 * len(HEADER))
    path = tmp_path / "t.csv"
    path.write_text("".join(lines(1500)))
    read_images(path)  # what is loaded once
    tracemalloc.start()
    data = read_images(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert data.images.pixels.nbytes < peak < 0.75 * path.stat().st_size


def test_t37_formulas_stay_labels_and_are_quoted_in_tables(tmp_path):
    """T-37: a class that is a formula is kept as it is, and written so that none is run."""
    formula = '=HYPERLINK("http://example.org")'
    plant(tmp_path, {f"{i}.png": np.full((16, 16), i, np.uint8) for i in range(2)})
    quoted = '"' + formula.replace('"', '""') + '"'
    (tmp_path / "t.csv").write_text(CLASSES.format(quoted, "b"))
    data = read_images(tmp_path / "t.csv")
    assert data.classes == (formula, "b")
    assert "0.png,'=HYPERLINK" in as_csv([Prediction("0.png", formula)]).replace('"', "")


def test_t37_formulas_in_a_run(tmp_path, answer):
    """T-37: no table of a run begins a cell with a formula, and the report has the class itself."""
    tones = (20, 30, 220, 230)
    files = {f"+{n}.png": np.full((16, 16), tone, np.uint8) for n, tone in enumerate(tones)}
    plant(tmp_path, files)
    labels = ["=A1", "@b", "=A1", "@b"]  # not what the tones would tell: some are mistaken
    rows = [f"{name},{label}" for name, label in zip(files, labels, strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(["path,label", *rows]))
    done = answer("compare", "t.csv", "--folds", "2", *FAST, "--out", "run")
    assert done.code == 0, done.err
    for name in ("predictions.csv", "split.csv", "bad_files.csv"):
        with (tmp_path / "run" / name).open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=+@" and cell]
        assert name == "bad_files.csv" or "'+0.png" in cells
    mistakes = read_mistakes(tmp_path / "run/predictions.csv", ["nearest-mean"])["nearest-mean"]
    assert mistakes.n_images
    assert {one.label for one in mistakes.shown} <= {"=A1", "@b"}
    assert {one.image for one in mistakes.shown} <= set(files)


@given(st.text("'=+@-1a\t", max_size=6))
def test_t37_quoting_can_be_undone(text):
    """T-37: whatever a name is, it comes back, and what is written is no formula."""
    assert unquoted(quoted(text)) == text
    assert quoted(text)[:1] not in ("=", "+", "@", "\t", "\r")
    assert quoted(text)[:1] != "-" or quoted(text)[1:].isdigit()


def test_options_of_tables(answer, tmp_path):
    """--label-column and --shape reach the table from the command line."""
    table = tmp_path / "t.csv"
    table.write_text("".join(lines(40)).replace("label", "kind"))
    done = answer("compare", table, "--label-column", "kind", "--shape", "14x56", *FAST)
    assert done.code == 0, done.err
    assert "14 × 56" in done.err
    answer("compare", table, *FAST).refuses("E-TABLE-LABEL", 3, "--label-column", "kind")
    answer("train", table, "--method", "nearest-mean", "--label-column", "lable").refuses(
        "E-TABLE-COLUMN", 3, "lable"
    )
    answer("compare", table, "--shape", "28", *FAST).refuses("E-SHAPE", 2, "28x28")
    answer("compare", "fashion-mnist-10k", "--shape", "28x28", *FAST).refuses(
        "E-DATA-OPTION", 2, "--shape"
    )
