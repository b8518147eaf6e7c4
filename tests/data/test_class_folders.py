"""Class folders: layouts, order, what is ignored, and what stops the reading."""

import os
import socket

import numpy as np
import pytest

from tests.data.pictures import encode, plant, ramp
from vistazo.data.images import FACTS
from vistazo.data.reading import read_images
from vistazo.errors import DataError, UsageError


def flat(value, height=16, width=16):
    """A gray picture whose value says which one it is."""
    return np.full((height, width), value, np.uint8)


@pytest.fixture
def pets(tmp_path):
    return plant(
        tmp_path / "pets",
        {
            "cat/1.png": flat(1),
            "cat/2.png": flat(2),
            "dog/1.png": flat(3),
            "dog/old/puppy.png": flat(4),
        },
    )


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_images(path, **options)
    return caught.value


def noted(data, *words):
    return any(all(word in note for word in words) for note in data.notes)


def test_folders_are_classes(pets):
    """Each image keeps its own label and source, deeper folders included."""
    data = read_images(pets)
    assert data.name == "pets"
    assert data.classes == ("cat", "dog")
    assert data.sources == ("cat/1.png", "cat/2.png", "dog/1.png", "dog/old/puppy.png")
    assert data.labels.tolist() == ["cat", "cat", "dog", "dog"]
    assert data.images.pixels[:, 0, 0, 0].tolist() == [1, 2, 3, 4]
    assert data.split is None
    assert data.notes == ()


def test_classes_are_chosen_and_ordered(pets):
    """``classes`` orders and selects; an unknown one is refused with the nearest name."""
    plant(pets, {"owl/1.png": flat(5)})
    data = read_images(pets, classes=["owl", "cat"])
    assert data.classes == ("owl", "cat")
    assert data.class_counts() == {"owl": 1, "cat": 2}
    assert noted(data, "2", "dog")
    error = refused(pets, classes=["cat", "dgo"])
    assert error.code == "E-DATA-CLASSES"
    assert "'dog'" in error.next_step
    with pytest.raises(UsageError):
        read_images(pets, classes=["cat", "cat"])


def test_numbered_folders(tmp_path):
    """Folders called 0, 2 and 10 are in the order of their numbers, and can be named."""
    plant(tmp_path, {f"{number}/a.png": flat(number) for number in (0, 2, 10)})
    assert read_images(tmp_path).classes == ("0", "2", "10")
    named = read_images(tmp_path, classes=[f"kind {number}" for number in range(11)])
    assert named.classes == ("kind 0", "kind 2", "kind 10")
    for label, pixels in zip(named.labels.tolist(), named.images.pixels, strict=True):
        assert label == f"kind {pixels[0, 0, 0]}"


@pytest.mark.parametrize("validation", ["val", "valid", "Validation"])
def test_parts_are_kept(tmp_path, validation):
    """train, val and test folders around the classes become the given split."""
    expected = {
        "train/a/1.png": "train",
        "train/b/1.png": "train",
        "test/a/1.png": "test",
        f"{validation}/b/1.png": "validation",
    }
    data = read_images(plant(tmp_path, dict.fromkeys(expected, flat(1))))
    assert dict(zip(data.sources, data.split.tolist(), strict=True)) == expected
    assert data.labels.tolist() == [source.split("/")[1] for source in data.sources]
    assert np.array_equal(data.images.validation, data.split == "validation")


def test_a_folder_beside_the_parts(tmp_path):
    """What lies beside parts with class folders in them is no class, and that is told."""
    names = ("train/a/1.png", "train/b/1.png", "test/a/1.png", "drafts/1.png")
    data = read_images(plant(tmp_path, dict.fromkeys(names, flat(1))))
    assert (data.classes, data.split.tolist()) == (("a", "b"), ["test", "train", "train"])
    assert any("drafts/1.png" in note for note in data.notes)


def test_class_called_train(tmp_path):
    """A vehicle called train beside other classes is a class."""
    data = read_images(plant(tmp_path, {"train/1.png": flat(1), "plane/1.png": flat(2)}))
    assert data.classes == ("plane", "train")
    assert data.split is None


def test_what_is_ignored(pets):
    """Hidden files, system files and empty class folders never shift a label."""
    before = read_images(pets)
    left_behind = ("__MACOSX/cat/x.png", ".ipynb_checkpoints/1.png", "cat/._1.png")
    plant(pets, dict.fromkeys(left_behind, flat(9)))
    plant(pets, dict.fromkeys(("cat/Thumbs.db", "cat/.DS_Store", "desktop.ini"), b"junk"))
    (pets / "bird" / "deeper").mkdir(parents=True)
    data = read_images(pets)
    assert data.fingerprint == before.fingerprint
    assert data.notes == ("Class folders without images were ignored: bird.",)


def test_other_files_are_counted(pets):
    """Files that are no images by name or content are left alone and counted."""
    other = {"notes.txt": b"hello", "cat/film.mp4": b"film", "cat/README": b"text", "a.txt": b""}
    data = read_images(plant(pets, other))
    assert len(data) == 4
    assert data.bad_files == ()
    assert noted(data, "4 other files", ".txt")


def test_names_do_not_matter(pets):
    """An image is read by content: in capitals, without an ending, or with a wrong one."""
    plant(pets, {"cat/A.JPG": encode(ramp(16, 16), "JPEG"), "cat/b": flat(6), "cat/c.gif": flat(7)})
    data = read_images(pets)
    assert {"cat/A.JPG", "cat/b", "cat/c.gif"} <= set(data.sources)
    assert data.bad_files == ()


def test_strange_names(tmp_path):
    """Spaces, accents, other scripts and bytes that are no UTF-8 survive as text."""
    names = ["ñandú – 1", "ملف", "🦜 =1+1", os.fsdecode(b"caf\xe9")]
    data = read_images(plant(tmp_path, {f"{name}/x.png": flat(1) for name in names}))
    assert set(data.classes) == {*names[:3], "caf\\xe9"}
    "\n".join((*data.sources, *data.classes)).encode()  # every output can hold them


def test_listed_lookalikes_are_read(tmp_path):
    """A person who lists both a and A has two classes."""
    plant(tmp_path, {"a/1.png": flat(1), "A/1.png": flat(2)})
    assert read_images(tmp_path, classes=["a", "A"]).class_counts() == {"a": 1, "A": 1}


def test_links(pets, tmp_path):
    """Links to files inside are read; to folders, loops and outside are not, and said."""
    outside = plant(tmp_path / "outside", {"secret.png": flat(9)})
    (pets / "cat" / "linked.png").symlink_to(pets / "dog" / "1.png")
    (pets / "cat" / "outside.png").symlink_to(outside / "secret.png")
    (pets / "cat" / "gone.png").symlink_to(pets / "nowhere.png")
    (pets / "cat" / "loop").symlink_to(pets)
    (pets / "owl").symlink_to(outside)
    (pets / "self.png").symlink_to(pets / "self.png")
    data = read_images(pets)
    assert data.classes == ("cat", "dog")
    assert sorted(data.images.pixels[:, 0, 0, 0].tolist()) == [1, 2, 3, 3, 4]
    assert noted(data, "5 links")


def test_special_files_are_never_opened(pets, monkeypatch):
    """A pipe and a socket among the images do not stop or slow the reading."""
    os.mkfifo(pets / "cat" / "pipe.png")
    os.mkfifo(pets / "dog" / "pipe")
    monkeypatch.chdir(pets)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("dog/socket.jpg")
        data = read_images(pets)
    assert len(data) == 4
    assert noted(data, "3 other files")


def test_bad_files_are_left_out_and_listed(pets):
    """Broken images are listed with path, code and reason; the others keep their labels."""
    cut = encode(np.random.default_rng(0).integers(0, 256, (16, 16), np.uint8))[:200]
    plant(pets, {"cat/empty.png": b"", "cat/a.jpg": b"hello", "dog/0.png": cut})
    data = read_images(pets)
    assert data.images.pixels[:, 0, 0, 0].tolist() == [1, 2, 3, 4]
    assert data.labels.tolist() == ["cat", "cat", "dog", "dog"]
    assert {(bad.path, bad.code) for bad in data.bad_files} == {
        ("cat/empty.png", "E-IMG-EMPTY"),
        ("cat/a.jpg", "E-IMG-FORMAT"),
        ("dog/0.png", "E-IMG-TRUNC"),
    }
    assert all(bad.reason for bad in data.bad_files)


def test_files_that_vanish_are_bad_files(pets):
    """A file that goes away between the two passes is listed; progress counts every file."""
    calls = []

    def progress(done, total):
        calls.append((done, total))
        (pets / "dog" / "1.png").unlink(missing_ok=True)

    data = read_images(pets, progress=progress)
    assert calls == [(done, 4) for done in range(5)]
    assert [(bad.path, bad.code) for bad in data.bad_files] == [("dog/1.png", "E-IMG-READ")]
    assert data.images.pixels[:, 0, 0, 0].tolist() == [1, 2, 4]


def test_too_many_bad_files_stop_the_reading(tmp_path):
    """More than 5 % and more than 3 bad files are E-DATA-BAD with reasons; fewer are not."""
    plant(tmp_path, {f"a/{i}.png": flat(1) for i in range(70)})
    plant(tmp_path, {"b/ok.png": flat(2), **{f"b/{i}.png": b"text" for i in range(3)}})
    assert len(read_images(tmp_path).bad_files) == 3
    plant(tmp_path, {"b/3.png": b""})  # 4 of 75 are 5.3 %
    error = refused(tmp_path)
    assert error.code == "E-DATA-BAD"
    assert "4 of 75" in error.what
    assert "E-IMG-FORMAT" in error.what
    assert "E-IMG-EMPTY" in error.what


def test_common_size_is_kept(tmp_path):
    """Images of one size up to 256 are kept; larger or mixed ones become 128 by 128, noted."""
    plant(tmp_path, {"a/1.png": flat(1, 20, 30), "b/1.png": flat(2, 20, 30)})
    assert read_images(tmp_path).images.shape == (2, 20, 30, 1)
    plant(tmp_path, {"b/2.png": flat(2, 20, 31)})
    mixed = read_images(tmp_path)
    assert mixed.images.shape == (3, 128, 128, 1)
    assert noted(mixed, "2 sizes", "30 × 20", "31 × 20", "128 × 128")
    large = plant(tmp_path / "large", {f"{c}/1.png": flat(1, 300, 400) for c in "ab"})
    assert read_images(large).images.shape == (2, 128, 128, 1)
    assert noted(read_images(large), "400 × 300", "128 × 128")
    assert read_images(large, size=(10, 12), fit="crop").images.shape == (2, 10, 12, 1)


def test_upright_photos_keep_their_size(tmp_path):
    """The common size is the one after turning, and facts are of the file as stored."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encode(ramp(20, 30), "JPEG", exif=exif, quality=83)
    data = read_images(plant(tmp_path, {"a/1.jpg": photo, "b/1.jpg": photo}))
    assert data.images.shape == (2, 30, 20, 3)
    facts = dict(zip(FACTS, data.images.facts[0].tolist(), strict=True))
    sides = {"width": 30, "height": 20}
    assert facts == {**sides, "file_bytes": len(photo), "channels": 3, "jpeg_quality": 83}


def test_channels(tmp_path):
    """Gray and colour together are colour, with a note; asked for, all are gray."""
    plant(tmp_path, {"a/1.png": flat(7), "b/1.png": ramp(16, 16)})
    data = read_images(tmp_path)
    assert data.images.shape == (2, 16, 16, 3)
    assert (data.images.pixels[0] == 7).all()
    assert noted(data, "1 gray image")
    assert read_images(tmp_path, channels=1).images.shape == (2, 16, 16, 1)


def test_policy_reads_later_files_alike(tmp_path):
    """The policy of a data set turns a file's bytes into the very pixels of the data set."""
    plant(tmp_path, {"a/1.png": ramp(40, 60), "b/1.jpg": encode(ramp(500, 300), "JPEG")})
    data = read_images(tmp_path)
    for source, pixels in zip(data.sources, data.images.pixels, strict=True):
        assert np.array_equal(data.policy.read((tmp_path / source).read_bytes()), pixels)


def test_notes_of_files_are_grouped(tmp_path):
    """What was done to many files is said once, with their number."""
    veil = np.full((16, 16, 4), 100, np.uint8)
    data = read_images(plant(tmp_path, {f"{c}/{i}.png": veil for c in "ab" for i in range(3)}))
    assert len(data.notes) == 1
    assert noted(data, "white", "6 files")
