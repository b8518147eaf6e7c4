"""Being asked to end: the first time everything is left in order, the second time at once."""

import atexit
import contextlib
import os
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

from vistazo.i18n import _

# Windows has no SIGHUP
_SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


class _Asked:
    """What the first request makes the exit code: one per process."""

    code: int | None = None


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into ``KeyboardInterrupt`` inside the block.

    A second one ends the process at once, whatever it is doing: files are written so that
    they are whole or absent at any moment.
    """
    _Asked.code = None
    before = {}
    for number in _SIGNALS:
        # what is ignored stays ignored: nohup, and jobs in the background of a script
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, _stop)
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    woken_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_end_at_the_second, args=(reader,), daemon=True).start()
    atexit.register(_ignore)
    try:
        yield
    finally:
        if _Asked.code is None:  # else a second one may come until the very end
            atexit.unregister(_ignore)
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(woken_before)
            writer.close()


def _ignore() -> None:
    # the interpreter gives up its handlers before its last work, and one more Ctrl-C would then
    # change the exit code; what is ignored stays so
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """Return the exit code of a stopped command: 130 after Ctrl-C, 143 after SIGTERM or SIGHUP."""
    # Where a request came inside an exec, as in a dataclass of a library that is being imported,
    # `python -m` would die of a signal whatever the code: it forgets that at the next exec.
    exec("")  # noqa: S102
    return _Asked.code or 130


def tell(stop: KeyboardInterrupt, words: Sequence[str]) -> None:
    """Say what is kept, and the command that continues it.

    Parameters
    ----------
    stop : KeyboardInterrupt
        With the attribute ``folder`` where a run was stopped.
    words : sequence of str
        The command as it was given, without ``vistazo``.
    """
    folder = getattr(stop, "folder", None)
    if folder is None:
        print(_("Stopped. Nothing half-written was left."), file=sys.stderr)
        return
    print(
        _("Stopped. What was finished is kept in {folder}. To continue:", folder=folder),
        file=sys.stderr,
    )
    print("  " + shlex.join(["vistazo", *_with_out(words, str(folder))]), file=sys.stderr)


def _with_out(words: Sequence[str], folder: str) -> list[str]:
    if any(word == "--out" or word.startswith("--out=") for word in words):
        return list(words)
    end = words.index("--") if "--" in words else len(words)
    return [*words[:end], "--out", folder, *words[end:]]


def _stop(number: int, _frame: FrameType | None) -> None:
    if _Asked.code is None:
        _Asked.code = _code(number)
        raise KeyboardInterrupt


def _end_at_the_second(requests: socket.socket) -> None:
    # a handler waits for the main thread, which may be minutes deep in compiled code
    with requests:
        first = requests.recv(1)
        if first and requests.recv(1):
            if sys.stderr.isatty():
                os.write(2, b"\x1b[?25h\n")  # a progress bar has hidden the cursor
            os._exit(_code(first[0]))


def _code(number: int) -> int:
    return 130 if number == signal.SIGINT else 143
