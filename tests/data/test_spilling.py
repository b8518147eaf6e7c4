"""Rows of images that are too large for memory are mapped from a temporary file."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vistazo.data.image_files.spilling import rows_of
from vistazo.data.images import plain

PIXELS = np.random.default_rng(0).integers(0, 256, (50, 8, 6, 3), np.uint8)
ROWS = [
    np.array([3, 3, 0, 49, -1]),
    np.arange(50) % 3 == 0,
    [4, 5],
    slice(10, 40, 7),
    np.array([], np.int64),
]


@pytest.fixture
def small(monkeypatch, tmp_path):
    monkeypatch.setenv("VISTAZO_MEMORY_GB", "1e-7")  # 107 bytes: less than one image
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    (tmp_path / "decoded").mkdir()
    return tmp_path / "decoded"


@pytest.mark.parametrize("rows", ROWS, ids=range(len(ROWS)))
def test_rows_are_those_of_numpy(small, rows):
    """Whatever selects the rows, mapped or not, they are what NumPy gives."""
    assert np.array_equal(rows_of(PIXELS, rows), PIXELS[rows])
    assert np.array_equal(plain(PIXELS)[rows].pixels, PIXELS[rows])


def test_large_rows_are_in_a_file_that_goes_with_them(small):
    """The file is there as long as the rows are, and views of them."""
    rows = rows_of(PIXELS, np.arange(40))
    assert isinstance(rows, np.memmap)
    assert len(list(small.iterdir())) == 1
    assert np.array_equal(rows[5:9], PIXELS[5:9])
    del rows
    gc.collect()
    assert list(small.iterdir()) == []


def test_small_rows_stay_in_memory(monkeypatch):
    """Below the limit nothing is written."""
    monkeypatch.setenv("VISTAZO_MEMORY_GB", "1")
    assert not isinstance(rows_of(PIXELS, np.arange(40)), np.memmap)


def test_a_slice_is_a_view(small):
    """A slice costs neither memory nor a file."""
    assert np.shares_memory(rows_of(PIXELS, slice(2, 9)), PIXELS)
    assert list(small.iterdir()) == []


MEASURED = """
import os, re, sys
from pathlib import Path
import numpy as np
from vistazo.data.image_files.decoded_cache import mapped
from vistazo.data.image_files.spilling import rows_of

def anonymous():  # memory that no file stands behind: what a machine can run out of
    return int(re.search(r"RssAnon:\\s+(\\d+) kB", Path("/proc/self/status").read_text()).group(1))

stored = mapped(Path(sys.argv[1]) / "many", (4000, 64, 64, 3))  # 49 MB
stored[:] = 7
before = anonymous()
rows = rows_of(stored, np.arange(4000)[::-1])
assert rows.min() == rows.max() == 7
print((anonymous() - before) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux")
@pytest.mark.parametrize(("limit", "least", "most"), [("1e-7", -50, 20), ("1", 40, 200)])
def test_memory_does_not_grow_with_the_rows(limit, least, most, tmp_path):
    """Rows of a mapped file take none of the memory that they take without the limit."""
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        env={**os.environ, "VISTAZO_MEMORY_GB": limit, "VISTAZO_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert least < int(told.stdout) < most  # MB
