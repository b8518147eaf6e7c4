"""Where the page about images goes: nothing of another set is overwritten."""

from itertools import count
from pathlib import Path

from vistazo.data.dataset import ImageDataset
from vistazo.errors import UsageError
from vistazo.files import read_json
from vistazo.i18n import N_
from vistazo.report.exploration.statistics import SCHEMA
from vistazo.workflows.room import check_writable


def exploration_place(out: Path | None, data: ImageDataset) -> Path:
    """Return the page's path, after making sure that it may be written.

    Parameters
    ----------
    out : Path or None
        The page, or the folder of ``explore.html``; None takes ``runs/explore/<data name>``,
        with a number where that shows another set.
    data : ImageDataset

    Raises
    ------
    UsageError
        ``E-RUN-OTHER`` where something else is there, ``E-EXPLORE-OUT``.
    SetupError
        ``E-RUN-WRITE``.
    """
    if out is None:
        check_writable(Path("runs"))
        return _automatic(data)
    page = page_at(out)
    check_writable(page.parent)
    if not _is_free(page, data):
        raise UsageError(
            "E-RUN-OTHER",
            N_("{page} is there already, and shows other images. Nothing was changed."),
            N_("Choose another --out."),
            page=page,
        )
    return page


def page_at(out: Path) -> Path:
    """Return the page for what was asked for: the page itself, or its folder.

    Raises
    ------
    UsageError
        ``E-EXPLORE-OUT`` for the name of a file that is no page, such as ``look.txt``.
    """
    if out.is_dir():
        return out / _NAME
    if out.suffix.lower() in (".html", ".htm"):
        return out
    if out.suffix[1:].isalpha():
        raise UsageError(
            "E-EXPLORE-OUT",
            N_("{out} would be no page: a page ends in .html."),
            N_("Nothing was written. Give a name that ends in .html, or a folder."),
            out=out,
        )
    return out / _NAME


_NAME = "explore.html"


def _automatic(data: ImageDataset) -> Path:
    folder = Path("runs") / "explore" / (data.name.replace("/", "-") or "data")
    numbered = (folder.with_name(f"{folder.name}-{n}") for n in count(2))
    page = folder / _NAME
    while not _is_free(page, data):
        page = next(numbered) / _NAME
    return page


def _is_free(page: Path, data: ImageDataset) -> bool:
    """Return whether nothing is there, or a page of the same images."""
    numbers = page.with_suffix(".json")
    if not page.exists() and not numbers.exists():
        return True
    try:
        content = read_json(numbers)
        return bool(
            content["schema"] == SCHEMA and content["dataset"]["fingerprint"] == data.fingerprint
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
