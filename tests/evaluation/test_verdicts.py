"""Verdicts: what they claim, and how often they claim what is not so."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vistazo.evaluation.bootstrap import bootstrap
from vistazo.evaluation.statistics import corrected_t_test, holm
from vistazo.evaluation.verdicts import verdicts, verdicts_on_one_split

OPPOSITE = {"better": "worse", "worse": "better"}


def judge(per_fold, metric="accuracy", **options):
    return verdicts(per_fold, metric=metric, test_to_train=0.25, **options)


def copies_of_one_method(draws, n_images):
    """Two fits of one method: right on the same share of images, alike on the hard ones."""
    difficulty = draws.beta(4, 1, n_images)
    return draws.random((2, n_images)) < difficulty


def fold_scores(correct, draws, repeats):
    scores = []
    for _ in range(repeats):
        order = draws.permutation(correct.shape[1])
        scores += [correct[:, part].mean(axis=1) for part in np.array_split(order, 5)]
    return np.array(scores).T


@pytest.mark.parametrize("repeats", [1, 5])
def test_two_copies_of_one_method(repeats):
    """A method beats its copy in at most 5 % of 400 comparisons; uncorrected it would not."""
    seed = 7
    print("seed", seed)
    draws = np.random.default_rng(seed)
    claims, naive = 0, 0
    for _ in range(400):
        a, b = fold_scores(copies_of_one_method(draws, 500), draws, repeats)
        (found,) = judge({"a": a, "b": b})
        claims += found.verdict in OPPOSITE
        naive += corrected_t_test(a - b, 0).p_value < 0.05
    assert claims / 400 <= 0.05
    if repeats == 5:
        assert naive / 400 > 0.2


def test_two_copies_on_one_split():
    """On one test set a method beats its copy in about 5 % of 300 comparisons, 8 % at most."""
    seed = 8
    print("seed", seed)
    draws = np.random.default_rng(seed)
    claims = 0
    for _ in range(300):
        found = judge_once(*copies_of_one_method(draws, 300), resamples=60)
        claims += found.verdict in OPPOSITE
    assert claims / 300 <= 0.08


def judge_once(a, b, **options):
    actual = np.zeros(len(a), dtype=int)
    scores = {
        name: bootstrap(
            actual, 1 - correct.astype(int), None, metric="accuracy", n_classes=2, **options
        )
        for name, correct in (("a", a), ("b", b))
    }
    (found,) = verdicts_on_one_split(scores, metric="accuracy")
    return found


def test_a_ranking_that_2000_images_do_not_show():
    """0.846 against 0.839 on 2,000 images is undecided, by folds and on one split."""
    seed = 11
    print("seed", seed)
    draws = np.random.default_rng(seed)
    correct = np.zeros((2, 2000), dtype=bool)
    correct[0, draws.permutation(2000)[:1692]] = True
    correct[1, draws.permutation(2000)[:1678]] = True
    a, b = fold_scores(correct, draws, 1)
    for found in (judge({"a": a, "b": b}, n_images=2000)[0], judge_once(*correct)):
        assert found.difference == pytest.approx(0.007)
        assert found.verdict == "undecided"
        assert found.low < 0 < found.high


def test_clear_cases():
    """A wide gap is better, the way back worse, next to no gap equivalent."""
    noise = np.array([0.002, -0.001, 0.0, 0.001, -0.002])
    found = judge({"a": 0.9 + noise, "b": 0.8 - noise, "c": 0.801 + noise})
    assert [(v.a, v.b, v.verdict) for v in found] == [
        ("a", "b", "better"),
        ("a", "c", "better"),
        ("b", "c", "equivalent"),
    ]
    draws = np.random.default_rng(0)
    better = judge_once(draws.random(2000) < 0.9, draws.random(2000) < 0.8)
    assert better.verdict == "better"


def test_equal_scores_of_few_images():
    """Two perfect methods are equivalent on 10,000 images; 20 images do not show it."""
    perfect = {"a": [1.0] * 5, "b": [1.0] * 5}
    assert judge(perfect, n_images=10_000)[0].verdict == "equivalent"
    assert judge(perfect, n_images=20)[0].verdict == "undecided"
    right = np.ones(10_000, dtype=bool)
    assert judge_once(right, right, resamples=10).verdict == "equivalent"
    assert judge_once(right[:20], right[:20]).verdict == "undecided"


def test_equal_gaps_of_few_images():
    """One image more in each of two folds of ten is chance, although p is 0."""
    (found,) = judge({"a": [0.9, 0.9], "b": [0.8, 0.8]}, n_images=20)
    assert found.p_value == 0
    assert found.verdict == "undecided"


@pytest.mark.parametrize("metric", ["log_loss", "brier", "ece"])
def test_smaller_is_better(metric):
    """Where smaller is better, the smaller score gets the better verdict."""
    (found,) = judge({"a": [0.1, 0.11, 0.1], "b": [0.5, 0.5, 0.52]}, metric)
    assert found.difference < 0
    assert found.verdict == "better"


def test_nothing_to_compare():
    """One score each, or a method without scores, is undecided and costs the others nothing."""
    (single,) = judge({"a": [0.9], "b": [0.1]})
    assert (single.difference, single.low, single.p_value) == (0.8, None, None)
    assert single.verdict == "undecided"
    scores = {"a": [0.9, 0.92, 0.91], "b": [0.8, 0.79, 0.81], "none": [None, None, None]}
    found = judge(scores, "brier")
    assert found[0] == judge({"a": scores["a"], "b": scores["b"]}, "brier")[0]
    assert [(v.difference, v.p_adjusted, v.verdict) for v in found[1:]] == [
        (None, None, "undecided")
    ] * 2


def test_folds_must_match():
    """Methods scored on different numbers of folds cannot be paired."""
    with pytest.raises(ValueError):
        judge({"a": [0.9, 0.8], "b": [0.8]})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=2, max_size=8),
    st.sampled_from(["accuracy", "brier"]),
)
def test_order_of_methods(scores, metric):
    """Listing the methods the other way round turns every sign and nothing else."""
    methods = dict(zip("abc", np.array(scores).T, strict=True))
    forward = judge(methods, metric)
    backward = judge(dict(reversed(methods.items())), metric)
    turned = {(v.b, v.a): v for v in backward}
    for one in forward:
        other = turned[one.a, one.b]
        assert one.difference == -other.difference
        assert (one.low, one.high) == (-other.high, -other.low)
        assert (one.p_value, one.p_adjusted) == (other.p_value, other.p_adjusted)
        assert one.verdict == OPPOSITE.get(other.verdict, other.verdict)


def test_more_methods_ask_for_more_evidence():
    """A difference that convinces alone does not among the pairs with a third method."""
    gaps = np.array([0.02, 0.06, 0.04, 0.05, 0.03])
    pair = {"a": 0.8 + gaps, "b": np.full(5, 0.8)}
    assert judge(pair)[0].verdict == "better"
    among_three = judge({**pair, "c": [0.9, 0.7, 0.85, 0.75, 0.85]})[0]
    assert among_three.p_value == judge(pair)[0].p_value < 0.05
    assert among_three.verdict == "undecided"


def test_all_pairs_are_corrected_together():
    """Adjusted p-values are Holm's over every pair, and a verdict is plain JSON."""
    draws = np.random.default_rng(3)
    methods = {name: 0.8 + 0.05 * draws.normal(size=5) for name in "abcd"}
    found = judge(methods)
    assert len(found) == 6
    assert [v.p_adjusted for v in found] == holm([v.p_value for v in found])
    assert json.loads(json.dumps([asdict(v) for v in found])) == [asdict(v) for v in found]
    assert list(asdict(found[0])) == [
        *("a", "b", "metric", "difference", "low", "high", "p_value", "p_adjusted", "verdict")
    ]
