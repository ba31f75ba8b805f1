"""A piece of a network to search for hose somewhere else, and the proof that it is large enough for the houses in it.

A search in a piece finds what a search in the whole network finds, unless hose gets to a junction at which roads are
missing. So all houses are searched from at once: where none of them reaches such a junction within the limit, no way
of hose to any of them leaves the piece, and no source outside of it is one of theirs.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from routes.engine.arrays import Flags, Floats, Ints, Longs, Network, RoadState, Standings, Texts, Topology, first_of
from routes.engine.build import leaving
from routes.engine.compiled import fixed, kernel
from routes.engine.covering import FAR, Ends, Places, Room, Walk, ends_of, offer_node
from routes.engine.heap import pop, queue_for
from routes.engine.settling import way_out


class Box(NamedTuple):
    """Metres of EPSG:5897."""

    west: float
    south: float
    east: float
    north: float

    def wider(self, by_m: float) -> "Box":
        """Move each side outwards."""
        return Box(self.west - by_m, self.south - by_m, self.east + by_m, self.north + by_m)


@dataclass(frozen=True, slots=True)
class Boxes:
    """The box around each of m edges."""

    low: Floats  # (m, 2)
    high: Floats

    @staticmethod
    def of(topology: Topology) -> "Boxes":
        """Take them from the lines."""
        if not len(topology.edge_id):
            return Boxes(np.zeros((0, 2)), np.zeros((0, 2)))
        ends = (np.minimum, np.maximum)
        return Boxes(*(end.reduceat(topology.vertex_xy, topology.vertex_first[:-1]) for end in ends))

    def around(self, edges: Ints | Longs) -> Box:
        """Give the box around some edges, at least one."""
        return Box(*self.low[edges].min(axis=0).tolist(), *self.high[edges].max(axis=0).tolist())

    def touching(self, box: Box) -> Ints:
        """Give the edges whose boxes touch this one, ascending."""
        west_south, east_north = np.array(box[:2]), np.array(box[2:])
        touching = ((self.low <= east_north) & (self.high >= west_south)).all(axis=1)
        return np.flatnonzero(touching).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some edges of a network with their junctions, numbered anew in the same order.

    `network` has everything that hose asks for and nothing else: no lines, texts, records, bans, landmarks or grid.
    """

    network: Network
    edge: Ints  # (m,) in the whole network, ascending
    cut: Flags  # (n,) junctions at which edges are missing

    @staticmethod
    def of(network: Network, edge: Ints) -> "Excerpt":
        """Cut these edges out, ascending."""
        whole = network.topology
        node, ends = np.unique(np.concatenate([whole.tail[edge], whole.head[edge]]), return_inverse=True)
        tail, head = (side.astype(np.int32) for side in np.split(ends.reshape(-1), 2))
        topology = _topology(whole, edge, node, tail, head)
        cut = np.diff(topology.arc_first) < np.diff(whole.arc_first)[node]
        thin = Network(topology, _roads(network.roads, edge), _standings(network.standings, edge), network.version)
        return Excerpt(thin, edge, cut)

    def here(self, places: Places) -> Places:
        """Give places on these edges, or on none, by their edges here."""
        here = np.where(places.edge < 0, -1, np.searchsorted(self.edge, places.edge))
        return replace(places, edge=here.astype(np.int32))


def _topology(whole: Topology, edge: Ints, node: Ints, tail: Ints, head: Ints) -> Topology:
    arc_first, arcs = leaving(np.column_stack([tail, head]).reshape(-1), len(node))
    return Topology(
        version=whole.version,
        node_id=whole.node_id[node],
        edge_id=whole.edge_id[edge],
        tail=tail,
        head=head,
        length_mm=whole.length_mm[edge],
        level=whole.level[edge],
        vertex_first=np.zeros(len(edge) + 1, np.int64),
        vertex_xy=np.zeros((0, 2)),
        arc_first=arc_first,
        arcs=arcs,
        arc_head=np.column_stack([head, tail]).reshape(-1),
        cell_first=np.zeros(2, np.int32),
        cell_edges=np.zeros(0, np.int32),
        grid=np.array([0.0, 0.0, 1.0, 1.0]),
        landmark_ms=np.zeros((len(node), 0), np.int32),
        landmark_pace=np.zeros(0, np.int64),
        ban_first=np.zeros(2 * len(edge) + 1, np.int32),
        ban_to=np.zeros(0, np.int32),
        via_bans=np.zeros((0, 3), np.int32),
    )


def _roads(whole: RoadState, edge: Ints) -> RoadState:
    none = Texts(np.zeros(0, np.uint8), np.zeros(len(edge) + 1, np.int64))
    names = (
        "limits", "road_class", "oneway", "closed", "gone", "value", "evidence", "observed_on", "bridge", "tunnel",
        "unit_id",
    )  # fmt: skip
    some = {name: getattr(whole, name)[edge] for name in names}
    return replace(whole, **some, ref=none, name=none, access=none, surveyed_by=none, assumptions={})


def _standings(whole: Standings, edge: Ints) -> Standings:
    counts = np.diff(whole.first)[edge]
    first = first_of(counts)
    entry = np.repeat(whole.first[edge] - first[:-1], counts) + np.arange(first[-1])
    names = ("from_mm", "to_mm", "limits", "legal", "solid_sign", "foot", "in_doubt")
    some = {name: getattr(whole, name)[entry] for name in names}
    # Hose asks for no hour and for no words.
    timetable = record = np.full(len(entry), -1, np.int32)
    return Standings(
        first=first.astype(np.int32), **some, timetable=timetable, record=record, records=(), timetables=()
    )


class Reach(NamedTuple):
    """How far hose gets from the houses of an excerpt."""

    node_mm: Ints  # (n,) to each junction from the nearest of them, `FAR` beyond the limit
    cut: int  # the nearest junction at which edges are missing, -1: none is within the limit


def reach_of(excerpt: Excerpt, walk: Walk, houses: Places, *, limit_mm: int) -> Reach:
    """Lay hose from all houses at once, also through the unknown, until a junction is met at which edges are missing.

    The metres beside the road count, as in `covering.cover_pairs`; `houses` and `walk` are of the excerpt.
    """
    nodes, no_house = len(excerpt.cut), np.zeros(0, np.int32)
    room = Room(
        queue_for(len(walk.board.arc_head) + 2 * len(houses) + 2),
        np.full(nodes, FAR, np.int32),
        no_house,
        no_house,
        np.empty(nodes, np.int32),
        no_house,
        np.zeros(3, np.int32),
    )
    cut = spread_to_cut(walk, ends_of(houses), fixed(excerpt.cut, np.bool_), room, limit_mm)
    return Reach(room.node_mm, cut)


@kernel
def spread_to_cut(walk: Walk, houses: Ends, cut: Flags, room: Room, limit: int) -> int:
    """Write the millimetres to every junction within the limit; give the first one at the cut, -1 if there is none."""
    for house in range(houses.edge.shape[0]):
        edge, cost = houses.edge[house], houses.offset_mm[house]
        if edge < 0 or cost > limit or walk.board.gone[edge]:
            continue
        for end in range(2):
            arc = 2 * edge + 1 - end
            offer_node(walk, room, arc, cost, way_out(walk.board, walk.lay, arc, houses.at_mm[house], 0), limit)
    while room.queue.size[0] > 0:
        key = room.queue.keys[0]
        node = pop(room.queue)
        if key != room.node_mm[node]:
            continue
        if cut[node]:
            return node
        for position in range(walk.board.arc_first[node], walk.board.arc_first[node + 1]):
            arc = walk.board.arcs[position]
            offer_node(walk, room, arc, key, walk.whole_mm[arc >> 1], limit)
    return -1
