"""What the map of a sheet shows: lines and areas with a pen, signs with a letter. Pure; who renders it comes after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

Json = dict[str, Any]

_METRES_PER_DEGREE: Final = 111_320.0


class Box(NamedTuple):
    """West, south, east and north in degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, positions: Iterable[Sequence[float]], *, margin_m: float) -> Self:
        """Give the box around positions (longitude, latitude), with about as many metres more on each side.

        >>> [round(degrees, 4) for degrees in Box.around([(105.8, 21.0), (105.9, 21.1)], margin_m=1113.2)]
        [105.79, 20.99, 105.91, 21.11]
        """
        lon, lat = zip(*((position[0], position[1]) for position in positions), strict=True)
        margin = margin_m / _METRES_PER_DEGREE
        return cls(min(lon) - margin, min(lat) - margin, max(lon) + margin, max(lat) + margin)


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line or the edge of an area is drawn; an area is filled where a fill is named."""

    colour: str
    width_px: float = 2.0
    dash: str = ""
    """Lengths of strokes and gaps in pixels, as SVG writes them; empty: drawn through."""
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines or areas: a GeoJSON geometry in WGS 84, longitude first, and what it is in words."""

    geometry: Json
    pen: Pen
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """Many places that look alike: a ring, filled where the pen has a fill; the map may hold thousands."""

    positions: Sequence[tuple[float, float]]
    """Longitude and latitude."""
    pen: Pen
    radius_px: float = 3.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A disc with a letter or figure, and what it means."""

    lon: float
    lat: float
    letter: str
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetMap:
    """The map of a sheet: what it opens on, what lies below, the lines on top, and the signs above all.

    `ground` is drawn first and explained nowhere; many features may share one pen.
    """

    view: Box
    ground: Sequence[Drawn]
    lines: Sequence[Drawn]
    signs: Sequence[Sign]
    label: str
    """What the map is, for those who do not see it."""
    dots: Sequence[Dots] = ()
    """Between the lines and the signs."""
