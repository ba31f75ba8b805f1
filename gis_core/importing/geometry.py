"""Places: into WGS 84 by the catalogue, and into the shape that the layer holds; one cleaning step a function."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from gis_core.crs import HANOI, BadCoordinates, Diagnosis, Transformer, diagnose
from gis_core.errors import ThuyLoError
from gis_core.importing.job import Job
from gis_core.importing.rows import BadValue, DoubtfulValue, Row
from gis_core.values import LonLat, OutsideVietnam

_SINGLE: Final = {"MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}


def locate(rows: Sequence[Row], job: Job) -> None:
    """Bring the rows to WGS 84, and refuse those that the CRS puts where they cannot belong."""
    placed = [row for row in rows if row.geom is not None and not row.geom.is_empty]
    for row in rows:
        if row.geom is None and not row.complaints:
            row.complain("geom", BadValue("There is no geometry: draw it, or leave the row out."))
        elif row.geom is not None and row.geom.is_empty:
            row.complain("geom", BadValue("The geometry is empty: draw it, or leave the row out."))
    if placed:
        _name_misplaced(placed, job)
        _transform([row for row in placed if not _misplaced(row)], job)
        for row in placed:
            _name_outsiders(row, anywhere=job.anywhere)


def _name_misplaced(rows: list[Row], job: Job) -> None:
    coordinates, owner = shapely.get_coordinates([row.geom for row in rows], return_index=True)
    bad = {int(i) for i in owner[~np.isfinite(coordinates).all(axis=1)]}
    # One vertex shows swapped axes and wrong zones as well as all of them.
    first = np.unique(owner, return_index=True)[1]
    x, y = coordinates[first].T
    for diagnosis in diagnose(x, y, job.crs):
        for index in diagnosis.rows:
            if index not in bad:
                _complain_of(rows[index], diagnosis, job.crs.code, float(x[index]), float(y[index]))
    for index in bad:
        rows[index].complain(
            "geom", BadValue("A coordinate is not a finite number: give every vertex two finite numbers.")
        )


def _complain_of(row: Row, diagnosis: Diagnosis, declared: str, x: float, y: float) -> None:
    suggested = ", ".join(diagnosis.suggested)
    if not suggested:
        return  # nothing explains it: it may be right and lie outside Hanoi, as `_name_outsiders` will tell
    if diagnosis.mistake == "axes swapped":
        error = BadValue(
            "The axes are swapped (%(x)s, %(y)s): easting or longitude comes first, then northing or latitude, and "
            "Vietnamese tables call the northing X. Exchanged, the place fits %(suggested)s.",
            x=x,
            y=y,
            suggested=suggested,
        )
    else:
        error = BadValue(
            "%(declared)s puts the place outside Hanoi (%(x)s, %(y)s); read as %(suggested)s it lies inside: give "
            "that one with --crs if it is right.",
            declared=declared,
            x=x,
            y=y,
            suggested=suggested,
        )
    row.complain("geom", error)


def _misplaced(row: Row) -> bool:
    return any(complaint.field == "geom" for complaint in row.complaints)


def _transform(rows: list[Row], job: Job) -> None:
    if job.crs.datum == "WGS 84" and job.crs.projection == "degrees":
        moved: Any = [row.geom for row in rows]  # through radians and back the last digits would change
    else:
        try:
            moved = Transformer(job.crs).geom_to_wgs84(np.array([row.geom for row in rows], dtype=object))
        except BadCoordinates:
            if len(rows) > 1:
                for row in rows:
                    _transform([row], job)
                return
            rows[0].complain(
                "geom", BadValue("%(crs)s cannot hold these coordinates: check the numbers.", crs=job.crs.code)
            )
            return
    for row, geom in zip(rows, moved, strict=True):
        row.geom, row.located = geom, True


def _name_outsiders(row: Row, *, anywhere: bool) -> None:
    if not row.located or row.geom is None:
        return
    west, south, east, north = row.geom.bounds
    if HANOI.contains(west, south) and HANOI.contains(east, north):
        return
    try:
        LonLat.from_params(west, south)
        LonLat.from_params(east, north)
    except OutsideVietnam as error:
        row.complain("geom", error)
    except ThuyLoError as error:
        row.located = False  # no place on Earth, so no report can show it
        row.complain("geom", error)
    else:
        if not anywhere:
            row.complain(
                "geom",
                BadValue(
                    "The place (%(lon).5f, %(lat).5f) lies outside Hanoi: check the CRS, or import with --anywhere "
                    "what belongs elsewhere in Vietnam.",
                    lon=west,
                    lat=south,
                ),
            )


def clean_geometries(rows: Sequence[Row], job: Job) -> None:
    """Run the cleaning steps over every located geometry."""
    for row in rows:
        if row.located and row.geom is not None:
            try:
                row.geom = clean_geometry(row.geom, job.layer.geometry_type, row=row, repair=job.repair)
            except ThuyLoError as error:
                row.complain("geom", error)


def clean_geometry(geom: BaseGeometry, wanted: str, *, row: Row | None = None, repair: bool = False) -> BaseGeometry:
    """Bring a geometry into the shape of a layer.

    Parameters
    ----------
    geom
        In degrees of WGS 84.
    wanted
        `Layer.geometry_type`: Point, LineString, MultiPolygon, or Geometry for any of Point, LineString, Polygon and
        what needs several of them.
    row
        Where a repair is noted.
    repair
        Make an invalid area valid, instead of refusing it.

    Raises
    ------
    BadValue
        Another type, or a shape that crosses itself, with the place.
    """
    for step in GEOMETRY_STEPS:
        geom = step(geom, wanted)
    if not geom.is_valid:
        geom = _repaired(geom, wanted, row) if repair else _refuse(geom)
    return geom


def drop_height(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Keep longitude and latitude only; Z and M of surveys are about another datum."""
    return shapely.force_2d(geom) if geom.has_z or shapely.has_m(geom) else geom


def unpack_single(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Take the one part out of a multi-geometry of one."""
    parts: Sequence[BaseGeometry] = getattr(geom, "geoms", ())
    return parts[0] if geom.geom_type in _SINGLE and len(parts) == 1 else geom


def drop_repeated(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Drop vertices that repeat the one before them."""
    return geom if geom.geom_type == "Point" else shapely.remove_repeated_points(geom)


def pack_area(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Make a polygon a multipolygon of one, where the layer holds these."""
    return shapely.MultiPolygon([geom]) if wanted == "MultiPolygon" and isinstance(geom, Polygon) else geom


def orient_rings(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Turn outer rings counter-clockwise and holes clockwise (RFC 7946, 3.1.6)."""
    return shapely.orient_polygons(geom) if "Polygon" in geom.geom_type else geom


def check_type(geom: BaseGeometry, wanted: str) -> BaseGeometry:
    """Refuse a type that the layer does not hold."""
    fits = (
        geom.geom_type not in {"GeometryCollection", "LinearRing"} if wanted == "Geometry" else geom.geom_type == wanted
    )
    if not fits:
        raise BadValue("A %(wanted)s is wanted, not a %(given)s.", wanted=wanted, given=geom.geom_type)
    return geom


GEOMETRY_STEPS: Final[tuple[Callable[[BaseGeometry, str], BaseGeometry], ...]] = (
    drop_height,
    unpack_single,
    drop_repeated,
    pack_area,
    orient_rings,
    check_type,
)


def _refuse(geom: BaseGeometry) -> BaseGeometry:
    raise BadValue(
        "The geometry is not valid: %(reason)s (longitude latitude). Correct it in QGIS, or import with --repair.",
        reason=shapely.is_valid_reason(geom).replace("[", " at [", 1),
    )


def _repaired(geom: BaseGeometry, wanted: str, row: Row | None) -> BaseGeometry:
    reason = shapely.is_valid_reason(geom)
    mended = shapely.make_valid(geom)
    if "Polygon" in geom.geom_type:
        # What is left over beside the areas are lines and points without extent.
        areas = [part for part in shapely.get_parts(mended) if "Polygon" in part.geom_type]
        mended = shapely.MultiPolygon(shapely.get_parts(areas).tolist())
    mended = pack_area(unpack_single(mended, wanted), wanted)
    if mended.is_empty or not mended.is_valid:
        return _refuse(geom)
    if row is not None:
        row.warn("geom", DoubtfulValue("The geometry was not valid (%(reason)s) and was repaired.", reason=reason))
    return check_type(orient_rings(mended, wanted), wanted)
