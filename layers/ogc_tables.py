"""Features as tables for people: titles for names, labels for codes, units, and nothing that nobody knows made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gis_core.fields import LayerField
from gis_core.registry import Layer
from gis_core.wording import say_day, say_number

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One feature of a table; an empty cell is a value that nobody knows."""

    id: int | str
    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of one page. `empty` are the titles of the attributes that none of them has."""

    columns: tuple[LayerField, ...]
    rows: tuple[Row, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of one feature."""

    field: LayerField
    value: str


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a document, flattened; `href` is where it leads, if anywhere."""

    name: str
    value: str
    depth: int
    href: str = ""


def table_of(layer: Layer, features: list[Document]) -> Table:
    """Lay out a page of features."""
    asked = [field for field in layer.fields if any(field.name in feature["properties"] for feature in features)]
    given = [f for f in asked if any(_is_given(feature["properties"].get(f.name)) for feature in features)]
    columns = tuple(field for field in given if field.name != layer.title_field)
    rows = tuple(
        Row(
            id=feature["id"],
            title=title_of(layer, feature),
            cells=tuple(say_value(field, feature["properties"].get(field.name)) for field in columns),
        )
        for feature in features
    )
    return Table(columns, rows, tuple(str(field.title) for field in asked if field not in given))


def attributes_of(layer: Layer, feature: Document) -> tuple[Attribute, ...]:
    """List what is known of a feature, and what is not."""
    properties = feature["properties"]
    shown = (field for field in layer.fields if field.name in properties)
    return tuple(Attribute(field, say_value(field, properties[field.name])) for field in shown)


def title_of(layer: Layer, feature: Document) -> str:
    """Name a feature to a person; a name says more than a reference."""
    properties = feature["properties"]
    names = (properties.get(name) for name in (layer.title_field, "name", "ref"))
    return next((str(name) for name in names if name), str(feature["id"]))


def say_value(field: LayerField, value: Any) -> str:
    """Write a value as people do, with its unit; nothing for what nobody knows."""
    if not _is_given(value):
        return ""
    if isinstance(value, str | int) and (label := dict(field.choices).get(value)):
        return str(label)
    if isinstance(value, str) and field.type in {"date", "date-time"}:
        return _say_moment(field.type, value)
    text = _plain(value)
    return f"{text} {field.unit}" if field.unit else text


def properties_of(schema: Document) -> list[Document]:
    """List the properties of a JSON Schema, each with its name; what it does not say is empty."""
    empty = dict.fromkeys(("title", "type", "format", "description", "enum"), "")
    listed: Document = schema["properties"]
    return [{**empty, "name": name, **part} for name, part in listed.items()]


def members_of(part: Any, name: str = "", depth: int = -1) -> Iterator[Member]:
    """Flatten any document to lines."""
    if isinstance(part, dict):
        if depth >= 0:
            yield Member(name, "", depth)
        for key, inner in part.items():
            yield from members_of(inner, str(key), depth + 1)
    elif isinstance(part, list) and any(isinstance(each, dict | list) for each in part):
        yield Member(name, "", depth)
        for number, inner in enumerate(part, 1):
            yield from members_of(inner, str(number), depth + 1)
    else:
        text = _plain(part)
        yield Member(name, text, depth, text if text.startswith(("http://", "https://")) and "{" not in text else "")


def _say_moment(kind: str, value: str) -> str:
    if kind == "date":
        day = parse_date(value)
        return say_day(day) if day else value
    moment = parse_datetime(value)
    return _say_time(localtime(moment)) if moment and moment.tzinfo else value


def _say_time(moment: datetime) -> str:
    return f"{say_day(moment.date())} {moment:%H:%M}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return say_number(value, 2)
    if isinstance(value, list):
        return " · ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(each)}" for name, each in value.items())
    return "" if value is None else str(value)


def _is_given(value: Any) -> bool:
    return value is not None and value not in ("", [], {})
