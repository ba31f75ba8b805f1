"""Addresses of Hanoi as people say and type them: house number, chain of lanes, street, and the units around.

A *reading* is one thing that the words may mean. "29/70 Khương Hạ" is house 29 in lane 70, or house 70 in lane 29, or
the lane 29/70 itself: only the records can tell, so all three are given, the likeliest first.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from layers.search.texts import plain

MAX_DEPTH: Final = 4
"""A street, ngõ, ngách, hẻm and one more; a longer row of numbers is no chain of lanes."""

_LEVELS: Final = {"ngo": 1, "ng": 1, "kiet": 1, "ngach": 2, "hem": 3}
_HOUSE_WORDS: Final = frozenset({"so", "sn", "nha", "s"})
_STREET_WORDS: Final = frozenset({"pho", "duong", "d"})
UNIT_WORDS: Final = frozenset({"phuong", "p", "quan", "q", "huyen", "h", "xa", "x", "tx", "tt", "tp"})
_COUNTRY: Final = re.compile(r"[, ]*\b(?:(?:thanh pho|tp) )?(?:ha noi|hn|viet nam|vn)\Z")
_NUMBER: Final = r"\d{1,4}[a-z]{0,2}\d?"
_NUMBERS: Final = re.compile(rf"{_NUMBER}(?:/{_NUMBER}){{0,{MAX_DEPTH}}}")
_RANGE: Final = re.compile(rf"{_NUMBER}-{_NUMBER}")
_GLUED: Final = re.compile(rf"\b(ngo|ng|ngach|hem|so|sn)({_NUMBER}(?:/{_NUMBER})*)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning: `chain` runs from the street inwards; `house` is empty where a lane or a street is meant.

    `weight` tells how usual it is to say it so, 1 for the plainest.
    """

    street: str
    chain: tuple[str, ...] = ()
    house: str = ""
    weight: float = 1.0

    @property
    def lane(self) -> str:
        """The chain as records have it, ``29/70``."""
        return "/".join(self.chain)


@dataclass(frozen=True, slots=True)
class Address:
    """What a text says: its readings, the likeliest first, and the names of units behind the street."""

    readings: tuple[Reading, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(slots=True)
class _Parts:
    house: str = ""
    lanes: list[tuple[int, list[str]]] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    runs: list[list[str]] = field(default_factory=lambda: [[]])
    kind: str = ""


def parse_address(text: str) -> Address:
    """Read a text as an address; without words for a street there is no reading.

    >>> def show(text):
    ...     return [(r.house, r.lane, r.street) for r in parse_address(text).readings][:1]
    >>> show("số 5 ngách 12 ngõ 29 Khương Hạ"), show("5/12/29 khuong ha"), show("Ngõ 29/12, Khương Hạ, số 5")
    ([('5', '29/12', 'khuong ha')], [('5', '29/12', 'khuong ha')], [('5', '29/12', 'khuong ha')])
    >>> parse_address("12A Phố Huế, P. Hai Bà Trưng, Hà Nội").units
    ('hai ba trung',)
    """
    words = _GLUED.sub(r"\1 \2", _joined(plain(text).replace("so nha", "so")))
    tokens = _COUNTRY.sub("", words).replace(",", " , ").split()
    parts = _Parts()
    at = 0
    while at < len(tokens):
        at = _take(tokens, at, parts)
    runs = [" ".join(run) for run in parts.runs if run]
    if not runs:
        return Address()
    street, units = runs[0], tuple(unit for run in runs[1:] for unit in unit_names(run))
    readings = _readings(street, parts)
    if parts.kind == "duong":
        # Without diacritics đường, the street, is Dương, the family.
        readings += [replace(each, street=f"duong {street}", weight=each.weight * 0.97) for each in readings]
    return Address(tuple(readings), units)


def unit_names(words: str) -> tuple[str, ...]:
    """Give the names of units in a folded text, without their kinds.

    >>> unit_names("p khuong dinh q thanh xuan"), unit_names("phuong mai"), unit_names("xa")
    (('khuong dinh', 'thanh xuan'), ('mai', 'phuong mai'), ())
    """
    names: list[list[str]] = [[]]
    for word in words.replace(",", " ").split():
        if word in UNIT_WORDS:
            names.append([])
        else:
            names[-1].append(word)
    found = [" ".join(name) for name in names if name]
    # Phương Mai and Quan Hoa begin like a kind.
    whole = [words] if len(names) == 2 and not names[0] and found and len(words.split(maxsplit=1)[0]) > 2 else []  # noqa: PLR2004
    return tuple(dict.fromkeys(found + whole))


def _joined(words: str) -> str:
    """Join what belongs to one number: ``12 a``, ``5 bis``, ``12 - 14``."""
    words = re.sub(r"\b(\d+)\s*-\s*(\d+)\b", r"\1-\2", words)
    words = re.sub(r"\b(\d+)\s+(bis|ter)\b", r"\1\2", words)
    return re.sub(r"\b(\d+)\s+([a-h])(?=,|\s+(?:ngo|ngach|hem|pho|duong)\b)", r"\1\2", words)


def _take(tokens: list[str], at: int, parts: _Parts) -> int:
    """Take what begins at `at`; give where to go on."""
    word, after = tokens[at], tokens[at + 1 : at + 3]
    if word == ",":
        # A comma ends the street; before that it only parts numbers.
        if parts.runs[-1]:
            parts.runs.append([])
        return at + 1
    marked = 2 if after[:1] and after[0] in {"so", "s"} and word in _LEVELS | dict.fromkeys(_HOUSE_WORDS) else 1
    numbers = tokens[at + marked] if at + marked < len(tokens) else ""
    if word in _LEVELS and _NUMBERS.fullmatch(numbers):
        parts.lanes.append((_LEVELS[word], numbers.split("/")))
        return _end_run(parts, at + marked + 1)
    if word in _HOUSE_WORDS and _is_house(numbers) and not parts.house:
        parts.house, *inner = numbers.split("/")
        parts.bare = [parts.house, *inner] if inner else parts.bare
        return _end_run(parts, at + marked + 1)
    if _is_house(word) and not any(parts.runs) and not parts.bare:
        parts.bare = word.split("/")
        return at + 1
    if word in _STREET_WORDS and not any(parts.runs) and after:
        # Whatever follows is a name, be it Phố 19 Tháng 12 or Đường 70.
        parts.runs[-1].append(after[0])
        parts.kind = word
        return at + 2
    parts.runs[-1].append(word)
    return at + 1


def _end_run(parts: _Parts, at: int) -> int:
    if parts.runs[-1]:
        parts.runs.append([])
    return at


def _is_house(word: str) -> bool:
    return bool(_NUMBERS.fullmatch(word) or _RANGE.fullmatch(word) or re.fullmatch(r"\d{1,4}(bis|ter)", word))


def _readings(street: str, parts: _Parts) -> list[Reading]:
    chain = _chain(parts.lanes)
    if parts.lanes:
        return _with_lanes(street, chain, parts)
    if len(parts.bare) > 1:
        return _slashed(street, parts.bare)
    house = parts.house or "".join(parts.bare)
    if house:
        lane = [] if parts.house or not _NUMBERS.fullmatch(house) else [Reading(street, (house,), "", 0.8)]
        return [Reading(street, (), house), *lane]
    return [Reading(street), *_number_last(street)]


def _with_lanes(street: str, chain: tuple[str, ...], parts: _Parts) -> list[Reading]:
    """Read what names its lanes; numbers with slashes before them are house and inner lanes: 5/12 ngõ 29."""
    house, *inner = parts.bare or [parts.house]
    whole = chain + tuple(number for number in reversed(inner) if number not in chain)
    found = [Reading(street, whole, house)]
    if len(whole) > 1:
        found.append(Reading(street, whole[::-1], house, 0.6))  # somebody began with the innermost
    return found


def _slashed(street: str, numbers: list[str]) -> list[Reading]:
    """Read bare numbers with slashes: house first is the usual way to say it, the lane's sign has it the other way."""
    return [
        Reading(street, tuple(numbers[:0:-1]), numbers[0]),
        Reading(street, tuple(numbers[:-1]), numbers[-1], 0.85),
        Reading(street, tuple(numbers), "", 0.8),
    ]


def _number_last(street: str) -> list[Reading]:
    """Read "Khương Hạ 29" and "Khương Hạ 29/70/5"; Xã Đàn 2 is a street, which the first reading keeps."""
    name, _, numbers = street.rpartition(" ")
    if not name or not _is_house(numbers):
        return []
    if "/" in numbers:
        return [Reading(r.street, r.chain, r.house, r.weight * 0.9) for r in _slashed(name, numbers.split("/"))]
    return [Reading(name, (), numbers, 0.9), Reading(name, (numbers,), "", 0.8)]


def _chain(lanes: list[tuple[int, list[str]]]) -> tuple[str, ...]:
    """Put lanes into the order from the street inwards: ngách 29/12 says it whole, ngách 12 ngõ 29 in two steps.

    >>> _chain([(2, ["12"]), (1, ["29"])]), _chain([(2, ["29", "12"]), (1, ["29"])]), _chain([(3, ["29", "12", "4"])])
    (('29', '12'), ('29', '12'), ('29', '12', '4'))
    """
    whole: list[str] = []
    for _level, numbers in sorted(lanes, key=lambda lane: lane[0]):
        if numbers[: len(whole)] == whole:
            whole = numbers
        elif numbers[::-1][: len(whole)] == whole:
            whole = numbers[::-1]
        else:
            whole = whole + numbers
    return tuple(whole)
