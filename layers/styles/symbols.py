"""Cases, sizes and scales of a layer, as every style document has them; `static/layers/symbols.js` draws the same."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from gis_core.registry import Layer, Symbol, layer_registry
from gis_core.wording import sentence_case

Kind = Literal["point", "line", "area"]

PX_MM = 0.2646
"""A pixel of a web map (96 to the inch) on paper, in millimetres."""

RIM = "#ffffff"
"""Symbols of points have a white rim, so that they stand out on anything."""

EDGE_OF_DOUBT, DOUBT = "#c8c4bf", "#8a4b12"
"""A road whose class is dashed has a pale edge, and the pattern down its middle in this colour."""

_GROUND_BELOW = 50
_SCALE_AT_ZOOM_0 = 559_082_264
_KINDS: dict[str, tuple[Kind, ...]] = {
    "Point": ("point",),
    "LineString": ("line",),
    "MultiPolygon": ("area",),
    "Geometry": ("point", "line", "area"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a legend; `value` is None for whatever no other case covers."""

    value: str | None
    symbol: Symbol
    label: str


def cases_of(layer: Layer) -> tuple[Case, ...]:
    """List the cases in the order of the legend; the last one covers the rest, so that no feature goes undrawn."""
    classes = [Case(value, symbol, sentence_case(symbol.label)) for value, symbol in layer.style.classes.items()]
    rest = Case(None, layer.style.default, sentence_case(_("other")) if classes else str(layer.title))
    return (*classes, rest)


def kinds_of(layer: Layer) -> tuple[Kind, ...]:
    """Name the kinds of geometry that the layer's features may have."""
    return _KINDS[layer.geometry_type]


def is_ground(layer: Layer) -> bool:
    """Whether the layer is the ground, not something standing on it."""
    return layer.style.order < _GROUND_BELOW


def point_size_mm(layer: Layer) -> float:
    """Return the diameter of a point symbol."""
    if is_ground(layer):
        radius_px = 2.5
    elif layer.style.default.shape == "star":
        radius_px = 10.0
    elif glyph_of(layer):
        radius_px = 8.0
    else:
        radius_px = 4.2 if layer.style.order < 70 else 5.5  # noqa: PLR2004 - as symbols.js draws them
    return round(2 * radius_px * PX_MM, 2)


def glyph_of(layer: Layer) -> str:
    """Return the first letter of the title where another layer has the same classes; else nothing."""
    values = list(layer.style.classes)
    alike = (o for o in layer_registry if o.id != layer.id and not is_ground(o) and list(o.style.classes) == values)
    return str(layer.title)[0].upper() if values and any(alike) else ""


def dashes_mm(symbol: Symbol) -> tuple[float, ...]:
    """Return the lengths of dashes and gaps; none for a line without a break."""
    return tuple(round(float(length_px) * PX_MM, 2) for length_px in symbol.dash.split())


def least_scale(layer: Layer) -> int | None:
    """Return the denominator of the smallest scale at which the layer is drawn; None for any."""
    # A little beyond the zoom level itself, or a map that stands exactly at that level would miss it.
    return round(_SCALE_AT_ZOOM_0 / 2**layer.style.min_zoom * 1.1) if layer.style.min_zoom else None
