"""Figures of a ward or a box, and what changed between two days, from what is stored."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Count
from django.utils.timezone import get_default_timezone

from gis_core.errors import NotFound, Unprocessable
from gis_core.models import AdministrativeUnit
from gis_core.values import Bbox, LonLat
from routes.coverage.figures import BEYOND_M, COUNTED
from routes.coverage.models import BuildingCoverage, CoverageChange, CoverageRun, WardCoverage, WardSnapshot
from routes.models import Road

Figures = dict[str, int]
LANE_WITHIN_M: Final = 200
"""A place farther from every way stands at none."""
BESIDE_LANE_M: Final = 30
"""Houses so near to a lane are told as those of the lane; which of them have their door there nobody recorded."""
_LANE_DEGREES: Final = 0.02
"""About two kilometres: streets of one name in other parts of the city are others."""


class UnknownWard(NotFound):
    """No ward in force has this code."""

    code = "unknown-ward"
    title = "There is no such ward"


class NoWayNear(Unprocessable):
    """No way is recorded near the place whose lane is asked about."""

    code = "no-way-near"
    title = "There is no way near"


class NotComputed(NotFound):
    """Nobody computed coverage yet, or not by that day."""

    code = "coverage-not-computed"
    title = "Coverage was not computed"


class ImpossiblePeriod(Unprocessable):
    """A period that ends before it begins."""

    code = "impossible-period"
    title = "The period is none"


@dataclass(frozen=True, slots=True)
class Change:
    """How many buildings went from one class to another, and why."""

    before: str | None
    after: str | None
    cause: str
    buildings: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The figures on two days, each of the last computation until its end, and what happened between."""

    since: tuple[datetime, Figures]
    until: tuple[datetime, Figures]
    changes: tuple[Change, ...]


def last_run(until: datetime | None = None) -> CoverageRun:
    """Give the last computation of everything, or the last until a moment: one query.

    Raises
    ------
    NotComputed
    """
    runs = CoverageRun.objects.order_by("-at", "-pk")
    found = runs.first() if until is None else runs.filter(at__lt=until).first()
    if found is None:
        raise NotComputed("Nothing was computed until then: run “manage.py coverage”, or ask about a later day.")
    return found


class FiguresState(StrEnum):
    """Whether stored figures hold every edit."""

    CURRENT = "current"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    """The store does not answer, or nobody noted what they rest on."""


def state_of_figures(run: CoverageRun, basis: str | None) -> FiguresState:
    """Compare what the figures rest on with what there was before they were read; None where nobody can tell."""
    if basis is None or not run.basis:
        return FiguresState.UNKNOWN
    return FiguresState.CURRENT if run.basis == basis else FiguresState.BEHIND


def ward_of(code: str, on: date) -> AdministrativeUnit:
    """Find the ward in force: one query; boundaries are left aside.

    Raises
    ------
    UnknownWard
        None, or more than one of the same code.
    """
    wards = AdministrativeUnit.objects.at(on).filter(level=AdministrativeUnit.Level.WARD, code=code[:20]).defer("geom")
    found = list(wards[:2]) if code.isprintable() else []
    if len(found) != 1:
        raise UnknownWard("There is no single ward with the code “%(ward)s” in force.", ward=code[:20])
    return found[0]


def figures_of_ward(ward: AdministrativeUnit) -> Figures:
    """Read the figures of a ward.

    Raises
    ------
    NotComputed
    """
    row = WardCoverage.objects.filter(administrative_unit=ward).values(*COUNTED).first()
    if row is None:
        raise NotComputed("The figures of this ward were not computed yet: run “manage.py coverage”.")
    return {name: int(row[name]) for name in COUNTED}


def figures_in(box: Bbox) -> Figures:
    """Count the buildings whose point lies in a box: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [*box.as_tuple()])
        row = cursor.fetchone()
    return {name: int(number or 0) for name, number in zip(COUNTED, row, strict=True)}


@dataclass(frozen=True, slots=True)
class Lane:
    """The way nearest to a place, and those of its name around; a way without a name stands for itself."""

    name: str
    road_id: int
    place: LonLat


def lane_at(place: LonLat) -> Lane:
    """Find the lane or street at a place: one query.

    Raises
    ------
    NoWayNear
        None within `LANE_WITHIN_M`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST_WAY, {"lon": place.lon, "lat": place.lat, "within_m": LANE_WITHIN_M})
        found = cursor.fetchone()
    if found is None:
        raise NoWayNear("No way is recorded within %(m)d m of %(place)s.", m=LANE_WITHIN_M, place=str(place))
    return Lane(found[1], found[0], place)


def figures_along(lane: Lane) -> Figures:
    """Count the buildings whose point lies within `BESIDE_LANE_M` of a lane: one query."""
    place = {"lon": lane.place.lon, "lat": lane.place.lat}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS_ALONG, {"road": lane.road_id, "name": lane.name, "beside_m": BESIDE_LANE_M, **place})
        row = cursor.fetchone()
    return {name: int(number or 0) for name, number in zip(COUNTED, row, strict=True)}


def _summed() -> str:
    def of(what: str, condition: str) -> str:
        counted = "count(*)" if what == "buildings" else f"sum({what})"
        return f"{counted} FILTER (WHERE {condition})"

    within = {metres: f"coalesce(working_hose_m <= {metres}, false)" for metres in BEYOND_M}
    perhaps = {metres: f"coalesce(perhaps_hose_m <= {metres}, false) OR reason = 'no_way_near'" for metres in BEYOND_M}
    sums = []
    for name in COUNTED:
        what, _, rest = name.partition("_")
        if name == "buildings":
            sums.append("count(*)")
        elif rest in {"households_unknown", "people_unknown"}:
            sums.append(of(what, f"{rest.removesuffix('_unknown')} IS NULL"))
        elif rest.startswith(("beyond_", "perhaps_beyond_")):
            metres = int(rest.rpartition("_")[2][:-1])
            not_within = f"NOT ({within[metres]}) AND"
            also = f"({perhaps[metres]})" if rest.startswith("perhaps") else f"NOT ({perhaps[metres]})"
            sums.append(of(what, f"{not_within} {also}"))
        else:
            sums.append(of(what, f"coverage = '{rest}'"))
    return ", ".join(sums)


_SUMS = (
    f"SELECT {_summed()} FROM {BuildingCoverage._meta.db_table} "  # noqa: S608 - names of ours
    "WHERE of_layer = 'buildings' AND geom::geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
)


_HERE = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"
# A box of degrees first, so that the index is used.
_NEAREST_WAY = f"""
    SELECT id, name FROM {Road._meta.db_table}
    WHERE geom && ST_Expand({_HERE}, %(within_m)s / 90000.0)
      AND ST_DWithin(geom::geography, {_HERE}::geography, %(within_m)s)
    ORDER BY ST_Distance(geom::geography, {_HERE}::geography), id LIMIT 1
"""  # noqa: S608 - names of ours
_SUMS_ALONG = f"""
    WITH lane AS MATERIALIZED (
        SELECT geom::geography AS line FROM {Road._meta.db_table}
        WHERE id = %(road)s OR (name = %(name)s AND name <> '' AND geom && ST_Expand({_HERE}, {_LANE_DEGREES}))
    )
    SELECT {_summed()} FROM {BuildingCoverage._meta.db_table}
    WHERE of_layer = 'buildings' AND id IN (
        SELECT house.id FROM lane JOIN {BuildingCoverage._meta.db_table} AS house
          ON ST_DWithin(house.geom, lane.line, %(beside_m)s)
    )
"""  # noqa: S608 - names of ours


def trend(ward: AdministrativeUnit, first: date, last: date) -> Trend:
    """Compare two days: four queries.

    Raises
    ------
    NotComputed, ImpossiblePeriod
    """
    if last <= first:
        raise ImpossiblePeriod("“to” must be a later day than “from”.")
    since, until = (last_run(_end_of(day)) for day in (first, last))
    told = dict(
        WardSnapshot.objects.filter(run__in=[since, until], administrative_unit=ward).values_list("run", "figures")
    )
    changes = (
        CoverageChange.objects.filter(administrative_unit=ward, of_layer="buildings", at__gt=since.at, at__lte=until.at)
        .values("before", "after", "cause")
        .annotate(n=Count("pk"))
        .order_by("-n", "before", "after", "cause")
    )
    empty = dict.fromkeys(COUNTED, 0)
    return Trend(
        (since.at, _whole(told.get(since.pk, empty))),
        (until.at, _whole(told.get(until.pk, empty))),
        tuple(Change(row["before"], row["after"], row["cause"], row["n"]) for row in changes),
    )


def _whole(figures: dict[str, Any]) -> Figures:
    return {name: int(figures.get(name, 0)) for name in COUNTED}


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), get_default_timezone())
