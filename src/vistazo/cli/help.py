"""Help pages: what a verb does, examples to copy, and its options, as wide as the screen."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import typer.core

from vistazo.cli.console import width
from vistazo.cli.everywhere import HELP
from vistazo.cli.tables import definitions, wrapped
from vistazo.i18n import N_, _

_WIDEST = 100


class Verb(typer.core.TyperCommand):
    """A command with our help page.

    The library's own page is boxes of fixed texts in English, and imports a Markdown parser.
    """

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the page."""
        usage = f"vistazo {self.name} " + " ".join(_usage(self.params))
        formatter.write(_page(usage, self.help, _sections(self.params)))


class Verbs(typer.core.TyperGroup):
    """All commands, with our help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the page."""
        verbs = [(n, _(verb.help or "").partition("\n\n")[0]) for n, verb in self.commands.items()]
        sections = {_("Verbs"): verbs, **_sections(self.params)}
        formatter.write(_page(_("vistazo VERB [OPTIONS]"), self.help, sections))


def _page(usage: str, text: str | None, sections: dict[str, list[tuple[str, str]]]) -> str:
    columns = min(width() or _WIDEST, _WIDEST)
    lines = [*_command(_("Usage: ") + usage, columns), ""]
    for paragraph in _(text or "").split("\n\n"):
        if paragraph.startswith("vistazo "):
            lines += ["  " + line for line in _command(paragraph, columns - 2)]
        else:
            lines += [*wrapped(paragraph, columns), ""]
    everywhere = [(name, _(what)) for name, what in HELP]
    for title, rows in {**sections, _("Everywhere"): everywhere}.items():
        lines += ["", title, *definitions(rows, columns, indent=2)]
    return "\n".join(lines) + "\n"


def _command(text: str, columns: int) -> list[str]:
    """Break a command so that it can still be copied into a shell."""
    lines = wrapped(text, columns - 4)
    return [*(line + " \\" for line in lines[:-1]), lines[-1]]


def _usage(parameters: Sequence[Any]) -> Iterator[str]:
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            yield str(parameter.metavar)
    yield _("[OPTIONS]")


def _sections(parameters: Sequence[Any]) -> dict[str, list[tuple[str, str]]]:
    sections: dict[str, list[tuple[str, str]]] = {}
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            title, name = N_("Arguments"), str(parameter.metavar)
        else:
            title = parameter.rich_help_panel or N_("Options")
            name = " ".join([*parameter.opts, *_values(parameter)])
        text = _(parameter.help or "") + _extra(parameter)
        sections.setdefault(_(title), []).append((name, text))
    return sections


def _values(option: Any) -> list[str]:
    if option.is_flag:
        return []
    choices = option.type_descriptor.choices
    return ["|".join(choice.value for choice in choices) if choices else str(option.metavar)]


def _extra(parameter: Any) -> str:
    default = parameter.default
    if default is None or isinstance(default, bool) or parameter.required:
        return ""
    shown = default.value if isinstance(default, Enum) else default
    return " " + _("[default: {default}]", default=shown)
