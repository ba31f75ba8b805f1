"""How sure each piece of every road is at one moment: what a map draws, by the rules of the searches.

A road is cut where something that stands on it begins or ends, so that what is said of a piece holds for all of it.
What has no length (a gate) lies between two pieces and is told as a stop of its own.
"""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import Ints, Longs, Network, Profile, Small
from routes.engine.boards import rules_of, table_of
from routes.engine.compiled import kernel
from routes.engine.passing import UNKNOWN, Board, Rules, entry_level, stretch_level

_GONE: Final = np.int8(-1)
"""The worst of a road that is not there."""


class Cut(NamedTuple):
    """Pieces of roads, by road and place; p pieces, s stops, m edges."""

    edge: Ints  # (p,) ascending
    from_mm: Ints  # (p,) from the start of the edge's line
    to_mm: Ints
    level: Small  # (p,) `Level`
    stop_edge: Ints  # (s,) ascending
    stop_mm: Ints  # (s,) the middle of what stands there, on the edge
    stop_level: Small  # (s,) BLOCKED or UNKNOWN
    stop_record: Ints  # (s,) index into `Standings.records`
    worst: Small  # (m,) the worst that is met on the whole road, its ends included; -1 where it is gone


def cut_roads(network: Network, profile: Profile) -> Cut:
    """Cut all roads into pieces on which one level holds, at the moment `profile.depart_s`.

    Everything is judged at that moment: nobody drives there, so nothing is met later. Roads that are gone have none.
    """
    still = replace(profile, pace=np.zeros(len(network.roads.classes), np.int64))
    board, rules = table_of(network).board, rules_of(network, still)
    edges, entries = len(network.topology.edge_id), len(network.standings.from_mm)
    pieces = np.zeros((3, edges + 2 * entries), np.int32)
    levels = np.zeros(edges + 2 * entries, np.int8)
    stops = np.zeros((3, entries), np.int32)
    stop_levels = np.zeros(entries, np.int8)
    worst, tally = np.full(edges, _GONE, np.int8), np.zeros(2, np.int64)
    write_pieces(board, rules, pieces, levels, stops, stop_levels, worst, tally)
    p, s = tally.tolist()
    record = network.standings.record[stops[2, :s]] if s else np.zeros(0, np.int32)
    edge, from_mm, to_mm = pieces[:, :p]
    return Cut(edge, from_mm, to_mm, levels[:p], stops[0, :s], stops[1, :s], stop_levels[:s], record, worst)


@kernel
def write_pieces(
    board: Board,
    rules: Rules,
    pieces: Ints,
    levels: Small,
    stops: Ints,
    stop_levels: Small,
    worst: Small,
    tally: Longs,
) -> None:
    """Write pieces and stops, road by road; `tally` counts them."""
    for edge in range(board.length_mm.shape[0]):
        if not board.gone[edge]:
            length = board.length_mm[edge]
            worst[edge] = stretch_level(board, rules, 2 * edge, 0, length, True, True, 0)
            _write_pieces_of(board, rules, edge, pieces, levels, tally)
            _write_stops_of(board, rules, edge, stops, stop_levels, tally)


@kernel
def _write_pieces_of(board: Board, rules: Rules, edge: int, pieces: Ints, levels: Small, tally: Longs) -> None:
    low, length = 0, board.length_mm[edge]
    while low < length:
        high = length
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            if low < board.from_mm[entry] < high:
                high = board.from_mm[entry]
            if low < board.to_mm[entry] < high:
                high = board.to_mm[entry]
        row = tally[0]
        pieces[0, row], pieces[1, row], pieces[2, row] = edge, low, high
        levels[row] = stretch_level(board, rules, 2 * edge, low, high, False, False, 0)
        tally[0] += 1
        low = high


@kernel
def _write_stops_of(board: Board, rules: Rules, edge: int, stops: Ints, levels: Small, tally: Longs) -> None:
    length = board.length_mm[edge]
    for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
        level = entry_level(board, rules, entry, rules.depart_ms)
        if level <= UNKNOWN:
            first, last = max(board.from_mm[entry], 0), min(board.to_mm[entry], length)
            row = tally[1]
            stops[0, row], stops[1, row], stops[2, row] = edge, min(max((first + last) // 2, 0), length), entry
            levels[row] = level
            tally[1] += 1
