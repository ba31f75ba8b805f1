"""Numbers and days in sentences."""

from datetime import date

import pytest
from django.utils.translation import override

from gis_core.wording import say_day, say_number


@pytest.mark.parametrize(("language", "spoken"), [("vi", "2,7"), ("en", "2.7")])
def test_a_number_has_the_decimal_mark_of_the_language(language, spoken):
    with override(language):
        assert say_number(2.70, 2) == spoken


@pytest.mark.parametrize(("quantity", "spoken"), [(18.0, "18"), (0.04, "0"), (100.0, "100"), (2.95, "2.95")])
def test_trailing_zeros_are_left_out_and_whole_numbers_stay_whole(quantity, spoken):
    with override("en"):
        assert say_number(quantity, 2 if quantity == 2.95 else 1) == spoken


def test_a_day_cannot_be_taken_for_a_month():
    with override("en"):
        assert say_day(date(2026, 4, 5)) == "5 Apr 2026"
    with override("vi"):
        assert say_day(date(2026, 4, 5)) == "05/04/2026"
