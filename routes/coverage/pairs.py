"""The pairs of houses and sources, with the few that were found anew since kept beside the many: pure."""

from dataclasses import dataclass, field

import numpy as np

from routes.engine.arrays import Flags, Ints, Longs
from routes.engine.covering import CoverPairs, sort_by

NO_PAIRS = CoverPairs(*(np.zeros(0, np.int32) for _ in range(4)))


@dataclass(slots=True)
class PairStore:
    """Pairs by house; those of stale houses and sources in `base` no longer count, `extra` has theirs."""

    base: CoverPairs
    houses: int
    sources: int
    extra: CoverPairs = NO_PAIRS
    _first: Longs = field(init=False)
    _by_source: tuple[Ints, Ints] = field(init=False)
    _stale_house: Flags = field(init=False)
    _stale_source: Flags = field(init=False)

    def __post_init__(self) -> None:
        self._first = self.base.first_of_house(self.houses)
        first, order = np.zeros(self.sources + 1, np.int32), np.empty(len(self.base), np.int32)
        sort_by(np.ascontiguousarray(self.base.source), first, order)
        self._by_source = first, order
        self._stale_house, self._stale_source = np.zeros(self.houses, bool), np.zeros(self.sources, bool)

    def grow(self, houses: int, sources: int) -> None:
        """Make room for more houses and sources, behind those there are; they have no pairs in `base`."""
        self._stale_house = np.concatenate([self._stale_house, np.ones(houses - len(self._stale_house), bool)])
        self._stale_source = np.concatenate([self._stale_source, np.ones(sources - len(self._stale_source), bool)])

    def replace_sources(self, sources: Ints, pairs: CoverPairs) -> None:
        """Take these as all pairs of these sources."""
        self._stale_source[sources] = True
        self.extra = _joined(self.extra.some(~np.isin(self.extra.source, sources)), pairs)

    def replace_houses(self, houses: Ints, pairs: CoverPairs) -> None:
        """Take these as all pairs of these houses."""
        self._stale_house[houses] = True
        self.extra = _joined(self.extra.some(~np.isin(self.extra.house, houses)), pairs)

    def houses_of(self, sources: Ints) -> Ints:
        """Give the houses that have a pair with any of these sources, ascending."""
        first, order = self._by_source
        in_base = sources[(sources < len(first) - 1)]
        in_base = in_base[~self._stale_source[in_base]]
        positions = np.concatenate([order[first[s] : first[s + 1]] for s in in_base] or [np.zeros(0, np.int32)])
        houses = self.base.house[positions]
        beside = self.extra.house[np.isin(self.extra.source, sources)]
        found: Ints = np.unique(np.concatenate([houses[~self._stale_house[houses]], beside]))
        return found

    def of_houses(self, houses: Ints) -> tuple[CoverPairs, Longs]:
        """Give the pairs of these houses (ascending), with houses counted from 0 on, and where each begins."""
        known = houses[houses < len(self._first) - 1]
        known = known[~self._stale_house[known]]
        counts = self._first[known + 1] - self._first[known]
        starts = np.repeat(self._first[known] - (np.cumsum(counts) - counts), counts)
        base = self.base.some(starts + np.arange(counts.sum()))
        base = base.some(~self._stale_source[base.source])
        found = _joined(base, self.extra.some(np.isin(self.extra.house, houses)))
        found = found.some(np.lexsort((found.source, found.house)))
        local = np.searchsorted(houses, found.house).astype(np.int32)
        pairs = CoverPairs(local, found.source, found.distance_mm, found.sure_mm)
        return pairs, pairs.first_of_house(len(houses))

    def all(self) -> CoverPairs:
        """Give every pair that counts, by house, then source."""
        return self.of_houses(np.arange(len(self._stale_house), dtype=np.int32))[0]


def _joined(one: CoverPairs, other: CoverPairs) -> CoverPairs:
    columns = ("house", "source", "distance_mm", "sure_mm")
    return CoverPairs(*(np.concatenate([getattr(one, c), getattr(other, c)]) for c in columns))
