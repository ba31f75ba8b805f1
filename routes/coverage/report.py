"""A report on coverage to keep: the figures of the city or of a ward, the map, and the houses that no water reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.utils import timezone
from django.utils.translation import gettext

from gis_core.models import AdministrativeUnit
from gis_core.wording import say_number
from layers.sheets import Box, Dots, Drawn, Pen, SheetMap, Sign
from routes.coverage.areas import NotComputed, last_run, ward_of
from routes.coverage.figures import BEYOND_M, COUNTED
from routes.coverage.models import Band, BuildingCoverage, CoverageChoice, CoverageRun, WardCoverage
from routes.pieces import Json

MOST_HOUSES: Final = 5_000
"""Houses on the map of a ward; how many are left out is said."""
MOST_LISTED: Final = 200
_MARGIN_M: Final = 80.0
_FILLS: Final = {
    Band.FULL: Pen("#0c4a6e", 2.0, fill="#bae6fd"),
    Band.MOST: Pen("#0284c7", 2.0, "14 3", fill="#e0f2fe"),
    Band.HALF: Pen("#ca8a04", 2.0, "9 5", fill="#fef9c3"),
    Band.SOME: Pen("#ea580c", 2.0, "5 5", fill="#ffedd5"),
    Band.FEW: Pen("#991b1b", 2.5, "2 4", fill="#fee2e2"),
    Band.UNKNOWN: Pen("#9ca3af", 1.5, "1 7"),
}
# Full, a ring, a broken ring, a thick ring around white: told apart without colour.
_RINGS: Final = {
    CoverageChoice.COVERED: Pen("#0369a1", 1.0, fill="#0369a1"),
    CoverageChoice.RECORDED_ONLY: Pen("#0891b2", 1.5, fill="#ffffff"),
    CoverageChoice.NOT_CLASSIFIABLE: Pen("#6b7280", 1.5, "2 2"),
    CoverageChoice.NOT_COVERED: Pen("#b91c1c", 3.0, fill="#ffffff"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says; `ward` None for the whole city."""

    run: CoverageRun
    ward: AdministrativeUnit | None
    wards: tuple[WardCoverage, ...]
    """With most buildings not covered first."""
    figures: dict[str, int]
    uncovered: tuple[BuildingCoverage, ...]
    """Of a ward: houses that are not covered, the farthest from water first; a few more than are listed."""

    @property
    def name(self) -> str:
        """The area in words."""
        return self.ward.name if self.ward else gettext("The whole city")


def make_report(code: str) -> Report:
    """Read the figures of a ward, or of all for an empty code.

    Raises
    ------
    routes.coverage.areas.UnknownWard, routes.coverage.areas.NotComputed

    Notes
    -----
    At most four queries, and for the map of a ward one more.
    """
    run = last_run()
    ward = ward_of(code, timezone.localdate()) if code else None
    rows = WardCoverage.objects.filter(administrative_unit=ward) if ward else WardCoverage.objects.all()
    wards = tuple(
        rows.order_by("-buildings_not_covered", "name").annotate(area=AsGeoJSON("geom", precision=5)).defer("geom")
    )
    if ward and not wards:
        raise NotComputed("The figures of this ward were not computed yet: run “manage.py coverage”.")
    figures = {name: sum(getattr(row, name) for row in wards) for name in COUNTED}
    return Report(run, ward, wards, figures, _uncovered(ward) if ward else ())


def _uncovered(ward: AdministrativeUnit) -> tuple[BuildingCoverage, ...]:
    houses = BuildingCoverage.objects.filter(administrative_unit=ward, coverage=CoverageChoice.NOT_COVERED)
    return tuple(houses.order_by("-nearest_hose_m", "ref")[: MOST_LISTED + 1])


def report_map(report: Report) -> SheetMap:
    """Draw the wards by how much is covered, and in one ward its houses by class."""
    areas = [(row, orjson.loads(row.area)) for row in report.wards]  # type: ignore[attr-defined]  # annotated above
    corners = [position for _, geometry in areas for position in _positions(geometry)]
    return SheetMap(
        view=Box.around(corners or [_HANOI], margin_m=_MARGIN_M),
        ground=[Drawn(geometry, _FILLS[Band(row.band)]) for row, geometry in areas],
        lines=(),
        signs=tuple(_shares(areas)) if not report.ward else (),
        dots=tuple(_houses(report.ward)) if report.ward else (),
        label=gettext("Map of coverage: %(area)s") % {"area": report.name},
    )


_HANOI: Final = (105.85, 21.03)


def _shares(areas: Sequence[tuple[WardCoverage, Json]]) -> Iterator[Sign]:
    """Write the per cent covered into each ward."""
    for row, geometry in areas:
        corners = list(_positions(geometry))
        lon, lat = (sum(axis) / len(corners) for axis in zip(*((c[0], c[1]) for c in corners), strict=True))
        share = "–" if row.covered_pct is None else say_number(row.covered_pct, 0)
        yield Sign(lon, lat, share, _FILLS[Band(row.band)].colour, f"{row.name}: {Band(row.band).label}")


def _houses(ward: AdministrativeUnit) -> Iterator[Dots]:
    """Give the houses of a ward by class, the worst drawn last."""
    rows = BuildingCoverage.objects.filter(administrative_unit=ward).order_by("ref").values_list("coverage", "geom")
    by_class: dict[str, list[tuple[float, float]]] = {choice.value: [] for choice in _RINGS}
    for coverage, geom in rows[:MOST_HOUSES]:
        by_class[coverage].append((round(geom.x, 6), round(geom.y, 6)))
    for choice, ring in _RINGS.items():
        if by_class[choice]:
            yield Dots(by_class[choice], ring)


def _positions(geometry: Json) -> Iterator[Sequence[float]]:
    for polygon in geometry["coordinates"]:
        yield from polygon[0]


def told(report: Report) -> dict[str, Any]:
    """Give what the templates show, said in words."""
    figures, listed = report.figures, report.uncovered[:MOST_LISTED]
    return {
        "report": report,
        "title": gettext("Coverage by water for firefighting: %(area)s") % {"area": report.name},
        "classes": [
            (label, [figures[f"{what}_{value}"] for what in ("buildings", "households", "people")])
            for value, label in CoverageChoice.choices
        ],
        "uncounted": [figures["buildings_households_unknown"], figures["buildings_people_unknown"]],
        "beyond": [
            (metres, [figures[f"{what}_{beyond}_{metres}m"] for what in ("households", "people") for beyond in _BEYOND])
            for metres in BEYOND_M
        ],
        "listed": [(house, _why(house)) for house in listed],
        "more": max(0, figures["buildings_not_covered"] - len(listed)) if report.ward else 0,
        "not_drawn": max(0, figures["buildings"] - MOST_HOUSES) if report.ward else 0,
        "bands": [(pen, band.label) for band, pen in _FILLS.items()],
        "rings": [(pen, choice.label) for choice, pen in _RINGS.items()] if report.ward else [],
        "synthetic": any(row.synthetic for row in report.wards),
    }


_BEYOND: Final = ("beyond", "perhaps_beyond")


def _why(house: BuildingCoverage) -> str:
    reason = house.get_reason_display()
    if house.nearest_hose_m is None:
        return str(reason)
    return gettext("%(reason)s; the nearest of all is %(metres)s m of hose away") % {
        "reason": reason,
        "metres": say_number(house.nearest_hose_m, 0),
    }
