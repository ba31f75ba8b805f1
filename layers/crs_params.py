"""Coordinate systems by reference (OGC API – Features Part 2): what `crs`, `bbox-crs` and `bbox` say."""

import re
from collections.abc import Mapping
from typing import Final

import shapely
from django.core.cache import cache
from django.db import connection

from gis_core.crs import CATALOGUE, CatalogueEntry, Transformer, crs_for
from gis_core.errors import BadRequest
from gis_core.values import Bbox, InvalidBbox, SwappedAxes

CRS84: Final = CATALOGUE["OGC:CRS84"]
"""What positions are in where no other system is named, and what they are stored in."""

# Beyond these a transverse Mercator folds back on itself; every place in Vietnam is nearer to every meridian of ours.
_TM_REACH: Final = (500_000 - 2_500_000, -6_000_000, 500_000 + 2_500_000, 6_000_000)
_MERCATOR_REACH: Final = (-20_037_508.34, -20_037_508.34, 20_037_508.34, 20_037_508.34)

_EDGE_M: Final = 0.002
_EDGE_DEG: Final = 5e-8
"""How far outside a box of another system than WGS 84 still counts as inside: coordinates are served rounded."""
_STEP_M: Final = 200.0
_STEP_DEG: Final = 0.002
_MOST_STEPS: Final = 512

SERVED_CRS: Final = (CRS84.uri, *(entry.uri for entry in CATALOGUE.values() if entry is not CRS84))
"""What `crs` may be, the usual one first."""

_NAMES: Final[Mapping[str, CatalogueEntry]] = {
    name.casefold(): entry for entry in CATALOGUE.values() for name in (entry.code, f"[{entry.code}]", entry.uri)
}
_EPSG: Final = re.compile(
    r"\[?(?:EPSG:|https?://www\.opengis\.net/def/crs/EPSG/[^/]{1,10}/)([0-9]{1,6})\]?", re.IGNORECASE
)


class CrsNotServed(BadRequest):
    """A system that is no name of one, or that this service does not know."""

    code = "crs-not-served"
    title = "The coordinate reference system is not served"


def read_crs(parameter: str, text: str) -> CatalogueEntry:
    """Find the system that a parameter names, by URI, or by code as ``EPSG:5897``.

    Raises
    ------
    CrsNotServed, UnknownCrs, DeprecatedCrs
        With those there are. Never handed to PROJ, which would also read files and PROJ strings.

    >>> read_crs("crs", "http://www.opengis.net/def/crs/EPSG/0/5897").code
    'EPSG:5897'
    """
    if entry := _NAMES.get(text.strip().casefold()):
        return entry
    if number := _EPSG.fullmatch(text.strip()):
        return crs_for(f"EPSG:{int(number[1])}")
    raise CrsNotServed(
        "%(parameter)s is “%(value)s”: name a system by its URI, such as %(example)s; the codes are: %(known)s.",
        parameter=parameter,
        value=text[:80],
        example=CATALOGUE["EPSG:5897"].uri,
        known=", ".join(CATALOGUE),
    )


def check_system(crs: CatalogueEntry) -> None:
    """Make sure that the database knows a system of the catalogue.

    Raises
    ------
    CrsNotServed
        The migration that adds the zones of VN-2000 is not allowed to in every database.
    """
    if crs.srid != CRS84.srid and crs.srid not in _known_srids():
        raise CrsNotServed(
            "The database of this service does not know %(crs)s: the owner of its table spatial_ref_sys must run the "
            "migration gis_core 0002. Ask for EPSG:5897 or EPSG:4326.",
            crs=crs.code,
        )


def read_bbox(text: str, crs: CatalogueEntry = CRS84) -> Bbox:
    """Read a box in the axis order of its system.

    Returns
    -------
    A box in OGC:CRS84 where its sides stay straight there, else one in `crs`; x first either way.

    Raises
    ------
    InvalidBbox, InvalidNumber, SwappedAxes
        With what would be right.
    """
    if crs.projection == "degrees":
        box = _in_degrees(text, crs)
        return box if crs.datum == "WGS 84" else Bbox(*box.as_tuple(), crs=crs.code)
    mercator = crs.projection == "Web Mercator"
    box = _within(Bbox.from_text(text, crs=crs.code), _MERCATOR_REACH if mercator else _TM_REACH)
    return _straightened(box) if mercator else box


def outline(box: Bbox) -> bytes:
    """Draw a box of another system as a polygon in degrees of WGS 84 (WKB).

    Nothing in the box lies outside the polygon: its edges are cut into pieces of 200 m, or into 512, and moved outwards
    by what a straight piece may differ from the bent edge, and by 2 mm because coordinates are served rounded.
    """
    degrees = CATALOGUE[box.crs].projection == "degrees"
    longest = max(box.max_x - box.min_x, box.max_y - box.min_y)
    step = max(longest / _MOST_STEPS, _STEP_DEG if degrees else _STEP_M)
    # A chord of an arc with the Earth's radius is step² / (8 × 6.37e6 m) off; transverse Mercator bends less.
    edge = _EDGE_DEG if degrees else _EDGE_M + step**2 / 4e7
    grown = shapely.box(box.min_x - edge, box.min_y - edge, box.max_x + edge, box.max_y + edge)
    drawn = Transformer(CATALOGUE[box.crs]).geom_to_wgs84(shapely.segmentize(grown, step))
    return bytes(shapely.to_wkb(drawn))


def _known_srids() -> frozenset[int]:
    return cache.get_or_set("known-systems", _read_srids, timeout=3600)  # type: ignore[return-value]  # never None


def _read_srids() -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT srid FROM spatial_ref_sys")
        return frozenset(srid for (srid,) in cursor.fetchall())


def _in_degrees(text: str, crs: CatalogueEntry) -> Bbox:
    try:
        return Bbox.from_text(text, latitude_first=crs.latitude_first)
    except SwappedAxes as error:
        if not crs.latitude_first:
            raise
        raise SwappedAxes(
            "%(crs)s puts latitude before longitude: write the bounding box as south,west,north,east.", crs=crs.code
        ) from error


def _within(box: Bbox, reach: tuple[float, float, float, float]) -> Bbox:
    west, south, east, north = reach
    cut = max(box.min_x, west), max(box.min_y, south), min(box.max_x, east), min(box.max_y, north)
    if cut[0] > cut[2] or cut[1] > cut[3]:
        raise InvalidBbox(
            "The bounding box %(bbox)s lies beyond what %(crs)s reaches: easting before northing, in metres.",
            bbox=str(box),
            crs=box.crs,
        )
    return Bbox(*cut, crs=box.crs)


def _straightened(box: Bbox) -> Bbox:
    """Give a box of Web Mercator, whose sides are meridians and parallels, in degrees."""
    moved = Transformer(CATALOGUE[box.crs]).to_wgs84([box.min_x, box.max_x], [box.min_y, box.max_y])
    (west, east), (south, north) = (values.tolist() for values in moved)
    return Bbox(max(west - _EDGE_DEG, -180.0), south - _EDGE_DEG, min(east + _EDGE_DEG, 180.0), north + _EDGE_DEG)
