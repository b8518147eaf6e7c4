"""The laws of choosing which mistakes are shown."""

import csv

import numpy as np
import pytest

from vistazo.report.mistakes import SHOWN, read_mistakes

_CLASSES = ("a", "b, c", 'd"')


@pytest.fixture
def predictions(tmp_path):
    """Random predictions of three methods in two repeats; m2 has no probabilities."""
    seed = 7
    print("seed", seed)
    rng = np.random.default_rng(seed)
    rows = []
    for method in ("m1", "m2", "floor"):
        for repeat in range(2):
            for i in range(60):
                p = rng.dirichlet(np.ones(3))
                predicted = _CLASSES[int(p.argmax())]
                written = [""] * 3 if method == "m2" else [f"{x:.9g}" for x in p]
                rows.append([f"i{i}", _CLASSES[i % 3], method, repeat, i % 5, predicted, *written])
    path = tmp_path / "predictions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        head = ["image", "label", "method", "repeat", "fold", "predicted"]
        csv.writer(file).writerows([[*head, *(f"p:{name}" for name in _CLASSES)], *rows])
    return path, rows


def _slow_mistakes(rows, methods):
    wrong = {}
    for image, label, method, _repeat, _fold, predicted, *p in rows:
        if method in methods and label != predicted:
            confidence = float(p[_CLASSES.index(predicted)] or 0)
            wrong.setdefault((method, image), []).append((confidence, predicted))
    missed_by = {image: sum(i == image for _m, i in wrong) for _m, image in wrong}
    return {
        method: sorted(
            ((-max(c)[0], -missed_by[i], i) for (m, i), c in wrong.items() if m == method),
        )
        for method in methods
    }


def test_most_confident_mistakes_come_first(predictions):
    """An image counts once, by its most confident mistake; then those most methods missed."""
    path, rows = predictions
    expected = _slow_mistakes(rows, ("m1", "m2"))
    found = read_mistakes(path, ("m1", "m2"))
    for method, mistakes in found.items():
        assert mistakes.n_images == len(expected[method])
        shown = [(-(m.probability or 0), -m.missed_by, m.image) for m in mistakes.shown]
        assert [image for _p, _n, image in shown] == [i for _p, _n, i in expected[method][:SHOWN]]
    assert all(m.probability is None for m in found["m2"].shown)


def test_mistake_is_one_that_was_made(predictions):
    """Each mistake shown is a row of the file, with its probability."""
    path, rows = predictions
    made = {(r[0], r[1], r[5], r[6 + _CLASSES.index(r[5])]) for r in rows if r[2] == "m1"}
    for mistake in read_mistakes(path, ("m1",))["m1"].shown:
        written = f"{mistake.probability:.9g}"
        assert (mistake.image, mistake.label, mistake.predicted, written) in made
        assert mistake.label != mistake.predicted
