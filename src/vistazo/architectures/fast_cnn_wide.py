"""The fast net with twice the channels, for tens of thousands of images (docs/experiments.md)."""

from typing import Any, ClassVar

from vistazo.architectures._fast import FastNet

__all__ = ["FastCNNWide"]


class FastCNNWide(FastNet):
    """463,818 parameters for 28×28 gray images and 10 classes.

    So many images need less decay of weights than thousands, and have room for more channels.
    """

    NAME: ClassVar[str] = "fast-cnn-wide"
    WIDTHS: ClassVar[tuple[int, int, int]] = (32, 64, 128)
    WIDEST: ClassVar[int] = 256

    RECIPE: ClassVar[dict[str, Any]] = {
        "epochs": 20,
        "batch_size": 128,
        "optimizer": "sgd",
        "learning_rate": 0.15,
        "schedule": "one-cycle",
        "weight_decay": 5e-4,
        "label_smoothing": 0.1,
        "ema_decay": 0.998,
        "augmentation": "flip_horizontal=0.5,shift_x=0.07,shift_y=0.07",
        "test_time_views": "flip-shift",
        # no decision is taken on images set aside: they draw the curves, and few will do
        "validation_fraction": 0.03,
        "patience": None,
    }
