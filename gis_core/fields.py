"""What the attributes of a layer are to a person or a program: name, title, type, unit, code list, audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise

UNITS_BY_SUFFIX = {
    "_mm": "mm", "_m": "m", "_m2": "m²", "_m3": "m³", "_kpa": "kPa", "_lps": "L/s", "_t": "t", "_kmh": "km/h",
    "_s": "s", "_deg": "°", "_h": "h",
}  # fmt: skip
"""Names carry their unit; this is where a program reads it back."""

_JSON_TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "boolean"),
    (models.ForeignKey, "string"),
    (models.IntegerField, "integer"),
    (models.AutoField, "integer"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
    (models.DateTimeField, "date-time"),
    (models.DateField, "date"),
    (ArrayField, "array"),
    (models.JSONField, "object"),
    (models.CharField, "string"),
    (models.TextField, "string"),
)


@dataclass(frozen=True, slots=True)
class LayerField:
    """One attribute; `column` stores it, `reference` is the table of the record it holds, shown by its `ref`."""

    name: str
    column: str
    title: str | Promise
    type: str
    unit: str = ""
    description: str | Promise = ""
    choices: tuple[tuple[Any, str | Promise], ...] = ()
    sensitive: bool = False
    editable: bool = True
    required: bool = False
    nullable: bool = True
    reference: str = ""


def unit_of(name: str) -> str:
    """The unit a name carries, empty for none.

    >>> unit_of("clear_width_m"), unit_of("flow_lps"), unit_of("name")
    ('m', 'L/s', '')
    """
    return next((UNITS_BY_SUFFIX[s] for s in sorted(UNITS_BY_SUFFIX, key=len, reverse=True) if name.endswith(s)), "")


def describe_fields(
    model: type[models.Model], *, sensitive: frozenset[str], hidden: frozenset[str]
) -> tuple[LayerField, ...]:
    """Describe the concrete attributes of `model`, without its key and geometry."""
    described = [
        _describe(column, sensitive=column.name in sensitive)
        for column in model._meta.concrete_fields
        if not isinstance(column, GeometryField) and not column.primary_key and column.name not in hidden
    ]
    # What makes a kind of feature comes before what every record carries.
    common = {f.name for f in _record_fields()}
    return tuple(sorted(described, key=lambda f: (f.name != "ref", f.name in common)))


def _record_fields() -> list[Any]:
    from gis_core.features import Feature  # noqa: PLC0415 - features needs a ready app registry, fields does not

    return list(Feature._meta.get_fields())


def _describe(column: models.Field[Any, Any], *, sensitive: bool) -> LayerField:
    return LayerField(
        name=column.name,
        column=column.column or column.name,
        title=column.verbose_name,
        type=next(kind for base, kind in _JSON_TYPES if isinstance(column, base)),
        unit=unit_of(column.name),
        description=column.help_text,
        choices=tuple((value, label) for value, label in column.flatchoices),
        sensitive=sensitive,
        editable=column.editable,
        required=not (column.blank or column.null or column.has_default()),
        nullable=column.null,
        reference=column.related_model._meta.db_table if isinstance(column, models.ForeignKey) else "",
    )
