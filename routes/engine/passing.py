"""What a stretch of an edge costs, or that it cannot be passed: `routes.engine.limits` inside the searches.

A cost is milliseconds (millimetres for hose). Where a search may also remove what is in the way, everything removed
counts before any time: what cannot be removed (a narrow road) before what stands there.
"""

from typing import Final, NamedTuple

from routes.engine.arrays import (
    ASSUMED_UP_TO,
    BLOCK,
    FREE,
    NEED_UNKNOWN,
    NOTHING,
    RECORDED_UP_TO,
    REVERSIBLE,
    Flags,
    Ints,
    Level,
    Longs,
    Short,
    Small,
)
from routes.engine.compiled import kernel

DRIVE: Final = 0
OPEN: Final = 1
"""Drive, and remove what is in the way at the price below."""
LAY: Final = 2
LAY_SURELY: Final = 3
"""Lay hose; surely: only where people are known to pass."""

TIME_BITS: Final = 32
TIME: Final = (1 << TIME_BITS) - 1
ONE_STANDING: Final = 1 << TIME_BITS
ONE_ROAD: Final = 1 << 48
NO_WAY: Final = -1

BLOCKED: Final = int(Level.BLOCKED)
UNKNOWN: Final = int(Level.UNKNOWN)
ASSUMED: Final = int(Level.ASSUMED)
RECORDED: Final = int(Level.RECORDED)


class Board(NamedTuple):
    """What a kernel reads of a network; see `routes.engine.arrays`."""

    arc_first: Ints
    arcs: Ints
    arc_head: Ints
    length_mm: Ints
    road_class: Short
    limits: Ints
    oneway: Small
    closed: Flags
    unfinished: Flags  # (classes,)
    gone: Flags
    standing_first: Ints
    from_mm: Ints
    to_mm: Ints
    standing_limits: Ints
    legal: Flags
    solid_sign: Flags
    timetable: Ints
    foot: Small
    in_doubt: Flags
    ban_first: Ints
    ban_to: Ints


class Rules(NamedTuple):
    """What a kernel knows of who asks."""

    way: int  # DRIVE, OPEN, LAY, LAY_SURELY
    legal: bool  # signs bind; then labels are arcs, so that turns can be forbidden
    need: Ints
    pace: Longs
    least: int
    depart_ms: int
    window_first: Ints
    window_from_ms: Longs
    window_to_ms: Longs


@kernel
def ms_of(mm: int, pace: int) -> int:
    """Time for a stretch, rounded to the millisecond."""
    return (mm * pace + 500_000) // 1_000_000


def ms_of_each(mm: Longs, pace: Longs) -> Longs:
    """Do as `ms_of` for many stretches."""
    return (mm * pace + 500_000) // 1_000_000


@kernel
def level_of(limits: Ints, row: int, need: Ints) -> int:
    """How sure these needs get past these limits."""
    level = RECORDED
    for size in range(need.shape[0]):
        wanted = need[size]
        if limits[row, size, BLOCK] == NOTHING or wanted > limits[row, size, BLOCK]:
            return BLOCKED
        if wanted == NEED_UNKNOWN:
            if limits[row, size, RECORDED_UP_TO] != FREE:
                level = UNKNOWN
        elif wanted > limits[row, size, RECORDED_UP_TO]:
            level = min(level, ASSUMED if wanted <= limits[row, size, ASSUMED_UP_TO] else UNKNOWN)
    return level


@kernel
def road_level(board: Board, rules: Rules, edge: int) -> int:
    """How sure the road itself is, whatever stands on it; hose lies on every road that is surely there."""
    if rules.way >= LAY:
        return UNKNOWN if board.unfinished[board.road_class[edge]] else RECORDED
    level = level_of(board.limits, edge, rules.need)
    return min(level, UNKNOWN) if rules.legal and board.oneway[edge] == REVERSIBLE else level


@kernel
def is_forbidden(board: Board, rules: Rules, arc: int) -> bool:
    """Tell whether a sign closes the road, or closes it in this direction."""
    edge = arc >> 1
    against = arc & 1 == 1
    return rules.legal and (
        board.closed[edge] or (board.oneway[edge] == 1 and against) or (board.oneway[edge] == -1 and not against)
    )


@kernel
def label_of(board: Board, rules: Rules, arc: int) -> int:
    """Give the label of who has driven an arc: its end, or the arc itself where turns from it are forbidden."""
    label: int = board.arc_head[arc]
    if rules.legal and board.ban_first[arc] < board.ban_first[arc + 1]:
        label = board.arc_first.shape[0] - 1 + arc
    return label


@kernel
def node_of(board: Board, label: int) -> int:
    """Give the junction of a label."""
    nodes = board.arc_first.shape[0] - 1
    node: int = label if label < nodes else board.arc_head[label - nodes]
    return node


@kernel
def is_banned(board: Board, label: int, arc: int) -> bool:
    """Tell whether a sign forbids who stands at the label to turn into `arc`."""
    banned = False
    from_arc = label - (board.arc_first.shape[0] - 1)
    if from_arc < 0:
        return banned
    for position in range(board.ban_first[from_arc], board.ban_first[from_arc + 1]):
        banned = banned or board.ban_to[position] == arc
    return banned


@kernel
def _stands(board: Board, rules: Rules, entry: int, moment_ms: int) -> bool:
    table = board.timetable[entry]
    if table < 0:
        return True
    for window in range(rules.window_first[table], rules.window_first[table + 1]):
        if rules.window_from_ms[window] <= moment_ms <= rules.window_to_ms[window]:
            return True
    return False


@kernel
def entry_level(board: Board, rules: Rules, entry: int, moment_ms: int) -> int:
    """How sure one gets past what stands there at that moment."""
    if rules.way >= LAY:
        if board.foot[entry] == 1:
            return RECORDED
        doubtful = board.foot[entry] == 2 or board.in_doubt[entry]  # noqa: PLR2004 - nobody knows
        return UNKNOWN if doubtful else BLOCKED
    if board.legal[entry] and not rules.legal:
        level = UNKNOWN if board.solid_sign[entry] else RECORDED
    else:
        level = level_of(board.standing_limits, entry, rules.need)
    return level if level == RECORDED or _stands(board, rules, entry, moment_ms) else RECORDED


@kernel
def meets(board: Board, entry: int, low: int, high: int, over_low: bool, over_high: bool) -> bool:
    """Tell whether driving from `low` to `high` meets the entry.

    What stands at an end of the stretch is met only where the way goes on over that end: stopping at a gate is
    allowed, from both sides.
    """
    first, last = board.from_mm[entry], board.to_mm[entry]
    inside = low < high and first < high and last > low
    return inside or (over_low and first <= low) or (over_high and last >= high)


@kernel
def moment_at(board: Board, rules: Rules, arc: int, entry: int, low: int, high: int, enter_ms: int) -> int:
    """When somebody who begins the stretch at `enter_ms` gets to the entry."""
    ahead = board.from_mm[entry] - low if arc & 1 == 0 else high - board.to_mm[entry]
    return rules.depart_ms + enter_ms + ms_of(max(ahead, 0), rules.pace[board.road_class[arc >> 1]])


@kernel
def stretch_level(
    board: Board,
    rules: Rules,
    arc: int,
    low: int,
    high: int,
    over_low: bool,
    over_high: bool,
    enter_ms: int,
) -> int:
    """How sure a stretch is, all that is met on it included."""
    edge = arc >> 1
    level = road_level(board, rules, edge)
    for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
        if meets(board, entry, low, high, over_low, over_high):
            moment_ms = moment_at(board, rules, arc, entry, low, high, enter_ms)
            level = min(level, entry_level(board, rules, entry, moment_ms))
    return level


@kernel
def stretch_cost(
    board: Board,
    rules: Rules,
    arc: int,
    low: int,
    high: int,
    over_low: bool,
    over_high: bool,
    enter_ms: int,
) -> int:
    """What a stretch costs, `NO_WAY` where it cannot be passed."""
    edge = arc >> 1
    if board.gone[edge]:
        return NO_WAY
    cost = ms_of(high - low, rules.pace[board.road_class[edge]])
    if is_forbidden(board, rules, arc) or road_level(board, rules, edge) < rules.least:
        if rules.way != OPEN:
            return NO_WAY
        cost += ONE_ROAD
    for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
        if meets(board, entry, low, high, over_low, over_high):
            moment_ms = moment_at(board, rules, arc, entry, low, high, enter_ms)
            if entry_level(board, rules, entry, moment_ms) < rules.least:
                if rules.way != OPEN:
                    return NO_WAY
                cost += ONE_STANDING
    return cost


@kernel
def how_far(board: Board, rules: Rules, arc: int, at: int, over: bool, enter_ms: int, limit_ms: int) -> int:
    """How many millimetres one gets along the arc from the place `at`, until time is up or something is in the way."""
    edge = arc >> 1
    if board.gone[edge] or is_forbidden(board, rules, arc) or road_level(board, rules, edge) < rules.least:
        return 0
    length = board.length_mm[edge]
    forward = arc & 1 == 0
    low, high = (at, length) if forward else (0, at)
    pace = rules.pace[board.road_class[edge]]
    far = min(high - low, ((limit_ms - enter_ms + 1) * 1_000_000 - 500_001) // pace)
    for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
        first, last = board.from_mm[entry], board.to_mm[entry]
        ahead = (last > low or (over and first <= low)) if forward else (first < high or (over and last >= high))
        if ahead:
            moment_ms = moment_at(board, rules, arc, entry, low, high, enter_ms)
            if entry_level(board, rules, entry, moment_ms) < rules.least:
                far = min(far, max(first - low if forward else high - last, 0))
    most: int = max(far, 0)
    return most
