"""Inspections, check lists and what is due, as answers."""

from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hydrants.checklist import CHECK_LISTS, Finding, Item, findings_of
from hydrants.inspection_models import Inspection
from hydrants.inspections import checks_of
from hydrants.sentences import full_name, kind_label, status_label
from hydrants.sources import AnyWaterSource
from hydrants.verification import Because, DueBecause, due_because, due_on, period_of

Json = dict[str, Any]

FINDING_LABELS: Final[dict[Finding, Promise]] = {
    Finding.NO_SIGN: _("there is no sign"),
    Finding.LEAKS: _("it leaks"),
    Finding.LOW_PRESSURE: _("its pressure is below the least free head"),
    Finding.LOW_WATER: _("the water is low"),
    Finding.SUCTION_TOO_DEEP: _("the water lies too deep to be sucked up"),
}
ITEM_LABELS: Final[dict[Item, Promise]] = {
    Item.ACCESSIBLE: _("Can it be reached and opened?"),
    Item.SIGN: _("Is its sign there and readable?"),
    Item.LEAK: _("Does it leak?"),
    Item.PRESSURE_KPA: _("What does the gauge show at rest, in kPa?"),
    Item.WATER_LEVEL: _("How high does the water stand?"),
    Item.SUCTION_DEPTH_M: _("How many metres from the pump down to the water?"),
}

REASON_LABELS: Final[dict[Because, Promise]] = {
    Because.REPORTS: _("half a year, as the reports on water of plan 42/KH-UBND 2025"),
    Because.WITH_ITS_FACILITY: _("a year, with the inspection of its facility (NĐ 347/2026, article 17)"),
    Because.SEASONS: _("half a year, so that the dry and the rainy season are each seen once"),
    Because.OWNER_UNKNOWN: _("half a year, the shortest, because nobody noted whose it is"),
}
DUE_LABELS: Final[dict[DueBecause, Promise]] = {
    DueBecause.NEVER: _("nobody ever looked at it"),
    DueBecause.PERIOD_OVER: _("its period is over"),
    DueBecause.DATED_AHEAD: _("its last look is dated in the future"),
    DueBecause.MARKED: _("somebody on the spot reported on it"),
}


def inspection_answer(inspection: Inspection, *, may_see: bool) -> Json:
    """Tell an inspection; who looked is told only to those who may see people."""
    checks = checks_of(inspection)
    return {
        "id": inspection.pk,
        "source": inspection.source_key,
        "inspected_on": inspection.inspected_on,
        "outcome": checks.outcome,
        "outcome_label": inspection.get_outcome_display(),
        "why": checks.why,
        "why_label": inspection.get_why_display() if checks.why else None,
        "accessible": checks.accessible,
        "sign": checks.sign,
        "leak": checks.leak,
        "pressure_kpa": checks.pressure_kpa,
        "water_level": checks.water_level,
        "suction_depth_m": checks.suction_depth_m,
        "status_before": inspection.status_before,
        "status_after": inspection.status_after,
        "findings": [
            {"finding": finding, "finding_label": str(FINDING_LABELS[finding])}
            for finding in findings_of(checks, inspection.inspected_on)
        ],
        "inspected_by": inspection.inspected_by if may_see else None,
        "remarks": inspection.remarks if may_see else None,
        "synthetic": inspection.synthetic,
    }


def due_feature(source: AnyWaterSource, distance_m: float, at: date) -> Json:
    """Tell a source that is due, and since when; null where nobody ever looked."""
    period, because = period_of(source), due_because(source, at)
    return {
        "type": "Feature",
        "id": source.key,
        "geometry": {"type": "Point", "coordinates": [source.geom.x, source.geom.y]},
        "properties": {
            "layer": source.layer,
            "ref": source.ref,
            "name": full_name(source),
            "kind_label": kind_label(source),
            "status": source.status,
            "status_label": status_label(source),
            "address": source.address,
            "distance_m": round(distance_m, 1),
            "verified_on": source.verified_on,
            "due_on": due_on(source),
            "due_because": because,
            "due_because_label": str(DUE_LABELS[because]),
            "period_days": period.days,
            "period_reason": period.reason,
            "period_reason_label": str(REASON_LABELS[period.reason]),
            "synthetic": source.synthetic,
        },
    }


def check_lists_answer() -> Json:
    """Tell what is looked at in each kind of source."""
    return {
        "check_lists": [
            {"layer": layer, "items": [{"item": item, "label": str(ITEM_LABELS[item])} for item in items]}
            for layer, items in CHECK_LISTS.items()
        ]
    }
