"""Weights of timm's networks, with the preprocessing that timm knows of them."""

import functools
from pathlib import Path

from vistazo.pretrained import Preprocessing
from vistazo.pretrained._from_file import FileWeights
from vistazo.pretrained._timm import PREFIX, configuration, timm_module
from vistazo.pretrained._timm_files import check_beside
from vistazo.pretrained._timm_hub import cached


def timm_weights(name: str, given: Path | None) -> FileWeights:
    """Return the weights of a network of timm.

    Parameters
    ----------
    name : str
        ``timm:NAME`` or ``timm:NAME.TAG``; the tag says what the weights were trained on and how
        images were prepared. Without one it is timm's default.
    given : Path or None
        The file; None is the one in the hub's cache.

    Raises
    ------
    SetupError
        ``E-EXTRA`` without timm.
    UsageError
        ``E-NAME`` for a network or a tag that timm does not know.
    DataError
        ``E-WEIGHTS-OTHER`` where the ``config.json`` beside the file names another network.
    """
    known = configuration(name)
    full_name = f"{known.architecture}.{known.tag}" if known.tag else known.architecture
    if given is not None:
        check_beside(given, name, known)
    return FileWeights(
        name=name,
        architecture=PREFIX + full_name,
        licence=known.license or "",
        source=f"timm {timm_module().__version__}, {full_name}",
        preprocessing=Preprocessing(
            side=known.input_size[1],
            mean=tuple(known.mean),
            deviation=tuple(known.std),
            crop_fraction=min(known.crop_pct, 1.0),
            interpolation="bilinear" if known.interpolation == "bilinear" else "bicubic",
            channels="RGB",
            square=known.fixed_input_size,
        ),
        heads=_names(known.classifier),
        given=given,
        find=functools.partial(cached, known.hf_hub_id),
    )


def _names(classifier: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (classifier,) if isinstance(classifier, str) else tuple(classifier or ())
