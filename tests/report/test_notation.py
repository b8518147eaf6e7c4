"""The laws of how numbers are written."""

import pytest

from vistazo.i18n import set_language
from vistazo.report import notation
from vistazo.report.measurements import Estimate


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (0.0123, "+0.012"), (-0.0123, "−0.012"), (0.0004, "0.000"), (-0.0004, "0.000")],
)
def test_differences_carry_their_sign(value, written):
    """A difference has a sign unless it rounds to zero."""
    assert notation.signed(value) == written


def test_negative_numbers_have_a_real_minus():
    """A negative number is written with a minus, which does not break, not with a hyphen."""
    assert notation.fixed(-0.5, 2) == "−0.50"


def test_intervals_follow_the_number():
    """An interval stands in brackets after its number, and is left out where there is none."""
    assert notation.with_interval(Estimate(0.9, 0.85, 0.95)) == "0.900 [0.850, 0.950]"
    assert notation.with_interval(Estimate(0.9)) == "0.900"
    assert notation.difference(Estimate(0.1, -0.1, 0.3)) == "+0.100 [−0.100, +0.300]"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1234.6, "1,235"),
        (123.4, "123"),
        (12.34, "12.3"),
        (1.234, "1.23"),
        (0.1234, "0.123"),
    ],
)
def test_amounts_have_three_digits_that_count(value, written):
    """A measured amount has about three significant digits."""
    assert notation.measured(value) == written


@pytest.mark.parametrize(
    ("value", "written", "in_spanish"),
    [(6.0, "6", "6"), (6.26, "6.3", "6,3"), (5.97, "6", "6"), (25.4, "25", "25")],
)
def test_times_as_many_have_no_empty_decimals(value, written, in_spanish):
    """Six times as many is not written 6.00, and more than ten need no decimal."""
    assert notation.ratio(value) == written
    set_language("es")
    assert notation.ratio(value) == in_spanish


@pytest.mark.parametrize(
    ("value", "written"), [(0.01, "0.01"), (0.005, "0.005"), (0.0, "0.00"), (0.1, "0.10")]
)
def test_settings_are_not_rounded(value, written):
    """What someone chose is written with all its decimals."""
    assert notation.setting(value) == written


@pytest.mark.parametrize(("value", "written"), [(0.95, "95 %"), (0.995, "99.5 %"), (0.9, "90 %")])
def test_levels_are_not_rounded(value, written):
    """A level of 99.5 % is not called 100 %."""
    assert notation.level_text(value) == written


def test_small_p_values_are_bounded():
    """A p-value below what is shown is said to be below it, never zero."""
    assert notation.p_value(0.0) == "< 0.001"
    assert notation.p_value(0.0314) == "0.031"
    assert notation.p_value(None) == "–"


def test_units():
    """Seconds become milliseconds, bytes become millions of bytes."""
    assert notation.milliseconds(0.0021) == "2.10"
    assert notation.megabytes(18_826_032) == "18.8"


def test_spanish_has_a_decimal_comma():
    """In Spanish the same numbers have a decimal comma and a thousands point."""
    set_language("es")
    assert notation.signed(-0.0123) == "−0,012"
    assert notation.measured(1234.6) == "1.235"
    assert notation.p_value(0.0) == "< 0,001"
