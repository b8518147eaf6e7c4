"""The law of the letters that mark ties."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from vistazo.report.tie_groups import tie_groups


@given(st.integers(1, 9), st.randoms(use_true_random=False), st.floats(0, 1))
def test_two_share_a_letter_unless_they_are_told_apart(n, random, density):
    """Two methods share a letter if and only if no verdict tells them apart; the first has a."""
    names = [f"m{i}" for i in range(n)]
    apart = {pair for pair in combinations(names, 2) if random.random() < density}
    letters = tie_groups(names, lambda a, b: (a, b) in apart)
    for a, b in combinations(names, 2):
        assert bool(set(letters[a]) & set(letters[b])) == ((a, b) not in apart)
    assert letters["m0"].startswith("a")


@given(st.integers(2, 7), st.randoms(use_true_random=False))
def test_no_group_is_inside_another(n, random):
    """Every letter says something: no group of methods is part of another."""
    names = [f"m{i}" for i in range(n)]
    apart = {pair for pair in combinations(names, 2) if random.random() < 0.5}
    letters = tie_groups(names, lambda a, b: (a, b) in apart)
    groups = [{m for m in names if x in letters[m]} for x in sorted(set("".join(letters.values())))]
    assert not any(a <= b for a in groups for b in groups if a is not b)
