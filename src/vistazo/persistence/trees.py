"""Decision trees from a file: scikit-learn follows their node numbers without checking them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.tree._tree import Tree


def check_trees(estimator: Any) -> None:
    """Raise ValueError where a tree inside an estimator points outside its memory or in a circle.

    Every tree must read features that its estimator checks the width of.
    """
    widths = set()
    for thing in _parts(estimator):
        if isinstance(thing, Tree):
            _check_nodes(thing)
            widths.add(thing.n_features)
        elif isinstance(getattr(thing, "tree_", None), Tree):
            widths.add(thing.n_features_in_)
    if len(widths) > 1:
        raise ValueError("trees of different widths")


def _check_nodes(tree: Tree) -> None:
    number = np.arange(tree.node_count)
    left, right, feature = tree.children_left, tree.children_right, tree.feature
    leaf = left == -1
    # children come after their parent, so that every way down ends
    inside = (left > number) & (left < len(number)) & (right > number) & (right < len(number))
    known = (feature >= 0) & (feature < tree.n_features)
    if not len(number) or not np.all(leaf | (inside & known)):
        raise ValueError("a tree with damaged nodes")


def _parts(root: Any) -> Iterator[Any]:
    """Yield an object and all that it is made of, each once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        yield thing
        if isinstance(thing, dict):
            waiting += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set):
            waiting += thing
        elif isinstance(thing, np.ndarray) and thing.dtype == object:
            waiting += thing.ravel().tolist()
        elif hasattr(thing, "__dict__") and not isinstance(thing, type):
            waiting += vars(thing).values()
