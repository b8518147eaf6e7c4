"""Archives made on the fly, for the tests of reading."""

import io
import tarfile
import zipfile
from pathlib import Path

KINDS = ("zip", "stored.zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def pack(folder: Path, kind: str, order: object = None) -> Path:
    """Pack what is in a folder, without the folder itself, into an archive beside it."""
    archive = folder.with_name(f"{folder.name}.{kind}")
    paths = sorted(folder.rglob("*"), key=order)
    if kind.endswith("zip"):
        method = zipfile.ZIP_STORED if kind.startswith("stored") else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(archive, "w", method) as packed:
            for path in paths:
                packed.write(path, path.relative_to(folder))
    else:
        with tarfile.open(archive, "w" + kind.removeprefix("tar").replace(".", ":")) as packed:
            for path in paths:
                packed.add(path, path.relative_to(folder), recursive=False)
    return archive


def zip_of(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip with members of any name."""
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def tar_of(path: Path, members: dict[str, bytes | tarfile.TarInfo], mode: str = "w") -> Path:
    """A tar with members of any name and type."""
    with tarfile.open(path, mode) as packed:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                packed.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return path


def assert_same(data, other):
    """Check that two data sets have the same rows and say the same of them."""
    assert data.sources == other.sources
    assert data.fingerprint == other.fingerprint
    assert data.labels.tolist() == other.labels.tolist()
    assert data.classes == other.classes
    assert data.bad_files == other.bad_files
    assert data.notes == other.notes
    assert data.policy == other.policy
