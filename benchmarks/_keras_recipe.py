"""The course notebook's recipe as it is: network, ``ImageDataGenerator``, Adam, batch 64."""

import multiprocessing
import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH = 64


class KerasRecipe:
    """One training with Keras on TensorFlow, epoch by epoch.

    Parameters
    ----------
    train, validation : tuple of ndarray
        Images of float32 in [0, 1], shape (n, 28, 28, 1), and label codes.
    seed, threads : int
    """

    def __init__(
        self,
        train: tuple[NDArray[np.float32], NDArray[np.int64]],
        validation: tuple[NDArray[np.float32], NDArray[np.int64]],
        seed: int,
        threads: int,
    ) -> None:
        import keras
        import tensorflow as tf
        from keras.src.legacy.preprocessing.image import ImageDataGenerator

        try:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        except RuntimeError:  # a training before this one has fixed them
            pass
        keras.utils.set_random_seed(seed)
        layers = keras.layers
        self.model: Any = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.Conv2D(32, 3, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(128, 3, activation="relu"),
                layers.Flatten(),
                layers.Dense(128, activation="relu"),
                layers.Dropout(0.5),
                layers.Dense(10, activation="softmax"),
            ]
        )
        self.model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        generator = ImageDataGenerator(
            rotation_range=10,
            width_shift_range=0.1,
            height_shift_range=0.1,
            horizontal_flip=True,
            zoom_range=0.1,
            shear_range=5,
        )
        one_hot = np.eye(10, dtype=np.float32)
        self.flow = generator.flow(train[0], one_hot[train[1]], batch_size=BATCH, seed=seed)
        self.validation = validation[0], one_hot[validation[1]]
        self.scores: list[float] = []
        self.seconds: list[float] = []

    def epoch(self) -> float:
        """Train one epoch, validate, and return the seconds of both."""
        started = time.perf_counter()
        history = self.model.fit(
            self.flow, epochs=1, validation_data=self.validation, verbose=0
        ).history
        self.seconds.append(time.perf_counter() - started)
        self.scores.append(float(history["val_accuracy"][-1]))
        return self.seconds[-1]


class InItsOwnProcess:
    """A training with Keras in a process of its own, so that its threads meet nobody else's.

    Parameters
    ----------
    kind : type
        :class:`KerasRecipe`, or another with ``epoch``, ``seconds`` and ``scores``.
    *arguments
        As it takes them.
    """

    def __init__(self, kind: type, *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, kind, arguments), daemon=True)
        self._process.start()
        self._ours.recv()
        self.scores: list[float] = []
        self.seconds: list[float] = []

    def epoch(self) -> float:
        """Train one epoch, validate, and return the seconds of both."""
        self._ours.send("epoch")
        seconds, score = self._ours.recv()
        self.seconds.append(seconds)
        self.scores.append(score)
        return self.seconds[-1]

    def close(self) -> None:
        """End the process."""
        self._ours.send("")
        self._process.join()


def _serve(pipe: Any, kind: type, arguments: tuple[Any, ...]) -> None:
    peer = kind(*arguments)
    pipe.send("ready")
    while pipe.recv():
        peer.epoch()
        pipe.send((peer.seconds[-1], peer.scores[-1]))
