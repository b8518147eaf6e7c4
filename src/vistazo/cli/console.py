"""Results go to stdout, progress and messages to stderr."""

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


class _Settings:
    quiet = False


def configure(*, quiet: bool) -> None:
    """Silence progress and messages, or not, for the whole command."""
    _Settings.quiet = quiet


def is_quiet() -> bool:
    """Return whether progress and messages are silenced."""
    return _Settings.quiet


def harmless(text: str) -> str:
    """Return a text whose control characters are written out.

    Names of files and classes may hold what would move the cursor or recolour the screen.
    """
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


def say(text: str) -> None:
    """Tell a person something that is not a result."""
    if not _Settings.quiet:
        print(harmless(text), file=sys.stderr, flush=True)


def width() -> int | None:
    """Return the columns of the screen, or None where a file or a program reads."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return max(shutil.get_terminal_size().columns, 20)
    return None


def is_plain() -> bool:
    """Return whether control codes are unwelcome, even on a terminal."""
    return bool(
        os.environ.get("NO_COLOR") or os.environ.get("CI") or os.environ.get("TERM") == "dumb"
    )


def is_live() -> bool:
    """Return whether stderr can redraw a line."""
    return sys.stderr.isatty() and not is_plain() and not _Settings.quiet


def results() -> "Console":
    """Return the console of results: as wide as the terminal, plain where it is none."""
    from rich.console import Console

    class Results(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # instead of an exit code: what it means, main says

    return Results(
        width=width() or 100,
        color_system=None if is_plain() else "auto",
        highlight=False,
        soft_wrap=False,
    )
