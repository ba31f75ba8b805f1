"""All roads judged for one vehicle at one moment, kept while nothing that counts has changed, with the tiles drawn."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Self

import numpy as np

from routes.engine.arrays import Network, Profile
from routes.engine.cutting import Cut, cut_roads
from routes.engine.timetable import windows_of
from routes.network.profiles import Driver, profile_of

_TILES: Final = 500
_JUDGED: Final = 12
"""More than there are vehicles."""


class Made(NamedTuple):
    """A tile as it is sent; its tag is made of its content, so it never stands for another one."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Pack a tile."""
        tag = hashlib.blake2b(content, digest_size=16).hexdigest()
        return cls(content, gzip.compress(content, 1, mtime=0), f'W/"{tag}"')


@dataclass(frozen=True, eq=False)
class Judged:
    """Roads of one state of the network; `cut` is None where no vehicle was named."""

    network: Network
    cut: Cut | None
    _tiles: dict[Hashable, Made] = field(default_factory=dict)

    def tile(self, key: Hashable, draw: Callable[[], bytes]) -> Made:
        """Give a tile that was drawn before, or draw it."""
        made = self._tiles.get(key)
        if made is None:
            if len(self._tiles) >= _TILES:
                self._tiles.clear()
            made = self._tiles[key] = Made.of(draw())
        return made


# Shared by threads without a lock: two that come at once make the same thing twice, and one of them is kept.
_recent: dict[tuple[object, ...], Judged] = {}


def judged_for(network: Network, driver: Driver | None, *, at: datetime) -> Judged:
    """Judge all roads, in an emergency, at the moment `at`; or take what was judged before and still holds.

    It holds for this very network, these sizes, and as long as the same obstacles with a timetable stand there.
    """
    if driver is None:
        return _kept((id(network),), network, lambda: None)
    profile = profile_of(network, driver, at=at)
    key = (id(network), profile.need.tobytes(), _standing(network, profile))
    return _kept(key, network, lambda: cut_roads(network, profile))


def _kept(key: tuple[object, ...], network: Network, judge: Callable[[], Cut | None]) -> Judged:
    known = _recent.get(key)
    if known is not None and known.network is network:
        return known
    for other in [k for k, judged in _recent.copy().items() if judged.network is not network]:
        _recent.pop(other, None)  # nobody asks for yesterday's roads, and they hold memory
    if len(_recent) >= _JUDGED:
        _recent.clear()
    _recent[key] = judged = Judged(network, judge())
    return judged


def _standing(network: Network, profile: Profile) -> bytes:
    """Name the timetables by which something stands there at the moment of `profile`."""
    windows, now_ms = windows_of(network.standings.timetables, profile.depart_s), profile.depart_s * 1000
    stands = (windows.from_ms <= now_ms) & (now_ms <= windows.to_ms)
    return np.unique(np.repeat(np.arange(len(windows.first) - 1), np.diff(windows.first))[stands]).tobytes()
