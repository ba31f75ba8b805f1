"""To WGS 84 and back, by pipelines that are written out and need no network, no grid and no choice of PROJ."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from gis_core.crs.catalogue import EPSG_6960_SHIFT, CatalogueEntry
from gis_core.errors import BadRequest

Floats: TypeAlias = NDArray[np.float64]


class BadCoordinates(BadRequest):
    """Coordinates that are not finite, or that the CRS cannot hold."""

    code = "bad-coordinates"
    title = "The coordinates are not valid"


_EPSG_6960: Final = (
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +proj=helmert +x={} +y={} +z={} +rx={} +ry={} +rz={} +s={} +convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3"
).format(*EPSG_6960_SHIFT)


def _pipeline(entry: CatalogueEntry) -> str:
    to_radians = {
        "degrees": "+step +proj=unitconvert +xy_in=deg +xy_out=rad",
        "Web Mercator": "+step +inv +proj=webmerc +ellps=WGS84",
        "transverse Mercator": f"+step +inv +proj=tmerc +lat_0=0 +lon_0={entry.central_meridian_deg} "
        f"+k={entry.scale} +x_0=500000 +y_0=0 +ellps=WGS84",
    }[entry.projection]
    shift = _EPSG_6960 if entry.datum == "VN-2000" else ""
    return f"+proj=pipeline {to_radians} {shift} +step +proj=unitconvert +xy_in=rad +xy_out=deg"


@cache
def _engine(entry: CatalogueEntry) -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(_pipeline(entry))


@dataclass(frozen=True, slots=True)
class Transformer:
    """The way from one CRS to WGS 84 and back; 1 m accurate between the datums, exact within one.

    Both directions are each other's inverse to a nanometre-sized rest, so that exporting and importing moves nothing.
    Threads may share it.
    """

    crs: CatalogueEntry

    def to_wgs84(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Transform easting and northing (or longitude and latitude) to longitude and latitude in degrees.

        Parameters
        ----------
        x, y
            Numbers or arrays of one shape, in the unit of the CRS.

        Returns
        -------
        Two arrays of that shape, empty for empty.

        Raises
        ------
        BadCoordinates
            NaN, infinite, or beyond what the projection can hold.

        >>> from gis_core.crs import CATALOGUE
        >>> lon, lat = Transformer(CATALOGUE["EPSG:5897"]).to_wgs84(588394.442, 2326344.256)
        >>> round(float(lon), 6), round(float(lat), 6)
        (105.8523, 21.0285)
        """
        return _finite(x, y, self.to_wgs84_unchecked(x, y))

    def to_wgs84_unchecked(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Transform as `to_wgs84`, giving infinity or NaN for what cannot be transformed."""
        return _run(self.crs, x, y, "FORWARD")

    def from_wgs84(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Transform longitude and latitude in degrees to easting and northing, as `to_wgs84` the other way."""
        lons, lats = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        x, y = _run(self.crs, lons, lats, "INVERSE")
        if self.crs.datum == "VN-2000":
            # Both directions drop the height that the shift makes; alone, the way back misses by up to 1.5 mm.
            missed_lon, missed_lat = self.to_wgs84_unchecked(x, y)
            x, y = _run(self.crs, 2 * lons - missed_lon, 2 * lats - missed_lat, "INVERSE")
        return _finite(lons, lats, (x, y))

    def geom_to_wgs84(self, geom: Any) -> Any:
        """Transform a shapely geometry or an array of them; heights are kept as they are, None stays None."""
        return _each_dimension(geom, self.to_wgs84)

    def geom_from_wgs84(self, geom: Any) -> Any:
        """Transform a shapely geometry or an array of them from WGS 84."""
        return _each_dimension(geom, self.from_wgs84)


def _run(
    entry: CatalogueEntry, x: ArrayLike, y: ArrayLike, direction: Literal["FORWARD", "INVERSE"]
) -> tuple[Floats, Floats]:
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    out_x, out_y = _engine(entry).transform(xs.ravel(), ys.ravel(), direction=direction)
    return np.reshape(out_x, xs.shape), np.reshape(out_y, ys.shape)


def _finite(x: ArrayLike, y: ArrayLike, result: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    bad = np.flatnonzero(~(np.isfinite(result[0]) & np.isfinite(result[1])))
    if bad.size:
        first = int(bad[0])
        raise BadCoordinates(
            "%(count)d of %(total)d positions cannot be transformed, the first, %(x)s, %(y)s, at index %(index)d: "
            "coordinates must be finite and within reach of the CRS.",
            count=int(bad.size),
            total=result[0].size,
            x=float(np.ravel(x)[first]),
            y=float(np.ravel(y)[first]),
            index=first,
        )
    return result


def _each_dimension(geom: Any, transform: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Any:
    """Transform 2D and 3D geometries apart, because shapely would give a 2D one among 3D ones NaN heights."""

    def moved(coords: Floats) -> Floats:
        return np.column_stack([*transform(coords[:, 0], coords[:, 1]), *coords.T[2:]])

    geoms = np.array(geom, dtype=object)
    for has_z in (False, True):
        chosen = shapely.has_z(geoms) == has_z
        geoms[chosen] = shapely.transform(geoms[chosen], moved, include_z=has_z)
    return geoms.item() if geoms.ndim == 0 else geoms


def apart_m(a: CatalogueEntry, b: CatalogueEntry, lon: float = 105.8523, lat: float = 21.0285) -> float:
    """Measure how far one pair of numbers moves when it is read in `b` instead of `a`.

    Parameters
    ----------
    a, b
        The two readings.
    lon, lat
        The place under reading `a`, in degrees of WGS 84; the check point in Hoàn Kiếm by default.

    Returns
    -------
    Metres on the spheroid; infinite where `b` cannot hold the numbers.

    >>> from gis_core.crs import CATALOGUE
    >>> round(apart_m(CATALOGUE["EPSG:5897"], CATALOGUE["EPSG:3405"]))
    699
    """
    x, y = Transformer(a).from_wgs84(lon, lat)
    other_lon, other_lat = Transformer(b).to_wgs84_unchecked(x, y)
    if not (np.isfinite(other_lon) and np.isfinite(other_lat) and abs(other_lat) <= 90):  # noqa: PLR2004 - the Earth
        return float("inf")
    return float(pyproj.Geod(ellps="WGS84").inv(lon, lat, other_lon, other_lat)[2])
