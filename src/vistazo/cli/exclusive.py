"""Options that cannot be given together."""

import typer

from vistazo.errors import UsageError
from vistazo.i18n import N_


def refuse_together(context: typer.Context, option: str, *others: str) -> None:
    """Raise ``E-CLI-EXCLUSIVE`` where a person wrote one of the others beside an option.

    Parameters
    ----------
    context : typer.Context
    option : str
        As it was written, such as ``--split given``.
    *others : str
        Names of parameters; one that has its default was not written.
    """
    for name in others:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(
                "E-CLI-EXCLUSIVE",
                N_("{option} and {other} cannot be given together."),
                N_("Nothing was started. Leave one of them out."),
                option=option,
                other="--" + name.replace("_", "-"),
            )
