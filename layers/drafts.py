"""What a writer sends: a GeoJSON Feature, or a merge patch of one, read as far as it is JSON of the right shape."""

from dataclasses import dataclass
from typing import Any, Final, Self

import orjson
import shapely

from gis_core.crs import CatalogueEntry
from gis_core.errors import BadRequest
from gis_core.importing.sanitize import storable
from layers.crs_params import CRS84

Json = dict[str, Any]

_MEMBERS: Final = frozenset({"type", "id", "geometry", "properties", "links", "bbox", "warnings"})


class BadFeature(BadRequest):
    """The body is JSON, but no GeoJSON Feature, or no merge patch of one."""

    code = "bad-feature"
    title = "The body is not a feature"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer sent.

    `geometry` is GeoJSON whose axes are in the order of `crs`; it counts only if `placed`. `partial` marks a merge
    patch (RFC 7396): what it does not name stays.
    """

    properties: Json
    geometry: Any = None
    placed: bool = True
    crs: CatalogueEntry = CRS84
    partial: bool = False

    @classmethod
    def from_json(cls, document: Any, *, crs: CatalogueEntry = CRS84, partial: bool = False) -> Self:
        """Read a GeoJSON Feature, or a merge patch of one.

        Raises
        ------
        BadFeature
            With what would be right. What is wrong with single values is for the layer to say.
        """
        if not isinstance(document, dict) or document.get("type", "Feature" if partial else None) != "Feature":
            raise BadFeature("Send one GeoJSON Feature: an object with type, geometry and properties.")
        if unknown := sorted(set(document) - _MEMBERS):
            raise BadFeature(
                "A feature has no member “%(member)s”: attributes stand in “properties”.", member=unknown[0][:60]
            )
        properties = document.get("properties", {} if partial else None)
        if properties is None and not partial:
            properties = {}
        if not isinstance(properties, dict):
            raise BadFeature("“properties” must be an object.")
        placed = "geometry" in document or not partial
        return cls(_storable(properties), document.get("geometry"), placed, crs, partial)

    def geom(self) -> Any:
        """Read the geometry as shapely holds it, easting or longitude first whatever the CRS says; None for none.

        Raises
        ------
        BadFeature
            It is no GeoJSON.
        """
        if self.geometry is None:
            return None
        try:
            geom = shapely.from_geojson(orjson.dumps(self.geometry))
        except (shapely.errors.ShapelyError, TypeError) as error:
            reason = str(error).strip()[:200]
            raise BadFeature("“geometry” is no GeoJSON geometry: %(reason)s.", reason=reason) from error
        return shapely.transform(geom, lambda places: places[:, ::-1]) if self.crs.latitude_first else geom


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a merge patch (RFC 7396).

    >>> merge_patch({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
    {'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def _storable(properties: Json) -> Json:
    """Drop what PostgreSQL cannot hold, and refuse what nobody can read."""
    try:
        cleaned: Json = storable(properties)
        orjson.dumps(cleaned)
    except (RecursionError, TypeError) as error:
        raise BadFeature("“properties” is nested too deeply.") from error
    return cleaned
