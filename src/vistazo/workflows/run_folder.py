"""A run's folder: who may write into it, what makes it the same run, what it holds."""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from vistazo.environment import describe_machine
from vistazo.errors import UsageError
from vistazo.files import free_name, locked, write_json, write_text
from vistazo.i18n import N_, _

SCHEMA = "vistazo.run/1"


class Stopped(KeyboardInterrupt):
    """A run was asked to end; what it had finished is in its folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


@contextlib.contextmanager
def run_folder(out: Path | None, automatic: Path, config: Mapping[str, Any]) -> Iterator[Path]:
    """Hold a run folder while the block runs, and keep its ``STATUS``.

    Parameters
    ----------
    out : Path or None
        The folder a person asked for: continued where it holds the same run, refused where
        it holds another one. None takes ``automatic``, with a number where that is taken.
    automatic : Path
    config : mapping
        Everything that decides the results, resolved; written to ``config.yaml``.

    Raises
    ------
    UsageError
        ``E-RUN-OTHER``.
    SetupError
        ``E-RUN-LOCKED``, ``E-RUN-WRITE``, ``E-DISK``.
    Stopped
        In place of a ``KeyboardInterrupt``.
    """
    folder = out or free_name(automatic)
    resolved = {"schema": SCHEMA, **config}
    if folder.exists() and not folder.is_dir():
        raise _other(folder, _("it is a file"))
    if folder.is_dir():
        _check_same(folder, resolved)  # also before the lock: a refused folder stays as it was
    with locked(folder):
        _check_same(folder, resolved)
        write_text(folder / "config.yaml", _yaml(resolved))
        write_json(folder / "environment.json", describe_machine())
        write_text(folder / "STATUS", "running\n")
        status = "failed"
        try:
            yield folder
            status = "done"
        except KeyboardInterrupt as stop:
            status = "stopped"
            raise Stopped(folder) from stop
        except BrokenPipeError:  # whoever read the messages has left
            status = "stopped"
            raise
        finally:
            write_text(folder / "STATUS", status + "\n")


def log_event(folder: Path, kind: str, **facts: object) -> None:
    """Append one line to ``events.jsonl``: what happened, when, and its numbers."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = json.dumps({"time": stamp, "event": kind, **facts}, ensure_ascii=False)
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read_config(folder: Path) -> dict[str, Any] | None:
    """Return the configuration of the run in a folder, or None where there is none."""
    try:
        content = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    except (OSError, yaml.YAMLError):
        return None
    return content if isinstance(content, dict) else None


def _check_same(folder: Path, config: Mapping[str, Any]) -> None:
    before = read_config(folder)
    if before is None:
        foreign = [p.name for p in folder.iterdir() if not p.name.startswith(".")]
        if foreign:
            raise _other(folder, _("it holds other files"))
        return
    now = yaml.safe_load(_yaml(config))
    differing = sorted(
        key
        for key in {*_flat(before), *_flat(now)}
        if _flat(before).get(key) != _flat(now).get(key)
    )
    if differing:
        raise UsageError(
            "E-RUN-OTHER",
            N_("{folder} holds another run: {keys} differ. Nothing was changed."),
            N_("Choose another --out, or give the options of that run to continue it."),
            folder=folder,
            keys=", ".join(differing[:5]),
        )


def _other(folder: Path, reason: str) -> UsageError:
    return UsageError(
        "E-RUN-OTHER",
        N_("{folder} cannot take a run ({reason}). Nothing was changed."),
        N_("Choose another --out."),
        folder=folder,
        reason=reason,
    )


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _yaml(content: Mapping[str, Any]) -> str:
    # through JSON, so that only plain values are written
    plain = json.loads(json.dumps(content))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)
