"""Unreadable files are reported by cause, and nothing takes their place."""

from tests.checks._data import jpegs
from tests.data.pictures import plant
from vistazo.checks.unreadable_files import UnreadableFiles
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol


def test_files_are_grouped_by_cause_and_never_replaced(tmp_path):
    """Each cause is one finding with its files; the data set has only images that were read."""
    files = jpegs({"a": 10, "b": 10})
    files |= {"a/x.jpg": b"", "b/x.jpg": b"", "b/cut.jpg": files["b/1.jpg"][:-200]}
    data = read_images(plant(tmp_path, files))
    assert len(data) == 20
    empty, cut = UnreadableFiles().run(data, Protocol())
    assert (empty.count, empty.examples) == (2, ("a/x.jpg", "b/x.jpg"))
    assert "E-IMG-EMPTY" in empty.what
    assert (cut.count, cut.examples) == (1, ("b/cut.jpg",))
    assert "E-IMG-TRUNC" in cut.what
    assert empty.measured == {"share": 2 / 23}


def test_readable_files_say_nothing(tmp_path):
    """Where everything was read there is no finding."""
    data = read_images(plant(tmp_path, jpegs({"a": 3, "b": 3})))
    assert UnreadableFiles().run(data, Protocol()) == []
