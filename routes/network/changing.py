"""One state of the network and what changed since give the next one; the one before stays as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from routes.engine.arrays import Ints, Longs, Network, RoadState, Texts, Topology
from routes.engine.limits import road_limits
from routes.network.counter import Changes, Stamp
from routes.network.load import ClassTable, read_classes, read_some
from routes.network.records import read_restrictions
from routes.network.standing import with_changes

_OF_CLASSES: Final = frozenset({"classes", "pace", "assumptions"})


@dataclass(frozen=True, slots=True)
class Known:
    """A network, and what it was made of."""

    stamp: Stamp
    network: Network
    classes: ClassTable


def apply_changes(known: Known, stamp: Stamp, changes: Changes) -> Known:
    """Read the rows that changed and put them into copies of the columns they are in; a query a table.

    Roads that were drawn are `gone` until the graph is built anew, the new ones missing: no way leads over a road
    whose course nobody here knows.
    """
    network = known.network
    classes = read_classes() if changes.assumptions else known.classes
    roads = with_classes(network.roads, classes) if changes.assumptions else network.roads
    roads = with_some(roads, network.topology, classes, changes.roads)
    topology = network.topology
    if not keeps_landmarks(topology, network.roads, roads):
        # They come again when the graph is built anew; until then a search takes longer and finds the same.
        topology = replace(topology, landmark_ms=topology.landmark_ms[:, :0])
    roads = without(roads, topology, changes.drawn)
    standings = network.standings
    if misplaced := sorted(changes.restrictions | _standing_on(network, changes.drawn)):
        standings = with_changes(standings, topology, roads.gone, misplaced, read_restrictions(misplaced))
    rebuilding = network.rebuilding or changes.graph or topology is not network.topology
    return Known(stamp, Network(topology, roads, standings, stamp.version, rebuilding), classes)


def _standing_on(network: Network, ids: Iterable[int]) -> set[int]:
    """Give the restrictions that stand on these roads: without them another road may be the nearest."""
    standings = network.standings
    edges, _ = edges_of(network.topology, np.array(sorted(ids), np.int64))
    spans = zip(standings.first[edges].tolist(), standings.first[edges + 1].tolist(), strict=True)
    records = [int(record) for first, last in spans for record in standings.record[first:last]]
    return {standings.records[record].restriction_id for record in records}


def with_classes(roads: RoadState, classes: ClassTable) -> RoadState:
    """Give the state of the roads with other assumptions and speeds."""
    limits = road_limits(
        roads.road_class, roads.classes, roads.value, roads.evidence, roads.bridge, roads.tunnel, classes.assumptions
    )
    return with_pace(replace(roads, limits=limits), classes)


def with_pace(roads: RoadState, classes: ClassTable) -> RoadState:
    """Give the state of the roads with the speeds of their classes, and the assumptions its limits were made with."""
    return replace(roads, pace=classes.pace(roads.classes), assumptions=classes.assumptions)


def with_some(roads: RoadState, topology: Topology, classes: ClassTable, ids: Iterable[int]) -> RoadState:
    """Give the state of the roads with these ones as they are stored now; one query, none for no ids."""
    wanted = sorted(ids)
    if not wanted:
        return roads
    found, fresh = read_some(wanted, classes, roads.classes)
    edges, there = edges_of(topology, found)
    columns: dict[str, Any] = {"classes": fresh.classes, "pace": fresh.pace, "assumptions": fresh.assumptions}
    for column in fields(RoadState):
        old, new = getattr(roads, column.name), getattr(fresh, column.name)
        if isinstance(old, Texts):
            columns[column.name] = _retold(old, {int(edge): new[i] for edge, i in zip(edges, there, strict=True)})
        # Deleted once is deleted until the graph is built anew.
        elif column.name not in _OF_CLASSES and column.name != "gone":
            columns[column.name] = _with_values(old, edges, new[there])
    return replace(roads, **columns)


def without(roads: RoadState, topology: Topology, ids: Iterable[int]) -> RoadState:
    """Give the state of the roads with these ones gone."""
    edges, _ = edges_of(topology, np.array(sorted(ids), np.int64))
    return replace(roads, gone=_with_values(roads.gone, edges, np.ones(len(edges), np.bool_))) if len(edges) else roads


def edges_of(topology: Topology, ids: Longs) -> tuple[Ints, Longs]:
    """Find the edges of roads; roads that the graph does not have are left out.

    Returns
    -------
    The edges, and which of the roads they are.
    """
    if not len(topology.edge_id):
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    at = np.searchsorted(topology.edge_id, ids).clip(max=len(topology.edge_id) - 1)
    there = np.flatnonzero(topology.edge_id[at] == ids)
    return at[there].astype(np.int32), there


def _with_values(column: Any, at: Ints, values: Any) -> Any:
    if np.array_equal(column[at], values, equal_nan=column.dtype.kind == "f"):
        return column  # shared with the other processes as long as nothing differs
    changed = np.array(column)
    changed[at] = values
    return changed


def _retold(column: Texts, texts: Mapping[int, str]) -> Texts:
    news = {edge: text for edge, text in texts.items() if column[edge] != text}
    return replace(column, changed={**column.changed, **news}) if news else column


def keeps_landmarks(topology: Topology, before: RoadState, after: RoadState) -> bool:
    """Tell whether the landmarks hold after roads got other classes: a faster one makes them promise too long a way.

    Compared is the pace that the landmarks were made with, whatever it is today: who asks lowers them by what all roads
    of a class became faster. A class that they do not know has no such pace.
    """
    if before.road_class is after.road_class or not topology.landmark_ms.size:
        return True
    changed = np.flatnonzero(before.road_class != after.road_class)
    was, now = before.road_class[changed], after.road_class[changed]
    pace = topology.landmark_pace
    return bool(np.all(now < len(pace)) and np.all(pace[now] >= pace[was]))
