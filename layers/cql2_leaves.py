"""The leaves of a filter: properties, numbers, texts, days, intervals, geometries. Each becomes a `Term`."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import FloatField, IntegerField
from psycopg import sql

from gis_core.crs import CatalogueEntry
from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.audience import Audience
from layers.columns import planar, served
from layers.cql2_geometry import read_box, read_geometry
from layers.cql2_terms import KINDS, InvalidFilter, Kind, Term, refuse_kind, shorten
from layers.property_values import in_utc, searchable_fields

GEOMETRY = "geom"
"""The name of the geometry in a filter."""

_HANOI_DAY = sql.SQL("(({}) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
_OPEN = {"open start": sql.SQL("'-infinity'"), "open end": sql.SQL("'infinity'")}
_CASTS: dict[str, sql.SQL] = {
    "number": sql.SQL("{}::float8"),
    "string": sql.SQL("{}::text"),
    "date": sql.SQL("{}::date"),
    "timestamp": sql.SQL("{}::timestamptz"),
    "geometry": sql.SQL("{}::geometry"),
    "array": sql.SQL("{}::float8[]"),
}
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,}(Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def queryable_fields(layer: Layer, audience: Audience) -> dict[str, LayerField]:
    """Return the attributes that `audience` may filter by.

    Those of a shape that a filter cannot compare, such as objects, are not among them.
    """
    return {f.name: f for f in searchable_fields(layer, audience) if _kind(layer, f) is not None}


class Leaves:
    """Reads the leaves of one filter and keeps what the caller wrote as parameters."""

    def __init__(self, layer: Layer, audience: Audience, crs: CatalogueEntry) -> None:
        self.params: dict[str, Any] = {}
        self._layer = layer
        self._fields = queryable_fields(layer, audience)
        self._crs = crs
        self._readers: dict[str, Callable[[dict[str, Any], str], Term]] = {
            "property": self._property,
            "date": self._day,
            "timestamp": self._instant,
            "interval": self._interval,
            "bbox": self._box,
            "type": self._geometry,
        }

    def leaf(self, node: Any, place: str) -> Term:
        """Read anything but an operation."""
        if isinstance(node, bool):
            return Term(sql.SQL("true" if node else "false"), "boolean", literal=node)
        if isinstance(node, int | float):
            return self._bound(_finite(node, place), "number")
        if isinstance(node, str):
            return replace(self._bound(unicodedata.normalize("NFC", node), "string"), pattern=node)
        if isinstance(node, list):
            return self._array(node, place)
        if node is None:
            raise InvalidFilter("Nothing equals NULL (at %(place)s): write IS NULL, or isNull in JSON.", place=place)
        for key, read in self._readers.items():
            if key in node:
                return read(node, place)
        raise InvalidFilter("“%(value)s” is no part of CQL2 (at %(place)s).", place=place, value=shorten(node))

    def _bound(self, value: Any, kind: Kind) -> Term:
        name = f"f{len(self.params)}"
        self.params[name] = value
        return Term(_CASTS[kind].format(sql.Placeholder(name)), kind, literal=value)

    def _array(self, values: list[Any], place: str) -> Term:
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            raise InvalidFilter("Only numbers can stand in an array (at %(place)s).", place=place)
        return self._bound([_finite(value, place) for value in values], "array")

    def _property(self, node: dict[str, Any], place: str) -> Term:
        name = node["property"]
        if name == GEOMETRY:
            return Term(planar(self._layer), "geometry", name=GEOMETRY)
        field = self._fields.get(name) if isinstance(name, str) else None
        kind = _kind(self._layer, field) if field else None
        if field is None or kind is None:
            raise InvalidFilter(
                "There is no property “%(property)s” to filter by (at %(place)s); there are: %(known)s.", place=place,
                property=shorten(name), known=", ".join([GEOMETRY, *self._fields]),
            )  # fmt: skip
        # What is no number is served as unknown and is unknown to a filter.
        value = _CASTS[kind].format(served(field)) if kind == "array" else served(field)
        return Term(value, kind, name=field.name, codes=tuple(code for code, _label in field.choices))

    def _day(self, node: dict[str, Any], place: str) -> Term:
        return self._bound(_read_day(node["date"], place), "date")

    def _instant(self, node: dict[str, Any], place: str) -> Term:
        return self._bound(_read_instant(node["timestamp"], place), "timestamp")

    def _box(self, node: dict[str, Any], place: str) -> Term:
        return self._bound(read_box(node["bbox"], self._crs, place), "geometry")

    def _geometry(self, node: dict[str, Any], place: str) -> Term:
        return self._bound(read_geometry(node, self._crs, place), "geometry")

    def _interval(self, node: dict[str, Any], place: str) -> Term:
        ends = node["interval"]
        if not isinstance(ends, list) or len(ends) != 2:  # noqa: PLR2004 - first and last
            raise InvalidFilter("An interval has two ends (at %(place)s); “..” leaves one open.", place=place)
        start, end = self._end(ends[0], "open start", place), self._end(ends[1], "open end", place)
        if (start.name, end.name) == self._layer.valid_time:
            start, end = _in_force(start, end)
        first, last = (term.literal for term in align(start, end))
        if first is not None and last is not None and first > last:
            raise InvalidFilter("The interval at %(place)s ends before it begins.", place=place)
        return Term(sql.SQL("NULL"), "interval", ends=(start, end))

    def _end(self, node: Any, side: Kind, place: str) -> Term:
        if node == "..":
            return Term(_OPEN[side], side)
        if isinstance(node, str):
            node = {"date" if _DAY.fullmatch(node) else "timestamp": node}
        term = self.leaf(node, place)
        if term.kind not in {"date", "timestamp"}:
            refuse_kind("interval", "date, timestamp", term, place)
        return term


def align(*terms: Term) -> list[Term]:
    """Compare days with days: an instant beside a day counts as the day that Hanoi's calendar shows."""
    kinds = {term.kind for term in terms} - {"open start", "open end"}
    target: Kind = "date" if "date" in kinds else "timestamp"
    return [_as(target, term) for term in terms]


def _as(target: Kind, term: Term) -> Term:
    if term.kind in _OPEN:
        return Term(_CASTS[target].format(term.sql), target)
    if target == "date" and term.kind == "timestamp":
        return Term(_HANOI_DAY.format(term.sql), target)
    return term


def _kind(layer: Layer, field: LayerField) -> Kind | None:
    if field.type == "array":
        column = layer.model._meta.get_field(field.name)
        numeric = isinstance(column, ArrayField) and isinstance(column.base_field, IntegerField | FloatField)
        return "array" if numeric else None
    return KINDS.get(field.type)


def _in_force(start: Term, end: Term) -> tuple[Term, Term]:
    """Return the days in force: an empty column bounds nothing, and the second names the first day after."""
    return (
        Term(sql.SQL("coalesce({}, '-infinity')").format(start.sql), start.kind),
        Term(sql.SQL("coalesce({} - 1, 'infinity')").format(end.sql), end.kind),
    )


def _read_day(text: Any, place: str) -> date:
    try:
        if isinstance(text, str) and _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the thirtieth of February
    raise InvalidFilter("“%(value)s” is no day (at %(place)s): write 2025-07-01.", place=place, value=shorten(text))


def _read_instant(text: Any, place: str) -> datetime:
    try:
        if isinstance(text, str) and _INSTANT.fullmatch(text):
            return in_utc(datetime.fromisoformat(text.upper()))
    except ValueError:
        pass
    raise InvalidFilter(
        "“%(value)s” is no instant with its zone (at %(place)s): write 2025-07-01T08:30:00Z.", place=place,
        value=shorten(text),
    )  # fmt: skip


def _finite(number: float, place: str) -> float:
    if not math.isfinite(number):
        raise InvalidFilter("There is a number that is not finite (at %(place)s).", place=place)
    return float(number)
