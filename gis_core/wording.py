"""Numbers, days and errors as people read them, in the language in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext

from gis_core.errors import ThuyLoError


def say_number(quantity: float, decimals: int = 1) -> str:
    """Write a quantity with at most this many decimals, none of them a trailing zero: ``2,7`` in Vietnamese."""
    text = f"{quantity:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    # A whole number is written alike in every language.
    return number_format(text, use_l10n=True) if "." in text else text


def say_day(day: date) -> str:
    """Write a day so that nobody can take the day for the month: ``05/04/2026`` in Vietnamese, ``5 Apr 2026`` else."""
    return date_format(day, "d/m/Y" if get_language() == "vi" else "j M Y", use_l10n=False)


def sentence_case(text: object) -> str:
    """Begin with a capital, as a legend does."""
    return str(text)[:1].upper() + str(text)[1:]


def say_message(message: str, params: Mapping[str, Any]) -> str:
    """Write a message of ours with its values."""
    template = gettext(message)
    return template % params if params else template


def explain(error: ThuyLoError) -> str:
    """Write what an error of ours says."""
    return say_message(error.message, error.params)
