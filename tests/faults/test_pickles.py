"""Pickles: what is harmless is read as Python reads it; nothing else runs, fills or passes."""

import functools
import operator
import os
import pickle
import struct
import subprocess
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tests.data.batches_of_cifar import batch, python2, write_cifar
from tests.data.packing import pack
from tests.faults._running import FAST
from vistazo.data.restricted_unpickler import MAX_STEPS, restricted_loads
from vistazo.errors import DataError

GOOD = python2(batch(1))


def refused(content):
    with pytest.raises(DataError) as caught:
        restricted_loads(content, "some file")
    assert caught.value.code == "E-PICKLE"
    assert "some file" in caught.value.what
    return caught.value


def outcome(content):
    """Return the code of what is said, or nothing where there is a value."""
    try:
        restricted_loads(content, "some file")
    except DataError as error:
        return error.code
    return ""


def same(value, other):
    """Tell whether two values are alike, arrays with their types too."""
    if isinstance(value, np.ndarray):
        return value.dtype == other.dtype and np.array_equal(value, other, equal_nan=True)
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(same(value[k], other[k]) for k in value)
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(same, value, other))
    return type(value) is type(other) and (value == other or value != value)


ARRAYS = npst.arrays(
    st.one_of(
        npst.boolean_dtypes(),
        npst.integer_dtypes(endianness="?"),
        npst.unsigned_integer_dtypes(endianness="?"),
        npst.floating_dtypes(endianness="?"),
    ),
    npst.array_shapes(min_dims=1, max_dims=3, max_side=4),
)
VALUES = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        *(st.binary(min_size=1), ARRAYS),
    ),
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.text(), inner)
    ),
    max_leaves=8,
)


@given(value=VALUES, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_harmless_values_are_read(value, protocol):
    """Containers, text, bytes, numbers and arrays come back as Python's own reader has them."""
    content = pickle.dumps(value, protocol)
    assert same(restricted_loads(content, "x"), pickle.loads(content, encoding="bytes"))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("protocol", [2, 5])
def test_both_orders_of_arrays(order, protocol):
    """An array stored column after column is the same array."""
    array = np.asarray(np.arange(24).reshape(2, 3, 4), order=order)
    assert np.array_equal(restricted_loads(pickle.dumps(array, protocol), "x"), array)


@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
def test_both_names_of_numpys_core(module):
    """NumPy 1 and NumPy 2 name the same function differently; both are understood."""
    content = GOOD.replace(b"numpy.core", module.encode())
    assert np.array_equal(restricted_loads(content, "x")[b"data"], batch(1)["data"])


class Calls:
    """Pickled as a call, with the call's arguments."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    ("function", "named"),
    [
        (os.system, f"{os.system.__module__}.system"),
        (eval, "eval"),
        (exec, "exec"),
        (getattr, "getattr"),
        (__import__, "__import__"),
        (open, "open"),
        (subprocess.Popen, ".Popen"),
        (functools.partial, "functools.partial"),
        (operator.attrgetter, "operator.attrgetter"),
        (pickle.loads, "loads"),
        (np.load, "numpy.load"),
        (np.memmap, "numpy.memmap"),
        (bytearray, "bytearray"),
        (object, "object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_functions_are_refused_by_name(tmp_path, function, named, protocol):
    """No function is called that is not of arrays, and the message says which it was."""
    marker = tmp_path / "marker"
    content = pickle.dumps({"data": [Calls(function, f"touch '{marker}'")]}, protocol)
    assert named in refused(content).what
    assert not marker.exists()


@pytest.mark.parametrize(
    "path",
    [
        ("os", "system"),
        ("numpy", "core.multiarray._reconstruct"),
        ("numpy.core.multiarray", "_reconstruct.__globals__"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy", "dtype.type"),
        ("numpy.dtype", ""),
        ("_codecs", "lookup"),
        ("_codecs.encode", "__self__"),
        ("copyreg", "_reconstructor"),
        ("vistazo.data.restricted_unpickler", "_Dtype"),
        ("\x1b[31m", "red"),
    ],
)
def test_names_within_names(path):
    """A path of attributes from an allowed name is refused like any other name."""
    module, name = (b"\x8c" + bytes([len(text)]) + text.encode() for text in path)
    error = refused(b"\x80\x04" + module + name + b"\x93.")
    assert "\x1b" not in error.what
    if "." not in path[0] and "\x1b" not in path[0]:
        assert ".".join(path) in error.what


@pytest.mark.parametrize(
    "content",
    [
        b"(S'touch x'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'touch x'\no.",  # OBJ
        b"\x80\x02cos\nsystem\n)\x81.",  # NEWOBJ
        b"\x80\x02\x82\x01.",  # EXT1
        b"Psome id\n.",  # PERSID
        b"\x80\x05\x97.",  # NEXT_BUFFER
        b"cnumpy\nndarray\n(J\xff\xff\xff\x7ftR.",  # the class itself is not called
        b"cnumpy\nndarray\n)\x81.",
    ],
)
def test_other_ways_to_make_objects(content, tmp_path, monkeypatch):
    """Every instruction that could make an object or look one up is refused."""
    monkeypatch.chdir(tmp_path)
    refused(content)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "array",
    [
        np.array([{}, []], object),
        np.array(["text"]),
        np.array([b"bytes"]),
        np.zeros(2, "V8"),
        np.zeros(2, "M8[s]"),
        np.zeros(2, complex),
        np.zeros(2, [("x", "u1")]),
    ],
    ids=lambda array: array.dtype.kind,
)
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_arrays_of_other_types(array, protocol):
    """Arrays of anything but whole numbers, floats and booleans are refused."""
    refused(pickle.dumps(array, protocol))


_ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0tR"
_U1 = b"cnumpy\ndtype\n(T\2\0\0\0u1tR"
_TEXT = b"X" + struct.pack("<I", 10**6) + b"x" * 10**6 + b"\x94"
_LATIN1 = b"X\6\0\0\0latin1\x94"
_REPEATED = b"c_codecs\nencode\n\x94" + _TEXT + _LATIN1 + b"](" + b"h\0h\1h\2\x86R" * 300 + b"e."

BOMBS = {
    "bytes": b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"x.",
    "text": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"x.",
    "bytearray": b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"x.",
    "frame": b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"N.",
    "number": b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"x.",
    "digits": b"L" + b"9" * 10**6 + b"L\n.",
    "memo": b"\x80\x02]r" + struct.pack("<I", 2**32 - 1) + b".",
    "text memo": b"]p99999999999\n.",
    "lists": b"\x80\x02" + b"]" * (MAX_STEPS + 1) + b".",
    "array": _ARRAY + b"(K\1(J\xff\xff\xff\x7fJ\xff\xff\xff\x7ft" + _U1 + b"\x89T\1\0\0\0xtb.",
    "negative": _ARRAY + b"(K\1(J\xff\xff\xff\xffJ\xff\xff\xff\xfft" + _U1 + b"\x89T\1\0\0\0xtb.",
    "fresh array": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nJ\0\0\0\x7ftRb.",
    "repeated": b"\x80\x04" + _REPEATED,
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_declared_sizes_take_no_memory(content):
    """A size that is only declared, and bytes made again and again, never fill the memory."""
    tracemalloc.start()
    try:
        refused(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * 2**20


def test_lists_in_lists(tmp_path):
    """A million lists one in another neither overflow the stack nor pass the limit of steps."""
    refused(b"\x80\x02" + b"]" * 10**6 + b"a" * (10**6 - 1) + b".")
    deep = restricted_loads(b"\x80\x02" + b"]" * 10**5 + b"a" * (10**5 - 1) + b".", "x")
    depth = 1
    while deep:
        deep, depth = deep[0], depth + 1
    assert depth == 10**5


@pytest.mark.parametrize("made", [b"cnumpy\ndtype\n", b"c_codecs\nencode\n", _ARRAY, _U1])
@pytest.mark.parametrize(
    "state", [b"}S'_call'\nNs", b"N}S'_call'\nNs\x86", b"N}S'value'\nNs\x86", b"N", b"]"]
)
def test_what_is_allowed_cannot_be_changed(made, state):
    """A pickle that gives a function or a type another state leaves nothing changed."""
    assert outcome(b"\x80\x02" + made + state + b"b.") in ("E-PICKLE", "")
    assert np.array_equal(restricted_loads(GOOD, "x")[b"data"], batch(1)["data"])


def test_pickles_cut_and_changed():
    """However a batch is cut or changed, the answer is some plain value or E-PICKLE."""
    content = python2({**batch(1), "data": batch(1)["data"][:, :5]})
    rng = np.random.default_rng(0)
    for length in range(len(content)):
        refused(content[:length])
    for _ in range(1500):
        changed = bytearray(content)
        changed[rng.integers(len(content))] = rng.integers(256)
        assert outcome(bytes(changed)) in ("E-PICKLE", "")


def test_a_hostile_data_set_as_a_command(tmp_path, answer):
    """A CIFAR archive with a call in it is one error that names the call, and nothing runs."""
    marker = tmp_path / "marker"
    folder = write_cifar(tmp_path / "c")
    hostile = pickle.dumps(Calls(os.system, f"touch '{marker}'"), 2)
    (folder / "data_batch_2").write_bytes(hostile)
    for source in (folder, pack(folder, "tar.gz")):
        answer("compare", source, *FAST).refuses("E-PICKLE", 3, "data_batch_2", "system")
    assert not marker.exists()
