"""Letters for methods that the verdicts do not tell apart (compact letter display)."""

from collections.abc import Callable, Sequence


def tie_groups(names: Sequence[str], told_apart: Callable[[str, str], bool]) -> dict[str, str]:
    """Give each method the letters of its groups; two share one unless they are told apart.

    Parameters
    ----------
    names : sequence of str
        Methods, best first: the letter *a* goes to the first one's group.
    told_apart : callable
        Whether the verdict on two methods is *better* or *worse*.

    Returns
    -------
    dict of str to str
        Letters by method, such as ``{"cnn": "a", "hog-svm": "ab", "majority": "b"}``.

    Notes
    -----
    Insert and absorb, of H.-P. Piepho, *An algorithm for a letter-based representation of
    all-pairwise comparisons*, J. Comput. Graph. Stat. 13 (2004): start with one group; for each
    pair told apart, split every group holding both; drop groups inside others.
    """
    groups = [frozenset(names)]
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if told_apart(a, b):
                groups = _absorbed(
                    [part for group in groups for part in _split(group, a, b)],
                )
    position = {name: i for i, name in enumerate(names)}
    groups.sort(key=lambda group: sorted(position[name] for name in group))
    return {
        name: "".join(_letter(i) for i, group in enumerate(groups) if name in group)
        for name in names
    }


def _split(group: frozenset[str], a: str, b: str) -> list[frozenset[str]]:
    return [group - {a}, group - {b}] if {a, b} <= group else [group]


def _absorbed(groups: list[frozenset[str]]) -> list[frozenset[str]]:
    distinct = list(dict.fromkeys(groups))
    return [group for group in distinct if not any(group < other for other in distinct)]


def _letter(index: int) -> str:
    # past z the letter is doubled: "aa" follows "z"
    return chr(ord("a") + index % 26) * (index // 26 + 1)
