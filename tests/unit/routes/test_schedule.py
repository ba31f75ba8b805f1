"""When an obstacle is in the way; what cannot be read is refused, never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from routes.schedule import UnparsedSchedule, parse_schedule

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def active(schedule, hour, minute=0, *, day=0, within=timedelta(0)):
    moment = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
    return parse_schedule(schedule).is_active(moment, within=within)


def test_a_market_stands_from_its_first_to_its_last_minute():
    assert [active("Mo-Su 05:00-09:00", *at) for at in ((4, 59), (5, 0), (9, 0), (9, 1))] == [False, True, True, False]


def test_a_gate_shut_at_night_is_shut_after_midnight_too():
    assert [active("Mo 23:00-05:00", *at) for at in ((22, 0), (23, 30))] == [False, True]
    assert active("Mo 23:00-05:00", 4, day=1)
    assert not active("Mo 23:00-05:00", 4, day=0), "the night before Monday is Sunday's"


def test_the_last_span_of_sunday_runs_into_monday():
    assert active("Su 22:00-26:00", 1, day=0)


def test_weekdays_may_run_over_the_end_of_the_week():
    assert [active("Sa-Mo 08:00-09:00", 8, day=day) for day in range(7)] == [
        True, False, False, False, False, True, True,
    ]  # fmt: skip


def test_months_may_run_over_the_end_of_the_year():
    winter = parse_schedule("Dec-Feb 08:00-09:00")
    assert [winter.is_active(datetime(2026, month, 10, 8, tzinfo=UTC)) for month in (11, 12, 1, 2, 3)] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_several_times_and_several_rules_add_up():
    busy = "Mo-Fr 06:00-09:00, 16:30-19:30; Mo 12:00-13:00"
    assert [active(busy, hour) for hour in (7, 10, 12, 17)] == [True, False, True, True]


def test_a_later_off_takes_a_day_out():
    assert not active("Mo-Su 05:00-09:00; Mo off", 6)
    assert active("Mo-Su 05:00-09:00; Mo off", 6, day=1)


def test_always_is_always_and_days_alone_mean_the_whole_day():
    assert active("24/7", 3)
    assert active("Mo", 23, 59)
    assert not active("Tu", 12)


@pytest.mark.parametrize(("hour", "minute", "expected"), [(4, 44, False), (4, 45, True), (9, 15, True), (9, 16, False)])
def test_near_the_boundary_the_market_counts_as_standing(hour, minute, expected):
    assert active("Mo-Su 05:00-09:00", hour, minute, within=QUARTER) is expected


def test_the_quarter_of_an_hour_reaches_over_midnight():
    assert active("Tu 00:00-04:00", 23, 50, within=QUARTER)
    assert active("Su 20:00-24:00", 0, 10, within=QUARTER)


@pytest.mark.parametrize(
    "text",
    ["", ";", "off", "Su off", "Dec-Feb off; Su closed", "Mo-Su 05:00-09:00; off", "24/7; off",
     "Mo-Fr 05:00-09:00; Sa-Th off; Fr off", "Jan 05:00-09:00; Dec-Feb off",
     "PH off", "sunrise-sunset", "05:00+", "week 1-10 Mo", "2026 Mo", 'Mo "sometimes"', "Mo-Fr 25:00-26:00",
     "Mo 05:60-06:00", "Mo off 05:00-06:00", "mo-fr 05:00-06:00", "every morning", "05:00-09:00 || 10:00-11:00"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(UnparsedSchedule):
        parse_schedule(text)
