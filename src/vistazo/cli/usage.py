"""What went wrong, as sentences: what happened, what to do, the code."""

import difflib
import sys
from typing import Any

from vistazo.errors import UsageError, VistazoError
from vistazo.i18n import N_, _
from vistazo.workflows.expectations import expected


def show(error: VistazoError) -> None:
    """Print an error for a person: what happened, what to do, the code."""
    print(f"{_('Error')}: {error.what}", file=sys.stderr)
    if error.next_step:
        print(f"  {error.next_step}", file=sys.stderr)
    print(f"  [{error.code}]", file=sys.stderr)


def as_sentence(error: Exception) -> VistazoError:
    """Return any error as one of ours: what the library of the command line found wrong is a
    ``UsageError``, and what nobody foresaw is ``E-BUG``."""
    if isinstance(error, VistazoError):
        return error
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "UsageError" not in kinds:
        return _bug(error)
    if "NoSuchOption" in kinds:
        return _no_such_option(error)
    if "MissingParameter" in kinds:
        return _usage_error(error, "E-CLI-MISSING", N_("{name} is missing."), name=_name(error))
    if "BadParameter" in kinds:
        return _bad_value(error)
    return _usage_error(
        error,
        "E-CLI-USAGE",
        N_("The command cannot be read: {reason}"),
        reason=getattr(error, "message", str(error)),
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


def _no_such_option(error: Any) -> UsageError:
    parameters = [p for p in error.ctx.command.params if p.opts] if error.ctx else []
    known = {option: p for p in parameters for option in p.opts if option.startswith("--")}
    near = difflib.get_close_matches(error.option_name, list(known), n=1, cutoff=0.5)
    text = N_("Unknown option {option}.")
    if not near:
        return _usage_error(error, "E-CLI-OPTION", text, option=error.option_name)
    default = known[near[0]].default
    hint = N_("Did you mean {near}?")
    if isinstance(default, int | float | str) and not isinstance(default, bool):
        hint = N_("Did you mean {near} (now {default})?")
    return UsageError(
        "E-CLI-OPTION", text, hint, option=error.option_name, near=near[0], default=default
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


def _bug(error: Exception) -> VistazoError:
    return VistazoError(
        "E-BUG",
        N_("Something went wrong inside Vistazo ({error}). This is our mistake, not yours."),
        N_(
            "Run the command again with --debug and send us what it prints, with the output of"
            " 'vistazo doctor'."
        ),
        error=f"{type(error).__name__}: {error}",
    )
