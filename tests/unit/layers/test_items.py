"""What may be asked of a layer, and what is said to a question that makes no sense."""

from datetime import date

import pytest
from django.test import RequestFactory

from gis_core.errors import BadRequest
from gis_core.values import Bbox
from layers.items import MAX_LIMIT, ItemsQuery, Period


def ask(query: str) -> ItemsQuery:
    return ItemsQuery.from_request(RequestFactory().get(f"/x?{query}"))


def test_no_parameters_ask_for_the_first_hundred():
    assert ask("") == ItemsQuery(bbox=None, limit=100, period=None, after=0)


def test_a_box_of_six_numbers_leaves_the_heights_aside():
    assert ask("bbox=105.8,21.0,-5,105.9,21.1,50").bbox == Bbox(105.8, 21.0, 105.9, 21.1)


def test_a_limit_above_the_maximum_is_clamped_not_refused():
    assert ask("limit=999999").limit == MAX_LIMIT


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("bobx=1,2,3,4", "bbox, limit, datetime, after, f"),
        ("bbox=21.0,105.8,21.1,105.9", "did you mean the bounding box 105.8,21.0,105.9,21.1"),
        ("bbox=nan,21,106,22", "decimal point"),
        ("bbox=105,21,inf,22", "decimal point"),
        ("bbox=105.8,21.0,105.9", "not 3"),
        ("bbox=", "bbox is missing"),
        ("bbox=105.9,21.0,105.8,21.1", "west before east"),
        ("bbox=105.8,21.1,105.9,21.0", "minimum above its maximum"),
        ("bbox=105,20,106,21&bbox=105,20,106,21", "more than once"),
        ("limit=0", "at least 1"),
        ("limit=-3", "at least 1"),
        ("limit=1e3", "whole number"),
        ("limit=", "whole number"),
        ("limit=٣", "whole number"),
        ("after=abc", "whole number"),
        ("after=99999999999999999999", "whole number"),
        ("datetime=yesterday", "2025-07-01"),
        ("datetime=2025-02-30", "2025-07-01"),
        ("datetime=2025-07-01T08:00:00", "its zone"),
        ("datetime=2025-W27-2", "2025-07-01"),
        ("datetime=../..", "start/end"),
        ("datetime=/", "start/end"),
        ("datetime=2025-07-02/2025-07-01", "start first"),
        ("datetime=2025-07-01/2025-07-02/2025-07-03", "start/end"),
        ("datetime=", "2025-07-01"),
        ("f=html", "json, geojson"),
    ],
)
def test_a_bad_question_is_refused_and_told_what_would_be_right(query, says):
    with pytest.raises(BadRequest) as refusal:
        ask(query)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-01", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-06-30T16:59:59Z", date(2025, 6, 30), date(2025, 6, 30)),
        ("2025-06-30T17:00:00Z", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-07-01t00:00:00.5%2B07:00", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-01-01/2025-07-01", date(2025, 1, 1), date(2025, 7, 1)),
        ("../2025-07-01", None, date(2025, 7, 1)),
        ("/2025-07-01", None, date(2025, 7, 1)),
        ("2025-07-01/..", date(2025, 7, 1), None),
        ("2025-07-01/", date(2025, 7, 1), None),
    ],
)
def test_datetime_takes_days_instants_and_intervals_open_at_one_side(text, first, last):
    assert ask(f"datetime={text}").period == Period(first, last)


def test_a_question_spelt_out_and_read_again_is_the_same_question():
    asked = ask("limit=7&datetime=../2025-07-01&bbox=105.8,21,105.9,21.1").following(42)
    spelt = "&".join(f"{name}={value}" for name, value in asked.as_params().items())
    assert ask(spelt) == asked
    assert asked.after == 42
