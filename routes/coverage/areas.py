"""Figures of a ward or a box, and what changed between two days, from what is stored."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.timezone import get_default_timezone

from gis_core.errors import NotFound, Unprocessable
from gis_core.models import AdministrativeUnit
from gis_core.values import Bbox
from routes.coverage.figures import BEYOND_M, COUNTED
from routes.coverage.models import BuildingCoverage, CoverageChange, CoverageRun, WardCoverage, WardSnapshot

Figures = dict[str, int]


class UnknownWard(NotFound):
    """No ward in force has this code."""

    code = "unknown-ward"
    title = "There is no such ward"


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
