"""A source of water in the words of whoever asked: labels, and one sentence that can be read out over the radio."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from gis_core.wording import say_day, say_number
from hydrants.models import Hydrant, IntakePoint, Status
from hydrants.nearest import FoundSource
from hydrants.sources import AnyWaterSource
from hydrants.usability import Marked, Reason, is_measured
from hydrants.verification import Verification

REASON_LABELS: Final[dict[Reason, Promise]] = {
    Reason.STATUS_FAULTY: _("it is faulty"),
    Reason.STATUS_BLOCKED: _("it is blocked"),
    Reason.STATUS_MISSING: _("it is missing"),
    Reason.STATUS_UNKNOWN: _("nobody knows whether it works"),
    Reason.ANNOUNCED_OUTAGE: _("an outage is announced for it"),
    Reason.MARKED_DRY: _("somebody on the spot found no water in it"),
    Reason.MARKS_DISAGREE: _("people on the spot say different things of it; nobody has looked since"),
    Reason.FLOW_NOT_MEASURED: _("nobody measured its flow"),
    Reason.FLOW_TOO_LOW: _("its flow is too low"),
    Reason.NOT_REACHABLE_BY_TRUCK: _("a truck cannot reach it"),
    Reason.REACH_UNKNOWN: _("nobody knows whether a truck can reach it"),
    Reason.SUCTION_TOO_DEEP: _("the water lies too deep to be sucked up"),
    Reason.SUCTION_UNKNOWN: _("nobody knows how deep the water lies"),
    Reason.FOR_AIRCRAFT_ONLY: _("it is for aircraft only"),
    Reason.PORTABLE_PUMP_ONLY: _("only a portable pump reaches it"),
    Reason.EMPTY: _("there is no water in it"),
}
SEEN_WORKING: Final = _("somebody on the spot says that it works; not confirmed by an inspection")
VERIFICATION_LABELS: Final[dict[Verification, Promise]] = {
    Verification.VERIFIED: _("verified"),
    Verification.RECORDED: _("recorded only"),
}
DIRECTIONS: Final[dict[str, Promise]] = {
    "N": _("to the north"),
    "NE": _("to the north-east"),
    "E": _("to the east"),
    "SE": _("to the south-east"),
    "S": _("to the south"),
    "SW": _("to the south-west"),
    "W": _("to the west"),
    "NW": _("to the north-west"),
}
_KIND_LABELS: Final = {
    "hydrants": dict(Hydrant.Type.choices),
    "intake-points": dict(IntakePoint.Kind.choices),
    "water-tanks": {"tank": _("tank")},
}
_STATUS_LABELS: Final = dict(Status.choices)
_NOUNS: Final = {"hydrants": _("Hydrant"), "intake-points": _("Intake point"), "water-tanks": _("Water tank")}


def kind_label(source: AnyWaterSource) -> str:
    """Say what kind it is; a code that nobody knows stays as it is."""
    return str(_KIND_LABELS[source.layer].get(source.kind, source.kind))


def status_label(source: AnyWaterSource) -> str:
    """Say the status; a code that nobody knows stays as it is."""
    return str(_STATUS_LABELS.get(source.status, source.status))


def sentence_for(found: FoundSource) -> str:
    """Say where the source is, how far in a straight line, and what it gives, or why it is of no use."""
    parts = [_where(found)]
    if found.reason is not None:
        parts.append(gettext("passed over: %(reason)s") % {"reason": REASON_LABELS[found.reason]})
    elif found.marked is Marked.WORKS:
        parts.append(str(SEEN_WORKING))
    if found.reason is not Reason.FLOW_NOT_MEASURED:
        parts.append(flow_sentence(found.source))
    if is_measured(found.source.volume_m3):
        parts.append(gettext("%(volume)s m³ of water") % {"volume": say_number(found.source.volume_m3)})
    return "; ".join(parts) + "."


def _where(found: FoundSource) -> str:
    name = full_name(found.source)
    if found.compass is None:
        return gettext("%(source)s, on the spot") % {"source": name}
    return gettext("%(source)s, %(distance)s m %(direction)s in a straight line, %(hoses)s") % {
        "source": name,
        "distance": say_number(found.distance_m, 0),
        "direction": DIRECTIONS[found.compass],
        "hoses": say_hoses(found.hoses),
    }


def say_hoses(count: int) -> str:
    """Say how many hoses: ``8 cuộn vòi``."""
    return ngettext("%(count)d hose", "%(count)d hoses", count) % {"count": count}


def full_name(source: AnyWaterSource) -> str:
    """Call the source by its kind and name."""
    noun, name = str(_NOUNS[source.layer]), source.name or source.ref
    # Many sources are called by their kind already: no "Trụ nước Trụ nước 145".
    return name if name.casefold().startswith(noun.casefold()) else f"{noun} {name}"


def flow_sentence(source: AnyWaterSource) -> str:
    """Say what flows, and when that was measured."""
    if not is_measured(source.flow_lps):
        return str(REASON_LABELS[Reason.FLOW_NOT_MEASURED])
    flow = {"flow": say_number(source.flow_lps)}
    if source.flow_measured_on is None:
        return gettext("flow %(flow)s L/s, nobody wrote down when it was measured") % flow
    return gettext("flow %(flow)s L/s measured on %(date)s") % {**flow, "date": say_day(source.flow_measured_on)}
