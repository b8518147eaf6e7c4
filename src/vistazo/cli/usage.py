"""What went wrong, as sentences: what happened, what to do, the code."""

import difflib
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from vistazo.cli.console import harmless
from vistazo.errors import SetupError, UsageError, VistazoError
from vistazo.i18n import N_, _
from vistazo.reasons import reason_of
from vistazo.workflows.expectations import expected

SCHEMA = "vistazo.error/1"


def show(error: VistazoError) -> None:
    """Print an error for a person: what happened, what to do, the code."""
    print(harmless(f"{_('Error')}: {error.what}"), file=sys.stderr)
    if error.next_step:
        print(harmless(f"  {error.next_step}"), file=sys.stderr)
    print(f"  [{error.code}]", file=sys.stderr)


def asks_json(words: Sequence[str]) -> bool:
    """Tell whether a command asks for JSON, so that its errors have to be JSON too."""
    options = words[: words.index("--")] if "--" in words else words
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def as_json(error: VistazoError) -> str:
    """Return an error in the schema ``vistazo.error/1``."""
    content = {
        "schema": SCHEMA,
        "code": error.code,
        "message": error.what,
        "advice": error.next_step,
        "values": error.values,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, default=str)


def as_sentence(error: Exception) -> VistazoError:
    """Return any error as one of ours.

    What the library of the command line found wrong is a ``UsageError``, what the system
    refused a ``SetupError``; anything else that nobody foresaw is ``E-BUG``.
    """
    if isinstance(error, VistazoError):
        return error
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "UsageError" not in kinds:
        return _unforeseen(error)
    if "NoSuchOption" in kinds:
        return _no_such_option(error)
    if "MissingParameter" in kinds:
        return _usage_error(error, "E-CLI-MISSING", N_("{name} is missing."), name=_name(error))
    if "BadParameter" in kinds:
        return _bad_value(error)
    if "BadOptionUsage" in kinds:
        return _bad_use(error)
    return _usage_error(
        error,
        "E-CLI-USAGE",
        N_("The command cannot be read: {reason}."),
        reason=reason_of(error),
    )


def _bad_value(error: Any) -> UsageError:
    (problem,) = error.__cause__.errors()[:1]
    choices = error.param.type_descriptor.choices
    return _usage_error(
        error,
        "E-CLI-VALUE",
        N_("'{name}' cannot be '{value}': it must be {kind}."),
        name=_name(error),
        value=problem["input"],
        kind=" | ".join(choice.value for choice in choices) if choices else expected(problem),
    )


def _bad_use(error: Any) -> UsageError:
    text = N_("{option} is written without its value, or with one that it does not take.")
    return _usage_error(error, "E-CLI-USAGE", text, option=error.option_name)


def _no_such_option(error: Any) -> UsageError:
    parameters = [p for p in error.ctx.command.params if p.opts] if error.ctx else []
    known = {o.removeprefix("--"): p for p in parameters for o in p.opts if o.startswith("--")}
    near = difflib.get_close_matches(error.option_name.lstrip("-"), list(known), n=1)
    text = N_("Unknown option {option}.")
    if not near:
        return _usage_error(error, "E-CLI-OPTION", text, option=error.option_name)
    default = known[near[0]].default
    hint = N_("Did you mean {near}?")
    if isinstance(default, int | float | str) and not isinstance(default, bool):
        hint = N_("Did you mean {near} (now {default})?")
    return UsageError(
        "E-CLI-OPTION", text, hint, option=error.option_name, near="--" + near[0], default=default
    )


def _usage_error(error: Any, code: str, text: str, **values: object) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "vistazo"
    return UsageError(
        code,
        text,
        N_("'{command} --help' shows how the command is written."),
        command=command,
        **values,
    )


def _name(error: Any) -> str:
    parameter = error.param
    long = [option for option in parameter.opts if option.startswith("--")]
    return long[0] if long else str(parameter.metavar or parameter.name).upper()


def _unforeseen(error: Exception) -> VistazoError:
    if isinstance(error, OSError) and error.errno is not None:
        place = f": {error.filename}" if error.filename else ""
        return SetupError(
            "E-OS",
            N_("The system refused something: {reason}."),
            N_("Run the command again with --debug to see where."),
            reason=f"{reason_of(error)}{place}"[:200],
        )
    if isinstance(error, MemoryError):
        return SetupError(
            "E-MEM",
            N_("There is not enough memory for this. Nothing that was finished is lost."),
            N_("Run the same command with --processes 1, a smaller --size or --limit."),
        )
    return VistazoError(
        "E-BUG",
        N_("Something went wrong inside Vistazo ({error}). This is our mistake, not yours."),
        N_(
            "Run the command again with --debug and send us what it prints, with the output of"
            " 'vistazo doctor'."
        ),
        error=f"{type(error).__name__}: {error}",
    )
