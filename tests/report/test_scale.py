"""The laws of axes."""

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st

from vistazo.i18n import set_language
from vistazo.report.scale import covering
from vistazo.report.tick_labels import tick_labels

_VALUES = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20)


@given(_VALUES, st.booleans())
def test_axis_covers_all_values_between_its_ends(values, zero):
    """Every value, and zero where asked for, lies on the axis; larger values lie further on."""
    assume(len(values) == 1 or max(values) - min(values) > 1e-6)
    axis = covering([*values, None], 10, 210, zero=zero)
    tolerance = 1e-9 * (axis.high - axis.low)
    for value in [*values, *([0.0] if zero else [])]:
        assert axis.low - tolerance <= value <= axis.high + tolerance
    pixels = [axis(value) for value in sorted(values)]
    assert pixels == sorted(pixels)
    assert all(10 <= pixel <= 210 for pixel in pixels)


@given(_VALUES)
def test_ticks_are_round_and_even(values):
    """There are 3 to 12 ticks, at even distances, and their digits tell them apart."""
    assume(len(values) == 1 or max(values) - min(values) > 1e-3)
    axis = covering(values, 0, 100, zero=False)
    ticks = axis.ticks()
    assert 3 <= len(ticks) <= 12
    steps = [b - a for a, b in itertools.pairwise(ticks)]
    assert max(steps) - min(steps) < 1e-6 * max(steps) + 1e-9
    assert len({f"{tick:.{axis.tick_digits()}f}" for tick in ticks}) == len(ticks)


@given(
    st.floats(-1e9, 1e9),
    st.floats(1e-3, 1e9),
    st.sampled_from([200, 320]),
    st.sampled_from(["en", "es"]),
)
def test_numbers_over_an_axis_have_room(low, span, width, language):
    """At least one number stands over an axis; none is cut off, and none stands over another."""
    set_language(language)
    labels = tick_labels(covering([low, low + span], 10, width - 10, zero=False), width)
    assert labels
    assert all(one.middle >= one.half for one in labels)
    assert all(one.middle + one.half <= width for one in labels)
    for one, following in itertools.pairwise(labels):
        assert one.middle + one.half < following.middle - following.half


def test_values_outside_go_to_the_nearer_end():
    """What lies beyond the axis is drawn at its end."""
    axis = covering([0.0, 1.0], 100, 0, zero=True)
    assert (axis(-5), axis(0), axis(0.5), axis(7)) == (100, 100, 50, 0)
