"""Ways that are known already, driven once more: what they cost at their very times, and how sure each stretch is."""

from typing import NamedTuple

import numpy as np

from routes.engine.arrays import Flags, Ints, Longs, Network, Path, Small, Step
from routes.engine.boards import table_of
from routes.engine.compiled import fixed, kernel
from routes.engine.passing import BLOCKED, NO_WAY, Board, Rules, is_forbidden, stretch_cost, stretch_level
from routes.engine.unfolding import Driven, driven


class Stretches(NamedTuple):
    """The stretches of a way on which something can be met, as columns."""

    arc: Ints
    low: Ints
    high: Ints
    over_low: Flags
    over_high: Flags
    enter_ms: Longs


def stretches_of(path: Path) -> Stretches:
    """Give the stretches of a way on which something can be met: `routes.engine.unfolding.driven` for all at once."""
    edge, start, end, enter_ms, _ = path.columns
    before, after = np.ones((2, len(edge)), np.bool_)
    before[:1] = after[-1:] = False
    forward, met = start <= end, (start != end) | (before & after)
    columns = (
        2 * edge + ~forward,
        np.minimum(start, end),
        np.maximum(start, end),
        np.where(forward, before, after),
        np.where(forward, after, before),
        enter_ms,
    )
    kinds = (np.int32, np.int32, np.int32, np.bool_, np.bool_, np.int64)
    return Stretches(*(fixed(column[met], kind) for column, kind in zip(columns, kinds, strict=True)))


@kernel
def cost_of(board: Board, rules: Rules, way: Stretches, enter_ms: int) -> int:
    """Drive stretches one after the other; `NO_WAY` where one cannot be passed at that moment."""
    cost = enter_ms
    for i in range(way.arc.shape[0]):
        step = stretch_cost(board, rules, way.arc[i], way.low[i], way.high[i], way.over_low[i], way.over_high[i], cost)
        if step == NO_WAY:
            return NO_WAY
        cost += step
    return cost


@kernel
def write_levels(board: Board, rules: Rules, way: Stretches, level: Small) -> None:
    """Write how sure each stretch is at its time; blocked where a sign forbids it."""
    for i in range(way.arc.shape[0]):
        if is_forbidden(board, rules, way.arc[i]):
            level[i] = BLOCKED
        else:
            level[i] = stretch_level(
                board,
                rules,
                way.arc[i],
                way.low[i],
                way.high[i],
                way.over_low[i],
                way.over_high[i],
                way.enter_ms[i],
            )


def is_driven(network: Network, rules: Rules, path: Path, stretches: Stretches | None = None) -> bool:
    """Tell whether a way can be driven at its very times; `stretches` are its own, where they are known."""
    begin_ms = path.steps[0].enter_ms
    return int(cost_of(table_of(network).board, rules, stretches or stretches_of(path), begin_ms)) == path.time_ms


def levels_on(network: Network, rules: Rules, path: Path) -> list[tuple[Step, Driven, int]]:
    """Give the steps on which something can be met, each with how sure it is."""
    way = stretches_of(path)
    level = np.zeros(len(way.arc), np.int8)
    write_levels(table_of(network).board, rules, way, level)
    return [(step, where, sure) for (step, where), sure in zip(driven(path), level.tolist(), strict=True)]
