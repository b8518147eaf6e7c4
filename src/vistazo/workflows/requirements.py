"""Whether the packages that Vistazo stands on are there, and new enough."""

import importlib.metadata
import re

from vistazo.errors import SetupError
from vistazo.i18n import N_


def outdated() -> list[SetupError]:
    """Return one ``E-VERSION`` for each required package that is missing or too old."""
    found = []
    for requirement in importlib.metadata.requires("vistazo") or ():
        package, needed = re.match(r"([\w.-]+)(?:.*>=\s*([\d.]+))?", requirement).groups()  # type: ignore[union-attr]
        if "extra ==" in requirement or needed is None:
            continue
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found.append(_problem(N_("{package} is missing."), package, needed))
            continue
        if _numbers(version) < _numbers(needed):
            text = N_("{package} {version} is too old: Vistazo needs {needed} or newer.")
            found.append(_problem(text, package, needed, version))
    return found


def check_requirements() -> None:
    """Raise ``E-VERSION`` for the first package that is missing or too old."""
    for problem in outdated():
        raise problem


def _numbers(version: str) -> tuple[int, ...]:
    release = re.match(r"[\d.]*", version)
    return tuple(int(part) for part in release.group().split(".") if part) if release else ()


def _problem(text: str, package: str, needed: str, version: str = "") -> SetupError:
    return SetupError(
        "E-VERSION",
        text,
        N_("Run: pip install --upgrade '{package}>={needed}'"),
        package=package,
        needed=needed,
        version=version,
    )
