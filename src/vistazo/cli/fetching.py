"""Fetch data sets and weights from their publishers: said before, shown meanwhile."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def fetch_weights(methods: Mapping[str, Any]) -> None:
    """Download the weights of timm's networks that methods name and that are not here.

    Raises
    ------
    SetupError
        As :func:`~vistazo.pretrained._timm_hub.download_weights`.
    """
    from vistazo.pretrained._timm import PREFIX
    from vistazo.pretrained._timm_hub import download_weights
    from vistazo.pretrained._timm_weights import timm_weights

    for method in methods.values():
        settings = method.get_params(deep=False)
        name = str(settings.get("weights", ""))
        if not name.startswith(PREFIX) or settings.get("weights_file") is not None:
            continue
        weights = timm_weights(name, None)
        if weights.find() is None:
            say(
                _(
                    "Downloading the weights of {name} from timm's hub; licence: {licence}.",
                    name=name,
                    licence=weights.licence or _("not stated"),
                )
            )
            download_weights(name)
