"""The way from one place to another: the fastest, the surer ones beside it, and what would open one where none is.

The place asked for is on the edge nearest to it, also where that edge is blocked: another street would be an answer to
another question, given in silence. The next nearest ones are reported with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from gis_core.values import LonLat
from routes.encounters import Assumption, Mode, Vehicle
from routes.engine.arrays import Level, Network, Path, Profile, Spot
from routes.engine.searches import fastest, way_to_open
from routes.schedule import HANOI_TIME
from routes.snapping import CANDIDATES, SNAP_M, nearest_of_all, spots_near
from routes.trip import Trip, judge
from routes.way import MaySee


class Outcome(StrEnum):
    """The three answers there are, each one different from a failure."""

    FOUND = "found"
    NO_WAY = "no_way"
    NOT_NEAR_ROAD = "not_near_road"


class Kind(StrEnum):
    """Which way it is; each one is told only where it differs from the ones before."""

    FASTEST = "fastest"
    """Over everything that is not blocked."""
    PASSABLE = "passable"
    """Over what is surveyed, tagged or assumed."""
    RECORDED = "recorded"
    """Over what is surveyed or tagged."""
    TO_OPEN = "to_open"
    """The way past as few obstacles as possible, where there is no other."""


_LEAST: Final = {Kind.FASTEST: Level.UNKNOWN, Kind.PASSABLE: Level.ASSUMED, Kind.RECORDED: Level.RECORDED}


@dataclass(frozen=True, slots=True)
class Driver:
    """Who drives, how and when, and who may know whose key it is."""

    vehicle: Vehicle
    profile: Profile
    mode: Mode
    may_see: MaySee
    assumptions: Mapping[str, Assumption]

    def trip(self, network: Network, path: Path) -> Trip:
        """Judge a path for this driver, departing when the profile says."""
        return judge(
            network,
            path,
            vehicle=self.vehicle,
            profile=self.profile,
            # The very second that the search departs at.
            at=datetime.fromtimestamp(self.profile.depart_s, HANOI_TIME),
            mode=self.mode,
            may_see=self.may_see,
            assumptions=self.assumptions,
        )


@dataclass(frozen=True, slots=True)
class Routes:
    """The answer: where both ends lie on the roads, nearest first, and the ways by kind.

    A side without any road within `SNAP_M` has the nearest one of all, if there is one within 20 km.
    """

    outcome: Outcome
    starts: tuple[Spot, ...]
    goals: tuple[Spot, ...]
    ways: Mapping[Kind, Trip]


def find_routes(network: Network, driver: Driver, start: LonLat, goal: LonLat) -> Routes:
    """Find the ways from `start` to `goal`, both in degrees.

    Returns
    -------
    `not_near_road` has no ways; `no_way` has at most the one to open; else there is the fastest, and the others where
    they exist and differ.
    """
    starts, goals = (_spots_near(network, place) for place in (start, goal))
    if not (_near(starts) and _near(goals)):
        return Routes(Outcome.NOT_NEAR_ROAD, starts, goals, {})
    ways = _ways(network, driver, starts[0], goals[0])
    if ways:
        return Routes(Outcome.FOUND, starts, goals, ways)
    opened = way_to_open(network, replace(driver.profile, least=Level.UNKNOWN), starts[0], goals[0])
    to_open = {Kind.TO_OPEN: driver.trip(network, opened[0])} if opened else {}
    return Routes(Outcome.NO_WAY, starts, goals, to_open)


def _ways(network: Network, driver: Driver, start: Spot, goal: Spot) -> dict[Kind, Trip]:
    """The fastest way, then surer ones as long as the last one found is not as sure itself."""
    ways: dict[Kind, Trip] = {}
    reached = Level.BLOCKED
    for kind, least in _LEAST.items():
        if reached >= least:
            continue
        path = fastest(network, replace(driver.profile, least=least), start, goal)
        if path is None:
            break
        trip = driver.trip(network, path)
        reached = max(reached, trip.level)
        # Who goes nowhere is on no way: nothing is claimed of it that the road does not say.
        if trip.level >= least:
            ways[kind] = trip
    return ways


def _spots_near(network: Network, place: LonLat) -> tuple[Spot, ...]:
    near = spots_near(network, place.lon, place.lat, count=CANDIDATES)
    return near or nearest_of_all(network, place.lon, place.lat)


def _near(spots: tuple[Spot, ...]) -> bool:
    return bool(spots) and spots[0].apart_m <= SNAP_M
