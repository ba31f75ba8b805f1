"""What the rules in force say of a place where a source would stand; what cannot be checked is told, never passed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
from django.db import connection

from gis_core.regulations import Bound, Regulation, all_at
from routes.encounters import Dimension
from routes.engine.arrays import DIMENSIONS, Floats, Network
from routes.siting.candidates import Candidates, Kind

_WIDTH: Final = DIMENSIONS.index(Dimension.WIDTH)
_FAR_M: Final = 100.0


class Standing(StrEnum):
    """Whether a place meets a rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Because(StrEnum):
    """What the standing rests on."""

    MEASURED = "measured"
    WHEN_BUILT = "when_built"
    NO_WIDTH = "no_width"
    NO_BUILDINGS = "no_buildings"
    OTHER_SIDE = "other_side"
    NO_MAINS = "no_mains"
    NO_DEPTH = "no_depth"
    WAY_UNKNOWN = "way_unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, how the place stands by it, and the figure it was judged by (None: there is none)."""

    rule: Regulation
    standing: Standing
    because: Because
    value: float | None = None


RULES: Final = {
    Kind.HYDRANT: ("hydrant_spacing", "hydrant_to_road_edge", "hydrant_to_wall", "main_diameter"),
    Kind.INTAKE: ("intake_water_depth", "suction_depth"),
    Kind.TANK: (),
}
"""The rules on where a source may stand, by kind; how far it serves is no rule on its place."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found round each chosen place; NaN: nobody knows."""

    next_source_m: Floats  # along the ways, surely; infinite: none within the look
    perhaps_m: Floats  # likewise, through the unknown too
    room_m: Floats  # from the edge of the road to the nearest wall
    wall_m: Floats  # from the place to the nearest wall


def checks_of(sites: Candidates, round_them: Surroundings, on: date) -> tuple[tuple[Check, ...], ...]:
    """Judge each site by every rule in force; instruments that differ are all told."""
    return tuple(tuple(_checks(sites, n, round_them, on)) for n in range(len(sites)))


def _checks(sites: Candidates, n: int, found: Surroundings, on: date) -> Iterator[Check]:
    for key in RULES[sites.kind[n]]:
        said: set[float] = set()
        for rule in all_at(key, on):
            if rule.value not in said:
                said.add(rule.value)
                yield _check(rule, sites, n, found)


def _check(rule: Regulation, sites: Candidates, n: int, found: Surroundings) -> Check:
    match rule.key:
        case "hydrant_spacing":
            return _spacing(rule, float(found.next_source_m[n]), float(found.perhaps_m[n]))
        case "hydrant_to_wall":
            return _wall(rule, float(found.room_m[n]), float(found.wall_m[n]))
        case "hydrant_to_road_edge":
            return Check(rule, Standing.UNKNOWN, Because.WHEN_BUILT)
        case "intake_water_depth":
            return _measured(rule, float(sites.water_depth_m[n]), Because.NO_DEPTH)
        case "suction_depth":
            return Check(rule, Standing.UNKNOWN, Because.NO_DEPTH)
        case _:
            return Check(rule, Standing.UNKNOWN, Because.NO_MAINS)


def _measured(rule: Regulation, value: float, missing: Because) -> Check:
    if np.isnan(value):
        return Check(rule, Standing.UNKNOWN, missing)
    meets = value >= rule.value if rule.bound is Bound.AT_LEAST else value <= rule.value
    return Check(rule, Standing.MET if meets else Standing.NOT_MET, Because.MEASURED, value)


def _spacing(rule: Regulation, surely_m: float, perhaps_m: float) -> Check:
    if surely_m <= rule.value:
        return Check(rule, Standing.MET, Because.MEASURED, surely_m)
    if perhaps_m <= rule.value:
        return Check(rule, Standing.UNKNOWN, Because.WAY_UNKNOWN, perhaps_m)
    return Check(rule, Standing.NOT_MET, Because.MEASURED, surely_m if np.isfinite(surely_m) else None)


def _wall(rule: Regulation, room_m: float, wall_m: float) -> Check:
    if np.isnan(wall_m):
        return Check(rule, Standing.UNKNOWN, Because.NO_BUILDINGS)
    if np.isnan(room_m):
        return Check(rule, Standing.UNKNOWN, Because.NO_WIDTH)
    if room_m >= rule.value:
        return Check(rule, Standing.MET, Because.MEASURED, room_m)
    # The nearest wall is on one side of the road; nobody looked at the other.
    return Check(rule, Standing.UNKNOWN, Because.OTHER_SIDE, max(room_m, 0.0))


def widths_m(network: Network, sites: Candidates) -> Floats:
    """Give the known width of the road at each site, NaN where nobody measured it."""
    edges = sites.places.edge
    width: Floats = np.where(edges >= 0, network.roads.value[edges, _WIDTH], np.nan)
    return np.where(width > 0, width, np.nan)


_WALLS: Final = """
SELECT ST_Distance(place.geom::geography, wall.geom::geography)
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given(lon, lat, n)
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326) AS geom) AS place
LEFT JOIN LATERAL (
    SELECT building.geom FROM layers_building AS building
    WHERE building.geom && ST_Expand(place.geom, 0.001) AND ST_Dimension(building.geom) = 2
    ORDER BY building.geom <-> place.geom LIMIT 1
) AS wall ON true
ORDER BY given.n
"""


def walls_m(lon_lat: Sequence[Sequence[float]] | Floats) -> Floats:
    """Give the metres from each place to the nearest footprint within 100 m, NaN where none is drawn: one query."""
    lon, lat = np.asarray(lon_lat, float).reshape(-1, 2).T
    with connection.cursor() as cursor:
        cursor.execute(_WALLS, [lon.tolist(), lat.tolist()])
        found = [row[0] for row in cursor.fetchall()]
    metres = np.array([np.nan if far is None else far for far in found], float)
    return np.where(metres <= _FAR_M, metres, np.nan)
