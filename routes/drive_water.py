"""The nearest usable water by road: all usable sources settled by one search, in the direction of the trip.

No straight-line prefilter: a source just over the canal would hide the nearest one by road. Metres by road and straight
metres are never in one ranking. Pure but for `waters_on`, which is asked for before.

A source is surely reached where the way is sure, the truck could move where it stands, and the source is at its road:
what lies between a road and a source far from it nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np

from gis_core.values import Verdict
from hydrants.usability import Demand, Marked, Reason, reason_against
from routes.drive_water_sources import PlacedWaters
from routes.engine.arrays import Flags, Floats, Level, Longs, Network, Path, Profile, Spot
from routes.engine.searches import Spread
from routes.snapping import gets_away

HORIZON_M: Final = 2_000.0
"""How far round to explain the sources that were not chosen, when there are fewer than asked for."""
MAX_PASSED_OVER: Final = 20
"""So many are explained; how many more there are is counted."""
_LIMIT_MS: Final = 2 * 3_600_000
"""Nobody drives two hours for water; what is not reached by then counts as not reached."""


class Outcome(StrEnum):
    """Answers that are not each other."""

    FOUND = "found"
    ONLY_UNKNOWN = "only_unknown"
    """Usable sources are reached only over ways that nobody measured; they are shown, with that verdict."""
    NONE_REACHED = "none_reached"
    """There are usable sources, and no way to any of them."""
    NONE_USABLE = "none_usable"
    NO_SOURCE = "no_source"
    NOT_NEAR_ROAD = "not_near_road"
    """The place asked about is too far from every road to drive from."""


class NotChosen(StrEnum):
    """Why a usable source was not chosen; what makes a source unusable is `hydrants.usability.Reason`."""

    FARTHER_BY_ROAD = "farther_by_road"
    WAY_UNKNOWN = "way_unknown"
    NO_WAY = "no_way"


@dataclass(frozen=True)
class Driven:
    """A source reached by road; `source` is its index in `Waters`, `stand` that of where the truck stands."""

    source: int
    stand: int
    time_ms: int
    """Drive and, from a junction or a kerb far away, laying hose by hand: what the ranking goes by."""
    drive_s: float
    drive_m: float
    verdict: Verdict
    came_by: int
    """The edge driven last: the road on which the truck stands."""
    _spread: Spread = field(repr=False, compare=False)

    @cached_property
    def path(self) -> Path:
        """The way; unfolded when it is asked for, since of most sources only its length is told."""
        return self._spread.path(self.stand)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A source in a straight line not farther than the last one chosen; `driven` where a way to it is known."""

    source: int
    reason: Reason | NotChosen
    driven: Driven | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """Where the truck stands for a place that it cannot surely drive from, and the metres of hose between."""

    spot: Spot
    hose_m: float


@dataclass(frozen=True, slots=True)
class WaterByRoad:
    """The answer: `chosen` in order of time, the `backup` on another main, and the straight-nearer ones not chosen.

    `begin` is None where the truck drives from the place asked about.
    """

    outcome: Outcome
    chosen: tuple[Driven, ...] = ()
    backup: Driven | None = None
    passed_over: tuple[PassedOver, ...] = ()
    passed_over_count: int = 0
    passed_over_within_m: float = 0.0
    begin: Begin | None = None
    marked: Mapping[str, Marked] = field(default_factory=dict, hash=False)
    """What people on the spot say of sources, by key."""


@dataclass(frozen=True)
class WaterSearch:
    """One question about water: on which network, for whom, from where. What it has searched once it knows."""

    network: Network
    placed: PlacedWaters
    profile: Profile
    starts: Sequence[Spot]
    by_hand_s_per_m: float
    """Seconds to lay a metre of hose from where the truck stands."""
    begin_ms: int = 0
    """How long after the departure of the profile the drive begins; what is told is counted from then."""
    _spreads: dict[Level, Spread] = field(default_factory=dict, init=False, repr=False, compare=False)

    def nearest(self, wanted: Flags, count: int, least: Level) -> list[Driven]:
        """Find the first `count` of the wanted sources, by time, over ways at least this sure."""
        source = self.placed.stands.source
        left = wanted[source] & self._to_stand_at(least)
        if not left.any():  # else the whole city would be searched for nothing
            return []
        spread = self._spread(least)
        found: dict[int, Driven] = {}
        reached = np.zeros(len(wanted), bool)
        # A source has several stands, so the first `count` stands may be fewer sources.
        while len(found) < count and left.any():
            asked = count - len(found)
            settled = spread.settle(left, asked).tolist()
            for stand in settled[:asked]:
                driven = self._driven(spread, stand, least)
                if driven is not None:
                    found.setdefault(driven.source, driven)
            left[settled[:asked]] = False
            reached[list(found)] = True
            left &= ~reached[source]
            if len(settled) < asked:
                break
        return list(found.values())

    def _spread(self, least: Level) -> Spread:
        if least not in self._spreads:
            targets, profile = self.placed.targets(self.by_hand_s_per_m), replace(self.profile, least=least)
            self._spreads[least] = Spread(
                self.network,
                profile,
                [(spot, self.begin_ms) for spot in self.starts],
                targets,
                limit_ms=self.begin_ms + _LIMIT_MS,
            )
        return self._spreads[least]

    def _to_stand_at(self, least: Level) -> Flags:
        open_to_hose = self.placed.open_to_hose(self.network)
        return open_to_hose & self.placed.at_road if least >= Level.ASSUMED else open_to_hose

    def _driven(self, spread: Spread, stand: int, least: Level) -> Driven | None:
        """Give the way to a stand; None for one without length where nobody could move a step."""
        arrival = spread.arrival(stand)
        if not (arrival.length_mm or self._can_move(least)):
            return None
        verdict = Verdict.PASSABLE if least >= Level.ASSUMED else Verdict.UNKNOWN
        time_ms = arrival.time_ms - self.begin_ms
        laying_ms = int(self.placed.targets(self.by_hand_s_per_m).extra_ms[stand])
        return Driven(
            source=int(self.placed.stands.source[stand]),
            stand=stand,
            time_ms=time_ms,
            drive_s=(time_ms - laying_ms) / 1000,
            drive_m=arrival.length_mm / 1000,
            verdict=verdict,
            came_by=arrival.came_by,
            _spread=spread,
        )

    def _can_move(self, least: Level) -> bool:
        profile = replace(self.profile, least=least)
        return any(gets_away(self.network, profile, spot) for spot in self.starts)


def nearest_by_road(search: WaterSearch, place_xy: tuple[float, float], demand: Demand, *, limit: int) -> WaterByRoad:
    """Find the usable sources nearest by road, a backup, and why each straight-nearer one was not chosen.

    Parameters
    ----------
    place_xy
        The place asked about, EPSG:5897.
    demand
        What makes a source usable.
    limit
        How many sources.

    Notes
    -----
    Only ways at level `Level.ASSUMED` or better count. Where no usable source is reached over such ways, those reached
    over unknown ones are given with the verdict unknown and the outcome says so.
    """
    waters = search.placed.waters
    usable = waters.usable(demand)
    chosen, outcome = search.nearest(usable, limit, Level.ASSUMED), Outcome.FOUND
    if not chosen:
        chosen, outcome = search.nearest(usable, limit, Level.UNKNOWN), Outcome.ONLY_UNKNOWN
    straight_m = np.hypot(*(waters.xy - np.array(place_xy)).T)
    within_m = _horizon_m(straight_m, chosen, full=len(chosen) == limit)
    near = np.setdiff1d(np.flatnonzero(straight_m <= within_m), [driven.source for driven in chosen])
    near = near[np.argsort(straight_m[near], kind="stable")]
    passed_over = _passed_over(search, usable, near[:MAX_PASSED_OVER], demand)
    passed_over.sort(key=lambda over: (straight_m[over.source], over.source))
    return WaterByRoad(
        outcome=outcome if chosen else _nothing(usable),
        chosen=tuple(chosen),
        backup=_backup(search, usable, chosen),
        passed_over=tuple(passed_over),
        passed_over_count=len(near),
        passed_over_within_m=within_m,
        marked=demand.marked,
    )


def _nothing(usable: Flags) -> Outcome:
    if usable.any():
        return Outcome.NONE_REACHED
    return Outcome.NONE_USABLE if len(usable) else Outcome.NO_SOURCE


def _horizon_m(straight_m: Floats, chosen: Sequence[Driven], *, full: bool) -> float:
    farthest_m = max((float(straight_m[driven.source]) for driven in chosen), default=0.0)
    return farthest_m if full else max(farthest_m, HORIZON_M)


def _passed_over(search: WaterSearch, usable: Flags, near: Longs, demand: Demand) -> list[PassedOver]:
    useless = [
        PassedOver(i, reason)
        for i in near[~usable[near]].tolist()
        if (reason := reason_against(search.placed.waters.sources[i], demand)) is not None
    ]
    left = np.zeros(len(usable), bool)
    left[near[usable[near]]] = True
    return useless + _not_chosen(search, left)


def _not_chosen(search: WaterSearch, left: Flags) -> list[PassedOver]:
    """Tell of the usable sources that were not chosen how they are reached, if at all."""
    told: list[PassedOver] = []
    for least, reason in ((Level.ASSUMED, NotChosen.FARTHER_BY_ROAD), (Level.UNKNOWN, NotChosen.WAY_UNKNOWN)):
        if count := int(left.sum()):
            driven = search.nearest(left, count, least)
            told += [PassedOver(one.source, reason, one) for one in driven]
            left = left.copy()
            left[[one.source for one in driven]] = False
    return told + [PassedOver(i, NotChosen.NO_WAY) for i in np.flatnonzero(left).tolist()]


def _backup(search: WaterSearch, usable: Flags, chosen: Sequence[Driven]) -> Driven | None:
    """Find the best source that surely does not hang on the main of the first one.

    Of two hydrants that is sure only where both mains are noted. A tank or open water hangs on none.
    """
    if not chosen:
        return None
    waters, first = search.placed.waters, chosen[0].source
    other = ~waters.is_hydrant | ((waters.mains != waters.mains[first]) & (waters.mains != ""))
    if not waters.is_hydrant[first]:
        other = np.ones(len(other), bool)
    elif not waters.mains[first]:
        other = ~waters.is_hydrant
    other[first] = False
    least = Level.ASSUMED if chosen[0].verdict is Verdict.PASSABLE else Level.UNKNOWN
    return next(iter(search.nearest(usable & other, 1, least)), None)
