"""A layer's style as OGC Styled Layer Descriptor 1.0.0 (OGC 02-070), which most programs read."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from gis_core.registry import Layer, Shape, Symbol
from layers.styles.symbols import (
    DOUBT,
    EDGE_OF_DOUBT,
    PX_MM,
    RIM,
    Case,
    Kind,
    cases_of,
    is_ground,
    kinds_of,
    least_scale,
    point_size_mm,
)  # fmt: skip
from layers.styles.xml import add, document

_NAMESPACES = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
_SHAPES: dict[Shape, tuple[str, int]] = {
    "circle": ("circle", 0),
    "square": ("square", 0),
    "triangle": ("triangle", 0),
    "diamond": ("square", 45),
    "star": ("star", 0),
    "cross": ("cross", 0),
    "pin": ("triangle", 180),
    "none": ("circle", 0),
}
"""The standard names six shapes; the others are made of them by turning."""

_ROAD_PX = 5.5


def render_sld(layer: Layer) -> bytes:
    """Write the style of a layer, in the language in force; sizes are in pixels, as the standard has them."""
    root = Element("StyledLayerDescriptor", {"version": "1.0.0", **_NAMESPACES})
    named = add(root, "NamedLayer")
    add(named, "Name", layer.id)
    style = add(named, "UserStyle")
    add(style, "Name", layer.id)
    add(style, "Title", layer.title)
    add(style, "Abstract", layer.description)
    features = add(style, "FeatureTypeStyle")
    for case in cases_of(layer):
        _add_rule(features, layer, case)
    return document(root)


def _add_rule(parent: Element, layer: Layer, case: Case) -> None:
    rule = add(parent, "Rule")
    add(rule, "Name", case.value or "other")
    add(rule, "Title", case.label)
    if case.value is not None:
        equal = add(add(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
        add(equal, "ogc:PropertyName", layer.style.by)
        add(equal, "ogc:Literal", case.value)
    elif layer.style.classes:
        add(rule, "ElseFilter")
    if scale := least_scale(layer):
        add(rule, "MaxScaleDenominator", scale)
    # A layer of several kinds gets all of them: a fill passes over points, and a mark stands in the middle of a line.
    for kind in reversed(kinds_of(layer)):
        _SYMBOLIZERS[kind](rule, layer, case.symbol)


def _add_point(rule: Element, layer: Layer, symbol: Symbol) -> None:
    graphic = add(add(rule, "PointSymbolizer"), "Graphic")
    shape, turned_deg = _SHAPES[symbol.shape]
    mark = add(graphic, "Mark")
    add(mark, "WellKnownName", shape)
    add(add(mark, "Fill"), "CssParameter", symbol.colour, name="fill")
    # Some programs draw a cross as two strokes without an inside.
    _add_stroke(mark, symbol.colour if shape == "cross" else RIM, 1)
    add(graphic, "Size", round(point_size_mm(layer) / PX_MM, 1))
    if turned_deg:
        add(graphic, "Rotation", turned_deg)


def _add_line(rule: Element, layer: Layer, symbol: Symbol) -> None:
    if not is_ground(layer):
        _add_stroke(add(rule, "LineSymbolizer"), symbol.colour, 6, dash="3 3")
        return
    edge = EDGE_OF_DOUBT if symbol.dash else symbol.colour
    _add_stroke(add(rule, "LineSymbolizer"), edge, _ROAD_PX + 2)
    _add_stroke(add(rule, "LineSymbolizer"), "#ffffff", _ROAD_PX)
    if symbol.dash:
        _add_stroke(add(rule, "LineSymbolizer"), DOUBT, 1.5, dash=symbol.dash)


def _add_area(rule: Element, layer: Layer, symbol: Symbol) -> None:
    area = add(rule, "PolygonSymbolizer")
    # A dashed outline is a border; everything else is a surface.
    if not symbol.dash:
        fill = add(area, "Fill")
        add(fill, "CssParameter", symbol.colour, name="fill")
        add(fill, "CssParameter", 0.55, name="fill-opacity")
    _add_stroke(area, symbol.colour, 1.5 if symbol.dash else 1, dash=symbol.dash)


def _add_stroke(parent: Element, colour: str, width_px: float, *, dash: str = "") -> None:
    stroke = add(parent, "Stroke")
    add(stroke, "CssParameter", colour, name="stroke")
    add(stroke, "CssParameter", width_px, name="stroke-width")
    if dash:
        add(stroke, "CssParameter", dash, name="stroke-dasharray")


_SYMBOLIZERS: dict[Kind, Callable[[Element, Layer, Symbol], None]] = {
    "point": _add_point,
    "line": _add_line,
    "area": _add_area,
}
