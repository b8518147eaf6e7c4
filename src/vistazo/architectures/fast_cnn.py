"""Our own small residual net: the best accuracy per second that we found on few cores."""

from typing import Any, ClassVar

from vistazo.architectures._fast import FastNet

__all__ = ["FastCNN"]


class FastCNN(FastNet):
    """The fast net for thousands of images: 116,714 parameters for 28×28 gray, 10 classes."""

    NAME: ClassVar[str] = "fast-cnn"
    WIDTHS: ClassVar[tuple[int, int, int]] = (16, 32, 64)
    WIDEST: ClassVar[int] = 128

    RECIPE: ClassVar[dict[str, Any]] = {
        "epochs": 24,
        "batch_size": 64,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "schedule": "one-cycle",
        "weight_decay": 5e-3,
        "label_smoothing": 0.1,
        "ema_decay": 0.99,
        "augmentation": "flip_horizontal=0.5,shift_x=0.07,shift_y=0.07",
        "test_time_views": "flip",
        "patience": None,
    }
