"""The windows of the engine hold exactly when `routes.obstacles.is_in_the_way` does."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routes.encounters import Obstacle
from routes.engine.arrays import Spot, Timetable
from routes.engine.searches import fastest
from routes.engine.timetable import DAYS, standing
from routes.obstacles import is_in_the_way
from routes.schedule import HANOI_TIME
from tests.networks import Edge, Standing, network_of, obstacle, profile

DAY = date(2026, 11, 22)  # a Sunday
SCHEDULES = (
    "", "24/7", "05:00-09:00", "Mo-Fr 05:00-09:00", "22:00-05:00", "Sa-Mo 23:00-24:00", "Su 18:00-30:00",
    "Fr 00:00-48:00", "Mo 05:00-09:00,16:30-19:30; Mo off", "24/7; Su off", "Nov-Feb 06:00-07:00",
    "Dec Mo 06:00-07:00",
    "sunrise-sunset", "PH off", "Su off", "24/7; off",
)  # fmt: skip


def is_standing(table, day, at):
    moment = round(at.timestamp() * 1000)
    return any(first <= moment <= last for first, last in standing(table, day.toordinal()))


@pytest.mark.parametrize("schedule", SCHEDULES)
@settings(deadline=None)
@given(
    st.integers(0, DAYS * 24 * 60 - 1),
    st.sampled_from([-1, 0, 1, 30_000]),
    st.sampled_from([None, -400, -1, 0, 1, 2]),
    st.sampled_from([None, 0, 1, 2, 400]),
)
@example(15, 0, None, None)
def test_a_window_holds_exactly_when_the_obstacle_may_stand_there(schedule, minute, ms, first, last):
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=HANOI_TIME) + timedelta(minutes=minute, milliseconds=ms)
    if at.date() < DAY or at.date() >= DAY + timedelta(DAYS):
        return
    valid_from, valid_to = (None if days is None else DAY + timedelta(days) for days in (first, last))
    thing = Obstacle(from_m=0, to_m=0, schedule=schedule, valid_from=valid_from, valid_to=valid_to)
    ordinals = (day.toordinal() if day else 0 for day in (valid_from, valid_to))
    assert is_standing(Timetable(schedule, *ordinals), DAY, at) == is_in_the_way(thing, at)


def test_beyond_the_days_looked_at_it_counts_as_standing():
    table = Timetable("05:00-09:00", 0, 0)
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=HANOI_TIME)
    assert not is_standing(table, DAY, noon)
    assert is_standing(table, DAY, noon + timedelta(DAYS))


def test_a_market_counts_at_the_time_of_arrival_and_not_of_departure():
    edges = [Edge((1, 2), 3_000_000), Edge((2, 3), 100_000)]  # six minutes' drive to the market
    market = obstacle(blocks_vehicles="yes", kind="market", schedule="05:00-09:00")
    network = network_of(edges, [Standing(1, 50_000, market)])

    def way(hour, minute):
        at = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=HANOI_TIME)
        return fastest(network, profile(at=at), Spot(0, 0), Spot(1, 100_000))

    assert way(4, 38) is not None
    assert way(4, 40) is None  # there at 4:46, a quarter of an hour before it opens
    assert way(9, 8) is None
    assert way(9, 10) is not None
