"""Which obstacle's removal would let a vehicle through to most homes, and how many must go at the least.

Three things are kept apart. An obstacle that surely blocks can be removed; then homes open *surely*, or *perhaps*,
where nobody measured the ways behind it. One of which nobody knows whether the vehicle passes may be no obstacle at
all: to look at it opens nothing, but makes homes sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
from django.http import QueryDict
from django.utils.timezone import localdate
from numpy.typing import NDArray

from gis_core.values import LonLat, Verdict
from routes import models
from routes.approach_question import start_in
from routes.approach_start import Origin, origin_at, origins_of, stations_for
from routes.asking import Parameters
from routes.barriers import with_rails
from routes.engine.arrays import Flags, Ints, Level, Longs, Network, Profile
from routes.engine.covering import Places, cover_pairs
from routes.network.profiles import driver_of, profile_of
from routes.pieces import Json
from routes.siting.asking import AREA, Area
from routes.siting.demand import Cover, cover_of
from routes.siting.ground import Homes, homes_on
from routes.siting.removing import NEVER, fewest_removals, opened_by_each, reached_pieces, served
from routes.siting.sections import Sections, sections_of

KNOWN: Final = ("vehicle", "from", "hose_m", "limit", "at", *AREA)
MOST: Final = 500
DEFAULT_LIMIT: Final = 20
MOST_HOSE_M: Final = 400.0


class Outcome(StrEnum):
    """Answers that are not each other."""

    FOUND = "found"
    NO_HOMES = "no_homes"
    NOT_NEAR_ROAD = "not_near_road"
    """The place to start from lies on no road."""
    ALL_OPEN = "all_open"
    NOTHING_OPENS = "nothing_opens"
    """No single removal opens a home, and no look at one makes a home sure."""


@dataclass(frozen=True, slots=True)
class RemovalsQuestion:
    """Which vehicle, from where, how much hose counts, and where the homes are."""

    vehicle: models.Vehicle
    start: LonLat | None
    station: str
    hose_m: float
    limit: int
    at: datetime
    area: Area

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters; vehicle and ward cost a query each.

        Raises
        ------
        gis_core.errors.BadRequest
        """
        asked = Parameters.of(query, KNOWN)
        start, station = start_in(asked)
        hose_m = asked.number("hose_m", 0, least=0, most=MOST_HOSE_M)
        limit, at = asked.count("limit", DEFAULT_LIMIT, most=MOST), asked.moment(now)
        return cls(asked.vehicle(), start, station, hose_m, limit, at, Area.of(asked, localdate(at)))

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "vehicle": self.vehicle.code,
            "from": [self.start.lon, self.start.lat] if self.start else self.station or None,
            "hose_m": self.hose_m,
            "limit": self.limit,
            "at": self.at.isoformat(),
            **self.area.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Removal:
    """One obstacle; households, homes."""

    record: int  # index into `Standings.records`
    edge: int
    verdict: Verdict  # BLOCKED: it can be removed; UNKNOWN: it can be looked at
    opened: tuple[int, int]  # no more surely blocked
    opened_surely: tuple[int, int]  # of them, those then surely reached
    made_sure: tuple[int, int]  # reached perhaps today, surely then


@dataclass(frozen=True, slots=True)
class Today:
    """Homes (households, homes) as the vehicle finds them, and the smallest numbers of removals."""

    surely: tuple[int, int]
    perhaps: tuple[int, int]
    blocked: tuple[int, int]
    no_road: tuple[
        int, int
    ]  # of `blocked`, those that no removal opens: the road itself, or no road, or several at once
    by_removals: tuple[tuple[int, int, int], ...]  # number of removals, households, homes; of those blocked


@dataclass(frozen=True, slots=True)
class RemovalsAnswer:
    """What was found."""

    outcome: Outcome
    origins: tuple[Origin, ...]
    removals: tuple[Removal, ...]
    today: Today | None
    obstacles: int  # that block it surely
    doubtful: int  # of which nobody knows, on roads that are otherwise surely passable


@dataclass(frozen=True, slots=True)
class _Found:
    """One way of looking at the network, and who is served by which piece."""

    sections: Sections
    reached: Flags
    cover: Cover

    def served(self) -> Flags:
        """Tell which homes are served today."""
        groups = served(self.cover, self.reached)
        of_house = self.cover.of_house
        return np.where(of_house >= 0, groups[of_house], False) if len(groups) else np.zeros(len(of_house), bool)

    def gains(self, homes: Homes, counted: Flags, records: int) -> Longs:
        """Count what each record opens of some homes: households and homes, (records, 2)."""
        groups, of_house = len(self.cover.weight), self.cover.of_house
        mine = counted & (of_house >= 0)
        columns = (homes.households[mine], np.ones(int(mine.sum()), np.int64))
        weights = [np.bincount(of_house[mine], column, groups).astype(np.int64) for column in columns]
        return opened_by_each(self.sections, self.reached, self.cover, np.stack(weights, 1), records=records).homes


def find_removals(question: RemovalsQuestion, network: Network) -> RemovalsAnswer:
    """Count what every removal opens.

    Raises
    ------
    routes.approach_start.UnknownStation, routes.approach_start.NoStation
    """
    origins = _origins(question, network)
    homes = homes_on(network)
    homes = homes.some(question.area.holds(homes.lon_lat, homes.unit_id))
    profiles = [
        profile_of(network, driver_of(question.vehicle), at=question.at, least=least)
        for least in (Level.ASSUMED, Level.UNKNOWN)
    ]
    if not any(origin.spots for origin in origins):
        return RemovalsAnswer(Outcome.NOT_NEAR_ROAD, origins, (), None, 0, 0)
    surely, perhaps = (_look(question, network, origins, homes, profile) for profile in profiles)
    today = _today(homes, surely, perhaps)
    removals = _removals(network, homes, surely, perhaps)
    blocking, stopping = (np.unique(found.sections.link_record) for found in (perhaps, surely))
    doubtful = np.setdiff1d(stopping, blocking)
    outcome, told = _outcome(homes, today, removals), tuple(removals[: question.limit])
    return RemovalsAnswer(outcome, origins, told, today, len(blocking), len(doubtful))


def _outcome(homes: Homes, today: Today, removals: Sequence[Removal]) -> Outcome:
    if not len(homes.id):
        return Outcome.NO_HOMES
    if today.surely[1] == len(homes.id):
        return Outcome.ALL_OPEN
    return Outcome.FOUND if removals else Outcome.NOTHING_OPENS


def _origins(question: RemovalsQuestion, network: Network) -> tuple[Origin, ...]:
    if question.start is not None:
        return (origin_at(network, question.start),)
    return origins_of(network, stations_for(question.station, None))


def _look(
    question: RemovalsQuestion, network: Network, origins: Sequence[Origin], homes: Homes, profile: Profile
) -> _Found:
    sections = sections_of(network, profile)
    begin = sections.pieces_of(network, [spot for origin in origins for spot in origin.spots])
    house, piece = _served_from(question, network, sections, homes, surely=profile.least > Level.UNKNOWN)
    cover = cover_of(house, piece, weight=np.ones(len(homes.id), np.int64), candidates=sections.pieces)
    return _Found(sections, reached_pieces(sections, begin), cover)


# Who is served from where ---------------------------------------------------------------------------------------------


def _served_from(
    question: RemovalsQuestion, network: Network, sections: Sections, homes: Homes, *, surely: bool
) -> tuple[Ints, Ints]:
    """Give pairs of a home and a piece from which it is served: its own place on the road, or within the hose.

    Hose that leaves the piece of a home enters another at an obstacle or where a road begins that takes the vehicle:
    so from there, and from the home's own place, all pieces within the hose are found.
    """
    places = homes.places
    at_road = (places.edge >= 0) & (places.sure if surely else True)
    if question.hose_m > 0:
        at_road &= places.offset_mm <= max(question.hose_m * 1000, 15_000)
    pairs = [_own(network, sections, places, np.flatnonzero(at_road))]
    if question.hose_m > 0:
        pairs.append(_by_hose(question, network, sections, homes, surely=surely))
    house, piece = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return house, piece


def _own(network: Network, sections: Sections, places: Places, which: Longs) -> tuple[Ints, Ints]:
    houses, pieces = [], []
    for beyond in (False, True):
        piece = sections.pieces_at(network, places.edge[which], places.at_mm[which], beyond=beyond)
        houses.append(which[piece >= 0].astype(np.int32))
        pieces.append(piece[piece >= 0])
    return np.concatenate(houses), np.concatenate(pieces)


def _by_hose(
    question: RemovalsQuestion, network: Network, sections: Sections, homes: Homes, *, surely: bool
) -> tuple[Ints, Ints]:
    edges, at_mm = boundary_of(network, sections)
    count = len(edges)
    stops = Places(edges, at_mm, np.zeros(count, np.int32), np.ones(count, bool))
    pairs = cover_pairs(with_rails(network), homes.places, stops, limit_mm=round(question.hose_m * 1000))
    if surely:
        pairs = pairs.surely()
    houses, pieces = [], []
    for beyond in (False, True):
        piece = sections.pieces_at(network, edges, at_mm, beyond=beyond)[pairs.source]
        houses.append(pairs.house[piece >= 0])
        pieces.append(piece[piece >= 0])
    return np.concatenate(houses), np.concatenate(pieces)


def boundary_of(network: Network, sections: Sections) -> tuple[Ints, Ints]:
    """Give the places where a piece ends: before and behind what stops the vehicle, and ends of roads at closed ones.

    A millimetre before it and behind it: a hose that began at the obstacle itself would be on both sides of a wall.
    """
    standings, topology = network.standings, network.topology
    edge_of = np.repeat(np.arange(len(topology.edge_id), dtype=np.int32), np.diff(standings.first))
    stops = np.flatnonzero(sections.node_of_gap >= 0)
    edge, length = edge_of[stops], topology.length_mm[edge_of[stops]]
    before, behind = standings.from_mm[stops] - 1, standings.to_mm[stops] + 1
    at_ends = np.zeros(len(topology.node_id), bool)
    closed = sections.closed > 0
    for ends in (topology.tail[closed], topology.head[closed], topology.tail[edge[before < 0]],
                 topology.head[edge[behind > length]]):  # fmt: skip
        at_ends[ends] = True
    open_edges = np.flatnonzero(~closed)
    tails, heads = (open_edges[at_ends[ends[open_edges]]] for ends in (topology.tail, topology.head))
    edges: list[NDArray[np.integer[Any]]] = [edge[before >= 0], edge[behind <= length], tails, heads]
    places: list[NDArray[np.number[Any]]] = [
        before[before >= 0],
        behind[behind <= length],
        np.zeros(len(tails)),
        topology.length_mm[heads],
    ]
    return np.concatenate(edges).astype(np.int32), np.concatenate(places).astype(np.int32)


# What it comes to -----------------------------------------------------------------------------------------------------


def _sum(homes: Homes, which: Flags) -> tuple[int, int]:
    return int(homes.households[which].sum()), int(which.sum())


def _today(homes: Homes, surely: _Found, perhaps: _Found) -> Today:
    sure = surely.served()
    maybe = perhaps.served() & ~sure
    blocked = ~sure & ~maybe
    least = _least_removals(perhaps)
    numbers = np.unique(least[blocked & (least != NEVER)])
    return Today(
        surely=_sum(homes, sure),
        perhaps=_sum(homes, maybe),
        blocked=_sum(homes, blocked),
        no_road=_sum(homes, blocked & (least == NEVER)),
        by_removals=tuple((int(n), *_sum(homes, blocked & (least == n))) for n in numbers),
    )


def _least_removals(found: _Found) -> Longs:
    """Give the smallest number of removals that opens each home, `NEVER` where none does."""
    cover, far = found.cover, np.int64(2**31)
    number = fewest_removals(found.sections, found.reached).astype(np.int64)
    number[number == NEVER] = far
    least = np.full(len(cover.weight), far)
    np.minimum.at(least, cover.group, np.repeat(number, np.diff(cover.first)))
    of_home = np.where(cover.of_house >= 0, np.append(least, far)[cover.of_house], far)
    return np.where(of_home >= far, NEVER, of_home)


def _removals(network: Network, homes: Homes, surely: _Found, perhaps: _Found) -> list[Removal]:
    """Give the obstacles that open or make sure at least one home; most households first."""
    records = len(network.standings.records)
    sure, maybe = surely.served(), perhaps.served()
    opened = perhaps.gains(homes, ~maybe, records)
    opened_surely = surely.gains(homes, ~maybe & ~sure, records)
    made_sure = surely.gains(homes, maybe & ~sure, records)
    blocking = np.zeros(records, bool)
    blocking[perhaps.sections.link_record] = True
    edge_of = np.zeros(records, np.int64)
    edge_of[surely.sections.link_record] = surely.sections.link_edge
    edge_of[perhaps.sections.link_record] = perhaps.sections.link_edge
    # What is perhaps no obstacle opens nothing that is blocked, whatever lies behind it.
    opened_surely[~blocking] = 0
    helping = np.flatnonzero((opened[:, 1] > 0) | (made_sure[:, 1] > 0))
    order = helping[np.lexsort((helping, -made_sure[helping, 0], -opened_surely[helping, 0], -opened[helping, 0]))]
    return [
        Removal(
            int(n), int(edge_of[n]), Verdict.BLOCKED if blocking[n] else Verdict.UNKNOWN,
            *((int(column[n, 0]), int(column[n, 1])) for column in (opened, opened_surely, made_sure)),
        )
        for n in order
    ]  # fmt: skip
