"""Attributes as an address names them, and their values as it writes them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from gis_core.errors import BadRequest
from gis_core.fields import LayerField
from gis_core.parameters import whole_number
from gis_core.registry import Layer
from gis_core.values import InvalidNumber, parse_number
from layers.audience import Audience

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}

Value = str | int | float | bool | date


class InvalidParameter(BadRequest):
    """A parameter whose value makes no sense."""

    code = "invalid-parameter"
    title = "The value of a parameter is not valid"


def shown_fields(layer: Layer, audience: Audience) -> tuple[LayerField, ...]:
    """Return the attributes that `audience` gets for at least some features."""
    return tuple(field for field in layer.fields if not field.sensitive or audience.everywhere or audience.units)


def searchable_fields(layer: Layer, audience: Audience) -> tuple[LayerField, ...]:
    """Return the attributes that may choose or order features: those that `audience` sees for every feature.

    Otherwise the choice, or the order, would tell what is not shown.
    """
    return tuple(field for field in layer.fields if not field.sensitive or audience.everywhere)


def named_field(parameter: str, name: str, fields: Sequence[LayerField]) -> LayerField:
    """Return the attribute of this name, or raise `InvalidParameter` naming those there are."""
    if found := next((field for field in fields if field.name == name), None):
        return found
    raise InvalidParameter(
        "%(parameter)s names “%(value)s”; it may name: %(known)s.",
        parameter=parameter,
        value=name[:60],
        known=", ".join(field.name for field in fields),
    )


def parse_feature_id(text: str) -> int | None:
    """Read the id of a feature; None where no feature can have it."""
    return whole_number(text)


def read_value(parameter: str, field: LayerField, text: str) -> Value:
    """Read a value of an attribute's type, a code where it has a list.

    Raises
    ------
    InvalidParameter
        With what would be right.
    """
    codes = {code for code, _label in field.choices}
    try:
        value = typed_value(field, text)
        if not codes or value in codes:
            return value
    except (ValueError, InvalidNumber):
        pass
    raise InvalidParameter(
        "%(parameter)s is “%(value)s”; what fits is: %(fitting)s.",
        parameter=parameter,
        value=text[:60],
        fitting=", ".join(map(str, sorted(codes))) or field.type,
    )


def in_utc(moment: datetime) -> datetime:
    """Give an instant as every clock reads it: PostgreSQL knows no zone beyond 16 hours, Python those up to 24.

    Raises
    ------
    ValueError
        At the very ends of the calendar.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(moment)) from error


def typed_value(field: LayerField, text: str) -> Value:
    """Read a value of an attribute's type, or raise ValueError or `InvalidNumber`."""
    match field.type:
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "number":
            return parse_number(field.name, text)
        case "boolean" if text in _BOOLEANS:
            return _BOOLEANS[text]
        case "date":
            return date.fromisoformat(text)
        case "date-time" if (moment := datetime.fromisoformat(text)).tzinfo:
            return in_utc(moment)
        case "string" if "\0" not in text:
            return text
    raise ValueError(text)
