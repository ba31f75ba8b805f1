"""Which CRS is this? Codes, URIs and the text of .prj files, looked up by what they define."""

import re
from typing import Any, Final

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from gis_core.crs.catalogue import CATALOGUE, DEPRECATED_TWINS, EPSG_6960_SHIFT, CatalogueEntry, Datum
from gis_core.crs.transform import Floats, apart_m
from gis_core.errors import BadRequest


class UnknownCrs(BadRequest):
    """A CRS that the catalogue does not hold, or text that names none."""

    code = "unknown-crs"
    title = "The coordinate reference system is not known"


class DeprecatedCrs(BadRequest):
    """A CRS that EPSG withdrew because its definition was wrong."""

    code = "deprecated-crs"
    title = "The coordinate reference system was withdrawn"


class WrongDatumShift(BadRequest):
    """VN-2000 without its shift to WGS 84, or with another one than EPSG:6960."""

    code = "wrong-datum-shift"
    title = "The coordinate reference system shifts its datum wrongly"


class CrsConflict(BadRequest):
    """What was declared is not what the file says of itself."""

    code = "crs-conflict"
    title = "Two coordinate reference systems are stated"


class CrsNotStated(BadRequest):
    """Neither the caller nor the file names a CRS; it is never guessed."""

    code = "crs-not-stated"
    title = "No coordinate reference system is stated"


# What one unit of each moves on the ground, in metres.
_SHIFT_EFFECT_M: Final = np.array([1, 1, 1, 30.92, 30.92, 30.92, 6.378])
_SHIFT_TOLERANCE_M: Final = 0.01
_WGS84_FLATTENING: Final = 298.257224  # its inverse, rounded as it is compared

_EPSG: Final = re.compile(
    r"(?:(?:\+init=)?EPSG:|urn:ogc:def:crs:EPSG:[^:]*:|https?://www\.opengis\.net/def/crs/EPSG/[^/]+/)?([0-9]{1,6})",
    re.IGNORECASE,
)
_CRS84: Final = re.compile(
    r"(?:OGC:|urn:ogc:def:crs:OGC:[^:]*:|https?://www\.opengis\.net/def/crs/OGC/[^/]+/)?CRS84", re.IGNORECASE
)
_VN2000: Final = re.compile(r"(vn|viet\s?nam)[\W_]*2000", re.IGNORECASE)
_TOWGS84: Final = re.compile(r"towgs84\s*[=\[]\s*([-+0-9.eE,\s]*[0-9.])", re.IGNORECASE)
_TM_PARAMETERS: Final = (
    "Latitude of natural origin",
    "Longitude of natural origin",
    "Scale factor at natural origin",
    "False easting",
    "False northing",
)


def crs_for(text: str | int) -> CatalogueEntry:
    """Find the catalogue entry for a code, an OGC URI or URN, or the WKT or PROJ text of a file.

    WKT is compared by datum and projection parameters, so the many names and the missing TOWGS84 of VN-2000 in .prj
    files do not matter.

    Raises
    ------
    DeprecatedCrs
        EPSG:6956–6959, by code or by definition.
    WrongDatumShift
        VN-2000 on the datum of WGS 84 (224 m off), or with a TOWGS84 more than 1 cm from EPSG:6960.
    UnknownCrs
        Anything else that is not in `CATALOGUE`.

    >>> crs_for("http://www.opengis.net/def/crs/EPSG/0/5897").name
    'VN-2000 / TM-3 zone 482'
    >>> crs_for(6957)
    Traceback (most recent call last):
    gis_core.crs.recognition.DeprecatedCrs: EPSG:6957 was withdrawn because ...: use EPSG:5897.
    """
    text = str(text).strip()
    if _CRS84.fullmatch(text):
        return CATALOGUE["OGC:CRS84"]
    if number := _EPSG.fullmatch(text):
        return _by_code(f"EPSG:{int(number[1])}")
    try:
        stated = pyproj.CRS.from_user_input(text)
        shift = _shift(text, stated)
    except (CRSError, ValueError) as error:
        raise UnknownCrs(
            '"%(text)s" names no coordinate reference system: give a code such as EPSG:5897 or the WKT of a .prj.',
            text=text[:60],
        ) from error
    return _by_definition(stated, shift)


def _by_code(code: str) -> CatalogueEntry:
    if twin := DEPRECATED_TWINS.get(code):
        raise _withdrawn(code, twin)
    if entry := CATALOGUE.get(code):
        return entry
    raise UnknownCrs(
        "%(crs)s is not in the catalogue of this service: transform the data to EPSG:5897 or EPSG:4326 first.", crs=code
    )


def _withdrawn(code: str, twin: str) -> DeprecatedCrs:
    return DeprecatedCrs(
        "%(crs)s was withdrawn because its false easting and northing are exchanged: use EPSG:%(twin)s.",
        crs=code,
        twin=twin,
    )


def _by_definition(stated: pyproj.CRS, shift: list[float]) -> CatalogueEntry:
    # pyproj types neither the parts of a bound nor those of a compound CRS.
    found: Any = stated.source_crs if stated.is_bound else stated
    found = found.sub_crs_list[0] if found.is_compound else found
    datum = _datum(stated, found, shift)
    projection, exchanged = _projection(found)
    alike = [entry for entry in CATALOGUE.values() if entry.system[1:] == projection]
    if alike and exchanged:
        raise _withdrawn(f'"{stated.name}"', alike[0].code.removeprefix("EPSG:"))
    if same := next((entry for entry in alike if entry.datum == datum), None):
        return same
    if alike and datum == "WGS 84":
        raise _unshifted(stated)
    raise UnknownCrs(
        '"%(crs)s" matches no coordinate reference system of this service: declare its EPSG code if it has one in '
        "the catalogue, or transform the data to EPSG:5897 or EPSG:4326 first.",
        crs=stated.name,
    )


def _shift(text: str, stated: pyproj.CRS) -> list[float]:
    """Give the seven numbers of the stated shift to WGS 84, or none."""
    # From the text itself: PROJ silently turns the rotations of EPSG:6960 round in WKT that has them the wrong way.
    if written := _TOWGS84.search(text):
        return [float(number) for number in written[1].split(",")]
    return list(stated.coordinate_operation.towgs84) if stated.is_bound and stated.coordinate_operation else []


def _datum(stated: pyproj.CRS, found: Any, shift: list[float]) -> Datum | None:
    """Tell the datum, and refuse VN-2000 whose stated shift to WGS 84 is none or wrong."""
    ellipsoid, meridian = found.ellipsoid, found.prime_meridian
    if not ellipsoid or round(ellipsoid.inverse_flattening, 6) != _WGS84_FLATTENING or meridian.longitude:
        return None
    name = f"{found.datum.name} {found.geodetic_crs.name}"
    if any(shift):
        _check_shift(stated, np.array([*shift, 0.0, 0.0, 0.0, 0.0][:7]))
        return "VN-2000"
    is_vn2000 = _VN2000.search(f"{name} {found.name} {stated.name}")
    is_wgs84 = shift or "World Geodetic System 1984" in name
    if is_vn2000 and is_wgs84:
        raise _unshifted(stated)
    return "VN-2000" if is_vn2000 else "WGS 84" if is_wgs84 else None


def _check_shift(stated: pyproj.CRS, shift: Floats) -> None:
    error_m = float(np.abs((shift - EPSG_6960_SHIFT) * _SHIFT_EFFECT_M).sum())
    if error_m <= _SHIFT_TOLERANCE_M:
        return
    turned = shift * (1, 1, 1, -1, -1, -1, 1)
    if float(np.abs((turned - EPSG_6960_SHIFT) * _SHIFT_EFFECT_M).sum()) <= _SHIFT_TOLERANCE_M:
        raise WrongDatumShift(
            'The TOWGS84 of "%(crs)s" turns VN-2000 the wrong way (0.75 m in Hanoi): its three rotations need the '
            "opposite sign. If the coordinates were surveyed in VN-2000, remove it and declare the EPSG code.",
            crs=stated.name,
        )
    raise WrongDatumShift(
        'The TOWGS84 of "%(crs)s" is up to %(error_m).2f m off that of VN-2000 (EPSG:6960). If the coordinates were '
        "surveyed in VN-2000, remove it and declare the EPSG code.",
        crs=stated.name,
        error_m=error_m,
    )


def _unshifted(stated: pyproj.CRS) -> WrongDatumShift:
    return WrongDatumShift(
        '"%(crs)s" puts a VN-2000 grid on WGS 84 without the datum shift, 224 m off in Hanoi: replace it by the right '
        "CRS, such as EPSG:5897, or remove it and declare the EPSG code.",
        crs=stated.name,
    )


def _projection(found: Any) -> tuple[tuple[object, ...] | None, bool]:
    """Give the projection as the tail of `CatalogueEntry.system`, and whether its false origin is exchanged."""
    if found.is_geographic:
        return ("degrees", None, None), False
    operation = found.coordinate_operation
    if operation is None or any(axis.unit_conversion_factor != 1 for axis in found.axis_info):
        return None, False
    values = {parameter.name: parameter.value for parameter in operation.params}
    if operation.method_name == "Popular Visualisation Pseudo Mercator" and not any(values.values()):
        return ("Web Mercator", None, None), False
    origin_deg, meridian_deg, scale, *false_origin_m = (values.get(name, np.nan) for name in _TM_PARAMETERS)
    exchanged = false_origin_m == [0, 500_000]
    if operation.method_name != "Transverse Mercator" or origin_deg or sorted(false_origin_m) != [0, 500_000]:
        return None, False
    return ("transverse Mercator", round(meridian_deg, 6), round(scale, 9)), exchanged


def reconcile(declared: str | None, stated: str | None) -> CatalogueEntry:
    """Decide which CRS a file is in, from what the caller declared and what the file states; never by guessing.

    Raises
    ------
    CrsNotStated
        Neither names one.
    CrsConflict
        They differ: nothing in the coordinates could tell which is right, 224 to 824 m apart.

    >>> reconcile("EPSG:5897", None).code
    'EPSG:5897'
    """
    if not declared and not stated:
        raise CrsNotStated("The file states no CRS: declare it, in Hanoi usually with --crs EPSG:5897.")
    entries = [crs_for(text) for text in (declared, stated) if text]
    ours, theirs = entries[0], entries[-1]
    if ours.system != theirs.system:
        metres = apart_m(theirs, ours)
        raise CrsConflict(
            "%(declared)s was declared, but the file states %(stated)s, which puts the same numbers %(apart_m)s m away "
            "in Hanoi: ask who made the file, then correct one of the two.",
            declared=ours.code,
            stated=theirs.code,
            apart_m=round(metres) if np.isfinite(metres) else "∞",
        )
    return ours
