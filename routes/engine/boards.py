"""What the kernels are called with: the arrays of a network, the rules of who asks, room to work in."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routes.engine.answers import Targets
from routes.engine.arrays import Longs, Network, Profile, Spot
from routes.engine.backing import Back
from routes.engine.compiled import fixed
from routes.engine.heap import Queue, queue_for
from routes.engine.passing import DRIVE, LAY, LAY_SURELY, Board, Rules, ms_of_each
from routes.engine.settling import Bound, Goals, Labels, Starts
from routes.engine.timetable import windows_of
from routes.passability import UNFINISHED

NO_LIMIT: Final = 2**62
_MILLIMETRE_A_UNIT: Final = 1_000_000
_LEAST_SCALE: Final = 512
"""In 1024ths: below it the rounding of the landmarks' times could hide a faster way (`routes.engine.landmarks`)."""


class Table(NamedTuple):
    """A network made ready for the kernels."""

    network: Network
    board: Board
    turns: int  # pairs of arcs that meet


_recent: dict[int, Table] = {}
_RECENT: Final = 4
# Shared by threads without a lock: two that come at once make the same thing twice, and one of them is kept.


def table_of(network: Network) -> Table:
    """Make a network ready, or take the one made before; held, so that its id stays its own."""
    known = _recent.get(id(network))
    if known is None or known.network is not network:
        if len(_recent) >= _RECENT:
            _recent.clear()
        degrees = np.diff(network.topology.arc_first).astype(np.int64)
        known = _recent[id(network)] = Table(network, _board(network), int(degrees @ degrees))
    return known


def _board(network: Network) -> Board:
    topology, roads, standings = network.topology, network.roads, network.standings
    return Board(
        arc_first=fixed(topology.arc_first, np.int32),
        arcs=fixed(topology.arcs, np.int32),
        arc_head=fixed(topology.arc_head, np.int32),
        length_mm=fixed(topology.length_mm, np.int32),
        road_class=fixed(roads.road_class, np.int16),
        limits=fixed(roads.limits, np.int32),
        oneway=fixed(roads.oneway, np.int8),
        closed=fixed(roads.closed, np.bool_),
        unfinished=fixed(np.array([name in UNFINISHED for name in roads.classes]), np.bool_),
        gone=fixed(roads.gone, np.bool_),
        standing_first=fixed(standings.first, np.int32),
        from_mm=fixed(standings.from_mm, np.int32),
        to_mm=fixed(standings.to_mm, np.int32),
        standing_limits=fixed(standings.limits, np.int32),
        legal=fixed(standings.legal, np.bool_),
        solid_sign=fixed(standings.solid_sign, np.bool_),
        timetable=fixed(standings.timetable, np.int32),
        foot=fixed(standings.foot, np.int8),
        in_doubt=fixed(standings.in_doubt, np.bool_),
        ban_first=fixed(topology.ban_first, np.int32),
        ban_to=fixed(topology.ban_to, np.int32),
    )


def rules_of(network: Network, profile: Profile, way: int = DRIVE) -> Rules:
    """Say who drives; what is blocked is never driven, whatever `profile.least` says."""
    return Rules(
        way,
        not profile.emergency,
        fixed(profile.need, np.int32),
        fixed(profile.pace, np.int64),
        max(int(profile.least), 1),
        profile.depart_s * 1000,
        *windows_of(network.standings.timetables, profile.depart_s),
    )


def hose_rules(network: Network, *, through_unknown: bool) -> Rules:
    """Say that hose is laid: costs are millimetres, no sign binds, no size counts, nothing is a matter of time."""
    pace = np.full(max(len(network.roads.classes), 1), _MILLIMETRE_A_UNIT, np.int64)
    need = np.zeros(4, np.int32)
    windows = windows_of((), 0)
    way = LAY if through_unknown else LAY_SURELY
    return Rules(way, False, fixed(need, np.int32), fixed(pace, np.int64), 1 if through_unknown else 2, 0, *windows)


def starts_of(starts: Sequence[tuple[Spot, int]]) -> Starts:
    """Take the spots with their initial costs."""
    return Starts(
        fixed(np.array([spot.edge for spot, _ in starts]), np.int32),
        fixed(np.array([spot.at_mm for spot, _ in starts]), np.int32),
        fixed(np.array([cost for _, cost in starts]), np.int64),
    )


def goals_of(network: Network, targets: Targets) -> Goals:
    """Mark the edges of the targets; a target on no edge is left out of `by_edge`."""
    on_edges, marked = targets.on_edges(len(network.topology.edge_id))
    return Goals(
        fixed(targets.edge, np.int32),
        fixed(targets.at_mm, np.int32),
        fixed(targets.usable, np.bool_),
        fixed(targets.extra_ms, np.int64),
        fixed(on_edges, np.int32),
        fixed(marked, np.uint8),
    )


def room_for(table: Table, rules: Rules, starts: Starts, goals: Goals) -> tuple[Queue, Labels]:
    """Make room: untouched pages of it cost nothing."""
    topology = table.network.topology
    nodes, arcs, found, begun = len(topology.node_id), len(topology.arc_head), len(goals.edge), len(starts.edge)
    own = nodes + arcs if rules.legal else nodes
    # An arc is offered once for each label before it, a goal on it too, and each start may lie on the goal's edge.
    pushes = arcs + (table.turns if rules.legal else 0) + 2 * begun + _offers(table, rules, goals) + found * begun
    return queue_for(pushes), Labels(
        np.zeros(own + found, np.int64),
        np.zeros(own + found, np.int32),
        np.zeros(own + found, np.int32),
        np.zeros(own + found, np.uint8),
        np.zeros(found, np.int32),
        np.zeros(found, np.int32),
        np.zeros(2, np.int64),
    )


def _offers(table: Table, rules: Rules, goals: Goals) -> int:
    if not rules.legal:
        return 2 * len(goals.edge)
    topology = table.network.topology
    edges = goals.edge[goals.by_edge]
    degrees = np.diff(topology.arc_first)
    return int((degrees[topology.tail[edges]] + degrees[topology.head[edges]] + 2).sum())


def no_bound() -> Bound:
    """Give the bound of a search that heads nowhere."""
    return Bound(_NO_ROWS, _NO_ROWS, _NONE, _NONE, 0)


_NO_ROWS: Final = fixed(np.zeros((0, 0)), np.int32)
_NONE: Final = fixed(np.zeros(0), np.int64)


def bound_to(network: Network, pace: Longs, places: Sequence[tuple[Spot, int]]) -> Bound:
    """Give the bound to the nearest of some places, with what each one costs from there on.

    Landmark times hold for their own pace; of a faster driver's only the share that he surely needs is taken.
    """
    topology = network.topology
    classes = min(len(pace), len(topology.landmark_pace))
    if not topology.landmark_ms.shape[1] or len(pace) > classes:
        return no_bound()
    ratio = float(np.min(pace[:classes] / topology.landmark_pace[:classes], initial=1.0))
    scale = int(ratio * 1024)
    if scale < _LEAST_SCALE:
        return no_bound()
    landmark = fixed(topology.landmark_ms, np.int32)
    edges = np.array([spot.edge for spot, _ in places])
    at_mm, cost = np.array([(spot.at_mm, cost) for spot, cost in places], np.int64).T
    paces = pace[network.roads.road_class[edges]]
    ends = np.concatenate([topology.tail[edges], topology.head[edges]])
    left = (ms_of_each(at_mm, paces), ms_of_each(topology.length_mm[edges] - at_mm, paces))
    rest = np.concatenate([cost + each for each in left])
    return Bound(landmark, fixed(landmark[ends], np.int32), fixed(rest, np.int64), _NONE, scale)


def room_back(network: Network, starts: Starts, goals: Goals) -> tuple[Queue, Back]:
    """Make room for a search from the goals back to the starts."""
    topology = network.topology
    labels, begun = len(topology.node_id) + len(starts.edge), len(starts.edge)
    pushes = len(topology.arc_head) + (2 + begun) * len(goals.edge) + 4 * begun
    return queue_for(pushes), Back(
        np.zeros(labels, np.int64),
        np.zeros(labels, np.int32),
        np.zeros(labels, np.uint8),
        np.zeros(1, np.int32),
        np.zeros(1, np.int64),
    )
