"""A source of water in an answer about ways: as `hydrants` draws it, its straight metres under a name of their own."""

from typing import Any, Final

from pyproj import Geod

from hydrants.answers import Json, source_feature
from hydrants.nearest import FoundSource
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason

_SPHEROID: Final = Geod(ellps="WGS84")


def found_from(lon: float, lat: float, source: AnyWaterSource, reason: Reason | None = None) -> FoundSource:
    """Say how a source lies from a place, in a straight line on the spheroid."""
    bearing_deg, _, distance_m = _SPHEROID.inv(lon, lat, source.geom.x, source.geom.y)
    return FoundSource(source, float(distance_m), float(bearing_deg) % 360 if distance_m > 0 else None, reason)


def source_of(found: FoundSource, role: str, sentence: str | None = None, **first: Any) -> Json:
    """Draw a source with its straight metres as `straight_m`: beside metres of hose or road nothing goes by them."""
    feature = source_feature(found, sentence, role=role, **first)
    properties = feature["properties"]
    for name in ("distance_kind", "hose_count"):
        del properties[name]
    properties["straight_m"] = properties.pop("distance_m")
    return feature
