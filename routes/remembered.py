"""What was read last, for the moments in which the store does not answer.

The network of a process goes on answering then, and says that it may be stale (`routes.network.live`); so do the few
rows that a question needs beside it, and `sight_since` says so of the whole.
"""

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, Final, TypeVar

from django.db import InterfaceError, OperationalError

from routes.network.live import Sighting, live_network

T = TypeVar("T")

_KEPT: Final = 200
_last: dict[Hashable, Any] = {}
_failed_at = -math.inf


def read_or_last(key: Hashable, read: Callable[[], T]) -> T:
    """Read, or give what this process read last under the key.

    Raises
    ------
    django.db.OperationalError, django.db.InterfaceError
        The store does not answer, and nothing was read before.
    """
    global _failed_at  # noqa: PLW0603 - there is one store a process
    try:
        value = read()
    except (OperationalError, InterfaceError):
        _failed_at = time.monotonic()
        if key not in _last:
            raise
        found: T = _last[key]
        return found
    if len(_last) >= _KEPT:
        _last.clear()
    _last[key] = value
    return value


def sight_since(begun_s: float) -> Sighting:
    """Give the network as it is now: stale also where another read has failed since `begun_s` (`time.monotonic`)."""
    sighting = live_network().current()
    if sighting.stale or _failed_at < begun_s:
        return sighting
    return replace(sighting, stale=True, reason="The data store does not answer.")


def forget() -> None:
    """Remember nothing: a test was rolled back, and what it read never was."""
    global _failed_at  # noqa: PLW0603 - there is one store a process
    _last.clear()
    _failed_at = -math.inf
