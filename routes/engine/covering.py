"""Every house that hose reaches from every source, up to a limit: one small search a source, all in one kernel.

Hose lies where `routes.engine.hose` lays it: along every road, both ways, through whatever people pass; who can walk
there, not who can drive. The cost follows the roads around each source, not the houses of the city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import Bytes, Flags, Ints, Longs, Network, first_of
from routes.engine.boards import hose_rules, table_of
from routes.engine.compiled import fixed, kernel
from routes.engine.heap import Queue, pop, push, queue_for
from routes.engine.passing import NO_WAY, UNKNOWN, Board, Rules, entry_level, road_level, stretch_cost
from routes.engine.settling import way_along, way_in, way_out

OFF_ROAD: Final = -1
"""The edge of a place that is near no road."""
FAR: Final = 2**31 - 1
"""Farther than any limit: not reached."""
_FIRST_ROOM: Final = 1 << 20
_PLAIN, _ASKED, _DOUBTFUL = 0, 1, 2
"""Nothing stands on the edge; something does, or it is gone; nobody knows of something whether people pass."""


@dataclass(frozen=True, slots=True)
class Places:
    """Houses or sources on the roads that people walk, n of them; whoever makes them keeps which record each one is."""

    edge: Ints  # (n,) `OFF_ROAD` where none is near
    at_mm: Ints  # (n,) along the edge
    offset_mm: Ints  # (n,) straight from the road to the place; hose lies there too
    sure: Flags  # (n,) whether people surely get from the road to the place

    def __len__(self) -> int:
        return len(self.edge)

    def some(self, which: Ints | Longs | Flags | slice) -> "Places":
        """Take some of them."""
        return Places(self.edge[which], self.at_mm[which], self.offset_mm[which], self.sure[which])


@dataclass(frozen=True, slots=True)
class CoverPairs:
    """Every house and source with no more than the limit of hose between them, by house, then source; n pairs.

    Houses and sources are indices into the `Places` they were found for.
    """

    house: Ints  # (n,)
    source: Ints  # (n,)
    distance_mm: Ints  # (n,) the shortest way, also where nobody knows whether people pass
    sure_mm: Ints  # (n,) the shortest way on which people surely pass, -1 where there is none within the limit

    def __len__(self) -> int:
        return len(self.house)

    @property
    def only_unknown(self) -> Flags:
        """Tell which house is reached only if people pass where nobody knows whether they do, (n,)."""
        unknown: Flags = self.sure_mm < 0
        return unknown

    def surely(self) -> "CoverPairs":
        """Leave out what is reached through the unknown only; the distances are those that are sure."""
        kept = self.some(np.flatnonzero(self.sure_mm >= 0))
        return CoverPairs(kept.house, kept.source, kept.sure_mm, kept.sure_mm)

    def some(self, which: Ints | Longs | Flags) -> "CoverPairs":
        """Take some of them, in their order."""
        return CoverPairs(self.house[which], self.source[which], self.distance_mm[which], self.sure_mm[which])

    def first_of_house(self, houses: int) -> Longs:
        """Give where the pairs of each house begin, (houses + 1,)."""
        return first_of(np.bincount(self.house, minlength=houses))


def cover_pairs(
    network: Network, houses: Places, sources: Places, *, limit_mm: int, which: Sequence[int] | Ints | None = None
) -> CoverPairs:
    """Find every pair of a house and a source with at most `limit_mm` of hose between them.

    Parameters
    ----------
    network
        Both directions of every edge are walked; what people do not pass blocks, wherever it stands on an edge.
    limit_mm
        From the source to the house, straight metres to and from the roads included.
    which
        Only these sources, ascending; None all. The pairs are those that a search for all would give of them.

    Notes
    -----
    A pair whose house or source is not surely reached from its road (`Places.sure`) is one through the unknown.
    """
    return Walk.of(network).pairs(houses, sources, limit_mm=limit_mm, which=which)


class Walk(NamedTuple):
    """A network as people walk it, made ready once for many searches."""

    board: Board
    lay: Rules
    surely: Rules
    whole_mm: Ints  # (m,) what it takes to walk all of an edge, `NO_WAY` where something blocks it
    state: Bytes  # (m,)

    @staticmethod
    def of(network: Network) -> "Walk":
        """Make a network ready; takes a pass over its edges."""
        board = table_of(network).board
        lay, surely = (hose_rules(network, through_unknown=unknown) for unknown in (True, False))
        edges = len(network.topology.edge_id)
        whole_mm, state = np.empty(edges, np.int32), np.empty(edges, np.uint8)
        judge_edges(board, lay, whole_mm, state)
        return Walk(board, lay, surely, fixed(whole_mm, np.int32), fixed(state, np.uint8))

    def pairs(
        self,
        houses: Places,
        sources: Places,
        *,
        limit_mm: int,
        which: Sequence[int] | Ints | None = None,
        sorted_houses: "Houses | None" = None,
    ) -> CoverPairs:
        """Do as `cover_pairs`; `sorted_houses` is what `by_edge` gave of the same houses."""
        chosen = fixed(np.arange(len(sources)) if which is None else np.asarray(which), np.int32)
        goals, room = sorted_houses or self.by_edge(houses), _room(self, len(houses))
        found = _begun(_FIRST_ROOM if which is None else 1 << 14)
        parts, position = [], 0
        starts = ends_of(sources)
        while position < len(chosen):
            before = position
            position, written = cover(self, starts, chosen, position, goals, room, found, limit_mm)
            parts.append([column[:written].copy() for column in found])
            if position == before:
                found = _begun(2 * len(found.house))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else _begun(0)
        return by_house(CoverPairs(*columns), len(houses))

    def by_edge(self, houses: Places) -> "Houses":
        """Sort houses by edge, for several searches."""
        first, order = np.zeros(len(self.whole_mm) + 1, np.int32), np.empty(len(houses), np.int32)
        sort_by(fixed(houses.edge, np.int32), first, order)
        return Houses(ends_of(houses), fixed(first, np.int32), fixed(order, np.int32))


class Ends(NamedTuple):
    """`Places` for the kernel."""

    edge: Ints
    at_mm: Ints
    offset_mm: Ints
    sure: Flags


class Houses(NamedTuple):
    """Houses by edge: those on edge e are `order[first[e]:first[e + 1]]`."""

    ends: Ends
    first: Ints
    order: Ints


class Room(NamedTuple):
    """Room to work in; `FAR` everywhere between two searches."""

    queue: Queue
    node_mm: Ints  # (n,)
    house_mm: Ints  # (houses,)
    sure_mm: Ints  # (houses,)
    nodes: Ints  # those reached
    houses: Ints  # those reached
    tally: Ints  # (3,) nodes reached, houses reached, whether anything doubtful was met


class Found(NamedTuple):
    """Room for pairs."""

    house: Ints
    source: Ints
    distance_mm: Ints
    sure_mm: Ints


def _begun(size: int) -> Found:
    return Found(*(np.empty(size, np.int32) for _ in range(4)))


def ends_of(places: Places) -> Ends:
    """Give places as the kernels take them."""
    return Ends(
        fixed(places.edge, np.int32),
        fixed(places.at_mm, np.int32),
        fixed(places.offset_mm, np.int32),
        fixed(places.sure, np.bool_),
    )


def _room(walk: Walk, houses: int) -> Room:
    nodes = len(walk.board.arc_first) - 1
    return Room(
        queue_for(len(walk.board.arc_head) + 2),
        np.full(nodes, FAR, np.int32),
        np.full(houses, FAR, np.int32),
        np.full(houses, FAR, np.int32),
        np.empty(nodes, np.int32),
        np.empty(houses, np.int32),
        np.zeros(3, np.int32),
    )


def by_house(pairs: CoverPairs, houses: int) -> CoverPairs:
    """Sort pairs by house; those of one house stay in their order."""
    first, order = np.zeros(houses + 1, np.int32), np.empty(len(pairs), np.int32)
    sort_by(fixed(pairs.house, np.int32), first, order)
    return pairs.some(order)


@kernel
def sort_by(keys: Ints, first: Ints, order: Ints) -> None:
    """Write the order of keys from 0 on, equal ones as they come, and where each begins; a key below 0 is left out."""
    for key in keys:
        if key >= 0:
            first[key + 1] += 1
    for key in range(first.shape[0] - 1):
        first[key + 1] += first[key]
    for position in range(keys.shape[0]):
        if keys[position] >= 0:
            order[first[keys[position]]] = position
            first[keys[position]] += 1
    for key in range(first.shape[0] - 1, 0, -1):
        first[key] = first[key - 1]
    first[0] = 0


@kernel
def judge_edges(board: Board, lay: Rules, whole_mm: Ints, state: Bytes) -> None:
    """Write of each edge what it takes to walk all of it, and whether anything has to be asked on the way."""
    for edge in range(whole_mm.shape[0]):
        whole_mm[edge] = stretch_cost(board, lay, 2 * edge, 0, board.length_mm[edge], True, True, 0)
        state[edge] = _ASKED if board.gone[edge] else _PLAIN
        if road_level(board, lay, edge) == UNKNOWN:
            state[edge] = _DOUBTFUL
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            doubtful = entry_level(board, lay, entry, 0) == UNKNOWN
            state[edge] = max(state[edge], _DOUBTFUL if doubtful else _ASKED)


@kernel
def cover(
    walk: Walk, starts: Ends, chosen: Ints, position: int, goals: Houses, room: Room, found: Found, limit: int
) -> tuple[int, int]:
    """Write the pairs of sources from `position` of `chosen` on.

    Returns
    -------
    The position of the first source whose pairs found no room, and how many pairs were written.
    """
    written = 0
    while position < chosen.shape[0]:
        source = chosen[position]
        room.tally[1] = room.tally[2] = 0
        _spread(walk, walk.lay, starts, source, goals, room, room.house_mm, True, limit)
        doubtful = room.tally[2] != 0
        if doubtful:
            _spread(walk, walk.surely, starts, source, goals, room, room.sure_mm, False, limit)
        fits = written + room.tally[1] <= found.house.shape[0]
        for reached in range(room.tally[1]):
            house = room.houses[reached]
            way, sure = room.house_mm[house], room.sure_mm[house] if doubtful else room.house_mm[house]
            room.house_mm[house] = room.sure_mm[house] = FAR
            if fits:
                found.house[written], found.source[written] = house, source
                found.distance_mm[written] = way
                known = sure != FAR and starts.sure[source] and goals.ends.sure[house]
                found.sure_mm[written] = sure if known else -1
                written += 1
        if not fits:
            break
        position += 1
    return position, written


@kernel
def _spread(
    walk: Walk,
    rules: Rules,
    starts: Ends,
    source: int,
    goals: Houses,
    room: Room,
    house_mm: Ints,
    listing: bool,
    limit: int,
) -> None:
    """Write the millimetres to every house within the limit; `listing` notes which, and whether doubt was met."""
    room.tally[0] = 0
    edge, at, cost = starts.edge[source], starts.at_mm[source], starts.offset_mm[source]
    if edge < 0 or cost > limit or walk.board.gone[edge]:
        return
    _doubt(walk, room, edge, listing)
    for place in range(goals.first[edge], goals.first[edge + 1]):
        step = way_along(walk.board, rules, edge, at, goals.ends.at_mm[goals.order[place]], 0)
        _offer_house(goals, room, house_mm, listing, goals.order[place], cost, step, limit)
    for end in range(2):
        arc = 2 * edge + 1 - end
        offer_node(walk, room, arc, cost, way_out(walk.board, rules, arc, at, 0), limit)
    while room.queue.size[0] > 0:
        key = room.queue.keys[0]
        node = pop(room.queue)
        if key == room.node_mm[node]:
            _leave(walk, rules, goals, room, house_mm, listing, node, limit)
    for reached in range(room.tally[0]):
        room.node_mm[room.nodes[reached]] = FAR


@kernel
def _leave(
    walk: Walk, rules: Rules, goals: Houses, room: Room, house_mm: Ints, listing: bool, node: int, limit: int
) -> None:
    cost = room.node_mm[node]
    for position in range(walk.board.arc_first[node], walk.board.arc_first[node + 1]):
        arc = walk.board.arcs[position]
        edge = arc >> 1
        _doubt(walk, room, edge, listing)
        plain = walk.state[edge] == _PLAIN
        length = walk.board.length_mm[edge]
        for place in range(goals.first[edge], goals.first[edge + 1]):
            house = goals.order[place]
            at = goals.ends.at_mm[house]
            step = (at if arc & 1 == 0 else length - at) if plain else _way_to(walk, rules, arc, at)
            _offer_house(goals, room, house_mm, listing, house, cost, step, limit)
        step = walk.whole_mm[edge]
        if step != NO_WAY and walk.state[edge] == _DOUBTFUL and not listing:
            step = stretch_cost(walk.board, rules, arc, 0, length, True, True, 0)
        offer_node(walk, room, arc, cost, step, limit)


@kernel
def _way_to(walk: Walk, rules: Rules, arc: int, at: int) -> int:
    """Do as `way_in`; to an edge that is gone there is none, not even to its end."""
    step: int = NO_WAY if walk.board.gone[arc >> 1] else way_in(walk.board, rules, arc, at, 0)
    return step


@kernel
def _doubt(walk: Walk, room: Room, edge: int, listing: bool) -> None:
    if listing and walk.state[edge] == _DOUBTFUL:
        room.tally[2] = 1


@kernel
def offer_node(walk: Walk, room: Room, arc: int, cost: int, step: int, limit: int) -> None:
    """Note the way to the end of an arc, if it is the shortest so far and no longer than the limit."""
    if step == NO_WAY or cost + step > limit:
        return
    node = walk.board.arc_head[arc]
    known = room.node_mm[node]
    if known <= cost + step:
        return
    if known == FAR:
        room.nodes[room.tally[0]] = node
        room.tally[0] += 1
    room.node_mm[node] = cost + step
    push(room.queue, cost + step, node)


@kernel
def _offer_house(
    goals: Houses, room: Room, house_mm: Ints, listing: bool, house: int, cost: int, step: int, limit: int
) -> None:
    total = cost + step + goals.ends.offset_mm[house]
    if step == NO_WAY or total > limit or house_mm[house] <= total:
        return
    if listing and house_mm[house] == FAR:
        room.houses[room.tally[1]] = house
        room.tally[1] += 1
    house_mm[house] = total
