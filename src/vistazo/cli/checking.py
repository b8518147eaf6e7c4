"""What ``vistazo check`` shows: its findings as text, and how far it has come."""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from vistazo.checks import Finding
from vistazo.cli.console import harmless, is_live, results, width
from vistazo.cli.tables import wrapped
from vistazo.i18n import N_, _, ngettext, number
from vistazo.workflows.check import CheckResult, Listener

if TYPE_CHECKING:
    from vistazo.workflows.leak_price import LeakPrice

_SHOWN = 3
"""Examples that a person gets to see."""
_WORDS = {"fatal": N_("FATAL"), "alarm": N_("ALARM"), "note": N_("note")}
_STYLES = {"fatal": "bold red", "alarm": "bold yellow", "note": "cyan"}
_INDENT = "  "


def show(result: CheckResult) -> None:
    """Print the findings, the gravest first, and how many there are."""
    console = results()
    for finding in result:
        _show_finding(console, finding)
    if result.leak_price is not None:
        print_wrapped(console, _price(result.leak_price))
        console.print()
    counts = Counter[str](finding.severity for finding in result)
    print_wrapped(console, _counted(counts))


def as_json(result: CheckResult) -> str:
    """Return the result in the schema ``vistazo.check/1``."""
    return json.dumps(result.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


@contextlib.contextmanager
def of_checks() -> Iterator[Listener]:
    """Give a listener that shows which check is looking, where that can be redrawn."""
    if not is_live():
        yield lambda name, done, total: None
        return
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("checking"), total=None)
        yield lambda name, done, total: bar.update(
            task, completed=done, total=total, description=name
        )


def _show_finding(console: Console, finding: Finding) -> None:
    console.print(severity_line(finding.severity, finding.check), soft_wrap=True)
    print_wrapped(console, finding.what, _INDENT)
    if finding.advice:
        print_wrapped(console, finding.advice, _INDENT)
    if any(name not in finding.what for name in finding.examples):
        print_wrapped(console, _("Such as: {names}", names=_examples(finding)), _INDENT, "dim")
    console.print()


def _price(price: "LeakPrice") -> str:
    if not price.n_copies:
        return _("No image has a copy: nothing leaks from fold to fold.")
    return _(
        "What copies are worth: {method} reaches a balanced accuracy of {naive} where copies are "
        "on both sides of a split, {grouped} where they are kept together: {price} points "
        "({low} to {high}) that new images would not give.",
        method=price.method,
        naive=number(price.naive, 3),
        grouped=number(price.grouped, 3),
        price=number(100 * price.price, 1),
        low=number(100 * price.low, 1),
        high=number(100 * price.high, 1),
    )


def _examples(finding: Finding) -> str:
    names = ", ".join(finding.examples[:_SHOWN])
    more = max(finding.count, len(finding.examples)) - _SHOWN
    return _("{names} and {n} more", names=names, n=number(more)) if more > 0 else names


def severity_line(severity: str, name: str) -> Text:
    """Return the line above a finding: how grave it is, and what found it."""
    head = Text(_(_WORDS[severity]), _STYLES[severity])
    head.append(f"  {harmless(name)}", "bold")
    return head


def print_wrapped(console: Console, text: str, indent: str = "", style: str = "") -> None:
    """Print a text in lines that fit the screen."""
    columns = width()
    for line in wrapped(harmless(text), None if columns is None else columns - len(indent)):
        console.print(Text(indent + line, style), soft_wrap=True)


def _counted(counts: Counter[str]) -> str:
    """Return how many findings of each severity there are, as one line."""
    phrases: dict[str, Callable[[int], str]] = {
        "fatal": lambda n: ngettext("{n} fatal finding", "{n} fatal findings", n),
        "alarm": lambda n: ngettext("{n} alarm", "{n} alarms", n),
        "note": lambda n: ngettext("{n} note", "{n} notes", n),
    }
    found = [phrase(counts[severity]) for severity, phrase in phrases.items() if counts[severity]]
    return _("Found: {counts}.", counts=", ".join(found)) if found else _("Nothing was found.")
