"""Templates of reports: what they may call, and that nothing leaves them unescaped."""

import functools
from collections.abc import Callable
from pathlib import Path

import jinja2

from vistazo.i18n import _, current_language, ngettext, number, percent
from vistazo.report import notation
from vistazo.report.metric_names import heading, title
from vistazo.report.tick_labels import tick_labels

_CALLABLE: dict[str, Callable[..., object]] = {
    "_": _,
    "ngettext": ngettext,
    "number": number,
    "percent": percent,
    "current_language": current_language,
    "metric_title": title,
    "metric_heading": heading,
    "fixed": notation.fixed,
    "signed": notation.signed,
    "interval": notation.interval,
    "signed_interval": notation.signed_interval,
    "with_interval": notation.with_interval,
    "difference": notation.difference,
    "setting": notation.setting,
    "level_text": notation.level_text,
    "p_value": notation.p_value,
    "measured": notation.measured,
    "milliseconds": notation.milliseconds,
    "megabytes": notation.megabytes,
    "count": notation.count,
    "tick_labels": tick_labels,
}


@functools.cache
def templates(
    *, autoescape: bool, finalize: Callable[[object], object] | None = None
) -> jinja2.Environment:
    """Return the templates of one format.

    Parameters
    ----------
    autoescape : bool
        Whether every value is escaped for HTML.
    finalize : callable or None
        What is done to every value before it is written.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=autoescape,  # noqa: S701 - Markdown escapes in its own way, by finalize
        finalize=finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_CALLABLE)
    return environment
