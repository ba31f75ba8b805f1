"""Where new sources cover most: the greedy answer, then exchanges until none helps. Pure.

The gain of every candidate is kept exact while sources are put up and taken away, so the greedy choice needs no queue.
An exchange takes one chosen candidate away for one that is not; what it changes is known without trying it.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import Bytes, Ints, Longs
from routes.engine.compiled import fixed, kernel
from routes.siting.demand import NOBODY, Cover

NO_BUDGET: Final = 2**62
_BY_GAIN: Final = 0
_BY_GAIN_FOR_COST: Final = 1
_BY_GAIN_FOR_ROOM: Final = 2
"""What helps for each other place that it rules out: without it the first one may stand in the way of all others."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a choice may be: so many sources, so much money, none of them too near to another."""

    most: int
    cost: Longs  # (c,) of each candidate, in any whole unit
    budget: int
    near_first: Longs  # (c + 1,) candidates that candidate i cannot stand beside: near[near_first[i]:near_first[i + 1]]
    near: Ints

    @classmethod
    def of(
        cls,
        candidates: int,
        most: int,
        *,
        cost: Longs | None = None,
        budget: int | None = None,
        near: Ints | None = None,
    ) -> "Limits":
        """Say what limits a choice of `candidates`.

        Parameters
        ----------
        cost, budget
            In the same unit, cost above 0; None: money is no matter.
        near
            (p, 2) pairs of candidates of which at most one may be chosen, in any order.

        Raises
        ------
        ValueError
            Nothing may be chosen, something is free, or a pair names no candidate or one twice.
        """
        costs = np.zeros(candidates, np.int64) if cost is None else np.asarray(cost, np.int64)
        if most < 1 or (budget is not None and budget <= 0):
            raise ValueError("at least one source must be allowed, and a budget must be above 0")
        if budget is not None and (cost is None or (costs <= 0).any() or len(costs) != candidates):
            raise ValueError("with a budget every candidate costs something")
        pairs = np.zeros((0, 2), np.int32) if near is None else np.asarray(near, np.int32).reshape(-1, 2)
        if pairs.size and (pairs.min() < 0 or pairs.max() >= candidates or (pairs[:, 0] == pairs[:, 1]).any()):
            raise ValueError("a pair must name two candidates")
        both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
        first = np.searchsorted(both[:, 0], np.arange(candidates + 1))
        return cls(
            most=min(most, candidates),
            cost=fixed(costs, np.int64),
            budget=NO_BUDGET if budget is None else budget,
            near_first=fixed(first, np.int64),
            near=fixed(both[:, 1], np.int32),
        )

    def allow(self, chosen: Ints) -> bool:
        """Tell whether a choice keeps within them."""
        picked = set(chosen.tolist())
        apart = all(picked.isdisjoint(self.near[self.near_first[i] : self.near_first[i + 1]].tolist()) for i in picked)
        return len(picked) == len(chosen) <= self.most and int(self.cost[chosen].sum()) <= self.budget and apart


@dataclass(frozen=True, slots=True)
class Choice:
    """Chosen candidates in the order in which they help, and what each adds to those before it."""

    chosen: Ints
    adds: Longs
    covered: int
    exchanges: int


class _State(NamedTuple):
    """What a kernel keeps while sources come and go."""

    gain: Longs  # (c,) what a candidate would add now
    loss: Longs  # (c,) what only this chosen one covers
    times: Ints  # (g,) by how many chosen ones a group is covered
    owner: Ints  # (g,) the chosen ones that cover it, all XORed: the one, where there is one
    barred: Ints  # (c,) how many chosen ones stand too near
    chosen: Bytes  # (c,)
    shared: Longs  # (c,) room of an exchange, zeros between two
    picked: Ints  # (most,)
    left: Longs  # money left, how many may still be chosen, exchanges made


class _Table(NamedTuple):
    weight: Longs
    first: Longs
    group: Ints
    group_first: Longs
    candidate: Ints
    cost: Longs
    near_first: Longs
    near: Ints


def cover_most(cover: Cover, limits: Limits, *, exchanges: int = 10_000) -> Choice:
    """Choose the candidates that cover most.

    Parameters
    ----------
    exchanges
        After so many the answer is given as it is; each one improves it.

    Returns
    -------
    Candidates that add nothing are not chosen. Ties go to the smaller index; equal questions have equal answers.
    """
    ways = [_BY_GAIN]
    ways += [_BY_GAIN_FOR_COST] if limits.budget != NO_BUDGET else []
    ways += [_BY_GAIN_FOR_ROOM] if len(limits.near) else []
    tries = [_try(cover, limits, way, exchanges) for way in ways]
    return max(tries, key=lambda choice: choice.covered)


def in_order(cover: Cover, chosen: Ints) -> tuple[Ints, Longs]:
    """Put chosen candidates in the order in which each adds most to those before it; give what each adds."""
    covered = np.zeros(len(cover.weight), bool)
    left = {int(one): cover.group[cover.first[one] : cover.first[one + 1]] for one in np.sort(chosen)}
    order, adds = [], []
    upper = {one: int(cover.weight[groups].sum()) for one, groups in left.items()}
    while left:
        best, gain = -1, -1
        # Gains only fall, so a stale one above all fresh ones is the only one to look at again.
        for one in sorted(left, key=lambda each: (-upper[each], each)):
            if upper[one] < gain:
                break
            upper[one] = int(cover.weight[left[one][~covered[left[one]]]].sum())
            if (upper[one], -one) > (gain, -best):
                best, gain = one, upper[one]
        covered[left.pop(best)] = True
        order.append(best)
        adds.append(gain)
    return np.array(order, np.int32), np.array(adds, np.int64)


def _try(cover: Cover, limits: Limits, way: int, exchanges: int) -> Choice:
    table = _Table(
        cover.weight, cover.first, cover.group, cover.group_first, cover.candidate,
        limits.cost, limits.near_first, limits.near,
    )  # fmt: skip
    state = _state_of(cover, limits)
    _improve(table, state, way, exchanges)
    order, adds = in_order(cover, np.flatnonzero(state.chosen).astype(np.int32))
    useful = adds > 0
    return Choice(order[useful], adds[useful], int(adds.sum()), int(state.left[2]))


def _state_of(cover: Cover, limits: Limits) -> _State:
    count, groups = cover.candidates, len(cover.weight)
    gain = np.zeros(count, np.int64)
    owned = np.diff(cover.first) > 0
    gain[owned] = np.add.reduceat(cover.weight[cover.group], cover.first[:-1][owned])
    return _State(
        gain=gain,
        loss=np.zeros(count, np.int64),
        times=np.zeros(groups, np.int32),
        owner=np.zeros(groups, np.int32),
        barred=np.zeros(count, np.int32),
        chosen=np.zeros(count, np.uint8),
        shared=np.zeros(count, np.int64),
        picked=np.zeros(max(limits.most, 1), np.int32),
        left=np.array([limits.budget, limits.most, 0], np.int64),
    )


@kernel
def _put_up(table: _Table, state: _State, one: int) -> None:
    state.chosen[one] = 1
    state.left[0] -= table.cost[one]
    state.left[1] -= 1
    for at in range(table.near_first[one], table.near_first[one + 1]):
        state.barred[table.near[at]] += 1
    for at in range(table.first[one], table.first[one + 1]):
        group = table.group[at]
        if state.times[group] == 0:
            state.loss[one] += table.weight[group]
            for other in range(table.group_first[group], table.group_first[group + 1]):
                state.gain[table.candidate[other]] -= table.weight[group]
        elif state.times[group] == 1:
            state.loss[state.owner[group]] -= table.weight[group]
        state.times[group] += 1
        state.owner[group] ^= one


@kernel
def _take_away(table: _Table, state: _State, one: int) -> None:
    state.chosen[one] = 0
    state.loss[one] = 0
    state.left[0] += table.cost[one]
    state.left[1] += 1
    for at in range(table.near_first[one], table.near_first[one + 1]):
        state.barred[table.near[at]] -= 1
    for at in range(table.first[one], table.first[one + 1]):
        group = table.group[at]
        state.times[group] -= 1
        state.owner[group] ^= one
        if state.times[group] == 0:
            for other in range(table.group_first[group], table.group_first[group + 1]):
                state.gain[table.candidate[other]] += table.weight[group]
        elif state.times[group] == 1:
            state.loss[state.owner[group]] += table.weight[group]


@kernel
def _price(table: _Table, one: int, way: int) -> float:
    """Give what a candidate's gain is measured by."""
    if way == _BY_GAIN_FOR_COST:
        return float(table.cost[one])
    return 1.0 + table.near_first[one + 1] - table.near_first[one] if way == _BY_GAIN_FOR_ROOM else 1.0


@kernel
def _fill(table: _Table, state: _State, way: int) -> None:
    """Put up what helps most, until nothing more may be put up or helps."""
    while state.left[1] > 0:
        best = NOBODY
        for one in range(state.gain.shape[0]):
            may = state.chosen[one] == 0 and state.barred[one] == 0 and table.cost[one] <= state.left[0]
            if not may or state.gain[one] <= 0:
                continue
            if best == NOBODY or state.gain[one] * _price(table, best, way) > state.gain[best] * _price(
                table, one, way
            ):
                best = one
        if best == NOBODY:
            return
        _put_up(table, state, best)


@kernel
def _is_near(table: _Table, one: int, other: int) -> bool:
    near = False
    for at in range(table.near_first[one], table.near_first[one + 1]):
        near = near or table.near[at] == other
    return near


@kernel
def _best_to_leave(table: _Table, state: _State, one: int, picked: int) -> int:
    """Give the chosen one that `one` should stand for, `NOBODY` where no exchange helps."""
    for at in range(table.first[one], table.first[one + 1]):
        group = table.group[at]
        if state.times[group] == 1:
            state.shared[state.owner[group]] += table.weight[group]
    best, most = NOBODY, 0
    for at in range(picked):
        other = state.picked[at]
        net = state.gain[one] + state.shared[other] - state.loss[other]
        affordable = table.cost[one] - table.cost[other] <= state.left[0]
        if net > most and affordable and (state.barred[one] == 0 or _is_near(table, one, other)):
            best, most = other, net
    for at in range(table.first[one], table.first[one + 1]):
        if state.times[table.group[at]] == 1:
            state.shared[state.owner[table.group[at]]] = 0
    return best


@kernel
def _list_chosen(state: _State) -> int:
    picked = 0
    for one in range(state.chosen.shape[0]):
        if state.chosen[one] == 1:
            state.picked[picked] = one
            picked += 1
    return picked


@kernel
def _exchange(table: _Table, state: _State, exchanges: int) -> int:
    """Go once through all candidates and exchange where it helps; give how often it did."""
    made = 0
    picked = _list_chosen(state)
    for one in range(state.gain.shape[0]):
        # What it shares with another it can take over, so it gains at most what nobody covers yet.
        if state.chosen[one] == 1 or state.gain[one] <= 0 or state.barred[one] > 1 or state.left[2] >= exchanges:
            continue
        other = _best_to_leave(table, state, one, picked)
        if other != NOBODY:
            _take_away(table, state, other)
            _put_up(table, state, one)
            picked = _list_chosen(state)
            made += 1
            state.left[2] += 1
    return made


@kernel
def _improve(table: _Table, state: _State, way: int, exchanges: int) -> None:
    _fill(table, state, way)
    while _exchange(table, state, exchanges) > 0:
        _fill(table, state, way)
