import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core import units
from gis_core.units import (
    AmbiguousNumber,
    UnparsedQuantity,
    parse_flow_lps,
    parse_length_m,
    parse_pressure_kpa,
    parse_weight_t,
)

QUANTITIES = st.floats(min_value=0, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (units.lps_from_gpm, units.gpm_from_lps),
        (units.kpa_from_psi, units.psi_from_kpa),
        (units.kpa_from_bar, units.bar_from_kpa),
        (units.kpa_from_mh2o, units.mh2o_from_kpa),
    ],
)
@given(quantity=QUANTITIES)
def test_there_and_back_is_the_same_quantity(there, back, quantity):
    assert back(there(quantity)) == pytest.approx(quantity, rel=1e-15)


@pytest.mark.parametrize(
    ("converted", "expected"),
    [
        (units.m_from_ft(1), 0.3048),
        (parse_length_m("1 in"), 0.0254),
        (parse_weight_t("1 st"), 0.90718474),
        (parse_weight_t("1 lt"), 1.0160469088),
        (parse_weight_t("3490 kg"), 3.49),
        (units.kpa_from_psi(1), 6.894757293168361),
        (units.kpa_from_mh2o(10), 98.0665),
        (units.lps_from_gpm(1), 0.0630901964),
    ],
)
def test_factors_are_the_legal_definitions(converted, expected):
    assert converted == pytest.approx(expected, rel=1e-15)


def test_twenty_psi_is_more_than_the_ten_metres_of_water_that_vietnam_asks_for():
    assert units.mh2o_from_kpa(units.kpa_from_psi(20)) == pytest.approx(14.06, abs=0.005)


@pytest.mark.parametrize(
    ("text", "length_m"),
    [
        ("3", 3.0),
        ("3 m", 3.0),
        ("3.5", 3.5),
        ("3,5", 3.5),
        (" 3,50 m ", 3.5),
        ("3,5 mét", 3.5),
        ("350 cm", 3.5),
        ("355cm", 3.55),
        ("3500 mm", 3.5),
        ("1 200 mm", 1.2),
        ("1.200.000 mm", 1200.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("0.125", 0.125),
        ("0,125", 0.125),
        ("102.1999969482", 102.1999969482),
        ("12'6\"", 3.81),
        ("12′6″", 3.81),
        ("12 ft 6 in", 3.81),
        ("12 ft", 3.6576),
        ("0", 0.0),
        (3.5, 3.5),
        (1.2, 1.2),
        (3, 3.0),
    ],
)
def test_lengths_as_people_write_them(text, length_m):
    assert parse_length_m(text) == length_m


@pytest.mark.parametrize("text", ["1.200", "1,200", "3.500 m", "12,750 kg"])
def test_one_mark_before_three_digits_is_not_guessed(text):
    with pytest.raises(AmbiguousNumber, match="without a thousands separator"):
        (parse_weight_t if "kg" in text else parse_length_m)(text)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("1.200", ",", 1200.0), ("1.200", ".", 1.2), ("1,200", ",", 1.2), ("1,200", ".", 1200.0), ("3,5", ".", 3.5)],
)
def test_the_decimal_mark_of_the_source_settles_it(text, decimal, value):
    assert parse_length_m(text, decimal=decimal) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("default", "is a word"),
        ("below_default", "is a word"),
        ("unbekannt", "is a word"),
        ("", "is a word"),
        ("3-4 m", "is a range"),
        ("3–4 m", "is a range"),
        ("3.7||", "is a list"),
        ("3.5;4", "is a list"),
        ("3.5 @ (06:00-09:00, 16:30-19:30)", "only at times"),
        ("nan", "not a finite number"),
        ("NaN", "not a finite number"),
        ("-inf", "not a finite number"),
        ("-3", "is negative"),
        ("−3", "is negative"),
        ("1e3", "cannot be read"),
        ("3.5.2", "cannot be read"),
        ("12 6", "cannot be read"),
        ("3.5 furlong", "cannot be read"),
        ("9" * 400, "cannot be read"),
        (math.nan, "not a finite number"),
        (math.inf, "not a finite number"),
        (10**400, "cannot be read"),
        (True, "is a word"),
        (-1.0, "is negative"),
    ],
)
def test_what_is_no_plain_quantity_is_refused_with_its_reason(text, reason):
    with pytest.raises(UnparsedQuantity, match=reason):
        parse_length_m(text)


@pytest.mark.parametrize("text", ["default", "3-4 m", "3.7||", "-3", "what?"])
def test_a_refusal_says_what_would_be_right(text):
    with pytest.raises(UnparsedQuantity, match=r"such as 2\.5 t"):
        parse_weight_t(text)


@pytest.mark.parametrize(
    ("text", "mass_t"),
    [("13", 13.0), ("2,5 tấn", 2.5), ("3490 kg", 3.49), ("7.5t", 7.5), ("10 st", 9.0718474), ("20000 lbs", 9.0718474)],
)
def test_weights_are_tonnes(text, mass_t):
    assert parse_weight_t(text) == mass_t


@pytest.mark.parametrize(
    ("text", "pressure_kpa"),
    [("5 bar", 500.0), ("0,25 MPa", 250.0), ("10 mét cột nước", 98.0665), ("1 kgf/cm²", 98.0665), ("200 kPa", 200.0)],
)
def test_pressures_are_kilopascals(text, pressure_kpa):
    assert parse_pressure_kpa(text) == pressure_kpa


def test_a_pressure_or_flow_without_unit_is_refused_because_sources_differ_a_hundredfold():
    with pytest.raises(UnparsedQuantity, match="has no unit"):
        parse_pressure_kpa("5")
    with pytest.raises(UnparsedQuantity, match="has no unit"):
        parse_flow_lps(10)
    assert parse_pressure_kpa("5", unit="bar") == 500.0
    assert parse_flow_lps(36, unit="m3/h") == 10.0


def test_a_diameter_column_is_in_millimetres():
    assert parse_length_m("100", unit="mm") == 0.1
    assert parse_length_m("DN100".removeprefix("DN"), unit="mm") == 0.1


@given(number=st.decimals(min_value=0, max_value=10**6, places=2))
def test_both_decimal_marks_read_alike(number: Decimal):
    text = f"{number:f}"
    assert parse_length_m(text) == parse_length_m(text.replace(".", ",")) == float(number)


@given(text=st.text(max_size=40))
def test_any_text_is_a_finite_quantity_or_a_refusal(text):
    try:
        length_m = parse_length_m(text)
    except UnparsedQuantity:
        return
    assert math.isfinite(length_m)
    assert length_m >= 0


@given(number=st.floats(min_value=0, max_value=1e15))
def test_a_float_of_a_table_is_read_as_itself(number):
    assert parse_length_m(number) == number
