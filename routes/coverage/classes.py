"""What coverage says of a house: pure. The rules of a day, what a house needs, and the words for classes and reasons.

A house is *covered* where enough sources reach it for sure, as verified; *covered as recorded only* where one of them
was not looked at within its period; *not covered* where it would not be, even if all that nobody knows turned out well;
and *not classifiable* between. Unknown flow, way, state and demand never make a house covered.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gis_core.regulations import NoRuleInForce, Regulation, all_at, regulation_at


class Coverage(StrEnum):
    """The four classes, worst first."""

    NOT_COVERED = "not_covered"
    NOT_CLASSIFIABLE = "not_classifiable"
    RECORDED_ONLY = "recorded_only"
    COVERED = "covered"


BY_LEVEL: Final = (Coverage.NOT_COVERED, Coverage.NOT_CLASSIFIABLE, Coverage.RECORDED_ONLY, Coverage.COVERED)
"""By the levels of `routes.engine.weighing`."""


class Why(StrEnum):
    """Why a house has its class, in the order of the codes of `routes.engine.weighing`."""

    ENOUGH = "enough"
    NOT_VERIFIED = "not_verified"
    NO_WAY_NEAR = "no_way_near"
    WAY_UNKNOWN = "way_unknown"
    STATE_UNKNOWN = "state_unknown"
    FLOW_UNKNOWN = "flow_unknown"
    DEMAND_UNKNOWN = "demand_unknown"
    NO_SOURCE = "no_source"
    NONE_USABLE = "none_usable"
    FLOW_TOO_LOW = "flow_too_low"
    ONE_SOURCE_ONLY = "one_source_only"


WHYS: Final = tuple(Why)


class Against(StrEnum):
    """Why one source does not count for one house, beside the reasons of `hydrants.usability.Reason`."""

    TOO_FAR = "too_far"
    WAY_UNKNOWN = "way_unknown"
    TRUCK_BLOCKED = "truck_blocked"
    TRUCK_UNKNOWN = "truck_unknown"
    FLOW_TOO_LOW = "flow_too_low"
    FLOW_UNKNOWN = "flow_unknown"
    DEMAND_UNKNOWN = "demand_unknown"
    NOT_VERIFIED = "not_verified"


# What a day's rules say -----------------------------------------------------------------------------------------------

PAST_RULES_END: Final = date(2023, 1, 16)
"""Before it no instrument that we hold says how far a hydrant serves along the hose."""


@dataclass(frozen=True, slots=True)
class CoverRules:
    """What holds on a day: metres of hose by kind of source, and the demand that takes two."""

    on: date
    hydrant: Regulation
    pump: Regulation
    portable: Regulation
    two: Regulation
    duration_small: Regulation
    duration: Regulation
    also: tuple[Regulation, ...]
    """What older instruments in force say differently; the newest one is followed."""

    @property
    def farthest_m(self) -> float:
        """The longest hose that any rule allows."""
        return max(rule.value for rule in (self.hydrant, self.pump, self.portable))

    @property
    def used(self) -> tuple[Regulation, ...]:
        """The rules followed, each with its clause."""
        return self.hydrant, self.pump, self.portable, self.two, self.duration_small, self.duration

    def limit_m(self, layer: str, access: str) -> float:
        """Metres of hose from a source of this layer; `access` of an intake point says what draws from it."""
        if layer == "hydrants":
            return self.hydrant.value
        return (self.portable if access == "portable_pump" else self.pump).value


def rules_at(on: date) -> CoverRules:
    """Read the rules of a day, following the newest instrument where several are in force.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        Before 2023-01-16.

    >>> [rules_at(day).hydrant.value for day in (date(2023, 6, 1), date(2024, 6, 1), date(2026, 11, 29))]
    [200, 400, 400]
    >>> [rules_at(day).two.value for day in (date(2023, 6, 1), date(2026, 11, 29))]
    [15, 25]
    """
    keys = ("hydrant_service_radius", "pump_vehicle_radius", "portable_pump_radius", "two_hydrants_flow")
    of_each = [_in_force(key, on) for key in (*keys, "duration_small", "duration")]
    also = tuple(rule for rules in of_each for rule in rules[1:] if rule.value != rules[0].value)
    hydrant, pump, portable, two, small, whole = (rules[0] for rules in of_each)
    return CoverRules(on, hydrant, pump, portable, two, small, whole, also)


def _in_force(key: str, on: date) -> tuple[Regulation, ...]:
    rules = all_at(key, on)
    if not rules:
        regulation_at(key, on)  # says for which days it is recorded
        raise NoRuleInForce('No rule "%(key)s" is in force.', key=key)
    return rules


# What a house needs ------------------------------------------------------------------------------------------------


class Demanding(StrEnum):
    """The kinds of buildings that the tables of demand tell apart."""

    HOMES = "homes"
    PUBLIC = "public"
    INDUSTRY = "industry"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Need:
    """The flow that a house needs: surely the least, surely no more than the most."""

    least_lps: float
    most_lps: float

    @property
    def known(self) -> bool:
        """Whether both are one."""
        return self.least_lps == self.most_lps


BY_USE: Final = {
    "home": Demanding.HOMES,
    "home_with_business": Demanding.HOMES,
    "apartments": Demanding.HOMES,
    "business": Demanding.PUBLIC,
    "public": Demanding.PUBLIC,
}
BY_SECTOR: Final = {
    "residential": Demanding.HOMES,
    **dict.fromkeys(
        ("lodging", "education", "health", "trade", "entertainment", "sport", "office", "transport", "worship"),
        Demanding.PUBLIC,
    ),
    **dict.fromkeys(("industry", "storage", "fuel"), Demanding.INDUSTRY),
}
LOW_STOREYS: Final = 2
"""The tables of areas tell buildings of one or two storeys from higher ones (H.1); so do we."""
STEPS: Final = ((2, 0.0), (6, 0.25), (12, 0.5))
"""Up to so many storeys, this share of the way from the smallest to the largest demand of the clause, in steps of
5 L/s; above the last the largest. Ours: the cells of the tables go by volume, which few records have."""
_STEP_LPS: Final = 5.0


def need_of(kind: Demanding, storeys: int | None, on: date) -> Need:
    """Give what a building needs by the clause of the day; a range where its kind or its storeys are not known.

    >>> day = date(2026, 11, 29)
    >>> [need_of(Demanding.HOMES, storeys, day).most_lps for storeys in (1, 4, 9, 20)]
    [10.0, 15.0, 20.0, 30.0]
    >>> need_of(Demanding.HOMES, None, day)
    Need(least_lps=10.0, most_lps=30.0)
    """
    kinds = (Demanding.HOMES, Demanding.PUBLIC, Demanding.INDUSTRY) if kind is Demanding.UNKNOWN else (kind,)
    ends = [_ends(one.value, on) for one in kinds]
    least, most = min(end[0] for end in ends), max(end[1] for end in ends)
    if storeys is None or storeys <= 0 or len(kinds) > 1 or kind is Demanding.INDUSTRY:
        return Need(least, most)
    share = next((share for up_to, share in STEPS if storeys <= up_to), 1.0)
    lps = least + _STEP_LPS * round(share * (most - least) / _STEP_LPS)
    return Need(lps, lps)


def _ends(kind: str, on: date) -> tuple[float, float]:
    return tuple(float(_in_force(f"building_flow_{kind}_{end}", on)[0].value) for end in ("least", "most"))  # type: ignore[return-value]  # two ends


# Why a class changed ------------------------------------------------------------------------------------------------


class Cause(StrEnum):
    """What made the class of a house another."""

    FIRST_COMPUTED = "first_computed"
    HOUSE = "house"
    WAYS = "ways"
    SOURCES = "sources"
    VERIFICATION = "verification"
    RULES = "rules"
    OVERRIDE = "override"
    REMOVED = "removed"
