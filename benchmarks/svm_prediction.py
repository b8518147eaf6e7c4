"""Labels of an RBF SVM on HOG: images a second, ours against ``SVC.predict``, one thread each."""

import argparse
from collections.abc import Sequence

import numpy as np
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from benchmarks._pairs import publish, timed
from vistazo.data.reading import read_images
from vistazo.features.hog import hog
from vistazo.methods._svm_prediction import predict_codes

N_TRAIN = 5000


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks svm_prediction", description=__doc__
    )
    parser.add_argument("--pairs", type=int, default=9, help="at least 7")
    parser.add_argument("--cell", type=int, default=8, help="side of a HOG cell in pixels")
    options = parser.parse_args(arguments)
    if options.pairs < 7:
        parser.error("fewer than 7 pairs say little")
    data = read_images("fashion-mnist-10k")
    with threadpool_limits(limits=1):
        cell = (options.cell, options.cell)
        features = hog(data.images.pixels, pixels_per_cell=cell, scale=1 / 255)
        model = SVC(C=10).fit(features[:N_TRAIN], data.codes[:N_TRAIN])
        unseen = features[N_TRAIN:]
        speeds, different = np.empty((options.pairs, 2, 2)), 0
        for pair in range(options.pairs):
            ours, speeds[pair, 0] = timed(lambda: predict_codes(model, unseen), len(unseen))
            peers, speeds[pair, 1] = timed(lambda: model.predict(unseen), len(unseen))
            different += int((ours != peers).sum())
    publish(
        "svm_prediction",
        "scikit-learn",
        speeds,
        ("numpy", "scikit-learn"),
        features=list(unseen.shape),
        support_vectors=int(model.n_support_.sum()),
        different_labels=different,
        threads=1,
    )
