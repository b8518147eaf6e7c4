"""What there is to choose from: one file in a leaf folder is one thing.

``names`` reads file names and imports nothing, so that listing is instant; ``load``
imports the one file asked for. Other packages add things through entry points named
``vistazo.methods``, ``vistazo.architectures`` and so on.
"""

import ast
import difflib
import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

from vistazo.errors import UsageError
from vistazo.i18n import N_

_PACKAGE = Path(__file__).parent

_SHOWN = 20
"""Names that an error lists."""
_UNKNOWN = {
    "architectures": N_("There is no architecture '{name}'."),
    "augmentations": N_("There is no augmentation '{name}'."),
    "classes": N_("There is no class '{name}'."),
    "data sets": N_("There is no data set '{name}'."),
    "fits": N_("There is no fit '{name}'."),
    "formats": N_("There is no format '{name}'."),
    "kinds": N_("There is no list of '{name}'."),
    "methods": N_("There is no method '{name}'."),
    "metrics": N_("There is no metric '{name}'."),
    "parameters": N_("There is no parameter '{name}'."),
    "pretext": N_("There is no pretext task '{name}'."),
    "pretrained": N_("There are no published weights '{name}'."),
    "steps": N_("There is no step '{name}'."),
    "studies": N_("There is no study '{name}'."),
    "verbs": N_("There is no command '{name}'."),
}


def names(folder: str) -> list[str]:
    """Return the names in a leaf folder, sorted, with those of other packages.

    Parameters
    ----------
    folder : str
        A folder of the package, such as ``"methods"`` or ``"data/formats"``.
    """
    return sorted({*_own(folder), *_foreign(folder)})


def summary(folder: str, name: str) -> str:
    """Return the first line of the docstring of a thing's file, without importing it."""
    if name not in _own(folder):
        return _foreign(folder)[name].value
    source = _own(folder)[name].read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return docstring.partition("\n")[0]


def load(folder: str, name: str) -> Any:
    """Import the file of a thing and return what its ``__all__`` names first.

    Raises
    ------
    UsageError
        ``E-NAME`` with the nearest names, where there is no such thing.
    """
    if name in _own(folder):
        module = importlib.import_module(
            ".".join(("vistazo", *folder.split("/"), name.replace("-", "_")))
        )
        return getattr(module, module.__all__[0])
    if name in _foreign(folder):
        return _foreign(folder)[name].load()
    raise unknown(folder, name, names(folder))


def unknown(kind: str, name: str, known: list[str]) -> UsageError:
    """Return the error for a name that does not exist, with the nearest ones."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = N_("Did you mean {near}?") if near else N_("There are: {known}.") if known else ""
    kind = kind.rpartition("/")[2]
    return UsageError(
        "E-NAME",
        _UNKNOWN.get(kind, N_("There is no '{name}' among the {kind}.")),
        hint,
        name=name,
        kind=kind,
        near=", ".join(f"'{n}'" for n in near),
        known=", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else ""),
    )


def _own(folder: str) -> dict[str, Path]:
    return {
        path.stem.replace("_", "-"): path
        for path in (_PACKAGE / folder).glob("*.py")
        if not path.stem.startswith("_")
    }


def _foreign(folder: str) -> dict[str, importlib.metadata.EntryPoint]:
    group = "vistazo." + folder.rpartition("/")[2]
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=group)}
