"""Geometries as a filter writes them: GeoJSON or a box, in the CRS of the filter, to what PostGIS compares with."""

from typing import Any

import numpy as np
import shapely

from gis_core.crs import CatalogueEntry, Transformer
from gis_core.values import Bbox
from layers.cql2_terms import InvalidFilter, shorten
from layers.crs_params import CRS84

_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How many lists stand around a position."""
_LONGEST_EDGE_M = 1_000.0  # bends 7 mm on its way from VN-2000 to degrees
_MOST_POINTS = 10_000


def read_geometry(node: dict[str, Any], crs: CatalogueEntry, place: str) -> str:
    """Return a GeoJSON geometry as hexadecimal EWKB in WGS 84.

    Heights are left aside. Positions are in the axis order that `crs` prescribes; edges are straight in `crs`.

    Raises
    ------
    InvalidFilter
        No geometry, empty, invalid, or not on Earth, with the reason.
    BadCoordinates, InvalidBbox, SwappedAxes
        Numbers that the CRS cannot hold, a box that is none.
    """
    return _finish(_shape(node, crs, place), crs, place)


def read_box(numbers: Any, crs: CatalogueEntry, place: str) -> str:
    """Return a box, which may be a line or a point, as `read_geometry` does."""
    if not _is_list_of_numbers(numbers) or len(numbers) not in {4, 6}:
        raise InvalidFilter(
            "A box has 4 numbers, or 6 with heights (at %(place)s): write BBOX(105.8, 21.0, 105.9, 21.1).", place=place
        )
    half = len(numbers) // 2
    (a, b), (c, d) = numbers[:2], numbers[half : half + 2]
    corners = (b, a, d, c) if crs.latitude_first else (a, b, c, d)
    box = Bbox(*corners, crs=crs.code if crs.projection != "degrees" else CRS84.code)
    return _finish(shapely.MultiPoint(np.reshape(box.as_tuple(), (2, 2))).envelope, crs, place)


def _shape(node: dict[str, Any], crs: CatalogueEntry, place: str) -> Any:
    kind = node.get("type")
    if kind == "GeometryCollection" and isinstance(parts := node.get("geometries"), list) and parts:
        if all(isinstance(part, dict) and part.get("type") in _DEPTHS for part in parts):
            return shapely.GeometryCollection([_shape(part, crs, place) for part in parts])
    elif isinstance(kind, str) and kind in _DEPTHS and _is_nested(node.get("coordinates"), _DEPTHS[kind]):
        return _build(kind, _positions(node["coordinates"], _DEPTHS[kind], crs), place)
    raise InvalidFilter(
        "“%(value)s” is no GeoJSON geometry with positions of finite numbers (at %(place)s).", place=place,
        value=shorten(node),
    )  # fmt: skip


def _build(kind: str, coordinates: Any, place: str) -> Any:
    if kind in {"Polygon", "MultiPolygon"}:
        rings = coordinates if kind == "Polygon" else [ring for polygon in coordinates for ring in polygon]
        # Elsewhere a ring left open is closed in silence; the missing corner is more likely a mistake.
        if any(ring[0] != ring[-1] for ring in rings):
            raise InvalidFilter("A ring of the polygon at %(place)s does not end where it begins.", place=place)
    try:
        geom = shapely.geometry.shape({"type": kind, "coordinates": coordinates})
    except (ValueError, shapely.errors.GEOSException) as error:
        raise InvalidFilter(
            "The geometry at %(place)s is not valid: %(reason)s.", place=place, reason=str(error).rstrip(".")
        ) from error
    return geom


def _finish(geom: Any, crs: CatalogueEntry, place: str) -> str:
    if (reason := shapely.is_valid_reason(geom)) != "Valid Geometry":
        raise InvalidFilter("The geometry at %(place)s is not valid: %(reason)s.", place=place, reason=reason)
    if crs.projection != "degrees":
        longest = max(_LONGEST_EDGE_M, shapely.length(geom) / _MOST_POINTS)
        geom = shapely.segmentize(geom, longest)
    if crs.system != CRS84.system:
        geom = Transformer(crs).geom_to_wgs84(geom)
    west, south, east, north = geom.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - the Earth in degrees
        raise InvalidFilter(
            "The geometry at %(place)s reaches beyond the Earth: %(crs)s has %(order)s.", place=place,
            crs=crs.code, order="latitude, longitude" if crs.latitude_first else "x, y",
        )  # fmt: skip
    return str(shapely.to_wkb(shapely.set_srid(geom, CRS84.srid), hex=True, include_srid=True, output_dimension=2))


def _positions(coordinates: Any, depth: int, crs: CatalogueEntry) -> Any:
    """Give positions as x, y, without heights."""
    if depth:
        return [_positions(part, depth - 1, crs) for part in coordinates]
    first, second = map(float, coordinates[:2])
    return (second, first) if crs.latitude_first else (first, second)


def _is_nested(coordinates: Any, depth: int) -> bool:
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth:
        return all(_is_nested(part, depth - 1) for part in coordinates)
    return _is_list_of_numbers(coordinates) and len(coordinates) in {2, 3, 4}


def _is_list_of_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, int | float) and not isinstance(part, bool) and np.isfinite(float(part)) for part in value
    )
