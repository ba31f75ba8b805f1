"""What did the rules say on a day? Answers always name the instrument and the clause, and never hide a conflict."""

from datetime import date
from itertools import pairwise

from gis_core.errors import NotFound, ThuyLoError
from gis_core.regulation_records import (
    AREA_DEMAND,
    INSTRUMENTS,
    REGULATIONS,
    AreaDemand,
    Bound,
    Confidence,
    Instrument,
    Regulation,
)
from gis_core.values import InvalidNumber

__all__ = [
    "REGULATIONS",
    "AmbiguousRule",
    "AreaDemand",
    "Bound",
    "Confidence",
    "Instrument",
    "NoRuleInForce",
    "Regulation",
    "UnknownRule",
    "all_at",
    "area_demand",
    "foreign_anchors",
    "instruments_in_force",
    "regulation_at",
    "regulations_in_force",
]


class UnknownRule(NotFound):
    """No record has this key."""

    code = "unknown-rule"
    title = "There is no such rule"


class NoRuleInForce(NotFound):
    """The rule exists, but not on that day or not in that instrument."""

    code = "no-rule-in-force"
    title = "No such rule is in force"


class AmbiguousRule(ThuyLoError):  # noqa: N818 - the rule is ambiguous, not the program wrong
    """Two instruments in force on that day say different things."""

    code = "ambiguous-rule"
    title = "The rules in force conflict"


def all_at(key: str, at: date) -> tuple[Regulation, ...]:
    """Give what every instrument in force on a day says of one matter, the newest instrument first.

    Returns
    -------
    Empty where nothing is in force; more than one where instruments overlap, whether or not they agree.

    Raises
    ------
    UnknownRule
        No record has this key.

    >>> [(rule.value, rule.instrument) for rule in all_at("hydrant_to_wall", date(2024, 6, 1))]
    [(1, 'QCVN 06:2022/BXD'), (5, 'QCVN 01:2021/BXD'), (5, 'TCVN 2622:1995')]
    """
    records = [rule for rule in REGULATIONS if rule.key == key]
    if not records:
        raise UnknownRule('No rule is called "%(key)s".', key=key)
    return tuple(sorted((rule for rule in records if rule.in_force(at)), key=_newest_first))


def regulation_at(key: str, at: date, instrument: str | None = None) -> Regulation:
    """Give the one value that holds on a day.

    Parameters
    ----------
    key
        The matter, such as ``hydrant_service_radius``.
    at
        The day.
    instrument
        Name of the instrument to follow; needed only where those in force conflict.

    Returns
    -------
    The record of the newest instrument, where several say the same.

    Raises
    ------
    UnknownRule
        No record has this key.
    NoRuleInForce
        Nothing holds on that day (foreign anchors never do).
    AmbiguousRule
        Instruments in force differ and none was named; all of them are listed.

    >>> regulation_at("hydrant_service_radius", date(2023, 6, 1)).value
    200
    >>> regulation_at("hydrant_service_radius", date(2024, 1, 1)).value
    400
    """
    rules = [rule for rule in all_at(key, at) if instrument in {None, rule.instrument}]
    if not rules:
        raise NoRuleInForce(
            'No rule "%(key)s" was in force on %(at)s in %(instrument)s: it is recorded for %(periods)s.',
            key=key,
            at=at.isoformat(),
            instrument=instrument or "Vietnam",
            periods="; ".join(map(_period, (rule for rule in REGULATIONS if rule.key == key))),
        )
    if any(_says(one) != _says(other) for one, other in pairwise(rules)):
        raise AmbiguousRule(
            'Instruments in force on %(at)s differ on "%(key)s": %(rules)s. Name the instrument to follow.',
            key=key,
            at=at.isoformat(),
            rules="; ".join(f"{rule.instrument} ({rule.clause}): {rule.value:g} {rule.unit}" for rule in rules),
        )
    return rules[0]


def regulations_in_force(at: date) -> tuple[Regulation, ...]:
    """Give every value in force in Vietnam on a day, in the order of the records."""
    return tuple(rule for rule in REGULATIONS if rule.in_force(at))


def foreign_anchors(key: str | None = None) -> tuple[Regulation, ...]:
    """Give foreign values, of one matter or all, to compare with; none of them is ever in force here."""
    return tuple(rule for rule in REGULATIONS if rule.valid_from is None and key in {None, rule.key})


def instruments_in_force(at: date) -> tuple[Instrument, ...]:
    """Give the instruments that apply on a day, also those of which we hold no value."""
    return tuple(one for one in INSTRUMENTS if one.in_force(at))


def area_demand(population: int, at: date) -> AreaDemand:
    """Give the fires at one time and the flow for each in a residential area.

    The table is that of QCVN 06:2022 (Tables 7–10), repeated by QCVN 10:2025 (H.1).

    Raises
    ------
    InvalidNumber
        A negative population.
    NoRuleInForce
        Before 2023-01-16: older tables are not recorded.

    >>> demand = area_demand(30_000, date(2024, 1, 1))
    >>> demand.fires, demand.low_rise_lps, demand.high_rise_lps
    (2, 20, 25)
    """
    regulation_at("duration", at)  # of the same clause and dates
    if population < 0:
        raise InvalidNumber("population is %(population)d: give zero or more.", population=population)
    return next(row for row in reversed(AREA_DEMAND) if population > row.above_population or row is AREA_DEMAND[0])


def _says(rule: Regulation) -> tuple[float, str, Bound]:
    return rule.value, rule.unit, rule.bound


def _newest_first(rule: Regulation) -> tuple[int, str]:
    return -rule.valid_from.toordinal() if rule.valid_from else 0, rule.instrument


def _period(rule: Regulation) -> str:
    if rule.valid_from is None:
        return f"{rule.instrument} (abroad)"
    return f"{rule.instrument} ({rule.valid_from}/{rule.valid_to or '..'})"
