"""A source of water in an answer about ways: as `hydrants` draws it, its straight metres under a name of their own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from pyproj import Geod

from hydrants.answers import Json, source_feature
from hydrants.nearest import FoundSource
from hydrants.sources import AnyWaterSource
from hydrants.usability import Marked, Reason
from routes.engine.arrays import Floats

_SPHEROID: Final = Geod(ellps="WGS84")


def all_found_from(
    lon: float,
    lat: float,
    sources: Sequence[tuple[AnyWaterSource, Reason | None]],
    lon_lat: Floats,
    marked: Mapping[str, Marked],
) -> list[FoundSource]:
    """Say how n sources lie from a place, in a straight line on the spheroid, each with what is wrong with it.

    Parameters
    ----------
    lon_lat
        Theirs, (n, 2).
    marked
        What people on the spot say of some, by key.
    """
    here = [lon] * len(sources), [lat] * len(sources)
    bearings_deg, _, distances_m = _SPHEROID.inv(*here, *lon_lat.T.tolist())
    return [
        FoundSource(source, distance_m, bearing_deg % 360 if distance_m > 0 else None, reason, marked.get(source.key))
        for (source, reason), distance_m, bearing_deg in zip(sources, distances_m, bearings_deg, strict=True)
    ]


def found_from(
    lon: float, lat: float, source: AnyWaterSource, marked: Mapping[str, Marked], reason: Reason | None = None
) -> FoundSource:
    """Say how one source lies from a place."""
    return all_found_from(lon, lat, [(source, reason)], np.array([[source.geom.x, source.geom.y]]), marked)[0]


def source_of(found: FoundSource, role: str, sentence: str | None = None, **first: Any) -> Json:
    """Draw a source with its straight metres as `straight_m`: beside metres of hose or road nothing goes by them."""
    feature = source_feature(found, sentence, role=role, **first)
    properties = feature["properties"]
    for name in ("distance_kind", "hose_count"):
        del properties[name]
    properties["straight_m"] = properties.pop("distance_m")
    return feature
