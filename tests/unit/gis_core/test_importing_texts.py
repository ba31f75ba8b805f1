"""Cells mean the same after cleaning, and what could mean two things is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core.importing.convert import (
    read_boolean,
    read_date,
    read_datetime,
    read_integer,
    read_json,
    read_number,
)
from gis_core.importing.rows import BadValue
from gis_core.importing.sanitize import clean_cell, clean_text, storable
from gis_core.units import AmbiguousNumber


@pytest.mark.parametrize("text", ["", " ", "-", "<Null>", "&lt;Null&gt;", "NULL", "nan", "N/A", "\u00a0", "\ufeff"])
def test_texts_that_stand_for_nothing_become_nothing(text):
    assert clean_cell(text) is None


def test_a_word_that_only_begins_like_a_null_text_stays():
    assert clean_cell("Nguyễn Null Nam") == "Nguyễn Null Nam"


def test_a_letter_and_its_separate_tone_mark_become_one():
    assert clean_text("Tru\u0323 nu\u031bo\u031b\u0301c") == "Trụ nước"


def test_line_breaks_stay_and_runs_of_blanks_fold():
    assert clean_text("  một\t\u00a0 hai \r\nba ") == "một hai \nba"


@given(st.text())
def test_cleaning_a_clean_text_changes_nothing(text):
    once = clean_text(text)
    # An entity may hide an entity: "&amp;lt;" was escaped twice, and is unescaped once a run.
    assert "&" in once or clean_text(once) == once


def test_what_postgresql_cannot_hold_is_dropped_from_tags_and_nothing_else_is():
    assert storable({"a\x00b": ["x\ud800y", 1.5, None, "  ????  "]}) == {"ab": ["xy", 1.5, None, "  ????  "]}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("3,5", 3.5),
        ("3.5", 3.5),
        ("12", 12.0),
        ("1.200,5", 1200.5),
        (7, 7.0),
        ("3,5 m", 3.5),
        ("350 cm", 3.5),
    ],
)
def test_numbers_are_read_with_comma_point_and_unit(cell, number):
    assert read_number(cell, "m", None, None) == number


def test_one_mark_before_three_digits_is_ambiguous_until_the_mapping_says_which_mark_it_is():
    with pytest.raises(AmbiguousNumber):
        read_number("1.200", "m", None, None)
    assert read_number("1.200", "m", None, ",") == 1200
    assert read_number("1.200", "m", None, ".") == 1.2


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), True, [1], "unbekannt", "3-4 m", "1e400"])
def test_what_is_no_finite_number_is_refused(cell):
    with pytest.raises(Exception, match=r"number|quantity|range|word|finite"):
        read_number(cell, "m", None, None)


def test_a_unit_told_by_the_mapping_applies_to_bare_numbers_of_every_kind():
    assert read_number("4", "mm", "in", None) == 101.6
    assert read_number(4.0, "mm", "in", None) == 101.6
    assert read_number("100 mm", "mm", "in", None) == 100


def test_a_unit_that_does_not_belong_to_the_field_is_refused():
    with pytest.raises(Exception, match="psi"):
        read_number("20 psi", "mm", None, None)


def test_a_long_integer_keeps_every_digit():
    assert read_integer("9007199254740993", -(2**63), 2**63 - 1, None) == 9007199254740993
    assert read_integer(9007199254740993, -(2**63), 2**63 - 1, None) == 9007199254740993


@pytest.mark.parametrize("cell", ["3,5", 3.5, 40_000, "-1"])
def test_an_integer_out_of_range_or_with_a_fraction_is_refused(cell):
    with pytest.raises(BadValue):
        read_integer(cell, 0, 32_767, None)


@pytest.mark.parametrize("word", ["có", "CÓ", "Đúng", "yes", "true", "x", 1, 1.0, True])
def test_yes_is_understood_in_both_languages(word):
    assert read_boolean(word) is True


def test_a_word_that_is_neither_yes_nor_no_is_refused():
    with pytest.raises(BadValue, match="neither"):
        read_boolean("có lẽ")


@pytest.mark.parametrize(
    "text",
    ["2026-11-02", "2/11/2026", "02-11-2026", "2.11.2026", "2026/11/02", "2026-11-02T08:00:00.000", "2026/11/02 08:00"],
)
def test_days_are_read_as_vietnam_and_qgis_write_them(text):
    assert read_date(text) == date(2026, 11, 2)


@pytest.mark.parametrize("text", ["11/13/2026", "31/02/2026", "hôm qua", "2026"])
def test_a_day_that_does_not_exist_is_refused_and_not_turned_round(text):
    with pytest.raises(BadValue, match="day first"):
        read_date(text)


def test_a_moment_without_offset_is_meant_in_vietnam():
    assert read_datetime("2026-11-02T08:00:00") == datetime(2026, 11, 2, 1, tzinfo=UTC)
    assert read_datetime("2026-11-02T08:00:00+02:00").utcoffset() == timedelta(hours=2)


def test_json_is_read_from_its_text_and_a_bare_word_is_refused():
    assert read_json('{"bình bột": 4}') == {"bình bột": 4}
    with pytest.raises(BadValue):
        read_json("bình bột")
