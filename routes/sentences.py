"""What a truck meets, in the words of whoever asked: labels, and one sentence a finding."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from gis_core.values import Evidence, Verdict
from gis_core.wording import say_day, say_number
from routes.encounters import Dimension, Finding, NoRoad, Obstacle, OnTheWay, Reason, RoadStretch
from routes.models import AccessRestriction

HIGHWAY_LABELS: Final[dict[str, Promise]] = {
    "motorway": _("motorway"),
    "trunk": _("trunk road"),
    "primary": _("main street"),
    "secondary": _("secondary street"),
    "tertiary": _("tertiary street"),
    "unclassified": _("minor street"),
    "residential": _("residential street"),
    "living_street": _("living street"),
    "service": _("lane"),
    "pedestrian": _("pedestrian street"),
    "footway": _("footway"),
    "path": _("path"),
    "cycleway": _("cycleway"),
    "track": _("track"),
    "steps": _("steps"),
    "construction": _("road under construction"),
    "proposed": _("proposed road"),
    "planned": _("planned road"),
    "abandoned": _("abandoned road"),
    "razed": _("razed road"),
}
_OBSTACLE_LABELS: Final = dict(AccessRestriction.Kind.choices)
_EVIDENCE_LABELS: Final[dict[Evidence, Promise]] = {
    Evidence.SURVEYED: _("surveyed"),
    Evidence.TAGGED: _("tagged (OpenStreetMap)"),
    Evidence.ASSUMED: _("assumed"),
}

_COMPARED: Final[dict[Dimension, Promise]] = {
    Dimension.WIDTH: _("%(what)s is %(available)s m wide, the vehicle needs %(required)s m"),
    Dimension.HEIGHT: _("%(what)s is %(available)s m high, the vehicle needs %(required)s m"),
    Dimension.WEIGHT: _("%(what)s carries %(available)s t, the vehicle weighs %(required)s t"),
    Dimension.AXLE_LOAD: _("%(what)s carries %(available)s t an axle, the heaviest axle weighs %(required)s t"),
}
_ASSUMED: Final[dict[Dimension, Promise]] = {
    Dimension.WIDTH: _(
        "Assumed, not measured: %(what)s is at least %(available)s m wide, the vehicle needs %(required)s m"
    ),
    Dimension.HEIGHT: _(
        "Assumed, not measured: %(what)s is at least %(available)s m high, the vehicle needs %(required)s m"
    ),
    Dimension.WEIGHT: _(
        "Assumed, not measured: %(what)s carries at least %(available)s t, the vehicle weighs %(required)s t"
    ),
}
_NOT_MEASURED: Final[dict[Dimension, Promise]] = {
    Dimension.WIDTH: _("%(what)s: nobody measured how wide it is, the vehicle needs %(required)s m"),
    Dimension.HEIGHT: _("%(what)s: nobody measured how high it is, the vehicle needs %(required)s m"),
    Dimension.WEIGHT: _("%(what)s: nobody knows what it carries, the vehicle weighs %(required)s t"),
    Dimension.AXLE_LOAD: _(
        "%(what)s: nobody knows what it carries on one axle, the heaviest axle weighs %(required)s t"
    ),
}
_SAID: Final[dict[Reason, Promise]] = {
    Reason.UNFOUNDED: _("%(what)s: nobody measured the %(available)s %(unit)s stated, %(required)s %(unit)s needed"),
    Reason.VEHICLE_UNKNOWN: _("%(what)s has a limit of %(available)s %(unit)s, the vehicle's own figure is unknown"),
    Reason.BLOCKS: _("%(what)s: no vehicle gets through"),
    Reason.CANNOT_BE_OPENED: _("%(what)s cannot be opened; nobody noted whether a vehicle gets past it"),
    Reason.NOT_IN_THE_WAY: _("%(what)s: not in the way at that time"),
    Reason.SOLID_SIGN: _(
        "%(what)s is noted as a sign only and as letting no vehicle through; nobody knows which of the two is true"
    ),
    Reason.UNFINISHED: _("%(what)s is not open to traffic; nobody knows whether it can be driven on"),
    Reason.NO_ROAD: _("No road is known here"),
    Reason.RIVAL: _("%(what)s runs beside it; nobody can tell which of the two the line means"),
    Reason.BESIDE: _("%(what)s stands beside the line, and may stand in the way"),
    Reason.DATA_STALE: _("The latest changes of the data may be missing"),
    Reason.AMBIGUOUS: _("Roads lie above each other here; nobody can tell which one the line means"),
}  # fmt: skip
_LEGAL: Final[dict[Reason, Promise]] = {
    Reason.ONE_WAY: _("%(what)s is one-way in the other direction"),
    Reason.REVERSIBLE: _("%(what)s is one-way in a direction that changes; nobody noted which one holds now"),
    Reason.ACCESS: _("%(what)s is closed to traffic by its sign (%(access)s)"),
    Reason.SIGN: _("%(what)s: a sign only, nothing solid"),
    Reason.TURN: _("%(what)s: a sign forbids to turn into it from here"),
}
_RESTING: Final = frozenset(
    {
        Reason.MEASURED,
        Reason.BLOCKS,
        Reason.CANNOT_BE_OPENED,
        Reason.SIGN,
        Reason.SOLID_SIGN,
        Reason.NOT_IN_THE_WAY,
    }
)
"""What somebody saw or read: the sentence says who says so, and when."""
_SUMMARY: Final[dict[Verdict, Promise]] = {
    Verdict.BLOCKED: _("Blocked after %(at)s m: %(why)s"),
    Verdict.UNKNOWN: _("Unknown from %(at)s m on: %(why)s"),
}


def kind_label(place: OnTheWay) -> str:
    """Say what kind of road or obstacle it is; a code that nobody knows stays as it is."""
    match place:
        case RoadStretch():
            return _class_label(place.kind)
        case Obstacle():
            return str(_OBSTACLE_LABELS.get(place.kind, place.kind))
        case NoRoad(rival=RoadStretch() as rival):
            return kind_label(rival)
        case NoRoad(kind="data"):
            return gettext("data")
        case NoRoad():
            return gettext("several roads") if place.ambiguous else gettext("no road")


def name_of(place: OnTheWay) -> str:
    """Name the place; a name says the kind itself (“Ngõ 29”, “Cổng ngách 577/13”), so only the nameless need it."""
    if place.name:
        return place.name
    kind = kind_label(place)
    return kind[:1].upper() + kind[1:]


def road_name(highway: str) -> str:
    """Name a road without a name by its class."""
    kind = _class_label(highway)
    return kind[:1].upper() + kind[1:]


def _class_label(highway: str) -> str:
    return _class_label_in(get_language(), highway)


# To look a text up and fill it in takes ten times as long as to find it said before; long ways say the same often.
@lru_cache(maxsize=1_000)
def _class_label_in(_language: str | None, highway: str) -> str:
    # A slip road is called like the road it leads to.
    return str(HIGHWAY_LABELS.get(highway.removesuffix("_link"), highway))


def sentence_for(finding: Finding) -> str:
    """Say what was found and what it rests on; names of people only where the reader may see them."""
    return "; ".join(filter(None, (what_is(finding), _doubt(finding), _opening(finding), _basis(finding)))) + "."


def summary(verdict: Verdict, findings: Sequence[Finding], length_m: float, assumed_m: float) -> str:
    """Say the verdict on the whole way, and the first finding that makes it so, or how much was never measured."""
    if verdict is Verdict.PASSABLE:
        said = gettext("Passable over %(length)s m") % {"length": say_number(length_m, 0)}
        if assumed_m > 0:
            said += gettext(", %(assumed)s m of it assumed, not measured") % {"assumed": say_number(assumed_m, 0)}
        return said + "."
    decisive = next((finding for finding in findings if finding.verdict is verdict), None)
    if decisive is None:
        return gettext("Unknown.")
    return str(_SUMMARY[verdict]) % {"at": say_number(decisive.place.from_m, 0), "why": sentence_for(decisive)}


def what_is(finding: Finding) -> str:
    """Say what was found, without what it rests on."""
    place = finding.place
    access = place.access if isinstance(place, RoadStretch) else ""
    yields = finding.reason in _LEGAL and finding.verdict is Verdict.PASSABLE
    about = finding.dimension, finding.reason, finding.available, finding.required
    return _what_is_in(get_language(), name_of(place), access, yields, *about)


@lru_cache(maxsize=5_000)
def _what_is_in(
    _language: str | None,
    what: str,
    access: str,
    yields: bool,  # noqa: FBT001 - a key of the cache
    dimension: Dimension,
    reason: Reason,
    available: float | None,
    required: float | None,
) -> str:
    words = {
        "what": what,
        "available": _size(available),
        "required": _size(required),
        "unit": "t" if dimension in {Dimension.WEIGHT, Dimension.AXLE_LOAD} else "m",
        "access": access,
    }
    said = str(_template(dimension, reason)) % words
    return gettext("%(rule)s; it yields to an emergency vehicle") % {"rule": said} if yields else said


def _template(dimension: Dimension, reason: Reason) -> str | Promise:
    match reason:
        case Reason.MEASURED:
            return _COMPARED[dimension]
        case Reason.ASSUMED:
            return _ASSUMED[dimension]
        case Reason.NOT_MEASURED:
            return _NOT_MEASURED[dimension]
        case Reason.ONE_WAY | Reason.REVERSIBLE | Reason.ACCESS | Reason.SIGN | Reason.TURN:
            return _LEGAL[reason]
        case _:
            return _SAID[reason]


def _doubt(finding: Finding) -> str:
    at_junction = isinstance(finding.place, Obstacle) and finding.place.in_doubt
    doubtful = at_junction and finding.reason is not Reason.BESIDE
    return gettext("it stands at the junction, recorded for another road") if doubtful else ""


def _opening(finding: Finding) -> str:
    place = finding.place
    if not isinstance(place, Obstacle) or finding.reason is Reason.NOT_IN_THE_WAY:
        return ""
    key = key_of(place)
    if place.openable == "yes":
        return gettext("it can be opened, key: %(key)s") % {"key": key} if key else gettext("it can be opened")
    # A gate of which nobody noted whether it opens, or a note that is wrong: whoever holds a key can tell.
    return gettext("key: %(key)s") % {"key": key} if key else ""


def key_of(place: OnTheWay) -> str:
    """Say who holds the key and how to reach them; empty where nobody knows, or the reader may not."""
    if not isinstance(place, Obstacle):
        return ""
    return ", ".join(filter(None, (place.key_holder, place.key_holder_phone)))


def _basis(finding: Finding) -> str:
    if finding.reason not in _RESTING:
        return ""
    evidence = _EVIDENCE_LABELS.get(finding.evidence)
    if evidence is None:
        return gettext("nobody noted what that rests on")
    return f"{evidence} {say_day(finding.observed_on)}" if finding.observed_on else str(evidence)


def _size(size: float | None) -> str:
    return "?" if size is None else say_number(size, 2)
