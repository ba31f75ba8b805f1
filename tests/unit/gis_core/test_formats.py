"""A date typed into a form."""

from datetime import date

import pytest
from django import forms
from django.utils.translation import override


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_day_comes_before_the_month(language):
    """Read the American way, 01/02/2026 would be stored as 2 January without a word."""
    with override(language):
        read = forms.DateField(localize=True).clean
        assert [read(text) for text in ("01/02/2026", "15/09/2025", "2026-02-01")] == [
            date(2026, 2, 1), date(2025, 9, 15), date(2026, 2, 1),
        ]  # fmt: skip
