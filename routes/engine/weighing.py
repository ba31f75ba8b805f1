"""Which houses have enough water: the pairs of each house weighed at three levels, in one pass.

What is asked for at a level must hold at that level or better: *verified*, *recorded*, and *perhaps*, where everything
that nobody knows turns out well. So the best level that holds is the class of the house, and a house that fails even
at *perhaps* is surely not covered.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routes.engine.arrays import Bytes, Floats, Ints, Longs, Small, first_of
from routes.engine.compiled import fixed, kernel
from routes.engine.covering import CoverPairs

NOT_USABLE, PERHAPS, RECORDED, VERIFIED = 0, 1, 2, 3
NO, YES, NOBODY_KNOWS = 0, 1, 2

ON_NO_MAIN: Final = -1
"""A source that shares its water with no other."""
MAIN_UNKNOWN: Final = -2
"""A hydrant whose main nobody noted: its water may be that of any other."""

(ENOUGH, NOT_VERIFIED, NO_WAY_NEAR, WAY_UNKNOWN, STATE_UNKNOWN, FLOW_UNKNOWN, DEMAND_UNKNOWN, NO_SOURCE, NONE_USABLE,
 FLOW_TOO_LOW, ONE_SOURCE_ONLY) = range(11)  # fmt: skip
"""Why a house has its class."""


class Needs(NamedTuple):
    """What houses need, n of them."""

    least_lps: Floats  # surely
    most_lps: Floats  # more than that surely not
    two: Small  # whether two sources must serve it: NO, YES, NOBODY_KNOWS
    near: Bytes  # 0 where no way is near

    def some(self, which: Ints | Longs) -> "Needs":
        """Take some of them."""
        return Needs(self.least_lps[which], self.most_lps[which], self.two[which], self.near[which])


class Together(NamedTuple):
    """What sources of one main gave when they ran in one test; those of source i are ``first[i]:first[i + 1]``."""

    first: Longs  # (n + 1,)
    other: Ints  # the other source of the pair; both know each other
    lps: Floats  # what both gave: a lower bound, and the only sum of flows of one main

    @staticmethod
    def none(sources: int) -> "Together":
        """Say that nobody tested any two of so many sources together."""
        return Together(np.zeros(sources + 1, np.int64), np.zeros(0, np.int32), np.zeros(0))

    @staticmethod
    def of(sources: int, one: Ints | Longs, other: Ints | Longs, lps: Floats) -> "Together":
        """Make it of pairs, each given once."""
        owner, partner = np.concatenate([one, other]), np.concatenate([other, one])
        order = np.lexsort((partner, owner))
        first = first_of(np.bincount(owner, minlength=sources))
        return Together(first, partner[order].astype(np.int32), np.concatenate([lps, lps])[order])

    def some(self, which: Ints | Longs) -> "Together":
        """Take those of which both are among some sources, numbered anew."""
        here = np.full(len(self.first) - 1, -1, np.int64)
        here[which] = np.arange(len(which))
        owner = here[np.repeat(np.arange(len(here)), np.diff(self.first))]
        partner = here[self.other]
        # Each pair stands in both directions.
        kept = (owner >= 0) & (owner < partner)
        return Together.of(len(which), owner[kept], partner[kept], self.lps[kept])


class Waters(NamedTuple):
    """What sources give. The `most` is what they may give at best, infinite where nobody knows how much."""

    state: Small  # NOT_USABLE, PERHAPS, RECORDED, VERIFIED: water, and a truck that gets there
    flow_lps: Floats  # surely; NaN where nobody measured it
    most_lps: Floats
    long_lps: Floats  # the same for a fire that takes longer: a tank gives less of what it holds
    long_most_lps: Floats
    main: Ints  # `ON_NO_MAIN`, `MAIN_UNKNOWN` or a number from 0 on: one main, one number
    limit_mm: Ints  # hose from it at most
    together: Together

    def some(self, which: Ints | Longs) -> "Waters":
        """Take some of them."""
        columns: dict[str, Any] = {name: getattr(self, name)[which] for name in self._fields[:-1]}
        return self._replace(together=self.together.some(which), **columns)


LONG_FROM_LPS: Final = 15.0
"""A larger demand is asked for longer (H.1: one hour up to 15 L/s of F1–F4)."""


class Weighed(NamedTuple):
    """What became of houses, n of them; sources are indices, -1 none; hose in millimetres, -1 none."""

    level: Small  # NOT_USABLE: not covered; PERHAPS: not classifiable; RECORDED; VERIFIED
    reason: Small
    source: Ints  # the nearest of those that count at this level
    source_mm: Ints
    nearest: Ints  # whatever its state, also through the unknown
    nearest_mm: Ints
    working_mm: Ints  # surely, to a source surely in work and reached by a truck, whatever it gives
    perhaps_mm: Ints  # to one that may be

    def some(self, which: Ints | Longs) -> "Weighed":
        """Take some of them."""
        columns: tuple[NDArray[Any], ...] = self
        return Weighed(*(column[which] for column in columns))


def not_weighed(houses: int) -> Weighed:
    """Make room for so many houses."""
    return Weighed(*(np.full(houses, -1, kind) for kind in (np.int8, np.int8, *[np.int32] * 6)))


def weigh(pairs: CoverPairs, first: Longs, needs: Needs, waters: Waters) -> Weighed:
    """Weigh houses whose pairs are ``first[i]:first[i + 1]``; sources of the pairs index `waters`."""
    done = not_weighed(len(first) - 1)
    weigh_each(
        fixed(pairs.source, np.int32),
        fixed(pairs.distance_mm, np.int32),
        fixed(pairs.sure_mm, np.int32),
        fixed(first, np.int64),
        Needs(
            fixed(needs.least_lps, np.float64),
            fixed(needs.most_lps, np.float64),
            fixed(needs.two, np.int8),
            fixed(needs.near, np.uint8),
        ),
        Waters(
            fixed(waters.state, np.int8),
            fixed(waters.flow_lps, np.float64),
            fixed(waters.most_lps, np.float64),
            fixed(waters.long_lps, np.float64),
            fixed(waters.long_most_lps, np.float64),
            fixed(waters.main, np.int32),
            fixed(waters.limit_mm, np.int32),
            Together(
                fixed(waters.together.first, np.int64),
                fixed(waters.together.other, np.int32),
                fixed(waters.together.lps, np.float64),
            ),
        ),
        done,
    )
    return done


@kernel
def weigh_each(
    source: Ints, distance_mm: Ints, sure_mm: Ints, first: Longs, needs: Needs, waters: Waters, done: Weighed
) -> None:
    """Write what becomes of each house."""
    for house in range(first.shape[0] - 1):
        begin, end = first[house], first[house + 1]
        _note_near(source, distance_mm, sure_mm, begin, end, waters, done, house)
        if needs.near[house] == 0:
            done.level[house], done.reason[house] = PERHAPS, NO_WAY_NEAR
            continue
        level = VERIFIED
        while level >= PERHAPS:
            if _holds(source, distance_mm, sure_mm, begin, end, needs, waters, done, house, level):
                break
            level -= 1
        done.level[house] = level
        if level == VERIFIED:
            done.reason[house] = ENOUGH
        elif level == RECORDED:
            done.reason[house] = NOT_VERIFIED
        elif level == PERHAPS:
            done.reason[house] = _doubt(source, sure_mm, begin, end, needs, waters, house)
        else:
            done.reason[house] = _lack(source, distance_mm, begin, end, needs, waters, house)


@kernel
def _note_near(
    source: Ints, distance_mm: Ints, sure_mm: Ints, begin: int, end: int, waters: Waters, done: Weighed, house: int
) -> None:
    for pair in range(begin, end):
        one = source[pair]
        if done.nearest_mm[house] < 0 or distance_mm[pair] < done.nearest_mm[house]:
            done.nearest[house], done.nearest_mm[house] = one, distance_mm[pair]
        if waters.state[one] >= PERHAPS and (done.perhaps_mm[house] < 0 or distance_mm[pair] < done.perhaps_mm[house]):
            done.perhaps_mm[house] = distance_mm[pair]
        surely = sure_mm[pair] >= 0 and waters.state[one] >= RECORDED
        if surely and (done.working_mm[house] < 0 or sure_mm[pair] < done.working_mm[house]):
            done.working_mm[house] = sure_mm[pair]


@kernel
def _flow(waters: Waters, one: int, need: float) -> float:
    flow: float = waters.long_lps[one] if need > LONG_FROM_LPS else waters.flow_lps[one]
    return flow


@kernel
def _most(waters: Waters, one: int, need: float) -> float:
    flow: float = waters.long_most_lps[one] if need > LONG_FROM_LPS else waters.most_lps[one]
    return flow


@kernel
def _gives(waters: Waters, one: int, need: float, level: int) -> float:
    """Give what a source gives as far as a level asks, NaN where nobody measured it."""
    flow: float = _flow(waters, one, need) if level >= RECORDED else _most(waters, one, need)
    return flow


@kernel
def _counts(distance_mm: Ints, sure_mm: Ints, pair: int, one: int, waters: Waters, level: int, need: float) -> bool:
    """Tell whether a source is one of two at a level: within its hose, and giving something."""
    return _hose_mm(distance_mm, sure_mm, pair, one, waters, level) >= 0 and _gives(waters, one, need, level) > 0


@kernel
def _hose_mm(distance_mm: Ints, sure_mm: Ints, pair: int, one: int, waters: Waters, level: int) -> int:
    """Give the hose from a source that counts at this level, -1 from one that does not."""
    mm: int = sure_mm[pair] if level >= RECORDED else distance_mm[pair]
    return mm if waters.state[one] >= level and 0 <= mm <= waters.limit_mm[one] else -1


@kernel
def _holds(
    source: Ints,
    distance_mm: Ints,
    sure_mm: Ints,
    begin: int,
    end: int,
    needs: Needs,
    waters: Waters,
    done: Weighed,
    house: int,
    level: int,
) -> bool:
    """Tell whether what the house needs is there at a level, and note the nearest source that counts."""
    surely = level >= RECORDED
    need = needs.most_lps[house] if surely else needs.least_lps[house]
    two = needs.two[house] == YES or (surely and needs.two[house] == NOBODY_KNOWS)
    count, best, best_main, second, loose = 0, -1.0, -3, 0.0, -1.0
    nearest, nearest_mm = -1, -1
    for pair in range(begin, end):
        one = source[pair]
        mm = _hose_mm(distance_mm, sure_mm, pair, one, waters, level)
        flow = _gives(waters, one, need, level)
        # What nobody measured is not greater than 0 either.
        if mm < 0 or not flow > 0 or (not two and flow < need):
            continue
        count += 1
        if nearest_mm < 0 or mm < nearest_mm:
            nearest, nearest_mm = one, mm
        main = waters.main[one] if waters.main[one] >= 0 or surely else ON_NO_MAIN
        if main == MAIN_UNKNOWN:
            loose = max(loose, flow)
        elif flow > best:
            # What was best is second now, unless it is of the same main.
            second = max(second, best) if main < 0 or main != best_main else second
            best, best_main = flow, main
        elif main < 0 or main != best_main:
            second = max(second, flow)
    enough = count > 0
    if two:
        enough = count > 1 and max(max(best, 0.0) + max(second, 0.0), loose) >= need
        if count > 1 and not enough:
            enough = _together(source, distance_mm, sure_mm, begin, end, waters, level, need)
    if enough:
        done.source[house], done.source_mm[house] = nearest, nearest_mm
    return enough


@kernel
def _together(
    source: Ints, distance_mm: Ints, sure_mm: Ints, begin: int, end: int, waters: Waters, level: int, need: float
) -> bool:
    """Tell whether two that count at a level gave enough when they ran in one test."""
    first, other = waters.together.first, waters.together.other
    for pair in range(begin, end):
        one = source[pair]
        for entry in range(first[one], first[one + 1]):
            if waters.together.lps[entry] < need or not _counts(distance_mm, sure_mm, pair, one, waters, level, need):
                continue
            for second in range(begin, end):
                if source[second] == other[entry]:
                    if _counts(distance_mm, sure_mm, second, other[entry], waters, level, need):
                        return True
                    break
    return False


@kernel
def _doubt(source: Ints, sure_mm: Ints, begin: int, end: int, needs: Needs, waters: Waters, house: int) -> int:
    """Name what nobody knows, first what a look at one source or one gate would settle."""
    reason = STATE_UNKNOWN
    for pair in range(begin, end):
        one = source[pair]
        flow = _flow(waters, one, needs.least_lps[house])
        # A tank whose refill nobody knows may give more than it surely does.
        known = flow == flow and (flow >= needs.least_lps[house] or flow == _most(waters, one, needs.least_lps[house]))  # noqa: PLR0124 - NaN
        surely = 0 <= sure_mm[pair] <= waters.limit_mm[one]
        if waters.state[one] >= RECORDED and surely and not known:
            return FLOW_UNKNOWN
        if waters.state[one] >= RECORDED and surely and flow >= needs.least_lps[house]:
            reason = DEMAND_UNKNOWN
        elif waters.state[one] >= RECORDED and not surely and reason == STATE_UNKNOWN:
            reason = WAY_UNKNOWN
    return reason


@kernel
def _lack(source: Ints, distance_mm: Ints, begin: int, end: int, needs: Needs, waters: Waters, house: int) -> int:
    """Name what is missing even if all that nobody knows turns out well."""
    reason, usable = NO_SOURCE, 0
    for pair in range(begin, end):
        one = source[pair]
        if distance_mm[pair] <= waters.limit_mm[one]:
            reason = max(reason, NONE_USABLE)
            usable += 1 if waters.state[one] >= PERHAPS and waters.most_lps[one] != 0 else 0
    if usable > 0:
        reason = ONE_SOURCE_ONLY if needs.two[house] == YES and usable == 1 else FLOW_TOO_LOW
    return reason
