"""The course notebook's pretext as it is: its network, its mask, Adam at 5e-4, batches of 64."""

import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FRACTION, BATCH, RATE = 0.3, 64, 5e-4


class KerasInpainting:
    """One training with Keras on TensorFlow, epoch by epoch; the mask is drawn once, as there.

    Parameters
    ----------
    train, held_out : tuple of ndarray
        Images of float32 in [0, 1], shape (n, 32, 32, 3), masked and whole.
    seed, threads : int
    """

    def __init__(
        self,
        train: tuple[NDArray[np.float32], NDArray[np.float32]],
        held_out: tuple[NDArray[np.float32], NDArray[np.float32]],
        seed: int,
        threads: int,
    ) -> None:
        import keras
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        keras.utils.set_random_seed(seed)
        layers = keras.layers

        def convolution(channels: int) -> list[Any]:
            return [
                layers.Conv2D(channels, 3, padding="same"),
                layers.BatchNormalization(),
                layers.LeakyReLU(negative_slope=0.1),
            ]

        self.model: Any = keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                *convolution(64),
                *convolution(64),
                layers.MaxPooling2D(2),
                layers.Dropout(0.2),
                *convolution(128),
                *convolution(128),
                layers.UpSampling2D(2),
                layers.Dropout(0.2),
                layers.Conv2D(3, 3, activation="sigmoid", padding="same"),
            ]
        )
        self.model.compile(keras.optimizers.Adam(RATE), "mse")
        self.train, self.held_out = train, held_out
        self.scores: list[float] = []
        self.seconds: list[float] = []

    def epoch(self) -> float:
        """Train one epoch, measure the error held out, and return the seconds of both."""
        started = time.perf_counter()
        history = self.model.fit(
            *self.train, epochs=1, batch_size=BATCH, validation_data=self.held_out, verbose=0
        ).history
        self.seconds.append(time.perf_counter() - started)
        self.scores.append(float(history["val_loss"][-1]))
        return self.seconds[-1]
