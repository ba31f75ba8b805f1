"""Symbols in the words of QGIS: layers of markers, strokes and fills, one over the other."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from gis_core.registry import Layer, Shape, Symbol
from layers.styles.symbols import (
    DOUBT,
    EDGE_OF_DOUBT,
    PX_MM,
    RIM,
    Kind,
    dashes_mm,
    glyph_of,
    is_ground,
    point_size_mm,
)  # fmt: skip
from layers.styles.xml import add, options

_SHAPES: dict[Shape, tuple[str, int]] = {
    "circle": ("circle", 0),
    "square": ("square", 0),
    "triangle": ("triangle", 0),
    "diamond": ("diamond", 0),
    "star": ("star", 0),
    "cross": ("cross_fill", 0),
    "pin": ("pentagon", 180),
    "none": ("circle", 0),
}
"""QGIS's name of a shape, and by how many degrees it is turned."""

_TYPES: dict[Kind, str] = {"point": "marker", "line": "line", "area": "fill"}
_ROAD_MM = 1.5


def add_symbol(parent: Element, name: str, layer: Layer, symbol: Symbol, kind: Kind) -> None:
    """Append how `layer` draws one case of one kind of geometry."""
    element = add(parent, "symbol", name=name, type=_TYPES[kind], alpha=1, clip_to_extent=1, force_rhr=0)
    if kind == "point":
        _add_marker(element, layer, symbol)
    elif kind == "area":
        _add_fill(element, symbol)
    elif is_ground(layer):
        _add_road(element, symbol)
    else:
        _add_stretch(element, layer, symbol)


def _add_marker(parent: Element, layer: Layer, symbol: Symbol) -> None:
    (shape, angle), size = _SHAPES[symbol.shape], point_size_mm(layer)
    marker = {"name": shape, "angle": angle, "color": _rgb(symbol.colour), "size": size, "size_unit": "MM"}
    rim = {"outline_color": _rgb(RIM), "outline_style": "solid", "outline_width": 0.25, "outline_width_unit": "MM"}
    _add_layer(parent, "SimpleMarker", marker | rim | {"joinstyle": "miter", "scale_method": "diameter"})
    if (glyph := glyph_of(layer)) and symbol.shape != "cross":
        letter = {"chr": glyph, "color": _rgb(RIM), "font": "Noto Sans", "font_style": "Bold", "size": size * 0.6}
        _add_layer(parent, "FontMarker", letter | {"size_unit": "MM", "outline_width": 0})


def _add_fill(parent: Element, symbol: Symbol) -> None:
    # A dashed outline is a border; everything else is a surface.
    red, green, blue, _opaque = _rgb(symbol.colour).split(",")
    fill: dict[str, object] = {"color": f"{red},{green},{blue},140", "style": "no" if symbol.dash else "solid"}
    outline = {
        "outline_color": _rgb(symbol.colour),
        "outline_style": "dash" if symbol.dash else "solid",
        "outline_width": round((1.5 if symbol.dash else 1) * PX_MM, 2),
        "outline_width_unit": "MM",
    }
    _add_layer(parent, "SimpleFill", fill | outline)


def _add_road(parent: Element, symbol: Symbol) -> None:
    # All edges first (pass 0) and all surfaces over them (pass 1), so that junctions stay open.
    edge = EDGE_OF_DOUBT if symbol.dash else symbol.colour
    _add_layer(parent, "SimpleLine", _stroke(edge, _ROAD_MM + 0.5, cap="flat"), level=0)
    _add_layer(parent, "SimpleLine", _stroke("#ffffff", _ROAD_MM, cap="round"), level=1)
    if symbol.dash:
        _add_layer(parent, "SimpleLine", _stroke(DOUBT, 0.4, cap="flat", dashes=dashes_mm(symbol)), level=2)


def _add_stretch(parent: Element, layer: Layer, symbol: Symbol) -> None:
    """Draw what stands in the way along a stretch, with its symbol at the middle."""
    dashes = (round(3 * PX_MM, 2),) * 2
    _add_layer(parent, "SimpleLine", _stroke(symbol.colour, 6 * PX_MM, cap="flat", dashes=dashes))
    middle = _add_layer(parent, "MarkerLine", {"placement": "centralpoint", "rotate": 0})
    inner = add(
        middle, "symbol", name=f"@{parent.get('name')}@1", type="marker", alpha=1, clip_to_extent=1, force_rhr=0
    )
    _add_marker(inner, layer, symbol)


def _stroke(colour: str, width_mm: float, *, cap: str, dashes: tuple[float, ...] = ()) -> dict[str, object]:
    return {
        "line_color": _rgb(colour),
        "line_style": "solid",
        "line_width": round(width_mm, 2),
        "line_width_unit": "MM",
        "capstyle": cap,
        "joinstyle": "round",
        "use_custom_dash": int(bool(dashes)),
        "customdash": ";".join(map(str, dashes)) or "5;2",
        "customdash_unit": "MM",
    }


def _add_layer(parent: Element, kind: str, values: Mapping[str, object], *, level: int = 0) -> Element:
    layer = add(parent, "layer", class_=kind, enabled=1, locked=0, pass_=level)
    options(layer, values)
    return layer


def _rgb(colour: str) -> str:
    """Spell ``#rrggbb`` as QGIS does."""
    return ",".join(str(part) for part in (*bytes.fromhex(colour.removeprefix("#")), 255))
