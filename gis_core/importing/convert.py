"""Cells to values: for each field of a layer the one function that reads it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive
from django.utils.translation import override

from gis_core.fields import LayerField
from gis_core.importing.mapping import FieldMapping, fold
from gis_core.importing.rows import BadValue
from gis_core.importing.sanitize import clean_cell
from gis_core.units import (
    DecimalMark,
    mm_from_m,
    parse_decimal,
    parse_flow_lps,
    parse_length_m,
    parse_pressure_kpa,
    parse_weight_t,
)

Convert = Callable[[Any], Any]

YES: Final = frozenset({"yes", "y", "true", "t", "1", "co", "dung", "x", "on"})
NO: Final = frozenset({"no", "n", "false", "f", "0", "khong", "sai", "off"})

_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ T].*)?")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:[ T].*)?")
_SIGNED: Final = re.compile(r"([+-]?)\s*([0-9].*)")

# Unit of the field → parser of a text with or without unit, unit of a bare number, factor from what the parser gives.
_QUANTITIES: Final[Mapping[str, tuple[Callable[..., float], str, Callable[[float], float]]]] = {
    "m": (parse_length_m, "m", float),
    "mm": (parse_length_m, "mm", mm_from_m),
    "t": (parse_weight_t, "t", float),
    "kPa": (parse_pressure_kpa, "kPa", float),
    "L/s": (parse_flow_lps, "l/s", float),
}

_INTEGER_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "BigIntegerField": (-(2**63), 2**63 - 1),
}


def converter_for(field: LayerField, column: models.Field[Any, Any], mapping: FieldMapping) -> Convert:
    """Give the function that turns a cell into what the column stores.

    It gives None for an empty cell where the column may be NULL, else the column's own default, and raises
    `ThuyLoError` with what would be right.
    """
    read = _reader(field, column, mapping)
    replaced = {fold(str(text)): value for text, value in mapping.values.get(field.name, {}).items()}

    def convert(cell: Any) -> Any:
        value = clean_cell(cell)
        if replaced:
            value = replaced.get(fold("" if value is None else str(value)), value)
        return empty_value(column) if value is None else read(value)

    return convert


def empty_value(column: models.Field[Any, Any]) -> Any:
    """Give what an empty cell means: nobody knows.

    Raises
    ------
    BadValue
        The column must be filled.
    """
    if isinstance(column, models.ForeignKey):
        return None if column.null else _required()
    if column.null:
        return None
    if column.has_default():
        return column.get_default()
    return "" if column.blank else _required()


def _required() -> Any:
    raise BadValue("The cell is empty, but must be filled.")


def _reader(field: LayerField, column: models.Field[Any, Any], mapping: FieldMapping) -> Convert:
    if field.choices:
        return _choice_reader(field)
    make = next((make for kind, make in _READERS if isinstance(column, kind)), _text_reader)
    return make(field, column, mapping)


def _text_reader(field: LayerField, column: Any, mapping: FieldMapping) -> Convert:
    return lambda value: as_text(value, column.max_length)


def _reference_reader(field: LayerField, column: Any, mapping: FieldMapping) -> Convert:
    return lambda value: as_text(value, column.related_model._meta.get_field("ref").max_length)


def _integer_reader(field: LayerField, column: Any, mapping: FieldMapping) -> Convert:
    low, high = _INTEGER_RANGES[column.get_internal_type()]
    return lambda value: read_integer(value, low, high, mapping.decimal)


def _number_reader(field: LayerField, column: Any, mapping: FieldMapping) -> Convert:
    return lambda value: read_number(value, field.unit, mapping.units.get(field.name), mapping.decimal)


def as_text(value: Any, longest: int | None) -> str:
    """Give a text, also for what a table kept as a number; whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict | list):
        raise BadValue("A text is wanted, not a list or an object.")
    text = str(value)
    if longest is not None and len(text) > longest:
        raise BadValue(
            "The text has %(length)d characters, at most %(longest)d fit.", length=len(text), longest=longest
        )
    return text


def read_boolean(value: Any) -> bool:
    """Read yes or no in Vietnamese and English.

    >>> read_boolean("Có"), read_boolean("không"), read_boolean(1)
    (True, False, True)
    """
    if isinstance(value, bool):
        return value
    word = fold(as_text(value, None))
    if word in YES or word in NO:
        return word in YES
    raise BadValue('"%(text)s" is neither yes nor no: write có or không, yes or no.', text=str(value)[:40])


def _choice_reader(field: LayerField) -> Convert:
    words = _choice_words(field)
    codes = ", ".join(str(code) for code, _ in field.choices)

    def read(value: Any) -> Any:
        word = fold(as_text(value, None)) or str(value)
        if word in words:
            return words[word]
        raise BadValue('"%(text)s" is none of: %(codes)s.', text=str(value)[:40], codes=codes)

    return read


def _choice_words(field: LayerField) -> dict[str, Any]:
    """Give each code under itself and its labels; a column of yes, no and unknown also under the words for these."""
    words: dict[str, Any] = {}
    for language in ("vi", "en"):
        with override(language):
            words |= {fold(str(label)): code for code, label in field.choices}
    codes = {code for code, _ in field.choices}
    if {"yes", "no"} <= codes:
        words |= dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
    # Codes last: they mean themselves, whatever a label says. "-1" is a code of one-way and folds to "1".
    return (
        words
        | {fold(str(code)): code for code in codes if not str(code).startswith("-")}
        | {str(code): code for code in codes}
    )


def read_integer(value: Any, low: int, high: int, decimal: DecimalMark | None) -> int:
    """Read a whole number within what the column holds."""
    number = read_number(value, "", None, decimal)
    if not number.is_integer():
        raise BadValue("%(value)s is no whole number.", value=str(value)[:40])
    if not low <= number <= high:
        raise BadValue("%(value)s is out of range: %(low)d to %(high)d.", value=str(value)[:40], low=low, high=high)
    # Straight from the text where it can be: a float holds 53 bits, an OSM id may have more.
    return int(value) if isinstance(value, int | str) and re.fullmatch(r"[+-]?[0-9]+", str(value)) else int(number)


def read_number(value: Any, unit: str, given_unit: str | None, decimal: DecimalMark | None) -> float:
    """Read a finite number in the unit of the field.

    Parameters
    ----------
    value
        A number, or text with decimal point or comma and, for quantities, a unit.
    unit
        Unit of the field, empty for none.
    given_unit
        Unit that bare numbers are in, where it is another one.
    decimal
        The decimal mark, if the source has only one.

    >>> read_number("3,5", "m", None, None), read_number("4 in", "mm", None, None), read_number(4, "mm", "in", None)
    (3.5, 101.6, 101.6)
    """
    if isinstance(value, bool | dict | list):
        raise BadValue('"%(text)s" is no number.', text=str(value)[:40])
    if isinstance(value, str):
        signed = _SIGNED.fullmatch(value)
        plain = parse_decimal(signed[2], decimal=decimal) if signed and not given_unit else None
        if signed and plain is not None:
            return _finite(-plain if signed[1] == "-" else plain, value)
    elif not given_unit:
        return _finite(value, value)
    if unit not in _QUANTITIES:
        raise BadValue('"%(text)s" is no number: write digits, with a decimal point or comma.', text=str(value)[:40])
    parse, usual, from_parsed = _QUANTITIES[unit]
    # The detour over metres leaves a rest in the last digits.
    return round(from_parsed(parse(value, unit=(given_unit or usual).lower(), decimal=decimal)), 9)


def _finite(number: float | Decimal, told: Any) -> float:
    result = float(number)
    if not math.isfinite(result):
        raise BadValue("%(value)s is not a finite number.", value=str(told)[:40])
    return result


def read_date(value: Any) -> date:
    """Read a day: ISO 8601, with or without a time, or day/month/year.

    >>> read_date("2026-11-01T00:00:00.000"), read_date("1/11/2026"), read_date("2026/11/01")
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 1), datetime.date(2026, 11, 1))
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value, None)
    try:
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _YEAR_FIRST.fullmatch(text):
            return date(*map(int, found.groups()))
        moment = parse_date(text) or parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise BadValue('"%(text)s" is no date: write 2026-11-01 or 01/11/2026 (day first).', text=text[:40])
    return moment.date() if isinstance(moment, datetime) else moment


def read_datetime(value: Any) -> datetime:
    """Read a moment: ISO 8601; without offset it is meant in Vietnam."""
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(as_text(value, None))
    except ValueError:
        moment = None
    if moment is None:
        raise BadValue('"%(text)s" is no date and time: write 2026-11-01T08:30:00+07:00.', text=str(value)[:40])
    return moment.replace(tzinfo=get_current_timezone()) if is_naive(moment) else moment


def read_json(value: Any) -> Any:
    """Read an object or a list, also from its JSON text, as GeoPackage and CSV keep it."""
    if isinstance(value, dict | list):
        return value
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if not isinstance(found, dict | list):
        raise BadValue('"%(text)s" is no JSON object: write such as {"bucket": 4}.', text=str(value)[:40])
    return found


def _array_reader(field: LayerField, column: Any, mapping: FieldMapping) -> Convert:
    read = _reader(field, column.base_field, mapping)

    def read_all(value: Any) -> list[Any]:
        if isinstance(value, str):
            # GDAL writes (3:65,65,100) where there are no lists.
            listed = re.sub(r"^\([0-9]+:", "", value).strip("[]{}()")
            value = [part for part in re.split(r"[;,\s]+", listed) if part]
        return [read(part) for part in (value if isinstance(value, list) else [value])]

    return read_all


_READERS: Final[tuple[tuple[type[Any], Callable[[LayerField, Any, FieldMapping], Convert]], ...]] = (
    (models.ForeignKey, _reference_reader),
    (ArrayField, _array_reader),
    (models.JSONField, lambda *_: read_json),
    (models.BooleanField, lambda *_: read_boolean),
    (models.IntegerField, _integer_reader),
    (models.FloatField, _number_reader),
    (models.DateTimeField, lambda *_: read_datetime),
    (models.DateField, lambda *_: read_date),
)
"""How each kind of column is read, the special before the general; all others are texts."""
