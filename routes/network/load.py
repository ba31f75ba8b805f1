"""Roads from PostGIS into arrays: the graph, and what is known of each of its edges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routes.assumptions import DEFAULT_SPEED_KMH, read_class_table
from routes.encounters import Assumption
from routes.engine.arrays import Longs, RoadState, Short, Texts, Topology
from routes.engine.build import build_topology
from routes.engine.limits import is_closed, road_limits
from routes.engine.turns import Turns
from routes.models import TurnRestriction
from routes.network.projecting import metres_of
from routes.network.reading import Columns, lines_of, read_columns


def _or_none(column: str) -> tuple[str, str]:
    # A stored number that is none fills no gap: it is handed on as 0, NULL as NaN.
    known = f"CASE WHEN {column} > 0 AND {column} < 'Infinity' THEN {column} ELSE 0 END"
    return f"CASE WHEN {column} IS NULL THEN 'NaN' ELSE {known} END", "float8"


def _strength(column: str) -> str:
    return f"CASE {column} WHEN 'assumed' THEN 1 WHEN 'tagged' THEN 2 WHEN 'surveyed' THEN 3 ELSE 0 END"


def _day(column: str) -> tuple[str, str]:
    return f"CASE WHEN isfinite({column}) THEN {column} - date '0001-01-01' + 1 ELSE 0 END", "int4"


_LIMITS: Final = ("clear_width_m", "clear_height_m", "max_weight_t", "max_axle_load_t")
_STATE: Final = {
    "id": ("id", "int8"),
    "oneway": ("CASE oneway WHEN 'yes' THEN 1 WHEN '-1' THEN -1 WHEN 'reversible' THEN 2 ELSE 0 END", "int2"),
    "bridge": ("bridge", "bool"),
    "tunnel": ("tunnel", "bool"),
    "unit_id": ("coalesce(administrative_unit_id, -1)", "int8"),
    **{name: _or_none(name) for name in _LIMITS},
    "width_evidence": (_strength("clear_width_evidence"), "int2"),
    "height_evidence": (_strength("clear_height_evidence"), "int2"),
    "weight_evidence": (_strength("max_weight_evidence"), "int2"),
    # The axle limit has no evidence of its own: it stands on the same sign, or on what the record stands on.
    "axle_evidence": (f"greatest({_strength('max_weight_evidence')}, {_strength('evidence')})", "int2"),
    "width_on": _day("clear_width_on"),
    "height_on": _day("clear_height_on"),
    "weight_on": _day("max_weight_on"),
    "axle_on": _day("verified_on"),
}
_TEXTS: Final = ("highway", "ref", "name", "access", "surveyed_by")
_GRAPH: Final = {
    "way_id": ("coalesce(osm_way_id, -1)", "int8"),
    "start_node": ("start_node", "int8"),
    "end_node": ("end_node", "int8"),
    "level": ("layer", "int2"),
    "vertices": ("ST_NPoints(geom)", "int4"),
}
_LINES: Final = {"geom": "ST_AsBinary(ST_Force2D(geom), 'NDR')"}


@dataclass(frozen=True, slots=True)
class ClassTable:
    """What is stored of classes of road: the assumptions, and speeds in km/h."""

    assumptions: Mapping[str, Assumption]
    speeds_kmh: Mapping[str, float]

    def pace(self, classes: Sequence[str]) -> Longs:
        """Microseconds a metre of each class for a vehicle with the speed factor 1."""
        speeds = [self.speeds_kmh.get(name, DEFAULT_SPEED_KMH) for name in classes]
        return np.rint(3.6e6 / np.array(speeds, np.float64)).astype(np.int64)


def read_classes() -> ClassTable:
    """Read what is stored of classes of road: one query."""
    return ClassTable(*read_class_table())


def read_roads(version: int, classes: ClassTable) -> tuple[Topology, RoadState]:
    """Read all roads and bans on turning: two queries, in the caller's snapshot.

    Parameters
    ----------
    version
        That of the network in the snapshot.
    """
    columns = read_columns("routes_road", numbers=_STATE | _GRAPH, texts=_TEXTS, blobs=_LINES)
    roads = _road_state(columns, classes, ())
    first, lon_lat = lines_of(columns.blobs["geom"], columns.arrays["vertices"])
    topology = build_topology(
        version=version,
        edge_id=columns.arrays["id"],
        way_id=columns.arrays["way_id"],
        start_node=columns.arrays["start_node"],
        end_node=columns.arrays["end_node"],
        level=columns.arrays["level"].clip(-128, 127).astype(np.int8),
        vertex_first=first,
        vertex_xy=metres_of(lon_lat),
        turns=_read_turns(),
        landmark_pace=roads.pace,
        road_class=roads.road_class,
    )
    return topology, roads


def read_some(ids: Sequence[int], classes: ClassTable, known: tuple[str, ...]) -> tuple[Longs, RoadState]:
    """Read the state of these roads: one query; ids in ascending order, those that are not there any more left out.

    `known` are the classes of the network so far; new ones come behind them.
    """
    columns = read_columns("routes_road", numbers=_STATE, texts=_TEXTS, ids=ids)
    return columns.arrays["id"], _road_state(columns, classes, known)


def _road_state(columns: Columns, classes: ClassTable, known: tuple[str, ...]) -> RoadState:
    arrays, texts = columns.arrays, columns.texts
    road_class, names = _classified(texts["highway"], known)
    value = _side_by_side(arrays, *_LIMITS).astype(np.float64)
    evidence = _side_by_side(arrays, "width_evidence", "height_evidence", "weight_evidence", "axle_evidence")
    evidence = evidence.astype(np.int8)
    bridge, tunnel = arrays["bridge"], arrays["tunnel"]
    closed, signs = _classified(texts["access"], ())
    return RoadState(
        limits=road_limits(road_class, names, value, evidence, bridge, tunnel, classes.assumptions),
        road_class=road_class,
        classes=names,
        oneway=arrays["oneway"].astype(np.int8),
        closed=np.array([is_closed(sign) for sign in signs], np.bool_)[closed],
        gone=np.zeros(len(road_class), np.bool_),
        value=value,
        evidence=evidence,
        observed_on=_side_by_side(arrays, "width_on", "height_on", "weight_on", "axle_on").astype(np.int32),
        bridge=bridge,
        tunnel=tunnel,
        unit_id=arrays["unit_id"],
        ref=texts["ref"],
        name=texts["name"],
        access=texts["access"],
        surveyed_by=texts["surveyed_by"],
        pace=classes.pace(names),
        assumptions=classes.assumptions,
    )


def _side_by_side(arrays: Mapping[str, NDArray[Any]], *names: str) -> NDArray[Any]:
    return np.column_stack([arrays[name] for name in names])


def _classified(texts: Texts, known: tuple[str, ...]) -> tuple[Short, tuple[str, ...]]:
    """Number the different texts, those that are known first."""
    blob, first = texts.blob.tobytes(), texts.first.tolist()
    words = [blob[start:end] for start, end in pairwise(first)]
    codes = {name.encode(): code for code, name in enumerate(known)}
    for word in sorted(set(words)):
        codes.setdefault(word, len(codes))
    numbered = np.fromiter(map(codes.__getitem__, words), np.int16, len(words))
    return numbered, tuple(word.decode() for word in codes)


def _read_turns() -> Turns:
    columns = ("from_way_id", "via_node", "via_way_id", "to_way_id")
    rows = list(TurnRestriction.objects.order_by("id").values_list("kind", *columns))
    table = np.array([[-1 if value is None else value for value in row[1:]] for row in rows], np.int64).reshape(-1, 4)
    from_way, via_node, via_way, to_way = table.T
    return Turns(from_way, via_node, via_way, to_way, np.array([row[0].startswith("only_") for row in rows], np.bool_))
