"""Where a lane or street lies, and how far in it a house stands."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from shapely import Point

from layers.search.find import Patch, lanes_down_to
from layers.search.lanes import WayIn, mouth_in_degrees, way_in
from layers.search.place import Place

Drawn = dict[tuple[str, str], list[Patch]]


def lanes_of(places: Iterable[Place]) -> set[tuple[str, str]]:
    """Give the streets and lanes, by key and chain, that the places lie in."""
    return {(place.street[0], chain) for place in places if place.street for chain in lanes_down_to(place.street[1])}


def on_the_ground(place: Place, drawn: Drawn) -> list[Place]:
    """Tell where a lane or street lies, one place for each that has the name, and how far in a house stands."""
    if place.street is None:
        return [place]
    key, chain = place.street
    if place.kind not in {"lane", "road"}:
        return [replace(place, way_in=_way_in(key, chain, drawn, place.point, to=place.point)) if chain else place]
    return [_drawn(place, patch, drawn) for patch in drawn.get((key, chain), ())[:4]] or [place]


def _drawn(place: Place, patch: Patch, drawn: Drawn) -> Place:
    key, chain = place.street or ("", "")
    longest = max(getattr(patch.line, "geoms", [patch.line]), key=lambda line: line.length)
    middle = longest.interpolate(0.5, normalized=True)
    point, precision = (middle.x, middle.y), place.precision
    entry = _way_in(key, chain, drawn, point, to=None) if chain else None
    if chain and (mouth := _mouth(key, chain, patch, drawn)):
        point, precision = mouth, "lane_mouth"
    one = len(patch.ids) == 1
    return replace(
        place,
        layer="roads",
        feature_id=patch.ids[0] if one else None,
        ref=patch.ref if one else "",
        name=patch.title,
        point=(round(point[0], 7), round(point[1], 7)),
        box=patch.line.bounds,
        precision=precision,
        synthetic=patch.synthetic,
        way_in=entry,
    )


def _mouth(key: str, chain: str, patch: Patch, drawn: Drawn) -> tuple[float, float] | None:
    parent = _nearest(drawn.get((key, chain.rpartition("/")[0]), ()), patch.line)
    return mouth_in_degrees(patch.line, parent.line) if parent else None


def _way_in(
    key: str,
    chain: str,
    drawn: Drawn,
    at: tuple[float, float],
    *,
    to: tuple[float, float] | None,
) -> WayIn | None:
    lines = [_nearest(drawn.get((key, each), ()), Point(at)) for each in lanes_down_to(chain)]
    if any(line is None for line in lines):
        return None
    return way_in([line.line for line in lines if line], to)


def _nearest(patches: Iterable[Patch], geometry: Any) -> Patch | None:
    return min(patches, key=lambda patch: patch.line.distance(geometry), default=None)
