"""How far places lie on foot beyond everything that a vehicle reaches: the depth of lanes and houses.

Two depths, because nobody measured most lanes. The *most*: on foot where people surely pass, from where the vehicle
surely gets. The *least*: on foot also where nobody knows, from where it perhaps gets. What lies between is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from routes.engine.answers import Reached
from routes.engine.arrays import Flags, Ints, Level, Longs, Network, Path, Profile, Spot
from routes.engine.asking import NOWHERE, settle
from routes.engine.boards import NO_LIMIT, hose_rules, rules_of, table_of
from routes.engine.compiled import fixed, kernel
from routes.engine.passing import NO_WAY, TIME, Board, Rules
from routes.engine.reaching import what_is_reached
from routes.engine.settling import way_along, way_in
from routes.engine.unfolding import timed, whole, wholes

_HERE: Final = -1
"""Of a place that the vehicle reaches itself."""
_ALONG: Final = -2
"""Of a place walked to along its own edge."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How far everything is on foot from what a vehicle reaches; made by `walk_beyond`."""

    network: Network
    rules: Rules
    first: Longs  # (m + 1,) pieces reached of each edge
    from_mm: Ints
    to_mm: Ints
    node_mm: Longs  # (n,) -1: no way on foot
    came: Ints  # (n,) the arc walked last; below 0 from start `(-1 - came) // 2`
    starts: tuple[Spot, ...]

    def mm_at(self, edges: Ints, places: Ints) -> tuple[Longs, Ints]:
        """Give the millimetres to many places, 0 where the vehicle gets, -1 where no way leads, and how one comes."""
        costs, arcs = np.empty(len(edges), np.int64), np.empty(len(edges), np.int32)
        pieces = (fixed(self.first, np.int64), fixed(self.from_mm, np.int32), fixed(self.to_mm, np.int32))
        board, node_mm = table_of(self.network).board, fixed(self.node_mm, np.int64)
        walk_to(board, self.rules, *pieces, node_mm, fixed(edges, np.int32), fixed(places, np.int32), costs, arcs)
        return costs, arcs

    def path_to(self, spot: Spot) -> Path | None:
        """Give the way on foot to a place from where the vehicle is left; None where there is none, or none is needed.

        Its times are its millimetres.
        """
        costs, arcs = self.mm_at(np.array([spot.edge], np.int32), np.array([spot.at_mm], np.int32))
        if costs[0] <= 0:
            return None
        last = int(arcs[0])
        if last == _ALONG:
            stretches = [(spot.edge, self._end_beside(spot, int(costs[0])), spot.at_mm)]
        else:
            stretches = [*self._to_node(int(self.network.topology.arc_head[last ^ 1]))]
            stretches.append((spot.edge, whole(self.network, last)[1], spot.at_mm))
        return timed(self.network, self.rules, stretches, 0)

    def _end_beside(self, spot: Spot, far_mm: int) -> int:
        ends = (spot.at_mm - far_mm, spot.at_mm + far_mm)
        mine = slice(self.first[spot.edge], self.first[spot.edge + 1])
        pieces = zip(self.from_mm[mine].tolist(), self.to_mm[mine].tolist(), strict=True)
        return ends[0] if ends[0] in {high - (high > low) for low, high in pieces} else ends[1]

    def _to_node(self, node: int) -> list[tuple[int, int, int]]:
        arc_head = self.network.topology.arc_head
        arcs: list[int] = []
        while (came := int(self.came[node])) >= 0:
            arcs.append(came)
            node = int(arc_head[came ^ 1])
        start, end = divmod(-1 - came, 2)
        spot = self.starts[start]
        length = int(self.network.topology.length_mm[spot.edge])
        return [(spot.edge, spot.at_mm, length if end else 0), *wholes(self.network, arcs[::-1])]

    def reached_mm(self) -> Longs:
        """Give how much of each edge the vehicle reaches, (m,)."""
        total = np.concatenate([[0], np.cumsum(self.to_mm.astype(np.int64) - self.from_mm)])
        reached: Longs = total[self.first[1:]] - total[self.first[:-1]]
        return reached


@dataclass(frozen=True, slots=True)
class Depths:
    """The two walks that bound a depth."""

    surely: Walk
    perhaps: Walk

    def at(self, edges: Ints, places: Ints) -> tuple[Longs, Longs]:
        """Give the least and the most millimetres that places lie deep; -1: no way on foot, so nobody can tell."""
        return self.perhaps.mm_at(edges, places)[0], self.surely.mm_at(edges, places)[0]


def depths_of(network: Network, profile: Profile, starts: Sequence[tuple[Spot, int]]) -> Depths:
    """Find how deep everything lies for a vehicle that starts at some places."""
    return Depths(
        walk_beyond(network, replace(profile, least=Level.ASSUMED), starts, through_unknown=False),
        walk_beyond(network, replace(profile, least=Level.UNKNOWN), starts, through_unknown=True),
    )


def walk_beyond(
    network: Network, profile: Profile, starts: Sequence[tuple[Spot, int]], *, through_unknown: bool
) -> Walk:
    """Walk on from everything that the vehicle reaches at the level of its profile.

    Parameters
    ----------
    through_unknown
        Whether people walk where nobody knows if they pass.
    """
    driven = settle(network, rules_of(network, profile), starts, NOWHERE, wanted=1, limit=TIME)
    reached = what_is_reached(driven, TIME)
    pieces = reached.edge, reached.from_mm, reached.to_mm
    return _walk(network, pieces, ends_of(network, reached), through_unknown=through_unknown)


def walk_from(network: Network, spots: Sequence[Spot], *, through_unknown: bool) -> Walk:
    """Walk from single places, such as public firefighting points."""
    ordered = sorted(spots, key=lambda spot: (spot.edge, spot.at_mm))
    edge, place = (np.array([getattr(spot, name) for spot in ordered], np.int32) for name in ("edge", "at_mm"))
    return _walk(network, (edge, place, place), ordered, through_unknown=through_unknown)


def _walk(network: Network, pieces: tuple[Ints, Ints, Ints], begun: list[Spot], *, through_unknown: bool) -> Walk:
    edge, low, high = pieces
    rules = hose_rules(network, through_unknown=through_unknown)
    labels = settle(network, rules, [(spot, 0) for spot in begun], NOWHERE, wanted=1, limit=NO_LIMIT).labels
    nodes = len(network.topology.node_id)
    first = np.searchsorted(edge, np.arange(len(network.topology.edge_id) + 1)).astype(np.int64)
    return Walk(network, rules, first, low, high, labels.cost[:nodes] - 1, labels.came[:nodes], tuple(begun))


def ends_of(network: Network, reached: Reached) -> list[Spot]:
    """Give where people get off: each junction reached once, and where the vehicle is stopped on an edge.

    What stops it may stand at that very point, so they get off a millimetre before, on the side it came from.
    """
    topology = network.topology
    node_mm = reached.node_ms
    low, high = reached.from_mm.astype(np.int64), reached.to_mm.astype(np.int64)
    at_tail = (low == 0) & (node_mm[topology.tail[reached.edge]] >= 0)
    at_head = (high == topology.length_mm[reached.edge]) & (node_mm[topology.head[reached.edge]] >= 0)
    moved = high > low
    edge = np.concatenate([reached.edge, reached.edge])
    place = np.concatenate([np.where(at_tail, low, low + moved), np.where(at_head, high, high - moved)])
    junction = np.concatenate(
        [np.where(at_tail, topology.tail[reached.edge], -1), np.where(at_head, topology.head[reached.edge], -1)]
    )
    first: Flags = np.ones(len(edge), bool)
    known = np.flatnonzero(junction >= 0)
    first[known] = False
    first[known[np.unique(junction[known], return_index=True)[1]]] = True
    kept = np.flatnonzero(first)
    return [Spot(int(edge[i]), int(place[i])) for i in kept]


@kernel
def walk_to(
    board: Board,
    rules: Rules,
    first: Longs,
    from_mm: Ints,
    to_mm: Ints,
    node_mm: Longs,
    edges: Ints,
    places: Ints,
    costs: Longs,
    arcs: Ints,
) -> None:
    """Write how far places are from the pieces reached, over the junctions or along their own edge."""
    for place in range(edges.shape[0]):
        edge, at = edges[place], places[place]
        costs[place], arcs[place] = NO_WAY, NO_WAY
        if board.gone[edge]:
            continue
        for piece in range(first[edge], first[edge + 1]):
            low, high = from_mm[piece], to_mm[piece]
            if low <= at <= high:
                costs[place], arcs[place] = 0, _HERE
                break
            moved = 1 if high > low else 0
            end = high - moved if at > high else low + moved
            step = way_along(board, rules, edge, end, at, 0)
            if step != NO_WAY and (costs[place] == NO_WAY or step < costs[place]):
                costs[place], arcs[place] = step, _ALONG
        if costs[place] == 0:
            continue
        for arc in range(2 * edge, 2 * edge + 2):
            before = node_mm[board.arc_head[arc ^ 1]]
            step = way_in(board, rules, arc, at, before) if before >= 0 else NO_WAY
            if step != NO_WAY and (costs[place] == NO_WAY or before + step < costs[place]):
                costs[place], arcs[place] = before + step, arc
