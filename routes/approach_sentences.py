"""The approach in words that can be read out over the radio."""

from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.values import Verdict
from gis_core.wording import say_number
from hydrants.sentences import flow_sentence, full_name, say_hoses
from hydrants.sources import AnyWaterSource
from layers.models import TriState
from routes.approach_hose import HoseNeed
from routes.approach_passed import Passed
from routes.approach_plan import Outcome
from routes.approach_turning import By, Turning, WayOut
from routes.encounters import Finding, Obstacle, RoadStretch
from routes.route_sentences import say_duration, say_metres
from routes.sentences import kind_label, name_of, what_is

_TURNING: Final[dict[By, Promise]] = {
    By.DRIVE_ON: _("It can drive on from the stop"),
    By.JUNCTION: _("It can turn at the junction"),
    By.WIDTH: _("The road is wide enough to turn"),
}
_NO_STOP: Final = _("No stop is known from which hose reaches the place")


def stop_place(road: str, *, at_mouth: bool) -> str:
    """Say where the truck stops, by the road that it cannot drive on."""
    if at_mouth:
        return gettext("Stop at the mouth of %(road)s") % {"road": road}
    return gettext("Stop in %(road)s") % {"road": road}


def plan_sentence(outcome: Outcome, place: str, finding: Finding | None, need: HoseNeed | None) -> str:
    """Say where the truck stops, why, and what is left to the door.

    Parameters
    ----------
    place
        As `stop_place` says it.
    finding
        What stops it.
    need
        The hose from there to the door.
    """
    if need is None or outcome in {Outcome.NO_STOP, Outcome.NOT_NEAR_ROAD}:
        return f"{_NO_STOP}."
    left = gettext("%(metres)s left, %(hoses)s") % {
        "metres": say_metres(need.metres),
        "hoses": say_hoses(need.hoses),
    }
    if outcome is Outcome.DOOR:
        return gettext("Drives up to the place; %(left)s.") % {"left": left}
    if finding is None:
        return f"{place}; {left}."
    return gettext("%(place)s: %(why)s; %(left)s.") % {"place": place, "why": _why(place, finding), "left": left}


def _why(place: str, finding: Finding) -> str:
    """Say what was found, without the name of the road where the place has just said it."""
    name, said = name_of(finding.place), what_is(finding)
    if not place.endswith(name) or not said.startswith(name):
        return said
    return said.removeprefix(name).removeprefix(":").strip()


def possible_sentence(place: str, need: HoseNeed, first: Finding | None) -> str:
    """Say how much deeper the truck may get, and what nobody knows."""
    said = gettext("Perhaps deeper: %(place)s, %(metres)s left, %(hoses)s") % {
        "place": place[:1].lower() + place[1:],
        "metres": say_metres(need.metres),
        "hoses": say_hoses(need.hoses),
    }
    if first is None:
        return f"{said}."
    return gettext("%(said)s; nobody knows: %(why)s.") % {"said": said, "why": what_is(first)}


def exceeds_sentence(need: HoseNeed, carried_m: float | None) -> str:
    """Say that the vehicle carries too little hose, or that nobody noted how much; empty where it suffices."""
    if carried_m is None:
        return gettext("Nobody noted how much hose the vehicle carries.") if need.hoses else ""
    if not need.exceeds(carried_m):
        return ""
    return gettext("The vehicle carries %(carried)s m of hose only.") % {"carried": say_number(carried_m, 0)}


def doubts_sentence(doubts: Sequence[Passed]) -> str:
    """Say what people perhaps cannot pass with hose; roads are said by `no_road_sentence`."""
    names = ", ".join(name_of(one.place) for one in doubts if isinstance(one.place, Obstacle))
    return gettext("Nobody knows whether people get through with hose: %(what)s.") % {"what": names} if names else ""


def no_road_sentence(doubts: Sequence[Passed]) -> str:
    """Say over which roads the hose lies of which nobody knows whether they are there."""
    names = ", ".join(_road_and_kind(one.place) for one in doubts if isinstance(one.place, RoadStretch))
    return (
        gettext("Nobody knows whether there is a way where the hose lies: %(roads)s.") % {"roads": names}
        if names
        else ""
    )


def _road_and_kind(road: RoadStretch) -> str:
    return f"{road.name} ({kind_label(road)})" if road.name else name_of(road)


def way_out_sentence(out: WayOut) -> str:
    """Say how the truck gets away."""
    if out.turning is Turning.UNKNOWN or out.by is None:
        return gettext("Nobody knows where it can turn round.")
    how = str(_TURNING[out.by])
    if out.turning is Turning.REVERSE:
        return gettext("It reverses %(metres)s. %(how)s.") % {"metres": say_metres(out.reverse_m or 0.0), "how": how}
    return f"{how}."


def hose_hydrant_sentence(source: AnyWaterSource, need: HoseNeed) -> str:
    """Say which hydrant feeds the truck where it stands."""
    return gettext("Water: %(source)s, %(metres)s of hose from the stop, %(hoses)s; %(flow)s.") % {
        "source": full_name(source),
        "metres": say_metres(need.metres),
        "hoses": say_hoses(need.hoses),
        "flow": flow_sentence(source),
    }


def shuttle_sentence(source: AnyWaterSource, drive_m: float, drive_s: float) -> str:
    """Say where water is fetched."""
    return gettext("Water: %(source)s, %(metres)s by road from the stop, %(time)s; %(flow)s.") % {
        "source": full_name(source),
        "metres": say_metres(drive_m),
        "time": say_duration(drive_s),
        "flow": flow_sentence(source),
    }


def no_water_sentence() -> str:
    """Say that no water is reached for sure."""
    return gettext("Water: no usable source is reached for sure from the stop.")


def perhaps_sentence() -> str:
    """Say that nobody knows about the water that is told next."""
    return gettext("Nobody knows whether one gets to this one:")


def point_sentence(name: str, apart_m: float, obstructed: str) -> str:
    """Say which public firefighting point is on the way of the hose, and whether one gets at it."""
    said = gettext("%(point)s, %(metres)s from the hose") % {"point": name, "metres": say_metres(apart_m)}
    if obstructed == TriState.NO:
        return f"{said}."
    blocked = obstructed == TriState.YES
    doubt = gettext("it is obstructed") if blocked else gettext("nobody knows whether it is obstructed")
    return f"{said}; {doubt}."


def between_sentence(*, sure: bool) -> str:
    """Say that something lies between the road and the place; empty where nothing does."""
    if sure:
        return ""
    return gettext("Between the road and the place lies water or a railway: nobody knows whether hose gets across.")


def passes_sentence(passed: Passed) -> str:
    """Say whether people get through something with hose."""
    if isinstance(passed.place, RoadStretch):
        return gettext("%(what)s: nobody knows whether there is a way.") % {"what": _road_and_kind(passed.place)}
    what = {"what": name_of(passed.place)}
    if passed.verdict is Verdict.PASSABLE:
        return gettext("%(what)s: people pass with hose.") % what
    return gettext("%(what)s: nobody knows whether people pass with hose.") % what
