"""When obstacles with a timetable may stand in the way, as windows that a kernel can read.

`routes.obstacles.is_in_the_way` is the rule; here it is unrolled over the days that a drive may take, give or take
the uncertainty of the arrival. After the last of them an obstacle counts as standing.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import Ints, Longs, Timetable, first_of
from routes.engine.compiled import fixed
from routes.obstacles import ARRIVAL_UNCERTAINTY
from routes.schedule import HANOI_TIME, Schedule, UnparsedSchedule, parse_schedule

DAYS: Final = 3
"""Days unrolled, from the day of departure on: nobody drives that long."""

_UNCERTAIN_MS: Final = ARRIVAL_UNCERTAINTY // timedelta(milliseconds=1)
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
_EVER_MS: Final = 2**62

Window = tuple[int, int]  # from and to in milliseconds since 1970, both included


class Windows(NamedTuple):
    """Windows of all timetables; those of timetable t are `first[t]` to `first[t + 1]`."""

    first: Ints
    from_ms: Longs
    to_ms: Longs


_recent: dict[tuple[int, int], tuple[tuple[Timetable, ...], Windows]] = {}
_RECENT: Final = 16
# Shared by threads without a lock: two that come at once make the same thing twice, and one of them is kept.


def windows_of(timetables: tuple[Timetable, ...], depart_s: int) -> Windows:
    """Give the windows of all timetables from the day of departure on."""
    day = datetime.fromtimestamp(depart_s, HANOI_TIME).toordinal()
    # By identity, because a tuple of hundreds takes longer to hash than a question to answer; held, so that it stays.
    known = _recent.get((id(timetables), day))
    if known is None:
        if len(_recent) >= _RECENT:
            _recent.clear()
        known = _recent[id(timetables), day] = (timetables, _joined([standing(table, day) for table in timetables]))
    return known[1]


def _joined(windows: list[tuple[Window, ...]]) -> Windows:
    first = first_of([len(each) for each in windows])
    flat = np.array(list(chain.from_iterable(windows)), np.int64).reshape(-1, 2)
    return Windows(fixed(first, np.int32), fixed(flat[:, 0], np.int64), fixed(flat[:, 1], np.int64))


@lru_cache(maxsize=4096)
def standing(table: Timetable, day: int) -> tuple[Window, ...]:
    """When the obstacle may stand there from this day (an ordinal, in Hanoi) on; moments before it are not asked for.

    >>> market = Timetable("05:00-09:00", 0, 0)
    >>> [datetime.fromtimestamp(ms / 1000, HANOI_TIME).strftime("%d %H:%M") for ms in standing(market, 739577)[2]]
    ['22 04:45', '22 09:15']
    """
    beyond = _midnight(day + DAYS)
    # A period that ends before it begins says nothing.
    senseless = 0 < table.valid_to <= table.valid_from
    since = _midnight(table.valid_from) - _UNCERTAIN_MS if table.valid_from and not senseless else -_EVER_MS
    # The millisecond before it is the last one: on the day `valid_to` the obstacle is gone.
    until = _midnight(table.valid_to) + _UNCERTAIN_MS - 1 if table.valid_to and not senseless else _EVER_MS
    scheduled = _scheduled(table.schedule, day) or ((-_EVER_MS, beyond - 1),)
    clipped = [(max(first, since), min(last, until, beyond - 1)) for first, last in scheduled]
    return (*(window for window in clipped if window[0] <= window[1]), (beyond, _EVER_MS))


def _scheduled(text: str, day: int) -> tuple[Window, ...]:
    schedule = _parsed(text)
    if schedule is None:
        return ()
    # Spans of two days before may last until this one, those of the day after the last may begin before it does.
    found = tuple(chain.from_iterable(_spans(schedule, n) for n in range(day - 2, day + DAYS + 1)))
    return found or ((_EVER_MS, -_EVER_MS),)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Schedule | None:
    """None: always in the way, because nothing is said or what is said cannot be read."""
    try:
        return parse_schedule(text) if text.strip() else None
    except UnparsedSchedule:
        return None


def _spans(schedule: Schedule, day: int) -> Iterator[Window]:
    midnight = _midnight(day)
    for start, end in schedule.spans_on(datetime.combine(date.fromordinal(day), time())):
        # A span reaches into the following day at most: its midnight belongs to the day after.
        last = min(end * _MINUTE_MS, 2 * _DAY_MS - 1)
        yield midnight + start * _MINUTE_MS - _UNCERTAIN_MS, midnight + last + _UNCERTAIN_MS


def _midnight(day: int) -> int:
    return int(datetime.combine(date.fromordinal(day), time(), HANOI_TIME).timestamp()) * 1000
