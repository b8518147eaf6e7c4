"""A table of labels in an archive: read as the folder with that table, and nothing outside."""

import tarfile

import numpy as np
import pytest

from tests.data.packing import KINDS, assert_same, pack, tar_of, zip_of
from tests.data.pictures import encode, plant
from vistazo.data.formats import _table_text
from vistazo.data.formats.label_table import LabelTable
from vistazo.data.reading import read_images
from vistazo.data.unlabelled import read_unlabelled
from vistazo.errors import DataError, UsageError


def flat(value):
    """A gray picture whose value says which one it is."""
    return np.full((16, 16), value, np.uint8)


def values(data):
    """The value of each flat picture, in order."""
    return data.images.pixels[:, 0, 0, 0].tolist()


TABLE = (
    "file_name,class,group,split,width\n"
    "x/2.png,b,p,train,16\n"
    "./0.png,a,q,train,16\n"
    "x\\3.png,b,p,val,16\n"
    "1.png,a,q,test,16\n"
    "1.png,a,q,test,16\n"
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a table, in which more lies than is listed."""
    files = {"0.png": flat(0), "1.png": flat(1), "x/2.png": flat(2), "x/3.png": flat(3)}
    files |= {"x/8.png": flat(8), "9.png": flat(9), "y/7.png": flat(7), "notes.txt": b"text"}
    return plant(tmp_path / "pets", {**files, "labels.csv": TABLE.encode()})


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["labels.csv", "metadata.csv"])
def test_an_archive_is_the_folder(folder, kind, name):
    """Images, labels, groups, parts and notes are those of the folder with the table."""
    (folder / "labels.csv").rename(folder / name)
    expected = read_images(folder, size=12)
    assert expected.labels.tolist() == ["b", "a", "b", "a"]
    assert expected.split.tolist() == ["train", "train", "validation", "test"]
    packed = pack(folder, kind, order=lambda path: path.name[::-1])
    assert_same(read_images(packed, size=12, name="pets"), expected)


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_single_folder_around_everything(folder, tmp_path, kind):
    """A table in the only folder at the top is read; its paths start there."""
    expected = read_images(folder)
    plant(tmp_path / "outer", {"__MACOSX/pets/0.png": b"junk", ".hidden": b"junk"})
    folder.rename(tmp_path / "outer" / "pets")
    archive = pack(tmp_path / "outer", kind)
    data = read_images(archive)
    assert_same(data, expected)
    plant(tmp_path / "outer", {"other/1.png": flat(1)})
    assert values(read_images(pack(tmp_path / "outer", kind), size=16)) != values(data)


def test_over_class_folders_only_labels_win(tmp_path):
    """A table without labels leaves the class folders in force, as in a folder."""
    folder = plant(tmp_path / "in", {"a/1.png": flat(1), "b/1.png": flat(2), "b/2.png": flat(3)})
    for text, labels in (
        ("path,width\na/1.png,16\nb/1.png,16\n", ["a", "b", "b"]),
        ("path,label\nb/2.png,x\na/1.png,y\n", ["x", "y"]),
    ):
        (folder / "metadata.csv").write_text(text)
        data = read_images(pack(folder, "zip"), name="in")
        assert data.labels.tolist() == labels
        assert_same(data, read_images(folder))
    (folder / "labels.csv").write_text("path,label\na/1.png,x\nb/1.png,y\n")  # which counts?
    assert read_images(pack(folder, "zip")).labels.tolist() == ["a", "b", "b"]


def test_the_column_of_labels_can_be_named(folder):
    """``label_column`` is taken where there is a table, and refused where there is none."""
    archive = pack(folder, "zip")
    assert set(read_images(archive, label_column="group").labels) == {"p", "q"}
    assert refused(archive, label_column="grup").code == "E-TABLE-COLUMN"
    plain = plant(folder.parent / "plain", {"a/1.png": flat(1), "b/1.png": flat(2)})
    with pytest.raises(UsageError, match="not read as a table"):
        read_images(pack(plain, "zip"), label_column="group")


def test_a_table_without_labels_and_no_class_folders(tmp_path):
    """It is the table that is asked for labels, as in a folder."""
    folder = plant(tmp_path / "in", {"1.png": flat(1), "2.png": flat(2)})
    (folder / "labels.csv").write_text("path,kind\n1.png,x\n2.png,y\n")
    archive = pack(folder, "zip")
    error = refused(archive)
    assert error.code == "E-TABLE-LABEL"
    assert "in.zip/labels.csv" in error.what
    assert read_images(archive, label_column="kind").labels.tolist() == ["x", "y"]


@pytest.mark.parametrize("path", ["../pets/0.png", "/etc/hosts", "C:\\0.png", "http://x/0.png"])
def test_paths_stay_inside(folder, path):
    """A listed path that leads out is E-CSV-PATH, whatever lies there."""
    (folder / "labels.csv").write_text(f"path,label\n{path},a\n0.png,b\n")
    assert refused(pack(folder, "zip")).code == "E-CSV-PATH"


def test_a_path_above_the_table_stays_closed(tmp_path):
    """From a table in the only folder, nothing beside that folder is reached."""
    members = {"in/labels.csv": b"path,label\nin/1.png,a\n1.png,b\n2.png,a\n"}
    members |= {f"in/{n}.png": encode(flat(n)) for n in (1, 2)}
    data = read_images(zip_of(tmp_path / "a.zip", members))
    assert data.sources == ("1.png", "2.png")
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("in/1.png", "E-IMG-READ")]


def test_listed_members_that_are_not_there(tmp_path):
    """They are bad files, as missing files on disk are; so are folders, and what is no image."""
    files = {f"{n}.png": flat(n) for n in range(60)}
    folder = plant(tmp_path / "in", {**files, "deep/1.png": flat(1), "text.png": b"text"})
    rows = [f"{n}.png,{n % 2}" for n in range(60)]
    rows += ["no.png,0", "text.png,1"]
    (folder / "labels.csv").write_text("\n".join(["path,label", *rows]))
    data = read_images(pack(folder, "tar"), name="in")
    assert_same(data, read_images(folder))
    assert [bad.path for bad in data.bad_files] == ["no.png", "text.png"]
    (folder / "labels.csv").write_text("\n".join(["path,label", *rows[:-2], "deep,0"]))
    assert [bad.path for bad in read_images(pack(folder, "tar")).bad_files] == ["deep"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"path,label\n0.png\n", "E-CSV-ROW"),
        (b'path,label\n"0.png,a\n', "E-CSV-ROW"),
        (b"path,label\n0.png,\n", "E-LABEL-MISSING"),
        (b"path,label\n0.png,a\n1.png,a\n", "E-DATA-ONECLASS"),
        (b"path,label\n", "E-DATA-EMPTY"),
    ],
)
def test_broken_tables(folder, content, code):
    """A table that cannot be read is refused with the name of the archive."""
    (folder / "labels.csv").write_bytes(content)
    for place in (folder, pack(folder, "zip"), pack(folder, "tar.xz")):
        assert refused(place).code == code


def test_what_only_looks_like_a_table(folder):
    """A Parquet file, bytes and a folder of that name are no table; class folders are read."""
    for content in (b"PAR1path,label\n", bytes(range(256)), b""):
        (folder / "labels.csv").write_bytes(content)
        assert set(read_images(pack(folder, "zip")).labels) == {"x", "y"}
    (folder / "labels.csv").unlink()
    plant(folder, {"labels.csv/1.png": flat(1)})
    assert set(read_images(pack(folder, "tar")).labels) == {"x", "y", "labels.csv"}


def test_old_encodings_and_separators(folder):
    """UTF-16 and a semicolon are read as in a folder, and told alike."""
    for encoding in ("utf-16", "cp1252"):
        (folder / "labels.csv").write_text("ruta;etiqueta\n0.png;ñ\n1.png;é\n", encoding=encoding)
        assert_same(read_images(pack(folder, "zip"), name="pets"), read_images(folder))


def test_a_table_too_large_for_memory(folder, monkeypatch):
    """It is refused before it is unpacked."""
    monkeypatch.setattr(_table_text, "MAX_UNPACKED", 10)
    for kind in ("zip", "tar.gz"):
        assert refused(pack(folder, kind)).code == "E-ARC-BOMB"


def test_links_in_the_archive_are_refused(tmp_path):
    """A table changes nothing of what an archive may hold."""
    link = tarfile.TarInfo("1.png")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hosts"
    archive = tar_of(tmp_path / "a.tar", {"labels.csv": b"path,label\n1.png,a\n", "1.png": link})
    assert refused(archive).code == "E-ARC-LINK"


def test_without_labels_the_test_part_stays_out(folder):
    """Read without labels, all images but those listed as test are taken."""
    data = read_unlabelled(pack(folder, "zip"))
    assert sorted(values(data)) == [0, 2, 3, 7, 8, 9]


def test_the_format_is_that_of_archives(folder):
    """A table of its own, beside the archive, is still a label table."""
    assert not LabelTable().recognises(pack(folder, "zip"))
