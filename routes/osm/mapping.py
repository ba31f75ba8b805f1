"""An extract to rows: ways are split, tags read, barriers placed on their road. No database."""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pyproj import Geod

from routes.osm.barriers import Barrier, read_barrier
from routes.osm.notes import Note, Notebook
from routes.osm.rails import known_runs, read_rail
from routes.osm.reader import Extract, LonLatPair, OsmNode, OsmWay
from routes.osm.rows import (
    HydrantRow,
    IntakeRow,
    Json,
    RailRow,
    RestrictionRow,
    RoadRow,
    TankRow,
    TurnRow,
    line,
    point,
)
from routes.osm.split import Segment, Split, split_ways
from routes.osm.tags import (
    WayLimits,
    WayRestriction,
    is_set,
    read_access,
    read_limits,
    read_oneway,
    read_text,
    read_whole,
)
from routes.osm.turns import Refusal, read_turn
from routes.osm.water import is_pond, read_hydrant, read_intake, read_tank

_SPHEROID: Final = Geod(ellps="WGS84")


@dataclass
class Rows:
    """Everything an extract comes to. `length_m` is that of all roads on the spheroid."""

    split: Split
    roads: list[RoadRow] = field(default_factory=list)
    restrictions: list[RestrictionRow] = field(default_factory=list)
    turns: list[TurnRow] = field(default_factory=list)
    hydrants: list[HydrantRow] = field(default_factory=list)
    intakes: list[IntakeRow] = field(default_factory=list)
    tanks: list[TankRow] = field(default_factory=list)
    rails: list[RailRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    barriers: Counter[str] = field(default_factory=Counter)
    on_junction: list[str] = field(default_factory=list)
    off_road: Counter[str] = field(default_factory=Counter)
    length_m: float = 0.0


def map_extract(extract: Extract, known_junctions: Collection[int] = frozenset()) -> Rows:
    """Turn what a file says into rows, and note what it says that rows cannot hold.

    Parameters
    ----------
    extract
        As read from the file.
    known_junctions
        Ids of the nodes where stored roads meet; see `routes.osm.split.split_ways`.
    """
    split = split_ways(extract.ways.values(), extract.places, known_junctions)
    rows = Rows(split)
    pieces = _by_way(split.segments)
    for way in extract.ways.values():
        _add_way(way, pieces[way.id], rows)
    _add_barriers(extract, rows)
    _add_crossings(extract, rows)
    for water in extract.water.values():
        _add_water(water, rows)
    for way in extract.rails.values():
        _add_rail(way, extract, rows)
    for relation in extract.turns.values():
        turn = read_turn(relation, extract.ways, Notebook(rows.notes, f"relation/{relation.id}"))
        if isinstance(turn, Refusal):
            rows.refused.append(turn)
        else:
            rows.turns.append(turn)
    return rows


def _by_way(segments: list[Segment]) -> dict[int, list[Segment]]:
    pieces: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        pieces[segment.way.id].append(segment)
    return pieces


def _add_way(way: OsmWay, segments: list[Segment], rows: Rows) -> None:
    note = Notebook(rows.notes, f"way/{way.id}")
    limits = read_limits(way.tags, note)
    shared = _road_columns(way, limits, note)
    for segment in segments:
        geom = line(segment.places)
        rows.length_m += _length_m(segment.places)
        rows.roads.append(
            RoadRow(
                ref=segment.ref,
                geom=geom,
                segment_index=segment.index,
                start_node=segment.nodes[0],
                end_node=segment.nodes[-1],
                **shared,
            )
        )
        rows.restrictions.extend(_along(segment.ref, geom, shared["tags"], limits.restrictions))


def _road_columns(way: OsmWay, limits: WayLimits, note: Notebook) -> dict[str, Any]:
    tags = way.tags
    return {
        "tags": _kept(tags, way.version),
        "osm_way_id": way.id,
        "name": read_text(tags, ("name", "name:vi", "ref"), 200, note),
        "highway": read_text(tags, ("highway",), 30, note),
        "service": read_text(tags, ("service",), 30, note),
        "oneway": read_oneway(tags, note),
        "access": read_access(tags),
        "surface": read_text(tags, ("surface",), 40, note),
        "lanes": read_whole(tags, "lanes", 1, 30, note),
        "bridge": is_set(tags, "bridge"),
        "tunnel": is_set(tags, "tunnel"),
        "layer": read_whole(tags, "layer", -20, 20, note) or 0,
        "clear_width_m": limits.width.value,
        "clear_width_evidence": limits.width.evidence.value,
        "clear_height_m": limits.height.value,
        "clear_height_evidence": limits.height.evidence.value,
        "max_weight_t": limits.weight.value,
        "max_weight_evidence": limits.weight.evidence.value,
        "max_axle_load_t": limits.axle_load_t,
    }


def _along(ref: str, geom: str, tags: Json, restrictions: tuple[WayRestriction, ...]) -> Iterator[RestrictionRow]:
    for restriction in restrictions:
        values = asdict(restriction)
        key = values.pop("key")
        yield RestrictionRow(ref=f"{ref}#{key}", geom=geom, tags=tags, road_ref=ref, **values)


def _add_barriers(extract: Extract, rows: Rows) -> None:
    standing = _standing(rows.split.segments, extract.barriers)
    for node in extract.barriers.values():
        barrier = read_barrier(node.tags, Notebook(rows.notes, f"node/{node.id}"))
        if barrier is None:
            rows.off_road["no"] += 1
        elif node.id not in standing:
            rows.off_road[node.tags["barrier"]] += 1
        else:
            rows.barriers[node.tags["barrier"]] += 1
            rows.restrictions.append(_barrier_row(node, barrier, standing[node.id], rows.on_junction))


def _add_crossings(extract: Extract, rows: Rows) -> None:
    """Put level crossings on their roads: a sign to vehicles; whether hose passes them nobody recorded."""
    standing = _standing(rows.split.segments, extract.crossings)
    for node in extract.crossings.values():
        if node.id in standing:
            rows.restrictions.append(
                RestrictionRow(
                    ref=f"node/{node.id}#crossing",
                    kind="level_crossing",
                    name=read_text(node.tags, ("name",), 200, Notebook(rows.notes, f"node/{node.id}")),
                    blocks_vehicles="no",
                    legal_only=True,
                    **_at_node(node, standing[node.id]),
                )
            )


def _standing(segments: list[Segment], barriers: Container[int]) -> dict[int, list[tuple[Segment, int]]]:
    """Find the segments each barrier node lies on, and at which of their nodes."""
    standing: dict[int, list[tuple[Segment, int]]] = defaultdict(list)
    for segment in segments:
        for at, node in enumerate(segment.nodes):
            if node in barriers:
                standing[node].append((segment, at))
    return standing


def _barrier_row(
    node: OsmNode, barrier: Barrier, standing: list[tuple[Segment, int]], on_junction: list[str]
) -> RestrictionRow:
    """Pin a barrier to its road.

    At a junction, or where two ways meet end to end, it stands on every road there: it is pinned to none, and
    `osm_node_id` is the `start_node` or `end_node` of each.
    """
    ref = f"node/{node.id}"
    if len(standing) > 1:
        on_junction.append(ref)
    return RestrictionRow(ref=ref, **_at_node(node, standing), **asdict(barrier))


def _at_node(node: OsmNode, standing: list[tuple[Segment, int]]) -> dict[str, Any]:
    alone = len(standing) == 1
    return {
        "geom": point(node.place),
        "tags": _kept(node.tags, node.version),
        "osm_node_id": node.id,
        "road_ref": standing[0][0].ref if alone else "",
        "road_fraction": _fraction(*standing[0]) if alone else None,
    }


def _fraction(segment: Segment, at: int) -> float:
    if at == len(segment.places) - 1:
        return 1.0
    return _length_m(segment.places[: at + 1]) / _length_m(segment.places)


def _length_m(places: tuple[LonLatPair, ...]) -> float:
    return float(_SPHEROID.line_length([lon for lon, _ in places], [lat for _, lat in places]))


def _add_water(node: OsmNode, rows: Rows) -> None:
    ref, geom, tags = f"node/{node.id}", point(node.place), _kept(node.tags, node.version)
    note = Notebook(rows.notes, ref)
    if is_pond(node.tags):
        rows.intakes.append(IntakeRow(ref=ref, geom=geom, tags=tags, **asdict(read_intake(node.tags, note))))
    elif node.tags["emergency"] == "water_tank":
        rows.tanks.append(TankRow(ref=ref, geom=geom, tags=tags, **asdict(read_tank(node.tags, note))))
    else:
        rows.hydrants.append(HydrantRow(ref=ref, geom=geom, tags=tags, **asdict(read_hydrant(node.tags, note))))


def _add_rail(way: OsmWay, extract: Extract, rows: Rows) -> None:
    rail = read_rail(way.tags, Notebook(rows.notes, f"way/{way.id}"))
    for piece, nodes in enumerate(known_runs(way.nodes, extract.places)):
        geom, tags = line(tuple(extract.places[node] for node in nodes)), _kept(way.tags, way.version)
        rows.rails.append(RailRow(ref=f"way/{way.id}/{piece}", geom=geom, tags=tags, **asdict(rail)))


def _kept(tags: dict[str, str], version: int) -> Json:
    """Return the tags word for word, with the version of the OSM object where the file carries one."""
    return {**tags, "@version": str(version)} if version else tags
