"""What a vehicle reaches within some minutes: surely, and perhaps over ways that nobody measured."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from django.utils.timezone import localdate

from gis_core.regulations import Regulation, all_at
from routes.approach_start import Origin, origin_at, origins_of, starts_of, stations_for
from routes.engine.arrays import Flags, Level, Longs, Network, Profile
from routes.engine.searches import Reached, reach
from routes.network.profiles import driver_of, profile_of
from routes.reach_area import Pieces, area_of, cell_side_m
from routes.reach_question import ReachQuestion
from routes.way import METRIC

_RULES = ("station_radius_centre", "station_radius")


class Outcome(StrEnum):
    """Answers that are not each other."""

    FOUND = "found"
    NOT_NEAR_ROAD = "not_near_road"


@dataclass(frozen=True, slots=True)
class Area:
    """An area in degrees, and the metres of road in it that are reached."""

    geom: shapely.Geometry
    length_m: float


@dataclass(frozen=True, slots=True)
class Circle:
    """The planning rule round the start: its radius by which instrument and clause."""

    rule: Regulation
    geom: shapely.Geometry


@dataclass(frozen=True, slots=True)
class ReachAnswer:
    """The surely reached area, the one that is reached only perhaps, and the circles; None far from every road."""

    origin: Origin
    passable: Area | None
    unknown: Area | None
    circles: tuple[Circle, ...]
    cell_m: float

    @property
    def outcome(self) -> Outcome:
        """What kind of answer this is."""
        return Outcome.NOT_NEAR_ROAD if self.passable is None else Outcome.FOUND


def find_reach(question: ReachQuestion, network: Network) -> ReachAnswer:
    """Find what the vehicle reaches.

    Raises
    ------
    routes.approach_start.UnknownStation
        `from` names none.
    """
    if question.start is not None:
        origin = origin_at(network, question.start)
    else:
        origin = origins_of(network, stations_for(question.station, None))[0]
    circles = tuple(_circle(origin, rule) for key in _RULES for rule in all_at(key, localdate(question.at)))
    if not origin.spots:
        return ReachAnswer(origin, None, None, circles, 0.0)
    profile = profile_of(network, driver_of(question.vehicle), at=question.at)
    limit_ms = round(question.minutes * 60_000)
    surely = _pieces(network, profile, origin, limit_ms, Level.ASSUMED)
    perhaps = beyond(_pieces(network, profile, origin, limit_ms, Level.UNKNOWN), surely)
    cell_m = cell_side_m(surely.length_m + perhaps.length_m)
    return ReachAnswer(origin, _area(network, surely, cell_m), _area(network, perhaps, cell_m), circles, cell_m)


def _pieces(network: Network, profile: Profile, origin: Origin, limit_ms: int, least: Level) -> Pieces:
    reached: Reached = reach(network, replace(profile, least=least), starts_of([origin]), limit_ms=limit_ms)
    low, high = np.minimum(reached.from_mm, reached.to_mm), np.maximum(reached.from_mm, reached.to_mm)
    return Pieces(*(column.astype(np.int64) for column in (reached.edge, low, high)))


def beyond(pieces: Pieces, surely: Pieces) -> Pieces:
    """Take out of some pieces what is surely reached too; both lie by edge and place and do not overlap themselves."""
    length_mm = int(max(pieces.to_mm.max(initial=0), surely.to_mm.max(initial=0))) + 1
    # All edges put end to end, so that pieces are intervals of one line.
    start, end = (pieces.edge * length_mm + place for place in (pieces.from_mm, pieces.to_mm))
    sure_start, sure_end = (surely.edge * length_mm + place for place in (surely.from_mm, surely.to_mm))
    # Sorted and each once; `np.unique` makes a table of hashes of whole numbers, which takes three times as long.
    cuts = np.sort(np.concatenate([start, end, sure_start, sure_end]))
    cuts = cuts[np.diff(cuts, prepend=-1) > 0]
    low, high = cuts[:-1], cuts[1:]
    left = _covered(low, start, end) & ~_covered(low, sure_start, sure_end)
    edge = low[left] // length_mm
    return Pieces(edge, low[left] - edge * length_mm, high[left] - edge * length_mm)


def _covered(place: Longs, start: Longs, end: Longs) -> Flags:
    """Tell which of some elementary intervals, by their lower ends, lie in one of the intervals."""
    covered: Flags = np.searchsorted(np.sort(start), place, "right") > np.searchsorted(np.sort(end), place, "right")
    return covered


def _area(network: Network, pieces: Pieces, cell_m: float) -> Area:
    metric = area_of(network, pieces, cell_m=cell_m)
    return Area(METRIC.geom_to_wgs84(metric), pieces.length_m)


def _circle(origin: Origin, rule: Regulation) -> Circle:
    x, y = METRIC.from_wgs84(origin.lon, origin.lat)
    metric = shapely.buffer(shapely.Point(float(x), float(y)), rule.value * 1000, quad_segs=32)
    return Circle(rule, METRIC.geom_to_wgs84(metric))
