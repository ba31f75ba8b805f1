"""Where the nearest usable water is in a straight line, and which nearer sources are of no use.

Straight metres only. By road the nearest is another one, and `routes` asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import degrees, isfinite
from typing import Any, Final

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Count, F, FloatField, Func, Value, Window

from gis_core.values import LonLat, compass_point, hose_count
from gis_core.versions import data_version, one_snapshot
from hydrants.models import Hydrant, IntakePoint, WaterTank
from hydrants.outage_models import Outage
from hydrants.outages import demand_during, out_at
from hydrants.sources import AnyWaterSource, AnyWaterSourceQuerySet
from hydrants.usability import Demand, Marked, Reason, reason_against
from layers.mark_models import Mark

SOURCE_TABLES: Final = tuple(model._meta.db_table for model in (Hydrant, IntakePoint, WaterTank))
TABLES: Final = (*SOURCE_TABLES, Outage._meta.db_table, Mark._meta.db_table)
DEFAULT_LIMIT: Final = 5
MAX_LIMIT: Final = 50
MAX_PASSED_OVER: Final = 50

DEFAULT_REACH_M: Final = 5_000.0
MAX_REACH_M: Final = 100_000.0
"""Farther away than 5 km water is no answer to a fire unless somebody says so: tankers that go and come."""

HORIZON_M: Final = 2_000.0
"""How far round to name sources of no use when there are fewer usable ones than asked for."""

# The index orders by distance on the sphere. On WGS 84 that is wrong by 0.56 % at most (along a meridian at the
# equator), so whoever is among the nearest on the spheroid lies within this factor of the last one on the sphere.
_SPHERE_ERROR: Final = 1.006
_SAME_PLACE_M: Final = 0.01


class Outcome(StrEnum):
    """Four answers that are not each other."""

    FOUND = "found"
    NONE_IN_REACH = "none_in_reach"
    """Usable water is known, all of it farther away than was asked; `beyond` is the nearest."""
    NONE_USABLE = "none_usable"
    """There are sources within `passed_over_within_m`, and nowhere a usable one."""
    NO_SOURCE = "no_source"
    """There is nowhere a usable source, and within `passed_over_within_m` no source at all."""


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A source as it lies from the place asked about; `reason` is None for a usable one.

    `marked` is what people on the spot say of it, None where nobody does.
    `distance_m` is exact on the spheroid. Bearing and compass point are None where the source is at the very place.
    """

    source: AnyWaterSource
    distance_m: float
    bearing_deg: float | None
    reason: Reason | None = None
    marked: Marked | None = None

    @property
    def compass(self) -> str | None:
        """The nearest of the eight compass points."""
        return None if self.bearing_deg is None else compass_point(self.bearing_deg, 8)

    @property
    def hoses(self) -> int:
        """How many 20 m hoses reach in a straight line; round corners it takes more."""
        return hose_count(self.distance_m)


@dataclass(frozen=True, slots=True)
class NearestWater:
    """The answer: `chosen` nearest first, and the unusable sources at most `passed_over_within_m` away.

    Nothing chosen is farther away than was asked. `beyond` is the nearest usable source that is; None where there is
    none, or where the wanted number was found. `passed_over` holds the nearest 50 of the unusable ones,
    `passed_over_count` says how many there are. `outages` are those that run at that moment, by the key of the source.
    """

    chosen: tuple[FoundSource, ...]
    passed_over: tuple[FoundSource, ...]
    passed_over_count: int
    passed_over_within_m: float
    beyond: FoundSource | None
    data_version: str
    outages: Mapping[str, Outage]

    @property
    def outcome(self) -> Outcome:
        """What kind of answer this is."""
        if self.chosen:
            return Outcome.FOUND
        if self.beyond:
            return Outcome.NONE_IN_REACH
        return Outcome.NONE_USABLE if self.passed_over else Outcome.NO_SOURCE


def nearest_water(
    place: LonLat,
    *,
    at: datetime,
    limit: int = DEFAULT_LIMIT,
    min_flow_lps: float | None = None,
    max_distance_m: float = DEFAULT_REACH_M,
) -> NearestWater:
    """Find the usable sources nearest to `place` in a straight line, and what was passed over on the way to them.

    Parameters
    ----------
    place
        Degrees of WGS 84.
    at
        The moment of the question; the rules in force on that day decide what is usable.
    limit
        How many sources, 1 to 50.
    min_flow_lps
        The flow a source must have been measured to give; None takes any, measured or not.
    max_distance_m
        How far away a source may be to be chosen.

    Returns
    -------
    NearestWater
        Sorted by metres on the spheroid, then layer, then id. With fewer than `limit` chosen there is no further usable
        source in reach, and the ones passed over are those within 2 km, or as far as the last one chosen.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        `at` lies before the rules that decide.

    Notes
    -----
    Exact: the spatial index gives the `limit` nearest on the sphere, the spheroid decides among everything that could
    be nearer. Six queries on one snapshot; no part of the answer is older or younger than `data_version`.
    """
    point = Point(place.lon, place.lat, srid=4326)
    with one_snapshot():
        version = data_version(TABLES)
        outages = out_at(at)
        demand = demand_during(at, outages, min_flow_lps=min_flow_lps)
        nearest = _choose(point, demand, limit)
        chosen = tuple(found for found in nearest if found.distance_m <= max_distance_m)
        last_m = chosen[-1].distance_m if chosen else 0.0
        within_m = last_m if len(chosen) == limit else max(last_m, HORIZON_M)
        passed_over, count = _pass_over(point, demand, within_m)
    beyond = nearest[len(chosen)] if len(chosen) < len(nearest) else None
    return NearestWater(chosen, passed_over, count, within_m, beyond, version, outages)


def _choose(point: Point, demand: Demand, limit: int) -> tuple[FoundSource, ...]:
    usable = AnyWaterSource.objects.usable(demand)
    # Ordered by nothing but `<->`: a second key would cost the index.
    nearest = usable.order_by(GeometryDistance("geom", point)).values_list(GeometryDistance("geom", point), flat=True)
    # What has no place, empty or not a number, is last and at no distance: it must not decide how far to look.
    on_sphere_m = [distance_m for distance_m in nearest[:limit] if distance_m is not None and isfinite(distance_m)]
    if not on_sphere_m:
        return ()
    rows = _measured(usable, point, on_sphere_m[-1] * _SPHERE_ERROR + _SAME_PLACE_M)[:limit]
    return tuple(_found(row, demand) for row in rows)


def _pass_over(point: Point, demand: Demand, within_m: float) -> tuple[tuple[FoundSource, ...], int]:
    unusable = _measured(AnyWaterSource.objects.unusable(demand), point, within_m)
    rows = list(unusable.annotate(total=Window(Count("*")))[:MAX_PASSED_OVER])
    return tuple(_found(row, demand, reason_against(row, demand)) for row in rows), rows[0].total if rows else 0


def _measured(sources: AnyWaterSourceQuerySet, point: Point, within_m: float) -> Any:
    return (
        sources.filter(geom__dwithin=(point, D(m=within_m)))
        .annotate(distance=Distance("geom", point), azimuth=_azimuth_from(point))
        .order_by("distance", "layer", "id")
    )


def _azimuth_from(point: Point) -> Func:
    # Django's Azimuth measures from the column to the point; the way back is not that plus 180°.
    origin = Value(point, output_field=PointField(geography=True, srid=4326))
    return Func(origin, F("geom"), function="ST_Azimuth", output_field=FloatField())


def _found(row: Any, demand: Demand, reason: Reason | None = None) -> FoundSource:
    distance_m = row.distance.m
    bearing_deg = degrees(row.azimuth) if distance_m > 0 and row.azimuth is not None else None
    return FoundSource(row, distance_m, bearing_deg, reason, demand.marked.get(row.key))
