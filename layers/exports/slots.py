"""How many files a process makes at once: each holds a connection to the database until its reader has it all."""

from collections.abc import Callable
from contextlib import closing
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings

from gis_core.errors import Busy
from layers.exports.writing import Chunks

SLOTS: Final = BoundedSemaphore(settings.EXPORTS_AT_ONCE)


class TooManyExports(Busy):
    """Every slot is taken."""

    code = "too-many-exports"
    title = "Too many exports at once"


def export_in_slot(begin: Callable[[], Chunks]) -> Chunks:
    """Take a slot, begin an export, and give the slot back when its pieces are read to the end or closed.

    Raises
    ------
    TooManyExports
        No slot is free; nothing was begun. Nobody waits for one: that would hold the thread and its connection too.
    """
    chunks = _held(begin)
    # A generator that has not begun would not give anything back when it is closed; its first piece is empty.
    next(chunks)
    return chunks


def _held(begin: Callable[[], Chunks]) -> Chunks:
    slots = SLOTS
    if not slots.acquire(blocking=False):
        raise TooManyExports(
            "This server makes %(most)d files at once, and as many are under way: ask again in %(seconds)d seconds.",
            most=settings.EXPORTS_AT_ONCE,
            seconds=TooManyExports.retry_after_s,
        )
    try:
        with closing(begin()) as chunks:
            yield b""
            yield from chunks
    finally:
        slots.release()
