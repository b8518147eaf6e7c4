"""timm's hub: what of it is on this machine, and fetching the rest when a person asks."""

import contextlib
import logging
from pathlib import Path

from vistazo.errors import SetupError
from vistazo.i18n import N_, _
from vistazo.pretrained._timm import configuration

_FILES = ("model.safetensors", "pytorch_model.bin")
"""As timm names weights on its hub; the first that there is."""


def download_weights(name: str) -> Path:
    """Download the weights of a network of timm from its hub, unless they are here already.

    Parameters
    ----------
    name : str
        ``timm:NAME`` or ``timm:NAME.TAG``.

    Returns
    -------
    Path
        The file in the cache of the hub, where every program that uses the hub finds it.

    Raises
    ------
    SetupError
        ``E-DOWNLOAD`` where the hub cannot be reached or does not have them; ``E-EXTRA``.
    UsageError
        ``E-NAME``.
    """
    hub = configuration(name).hf_hub_id
    return cached(hub) or _download(name, hub)


def cached(hub: str | None) -> Path | None:
    """Return the file of a place on the hub in the hub's cache, or None; nothing is fetched."""
    from huggingface_hub import try_to_load_from_cache

    if hub is None:
        return None
    for file in _FILES:
        found = try_to_load_from_cache(hub, file)
        if isinstance(found, str):
            return Path(found)
    return None


def _download(name: str, hub: str | None) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import RemoteEntryNotFoundError

    if hub is None:
        raise _failed(name, _("timm's hub does not have it"))
    address = f"https://huggingface.co/{hub}"
    logger = logging.getLogger("huggingface_hub")
    before = logger.level
    logger.setLevel(logging.ERROR)  # that it tries again is no news; that it gave up is said below
    try:
        for file in _FILES:
            with contextlib.suppress(RemoteEntryNotFoundError):
                return Path(hf_hub_download(hub, file))
    except Exception as error:  # of the connection, the disk or the hub: there are many
        cause = error.__cause__ or error
        raise _failed(address, str(cause) or type(cause).__name__) from error
    finally:
        logger.setLevel(before)
    raise _failed(address, _("it holds none of {names}", names=", ".join(_FILES)))


def _failed(url: str, reason: str) -> SetupError:
    return SetupError(
        "E-DOWNLOAD",
        N_("{url} could not be downloaded: {reason}."),
        N_("Run the same command again later, or give a file of the weights with --weights."),
        url=url,
        reason=reason.strip().partition("\n")[0].rstrip("."),
    )
