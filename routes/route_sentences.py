"""A way in one sentence: how far, how long, how sure, and what would open it where there is none."""

import math
from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.values import Evidence, Verdict
from gis_core.wording import say_number
from routes.encounters import Finding, Obstacle
from routes.sentences import key_of, name_of, sentence_for, what_is
from routes.snapping import AT_ROAD_M
from routes.trip import Trip

_KILOMETRE_M: Final = 1000.0
_MINUTE_S: Final = 60.0

_VERDICT: Final[dict[Verdict, Promise]] = {
    Verdict.PASSABLE: _("Passable to the place: %(length)s, %(time)s"),
    Verdict.UNKNOWN: _("Nobody knows whether the way is passable: %(length)s, %(time)s"),
    Verdict.BLOCKED: _("Blocked on the way: %(length)s, %(time)s"),
}
_ROADS_ONLY: Final = _("Passable as far as the roads lead: %(length)s, %(time)s")


def say_metres(length_m: float) -> str:
    """Say a length: metres below a kilometre, else kilometres with one decimal."""
    if round(length_m) < _KILOMETRE_M:
        return gettext("%(length)s m") % {"length": say_number(length_m, 0)}
    return gettext("%(length)s km") % {"length": say_number(length_m / _KILOMETRE_M, 1)}


def say_duration(time_s: float) -> str:
    """Say a time: seconds below a minute, else minutes, never fewer than it takes."""
    if time_s < _MINUTE_S:
        return gettext("%(time)s s") % {"time": say_number(math.ceil(time_s), 0)}
    return gettext("%(time)s min") % {"time": say_number(math.ceil(time_s / _MINUTE_S), 0)}


def trip_sentence(trip: Trip, verdict: Verdict, findings: Sequence[Finding], *, from_place_to_place: bool) -> str:
    """Say how far, how long and how sure; what is doubtful first is named.

    Parameters
    ----------
    verdict, findings
        Of the trip, as they are told: without a passable where the data may be stale.
    from_place_to_place
        Whether both places lie on the roads: else nothing is said to be passable up to them.
    """
    template = _VERDICT[verdict] if from_place_to_place or verdict is not Verdict.PASSABLE else _ROADS_ONLY
    return "; ".join(filter(None, (_length(trip, template), *_doubts(trip, verdict, findings), _legal(trip)))) + "."


def _length(trip: Trip, template: Promise) -> str:
    how = {"length": say_metres(trip.path.length_mm / 1000), "time": say_duration(trip.path.time_ms / 1000)}
    return str(template) % how


def _doubts(trip: Trip, verdict: Verdict, findings: Sequence[Finding]) -> list[str]:
    metres = trip.metres_by_evidence
    said = []
    if metres[Evidence.NONE] > 0:
        said.append(gettext("%(metres)s not measured") % {"metres": say_metres(metres[Evidence.NONE])})
    if metres[Evidence.ASSUMED] > 0:
        said.append(gettext("%(metres)s assumed, not measured") % {"metres": say_metres(metres[Evidence.ASSUMED])})
    first = next((finding for finding in findings if finding.verdict is verdict), None)
    if verdict is not Verdict.PASSABLE and first is not None:
        where = {"at": say_metres(first.place.from_m), "why": sentence_for(first).removesuffix(".")}
        said.append(gettext("first after %(at)s: %(why)s") % where)
    return said


def _legal(trip: Trip) -> str:
    if not trip.legal_used:
        return ""
    return gettext("uses the right of way of an emergency vehicle at %(count)d places") % {
        "count": len(trip.legal_used)
    }


def beside_sentence(recorded: bool, trip: Trip) -> str:  # noqa: FBT001 - two texts of one kind
    """Say that there is a surer way, and what it costs."""
    how = {"length": say_metres(trip.path.length_mm / 1000), "time": say_duration(trip.path.time_ms / 1000)}
    if recorded:
        return gettext("On surveyed and tagged roads only: %(length)s, %(time)s.") % how
    return gettext("A way that is passable for sure: %(length)s, %(time)s.") % how


def nothing_sure_sentence() -> str:
    """Say that there is no way but the doubtful one."""
    return gettext("No way is known that is passable for sure.")


def no_way_sentence(vehicle: str, to_open: Trip | None) -> str:
    """Say what stands in the way, and what would have to go."""
    if to_open is None:
        return gettext("No way for %(vehicle)s: no roads lead from one place to the other.") % {"vehicle": vehicle}
    blocking = to_open.blocking
    said = gettext("No way for %(vehicle)s: %(why)s") % {
        "vehicle": vehicle,
        "why": "; ".join(what_is(finding) for finding in blocking[:1]),
    }
    solid = [finding for finding in blocking if not isinstance(finding.place, Obstacle)]
    if solid:
        return f"{said}."
    away = ", ".join(_with_key(finding) for finding in blocking)
    said = gettext("%(blocked)s; it opens with this out of the way: %(what)s") % {"blocked": said, "what": away}
    if to_open.when_open is not Verdict.PASSABLE:
        said += gettext("; nobody knows whether the rest of the way is passable")
    return f"{said}."


def _with_key(finding: Finding) -> str:
    name, key = name_of(finding.place), key_of(finding.place)
    return gettext("%(name)s (key: %(key)s)") % {"name": name, "key": key} if key else name


def not_near_sentence(start_m: float | None, goal_m: float | None) -> str:
    """Say which end is far from every road.

    Parameters
    ----------
    start_m, goal_m
        Metres to the nearest road; None: that end is near one.
    """
    said = []
    if start_m is not None:
        said.append(gettext("The start is %(far)s from the nearest road") % {"far": _far(start_m)})
    if goal_m is not None:
        said.append(gettext("The place is %(far)s from the nearest road") % {"far": _far(goal_m)})
    return "; ".join(said) + "."


def _far(far_m: float) -> str:
    return gettext("far") if math.isinf(far_m) else say_metres(far_m)


def apart_sentence(street: str, apart_m: float) -> str:
    """Say that the place lies off the road that leads to it; empty where it is on it."""
    if apart_m <= AT_ROAD_M:
        return ""
    return gettext("The last %(apart)s, from %(street)s to the place, lead over no road.") % {
        "apart": say_metres(apart_m),
        "street": street,
    }


def start_apart_sentence(street: str, apart_m: float) -> str:
    """Say that the start lies off the road on which the way begins; empty where it is on it."""
    if apart_m <= AT_ROAD_M:
        return ""
    return gettext("The first %(apart)s, from the start to %(street)s, lead over no road.") % {
        "apart": say_metres(apart_m),
        "street": street,
    }


def station_apart_sentence(station: str, street: str, apart_m: float) -> str:
    """Say that a fire station lies off the road on which its vehicles are taken to begin."""
    return gettext("%(station)s lies %(apart)s from %(street)s, where the drive is counted from.") % {
        "station": station,
        "apart": say_metres(apart_m),
        "street": street,
    }


def footway_sentence(street: str, apart_m: float) -> str:
    """Say that the place lies at a path for people, and which street for vehicles is near."""
    return gettext("The nearest way to the place is for people; the nearest street: %(street)s, %(apart)s.") % {
        "street": street,
        "apart": say_metres(apart_m),
    }
