"""To hear that the server ends: it waits for open answers, and a stream would never end by itself."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any


def when_told_to_end(loop: asyncio.AbstractEventLoop, act: Callable[[], Any]) -> None:
    """Let the loop do something when the process is asked to end, beside what the server does then.

    The loop has its signals from a descriptor that the interpreter writes to, so its own handler in Python does
    nothing; ours takes that place, and the server hears of the signal as before. Other threads have no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        _add(number, lambda: loop.is_closed() or loop.call_soon_threadsafe(act))


def _add(number: signal.Signals, act: Callable[[], Any]) -> None:
    before = signal.getsignal(number)
    if before is signal.SIG_DFL:  # nothing but the end of the process was waiting for it
        return

    def heard(signum: int, frame: FrameType | None) -> None:
        act()
        if callable(before):
            before(signum, frame)

    signal.signal(number, heard)
    signal.siginterrupt(number, False)
