"""Being asked to stop between two steps, never inside one."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


@contextlib.contextmanager
def stops_postponed() -> Iterator[Callable[[], None]]:
    """Hold back signals inside the block until the function it gives is called.

    The function does what the signal's own handler does, which for Ctrl-C is to raise
    ``KeyboardInterrupt``: the weights are then those after a whole step. Outside the main
    thread, where no signals arrive, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    asked: list[int] = []
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}

    def take_note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    def answer() -> None:
        while asked:
            number = asked.pop(0)
            handler = handlers[number]
            if callable(handler):
                handler(number, None)

    held = [number for number, handler in handlers.items() if callable(handler)]
    for number in held:
        signal.signal(number, take_note)
    try:
        yield answer
    finally:
        for number in held:
            signal.signal(number, handlers[number])
    answer()
