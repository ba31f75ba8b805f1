"""What is here: the unit, the lane and the nearest address of a place, so that a click on the map has a name."""

from dataclasses import dataclass
from typing import Any, Final

from gis_core.statements import fetch_row
from gis_core.values import LonLat

REACH_M: Final = 60.0
"""What is farther away names another place."""

# The index finds by degrees, which are shorter to the east: more than wanted, and the nearest in metres of those.
HERE: Final = """
    WITH asked AS (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS place)
    SELECT json_build_object(
        'unit', (SELECT json_build_object('id', unit.id, 'name', unit.name, 'code', unit.code)
                 FROM gis_core_administrativeunit AS unit, asked
                 WHERE unit.valid_to IS NULL AND ST_Covers(unit.geom, asked.place)
                 ORDER BY unit.level DESC, unit.id LIMIT 1),
        'near', (SELECT coalesce(json_agg(found ORDER BY metres, layer, feature_id), '[]') FROM (
            SELECT DISTINCT ON (way) way, layer, feature_id, ref, title, address, chain, synthetic,
                   ST_Distance(one.shape::geography, asked.place::geography) AS metres
            FROM asked, LATERAL (
                SELECT * FROM gis_core_findable
                WHERE shape && ST_Expand(asked.place, 0.0008)
                  AND (way = 'road' OR (way = 'address' AND house <> '' AND layer = ANY(%(houses)s::text[])))
                ORDER BY shape <-> asked.place LIMIT 200) AS one
            ORDER BY way, metres, layer, feature_id) AS found
            WHERE metres <= %(reach_m)s)
    )
"""


@dataclass(frozen=True, slots=True)
class Here:
    """What is at a place; each is None where nothing is recorded within `REACH_M`."""

    unit: dict[str, Any] | None
    house: dict[str, Any] | None
    road: dict[str, Any] | None


def what_is_here(place: LonLat, houses: list[str]) -> Here:
    """Tell the unit in force, the nearest house of `houses` (layers), and the nearest street or lane: one query."""
    params = {"lon": place.lon, "lat": place.lat, "houses": houses, "reach_m": REACH_M}
    found = fetch_row(HERE, params)[0]
    near = {row["way"]: row for row in found["near"]}
    return Here(found["unit"], near.get("address"), near.get("road"))
