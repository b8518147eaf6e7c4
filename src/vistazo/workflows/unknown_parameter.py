"""What is said of a parameter that no method has: which there are."""

import difflib
from collections.abc import Mapping

from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier

_SHOWN = 40
"""Parameters that an error lists."""


def unknown_parameter(
    given: str, parameter: str, methods: Mapping[str, ImageClassifier]
) -> UsageError:
    """Return ``E-NAME`` for a parameter, with the nearest ones, or else with all.

    Parameters
    ----------
    given : str
        What a person wrote before the equals sign.
    parameter : str
        The part of it without a method, written with dots or double underscores.
    methods : mapping of str to ImageClassifier
        Those that it may have been meant for.
    """
    # names alone are compared: that of the method is the same in all of them
    whose: dict[str, str] = {}
    for method, classifier in methods.items():
        for name in sorted(classifier.get_params(deep=True)):
            whose.setdefault(name.replace("__", "."), method.partition(":")[0])
    wanted = parameter.replace("__", ".")
    # that of a recipe may have been meant by its last word alone
    short = {name.rpartition(".")[2]: name for name in reversed(whose)}
    found = difflib.get_close_matches(wanted, {*whose, *short}, n=3, cutoff=0.6)
    near = [*dict.fromkeys(name if name in whose else short[name] for name in found)]
    values = {"name": given, "methods": ", ".join(methods), "parameter": wanted}
    if not whose:
        return UsageError(
            "E-NAME",
            N_("There is no parameter '{name}': of {methods} there are none."),
            N_("Leave the setting out, or name a method that has it: METHOD.{parameter}=VALUE."),
            **values,
        )
    if near:
        return UsageError(
            "E-NAME",
            N_("There is no parameter '{name}'."),
            N_("Did you mean {near}?"),
            near=", ".join(f"'{whose[name]}.{name}'" for name in near),
            **values,
        )
    return UsageError(
        "E-NAME",
        N_("There is no parameter '{name}'."),
        N_("The parameters of {methods}: {known}."),
        known=", ".join([*whose][:_SHOWN]) + (", …" if len(whose) > _SHOWN else ""),
        **values,
    )
