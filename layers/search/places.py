"""From what was typed to places, best first: the question in the order of its steps, and nothing about words."""

from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import Final

from layers.search.address import Reading
from layers.search.candidates import addressed, once, own
from layers.search.find import (
    UNITS,
    Ask,
    Named,
    OldUnit,
    around,
    entries_for,
    fuzzy_names_for,
    lines_for,
    names_for,
    old_units,
)
from layers.search.ground import lanes_of, on_the_ground
from layers.search.kinds import layers_called
from layers.search.lanes import M_PER_DEGREE
from layers.search.place import Place
from layers.search.question import Question
from layers.search.scoring import GOOD, Match, matches, tails_with_units

MAX_CANDIDATES: Final = 24


@dataclass(frozen=True, slots=True)
class Answer:
    """The places, best first, and the old units by which they were narrowed down."""

    places: tuple[Place, ...] = ()
    old_units: tuple[OldUnit, ...] = ()


def find_places(question: Question, *, near: tuple[float, float] | None, limit: int) -> Answer:
    """Find the places that a text may mean, best first: at most six queries.

    `near` (lon, lat) decides between equals, and nothing else.
    """
    if not question.text:
        return Answer()
    units, best = _names(question)
    said = _units_said(question, units)
    places = _places(question, best)
    asked = said.union(*(place.asked_units for place in places))
    # To name the unit of each place costs more than to find it, so it waits until few are left, unless it decides.
    places = _in_units(places, asked, said) if asked else places
    places = _ordered(places, near)[:limit]
    places = places if asked else _in_units(places, asked, said)
    asked = said.union(*(place.asked_units for place in places))
    known = {place.feature_id for place in places if place.layer == UNITS and place.feature_id is not None}
    old = old_units(asked | known)
    places = [replace(p, old=old.get(p.feature_id or 0)) if p.layer == UNITS else p for p in places]
    return Answer(tuple(places), tuple(old[unit] for unit in sorted(asked) if unit in old))


def _names(question: Question) -> tuple[dict[str, set[int]], list[Match]]:
    """Ask which names may be meant; only where few fit as they are typed, which are like them."""
    named = names_for(list(question.texts), list(question.heads), list(question.units))
    units: dict[str, set[int]] = {}
    for each in named:
        if each.how == "unit" and each.unit is not None:
            units.setdefault(each.text, set()).add(each.unit)
    found: list[Named] = [each for each in named if each.how != "unit"]
    best = matches(question, found, units)
    if sum(match.score >= GOOD for match in best) < 8:  # noqa: PLR2004 - a list full of answers
        streets = [text for text in question.texts if not any(c.isdigit() for c in text)]
        alike = list(dict.fromkeys([*streets[:4], *tails_with_units(question, units.keys())[:4]]))
        best = matches(question, [*found, *fuzzy_names_for(alike)], units)
    return units, best


def _units_said(question: Question, units: dict[str, set[int]]) -> frozenset[int]:
    """The units named behind a comma, whatever the street."""
    return frozenset(unit for name in question.address.units for unit in units.get(name, ()))


def _places(question: Question, best: list[Match]) -> list[Place]:
    asks = {(match, reading): _asks(match, reading) for match in best for reading in question.readings_of(match.text)}
    found = entries_for(
        list(dict.fromkeys(ask for asked in asks.values() for ask in asked)),
        names=[match.key for match in best],
        begun=list(dict.fromkeys([question.text, question.text.replace("/", " ")])),
        number=question.number,
        layers=layers_called(()) if question.number else (),
    )
    places = once([*addressed(best, asks, found), *own(question, best, found)])
    places = sorted(places, key=lambda place: -place.score)[:MAX_CANDIDATES]
    drawn = lines_for(lanes_of(places))
    return [spot for place in places for spot in on_the_ground(place, drawn)]


def _asks(match: Match, reading: Reading) -> list[Ask]:
    # A house that shares its number with others, 12-14, may be recorded as the first of them.
    houses = dict.fromkeys([reading.house, reading.house.partition("-")[0]])
    return [Ask(match.key, reading.lane, house) for house in houses]


def _in_units(places: list[Place], wanted: frozenset[int], said: frozenset[int]) -> list[Place]:
    """Name the unit of each place; what lies outside the unit that was asked for comes later."""
    told = around([place.point for place in places], wanted)
    return [
        replace(
            place,
            unit=unit or "",
            score=place.score * (0.7 if (place.asked_units or said) and not inside and place.layer != UNITS else 1),
        )
        for place, (unit, inside) in zip(places, told, strict=True)
    ]


def _ordered(places: list[Place], near: tuple[float, float] | None) -> list[Place]:
    if near:
        places = [replace(place, distance_m=_metres(place.point, near)) for place in places]
    return sorted(places, key=lambda place: (-round(place.score, 2), place.distance_m or 0, place.name, place.ref))


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return M_PER_DEGREE * hypot(east, one[1] - other[1])
