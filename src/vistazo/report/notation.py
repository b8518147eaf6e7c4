"""How numbers are written in reports: digits, signs, intervals, units."""

from vistazo.i18n import _, number, percent
from vistazo.report.measurements import Estimate

MISSING = "–"


def fixed(value: float | None, digits: int = 3) -> str:
    """Write a number with a fixed number of decimals, or a dash where there is none."""
    return MISSING if value is None else _with_sign(value, digits, plus="")


def signed(value: float | None, digits: int = 3) -> str:
    """Write a difference with its sign; what rounds to zero has none."""
    return MISSING if value is None else _with_sign(value, digits, plus="+")


def interval(estimate: Estimate) -> str:
    """Write the interval of a number in brackets; nothing where it has none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return _("[{low}, {high}]", low=fixed(estimate.low), high=fixed(estimate.high))


def signed_interval(estimate: Estimate) -> str:
    """Write the interval of a difference in brackets; nothing where it has none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return _("[{low}, {high}]", low=signed(estimate.low), high=signed(estimate.high))


def with_interval(estimate: Estimate) -> str:
    """Write a number followed by its interval: ``0.912 [0.903, 0.921]``."""
    return f"{fixed(estimate.value)} {interval(estimate)}".rstrip()


def difference(estimate: Estimate) -> str:
    """Write a difference followed by its interval: ``+0.012 [−0.003, +0.027]``."""
    return f"{signed(estimate.value)} {signed_interval(estimate)}".rstrip()


def setting(value: float) -> str:
    """Write a number someone chose, with all the decimals it was given and at least two."""
    return number(value, _decimals(value, least=2))


def level_text(value: float) -> str:
    """Write a confidence level as a percentage that is not rounded up to 100 %."""
    return percent(value, _decimals(100 * value, least=0))


def p_value(value: float | None) -> str:
    """Write a p-value to three decimals; smaller ones as less than 0.001."""
    if value is None:
        return MISSING
    return f"< {number(0.001, 3)}" if value < 0.001 else number(value, 3)


def measured(value: float | None) -> str:
    """Write a measured amount to about three significant digits."""
    if value is None:
        return MISSING
    return number(value, measured_digits(value) if value else 0)


def measured_digits(value: float) -> int:
    """Return how many decimals show about three significant digits of a number."""
    limits = ((100, 0), (10, 1), (1, 2), (0.1, 3))
    return next((digits for limit, digits in limits if abs(value) >= limit), 4)


def ratio(value: float) -> str:
    """Write how many times as many: a decimal at the most, and none that is zero."""
    return number(value, 1 if value < 10 and round(value, 1) % 1 else 0)


def milliseconds(seconds: float | None) -> str:
    """Write seconds as milliseconds."""
    return MISSING if seconds is None else measured(1000 * seconds)


def megabytes(size_bytes: float | None) -> str:
    """Write bytes as millions of bytes."""
    return MISSING if size_bytes is None else measured(size_bytes / 1e6)


def count(value: int | None) -> str:
    """Write a whole number."""
    return MISSING if value is None else number(value)


def _decimals(value: float, least: int) -> int:
    wanted = (d for d in range(least, 9) if round(value, d) == round(value, 9))
    return next(wanted, 9)


def _with_sign(value: float, digits: int, plus: str) -> str:
    rounded = round(value, digits)
    sign = "−" if rounded < 0 else plus if rounded else ""
    return sign + number(abs(rounded), digits)
