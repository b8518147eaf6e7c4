"""Scores against scikit-learn, slow second versions and numbers known beforehand."""

import subprocess
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from vistazo.errors import DataError, UsageError
from vistazo.metrics.scores import METRICS, score

seeds = st.integers(0, 2**32 - 1)
LABEL_METRICS = [name for name, metric in METRICS.items() if not metric.needs_probabilities]
PROBABILITY_METRICS = [name for name, metric in METRICS.items() if metric.needs_probabilities]


def predictions(seed, n_classes=None):
    """Codes and probabilities with ties, absent classes and classes never predicted."""
    draws = np.random.default_rng(seed)
    n_classes = n_classes or int(draws.integers(2, 9))
    n_images = int(draws.integers(1, 60))
    used = draws.integers(1, n_classes + 1)
    actual = draws.integers(0, used, n_images)
    probabilities = draws.dirichlet(np.ones(n_classes), n_images)
    if draws.random() < 0.5:
        probabilities = probabilities[draws.integers(0, n_images, n_images)].round(1) + 0.01
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    guess = np.where(draws.random(n_images) < 0.5, actual, probabilities.argmax(axis=1))
    return actual, guess, probabilities, n_classes


def specificities(actual, predicted, n_classes):
    matrices = oracle.multilabel_confusion_matrix(actual, predicted, labels=range(n_classes))
    return [tn / (tn + fp) for code, ((tn, fp), _) in enumerate(matrices) if code in actual]


def macro(function: Callable[..., float]) -> Callable[..., float]:
    return lambda actual, predicted, n_classes: function(
        actual, predicted, labels=np.unique(actual), average="macro", zero_division=0
    )


LABEL_ORACLES = {
    "accuracy": lambda actual, predicted, n: oracle.accuracy_score(actual, predicted),
    "balanced_accuracy": lambda actual, predicted, n: oracle.balanced_accuracy_score(
        actual, predicted
    ),
    "macro_precision": macro(oracle.precision_score),
    "macro_recall": macro(oracle.recall_score),
    "macro_specificity": lambda actual, predicted, n: np.mean(specificities(actual, predicted, n)),
    "macro_f1": macro(oracle.f1_score),
    "weighted_f1": lambda actual, predicted, n: oracle.f1_score(
        actual, predicted, average="weighted", zero_division=0
    ),
    "mcc": lambda actual, predicted, n: oracle.matthews_corrcoef(actual, predicted),
}


def slow_ece(actual, probabilities):
    gap = 0.0
    for m in range(1, 16):
        inside = [
            (p.max(), p.argmax() == y)
            for p, y in zip(probabilities, actual, strict=True)
            if (m - 1) / 15 < p.max() <= m / 15
        ]
        if inside:
            confidence, correct = np.array(inside, dtype=float).T
            gap += len(inside) / len(actual) * abs(correct.mean() - confidence.mean())
    return gap


def one_vs_rest(function, actual, probabilities):
    present = np.unique(actual)
    if len(present) < 2:
        return None
    return np.mean([function(actual == code, probabilities[:, code]) for code in present])


def drawn_top_5(actual, probabilities):
    """The mean over every place the actual class can take among those equal to it."""
    shares = []
    for code, row in zip(actual, probabilities, strict=True):
        likelier = int((row > row[code]).sum())
        equal = int((row == row[code]).sum())
        shares.append(np.mean([place < 5 for place in range(likelier, likelier + equal)]))
    return np.mean(shares)


PROBABILITY_ORACLES = {
    "log_loss": lambda y, p: oracle.log_loss(y, p, labels=range(p.shape[1])),
    "brier": lambda y, p: oracle.brier_score_loss(y, p, labels=range(p.shape[1])),
    "ece": slow_ece,
    "macro_roc_auc": lambda y, p: one_vs_rest(oracle.roc_auc_score, y, p),
    "macro_average_precision": lambda y, p: one_vs_rest(oracle.average_precision_score, y, p),
    "top_5": lambda y, p: drawn_top_5(y, p) if p.shape[1] > 5 else None,
}


def test_names():
    """The metrics are these, in this order, each under its own name."""
    assert list(METRICS) == [*LABEL_ORACLES, *PROBABILITY_ORACLES]
    assert all(metric.name == name for name, metric in METRICS.items())


@pytest.mark.parametrize("name", LABEL_METRICS)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_label_scores(name, seed):
    """A score of labels is scikit-learn's."""
    actual, predicted, _, n_classes = predictions(seed)
    if name == "macro_specificity" and len(np.unique(actual)) == 1:
        assert score(name, actual, predicted, None, n_classes) is None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = LABEL_ORACLES[name](actual, predicted, n_classes)
    assert score(name, actual, predicted, None, n_classes) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", PROBABILITY_METRICS)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_probability_scores(name, seed):
    """A score of probabilities is scikit-learn's or that of a slow second version."""
    actual, predicted, probabilities, n_classes = predictions(seed)
    expected = PROBABILITY_ORACLES[name](actual, probabilities)
    found = score(name, actual, predicted, probabilities, n_classes)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_laws_of_all_scores(seed):
    """Scores stay in their range, ignore the order of images, and warn of nothing."""
    actual, predicted, probabilities, n_classes = predictions(seed)
    order = np.random.default_rng(seed).permutation(len(actual))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, metric in METRICS.items():
            value = score(name, actual, predicted, probabilities, n_classes)
            shuffled = score(name, actual[order], predicted[order], probabilities[order], n_classes)
            if value is None:
                assert shuffled is None
                continue
            assert shuffled == pytest.approx(value, abs=1e-12)
            low, high = metric.bounds
            assert type(value) is float
            assert low - 1e-12 <= value <= high + 1e-12


@pytest.mark.parametrize("name", METRICS)
def test_which_way_is_better(name):
    """Perfect predictions score the better bound, and wrong ones score worse."""
    actual = np.arange(60) % 6
    wrong = (actual + 1) % 6
    low, high = METRICS[name].bounds
    perfect = score(name, actual, actual, np.eye(6)[actual], 6)
    other = score(name, actual, wrong, np.eye(6)[wrong], 6)
    if METRICS[name].greater_is_better:
        assert perfect == pytest.approx(high)
        assert name == "top_5" or other < perfect
    else:
        assert perfect == pytest.approx(low)
        assert other > perfect


def test_specificity_of_a_balanced_ten_class_result():
    """Accuracy 0.897 on ten balanced classes is specificity 0.9886: 1 - 0.103 / 9."""
    actual = np.repeat(np.arange(10), 1000)
    wrong = np.tile(np.arange(1000) >= 897, 10)
    predicted = np.where(wrong, (actual + 1 + np.arange(10_000) % 9) % 10, actual)
    assert score("accuracy", actual, predicted, None, 10) == pytest.approx(0.897)
    specificity = score("macro_specificity", actual, predicted, None, 10)
    assert specificity == pytest.approx(1 - 0.103 / 9)
    assert round(specificity, 3) == 0.989


def test_top_5_of_a_constant_is_chance():
    """The majority class alone, nine others tied, finds half of ten balanced classes."""
    actual = np.arange(100) % 10
    constant = np.tile(np.eye(10)[0], (100, 1))
    assert score("top_5", actual, 0 * actual, constant, 10) == pytest.approx(0.5)


def test_ece_bins_are_closed_above():
    """Confidence 0.6 = 9/15 shares the bin of 0.58: one right of two at 0.59 on average."""
    probabilities = np.array([[0.6, 0.4], [0.58, 0.42]])
    actual = np.array([0, 1])
    assert score("ece", actual, actual, probabilities, 2) == pytest.approx(0.59 - 0.5)


def test_log_loss_of_the_impossible():
    """A class given probability 0 costs -ln of the machine's precision, not infinity."""
    codes = np.array([0])
    impossible = np.array([[0.0, 1.0]])
    assert score("log_loss", codes, codes, impossible, 2) == pytest.approx(52 * np.log(2))


def test_undefined_scores_are_none():
    """Without images, probabilities, a second class or a sixth, there is no number."""
    one = np.zeros(4, dtype=int)
    sure = np.eye(5)[one]
    for name, metric in METRICS.items():
        assert score(name, one[:0], one[:0], sure[:0], 5) is None
        if metric.needs_probabilities:
            assert score(name, one, one, None, 5) is None
    for name in ("macro_roc_auc", "macro_average_precision", "macro_specificity", "top_5"):
        assert score(name, one, one, sure, 5) is None


@pytest.mark.parametrize("name", ["log_loss", "brier", "ece"])
def test_rounded_probabilities(name):
    """Probabilities written with nine digits score as those they were."""
    actual, predicted, probabilities, n_classes = predictions(5, n_classes=7)
    written = np.array([[float(f"{p:.9g}") for p in row] for row in probabilities])
    assert not np.array_equal(written.sum(axis=1), probabilities.sum(axis=1))
    assert score(name, actual, predicted, written, n_classes) == pytest.approx(
        score(name, actual, predicted, probabilities, n_classes), rel=1e-8
    )


def test_rounding_parts_no_ties():
    """Images of one written probability tie, whatever their rows sum to after rounding."""
    written = np.array([[0.3, 0.7], [0.3, 0.700000001]])
    actual = np.array([0, 1])
    assert score("macro_roc_auc", actual, actual, written, 2) == (0.5 + 1) / 2


@pytest.mark.parametrize("row", [[0.5, 0.49], [1.2, -0.2], [np.nan, 1.0], [0.0, 0.0]])
def test_rows_that_are_no_distribution(row):
    """A row that does not sum to 1, is negative or no number is refused and named."""
    codes = np.array([0, 1])
    with pytest.raises(DataError, match="Row 1") as caught:
        score("brier", codes, codes, np.array([[0.5, 0.5], row]), 2)
    assert caught.value.code == "E-PROBABILITIES"


def test_unknown_metric():
    """A name that does not exist is answered with the nearest."""
    with pytest.raises(UsageError, match="'accuracy'") as caught:
        score("acuracy", np.zeros(1, int), np.zeros(1, int), None, 2)
    assert caught.value.code == "E-NAME"


def test_listing_metrics_is_light():
    """The names of the metrics cost no import of torch, scikit-learn or SciPy."""
    code = "import sys, vistazo.metrics.scores; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert loaded.returncode == 0, loaded.stderr
    assert not {"torch", "sklearn", "scipy"} & set(loaded.stdout.split())
