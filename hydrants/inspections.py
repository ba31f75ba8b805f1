"""Inspections written down, what they change of a source, and what is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

import pghistory
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import localtime

from gis_core.importing.job import records_of
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from gis_core.sending import checked_key, sent_otherwise
from gis_core.values import LonLat
from hydrants.checklist import Checks, Item, Level, Outcome, Why, check, status_after, verifies
from hydrants.inspection_models import COLUMNS, Inspection
from hydrants.marks import SOURCE_DRY, SOURCE_WORKS, marked_at
from hydrants.models import Hydrant, IntakePoint, WaterSource, WaterTank
from hydrants.recording import (
    InvalidBody,
    SourceKey,
    UnknownSource,
    read_day,
    read_number,
    read_object,
    read_text,
)
from hydrants.sources import AnyWaterSource
from hydrants.tour_models import TourStop
from hydrants.verification import PERIODS, Verification, verification_of
from layers.marks import found_to_be
from layers.models import TriState

MODELS: Final[Mapping[str, type[WaterSource]]] = {
    "hydrants": Hydrant,
    "intake-points": IntakePoint,
    "water-tanks": WaterTank,
}
_KEYS: Final = ("source", "inspected_on", "outcome", "why", *Item, "inspected_by", "remarks")
_SHORTEST: Final = timedelta(days=min(period.days for period in PERIODS.values()))

CodeT = TypeVar("CodeT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class InspectionDraft:
    """An inspection as somebody sends it; the same key with the same content is the same sending."""

    source: SourceKey
    inspected_on: date
    checks: Checks
    inspected_by: str = ""
    remarks: str = ""
    key: str = ""

    @classmethod
    def from_body(cls, body: object, *, today: date, key: str = "") -> Self:
        """Read the body of a request and the header that names the sending.

        Whether the answers can be true together is asked when they are stored.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("source", "inspected_on", "outcome"), known=_KEYS)
        return cls(
            source=SourceKey.parse(given["source"]),
            inspected_on=read_day("inspected_on", given["inspected_on"], today=today),
            checks=_checks(given),
            inspected_by=read_text("inspected_by", given.get("inspected_by"), most=120),
            remarks=read_text("remarks", given.get("remarks")),
            key=checked_key(key),
        )


@transaction.atomic
def record_inspection(draft: InspectionDraft, *, actor: Actor) -> Inspection:
    """Store an inspection, and put the source in or out of service by what was found.

    An inspection older than the state that stands is kept, and changes nothing of it. One that was sent before is given
    back as it was stored, and changes nothing either.

    Raises
    ------
    UnknownSource, Forbidden
    gis_core.sending.SentOtherwise
    hydrants.checklist.ContradictoryInspection
        Nothing is stored then.
    """
    demand(actor, Action.RECORD, anywhere=True)
    check(draft.source.layer, draft.checks)
    with pghistory.context(way="inspection"):
        source = _locked(draft.source)
        demand(actor, Action.RECORD, unit_id=source.administrative_unit_id)
        if known := _sent_before(draft):
            return known
        before = source.status
        _tell_source(source, draft)
        inspection = Inspection(
            inspected_on=draft.inspected_on,
            outcome=draft.checks.outcome,
            why=draft.checks.why or "",
            accessible=draft.checks.accessible,
            sign=draft.checks.sign,
            leak=draft.checks.leak,
            pressure_kpa=draft.checks.pressure_kpa,
            water_level=draft.checks.water_level or "",
            suction_depth_m=draft.checks.suction_depth_m,
            status_before=before,
            status_after=source.status,
            inspected_by=draft.inspected_by,
            remarks=draft.remarks,
            key=draft.key,
            synthetic=source.synthetic,
            administrative_unit_id=source.administrative_unit_id,
        )
        setattr(inspection, f"{COLUMNS[draft.source.layer]}_id", draft.source.id)
        inspection.save()
        _tick_off(inspection, draft.source)
        _settle_marks(draft, by=actor.name)
    return inspection


def inspections_of(key: SourceKey, *, most: int = 50) -> Sequence[Inspection]:
    """Read the inspections of a source, the latest first: one query."""
    about = {f"{COLUMNS[key.layer]}_id": key.id}
    return list(Inspection.objects.filter(**about).order_by("-inspected_on", "-pk")[:most])


def checks_of(inspection: Inspection) -> Checks:
    """Give the answers of a stored inspection."""
    return Checks(
        outcome=Outcome(inspection.outcome),
        why=Why(inspection.why) if inspection.why else None,
        accessible=inspection.accessible,
        sign=inspection.sign,
        leak=inspection.leak,
        pressure_kpa=inspection.pressure_kpa,
        water_level=Level(inspection.water_level) if inspection.water_level else None,
        suction_depth_m=inspection.suction_depth_m,
    )


def due_near(place: LonLat, *, at: date, within_m: float, limit: int) -> Iterator[tuple[AnyWaterSource, float]]:
    """Give the sources that are due for a look, nearest first with their metres in a straight line: two queries.

    Due is what `hydrants.verification` no longer calls verified, and what people on the spot have marked. SQL leaves
    out those that cannot be due whoever owns them; the rule itself stands in one place.
    """
    point, marked = Point(place.lon, place.lat, srid=4326), marked_at(localtime())
    maybe = Q(verified_on__isnull=True) | Q(verified_on__lte=at - _SHORTEST) | Q(verified_on__gt=at)
    if marked:
        maybe |= Q(key__in=sorted(marked))
    rows: Any = (
        AnyWaterSource.objects.filter(maybe, geom__dwithin=(point, D(m=within_m)))
        .annotate(distance=Distance("geom", point))
        .order_by("distance", "layer", "id")
    )
    found = 0
    for row in rows:
        if found < limit and (row.key in marked or verification_of(row, at) is Verification.RECORDED):
            found += 1
            yield row, row.distance.m


def _locked(key: SourceKey) -> WaterSource:
    rows = records_of(MODELS[key.layer]).select_for_update(of=("self",))
    source: WaterSource | None = rows.filter(pk=key.id).first()
    if source is None:
        raise UnknownSource("There is no source %(source)s.", source=str(key))
    return source


def _sent_before(draft: InspectionDraft) -> Inspection | None:
    if not draft.key:
        return None
    with connection.cursor() as cursor:  # at the same moment it may come about two sources
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [draft.key])
    known = Inspection.objects.filter(key=draft.key).first()
    if known is not None and _draft_of(known) != draft:
        raise sent_otherwise(draft.key)
    return known


def _draft_of(inspection: Inspection) -> InspectionDraft:
    return InspectionDraft(
        source=SourceKey.parse(inspection.source_key),
        inspected_on=inspection.inspected_on,
        checks=checks_of(inspection),
        inspected_by=inspection.inspected_by,
        remarks=inspection.remarks,
        key=inspection.key,
    )


def _tell_source(source: WaterSource, draft: InspectionDraft) -> None:
    """Write into a source what a look says of it, each part unless something later stands there."""
    checks, day = draft.checks, draft.inspected_on
    if not _later(source.status_on, day) and (verifies(checks) or checks.accessible == "no"):
        source.status, source.status_on = status_after(source.status, checks), day
    if not _later(source.last_inspected_on, day):
        if checks.suction_depth_m is not None:
            source.suction_depth_m = checks.suction_depth_m  # type: ignore[attr-defined]  # on its check list only
        if checks.pressure_kpa is not None:
            source.static_pressure_kpa = checks.pressure_kpa  # type: ignore[attr-defined]  # likewise
        if verifies(checks):
            source.last_inspected_on = day
    if verifies(checks) and not _later(source.verified_on, day):
        source.verified_on, source.evidence = day, "surveyed"
    source.save()


def _tick_off(inspection: Inspection, key: SourceKey) -> None:
    """Count the visit in every tour that was waiting for it."""
    waiting = TourStop.objects.filter(inspection=None, tour__made_on__lte=inspection.inspected_on)
    waiting.filter(**{f"{COLUMNS[key.layer]}_id": key.id}).update(inspection=inspection)


def _settle_marks(draft: InspectionDraft, *, by: str) -> None:
    """Let what was found settle what people on the spot said before, if it was found on their day or later."""
    now = localtime()
    found = {Outcome.WORKS: SOURCE_WORKS, Outcome.FAULTY: SOURCE_DRY, Outcome.MISSING: SOURCE_DRY}
    if code := found.get(draft.checks.outcome):
        found_to_be(draft.source.layer, draft.source.id, code, on=draft.inspected_on, by=by, now=now)


def _later(stands: date | None, day: date) -> bool:
    return stands is not None and stands > day


def _checks(given: Mapping[str, Any]) -> Checks:
    return Checks(
        outcome=_code("outcome", given["outcome"], Outcome),
        why=None if given.get("why") is None else _code("why", given["why"], Why),
        accessible=_tri_state("accessible", given),
        sign=_tri_state("sign", given),
        leak=_tri_state("leak", given),
        pressure_kpa=_number("pressure_kpa", given),
        water_level=None if given.get("water_level") is None else _code("water_level", given["water_level"], Level),
        suction_depth_m=_number("suction_depth_m", given),
    )


def _number(name: str, given: Mapping[str, Any]) -> float | None:
    return None if given.get(name) is None else read_number(name, given[name])


def _tri_state(name: str, given: Mapping[str, Any]) -> str:
    said = given.get(name)
    return "unknown" if said is None else _one_of(name, said, TriState.values)


def _code(name: str, said: object, codes: type[CodeT]) -> CodeT:
    return codes(_one_of(name, said, [code.value for code in codes]))


def _one_of(name: str, said: object, known: Sequence[str]) -> str:
    if not isinstance(said, str) or said not in known:
        raise InvalidBody("“%(member)s” must be one of %(known)s.", member=name, known=", ".join(known))
    return said
