"""Fetch a data set from its publisher: said before, shown meanwhile."""

from pathlib import Path

from vistazo.cli import progress
from vistazo.cli.console import say
from vistazo.data import downloading, named
from vistazo.i18n import _, number


def fetch(source: str) -> None:
    """Download a named data set that is not on this machine; anything else needs nothing.

    Raises
    ------
    SetupError
        As :func:`~vistazo.data.downloading.download`.
    """
    if Path(source).expanduser().exists() or source not in downloading.PUBLISHED:
        return
    if named.locate(source) is not None:
        return
    published = downloading.PUBLISHED[source]
    say(
        _(
            "Downloading {name}: {size} MB, licence: {licence}, into {folder}.",
            name=source,
            size=number(published.n_bytes / 1e6, 1),
            licence=_(published.licence),
            folder=downloading.place_of(source),
        )
    )
    for file in published.files:
        say(f"  {file.url}\n  SHA-256 {file.sha256}")
    with progress.of_bytes() as listener:
        downloading.download(source, listener)
