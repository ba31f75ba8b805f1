"""Tags of a way to the columns of `routes.models.Road` and to restrictions along it. Pure: no Django, no database.

Choices, all for the side of safety:

- A signed ``maxwidth``, ``maxheight``, ``maxweight`` or ``maxaxleload`` binds like a physical limit, because nobody
  here knows how much room is left above the sign. So the clear width is the smallest of ``maxwidth:physical``,
  ``maxwidth`` and ``width``, and the clear height the smaller of ``maxheight:physical`` and ``maxheight``.
- ``est_width`` is a guess and is stored as `assumed`; everything else that was tagged is `tagged`.
- A signed limit that states no number we can read becomes an access restriction without value, which is unknown to
  every vehicle. Without it the road would look like one on which nobody put up a sign.
- A limit by the clock is a restriction with a schedule: a legal one for weight and access, a solid one for width and
  height, since whatever narrows a road by the hour is a thing, not a rule.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from gis_core.values import Evidence
from routes.osm.notes import Notebook, Problem
from routes.osm.quantities import (
    HEIGHT_M,
    WEIGHT_T,
    WIDTH_M,
    Quantity,
    Reading,
    is_schedule,
    read_conditional,
    read_quantity,
)

Tags = Mapping[str, str]


class Limit(NamedTuple):
    """A limit in metres or tonnes with what it rests on; None is unknown."""

    value: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class WayRestriction:
    """Something in the way along the whole of a way; `key` tells several on one way apart.

    All four limits None is a limit nobody could read. An empty `schedule` is always.
    """

    key: str
    kind: str
    name: str
    schedule: str = ""
    legal_only: bool = False
    clear_width_m: float | None = None
    clear_height_m: float | None = None
    max_weight_t: float | None = None
    max_axle_load_t: float | None = None


@dataclass(frozen=True, slots=True)
class WayLimits:
    """Everything that the tags of a way say about its size and strength."""

    width: Limit
    height: Limit
    weight: Limit
    axle_load_t: float | None
    restrictions: tuple[WayRestriction, ...]


class _Sign(NamedTuple):
    quantity: Quantity
    column: str
    kind: str
    legal_by_the_clock: bool


_WIDTH: Final = _Sign(WIDTH_M, "clear_width_m", "narrowing", legal_by_the_clock=False)
_HEIGHT: Final = _Sign(HEIGHT_M, "clear_height_m", "height_bar", legal_by_the_clock=False)
_SIGNS: Final = {
    "maxwidth": _WIDTH,
    "maxwidth:physical": _WIDTH,
    "maxheight": _HEIGHT,
    "maxheight:physical": _HEIGHT,
    "maxweight": _Sign(WEIGHT_T, "max_weight_t", "weight_limit", legal_by_the_clock=True),
    "maxaxleload": _Sign(WEIGHT_T, "max_axle_load_t", "weight_limit", legal_by_the_clock=True),
}
_MEASURES: Final = {"width": WIDTH_M, "est_width": WIDTH_M, "maxheight:lanes": HEIGHT_M}
# General access, widest first. `hgv` is goods traffic, which a fire engine is not.
_ACCESS_KEYS: Final = ("access", "vehicle", "motor_vehicle")
_CLOSING: Final = frozenset(
    {"no", "private", "destination", "delivery", "permit", "customers", "agricultural", "forestry"}
)
_ABOUT_LIMITS: Final = re.compile(
    r"(?:max|min)(?:width|height|weight|axleload|bogieweight|length).*|width:.*|.*:conditional"
)
_UNREAD: Final = frozenset({Problem.UNREADABLE, Problem.IMPLAUSIBLE, Problem.BELOW_DEFAULT})
_SCHEDULE_LENGTH: Final = 200


def read_limits(tags: Tags, note: Notebook) -> WayLimits:
    """Read every limit among the tags of a way; what is not taken at face value is noted."""
    readings = {key: _noted(key, tags[key], sign.quantity, note) for key, sign in _SIGNS.items() if key in tags}
    readings |= {key: _noted(key, tags[key], quantity, note) for key, quantity in _MEASURES.items() if key in tags}
    _note_unmapped(tags, note)
    tagged = Evidence.TAGGED
    return WayLimits(
        width=_binding(readings, ("maxwidth:physical", "maxwidth", "width"), tagged)
        or _binding(readings, ("est_width",), Evidence.ASSUMED)
        or Limit(None, Evidence.NONE),
        height=_binding(readings, ("maxheight:physical", "maxheight"), tagged)
        or _binding(readings, ("maxheight:lanes",), tagged)
        or Limit(None, Evidence.NONE),
        weight=_binding(readings, ("maxweight",), tagged) or Limit(None, Evidence.NONE),
        axle_load_t=readings.get("maxaxleload", Reading(None)).value,
        restrictions=(*_unread_signs(readings), *_conditional(tags, note), *_closures(tags, note)),
    )


def _noted(key: str, text: str, quantity: Quantity, note: Notebook) -> Reading:
    reading = read_quantity(text, quantity)
    # A condition is noted where its parts are read.
    if reading.problem and reading.problem != Problem.CONDITIONAL:
        note.add(key, text, reading.problem, reading.value)
    return reading


def _binding(readings: Mapping[str, Reading], keys: tuple[str, ...], evidence: Evidence) -> Limit | None:
    values = [value for key in keys if (value := readings.get(key, Reading(None)).value) is not None]
    return Limit(min(values), evidence) if values else None


def _unread_signs(readings: Mapping[str, Reading]) -> Iterator[WayRestriction]:
    for key, reading in readings.items():
        if key in _SIGNS and reading.value is None and reading.problem in _UNREAD:
            yield WayRestriction(key, _SIGNS[key].kind, key)


def _conditional(tags: Tags, note: Notebook) -> Iterator[WayRestriction]:
    for key, sign in _SIGNS.items():
        # Some put the condition under the plain key.
        for source in (key, f"{key}:conditional"):
            text = tags.get(source, "")
            if "@" in text or (source != key and text):
                yield from _timed_limits(source, text, key, sign, note)


def _timed_limits(source: str, text: str, key: str, sign: _Sign, note: Notebook) -> Iterator[WayRestriction]:
    parts = read_conditional(text)
    if parts is None:
        note.add(source, text, Problem.UNREADABLE)
        yield WayRestriction(source, sign.kind, key)
        return
    for number, (value, condition) in enumerate(parts):
        reading = read_quantity(value, sign.quantity)
        if reading.problem == Problem.WORD:
            note.add(source, text, Problem.WORD)
            continue
        schedule = _schedule(source, text, condition, note, reading.value)
        yield WayRestriction(
            key=f"{source}/{number}",
            kind=sign.kind,
            name=f"{key}={value}",
            schedule=schedule,
            legal_only=sign.legal_by_the_clock and reading.value is not None,
            **{sign.column: reading.value},
        )


def _closures(tags: Tags, note: Notebook) -> Iterator[WayRestriction]:
    for key in _ACCESS_KEYS:
        source = f"{key}:conditional"
        if not (text := tags.get(source)):
            continue
        parts = read_conditional(text)
        if parts is None:
            note.add(source, text, Problem.UNREADABLE)
            yield WayRestriction(source, "other", key, legal_only=True)
            continue
        for number, (value, condition) in enumerate(parts):
            if value in _CLOSING:
                schedule = _schedule(source, text, condition, note, None)
                yield WayRestriction(f"{source}/{number}", "other", f"{key}={value}", schedule, legal_only=True)
            else:
                note.add(source, text, Problem.NOT_MAPPED)


def _schedule(key: str, text: str, condition: str, note: Notebook, used: float | None) -> str:
    """Return the condition as a schedule; one that is no time holds always, which is the safe reading."""
    if is_schedule(condition) and len(condition) <= _SCHEDULE_LENGTH:
        note.add(key, text, Problem.CONDITIONAL, used)
        return condition
    note.add(key, text, Problem.CONDITION_UNREAD, used)
    return ""


def _note_unmapped(tags: Tags, note: Notebook) -> None:
    mapped = {*_SIGNS, *_MEASURES, *(f"{key}:conditional" for key in (*_SIGNS, *_ACCESS_KEYS))}
    for key, text in tags.items():
        if key not in mapped and _ABOUT_LIMITS.fullmatch(key):
            note.add(key, text, Problem.NOT_MAPPED)


_ONEWAY: Final = {
    **dict.fromkeys(("yes", "true", "1"), "yes"),
    **dict.fromkeys(("no", "false", "0"), "no"),
    **dict.fromkeys(("-1", "reverse"), "-1"),
    **dict.fromkeys(("reversible", "alternating"), "reversible"),
}


def read_oneway(tags: Tags, note: Notebook) -> str:
    """Read the direction of travel: ``no``, ``yes`` (along the line), ``-1`` or ``reversible``.

    Roundabouts and motorways are one-way unless tagged otherwise. A value that cannot be read counts as not tagged.
    """
    text = tags.get("oneway")
    if text in _ONEWAY:
        return _ONEWAY[text]
    if text is not None:
        note.add("oneway", text, Problem.UNKNOWN_VALUE)
    round_or_fast = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    return "yes" if round_or_fast else "no"


_ACCESS_VALUES: Final = frozenset({"yes", "no", "private", "permissive", "designated", "destination", "official"})


def read_access(tags: Tags) -> str:
    """Return the legal access that counts for a fire engine: the narrowest key that is tagged; "" where none is."""
    if tags.get("emergency") in _ACCESS_VALUES:
        return tags["emergency"][:30]
    return next((tags[key][:30] for key in reversed(_ACCESS_KEYS) if key in tags), "")


def read_whole(tags: Tags, key: str, least: int, most: int, note: Notebook) -> int | None:
    """Read a small whole number such as ``lanes``; None, and a note, where it is none."""
    if (text := tags.get(key)) is None:
        return None
    if re.fullmatch(r"-?[0-9]{1,3}", text) and least <= int(text) <= most:
        return int(text)
    note.add(key, text, Problem.UNREADABLE)
    return None


def read_text(tags: Tags, keys: tuple[str, ...], length: int, note: Notebook) -> str:
    """Return the first of the tags that is there, cut to the length of its column; "" where none is."""
    key = next((key for key in keys if tags.get(key)), None)
    if key is None:
        return ""
    if len(tags[key]) > length:
        note.add(key, tags[key], Problem.TOO_LONG)
    return tags[key][:length]


def is_set(tags: Tags, key: str) -> bool:
    """Say whether ``bridge``, ``tunnel`` and the like are there, whatever their kind."""
    return tags.get(key, "no") != "no"
