"""The forms of the administration: places and tags as text, every value held to the rules of an import.

The rules stand in `gis_core.importing.validate` and not on the columns: they differ by way only in how they are told,
and know what no validator of a column does, such as the day of today and the other end of a period.
"""

import json
from typing import Any

import orjson
import shapely
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from shapely.errors import ShapelyError

from gis_core.errors import ThuyLoError
from gis_core.importing.geometry import clean_geometry
from gis_core.importing.rows import Row
from gis_core.importing.sanitize import storable
from gis_core.importing.validate import check_ranges
from gis_core.values import LonLat
from gis_core.wording import explain


class _LongText(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 4, "cols": 90, "spellcheck": "false"})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare texts: what is shown is what comes back when nobody touches it."""
        return bool(self.prepare_value(initial) != data)


class PlaceField(_LongText):
    """A geometry as WKT or GeoJSON text, in degrees of WGS 84, longitude first; cleaned as an import cleans it."""

    def __init__(self, *, wanted: str, **options: Any) -> None:
        self.wanted = wanted
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Show what is stored as WKT; what was typed stays as it was."""
        return value.wkt if isinstance(value, GEOSGeometry) else value

    def clean(self, value: Any) -> GEOSGeometry | None:
        """Read the text, or say what is wrong with it."""
        text = super().clean(value)
        if not text:
            return None
        try:
            geom = clean_geometry(_read_place(text), self.wanted)
            west, south, east, north = geom.bounds
            LonLat.from_params(west, south)
            LonLat.from_params(east, north)
        except ThuyLoError as error:
            raise ValidationError(explain(error)) from error
        except (ShapelyError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(
                _("This is neither WKT nor GeoJSON: write such as POINT (105.8523 21.0285).")
            ) from error
        return GEOSGeometry(memoryview(shapely.to_wkb(geom)), srid=4326)


def _read_place(text: str) -> Any:
    text = text.strip()
    geom = shapely.geometry.shape(json.loads(text)) if text.startswith("{") else shapely.from_wkt(text)
    if geom.is_empty:
        raise ValueError
    return geom


class TagsField(_LongText):
    """Tags as JSON text: an object, with nothing in it that JSON or PostgreSQL does not know."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show what is stored as JSON; what was typed stays as it was."""
        return value if isinstance(value, str) else json.dumps(value or {}, ensure_ascii=False)

    def clean(self, value: Any) -> dict[str, Any]:
        """Read the text, or say what is wrong with it."""
        try:
            tags = storable(orjson.loads(super().clean(value) or "{}"))
            json.dumps(tags)  # as it will be stored; orjson reads deeper than that writes
        except (orjson.JSONDecodeError, RecursionError):
            tags = None
        if not isinstance(tags, dict):
            raise ValidationError(_('This is no JSON object: write such as {"colour": "red"}, without NaN.'))
        return tags


class CheckedForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """A record that may say what an import may: the same ranges, no day to come, no period that ends too early."""

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be true, and empty what is written as 0 and means unknown."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        row = Row(1, {}, values={name: value for name, value in cleaned.items() if value is not None})
        check_ranges(row, self._meta.model, at=timezone.localdate())
        for complaint in row.complaints:
            self.add_error(complaint.field if complaint.field in self.fields else None, complaint.detail)
        return {**cleaned, **{name: row.values[name] for name in cleaned.keys() & row.values.keys()}}
