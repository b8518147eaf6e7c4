"""Label tables: each row is its file, label, group and part, and nothing outside is opened."""

import contextlib
import os
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.pictures import plant, ramp
from vistazo.data.arrays import from_frame
from vistazo.data.formats.class_folders import ClassFolders
from vistazo.data.formats.label_table import LabelTable
from vistazo.data.image_files.listed_paths import ListedFile, listed_path
from vistazo.data.reading import read_images
from vistazo.errors import DataError, UsageError


def flat(value):
    return np.full((16, 16), value, np.uint8)


def table(folder, text, n_images=4, name="t.csv"):
    """Four images of one tone each in a folder, and a table of this text beside them."""
    plant(folder, {f"{i}.png": flat(i) for i in range(n_images)})
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


def test_rows_stay_together(tmp_path):
    """Each row's image, label, group, part and name go together, in the order of the table."""
    path = table(
        tmp_path,
        "group,split,class,width,file_name\n"
        "p,train,b,16,2.png\n"
        "q,Train,a,16,./0.png\n"
        "p,val,b,16,3.png\n"
        "q,test,a,16,1.png\n",
    )
    data = read_images(path)
    assert data.images.pixels[:, 0, 0, 0].tolist() == [2, 0, 3, 1]
    assert data.labels.tolist() == ["b", "a", "b", "a"]
    assert data.images.groups.tolist() == [0, 1, 0, 1]
    assert data.split.tolist() == ["train", "train", "validation", "test"]
    assert data.sources == ("2.png", "0.png", "3.png", "1.png")
    assert data.name == "t.csv"
    assert data.notes == ("Columns that were not used: width.",)
    assert data.bad_files == ()


labels = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: text == text.strip() and "\r" not in text
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    names=st.lists(labels, min_size=2, max_size=4, unique_by=str.casefold),
    separator=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_label_is_read_as_pandas_reads_it(tmp_path, names, separator, encoding):
    """Labels of any characters, quoted where needed, give the data set of the same frame."""
    plant(tmp_path, {f"{i}.png": flat(i) for i in range(4)})
    rows = [(f"{i}.png", name) for i, name in enumerate(names)]
    frame = pd.DataFrame(rows, columns=["path", "label"], dtype=object)
    frame.to_csv(tmp_path / "t.csv", sep=separator, encoding=encoding, index=False)
    data = read_images(tmp_path / "t.csv", classes=names)
    expected = from_frame(frame, root=tmp_path, classes=names)
    assert data.labels.tolist() == expected.labels.tolist()
    assert data.fingerprint == expected.fingerprint
    assert data.sources == expected.sources


@pytest.mark.parametrize(
    "header",
    ["path,label", "Filename,CLASS", " image_path , category ", "image,target", "Ruta,Categoría"],
)
def test_names_of_columns(tmp_path, header):
    """Columns are known by their names, whatever the capitals, blanks and accents."""
    data = read_images(table(tmp_path, f"{header}\n0.png,a\n1.png,b\n", n_images=2))
    assert data.class_counts() == {"a": 1, "b": 1}
    assert data.notes == ()


def test_label_column(tmp_path):
    """--label-column takes any column for the label, and names the nearest for a typo."""
    path = table(tmp_path, "path,label,breed\n0.png,1,pug\n1.png,2,cat\n", n_images=2)
    assert read_images(path, label_column="breed").classes == ("cat", "pug")
    assert read_images(path).classes == ("1", "2")
    error = refused(path, label_column="bred")
    assert error.code == "E-TABLE-COLUMN"
    assert "'breed'" in error.next_step
    assert refused(path, label_column="path").code == "E-TABLE-COLUMN"


def test_label_column_of_what_is_no_table(tmp_path):
    """A column or a shape asked of class folders, or of named data, is E-DATA-OPTION."""
    plant(tmp_path, {"a/1.png": ramp(), "b/1.png": ramp()})
    for source in (tmp_path, "fashion-mnist-10k"):
        for option in ({"label_column": "x"}, {"shape": (2, 2)}):
            with pytest.raises(UsageError) as caught:
                read_images(source, **option)
            assert caught.value.code == "E-DATA-OPTION"


def test_label_column_of_class_folders_with_a_table(tmp_path):
    """Where a table lies in the class folders that are read, it is told with its columns."""
    plant(tmp_path, {"cat/1.png": flat(1), "dog/1.png": flat(2)})
    table(tmp_path, "file_name,species\ncat/1.png,cat\n", 0, "labels.csv")
    for wanted in ("species", "x"):
        with pytest.raises(UsageError, match="E-DATA-OPTION") as refused:
            read_images(tmp_path, label_column=wanted)
        assert f"{tmp_path / 'labels.csv'}. That has: file_name, species." in refused.value.what


def test_a_wrong_label_column_is_answered_with_the_columns(tmp_path):
    """All columns are told, also beside the nearest."""
    path = table(tmp_path, "path,kind,colour\n0.png,a,b\n")
    for wanted in ("knid", "zzz"):
        assert "It has: path, kind, colour." in refused(path, label_column=wanted).next_step


def test_files_of_other_classes_are_not_opened(tmp_path):
    """With classes chosen, files of the others may be missing."""
    path = table(tmp_path, "path,label\n0.png,a\n1.png,b\nx.png,c\n", n_images=2)
    data = read_images(path, classes=["b", "a"])
    assert data.classes == ("b", "a")
    assert data.bad_files == ()
    assert "c" in data.notes[-1]


@pytest.mark.parametrize("name", ["labels.csv", "metadata.csv"])
def test_folder_of_a_table(tmp_path, name):
    """A folder is read by its labels.csv or metadata.csv, though its folders look like classes."""
    files = {"x/0.png": flat(0), "y/1.png": flat(1), "y/2.png": flat(2)}
    (plant(tmp_path, files) / name).write_text("file_name,label\nx/0.png,a\ny/1.png,b\n")
    data = read_images(tmp_path)
    assert data.class_counts() == {"a": 1, "b": 1}
    assert any("(y/2.png)" in note for note in data.notes)


@pytest.mark.parametrize(
    ("tables", "wins"),
    [
        (("metadata.csv", "file_name,label"), "table"),
        (("metadata.csv", "file_name,caption"), "folders"),
        (("metadata.csv", "width,label"), "folders"),
        (("other.csv", "file_name,label"), "folders"),
        (("metadata.csv", "file_name,label", "labels.csv", "file_name,label"), "folders"),
    ],
)
def test_one_format_recognises_a_folder(tmp_path, tables, wins):
    """Of table and class folders exactly one is recognised: a table only with files and labels."""
    plant(tmp_path, {"x/0.png": flat(0), "y/1.png": flat(1)})
    for name, header in zip(tables[::2], tables[1::2], strict=True):
        (tmp_path / name).write_text(f"{header}\nx/0.png,a\ny/1.png,b\n")
    assert LabelTable().recognises(tmp_path) == (wins == "table")
    assert ClassFolders().recognises(tmp_path) == (wins == "folders")
    data = read_images(tmp_path)
    assert data.classes == (("a", "b") if wins == "table" else ("x", "y"))
    told = "was not used" in str(data.notes) or "were not used" in str(data.notes)
    assert told == (wins == "folders" and tables[0] != "other.csv")


def test_two_tables_over_images_without_classes(tmp_path):
    """Where nothing but two tables tells the classes, a person says which one counts."""
    plant(tmp_path, {"0.png": flat(0), "1.png": flat(1)})
    for name in ("labels.csv", "metadata.csv"):
        (tmp_path / name).write_text("path,label\n0.png,a\n1.png,b\n")
    error = refused(tmp_path)
    assert error.code == "E-DATA-AMBIGUOUS"
    assert "labels.csv, metadata.csv" in error.what


def test_table_without_labels_alone_in_its_folder(tmp_path):
    """Where nothing else tells the classes, a folder's table is asked for its label column."""
    table(tmp_path, "file_name,breed\n0.png,pug\n1.png,cat\n", n_images=2, name="metadata.csv")
    assert refused(tmp_path).code == "E-TABLE-LABEL"
    assert read_images(tmp_path, label_column="breed").classes == ("cat", "pug")


def test_two_columns_of_one_name(tmp_path):
    """No ``--label-column`` tells them apart, so that none is asked for."""
    place = table(tmp_path, "path,label,class,label\n0.png,a,c,a\n1.png,b,d,b\n", n_images=2)
    for wanted in (None, "label"):
        error = refused(place, label_column=wanted)
        assert error.code == "E-TABLE-COLUMN"
        assert "'label' and 'label'" in error.what
    assert read_images(place, label_column="class").classes == ("c", "d")


def test_empty_cells(tmp_path):
    """A row without label, file, group or part is named with its column, not guessed."""
    for column, rows in {
        "label": "0.png,a,g,train\n1.png,,g,train\n",
        "path": "0.png,a,g,train\n,b,g,train\n",
        "group": "0.png,a,g,train\n1.png,b, ,train\n",
        "split": "0.png,a,g,train\n1.png,b,g,\n",
    }.items():
        error = refused(table(tmp_path, f"path,label,group,split\n{rows}", n_images=2))
        assert error.code == "E-LABEL-MISSING"
        assert f"'{column}'" in error.what
        assert ": 3." in error.what


def test_blank_rows_are_skipped_and_counted(tmp_path):
    """Blank rows, as spreadsheets leave them, hold no image but keep their number."""
    text = "path,label\n0.png,a\n\n,\n1.png,b\n"
    assert read_images(table(tmp_path, text)).labels.tolist() == ["a", "b"]
    error = refused(table(tmp_path, text + "2.png\n"))
    assert error.code == "E-CSV-ROW"
    assert "Row 6 " in error.what


def test_unpaired_quotation_mark(tmp_path):
    """A quotation mark that is never closed is an error with its row, not one long label."""
    error = refused(table(tmp_path, 'path,label\n0.png,a\n1.png,"b\n2.png,a\n'))
    assert error.code == "E-CSV-ROW"
    assert "Row 3 " in error.what


def test_tables_without_files(tmp_path):
    """A table that names no files, has no header, or is empty is told what is expected."""
    for text in ("a,b\n1,2\n", "0.png,a\n1.png,b\n", "", "\n\n"):
        error = refused(table(tmp_path, text))
        assert error.code == "E-TABLE-COLUMN"
        assert "file_name" in error.next_step
    assert refused(table(tmp_path, "path,label\n")).code == "E-DATA-EMPTY"
    error = refused(table(tmp_path, "path,file_name,label\n0.png,0.png,a\n"))
    assert error.code == "E-TABLE-COLUMN"
    assert "'path'" in error.what
    assert "'file_name'" in error.what


def test_unknown_part(tmp_path):
    """A part that is none is E-DATA-SPLIT."""
    error = refused(table(tmp_path, "path,label,split\n0.png,a,train\n1.png,b,exam\n"))
    assert error.code == "E-DATA-SPLIT"


def test_only_regular_files_inside_are_opened(tmp_path):
    """Links out of the folder, pipes and folders become bad files; a link inside is followed."""
    plant(tmp_path, {"out/o.png": flat(9)})
    path = table(
        tmp_path / "in",
        "path,label\n0.png,a\n1.png,b\nlink.png,a\nleak.png,b\npipe.png,a\nsub,b\n",
    )
    (tmp_path / "in" / "link.png").symlink_to("2.png")
    (tmp_path / "in" / "leak.png").symlink_to(tmp_path / "out" / "o.png")
    os.mkfifo(tmp_path / "in" / "pipe.png")
    (tmp_path / "in" / "sub").mkdir()
    data = read_images(path)
    assert data.sources == ("0.png", "1.png", "link.png")
    assert {bad.path for bad in data.bad_files} == {"leak.png", "pipe.png", "sub"}
    assert {bad.code for bad in data.bad_files} == {"E-IMG-READ"}
    assert "out of the folder" in data.bad_files[0].reason


def test_folder_behind_a_link(tmp_path):
    """A table in a folder that is itself a link lists the files of that folder."""
    table(tmp_path / "real", "path,label\n0.png,a\n1.png,b\n", n_images=2)
    (tmp_path / "link").symlink_to("real")
    assert len(read_images(tmp_path / "link" / "t.csv")) == 2


@given(text=st.text(alphabet="ab./\\:%~ \0", min_size=1, max_size=12))
def test_no_path_leads_out(text):
    """Whatever is written, an accepted path stays below the folder, in normal form."""
    with contextlib.suppress(DataError):
        path = listed_path(text, 2, Path("t.csv"))
        assert os.path.normpath(f"/data/folder/{path}") == f"/data/folder/{path}"
        assert PurePosixPath("/data/folder", path).is_relative_to("/data/folder/")


def test_listed_file_is_stamped_by_what_it_leads_to(tmp_path):
    """The stamp changes when the file behind a link does, so that no stale pixels are kept."""
    plant(tmp_path, {"a.png": flat(1), "b.png": flat(2)})
    link = tmp_path / "link.png"
    link.symlink_to("a.png")
    file = ListedFile(tmp_path.resolve(), "link.png")
    before = file.stamp()
    assert file.stamp() == before
    link.unlink()
    link.symlink_to("b.png")
    assert file.stamp() != before


def test_unlisted_images_are_counted_where_files_are_listed(tmp_path):
    """Images beside listed ones are counted; other folders are not searched."""
    plant(tmp_path, {"deep/more/x.png": flat(7), ".hidden.png": flat(7), "note.txt": b"text"})
    data = read_images(table(tmp_path, "path,label\n0.png,a\n1.png,b\n"))
    assert data.notes == (
        "2 images beside the listed ones are not in the table, such as 2.png.",
    )  # fmt: skip
