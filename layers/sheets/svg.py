"""The map of a sheet as a picture of lines (SVG), for paper."""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final

from layers.sheets.drawing import Box, Dots, Drawn, Json, SheetMap, Sign

_DISC_PX: Final = 11.0
_BAR_PX: Final = 120.0
_EQUATOR_M: Final = 40_075_016.686

Placed = Callable[[Sequence[float]], tuple[float, float]]


def sheet_svg(drawn: SheetMap, *, width_px: float, height_px: float) -> str:
    """Draw the map in Web Mercator, north up, its view as large as it fits and in the middle.

    Texts of `drawn` are plain; they are escaped here.
    """
    place, metres_per_px = _projection(drawn.view, width_px, height_px)
    size = f'viewBox="0 0 {width_px:g} {height_px:g}" width="{width_px:g}" height="{height_px:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(drawn.label)}">',
        f'<rect width="{width_px:g}" height="{height_px:g}" fill="#f5f4f0"/>',
        *(_path(one, place) for one in (*drawn.ground, *drawn.lines)),
        *(_dots(dots, place) for dots in drawn.dots),
        *(_sign(sign, place) for sign in drawn.signs),
        *_scale(metres_per_px, height_px),
        "</svg>",
    ]
    return "".join(parts)


def _projection(view: Box, width_px: float, height_px: float) -> tuple[Placed, float]:
    """Give what turns longitude and latitude into pixels, and the metres of a pixel in the middle."""
    (left, bottom), (right, top) = _mercator(view.west, view.south), _mercator(view.east, view.north)
    scale = min(width_px / (right - left), height_px / (top - bottom))
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2

    def place(position: Sequence[float]) -> tuple[float, float]:
        x, y = _mercator(position[0], position[1])
        return width_px / 2 + (x - middle_x) * scale, height_px / 2 - (y - middle_y) * scale

    latitude = math.radians((view.south + view.north) / 2)
    return place, _EQUATOR_M * math.cos(latitude) / (2 * math.pi * scale)


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    return math.radians(lon), math.asinh(math.tan(math.radians(lat)))


def _path(one: Drawn, place: Placed) -> str:
    pen = one.pen
    data = "".join(_strokes(one.geometry, place))
    dash = f' stroke-dasharray="{escape(pen.dash)}"' if pen.dash else ""
    return (
        f'<path d="{data}" fill="{escape(pen.fill or "none")}" fill-rule="evenodd" stroke="{escape(pen.colour)}" '
        f'stroke-width="{pen.width_px:g}" stroke-linejoin="round"{dash}/>'
    )


def _strokes(geometry: Json, place: Placed) -> Iterator[str]:
    """Write lines open and rings closed; points have signs instead."""
    kind, positions = geometry["type"], geometry.get("coordinates", [])
    if kind == "LineString":
        yield _stroke(positions, place)
    elif kind in {"MultiLineString", "Polygon"}:
        for part in positions:
            yield _stroke(part, place) + ("Z" if kind == "Polygon" else "")
    elif kind == "MultiPolygon":
        for polygon in positions:
            yield from _strokes({"type": "Polygon", "coordinates": polygon}, place)
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _strokes(part, place)


def _stroke(positions: Sequence[Sequence[float]], place: Placed) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(place, positions))


def _dots(dots: Dots, place: Placed) -> str:
    pen, rings = dots.pen, []
    for position in dots.positions:
        x, y = place(position)
        rings.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{dots.radius_px:g}"/>')
    dash = f' stroke-dasharray="{escape(pen.dash)}"' if pen.dash else ""
    look = f'fill="{escape(pen.fill or "none")}" stroke="{escape(pen.colour)}" stroke-width="{pen.width_px:g}"{dash}'
    return f"<g {look}>{''.join(rings)}</g>"


def _sign(sign: Sign, place: Placed) -> str:
    x, y = place((sign.lon, sign.lat))
    return (
        f'<g><title>{escape(sign.text)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="{_DISC_PX:g}" '
        f'fill="{escape(sign.colour)}" stroke="#fff" stroke-width="2"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="12" font-weight="bold" '
        f'fill="#fff">{escape(sign.letter)}</text></g>'
    )


def _scale(metres_per_px: float, height_px: float) -> Iterator[str]:
    """Draw a bar of a round number of metres: 1, 2 or 5 times a power of ten."""
    most = metres_per_px * _BAR_PX
    power = 10.0 ** math.floor(math.log10(most))
    metres = max(times * power for times in (1, 2, 5) if times * power <= most)
    y, end = height_px - 12, 10 + metres / metres_per_px
    yield f'<path d="M10 {y - 5:g}V{y:g}H{end:.1f}V{y - 5:g}" fill="none" stroke="#1f2937" stroke-width="1.5"/>'
    yield f'<text x="14" y="{y - 4:g}" font-size="11" fill="#1f2937">{metres:g} m</text>'
