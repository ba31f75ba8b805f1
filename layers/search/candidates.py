"""What the records have for each name: houses, what stands before them, lanes, streets, things called so."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from gis_core.findable import NAMINGS
from layers.search.address import Reading
from layers.search.find import UNITS, Ask, lanes_down_to
from layers.search.kinds import LANE, ROAD, kind_of, layers_called
from layers.search.place import Place
from layers.search.question import Question
from layers.search.scoring import GOOD, Match

Rows = list[dict[str, Any]]
Lanes = dict[tuple[str, str], dict[str, Any]]

_DEEPER: Final = 0.1
"""What each lacking part of an address takes from what is given instead: the lane is a better one than the street."""


def addressed(best: list[Match], asks: dict[tuple[Match, Reading], list[Ask]], found: dict[str, Rows]) -> list[Place]:
    """Give for each street what its readings lead to; where none is recorded, what comes nearest to one."""
    lanes = {(row["key"], row["chain"]): row for row in found["lanes"]}
    places: list[Place] = []
    for match in best:
        readings = [(reading, asked) for (other, reading), asked in asks.items() if other is match]
        exact = [place for reading, asked in readings for place in _exact(match, reading, asked, found, lanes)]
        known = any(place.kind in {"lane", "road"} or NAMINGS[place.layer].is_house for place in exact)
        instead = [] if known else [_instead(match, reading, found, lanes) for reading, _ in readings]
        places += [*exact, *sorted(filter(None, instead), key=lambda place: -place.score)[:1]]
    return places


def _exact(
    match: Match,
    reading: Reading,
    asked: list[Ask],
    found: dict[str, Rows],
    lanes: Lanes,
) -> Iterable[Place]:
    score = match.score * reading.weight
    if not reading.house:
        if row := lanes.get((match.key, reading.lane)):
            yield _lane(row, score, match)
        return
    for row in found["houses"]:
        if Ask(row["key"], row["chain"], row["wanted"]) in asked:
            # A hydrant before the house is not the house.
            fits = 1.0 if NAMINGS[row["layer"]].is_house else 0.8
            yield _record(
                row, score * fits * (0.97 if row["way"] == "address" and row["layer"] != "buildings" else 1), match
            )


def _instead(
    match: Match,
    reading: Reading,
    found: dict[str, Rows],
    lanes: Lanes,
) -> Place | None:
    """Give the deepest lane of the reading that is known, else the street, and say what is missing."""
    chains = lanes_down_to(reading.lane)
    known = next((chain for chain in reversed(chains) if (match.key, chain) in lanes), None)
    if known is None:
        return None
    lacking = len(chains) - 1 - chains.index(known)
    score = match.score * reading.weight * (0.75 - _DEEPER * lacking)
    beside = [
        row["number"]
        for row in found["beside"]
        if (row["key"], row["chain"], row["house"]) == (match.key, known, reading.house)
    ]
    return replace(
        _lane(lanes[match.key, known], score, match),
        missing_house=reading.house,
        missing_lane=reading.lane if lacking else "",
        beside=tuple(beside),
    )


def own(question: Question, best: list[Match], found: dict[str, Rows]) -> Iterable[Place]:
    """Give what is called by its own name or number."""
    scores = {match.key: match for match in best}
    for row in found["own"]:
        match = scores.get(row["key"])
        starts = row["key"].startswith((question.text, question.text.replace("/", " ")))
        begun = 0.75 + 0.2 * min(len(question.text) / len(row["key"]), 1) if starts else 0
        said = 0.0
        if match:
            said = match.score * (0.6 if question.only_part(match.text) else 0.99)
            said = max(said, 0.97) if question.says_unit and row["layer"] == UNITS and match.score > GOOD else said
        yield _record(row, max(begun, said), match)
    for row in found["numbered"]:
        if (score := _called(question.number_words, row)) > 0:
            yield _record(row, score, None)


def _called(words: tuple[str, ...], row: dict[str, Any]) -> float:
    """Judge words before a number: of the kind (trụ 12), or the letters of the reference itself (TN 12)."""
    if not words:
        return 0.6
    letters = "".join(c for c in row["key"] if c.isalpha())
    return 0.9 if row["layer"] in layers_called(words) or letters.endswith("".join(words)) else 0


def _record(row: dict[str, Any], score: float, match: Match | None) -> Place:
    is_unit = row["layer"] == UNITS
    wide = row["dimension"] > 0
    return Place(
        kind=kind_of(row["layer"]),
        layer=row["layer"],
        feature_id=row["feature_id"],
        ref=row["ref"],
        name=row["title"],
        address=row["address"],
        precision="unit" if is_unit else "footprint" if wide else "exact",
        point=(row["lon"], row["lat"]),
        box=tuple(row["box"]) if wide else None,
        score=score,
        synthetic=row["synthetic"],
        street=(row["key"], row["chain"]) if row["way"] == "address" else None,
        asked_units=frozenset() if match is None or is_unit else match.units,
    )


def _lane(row: dict[str, Any], score: float, match: Match) -> Place:
    """Give a lane or street; where it is drawn, `_on_the_ground` says later."""
    return Place(
        kind=LANE if row["chain"] else ROAD,
        layer="",
        feature_id=None,
        ref="",
        name="",
        address=row["address"],
        precision="lane" if row["chain"] else "street",
        point=(row["lon"], row["lat"]),
        box=None,
        score=score,
        synthetic=row["synthetic"],
        street=(row["key"], row["chain"]),
        asked_units=match.units,
    )


def once(places: Iterable[Place]) -> list[Place]:
    """Keep each record and each lane once, where it fits best."""
    best: dict[object, Place] = {}
    for place in places:
        what = (place.layer, place.feature_id) if place.layer else place.street
        if what not in best or best[what].score < place.score:
            best[what] = place
    return list(best.values())
