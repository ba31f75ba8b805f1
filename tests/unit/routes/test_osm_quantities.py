"""Messy values of real tags: read, or reported; never a number that the text does not support."""

import pytest

from routes.osm.notes import Problem
from routes.osm.quantities import (
    DIAMETER_MM,
    HEIGHT_M,
    PRESSURE_KPA,
    WEIGHT_T,
    WIDTH_M,
    is_schedule,
    read_conditional,
    read_quantity,
)


@pytest.mark.parametrize(
    ("text", "quantity", "value"),
    [
        ("3", WIDTH_M, 3.0),
        ("3 m", WIDTH_M, 3.0),
        ("3m", WIDTH_M, 3.0),
        ("1.5 m", WIDTH_M, 1.5),
        ("3,5", HEIGHT_M, 3.5),
        ("1.200", WIDTH_M, 1.2),
        ("350 cm", WIDTH_M, 3.5),
        ("12'6\"", HEIGHT_M, 3.81),
        ("10 ft", HEIGHT_M, 3.048),
        ("3.5", WEIGHT_T, 3.5),
        ("3.5t", WEIGHT_T, 3.5),
        ("3490 kg", WEIGHT_T, 3.49),
        ("20000 lbs", WEIGHT_T, 9.0718474),
        ("5 st", WEIGHT_T, 4.5359237),
        ("100 mm", DIAMETER_MM, 100.0),
        ("150", DIAMETER_MM, 150.0),
        ("4 in", DIAMETER_MM, 101.6),
        ("2,5", PRESSURE_KPA, 250.0),
        ("3 bar", PRESSURE_KPA, 300.0),
    ],
)
def test_a_plain_value_is_read_and_not_reported(text, quantity, value):
    reading = read_quantity(text, quantity)
    assert reading.value == pytest.approx(value)
    assert reading.problem is None


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("3-4 m", 3.0, Problem.RANGE),
        ("4 - 3", 3.0, Problem.RANGE),
        ("3–4", 3.0, Problem.RANGE),
        ("3.7||", 3.7, Problem.LIST),
        ("4.5|3.5|none", 3.5, Problem.LIST),
        ("4;3", 3.0, Problem.LIST),
    ],
)
def test_of_several_numbers_the_smallest_is_taken_and_reported(text, value, problem):
    assert read_quantity(text, HEIGHT_M) == (value, problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("default", Problem.WORD),
        ("none", Problem.WORD),
        ("no_sign", Problem.WORD),
        ("||", Problem.WORD),
        ("below_default", Problem.BELOW_DEFAULT),
        ("3.5 @ (06:00-09:00, 16:30-19:30)", Problem.CONDITIONAL),
        ("", Problem.UNREADABLE),
        ("narrow", Problem.UNREADABLE),
        ("~3", Problem.UNREADABLE),
        (">3", Problem.UNREADABLE),
        ("3.5|narrow", Problem.UNREADABLE),
        ("3-narrow", Problem.UNREADABLE),
        ("nan", Problem.UNREADABLE),
        ("inf", Problem.UNREADABLE),
        ("-3", Problem.UNREADABLE),
        ("3 furlongs", Problem.UNREADABLE),
        ("0", Problem.IMPLAUSIBLE),
        ("0-3", Problem.RANGE),
        ("13", Problem.IMPLAUSIBLE),
        ("100000", Problem.IMPLAUSIBLE),
        ("1e3", Problem.UNREADABLE),
        ("٣", Problem.UNREADABLE),
    ],
)
def test_what_states_no_number_gives_none_and_a_reason(text, problem):
    assert read_quantity(text, HEIGHT_M) == (None, problem)


def test_a_width_of_more_than_a_hundred_metres_is_a_mistake():
    assert read_quantity("100.1", WIDTH_M) == (None, Problem.IMPLAUSIBLE)


@pytest.mark.parametrize(
    "text", ["@ (Fr-Su 18:00-23:59)", "no @ @ (Fr-Su 18:00-23:59)", "no", "", "no @", "3 @ (a); b"]
)
def test_a_malformed_condition_is_told_from_an_absent_one(text):
    assert read_conditional(text) is None


def test_a_semicolon_inside_a_condition_does_not_divide_it():
    text = "no @ (Fr 18:00-22:00; Sa-Su 07:00-22:00); destination @ (22:00-05:00)"
    assert read_conditional(text) == [
        ("no", "Fr 18:00-22:00; Sa-Su 07:00-22:00"),
        ("destination", "22:00-05:00"),
    ]


@pytest.mark.parametrize("condition", ["length>8", "seatings>=9", "trailer", "2", "", "wet"])
def test_a_condition_that_is_no_time_is_no_schedule(condition):
    assert not is_schedule(condition)


@pytest.mark.parametrize(
    "condition", ["6:00-9:00,16:30-19:30", "Jan 17 17:30-23:59; Jan 18 16:30-23:59", "24/7", "Sa;Su"]
)
def test_times_are_a_schedule(condition):
    assert is_schedule(condition)
