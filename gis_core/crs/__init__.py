"""Coordinate reference systems: VN-2000 as Hanoi and its neighbours use it, and WGS 84.

A file's CRS is found in a catalogue by what it is, not by what it is called, and the way to WGS 84 is written out:
always "VN-2000 to WGS 84 (2)" (EPSG:6960, 1 m, the whole country), so that no missing grid, no network and no area
of use can make PROJ choose another one. x is easting or longitude, y is northing or latitude, always.

Known mistakes are found: by `diagnose` where coordinates show them, by `crs_for` and `reconcile` where they cannot,
because a shift of 224 m or 699 m is still in Hanoi.
"""

from gis_core.crs.catalogue import CATALOGUE, CatalogueEntry
from gis_core.crs.diagnosis import HANOI, Diagnosis, diagnose
from gis_core.crs.recognition import (
    CrsConflict,
    CrsNotStated,
    DeprecatedCrs,
    UnknownCrs,
    WrongDatumShift,
    crs_for,
    reconcile,
)
from gis_core.crs.transform import BadCoordinates, Transformer, apart_m

__all__ = [
    "CATALOGUE",
    "HANOI",
    "BadCoordinates",
    "CatalogueEntry",
    "CrsConflict",
    "CrsNotStated",
    "DeprecatedCrs",
    "Diagnosis",
    "Transformer",
    "UnknownCrs",
    "WrongDatumShift",
    "apart_m",
    "crs_for",
    "diagnose",
    "reconcile",
]
