"""What is in the way on a way that was found by removing it."""

from routes.engine.answers import Opening
from routes.engine.arrays import Network, Path, Step
from routes.engine.boards import table_of
from routes.engine.judging import levels_on
from routes.engine.passing import Board, Rules, entry_level, is_forbidden, meets, moment_at, road_level
from routes.engine.unfolding import Driven


def openings_on(network: Network, rules: Rules, path: Path) -> list[Opening]:
    """Name what must be removed, in driving order; the same record once."""
    board = table_of(network).board
    found: dict[tuple[int, int], Opening] = {}
    for step, where, level in levels_on(network, rules, path):
        for opening in _openings(network, board, rules, step, where) if level < rules.least else ():
            # A road is itself, a record the same wherever it stands.
            key = (opening.edge, -1) if opening.record < 0 else (-1, opening.record)
            found.setdefault(key, opening)
    return list(found.values())


def _openings(network: Network, board: Board, rules: Rules, step: Step, where: Driven) -> list[Opening]:
    arc, low, high = where.arc, where.low, where.high
    found = []
    for entry in range(board.standing_first[step.edge], board.standing_first[step.edge + 1]):
        if meets(board, entry, *where[1:]):
            moment_ms = moment_at(board, rules, arc, entry, low, high, step.enter_ms)
            if entry_level(board, rules, entry, moment_ms) < rules.least:
                place = int(board.to_mm[entry] if arc & 1 else board.from_mm[entry])
                record = int(network.standings.record[entry])
                found.append(Opening(step.edge, record, min(max(place, low), high)))
    found.sort(key=lambda opening: abs(opening.at_mm - step.from_mm))
    if is_forbidden(board, rules, arc) or road_level(board, rules, step.edge) < rules.least:
        return [Opening(step.edge, -1, step.from_mm), *found]
    return found
