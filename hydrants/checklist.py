"""What is looked at in each kind of source, what cannot be true of one look, and what follows from it: pure.

The status that follows is the whole rule by which a fault takes a source out of service:

| found | status after |
|---|---|
| missing | missing |
| faulty | faulty |
| works, but not accessible | blocked |
| works | working |
| cannot be tested, and not accessible | blocked |
| cannot be tested | unchanged: nobody saw anything new, and nothing is verified |
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gis_core.errors import Unprocessable
from gis_core.regulations import NoRuleInForce, regulation_at
from gis_core.units import kpa_from_mh2o

MAX_PRESSURE_KPA: Final = 2_500.0
MAX_SUCTION_DEPTH_M: Final = 50.0


class ContradictoryInspection(Unprocessable):
    """Answers that cannot be of one look at one source."""

    code = "contradictory-inspection"
    title = "These answers cannot be of one inspection"


class Outcome(StrEnum):
    """What the look found."""

    WORKS = "works"
    FAULTY = "faulty"
    MISSING = "missing"
    CANNOT_BE_TESTED = "cannot_be_tested"


class Why(StrEnum):
    """Why a source could not be tested."""

    LOCKED = "locked"
    OBSTRUCTED = "obstructed"
    NO_TOOL = "no_tool"
    NO_PERMISSION = "no_permission"
    MAIN_SHUT = "main_shut"
    TOO_DANGEROUS = "too_dangerous"


class Level(StrEnum):
    """How high the water stands."""

    ENOUGH = "enough"
    LOW = "low"
    EMPTY = "empty"


class Item(StrEnum):
    """One line of a check list."""

    ACCESSIBLE = "accessible"
    SIGN = "sign"
    LEAK = "leak"
    PRESSURE_KPA = "pressure_kpa"
    WATER_LEVEL = "water_level"
    SUCTION_DEPTH_M = "suction_depth_m"


CHECK_LISTS: Final = {
    "hydrants": (Item.ACCESSIBLE, Item.SIGN, Item.LEAK, Item.PRESSURE_KPA),
    "intake-points": (Item.ACCESSIBLE, Item.SIGN, Item.WATER_LEVEL, Item.SUCTION_DEPTH_M),
    "water-tanks": (Item.ACCESSIBLE, Item.SIGN, Item.LEAK, Item.WATER_LEVEL, Item.SUCTION_DEPTH_M),
}


class Finding(StrEnum):
    """What somebody should see to although the source is in service."""

    NO_SIGN = "no_sign"
    LEAKS = "leaks"
    LOW_PRESSURE = "low_pressure"
    LOW_WATER = "low_water"
    SUCTION_TOO_DEEP = "suction_too_deep"


@dataclass(frozen=True, slots=True)
class Checks:
    """The answers; ``unknown``, empty and None mean that nobody looked at it."""

    outcome: Outcome
    why: Why | None = None
    accessible: str = "unknown"
    sign: str = "unknown"
    leak: str = "unknown"
    pressure_kpa: float | None = None
    water_level: Level | None = None
    suction_depth_m: float | None = None

    def answered(self) -> tuple[Item, ...]:
        """Name the lines that have an answer."""
        return tuple(item for item in Item if getattr(self, item.value) not in (None, "unknown"))


def check(layer: str, checks: Checks) -> None:
    """Refuse answers that cannot be true together, or that this kind of source has no line for.

    Raises
    ------
    ContradictoryInspection
    """
    for item in checks.answered():
        if item not in CHECK_LISTS[layer]:
            raise ContradictoryInspection(
                "“%(item)s” is not on the check list of %(layer)s; there are: %(known)s.",
                item=item.value, layer=layer, known=", ".join(CHECK_LISTS[layer]),
            )  # fmt: skip
    if (checks.outcome is Outcome.CANNOT_BE_TESTED) is not (checks.why is not None):
        raise ContradictoryInspection(
            "Say why it cannot be tested, and only then: “why” is one of %(known)s.", known=", ".join(Why)
        )
    if checks.outcome is Outcome.MISSING and checks.answered():
        raise ContradictoryInspection("What is missing has no %(item)s.", item=checks.answered()[0].value)
    if checks.outcome is Outcome.WORKS and checks.water_level is Level.EMPTY:
        raise ContradictoryInspection("A source without water does not work: write it down as faulty.")
    _check_numbers(checks)


def status_after(before: str, checks: Checks) -> str:
    """Give the status that follows; the table stands above.

    >>> status_after("working", Checks(Outcome.FAULTY)), status_after("faulty", Checks(Outcome.WORKS))
    ('faulty', 'working')
    """
    if checks.outcome in {Outcome.MISSING, Outcome.FAULTY}:
        return checks.outcome.value
    if checks.accessible == "no":
        return "blocked"
    return "working" if checks.outcome is Outcome.WORKS else before


def verifies(checks: Checks) -> bool:
    """Tell whether the look says what the source is, so that its record counts as verified again."""
    return checks.outcome is not Outcome.CANNOT_BE_TESTED


def findings_of(checks: Checks, at: date) -> tuple[Finding, ...]:
    """Name what should be seen to, by the limits in force on a day; where none was in force there is no such finding.

    Free head of a hydrant: QCVN 10:2025/BCA annex H, TCVN 2622:1995 §10. Suction: QCVN 10:2025/BCA figure H.1.
    """
    head_mh2o, depth_m = _limit("hydrant_free_head", at), _limit("suction_depth", at)
    found = {
        Finding.NO_SIGN: checks.sign == "no",
        Finding.LEAKS: checks.leak == "yes",
        Finding.LOW_PRESSURE: None not in (checks.pressure_kpa, head_mh2o)
        and (checks.pressure_kpa or 0.0) < kpa_from_mh2o(head_mh2o or 0.0),
        Finding.LOW_WATER: checks.water_level in {Level.LOW, Level.EMPTY},
        Finding.SUCTION_TOO_DEEP: None not in (checks.suction_depth_m, depth_m)
        and (checks.suction_depth_m or 0.0) > (depth_m or 0.0),
    }
    return tuple(finding for finding, holds in found.items() if holds)


def _check_numbers(checks: Checks) -> None:
    pressure_kpa, depth_m = checks.pressure_kpa, checks.suction_depth_m
    if pressure_kpa is not None and not 0 <= pressure_kpa <= MAX_PRESSURE_KPA:
        raise ContradictoryInspection(
            "A pressure of %(value)g kPa: give what the gauge showed, from 0 to %(most)g kPa.",
            value=pressure_kpa, most=MAX_PRESSURE_KPA,
        )  # fmt: skip
    if checks.outcome is Outcome.WORKS and pressure_kpa == 0:
        raise ContradictoryInspection("A hydrant without pressure does not work: write it down as faulty.")
    if depth_m is not None and not 0 <= depth_m <= MAX_SUCTION_DEPTH_M:
        raise ContradictoryInspection(
            "A suction depth of %(value)g m: give the metres from the pump down to the water, 0 to %(most)g.",
            value=depth_m, most=MAX_SUCTION_DEPTH_M,
        )  # fmt: skip


def _limit(key: str, at: date) -> float | None:
    try:
        return regulation_at(key, at).value
    except NoRuleInForce:
        return None
