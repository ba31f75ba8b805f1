"""Where the truck stops and hose takes over, for one vehicle: the sure plan, and the deeper one that may be possible.

The stop is where driving and laying the hose by hand take least time together. Three plans are looked for, the surest
first, and unknown never counts as passable:

1. **sure**: the truck over ways at level `Level.ASSUMED` or better, the hose only where people surely pass;
2. **hose unknown**: the same truck, where hose must go through something of which nobody knows whether people pass it;
3. **possible**: both over what nobody measured; told beside the first where it gets deeper in.

A truck that goes nowhere stops surely only where it could also move: standing somewhere makes no road passable. Nor
does anybody know what lies between the road and a target far from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from gis_core.values import Verdict
from routes.approach_passed import PASS_ON_FOOT, unfinished_roads
from routes.encounters import Finding, Obstacle
from routes.engine.arrays import Level, Network, Path, Profile, Spot, Step
from routes.engine.searches import HoseField, Stop, StopPlaces, best_stop, lay_hose, places_to_stop
from routes.route import Driver
from routes.snapping import AT_ROAD_M, gets_away
from routes.trip import Trip

HOSE_LIMIT_M: Final = 1_000.0
"""Farther from the target nobody plans to lay hose; the deepest lanes of Hanoi are below (domain facts, section 5)."""
_DEEPER_MM: Final = 1_000
_SAME_PLACE_M: Final = 0.5
_NOBODY_KNOWS: Final = 2
NOT_PASSABLE: Final = frozenset({Verdict.UNKNOWN, Verdict.BLOCKED})


class Outcome(StrEnum):
    """How far the truck surely gets."""

    DOOR = "door"
    """To the place on the road nearest to the target."""
    STOP = "stop"
    NO_STOP = "no_stop"
    NOT_NEAR_ROAD = "not_near_road"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same for every vehicle: the target, where trucks start, the hose and where it can begin."""

    target: Spot
    starts: Sequence[tuple[Spot, int]]
    lay_ms_per_m: float
    sure: HoseField
    """Where people surely pass."""
    possible: HoseField
    """Where nobody knows, too."""
    sure_places: StopPlaces
    possible_places: StopPlaces
    apart_sure: bool
    """Whether hose surely gets from the road to the target itself."""

    @classmethod
    def around(
        cls,
        network: Network,
        target: Spot,
        starts: Sequence[tuple[Spot, int]],
        *,
        lay_ms_per_m: float,
        hose: Network | None = None,
        apart_sure: bool | None = None,
    ) -> "Ground":
        """Lay hose from a target in all directions.

        Parameters
        ----------
        starts
            Places to start from with milliseconds already gone.
        hose
            The network as hose is laid on it; None: as trucks drive on it.
        apart_sure
            Whether hose surely gets from the road to the target; None: where that is no farther than `AT_ROAD_M`.
        lay_ms_per_m
            Milliseconds to lay hose along a metre of way, slack included.
        """
        limit_mm, hose = int(HOSE_LIMIT_M * 1000), hose or network
        apart_sure = target.apart_m <= AT_ROAD_M if apart_sure is None else apart_sure
        sure = lay_hose(hose, target, limit_mm=limit_mm, through_unknown=False)
        places = places_to_stop(network, sure, starts, lay_ms_per_m=lay_ms_per_m)
        if not _meets_unknown(hose, sure):
            return cls(target, starts, lay_ms_per_m, sure, sure, places, places, apart_sure)
        possible = lay_hose(hose, target, limit_mm=limit_mm)
        more = places_to_stop(network, possible, starts, lay_ms_per_m=lay_ms_per_m)
        return cls(target, starts, lay_ms_per_m, sure, possible, places, more, apart_sure)


def _meets_unknown(network: Network, hose: HoseField) -> bool:
    """Tell whether the hose comes near anything of which nobody knows whether people pass it."""
    standings, topology = network.standings, network.topology
    in_doubt = standings.in_doubt & (standings.foot != PASS_ON_FOOT)
    doubtful = np.flatnonzero((standings.foot == _NOBODY_KNOWS) | in_doubt)
    edges = np.concatenate([np.searchsorted(standings.first, doubtful, "right") - 1, unfinished_roads(network)])
    reached = (hose.node_mm[topology.tail[edges]] >= 0) | (hose.node_mm[topology.head[edges]] >= 0)
    return bool((reached | (edges == hose.target.edge)).any())


@dataclass(frozen=True, slots=True)
class Plan:
    """How one vehicle gets at the target, `apart_m` straight metres from its road; None where there is no such stop."""

    stop: Stop | None
    possible: Stop | None
    apart_m: float
    apart_sure: bool

    @property
    def outcome(self) -> Outcome:
        """How far the truck surely gets."""
        if self.stop is None:
            return Outcome.NO_STOP
        return Outcome.DOOR if self.stop.hose_mm == 0 and self.apart_sure else Outcome.STOP

    @property
    def verdict(self) -> Verdict:
        """Whether truck and hose surely get there: passable, unknown, or blocked where no stop is known at all."""
        if self.stop is not None:
            return self.hose_verdict(self.stop)
        return Verdict.BLOCKED if self.possible is None else Verdict.UNKNOWN

    def hose_m(self, stop: Stop) -> float:
        """Metres that hose bridges from a stop to the target itself."""
        return stop.hose_mm / 1000 + self.apart_m

    def hose_verdict(self, stop: Stop) -> Verdict:
        """Whether hose gets from a stop to the target."""
        return Verdict.PASSABLE if self.apart_sure and not stop.hose_path.unknown else Verdict.UNKNOWN


def plan_approach(network: Network, profile: Profile, ground: Ground) -> Plan:
    """Find where a vehicle stops."""
    stop = _best(network, profile, Level.ASSUMED, ground, ground.sure, ground.sure_places)
    if stop is None and ground.possible is not ground.sure:
        stop = _best(network, profile, Level.ASSUMED, ground, ground.possible, ground.possible_places)
    apart = ground.target.apart_m, ground.apart_sure
    if stop is not None and stop.hose_mm == 0:
        return Plan(stop, None, *apart)
    deeper = _best(network, profile, Level.UNKNOWN, ground, ground.possible, ground.possible_places)
    gains = deeper is not None and (stop is None or deeper.hose_mm <= stop.hose_mm - _DEEPER_MM)
    return Plan(stop, deeper if gains else None, *apart)


def _best(
    network: Network, profile: Profile, least: Level, ground: Ground, hose: HoseField, places: StopPlaces
) -> Stop | None:
    profile = replace(profile, least=least)
    stop = best_stop(network, profile, ground.starts, hose, lay_ms_per_m=ground.lay_ms_per_m, places=places)
    if stop is None or stop.path.length_mm or gets_away(network, profile, stop.spot):
        return stop
    # Only from where hose reaches the target does a truck stop without driving: few starts are looked at.
    starts = [s for s in ground.starts if hose.metres_at(s[0]) is None or gets_away(network, profile, s[0])]
    places = replace(places, known=[])
    return best_stop(network, profile, starts, hose, lay_ms_per_m=ground.lay_ms_per_m, places=places)


# What stops it -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blocker:
    """What keeps the truck from going on along the hose, `beyond_m` metres after the stop; `trip` draws it."""

    finding: Finding
    beyond_m: float
    trip: Trip


def blocker_of(
    network: Network, driver: Driver, stop: Stop, *, stopped_by: frozenset[Verdict] = NOT_PASSABLE
) -> Blocker | None:
    """Judge the way of the hose as if the truck drove on, and find the first thing that stops it.

    Parameters
    ----------
    stopped_by
        The verdicts that do.

    Returns
    -------
    None where nothing keeps it from driving on: then more driving saves no time.
    """
    last = stop.path.steps[-1:]
    hose = [_at_the_time(step, stop.path.time_ms) for step in stop.hose_path.path.steps]
    if not hose or all(step.from_mm == step.to_mm for step in hose):
        return None
    driven_m = sum(_length_mm(step) for step in last) / 1000
    length_mm = sum(_length_mm(step) for step in (*last, *hose))
    trip = driver.trip(network, Path((*last, *hose), stop.path.time_ms, length_mm))
    beyond = [f for f in trip.findings if f.verdict in stopped_by and f.place.to_m >= driven_m - 0.001]
    if not beyond:
        return None
    at_m = min(max(finding.place.from_m, driven_m) for finding in beyond)
    here = [f for f in beyond if f.place.from_m <= at_m + _SAME_PLACE_M]
    # Of all that is the matter there, what is certain, and then what stands there, is the reason.
    finding = min(here, key=lambda f: (f.verdict is not Verdict.BLOCKED, not isinstance(f.place, Obstacle)))
    return Blocker(finding, max(finding.place.from_m - driven_m, 0.0), trip)


def _at_the_time(step: Step, ms: int) -> Step:
    return step._replace(enter_ms=ms, leave_ms=ms)


def _length_mm(step: Step) -> int:
    return abs(step.to_mm - step.from_mm)
