"""The command line as a person uses it: in a process of its own, with a terminal or without."""

import os
import pty
import subprocess
import sys
from dataclasses import dataclass

import numpy as np

_PERSONAL = (
    "VISTAZO_LANG", "VISTAZO_DATA", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "COLUMNS",
    "NO_COLOR", "FORCE_COLOR", "TERM", "CI",
)  # fmt: skip
"""What the machine that runs the tests may have set."""

FAST = ("--methods", "nearest-mean", "--no-floors", "--folds", "2", "--processes", "1")
"""Options of a comparison that takes no time beyond its imports."""


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    def refuses(self, code, exit_code, *words):
        """Check that it is one error with this code that names these words, and nothing else."""
        assert self.err.rstrip().endswith(f"[{code}]"), self.err
        assert self.err.startswith("Error: ")
        assert "Traceback" not in self.err
        assert self.out == ""
        assert self.code == exit_code
        for word in words:
            assert str(word) in self.err, self.err


def clean_environment(**changes):
    """Return the environment without what a person sets to their liking, then with changes."""
    kept = {name: value for name, value in os.environ.items() if name not in _PERSONAL}
    return {**kept, **changes}


def command(*words):
    return [sys.executable, "-m", "vistazo", *map(str, words)]


def vistazo(*words, cwd, **environment):
    """Run a command whose output goes to pipes."""
    done = subprocess.run(
        command(*words),
        cwd=cwd,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=6000,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def on_a_terminal(*words, cwd, **environment):
    """Run a command on a terminal and return its exit code and all that was shown."""
    screen, keyboard = pty.openpty()
    process = subprocess.Popen(
        command(*words),
        cwd=cwd,
        env=clean_environment(**environment),
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
    )
    os.close(keyboard)
    shown = b""
    while True:
        try:
            part = os.read(screen, 4096)
        except OSError:  # Linux, when the last writer has left
            break
        if not part:
            break
        shown += part
    os.close(screen)
    return process.wait(timeout=600), shown.decode("utf-8", "replace")


def write_tiny(path, per_class=20, names=("dark", "light")):
    """Write images of two tones, which the nearest mean tells apart."""
    rng = np.random.default_rng(0)
    labels = np.repeat(names, per_class)
    tones = np.where(labels == names[0], 80, 160)[:, None, None]
    images = rng.normal(tones, 10, (len(labels), 20, 20)).clip(0, 255).astype(np.uint8)
    np.savez(path, images=images, labels=labels)
    return path
