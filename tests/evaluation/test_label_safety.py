"""When classes are said to change into each other, on predictions made by hand."""

import numpy as np
import pytest

from vistazo.evaluation.label_safety import FEWEST, LIMIT, label_effect
from vistazo.metrics.intervals import wilson

N_EACH = 40


def effect(becomes, second=None, *, n_each=N_EACH, back=None, wrong=0):
    """Return the effect of a change that turns class ``i`` into ``becomes[i]``."""
    codes = np.repeat(np.arange(3), n_each)
    untouched = codes.copy()
    for code in range(3):
        untouched[np.flatnonzero(codes == code)[:wrong]] = (code + 1) % 3
    changed = np.array(becomes)[codes]
    other = changed if second is None else np.array(second)[codes]
    undone = [changed, other] if back is None else [np.array(back)[codes]] * 2
    return label_effect(codes, [untouched, codes], [changed, other], undone, 3)


def pairs(found):
    return [(pair.one, pair.other) for pair in found.exchanges]


def test_classes_that_become_each_other_are_found_once():
    """A change that swaps two classes names that pair, once, with its shares and limits."""
    found = effect([1, 0, 2])
    assert pairs(found) == [(0, 1)]
    assert found.exchanges[0].there == (1, *wilson(N_EACH, N_EACH))
    assert found.after == pytest.approx((1 / 3, *wilson(N_EACH, 3 * N_EACH)))
    assert found.classes[2].after.value == found.classes[2].before.value == 1


def test_one_way_is_no_exchange():
    """That all classes are merely called one class names nothing."""
    assert pairs(effect([2, 2, 2])) == []
    assert pairs(effect([1, 2, 0])) == []


def test_a_change_is_judged_by_its_reverse():
    """What turns 0 into 1 is found where its reverse turns 1 into 0, and only there."""
    assert pairs(effect([1, 2, 0], back=[2, 0, 1])) == [(0, 1), (1, 2), (2, 0)]
    assert pairs(effect([1, 2, 2], back=[0, 1, 2])) == []


def test_both_classifiers_must_agree():
    """A swap that only one of two classifiers sees names nothing."""
    assert pairs(effect([1, 0, 2], second=[0, 1, 2])) == []


def test_classes_that_are_not_recognised_are_not_judged():
    """Classes with too few images, or too few of them recognised, are named as unjudged."""
    few = effect([1, 0, 2], n_each=FEWEST - 1)
    assert pairs(few) == []
    assert not any(one.judged for one in few.classes)
    poor = effect([1, 0, 2], wrong=N_EACH // 2 + 1)
    assert pairs(poor) == []
    assert [one.n_recognised for one in poor.classes] == [N_EACH // 2 - 1] * 3
    assert pairs(effect([1, 0, 2], wrong=N_EACH // 2)) == [(0, 1)]


@pytest.mark.parametrize("moving", range(0, N_EACH + 1, 4))
def test_the_lower_limit_decides(moving):
    """A pair is named just where the lower Wilson limit of both shares is above the limit."""
    codes = np.repeat(np.arange(2), N_EACH)
    changed = codes.copy()
    for code in range(2):
        changed[np.flatnonzero(codes == code)[:moving]] = 1 - code
    found = label_effect(codes, [codes, codes], [changed, changed], [changed, changed], 2)
    assert (len(found.exchanges) == 1) == (wilson(moving, N_EACH)[0] > LIMIT)
