"""Access restrictions from PostGIS, as the rules see them and with what is needed to place them on edges."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from django.db import connection
from psycopg.rows import namedtuple_row

from routes.engine.arrays import StandingRecord, Topology
from routes.limits import obstacle_of
from routes.network.placing import NOT_THERE_YET, NOWHERE, Wanted
from routes.obstacles import is_solid_sign
from routes.placing import Position
from routes.way import METRIC

_READ: Final = """
    SELECT r.id, r.ref, r.name, r.kind, r.clear_width_m, r.clear_height_m, r.max_weight_t, r.max_axle_load_t,
           r.blocks_vehicles, r.openable, r.passable_on_foot, r.legal_only, r.evidence, r.observed_on, r.observed_by,
           r.verified_on, r.schedule, r.valid_from, r.valid_to, r.key_holder, r.key_holder_phone, r.extent_m,
           r.administrative_unit_id, r.road_fraction, ST_AsBinary(ST_Force2D(r.geom)) AS wkb, road.id AS road_id
    FROM routes_accessrestriction AS r LEFT JOIN routes_road AS road ON road.ref = r.road_ref AND r.road_ref <> ''
    {} ORDER BY r.id
"""
_START: Final = Position(0.0, 0.0)
_FOOT: Final = {"no": 0, "yes": 1}
_NOBODY_KNOWS: Final = 2
_LEVEL_CROSSING: Final = "level_crossing"
_PASSED_ON_FOOT: Final = frozenset(
    {"narrowing", "height_bar", "bollard", "awning", "low_cable", "weight_limit", "stairs"}
)
"""Kinds that people with hose pass by their nature; `routes.osm.barriers` says the same of the ones it knows."""


def read_restrictions(ids: Sequence[int] | None = None) -> list[Any]:
    """Read these restrictions, or all, by id: one query. Rows have the names of the columns of `AccessRestriction`."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, raw.cursor(row_factory=namedtuple_row) as cursor:
        # PostGIS guesses that every restriction is near to every road; the ids are few or all.
        cursor.execute(
            _READ.format("" if ids is None else "WHERE r.id = ANY(%s)"), None if ids is None else [list(ids)]
        )
        rows: list[Any] = cursor.fetchall()
        return rows


def record_of(row: Any) -> StandingRecord:
    """Give a restriction as the rules see it, with the names of people: whoever shows it asks who may see them."""
    return StandingRecord(row.id, obstacle_of(row, _START, _everybody), row.administrative_unit_id)


def _everybody(_unit: int | None) -> bool:
    return True


def foot_of(row: Any) -> int:
    """Tell whether people with hose pass: 0 no, 1 yes, 2 nobody knows."""
    if row.passable_on_foot in _FOOT:
        return _FOOT[row.passable_on_foot]
    if row.kind == _LEVEL_CROSSING:
        # People walk there, but hose on the rails holds until the next train.
        return _NOBODY_KNOWS
    only_a_sign = row.legal_only and not is_solid_sign(row)
    return 1 if only_a_sign or row.kind in _PASSED_ON_FOOT else _NOBODY_KNOWS


def wanted_of(topology: Topology, rows: Sequence[Any]) -> Wanted:
    """Give what is needed to place these restrictions in this graph."""
    geom = np.empty(len(rows), dtype=object)
    geom[:] = [shapely.from_wkb(bytes(row.wkb)) for row in rows]
    return Wanted(
        geom=METRIC.geom_from_wgs84(geom),
        home=np.array([_home(topology, row.road_id) for row in rows], np.int32),
        fraction=np.array([row.road_fraction for row in rows], np.float64),
        extent_m=np.array([row.extent_m for row in rows], np.float64),
    )


def _home(topology: Topology, road_id: int | None) -> int:
    if road_id is None:
        return NOWHERE
    at = int(np.searchsorted(topology.edge_id, road_id))
    there = at < len(topology.edge_id) and topology.edge_id[at] == road_id
    return at if there else NOT_THERE_YET
