"""D: folders and names as people have them; what cannot be used is told, the rest works."""

import csv
import html
import io
import json
import os
import shutil
import tempfile
import tracemalloc
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from tests.data.pictures import plant
from tests.faults._running import FAST
from vistazo.checks.class_balance import ClassBalance
from vistazo.cli import comparing
from vistazo.data.arrays import from_arrays
from vistazo.data.image_files.stored_files import DiskFile
from vistazo.data.image_files.walking import Kind, walk
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import set_language
from vistazo.methods.nearest_mean import NearestMeanClassifier

COMPARE = (*FAST, "--no-model")
LANGUAGES = ("en", "es")


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Whatever is asked for here leaves no temporary file behind."""
    place = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield
    assert not list(place.iterdir())


def picture(tone, seed=0):
    """A noisy picture of one tone, which is a copy of no other."""
    rng = np.random.default_rng((tone, seed))
    return rng.normal(tone, 30, (16, 16)).clip(0, 255).astype(np.uint8)


def classes(*names, n=4):
    """Files of some classes, ``n`` pictures each."""
    tones = np.linspace(60, 190, len(names)).astype(int).tolist()
    return {
        f"{name}/{i}.png": picture(tone, i)
        for name, tone in zip(names, tones, strict=True)
        for i in range(n)
    }


PETS = classes("cat", "dog")
IN_PARTS = {f"{part}/{name}": image for part in ("train", "val") for name, image in PETS.items()}
ACCENTS = [unicodedata.normalize(form, "piñas") for form in ("NFC", "NFD")]

REFUSED = [
    ("D-01", {}, "E-DATA-EMPTY", ("nothing", "data/cats/1.jpg"), ("nada", "data/gatos/1.jpg")),
    (
        "D-01-other-files",
        {"a.txt": b"text", "b.pdf": b"%PDF"},
        "E-DATA-EMPTY",
        ("2 files (.txt, .pdf)",),
        ("2 archivos (.txt, .pdf)",),
    ),
    (
        "D-03",
        {name: image for name, image in PETS.items() if name.startswith("cat")},
        "E-DATA-ONECLASS",
        ("only one class (cat; images: 4)", "in its own folder"),
        ("una sola clase (cat; imágenes: 4)", "en su propia carpeta"),
    ),
    (
        "D-04",
        {**PETS, "owl/1.png": picture(9)},
        "E-DATA-FEW",
        ("Class 'owl' has too few images to fold (1)", "Add images", "with --classes"),
        ("La clase 'owl'", "gregue imágenes", "con --classes"),
    ),
    (
        "D-07",
        {"1.png": picture(1), "2.png": picture(2)},
        "E-DATA-NOCLASS",
        ("images (2)", "nothing says which class", "data/cats/1.jpg"),
        ("imágenes (2)", "nada dice de qué clase", "data/gatos/1.jpg"),
    ),
    (
        "D-10",
        {**IN_PARTS, "val/heron/1.png": picture(3)},
        "E-DATA-SPLITCLASSES",
        ("validation part", "training part lacks: heron"),
        ("parte 'validation'", "faltan en la de entrenamiento: heron"),
    ),
    (
        "D-21",
        classes("Cat", "cat", "dog"),
        "E-DATA-SAMECLASS",
        ("'Cat' and 'cat'", "Merge or rename"),
        ("'Cat' y 'cat'", "Únalas"),
    ),
    (
        "D-21-accents",
        classes(*ACCENTS, "dog"),
        "E-DATA-SAMECLASS",
        ("piñas", "(U+00F1)", "(U+006E U+0303)", "Merge or rename"),
        ("piñas", "(U+00F1)", "(U+006E U+0303)", "Únalas"),
    ),
    (
        "D-30",
        {**PETS, "cat/empty.png": b"", **{f"dog/bad {i}.png": b"text" for i in range(3)}},
        "E-DATA-BAD",
        ("4 of 12 files", "3 × E-IMG-FORMAT", "1 × E-IMG-EMPTY", "cat/empty.png"),
        ("4 de 12 archivos", "3 × E-IMG-FORMAT", "1 × E-IMG-EMPTY", "cat/empty.png"),
    ),
]


def make(root, files):
    root.mkdir(exist_ok=True)
    return plant(root, files)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("files", "code", "english", "spanish"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_a_folder_that_cannot_be_used(files, code, english, spanish, language, answer, tmp_path):
    """It is one sentence with what is there, and what to do; nothing is written."""
    (tmp_path / "data").mkdir()
    plant(tmp_path / "data", files)
    result = answer("compare", "data", *COMPARE, "--quiet", "--lang", language)
    result.refuses(code, 3, *(english if language == "en" else spanish))
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("language", LANGUAGES)
class TestRefused:
    """What cannot be used for another reason than what lies in the folder."""

    def test_d02_a_path_that_is_not_there(self, language, answer, tmp_path):
        """D-02: the nearest name that exists is told; a file that is no data set is named."""
        plant(tmp_path / "flowers", PETS)
        plant(tmp_path, {"a.txt": b"text"})
        near = {"en": "Did you mean 'flowers'?", "es": "¿Quiso decir 'flowers'?"}[language]
        words = ("compare", "flowrs", *COMPARE, "--lang", language)
        answer(*words).refuses("E-DATA-PATH", 3, "flowrs", near)
        words = ("compare", "a.txt", *COMPARE, "--lang", language)
        answer(*words).refuses("E-DATA-FORMAT", 3, "a.txt", "class-folders")

    def test_d05_a_class_smaller_than_the_folds(self, language, answer, tmp_path):
        """D-05: the class, its images and the folds that it can fill are told."""
        plant(tmp_path / "data", PETS)
        words = ("--methods", "nearest-mean", "--no-floors", "--folds", "5", "--quiet")
        counted = {
            "en": "'cat' has too few images to fold (4)",
            "es": "'cat' tiene muy pocas imágenes (4)",
        }
        result = answer("compare", "data", *words, "--lang", language)
        result.refuses("E-DATA-FEW", 3, counted[language], "--folds 4")

    def test_d18_a_folder_without_the_right_to_list_it(
        self, language, answer, tmp_path, monkeypatch
    ):
        """D-18: the folder is named, and what was read of the others is not used in its place."""
        plant(tmp_path / "data", PETS)
        listing = os.scandir

        def scandir(path="."):
            if str(path).endswith("dog"):
                raise PermissionError(13, "Permission denied")
            return listing(path)

        monkeypatch.setattr(os, "scandir", scandir)
        named = {"en": "The folder data/dog may not be listed", "es": "data/dog"}[language]
        result = answer("compare", "data", *COMPARE, "--lang", language)
        denied = {"en": "Permission denied", "es": "permiso denegado"}[language]
        result.refuses("E-DATA-PERM", 3, named, denied)

    @pytest.mark.parametrize("name", ["data", "data.npz", "t.csv"])
    def test_d18_nothing_may_be_read(self, language, name, answer, tmp_path, monkeypatch):
        """D-18: a folder or a file without any right to it is no format that is not known."""
        plant(tmp_path / "data", PETS)
        (tmp_path / "data.npz").write_bytes(b"PK")
        (tmp_path / "t.csv").write_text("path,label")
        allowed = os.access
        monkeypatch.setattr(
            os, "access", lambda path, mode: Path(path).name != name and allowed(path, mode)
        )
        answer("compare", name, *COMPARE, "--lang", language).refuses("E-DATA-PERM", 3, name)

    def test_d29_data_that_vanish_while_they_are_read(
        self, language, answer, tmp_path, monkeypatch
    ):
        """D-29: files that go before they were read are counted with the system's reason."""
        plant(tmp_path / "data", PETS)
        opening = DiskFile.open

        def vanish(file):
            shutil.rmtree(tmp_path / "data", ignore_errors=True)
            return opening(file)

        monkeypatch.setattr(DiskFile, "open", vanish)
        counted = {"en": "8 of 8 files", "es": "8 de 8 archivos"}[language]
        result = answer("compare", "data", *COMPARE, "--lang", language)
        missing = {"en": "No such file", "es": "no existe el archivo"}[language]
        result.refuses("E-DATA-BAD", 3, counted, "8 × E-IMG-READ", missing)
        assert not list(tmp_path.iterdir())


def link(name, target):
    return lambda folder: (folder / name).symlink_to(target)


def pipe(name):
    return lambda folder: os.mkfifo(folder / name)


def folder(name):
    return lambda root: (root / name).mkdir(parents=True)


DEEP = "/".join(["d" * 60] * 6)
LEFT_BEHIND = ("__MACOSX/cat/x.png", ".DS_Store", "cat/Thumbs.db", "cat/._1.png", "desktop.ini")
USED = [
    (
        "D-06",
        PETS,
        [folder("bird")],
        "Class folders without images were ignored: bird.",
        "Se ignoraron carpetas de clase sin imágenes: bird.",
    ),
    (
        "D-08",
        {**PETS, "loose.png": picture(9)},
        [],
        "1 image outside the class folders was not used (loose.png).",
        "No se usó 1 imagen que está fuera de las carpetas por clase (loose.png).",
    ),
    (
        "D-09",
        {f"outer/in/{name}": image for name, image in PETS.items()},
        [],
        "The class folders are in outer/in.",
        "Las carpetas por clase están en outer/in.",
    ),
    (
        "D-15",
        PETS,
        [link("cat/loop", "..")],
        "1 link to a folder or out of the data was not followed (cat/loop).",
        "No se siguió 1 enlace a una carpeta o fuera de los datos (cat/loop).",
    ),
    (
        "D-15-itself",
        PETS,
        [link("self.png", "self.png")],
        "1 link to a folder or out of the data was not followed (self.png).",
        "No se siguió 1 enlace a una carpeta o fuera de los datos (self.png).",
    ),
    (
        "D-16",
        PETS,
        [link("cat/x.png", "/etc/hostname"), link("owl", "/etc")],
        "2 links to folders or out of the data were not followed, such as owl.",
        "No se siguieron 2 enlaces a carpetas o fuera de los datos, p. ej. owl.",
    ),
    ("D-19", {**PETS, **dict.fromkeys(LEFT_BEHIND, b"left behind")}, [], None, None),
    (
        "D-24",
        {f"{DEEP}/{name}": image for name, image in PETS.items()},
        [],
        f"The class folders are in {DEEP}.",
        f"Las carpetas por clase están en {DEEP}.",
    ),
    (
        "D-27",
        PETS,
        [pipe("cat/pipe.png"), pipe("dog/pipe")],
        "2 other files were left alone (.png, no ending).",
        "No se tocaron 2 archivos de otro tipo (.png, sin extensión).",
    ),
]


@pytest.mark.parametrize(
    ("files", "changes", "english", "spanish"),
    [case[1:] for case in USED],
    ids=[case[0] for case in USED],
)
def test_a_folder_with_something_odd(files, changes, english, spanish, answer, tmp_path):
    """It is compared on its eight images; what was left out is said once, or is not worth it."""
    data = plant(tmp_path / "data", files)
    for change in changes:
        change(data)
    result = answer("compare", "data", *COMPARE)
    assert result.code == 0, result.err
    assert "Traceback" not in result.err
    for language, note in (("es", spanish), ("en", english)):
        set_language(language)
        assert read_images(data).notes == (() if note is None else (note,))
    assert english is None or f"\n  {english}\n" in result.err
    assert json.loads((tmp_path / "runs/compare/data/comparison.json").read_text())["dataset"][
        "n_images"
    ] == len(PETS)


def test_d14_a_link_to_a_file_inside(tmp_path):
    """D-14: the file is read where it lies and where the link lies, under the label there."""
    data = plant(tmp_path, PETS)
    (data / "cat" / "linked.png").symlink_to("../dog/0.png")
    (data / "cat" / "again.png").symlink_to("linked.png")
    read = read_images(data)
    assert read.notes == ()
    assert read.class_counts() == {"cat": 6, "dog": 4}
    pixels = dict(zip(read.sources, read.images.pixels, strict=True))
    for name in ("cat/linked.png", "cat/again.png"):
        assert np.array_equal(pixels[name], pixels["dog/0.png"])


def test_d17_a_file_that_may_not_be_read(answer, tmp_path, monkeypatch):
    """D-17: it is left out and listed with the system's reason; the exit code tells so."""
    plant(tmp_path / "data", PETS)
    opening = DiskFile.open

    def refuse(file):
        if file.path.match("cat/0.png"):
            raise PermissionError(13, "Permission denied")
        return opening(file)

    monkeypatch.setattr(DiskFile, "open", refuse)
    result = answer("compare", "data", *COMPARE)
    assert result.code == 4, result.err
    assert "1 file was left out (E-IMG-READ): cat/0.png" in result.err
    rows = list(csv.reader((tmp_path / "runs/compare/data/bad_files.csv").open()))
    assert rows[1][:2] == ["cat/0.png", "E-IMG-READ"]
    assert "Permission denied" in rows[1][2]


NAMES = {
    "D-20": ("ñandú – 1", "🦜 parrot", "\u0645\u0644\u0641", "x" * 255),
    "D-22": ("a\nb", 'q"u,o', "=1+1", "-x", "'", "<b>&amp;"),
    "D-23": (os.fsdecode(b"caf\xe9"), "dog"),
    "D-26": ("CON", "NUL", "dot.", " "),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_of_classes(case, answer, tmp_path):
    """Names come through a comparison into CSV, JSON and report; no output is named by them."""
    names = NAMES[case]
    plant(tmp_path / "data", classes(*names))
    (tmp_path / "data" / "empty\nReport: forged").mkdir()
    result = answer("compare", "data", *COMPARE)
    assert result.code == 0, result.err
    assert sum(line.startswith("Report: ") for line in result.err.splitlines()) == 1
    run = tmp_path / "runs" / "compare" / "data"
    expected = [name.replace("\n", "\\n").replace("\udce9", "\\xe9") for name in names]
    about = json.loads((run / "comparison.json").read_text("utf-8"))
    assert sorted(about["dataset"]["classes"]) == sorted(expected)
    text = (run / "predictions.csv").read_text("utf-8")
    assert len(text.splitlines()) == 1 + 4 * len(names)
    rows = list(csv.DictReader(io.StringIO(text)))
    # an apostrophe keeps a spreadsheet from calculating
    assert {row["label"].removeprefix("'") for row in rows} == {
        name.removeprefix("'") for name in expected
    }
    page = (run / "report.html").read_text("utf-8")
    assert all(name in html.unescape(page) for name in expected)
    assert "<b>&amp;" not in page
    outputs = {path.stem for path in run.rglob("*")}
    assert not outputs & {*names, *(name.strip(". ") for name in names)} - {""}


def test_d28_nothing_is_written_into_the_data(answer, tmp_path):
    """D-28: data that may only be read are enough: their folder is as it was, to the second."""
    data = plant(tmp_path / "data", PETS)

    def state():
        # without the time of the last access, which reading changes
        return {p: p.lstat()[:-3] + p.lstat()[-2:] for p in [data, *data.rglob("*")]}

    for path in (*data.rglob("*"), data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = state()
    try:
        assert answer("compare", "data", *COMPARE).code == 0
        assert state() == before
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o755)


def test_d29_data_that_vanish_after_they_were_read(answer, tmp_path, monkeypatch):
    """D-29: images are read once, at the start: without their files the run ends as with them."""
    plant(tmp_path / "data", PETS)
    assert answer("compare", "data", *COMPARE, "--out", "whole").code == 0
    reading = comparing.read_images

    def read_and_remove(*arguments, **options):
        data = reading(*arguments, **options)
        shutil.rmtree(tmp_path / "data")
        return data

    monkeypatch.setattr(comparing, "read_images", read_and_remove)
    result = answer("compare", "data", *COMPARE, "--out", "without")
    assert result.code == 0, result.err
    assert not (tmp_path / "data").exists()
    whole, without = (tmp_path / run / "predictions.csv" for run in ("whole", "without"))
    assert without.read_bytes() == whole.read_bytes()


@pytest.mark.slow
def test_d25_very_many_files_in_one_folder(tmp_path, monkeypatch):
    """D-25: 100,000 files are found by listing each folder once, within 100 MB."""
    n_files = 100_000
    (tmp_path / "cat").mkdir()
    for number in range(n_files):
        os.mknod(tmp_path / "cat" / f"{number}.png")
    listed = []
    listing = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or listing(path))
    tracemalloc.start()
    found = list(walk(tmp_path))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(listed) == 2  # the folder and the one in it
    assert sum(entry.kind is Kind.IMAGE for entry in found) == n_files
    assert peak < 100e6  # bytes


def test_d34_one_class_outweighs_the_other():
    """D-34: 10,000 images to one are fitted; what would mislead is told, and how to measure."""
    tones = np.random.default_rng(0).normal(60, 10, (10_001, 8, 8)).clip(0, 255)
    tones[0] = 200
    labels = np.array(["rare"] + ["often"] * 10_000)
    data = from_arrays(np.rint(tones).astype(np.uint8), labels)
    model = NearestMeanClassifier().fit(data.images, data.labels)
    assert (model.predict(data.images) == labels).all()
    found = ClassBalance().run(data, Protocol(folds=2, metric="accuracy"))
    assert {finding.severity for finding in found} >= {"fatal", "alarm"}
    assert any("10,000" in finding.what for finding in found)


def test_d34_the_balanced_score_decides(answer, tmp_path):
    """D-34: who always answers a class 100 times as large gets one half in the first column."""
    tones = np.repeat([60, 190], [200, 2])[:, None, None]
    noise = np.random.default_rng(0).normal(tones, 10, (202, 12, 12)).clip(0, 255)
    labels = np.repeat(["often", "rare"], [200, 2])
    np.savez(tmp_path / "data.npz", images=np.rint(noise).astype(np.uint8), labels=labels)
    words = ("--methods", "nearest-mean,majority", "--folds", "2", "--processes", "1")
    result = answer("compare", "data.npz", *words, "--no-floors", "--no-model", "--quiet")
    assert result.code == 0, result.err
    head, *rows = result.out.splitlines()
    assert head.split()[:3] == ["Method", "Balanced", "accuracy"]
    (majority,) = [row for row in rows if row.startswith("majority")]
    assert majority.split()[1] == "0.500"
