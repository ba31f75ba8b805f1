"""What the templates of a briefing sheet show, in the active language."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from gis_core.values import Verdict
from gis_core.wording import say_day, say_number
from routes.briefing.contents import Briefing
from routes.briefing.drawing import line_labels, pen_of
from routes.pieces import Json

_PASSED_OVER: Final = 5
"""Nearer sources that are of no use, with their reasons; the rest is counted."""
_UNKNOWN: Final = 6
"""Things that nobody knows on the way to the possible stop; the rest is counted."""
_SIGNS: Final = {Verdict.PASSABLE: "✓", Verdict.BLOCKED: "✕", Verdict.UNKNOWN: "?"}


def told(sheet: Briefing, *, paper: bool) -> dict[str, Any]:
    """Give everything the templates show, said in words and with units."""
    approach, water = sheet.approach, sheet.water
    verdict = Verdict(approach["verdict"])
    return {
        "title": _title(sheet),
        "sheet": sheet,
        "paper": paper,
        "verdict": verdict,
        "sign": _SIGNS[verdict],
        "sentence": approach["sentence"],
        "sentences": approach["sentences"],
        "findings": list(_findings(approach)),
        "unknown": _some(_unknown(approach), _UNKNOWN),
        "legs": list(_legs(approach)),
        "evidence": _evidence(approach),
        "legend": [(pen_of(role), label) for role, label in line_labels().items() if _drawn(approach, role)],
        "water_sentence": water["sentence"],
        "waters": [_water(f["properties"]) for f in water["features"] if f["properties"]["role"] == "source"],
        "backup": _water(water["backup"]["properties"]) if water.get("backup") else None,
        "passed_over": _some([f["properties"]["sentence"] or _over(f) for f in water["passed_over"]], _PASSED_OVER),
        "matrix": [_row(row) for row in approach["matrix"]],
        "contacts": sheet.contacts,
        "withheld": any(contact.withheld for contact in sheet.contacts),
        "synthetic": any(f["properties"].get("synthetic") for f in (*approach["features"], *water["features"])),
        "doubt": approach["stale"] or water["stale"],
    }


def file_name(sheet: Briefing) -> str:
    """Name the file by moment and vehicle, in letters that every system keeps."""
    return f"thuy-lo-{sheet.question.at:%Y%m%d-%H%M}-{sheet.question.vehicle.code}"


def _title(sheet: Briefing) -> str:
    where = sheet.place.house.address if sheet.place.house else f"{sheet.place.lon:.6f}, {sheet.place.lat:.6f}"
    return gettext("Briefing: %(where)s") % {"where": where}


def _of(answer: Json, role: str) -> Iterator[Json]:
    return (f["properties"] for f in answer["features"] if f["properties"]["role"] == role)


def _drawn(answer: Json, role: str) -> bool:
    return any(f["properties"]["role"] == role and f["geometry"]["type"] != "Point" for f in answer["features"])


def _findings(approach: Json) -> Iterator[tuple[str, str]]:
    """Give what stops the vehicle, what the hose goes through and which signs yield, each with its sign."""
    for blocker in _of(approach, "blocker"):
        yield _SIGNS[Verdict(blocker["verdict"])], blocker["sentence"]
    for hose in _of(approach, "hose"):
        for passed in hose["passes"]:
            yield _SIGNS[Verdict(passed["on_foot"])], passed["sentence"]
    for truck in _of(approach, "truck"):
        for legal in truck["legal_used"]:
            yield "!", legal["sentence"]


def _unknown(approach: Json) -> list[str]:
    return [finding["sentence"] for stop in _of(approach, "possible_stop") for finding in stop["unknown"]]


def _some(texts: list[str], most: int) -> tuple[list[str], int]:
    """Give the first few, and how many more there are."""
    return texts[:most], max(0, len(texts) - most)


def _legs(approach: Json) -> Iterator[tuple[str, str]]:
    for truck in _of(approach, "truck"):
        driven = {"metres": _m(truck["length_m"]), "time": _time(truck["time_s"])}
        yield gettext("Drive"), gettext("%(metres)s, %(time)s") % driven
    for hose in _of(approach, "hose"):
        laid = {"metres": _m(hose["metres"]), "hoses": hose["hoses"], "slack": say_number(hose["slack"], 2)}
        yield gettext("Hose"), gettext("%(metres)s, %(hoses)d hoses of 20 m with a slack of %(slack)s") % laid
        times = {"hand": _time(hose["lay_by_hand_s"]), "cart": _time(hose["lay_with_cart_s"])}
        yield gettext("Laying"), gettext("%(hand)s by hand, %(cart)s with a cart") % times
    for back in _of(approach, "reverse"):
        yield gettext("Turning"), back["sentence"]
    for point in _of(approach, "firefighting_point"):
        yield gettext("Public firefighting point"), point["sentence"]


def _evidence(approach: Json) -> str:
    """Say how many metres of the way driven rest on what."""
    names = {
        "surveyed": gettext("surveyed"),
        "tagged": gettext("from OpenStreetMap"),
        "assumed": gettext("assumed from the class of the road"),
        "none": gettext("nobody knows"),
    }
    metres = [(names[key], m) for truck in _of(approach, "truck") for key, m in truck["metres_by_evidence"].items()]
    return ", ".join(f"{_m(m)} {name}" for name, m in metres if m)


def _water(told: Json) -> dict[str, Any]:
    measured = told["flow_lps"] is not None
    return {
        "rank": told.get("rank", ""),
        "name": told["name"] or told["ref"],
        "kind": told["kind_label"],
        "address": told["address"],
        "drive": f"{_m(told['drive_m'])}, {_time(told['drive_s'])}",
        "straight": _m(told["straight_m"]),
        "flow": f"{say_number(told['flow_lps'])} L/s" if measured else gettext("nobody measured it"),
        "flow_on": _day(told["flow_measured_on"]) if measured else "",
        "status": told["status_label"],
        "status_on": _day(told["status_on"]),
        "verification": told["verification_label"],
        "sign": _SIGNS[Verdict(told["verdict"])],
        "hoses": told["hose_count"],
        "main": told["main"] or "",
    }


def _over(feature: Json) -> str:
    told = feature["properties"]
    return f"{told['name'] or told['ref']}: {told['reason_label']}"


def _row(row: Json) -> dict[str, Any]:
    hose, possible = row["hose_m"], row["possible_hose_m"]
    return {
        "name": row["name"],
        "sign": _SIGNS[Verdict(row["verdict"])],
        "drive": "–" if row["drive_m"] is None else f"{_m(row['drive_m'])}, {_time(row['drive_s'])}",
        "hose": "–" if hose is None else f"{_m(hose)} ({row['hoses']})",
        "possible": "–" if possible is None else _m(possible),
        "exceeds": row["exceeds"],
    }


def _m(metres: float) -> str:
    return f"{say_number(metres, 0)} m"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return gettext("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}


def _day(day: date | None) -> str:
    return say_day(day) if day else gettext("nobody noted when")
