"""Damaged and hostile model folders: every one is refused by name, and nothing runs."""

import importlib.metadata
import io
import json
import os
import pickle
import struct
import zipfile

import joblib
import numpy as np
import pytest
import safetensors.numpy
import skops.io
import torch
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from tests.persistence._models import edit_manifest, fit, seal, seal_manifest
from vistazo.errors import DataError, VistazoError, VistazoWarning
from vistazo.persistence import load, save


def refused(folder, code, *words):
    """Assert that loading is refused with the code and the words; return the message."""
    with pytest.raises(VistazoError) as caught:
        load(folder)
    assert caught.value.code == code, str(caught.value)
    for word in words:
        assert word in str(caught.value)
    return str(caught.value)


class Bomb:
    """Writes a marker file when it is unpickled."""

    def __init__(self, marker):
        self.marker = str(marker)

    def __reduce__(self):
        return os.system, (f"touch '{self.marker}'",)


# damage


def test_a_flipped_bit_anywhere_is_refused(stored):
    """100 of 100 models with one flipped bit, in any file at any place, are refused."""
    seed = 20_260_101
    rng = np.random.default_rng(seed)
    folders = [stored("cnn"), stored("hog-svm"), stored("majority")]
    paths = [path for folder in folders for path in sorted(folder.iterdir())]
    for flip in range(100):
        # each file in turn: else the large ones would take nearly all flips
        path = paths[flip % len(paths)]
        whole = path.read_bytes()
        content = bytearray(whole)
        position, bit = rng.integers(len(content)), rng.integers(8)
        content[position] ^= 1 << bit
        path.write_bytes(content)
        print(f"seed {seed}: bit {bit} of byte {position} of {path.name}")
        with pytest.raises(DataError) as caught:
            load(path.parent)
        if path.name != "SHA256SUMS":
            assert caught.value.code == "E-MODEL-HASH"
            assert path.name in str(caught.value)
        path.write_bytes(whole)
    for folder in folders:
        load(folder)


@pytest.mark.parametrize("member", ["weights.safetensors", "manifest.json", "card.md"])
@pytest.mark.parametrize("part", [0, 0.5])
def test_a_truncated_or_empty_file_is_refused(member, part, stored):
    """A file that lost its end, or all of it, differs from its checksum."""
    path = stored("cnn") / member
    os.truncate(path, int(path.stat().st_size * part))
    refused(path.parent, "E-MODEL-HASH", member)


@pytest.mark.parametrize("content", ["", "no list\n", "0" * 64 + "  x\x1b[2J.skops\n"])
def test_damaged_checksums_are_refused(content, stored):
    """``SHA256SUMS`` that is no list of checksums, or lists no manifest, is refused."""
    folder = stored("cnn")
    (folder / "SHA256SUMS").write_text(content)
    refused(folder, "E-MODEL-HASH" if content else "E-MODEL-MISSING")


def test_checksums_and_manifest_must_agree(stored):
    """A file that was changed with its line in ``SHA256SUMS`` contradicts the manifest."""
    folder = stored("cnn")
    (folder / "card.md").write_text("another card")
    seal_manifest(folder)
    refused(folder, "E-MODEL-HASH", "card.md", "manifest.json")


@pytest.mark.parametrize("name", ["weights.safetensors", "card.md", "manifest.json"])
def test_a_missing_file_is_named(name, stored):
    """A file that ``SHA256SUMS`` lists must be there."""
    folder = stored("cnn")
    (folder / name).unlink()
    refused(folder, "E-MODEL-MISSING", name)


def test_files_that_do_not_belong_are_refused(stored):
    """An unlisted file is refused; what a file manager leaves behind is not."""
    folder = stored("majority")
    for junk in (".DS_Store", "._manifest.json", "Thumbs.db", "desktop.ini"):
        (folder / junk).write_bytes(b"junk")
    load(folder)
    (folder / "helper.py").write_text("print(1)")
    refused(folder, "E-MODEL-EXTRA", "helper.py")
    (folder / "helper.py").unlink()
    (folder / "thumbs").mkdir()
    refused(folder, "E-MODEL-EXTRA", "thumbs")


# what is no model


@pytest.mark.parametrize("ending", ["pt", "pth", "pkl", "pickle", "joblib", "bin"])
def test_a_pickle_is_never_loaded(ending, tmp_path):
    """A pickle given as a model is refused, without advice to force it, and does not run."""
    marker = tmp_path / "marker"
    path = tmp_path / f"model.{ending}"
    path.write_bytes(pickle.dumps(Bomb(marker)))
    message = refused(path, "E-MODEL-FORMAT", "pickle is never loaded")
    assert "weights_only" not in message
    assert not marker.exists()


def test_a_pickle_inside_a_model_does_not_run(stored, tmp_path):
    """Pickle and joblib bytes under a member's name, with right checksums, are refused."""
    marker = tmp_path / "marker"
    buffer = io.BytesIO()
    joblib.dump(Bomb(marker), buffer)
    for content in (pickle.dumps(Bomb(marker)), buffer.getvalue()):
        for name, member in (("hog-svm", "classifier.skops"), ("cnn", "weights.safetensors")):
            folder = tmp_path / name
            if not folder.exists():
                stored(name)
            (folder / member).write_bytes(content)
            seal(folder)
            refused(folder, "E-MODEL-FORMAT", member)
    assert not marker.exists()


def test_a_pickled_array_inside_skops_does_not_run(stored, tmp_path):
    """An object array that would be unpickled is refused."""
    marker, folder = tmp_path / "marker", stored("hog-svm")
    buffer = io.BytesIO()
    np.save(buffer, np.array([Bomb(marker)], object), allow_pickle=True)
    path = folder / "classifier.skops"
    rewrite(path, lambda name, content: buffer.getvalue() if name.endswith(".npy") else content)
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "classifier.skops")
    assert not marker.exists()


def test_nothing_and_other_folders_are_no_model(tmp_path):
    """A path without anything, and a folder of something else, are told apart."""
    refused(tmp_path / "nothing", "E-MODEL-NONE", "nothing")
    (tmp_path / "photo.jpg").write_bytes(b"")
    refused(tmp_path, "E-MODEL-FORMAT", "SHA256SUMS")


# names, links and sizes


@pytest.mark.parametrize(
    "name",
    ["../outside.skops", "/etc/passwd", "C:\\x.skops", "a/b.skops", "..", "code.py"],
)
def test_names_outside_the_folder_are_refused(name, stored, tmp_path):
    """A listed name that is not that of a member is refused before any file is opened."""
    folder = stored("majority")
    (tmp_path / "outside.skops").write_bytes(b"")
    with (folder / "SHA256SUMS").open("a", newline="\n") as file:
        file.write("0" * 64 + f"  {name}\n")
    refused(folder, "E-MODEL-EXTRA")


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
@pytest.mark.parametrize("name", ["weights.safetensors", "SHA256SUMS"])
def test_only_plain_files_are_read(kind, name, stored, tmp_path):
    """A link, even to the right bytes, a pipe and a folder are refused without waiting."""
    path = stored("majority") / name
    path.rename(tmp_path / "moved")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / ("moved" if kind == "link" else "nowhere"))
    refused(path.parent, "E-MODEL-FILE", name)


@pytest.mark.parametrize(
    ("name", "size"),
    [("manifest.json", 65 * 2**20), ("weights.safetensors", 2**31 + 1), ("SHA256SUMS", 2**21)],
)
def test_too_large_files_are_not_read(name, size, stored):
    """A file above its limit is refused by its size alone."""
    folder = stored("majority")
    os.truncate(folder / name, size)  # sparse: takes no room
    refused(folder, "E-MODEL-SIZE", name)


# the manifest


def test_a_newer_schema_is_named(stored):
    """The manifest of a newer version is refused with both schemas, whatever else it holds."""
    folder = stored("majority")
    edit_manifest(folder, schema="vistazo.model/2", novelty=True)
    refused(folder, "E-MODEL-SCHEMA", "vistazo.model/2", "vistazo.model/1")


@pytest.mark.parametrize(
    "values",
    [
        {"schema": "other/1"},
        {"novelty": 1},
        {"classes": ["dark", "bright"]},
        {"classes": ["dark"]},
        {"classes": ["dark", "dark"]},
        {"classes": ["1", "9" * 30], "class_kind": "int"},
        {"classes": ["1", "two"], "class_kind": "int"},
        {"classes": ["01", "2"], "class_kind": "int"},
        {"class_kind": "float"},
        {"image_shape": [28, 28, 2]},
        {"image_shape": [28, 0, 1]},
        {"image_shape": [20, 20, 1]},
        {"preprocessing": {}},
        {"preprocessing": None},
        {"parameters": {"shares": 1}},
        {"parameters": {"recipe": {"epochs": 1}}},
        {"probe": {"labels": ["dark"] * 3, "probabilities": None}},
        {"probe": {"labels": ["dark"] * 4, "probabilities": [[1.0], [1.0], [1.0], [1.0]]}},
        {"facts": {"number": float("nan")}},
    ],
)
def test_a_manifest_that_does_not_hold_together_is_refused(values, stored):
    """Unknown keys, wrong types and contradictions are refused though the checksums are right."""
    folder = stored("majority")
    edit_manifest(folder, **values)
    refused(folder, "E-MODEL-MANIFEST")


@pytest.mark.parametrize("key", ["schema", "preprocessing", "classes", "probe", "members"])
def test_a_manifest_has_no_defaults(key, stored):
    """A key that is left out is refused by name, and never replaced by a default."""
    folder = stored("majority")
    values = json.loads((folder / "manifest.json").read_text())
    del values[key]
    (folder / "manifest.json").write_text(json.dumps(values))
    seal_manifest(folder)
    refused(folder, "E-MODEL-MANIFEST", key)


@pytest.mark.parametrize("key", ["size", "fit", "channels", "max_pixels", "min_side"])
def test_preprocessing_has_no_defaults(key, stored):
    """A part of the preprocessing that is left out or of a wrong type is refused."""
    folder = stored("majority")
    preprocessing = json.loads((folder / "manifest.json").read_text())["preprocessing"]
    for wrong in ({**preprocessing, key: "x"}, {**preprocessing, "other": 1}, dict(preprocessing)):
        if wrong == preprocessing:
            del wrong[key]
        edit_manifest(folder, preprocessing=wrong)
        refused(folder, "E-MODEL-MANIFEST", "preprocessing")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"[]", b'{"schema": 1}'])
def test_what_is_no_json_object_is_refused(content, stored):
    """Bytes that are no manifest at all are refused."""
    folder = stored("majority")
    (folder / "manifest.json").write_bytes(content)
    seal_manifest(folder)
    refused(folder, "E-MODEL-MANIFEST")


@pytest.mark.parametrize(
    "method", ["os:system", "os.system", "../majority", "vistazo.methods.majority", "_fitting", ""]
)
def test_only_methods_of_the_catalogue_are_built(method, stored):
    """A method that is not in Vistazo's own catalogue is refused, and nothing is imported."""
    folder = stored("majority")
    edit_manifest(folder, method=method)
    refused(folder, "E-MODEL-METHOD", "majority")


def test_a_method_of_another_package_is_not_built(stored, monkeypatch):
    """A folder of ours names methods of ours: one that an entry point offers is refused."""
    entry = importlib.metadata.EntryPoint("alien", "sklearn.svm:SVC", "vistazo.methods")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry])
    folder = stored("majority")
    edit_manifest(folder, method="alien")
    refused(folder, "E-MODEL-METHOD", "alien")


def test_a_recipe_cannot_name_a_class(stored):
    """A nested object is built from the class its parameter stands for, whatever the file says."""
    folder = stored("cnn")
    parameters = json.loads((folder / "manifest.json").read_text())["parameters"]
    for recipe in ({"class": "os.system"}, {"function": "os.system"}):
        edit_manifest(folder, parameters=parameters | {"recipe": recipe})
        refused(folder, "E-MODEL-MANIFEST")
    edit_manifest(folder, parameters=parameters | {"architecture": {"class": "os.system"}})
    refused(folder, "E-MODEL-MANIFEST")
    edit_manifest(folder, parameters=parameters | {"architecture": "torch.hub:load"})
    refused(folder, "E-NAME", "torch.hub:load")


def test_other_classes_than_the_weights_are_refused(stored):
    """A class too many in the manifest does not fit the head: both numbers are named."""
    classes = {"classes": ["bright", "dark", "new"], "probe": {"labels": ["new"] * 4}}
    classes["probe"]["probabilities"] = [[0.25, 0.25, 0.5]] * 4
    folder = stored("cnn")
    edit_manifest(folder, **classes)
    refused(folder, "E-MODEL-STATE", "[2, 128]", "[3, 128]")
    folder = stored("hog-svm")
    edit_manifest(folder, **classes)
    refused(folder, "E-MODEL-STATE", "knows 2 classes", "has 3")
    folder = stored("majority")
    edit_manifest(folder, **classes)
    refused(folder, "E-MODEL-PROBE")


# the weights


def change_weights(folder, change):
    path = folder / "weights.safetensors"
    arrays = {k: v.copy() for k, v in safetensors.numpy.load(path.read_bytes()).items()}
    change(arrays)
    path.write_bytes(safetensors.numpy.save(arrays))
    seal(folder)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_named(value, stored):
    """NaN and infinity in the weights are refused with the array's name."""
    folder = stored("cnn")
    change_weights(folder, lambda arrays: arrays["1.bias"].__setitem__(1, value))
    refused(folder, "E-MODEL-NAN", "1.bias")


@pytest.mark.parametrize("method", ["cnn", "majority"])
def test_missing_extra_and_odd_arrays_are_named(method, stored, tmp_path):
    """Each array is the one the method needs, of its type; others are named."""
    name = {"cnn": "1.bias", "majority": "shares"}[method]
    folder = stored(method)
    whole = (folder / "weights.safetensors").read_bytes()
    changes = [
        lambda arrays: arrays.pop(name),
        lambda arrays: arrays.update(surplus=arrays.pop(name)),
        lambda arrays: arrays.update(surplus=np.zeros(3)),
    ]
    for change in changes:
        change_weights(folder, change)
        message = refused(folder, "E-MODEL-STATE")
        assert name in message or "surplus" in message
        (folder / "weights.safetensors").write_bytes(whole)
    folder = tmp_path / "cnn" if method == "cnn" else stored("cnn")
    change_weights(folder, lambda a: a.update({"1.bias": a["1.bias"].astype(np.float16)}))
    refused(folder, "E-MODEL-STATE", "1.bias", "float16", "float32")


def test_missing_weights_are_named(stored):
    """A model whose weights were taken out of all lists still misses them."""
    folder = stored("majority")
    (folder / "weights.safetensors").unlink()
    seal(folder)
    refused(folder, "E-MODEL-STATE", "shares")


def header(text, data=b""):
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        struct.pack("<Q", 2**40) + b"{}",
        header(b"not json"),
        header(b"\xff\xfe\xfd"),
        header(b'{"shares":{"dtype":"F64","shape":[2],"data_offsets":[0,999]}}', bytes(16)),
        header(b'{"shares":{"dtype":"F64","shape":[9],"data_offsets":[0,16]}}', bytes(16)),
        header(
            b'{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},'
            b'"b":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}',
            bytes(16),
        ),
        header(b'{"shares":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', bytes(4)),
    ],
)
def test_malformed_safetensors_are_refused(content, stored):
    """Headers that lie about the data are refused without allocating what they claim."""
    folder = stored("majority")
    (folder / "weights.safetensors").write_bytes(content)
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "weights.safetensors")


# the scikit-learn part


def rewrite(path, change, compression=zipfile.ZIP_STORED):
    """Write a zip archive anew with ``change(name, content)`` for each entry."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, change(name, content))


def foreign_function(X):
    return X


def test_untrusted_types_are_named(stored, tmp_path):
    """A type that is not known to be safe is named, at loading and at saving."""
    pipeline = make_pipeline(FunctionTransformer(foreign_function))
    folder = stored("hog-svm")
    (folder / "classifier.skops").write_bytes(skops.io.dumps(pipeline))
    seal(folder)
    refused(folder, "E-MODEL-UNTRUSTED", "foreign_function", "classifier.skops")
    method = fit("hog-svm")
    method.classifier_.sneaked_in_ = FunctionTransformer(foreign_function)
    with pytest.raises(DataError, match="foreign_function") as caught:
        save(method, tmp_path / "new")
    assert caught.value.code == "E-MODEL-UNTRUSTED"
    assert not (tmp_path / "new").exists()


def node(loader, module, kind, **content):
    return {"__loader__": loader, "__module__": module, "__class__": kind, **content}


TEXT = node("JsonNode", "builtins", "str", content='"touch MARKER"')
ARGUMENTS = node("TupleNode", "builtins", "tuple", content=[TEXT])
EMPTY = node(
    "DictNode",
    "builtins",
    "dict",
    content={},
    key_types=node("ListNode", "builtins", "list", content=[]),
)
SYSTEM = node("FunctionNode", "os", "system")
SVM = node("ObjectNode", "sklearn.svm._classes", "SVC", content=None)
PARTIAL = {"func": SYSTEM, "args": ARGUMENTS, "kwds": EMPTY, "namespace": EMPTY}


@pytest.mark.parametrize(
    ("code", "schema"),
    [
        ("UNTRUSTED", node("OperatorFuncNode", "operator", "methodcaller", attrs=ARGUMENTS)),
        ("FORMAT", node("OperatorFuncNode", "os", "system", attrs=ARGUMENTS)),
        ("UNTRUSTED", node("ConstructorFromReduceNode", "os", "system", content=ARGUMENTS)),
        ("UNTRUSTED", node("ObjectNode", "builtins", "eval", content=TEXT)),
        ("UNTRUSTED", node("TypeNode", "os", "system")),
        ("UNTRUSTED", SYSTEM),
        (
            "UNTRUSTED",
            node(
                "MethodNode",
                "sklearn.svm._classes",
                "SVC",
                content={"func": "__init__", "obj": SVM},
            ),
        ),
        ("UNTRUSTED", node("PartialNode", "functools", "partial", content=PARTIAL)),
        ("FORMAT", node("NoSuchNode", "os", "system")),
    ],
)
def test_skops_files_that_name_functions_are_refused(code, schema, stored, tmp_path):
    """Shapes that once ran code in skops are refused before anything is built."""
    marker = tmp_path / "marker"
    text = json.dumps({**schema, "protocol": 2}).replace("MARKER", str(marker))
    folder = stored("hog-svm")
    path = folder / "classifier.skops"
    rewrite(path, lambda name, content: text if name == "schema.json" else content)
    seal(folder)
    refused(folder, f"E-MODEL-{code}")
    assert not marker.exists()


def test_archives_that_unpack_to_more_than_themselves_are_refused(stored):
    """Compressed, overlapping and repeated entries of a skops file are refused."""
    folder = stored("hog-svm")
    path = folder / "classifier.skops"
    whole = path.read_bytes()
    rewrite(path, lambda name, content: content, zipfile.ZIP_DEFLATED)
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "compressed")
    path.write_bytes(whole)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("schema.json", "{}")
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "twice")
    path.write_bytes(whole)
    with zipfile.ZipFile(path, "a") as archive:
        largest = max(archive.infolist(), key=lambda entry: entry.file_size)
        for copy in range(40):  # further names for the same bytes
            entry = zipfile.ZipInfo(f"{copy}.npy")
            entry.header_offset, entry.CRC = largest.header_offset, largest.CRC
            entry.file_size = entry.compress_size = largest.file_size
            archive.filelist.append(entry)
            archive.NameToInfo[entry.filename] = entry
        archive._didModify = True
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "overlap")


@pytest.mark.parametrize("damage", ["circle", "outside", "feature", "width"])
def test_trees_that_would_read_foreign_memory_are_refused(damage, stored, tmp_path):
    """Node numbers that scikit-learn would follow without checking are checked."""
    method = fit("metadata", np.arange(40) % 2)
    forest = method.classifier_.fit(np.random.default_rng(0).random((40, 6)), np.arange(40) % 2)
    assert forest.estimators_[0].tree_.node_count > 1
    if damage == "width":
        forest.estimators_[1].fit(np.random.default_rng(0).random((40, 7)), np.arange(40.0) % 2)
    else:
        tree = forest.estimators_[0].tree_
        state = tree.__getstate__()
        column, value = {
            "circle": ("left_child", 0),
            "outside": ("right_child", 10**6),
            "feature": ("feature", 10**6),
        }[damage]
        state["nodes"][column][0] = value
        tree.__setstate__(state)
    folder = stored("metadata")
    (folder / "classifier.skops").write_bytes(skops.io.dumps(forest))
    seal(folder)
    refused(folder, "E-MODEL-FORMAT", "width" if damage == "width" else "nodes")


# answers


def test_another_model_under_right_checksums_is_noticed(stored):
    """Weights that answer otherwise than when the model was saved are refused."""
    folder = stored("cnn")
    change_weights(folder, lambda arrays: arrays["1.bias"].__iadd__([0.01, 0]))
    refused(folder, "E-MODEL-PROBE", "scikit-learn", "torch")


def test_other_versions_are_told_and_checked(stored):
    """Other versions of what decides the answers are a warning as long as the answers agree."""
    folder = stored("hog-svm")
    versions = json.loads((folder / "manifest.json").read_text())["versions"]
    edit_manifest(folder, versions=versions | {"scikit-learn": "1.8.0"})
    with pytest.warns(VistazoWarning, match=r"scikit-learn 1\.8\.0"):
        load(folder)
    edit_manifest(
        folder, versions=versions | {"torch": torch.__version__.partition("+")[0] + "+cu999"}
    )
    load(folder)  # a build for another device is no other version: a warning would be an error
