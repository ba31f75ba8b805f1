"""What the map page needs to know of the layers, in the reader's language: out of the registry, nothing by hand."""

from typing import Any

from gis_core.fields import LayerField
from gis_core.registry import Layer, Style, Symbol

Config = dict[str, Any]


def layer_config(layer: Layer, *, items: str) -> Config:
    """Describe a layer to the page; `items` is the address of its features."""
    return {
        "id": layer.id,
        "title": str(layer.title),
        "description": str(layer.description),
        "items": items,
        "geometry": layer.geometry_type,
        "titleField": layer.title_field,
        "dated": layer.valid_time is not None,
        "style": _style(layer.style),
        "fields": [_field(field) for field in layer.fields],
    }


def _style(style: Style) -> Config:
    return {
        "default": _symbol(style.default),
        "by": style.by,
        "classes": {value: _symbol(symbol) for value, symbol in style.classes.items()},
        "minZoom": style.min_zoom,
        "order": style.order,
        "shown": style.shown,
    }


def _symbol(symbol: Symbol) -> Config:
    return {"colour": symbol.colour, "shape": symbol.shape, "dash": symbol.dash, "label": str(symbol.label)}


def _field(field: LayerField) -> Config:
    title = str(field.title)
    return {
        "name": field.name,
        "title": title[:1].upper() + title[1:],
        "unit": field.unit,
        "type": field.type,
        "choices": {str(value): str(label) for value, label in field.choices},
    }
