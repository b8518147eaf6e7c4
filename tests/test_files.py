"""Files are whole or absent, names are free, a folder has one owner."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vistazo import files
from vistazo.errors import SetupError


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    """When the last step fails, the old content stands and no temporary file remains."""
    target = tmp_path / "a.json"
    files.write_text(target, "old")

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(SetupError, match="E-DISK"):
        files.write_text(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_files_that_belong_together_stay_old_together(tmp_path, monkeypatch):
    """Where the disk is full at the second file, the first keeps its old content too."""
    first, second = tmp_path / "a.json", tmp_path / "a.html"
    files.write_together({first: b"old", second: b"old"})
    written, flush = [], os.fsync

    def fill(handle):
        written.append(handle)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(SetupError, match=r"a\.html.*E-DISK"):
        files.write_together({first: b"new", second: b"new"})
    assert (first.read_bytes(), second.read_bytes()) == (b"old", b"old")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "a.json"]


def test_a_write_under_a_file_is_an_error_with_a_way_out(tmp_path):
    """A path that cannot be a folder is named, with ``--out`` as the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"--out.*E-RUN-WRITE"):
        files.write_text(tmp_path / "file" / "inside.txt", "x")


def test_json_keeps_file_names_of_any_bytes(tmp_path):
    """A name that the system's encoding cannot hold is read back as it was."""
    name = os.fsdecode(b"ni\xc3\xb1os") + b"\xff".decode("ascii", "surrogateescape")
    files.write_json(tmp_path / "a.json", {"reference": name})
    assert files.read_json(tmp_path / "a.json") == {"reference": name}
    (tmp_path / "a.json").read_bytes().decode()


def test_json_that_is_no_number_is_refused(tmp_path):
    """NaN is not JSON, so it is never written."""
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", float("nan"))


def test_written_files_have_the_usual_rights(tmp_path):
    """A file written atomically is as readable as one written plainly."""
    files.write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_free_name_counts_up(tmp_path):
    """A taken name gets -2, then -3."""
    names = []
    for _ in range(3):
        names.append(files.free_name(tmp_path / "run"))
        names[-1].mkdir()
    assert [name.name for name in names] == ["run", "run-2", "run-3"]


def test_a_second_process_is_told_who_holds_the_folder(tmp_path):
    """The error names the process that is at work."""
    script = (
        "import sys; from pathlib import Path; from vistazo.files import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(SetupError, match=rf"process {holder.pid} .*E-RUN-LOCKED"), \
                files.locked(tmp_path):  # fmt: skip
            pass
    finally:
        holder.kill()
        holder.communicate()
    with files.locked(tmp_path):
        assert files.read_json(tmp_path / ".owner")["pid"] == os.getpid()
    assert not (tmp_path / ".owner").exists()
