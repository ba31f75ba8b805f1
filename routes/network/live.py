"""The network as it is now, for every question: one cheap read tells whether the one in memory still is.

If it is not, what changed since is read and applied to copies, in the request that asks: whoever sees an edit committed
gets answers with it. A question keeps the network it began with. Where the version cannot be read, the last network is
given and called stale.
"""

import logging
import os
import time
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from gis_core.errors import Unavailable
from gis_core.versions import one_snapshot
from routes.engine.arrays import Network, RoadState, Topology
from routes.network.changing import Known, apply_changes, with_classes, with_pace, with_some
from routes.network.counter import Stamp, read_changes, read_stamp
from routes.network.load import ClassTable, read_classes, read_roads
from routes.network.mapped import Maps, maps
from routes.network.records import read_restrictions
from routes.network.standing import standings_of

_RETRY_S: Final = 5.0
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sighting:
    """The network a question is answered on; `reason` says in English why it may be out of date."""

    network: Network
    stale: bool = False
    reason: str = ""


class NoNetwork(Unavailable):
    """The roads were never read, and the store does not answer."""

    code = "no-network"
    title = "The roads cannot be read"


class LiveNetwork:
    """The network of this process; threads may share it."""

    def __init__(self, known: Known | None = None) -> None:
        self._known = known
        self._lock = Lock()
        self._rebuilder: Thread | None = None
        self._not_before = 0.0

    def current(self) -> Sighting:
        """Give the network as it is now, with every edit committed before the call.

        One query where nothing changed. Without an answer of the store the last network, marked as stale.

        Raises
        ------
        NoNetwork
            There is no last network.
        """
        try:
            stamp = read_stamp()
            known = self._known
            if known is None or known.stamp != stamp:
                known = self._follow()
        except (OperationalError, InterfaceError) as error:
            return self._last(error)
        if known.network.rebuilding:
            self._rebuild_in_background()
        return Sighting(known.network)

    def child(self) -> "LiveNetwork":
        """Give one for a forked process: the same network, which never changes, and no threads."""
        return LiveNetwork(self._known)

    def _last(self, error: Exception) -> Sighting:
        _log.warning("The version of the network cannot be read: %s", error)
        if self._known is None:
            raise NoNetwork(
                "The data store does not answer, and the roads were not read yet. Try again soon."
            ) from error
        return Sighting(self._known.network, stale=True, reason="The data store does not answer.")

    def _follow(self) -> Known:
        with self._lock:
            known = self._known
            followed = None if known is None else _followed(known)
            self._known = known = followed or load()
            return known

    def _rebuild_in_background(self) -> None:
        with self._lock:
            alive = self._rebuilder is not None and self._rebuilder.is_alive()
            if not alive and time.monotonic() >= self._not_before:
                self._rebuilder = Thread(target=self._rebuild, name="network", daemon=True)
                self._rebuilder.start()

    def _rebuild(self) -> None:
        """Read the roads anew, follow what was edited meanwhile, and swap; again if roads were drawn meanwhile."""
        try:
            while (known := self._known) is not None and known.network.rebuilding:
                fresh = load()
                with self._lock:
                    self._known = fresh
                self._follow()
        except Exception:  # noqa: BLE001 - a thread has nobody to raise to; it is tried again
            self._not_before = time.monotonic() + _RETRY_S
            _log.exception("The roads cannot be read anew")
        finally:
            connection.close()


def _followed(known: Known) -> Known | None:
    """Give the network with what changed since; None where it has to be read anew."""
    with one_snapshot() as own_transaction:
        stamp, changes = read_changes(known.stamp)
        if stamp == known.stamp:
            return known
        # Nobody else, no other thread either, could read what this transaction has drawn.
        if changes is None or (changes.graph and own_transaction):
            return None
        return apply_changes(known, stamp, changes)


def load() -> Known:
    """Read the network: roads from the memory map where there is a good one, everything else from the store."""
    with maps() as files, one_snapshot():
        stamp, classes = read_stamp(), read_classes()
        topology, roads = _mapped(files, classes) or _read(files, stamp, classes)
        standings = standings_of(topology, read_restrictions())
        return Known(stamp, Network(topology, roads, standings, stamp.version), classes)


def _mapped(files: Maps | None, classes: ClassTable) -> tuple[Topology, RoadState] | None:
    """Map the roads of this version, or of one since which no road was drawn, with what changed on top."""
    if files is None:
        return None
    for stamp in files.stamps():
        _, changes = read_changes(stamp)
        if changes is None or changes.graph:
            continue
        try:
            topology, roads = files.open(stamp)
        except (OSError, EOFError, ValueError, TypeError) as error:
            # Damaged, or written by other code: it is read from the store and written anew.
            _log.warning("The roads of version %d are left alone: %s", stamp.version, error)
            continue
        roads = with_classes(roads, classes) if changes.assumptions else with_pace(roads, classes)
        return topology, with_some(roads, topology, classes, changes.roads)
    return None


def _read(files: Maps | None, stamp: Stamp, classes: ClassTable) -> tuple[Topology, RoadState]:
    topology, roads = read_roads(stamp.version, classes)
    if files is None:
        return topology, roads
    try:
        files.save(stamp, topology, roads)
    except OSError as error:
        _log.warning("This process keeps the roads for itself: %s", error)
        return topology, roads
    topology, roads = files.open(stamp)
    _give_memory_back()
    return topology, with_pace(roads, classes)


def _give_memory_back() -> None:
    # Reading a city takes four times what it leaves, and the C library would keep that for the life of the process.
    with suppress(OSError, AttributeError):
        CDLL(None).malloc_trim(0)


# One a process -------------------------------------------------------------------------------------------------------

_of_this_process = LiveNetwork()


def live_network() -> LiveNetwork:
    """The network of this process."""
    return _of_this_process


def _after_fork() -> None:
    # Threads do not come along, and a lock may have been held by one of them.
    global _of_this_process  # noqa: PLW0603 - there is one a process
    _of_this_process = _of_this_process.child()


os.register_at_fork(after_in_child=_after_fork)
