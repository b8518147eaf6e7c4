"""Every error a user can meet: what happened, where, what was done, what to do, a code."""

import warnings
from numbers import Integral

from vistazo.i18n import N_, _


class VistazoError(Exception):
    """An error meant for a person, rendered in the reader's language when shown.

    Parameters
    ----------
    code : str
        Stable, never translated (``E-DATA-FEW``); documented in ``docs/errors.md``.
    message : str
        What happened and where, with ``{names}`` for the values seen.
    hint : str
        What to do next.
    **values
        The values for both texts.
    """

    exit_code = 1

    def __init__(self, code: str, message: str, hint: str = "", **values: object) -> None:
        super().__init__(code, message, hint, values)
        self.code = code
        self.message = message
        self.hint = hint
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.message, self.hint, self.values)

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.next_step, f"[{self.code}]") if part)

    @property
    def what(self) -> str:
        """What happened and where, in the language in force."""
        return _(self.message).format(**self.values)

    @property
    def next_step(self) -> str:
        """What to do next, in the language in force."""
        return _(self.hint).format(**self.values)


def _rebuild(
    kind: type[VistazoError], code: str, message: str, hint: str, values: dict[str, object]
) -> VistazoError:
    return kind(code, message, hint, **values)


class UsageError(VistazoError, ValueError):
    """The command or its settings are wrong: nothing was started."""

    exit_code = 2


class DataError(VistazoError, ValueError):
    """The images, labels or a model folder cannot be used as they are."""

    exit_code = 3


class SetupError(VistazoError, RuntimeError):
    """The machine lacks something: a device, room, a right, an optional part."""

    exit_code = 5


def require(holds: bool, name: str, value: object, range_: str) -> None:
    """Raise ``E-VALUE`` where a setting is out of its range.

    Parameters
    ----------
    holds : bool
        Whether the value is within the range.
    name : str
        Of the setting.
    value : object
    range_ : str
        What must hold, in symbols: ``"≥ 1"``.
    """
    if not holds:
        raise UsageError(
            "E-VALUE",
            N_("'{name}' is {value}, but must be {range}."),
            N_("Change it and run the command again."),
            name=name,
            value=value,
            range=range_,
        )


def require_whole(name: str, value: object, least: int) -> None:
    """Raise ``E-VALUE`` where a setting is no whole number, or a smaller one than may be."""
    holds = isinstance(value, Integral) and int(value) >= least
    require(holds, name, value, f"{least}, {least + 1}, {least + 2}, …")


class VistazoWarning(UserWarning):
    """Something a user should know that does not stop the work."""


def warn(message: str, **values: object) -> None:
    """Warn in the language in force, with :class:`VistazoWarning`."""
    warnings.warn(_(message, **values), VistazoWarning, stacklevel=3)
