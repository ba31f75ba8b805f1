"""A place in words: its title, and what there is to know before anybody drives there."""

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from gis_core.wording import say_day, say_number, sentence_case
from layers.search.coordinates import Spot
from layers.search.kinds import COORDINATES, LANE, PLUS_CODE, ROAD, kind_label
from layers.search.place import Place
from layers.search.plus_codes import CodeArea

_LANE_IN_ADDRESS: Final = re.compile(r"\b(ngõ|ngách|hẻm|kiệt)\b.*", re.IGNORECASE)
_HOUSE_IN_ADDRESS: Final = re.compile(r"^(?:trước\s+)?(?:số\s+(?:nhà\s+)?)?[\d/][\w/-]*,?\s+", re.IGNORECASE)
_SYSTEMS: Final = {"OGC:CRS84": "WGS 84", "EPSG:5897": "VN-2000 TM-3 105°00′", "EPSG:3405": "VN-2000 UTM 48N",
                   "EPSG:32648": "WGS 84 UTM 48N"}  # fmt: skip


def place_result(place: Place) -> dict[str, Any]:
    """Give a place as `/api/search` answers it."""
    return {
        "kind": place.kind,
        "kind_label": kind_label(place.kind, place.layer),
        "layer": place.layer or None,
        "feature_id": place.feature_id,
        "ref": place.ref or None,
        "title": _title(place),
        "subtitle": " · ".join(_facts(place)),
        "point": [round(place.point[0], 7), round(place.point[1], 7)],
        "bbox": [round(edge, 7) for edge in place.box] if place.box else None,
        "precision": place.precision,
        "score": round(min(place.score, 1.0), 2),
        "synthetic": place.synthetic,
        "distance_m": None if place.distance_m is None else round(place.distance_m),
    }


def spot_result(spot: Spot, rank: int) -> dict[str, Any]:
    """Give coordinates as `/api/search` answers them."""
    lon, lat = spot.place.lon, spot.place.lat
    facts = [_("read as %(system)s") % {"system": f"{_SYSTEMS[spot.system]} ({spot.system})"}]
    if spot.swapped:
        facts.append(_("latitude first") if spot.system == "OGC:CRS84" else _("northing first"))
    title = f"{lat:.6f}, {lon:.6f}"
    return _nowhere(COORDINATES, title, facts, [lon, lat], None, 1.0 if rank == 0 else 0.5)


def code_result(area: CodeArea, *, short: bool, near_hanoi: bool) -> dict[str, Any]:
    """Give a plus code as `/api/search` answers it."""
    facts = []
    if short:
        facts.append(_("the nearest to Hà Nội") if near_hanoi else _("the nearest to the map"))
    height_m = (area.north - area.south) * 111_195
    facts.append(_("middle of an area %(metres)s m high") % {"metres": say_number(height_m)})
    box = [area.west, area.south, area.east, area.north]
    return _nowhere(PLUS_CODE, area.code, facts, list(area.centre), box, 1.0)


def _nowhere(
    kind: str, title: str, facts: list[str], point: list[float], box: list[float] | None, score: float
) -> dict[str, Any]:
    return {
        "kind": kind,
        "kind_label": kind_label(kind, ""),
        "layer": None,
        "feature_id": None,
        "ref": None,
        "title": title,
        "subtitle": " · ".join(facts),
        "point": point,
        "bbox": box,
        "precision": "coordinates",
        "score": score,
        "synthetic": None,
        "distance_m": None,
    }


def _title(place: Place) -> str:
    if place.name:
        return place.name
    # Known from its houses only: the address of one of them, without the house.
    lane = _LANE_IN_ADDRESS.search(place.address)
    if place.kind == LANE and lane:
        return sentence_case(lane[0])
    street = _HOUSE_IN_ADDRESS.sub("", place.address)
    return street or sentence_case(place.street[0] if place.street else "")


def _facts(place: Place) -> list[str]:
    facts = [*_missing(place), *_where(place)]
    if place.address and place.address != place.name and place.kind not in {LANE, ROAD}:
        facts.append(place.address)
    if place.old:
        facts.append(_until(place))
    elif place.unit and place.unit != place.name:
        facts.append(place.unit)
    if place.distance_m is not None:
        facts.append(_("%(km)s km away") % {"km": say_number(place.distance_m / 1000)})
    return facts


def _missing(place: Place) -> list[str]:
    facts = []
    if place.missing_house and not place.missing_lane:
        facts.append(_("house %(house)s is not recorded") % {"house": place.missing_house.upper()})
    elif place.missing_lane and place.missing_house:
        said = {"house": place.missing_house.upper(), "lane": place.missing_lane.upper()}
        facts.append(_("neither house %(house)s nor lane %(lane)s is recorded") % said)
    elif place.missing_lane:
        facts.append(_("lane %(lane)s is not recorded") % {"lane": place.missing_lane.upper()})
    if place.beside:
        facts.append(_("nearest recorded numbers: %(numbers)s") % {"numbers": ", ".join(place.beside).upper()})
    return facts


def _where(place: Place) -> list[str]:
    """Say what the point is, so that nobody takes a lane for the house."""
    if place.precision == "lane_mouth":
        return [", ".join([_("mouth of the lane"), *_inside(place)])]
    if place.precision == "lane":
        return [_("the middle of the lane; where it leaves the street is not recorded")]
    if place.precision == "street":
        return [_("somewhere along the street")]
    return _from_mouth(place)


def _metres(place: Place) -> str:
    """Give the metres from the street, to ten: they are measured on lines that are drawn to a few."""
    metres = None if place.way_in is None or place.way_in.metres is None else round(place.way_in.metres, -1)
    return say_number(metres, 0) if metres else ""


def _inside(place: Place) -> list[str]:
    metres = _metres(place)
    if place.way_in is None or not metres:
        return []
    if place.way_in.along:
        return [_("%(metres)s m from the street along the lane") % {"metres": metres}]
    return [_("%(metres)s m from the street in a straight line") % {"metres": metres}]


def _from_mouth(place: Place) -> list[str]:
    metres = _metres(place)
    if place.way_in is None or place.street is None or not metres:
        return []
    said = {"lane": place.street[1].partition("/")[0].upper(), "metres": metres}
    if place.way_in.along:
        return [_("mouth of lane %(lane)s, %(metres)s m from the house along the lane") % said]
    return [_("mouth of lane %(lane)s, %(metres)s m from the house in a straight line") % said]


def _until(place: Place) -> str:
    if place.old is None:
        return ""
    day = say_day(place.old.valid_to)
    if not place.old.became:
        return _("no longer in force since %(day)s") % {"day": day}
    said = {"day": day, "units": ", ".join(place.old.became[:4]) + (", …" if len(place.old.became) > 4 else "")}  # noqa: PLR2004
    return _("no longer in force since %(day)s; now %(units)s") % said
