"""One OpenStreetMap value to one number, or to the reason why there is none. Pure.

`gis_core.units` reads one plain quantity; here stand the lists, ranges, words and conditions that taggers add. What
cannot be read is never a number, and never silently nothing: the caller gets a `Problem` to report.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from gis_core.units import UnparsedQuantity, parse_length_m, parse_pressure_kpa, parse_weight_t
from routes.osm.notes import Problem


@dataclass(frozen=True, slots=True)
class Quantity:
    """How a kind of value is read, and the bounds outside which it is a mistake rather than a measurement."""

    parse: Callable[[str], float]
    least: float
    most: float


# The decimal mark of OpenStreetMap is the point: 1.200 is one metre twenty.
_length_m = partial(parse_length_m, decimal=".")
WIDTH_M: Final = Quantity(_length_m, 0.1, 100.0)
# No sign states a clearance beyond 10 m: the 12 and 13 on streets of Hanoi are weights under the wrong key.
HEIGHT_M: Final = Quantity(_length_m, 0.5, 10.0)
WEIGHT_T: Final = Quantity(partial(parse_weight_t, decimal="."), 0.1, 200.0)
DIAMETER_MM: Final = Quantity(lambda text: 1000 * parse_length_m(text, unit="mm", decimal="."), 20.0, 3000.0)
PRESSURE_KPA: Final = Quantity(partial(parse_pressure_kpa, unit="bar", decimal="."), 10.0, 2500.0)


class Reading(NamedTuple):
    """The number, None if there is none; and why the text was no plain number, None if it was."""

    value: float | None
    problem: Problem | None = None


# Each says that no limit lower than the law's is signed, so none is stored and none is invented.
_NO_LIMIT: Final = frozenset({"default", "none", "no_sign", "no_indications", "unsigned", "unlimited", "no"})
_RANGE: Final = re.compile(r"([0-9.,]+) *([^0-9.,~–-]*?) *(?:-|–|~|\.\.) *([0-9.,]+) *([^0-9.,]*)")
_CONDITIONAL_PART: Final = re.compile(r"\s*([^@;()]+?)\s*@\s*(\([^()]*\)|[^;()]+?)\s*(?:;|$)")
_SCHEDULE_WORD: Final = re.compile(
    r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|24/7|[0-9]{1,2}:[0-9]{2})"
)
_SCHEDULE: Final = re.compile(rf"(?:{_SCHEDULE_WORD.pattern}|[0-9]{{1,2}}|off|[-,;+ ])+")


def read_quantity(text: str, quantity: Quantity) -> Reading:
    """Read the value of one tag.

    Of a range or a list the smallest number is taken: it holds whichever was meant. An empty place in a list of lanes
    (``3.7||``) states nothing and is passed over; a word in it that cannot be read makes the whole unreadable.

    >>> read_quantity("3,5", WIDTH_M)
    Reading(value=3.5, problem=None)
    >>> read_quantity("3-4 m", WIDTH_M).value, read_quantity("3.7||", HEIGHT_M).value
    (3.0, 3.7)
    >>> read_quantity("default", HEIGHT_M), read_quantity("13", HEIGHT_M).value
    (Reading(value=None, problem=<Problem.WORD: 'word'>), None)
    """
    text = text.strip()
    if "@" in text:
        return Reading(None, Problem.CONDITIONAL)
    if "|" in text or ";" in text:
        return _smallest(re.split(r"[|;]", text), quantity)
    if text.lower() in _NO_LIMIT:
        return Reading(None, Problem.WORD)
    if text.lower() == "below_default":
        return Reading(None, Problem.BELOW_DEFAULT)
    if ends := _RANGE.fullmatch(text):
        low, low_unit, high, high_unit = ends.groups()
        both = [f"{low} {low_unit or high_unit}", f"{high} {high_unit or low_unit}"]
        return Reading(_smallest(both, quantity).value, Problem.RANGE)
    return _one(text, quantity)


def _one(text: str, quantity: Quantity) -> Reading:
    try:
        value = quantity.parse(text)
    except (UnparsedQuantity, ValueError):
        return Reading(None, Problem.UNREADABLE)
    # Written so that NaN fails it too.
    return Reading(value) if quantity.least <= value <= quantity.most else Reading(None, Problem.IMPLAUSIBLE)


def _smallest(texts: list[str], quantity: Quantity) -> Reading:
    given = [text.strip() for text in texts if text.strip() and text.strip().lower() not in _NO_LIMIT]
    readings = [_one(text, quantity) for text in given]
    values = [reading.value for reading in readings if reading.value is not None]
    if not values or len(values) < len(given):
        return Reading(None, next((r.problem for r in readings if r.problem), Problem.WORD))
    return Reading(min(values), Problem.LIST)


def read_conditional(text: str) -> list[tuple[str, str]] | None:
    """Split ``value @ (condition); value @ (condition)``; None where the text is not of that form.

    >>> read_conditional("3.5 @ (06:00-09:00, 16:30-19:30); 8 @ (Sa;Su)")
    [('3.5', '06:00-09:00, 16:30-19:30'), ('8', 'Sa;Su')]
    >>> read_conditional("no @ @ (Fr-Su 18:00-23:59)")
    """
    parts, at = [], 0
    while at < len(text):
        part = _CONDITIONAL_PART.match(text, at)
        if part is None or "@" in part[2]:
            return None
        parts.append((part[1], part[2].strip("() ")))
        at = part.end()
    return parts or None


def is_schedule(condition: str) -> bool:
    """Say whether a condition speaks of times only, in the words of opening_hours.

    >>> is_schedule("Fr 18:00-22:00; Sa-Su 07:00-22:00"), is_schedule("trailer"), is_schedule("2")
    (True, False, False)
    """
    return bool(_SCHEDULE.fullmatch(condition) and _SCHEDULE_WORD.search(condition))
