"""Weights that torchvision publishes, for the architectures here that have its names."""

from dataclasses import replace
from pathlib import Path

from vistazo.pretrained import Preprocessing
from vistazo.pretrained._from_file import FileWeights

_IMAGENET = Preprocessing(
    side=224,
    mean=(0.485, 0.456, 0.406),
    deviation=(0.229, 0.224, 0.225),
    crop_fraction=0.875,
    interpolation="bilinear",
    channels="RGB",
)
"""``torchvision.transforms._presets.ImageClassification`` as all of these weights use it."""
# torchvision's GoogLeNet turns ImageNet's mean and deviation into these itself
_GOOGLENET = replace(_IMAGENET, mean=(0.5,) * 3, deviation=(0.5,) * 3)

ARCHITECTURES = {
    "alexnet": _IMAGENET,
    "googlenet": _GOOGLENET,
    "mobilenet-v2": _IMAGENET,
    "resnet-18": _IMAGENET,
    "resnet-34": _IMAGENET,
    "resnet-50": _IMAGENET,
    "vgg-16": _IMAGENET,
    "vgg-19": _IMAGENET,
}
"""What each expects of images, by its name in ``vistazo list architectures``."""


def torchvision_weights(name: str, given: Path | None) -> FileWeights:
    """Return the weights of an architecture in a file that a person has.

    Parameters
    ----------
    name : str
        A key of :data:`ARCHITECTURES`.
    given : Path or None
    """
    return FileWeights(
        name=name,
        architecture=name,
        licence="BSD-3-Clause",
        source="torchvision, trained on ImageNet (ILSVRC 2012)",
        preprocessing=ARCHITECTURES[name],
        heads=None,
        given=given,
    )
