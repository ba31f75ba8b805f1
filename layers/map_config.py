"""What the scripts of a page need to know, in the reader's language: layers out of the registry, nothing by hand."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from gis_core.fields import LayerField
from gis_core.registry import Layer, Style, Symbol
from gis_core.wording import sentence_case
from layers.map_sources import MapSource, map_sources
from layers.map_texts import MAP_TEXTS
from layers.mark_kinds import mark_kinds
from layers.tile_grid import MAX_ZOOM
from layers.tile_rules import count_names

Config = dict[str, Any]


def page_config(layers: Iterable[Layer], **members: object) -> Config:
    """Describe layers to a page, with the words for its scripts; `members` are what only this page needs."""
    return {
        "language": get_language(),
        "today": timezone.localdate(),
        "now": timezone.now().isoformat(),
        "timeZone": settings.TIME_ZONE,
        "layers": [_layer(layer) for layer in layers],
        "texts": {key: str(text) for key, text in MAP_TEXTS.items()},
        **members,
    }


def base_map() -> Config:
    """Say where the tiles of the map are: ours, and those that the settings name."""
    template = reverse("layers:tile", args=["layers", "0", "0", "0"]).replace("layers/0/0/0", "{layers}/{z}/{x}/{y}")
    template += "?attributes=drawing"  # whoever clicks asks for the rest
    return {
        "tiles": template,
        "maxZoom": MAX_ZOOM,
        "sources": {source.id: _source(source) for source in map_sources},
        "imagery": settings.MAP_IMAGERY,
    }


def kinds_of_marks() -> list[Config]:
    """Say what can be reported, and which obstacles have a name."""
    return [
        {
            "kind": kind.code,
            "label": str(kind.label),
            "obstacles": [{"obstacle": code, "label": str(label)} for code, label in kind.obstacles],
        }
        for kind in mark_kinds
    ]


def _source(source: MapSource) -> Config:
    return {
        "tiles": source.template,
        "minZoom": source.min_zoom,
        "wholeFrom": source.whole_from,
        "insteadOf": source.instead_of,
        "vehicles": _vehicles(source),
    }


def _vehicles(source: MapSource) -> list[Config] | None:
    """Tell of them in the page, so that it asks for the right tiles at once; None: the store does not answer."""
    try:
        return source.vehicles()
    except (OperationalError, InterfaceError):
        return None


def _layer(layer: Layer) -> Config:
    return {
        "id": layer.id,
        "table": layer.table,
        "title": str(layer.title),
        "description": str(layer.description),
        "items": reverse("layers:ogc-items", args=[layer.id]),
        "geometry": layer.geometry_type,
        "titleField": layer.title_field,
        "dated": layer.valid_time is not None,
        "style": _style(layer.style),
        "counts": {name: value for value, name in count_names(layer).items()},
        "fields": [_field(field) for field in layer.fields],
    }


def _style(style: Style) -> Config:
    return {
        "default": _symbol(style.default),
        "by": style.by,
        "classes": {value: _symbol(symbol) for value, symbol in style.classes.items()},
        "worstFirst": style.worst_first,
        "minZoom": style.min_zoom,
        "order": style.order,
        "shown": style.shown,
        "label": style.label,
    }


def _symbol(symbol: Symbol) -> Config:
    return {"colour": symbol.colour, "shape": symbol.shape, "dash": symbol.dash, "label": str(symbol.label)}


def _field(field: LayerField) -> Config:
    return {
        "name": field.name,
        "title": sentence_case(field.title),
        "unit": field.unit,
        "type": field.type,
        "choices": {str(value): str(label) for value, label in field.choices},
    }
