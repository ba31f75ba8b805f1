"""When an obstacle is in the way: the part of OSM `opening_hours` that a market, a gate or parked cars need.

Read: ``24/7``, weekdays (``Mo-Fr,Su``), months (``Dec-Feb``), times (``05:00-09:00,16:30-19:30``, also over midnight),
rules after ``;`` and ``off``. The standard lets a later rule replace an earlier one; people write it to add one, so
here times add up, which errs on the side of "in the way"; only a later ``off`` takes a day out. Everything else
(holidays, weeks, sunrise, comments, years) is not guessed at: `parse_schedule` refuses it, and whoever asks treats it
as always in the way.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gis_core.errors import BadRequest

HANOI_TIME: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_MINUTES: Final = 24 * 60

_NAMES: Final = "|".join
_RANGES: Final = r"(?:{0})(?:-(?:{0}))?(?:,(?:{0})(?:-(?:{0}))?)*"
_TIME: Final = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE: Final = re.compile(
    rf"(?:(?P<months>{_RANGES.format(_NAMES(_MONTHS))})(?:\s+|$))?"
    rf"(?:(?P<days>{_RANGES.format(_NAMES(_DAYS))})(?:\s+|$))?"
    rf"(?P<times>{_TIME}(?:\s*,\s*{_TIME})*)?\s*(?P<off>off|closed)?"
)


class UnparsedSchedule(BadRequest):
    """A schedule outside the part of `opening_hours` that is read here."""

    code = "unparsed-schedule"
    title = "The schedule cannot be read"


@dataclass(frozen=True, slots=True)
class Rule:
    """On these months and weekdays (both counted from 0), these spans of minutes since midnight; none means off."""

    months: frozenset[int]
    days: frozenset[int]
    spans: tuple[tuple[int, int], ...]

    def fits(self, month: int, weekday: int) -> bool:
        """Tell whether the rule speaks of such days."""
        return month in self.months and weekday in self.days


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rules in the order in which they were written."""

    rules: tuple[Rule, ...]

    def is_active(self, at: datetime, *, within: timedelta = timedelta(0)) -> bool:
        """Tell whether the obstacle stands there at any moment from `at` - `within` to `at` + `within`.

        Parameters
        ----------
        at
            Local time in Hanoi; the schedule is written in it.
        within
            How far the arrival may be off. The end of a span belongs to it: at 09:00 the market is still there.

        >>> market = parse_schedule("Mo-Su 05:00-09:00")
        >>> market.is_active(datetime(2026, 11, 2, 8, 59)), market.is_active(datetime(2026, 11, 2, 9, 10))
        (True, False)
        >>> market.is_active(datetime(2026, 11, 2, 9, 10), within=timedelta(minutes=15))
        True
        """
        first, last = at - within, at + within
        # A span of the day before may run past midnight, one that ends at 48:00 at most into the next day.
        days = (first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=n) for n in (-1, 0, 1))
        return any(
            midnight + timedelta(minutes=start) <= last and first <= midnight + timedelta(minutes=end)
            for midnight in days
            for start, end in self.spans_on(midnight)
        )

    def spans_on(self, day: datetime) -> tuple[tuple[int, int], ...]:
        """Give the spans, in minutes since midnight, that begin on this day."""
        return self._spans(day.month - 1, day.weekday())

    def ever(self) -> bool:
        """Tell whether any day of the year has a span."""
        return any(self._spans(month, weekday) for month in range(len(_MONTHS)) for weekday in range(len(_DAYS)))

    def _spans(self, month: int, weekday: int) -> tuple[tuple[int, int], ...]:
        spans: tuple[tuple[int, int], ...] = ()
        for rule in self.rules:
            if rule.fits(month, weekday):
                spans = spans + rule.spans if rule.spans else ()
        return spans


def parse_schedule(text: str) -> Schedule:
    """Read a schedule.

    Raises
    ------
    UnparsedSchedule
        Not in the part that is read; empty text and a schedule whose every day is ``off`` too: neither says "never".

    >>> parse_schedule("Mo-Fr 23:00-05:00; Sa off").rules[1].spans
    ()
    >>> parse_schedule("sunrise-sunset")
    Traceback (most recent call last):
    routes.schedule.UnparsedSchedule: The schedule "sunrise-sunset" cannot be read: write it as in "Mo-Fr 05:00-09:00".
    """
    schedule = Schedule(tuple(_parse_rule(part.strip(), text) for part in text.rstrip("; ").split(";")))
    if not schedule.ever():
        # "Su off" says when it is away and not when it stands there: taken by the letter, that would be never.
        raise UnparsedSchedule(
            'The schedule "%(schedule)s" names no time at all: write when it is in the way, as in "24/7; Su off".',
            schedule=text[:80],
        )
    return schedule


def _parse_rule(part: str, whole: str) -> Rule:
    found = _RULE.fullmatch("00:00-24:00" if part == "24/7" else part)
    if not part or found is None or (bool(found["off"]) and found["times"]):
        raise UnparsedSchedule(
            'The schedule "%(schedule)s" cannot be read: write it as in "Mo-Fr 05:00-09:00".', schedule=whole[:80]
        )
    times = "" if found["off"] else found["times"] or "00:00-24:00"
    return Rule(
        months=_members(found["months"], _MONTHS),
        days=_members(found["days"], _DAYS),
        spans=tuple(_span(time.strip(), whole) for time in times.split(",") if time),
    )


def _members(ranges: str | None, names: tuple[str, ...]) -> frozenset[int]:
    if not ranges:
        return frozenset(range(len(names)))
    members: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        start, end = names.index(first), names.index(last or first)
        # "Sa-Mo" and "Dec-Feb" run over the end of the week or year.
        members.update((start + n) % len(names) for n in range((end - start) % len(names) + 1))
    return frozenset(members)


def _span(text: str, whole: str) -> tuple[int, int]:
    clocks = [tuple(map(int, clock.split(":"))) for clock in text.split("-")]
    start, end = (60 * hour + minute for hour, minute in clocks)
    if start > _DAY_MINUTES or end > 2 * _DAY_MINUTES or any(minute >= 60 for _, minute in clocks):  # noqa: PLR2004
        raise UnparsedSchedule(
            'The schedule "%(schedule)s" names the time %(time)s, which no clock shows.', schedule=whole[:80], time=text
        )
    return start, end if end > start else end + _DAY_MINUTES
