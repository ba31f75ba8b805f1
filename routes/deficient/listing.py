"""The list for the decision: the areas on it at a moment, ward by ward, as lines that page and workbook share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from gis_core.models import AdministrativeUnit
from gis_core.wording import say_number, sentence_case
from layers.audience import Audience
from routes.asking import Parameters
from routes.deficient.basis import source_of
from routes.deficient.remedies import RemedyCode
from routes.deficient.water_labels import water_label
from routes.deficient_models import DeficientArea, Proposes, State
from routes.lanes.question import unit_of
from routes.lanes.sentences import depth_sentence, stop_sentence
from routes.lanes.survey import Depth

KNOWN: Final = ("state", "unit", "at", "since", "lang")
STATES: Final = ("approved", "draft")
LANGUAGES: Final = ("vi", "en")
_CAUSES: Final = ("no_road", "no_water", "both", "unknown")


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """Which list: what is approved at a moment, or what is proposed now; of one ward or of all."""

    state: str
    unit: AdministrativeUnit | None
    at: datetime
    since: datetime | None
    language: str

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters; the unit costs a query.

        Raises
        ------
        gis_core.errors.BadRequest
        """
        asked = Parameters.of(query, KNOWN)
        return cls(
            asked.choice("state", STATES),
            unit_of(asked.text("unit")),
            asked.moment(now),
            asked.moment(now, "since") if asked.has("since") else None,
            asked.choice("lang", LANGUAGES),
        )


def listed_at(at: datetime, unit: AdministrativeUnit | None = None) -> "QuerySet[DeficientArea]":
    """Give what stood on the approved list at a moment, by ward and lane."""
    on = Q(approved_at__lte=at) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
    return _of(DeficientArea.objects.filter(on, proposes=Proposes.LIST), unit)


def drafted(unit: AdministrativeUnit | None = None) -> "QuerySet[DeficientArea]":
    """Give what is proposed or edited and waits for a decision."""
    return _of(DeficientArea.objects.filter(state__in=(State.PROPOSED, State.EDITED)), unit)


def _of(rows: "QuerySet[DeficientArea]", unit: AdministrativeUnit | None) -> "QuerySet[DeficientArea]":
    rows = rows if unit is None else rows.filter(administrative_unit=unit)
    return rows.select_related("administrative_unit").defer("geom", "tags").order_by(
        "administrative_unit__code", "lane_name", "area_code", "proposal"
    )  # fmt: skip


def areas_for(question: ListQuestion) -> list[DeficientArea]:
    """Give the areas of the list: one query."""
    return list(listed_at(question.at, question.unit) if question.state == "approved" else drafted(question.unit))


@dataclass(frozen=True, slots=True)
class Living:
    """Recorded people or households of some houses, and of how many houses nobody recorded them; None: not shown."""

    recorded: int | None
    not_recorded: int
    shown: bool = True

    def __str__(self) -> str:
        if not self.shown:
            return gettext("not public")
        if not self.not_recorded:
            return say_number(self.recorded or 0, 0)
        unknown = ngettext("%(houses)s house unknown", "%(houses)s houses unknown", self.not_recorded) % {
            "houses": say_number(self.not_recorded, 0)
        }
        return unknown if self.recorded is None else f"{say_number(self.recorded, 0)} + {unknown}"


@dataclass(frozen=True, slots=True)
class Line:
    """One area as the list says it, in the language in force."""

    number: int
    area: DeficientArea
    cause: str
    depth: str
    households: Living
    people: Living
    why: tuple[str, ...]
    remedies: tuple[tuple[str, str], ...]
    """Each with its source."""


@dataclass(frozen=True, slots=True)
class Ward:
    """The areas of one ward and their sums."""

    code: str
    name: str
    lines: tuple[Line, ...]

    @property
    def totals(self) -> "Totals":
        """The sums."""
        return totals_of(line for line in self.lines)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of some areas."""

    areas: int
    houses: int
    by_cause: dict[str, int]
    households: Living
    people: Living

    @property
    def areas_text(self) -> str:
        """Say how many areas there are."""
        counted = ngettext("%(areas)s area", "%(areas)s areas", self.areas)
        return counted % {"areas": say_number(self.areas, 0)}

    @property
    def causes_text(self) -> str:
        """Say how many there are of each cause."""
        return gettext(
            "%(no_road)s without a road, %(no_water)s without water, %(both)s without both, "
            "%(unknown)s that cannot be classified"
        ) % {cause: say_number(number, 0) for cause, number in self.by_cause.items()}


def wards_of(areas: Sequence[DeficientArea], audience: Audience) -> list[Ward]:
    """Put areas, in the order of the list, into their wards, and number them through."""
    numbered = list(enumerate(areas, start=1))
    return [
        Ward(
            unit.code if unit else "",
            unit.name if unit else gettext("outside all administrative units"),
            tuple(line_of(number, area, audience) for number, area in rows),
        )
        for unit, rows in groupby(numbered, key=lambda row: row[1].administrative_unit)
    ]


def line_of(number: int, area: DeficientArea, audience: Audience) -> Line:
    """Say one area."""
    shown = audience.everywhere or area.administrative_unit_id in audience.units
    return Line(
        number,
        area,
        sentence_case(area.get_cause_display()),
        sentence_case(depth_sentence(Depth(area.depth_least_m, area.depth_most_m))),
        Living(area.households, area.houses_without_households or 0, shown),
        Living(area.people, area.houses_without_people or 0, shown),
        tuple(_why(area)),
        tuple(_remedies(area)),
    )


def _why(area: DeficientArea) -> Iterator[str]:
    for stop in area.findings.get("stops", [])[:1]:
        yield stop_sentence(stop)
    for reason, houses in sorted(area.findings.get("water", {}).items()):
        yield gettext("Water: %(reason)s (%(houses)s houses).") % {
            "reason": water_label(reason),
            "houses": say_number(houses, 0),
        }
    if area.proposes == Proposes.UNLIST:
        yield gettext("No longer deficient: proposed to be taken off the list.")


def _remedies(area: DeficientArea) -> Iterator[tuple[str, str]]:
    for name in ("remedy", "remedy_2", "remedy_3"):
        code = getattr(area, name)
        if code != RemedyCode.NONE:
            yield sentence_case(getattr(area, f"get_{name}_display")()), source_of(RemedyCode(code))
    if area.remedy_note:
        yield area.remedy_note, ""


def totals_of(lines: Iterable[Line]) -> Totals:
    """Add areas up; what nobody recorded stays counted as that."""
    found = list(lines)
    return Totals(
        len(found),
        sum(line.area.houses or 0 for line in found),
        {cause: sum(line.area.cause == cause for line in found) for cause in _CAUSES},
        _sum([line.households for line in found]),
        _sum([line.people for line in found]),
    )


def _sum(living: Sequence[Living]) -> Living:
    recorded = [each.recorded for each in living if each.recorded is not None]
    return Living(
        sum(recorded) if recorded else None,
        sum(each.not_recorded for each in living),
        all(each.shown for each in living),
    )


def computed_from(areas: Iterable[DeficientArea]) -> dict[str, Any]:
    """Say what the areas of a list were computed from: vehicles, moments, states of the data, depths."""
    found = list(areas)
    moments = sorted(area.computed_at for area in found if area.computed_at)
    return {
        "vehicles": sorted({area.vehicle for area in found if area.vehicle}),
        "from": moments[0] if moments else None,
        "to": moments[-1] if moments else None,
        "versions": sorted({area.computed_from for area in found if area.computed_from}),
        "depths": sorted({area.findings["deeper_m"] for area in found if "deeper_m" in area.findings}),
        "by_hand": sum(not area.computed_from for area in found),
        "synthetic": any(area.synthetic for area in found),
    }
