"""What no choice of sources can exceed: a bound computed with the answer, so that the answer shows its gap. Pure.

Each group of homes gets a price between nothing and what it counts. Then no choice covers more than what the groups
count above their prices, and the prices that the best candidates collect. This is true of any prices, so the search for
good ones (subgradient, Polyak's steps) may stop at any moment; rules about standing apart are left out, which can only
make the bound larger.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from routes.engine.arrays import Floats, Ints, Longs
from routes.engine.compiled import fixed, kernel
from routes.siting.covering import NO_BUDGET, Choice, Limits
from routes.siting.demand import Cover

_STEPS: Final = 300
_PATIENCE: Final = 12
_GOING_ON: Final = 0.7
_ROUNDING: Final = 1e-6
_MANY_PAIRS: Final = 500_000
_ENOUGH: Final = 0.99
_SMALLEST_PACE: Final = 1e-3


def upper_bound(
    cover: Cover, limits: Limits, choice: Choice, *, steps: int = _STEPS, good_enough: float | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> int:  # fmt: skip
    """Give a number that no allowed choice covers more than.

    Parameters
    ----------
    choice
        What was found: the prices begin with it, and its value says how far down it can go.
    steps
        So many prices are tried.
    good_enough
        Stop where the choice has this share of the bound; None: at all of it, or at 99 % where a step takes long.
    stop
        Asked before each step; the bound so far holds.
    """
    weight = fixed(cover.weight, np.float64)
    share = good_enough or (1.0 if len(cover.group) < _MANY_PAIRS else _ENOUGH)
    price = np.where(_covered(cover, choice.chosen), 0.0, weight)
    value, best_price = math.inf, price.copy()
    pace, since = 1.0, 0
    collected, times, heading = np.zeros(cover.candidates), np.zeros(len(weight)), np.zeros(len(weight))
    for _ in range(steps):
        above = collect(cover.first, cover.group, weight, price, collected)
        taking, most = _dearest(collected, limits)
        now, since = above + most, since + 1
        if now < value:
            value, since = now, 0
            best_price[:] = price
        if stop() or choice.covered >= share * min(value, cover.reachable) or pace < _SMALLEST_PACE:
            break
        if since >= _PATIENCE:
            pace, since = pace / 2, 0
            price[:], heading[:] = best_price, 0.0
        else:
            over = pace * (now - choice.covered)
            move(cover.first, cover.group, weight, fixed(taking, np.float64), times, heading, price, over)
    return min(_whole(value), cover.reachable) if math.isfinite(value) else cover.reachable


def _whole(value: float) -> int:
    # What is counted are whole numbers, so nothing is covered between two of them.
    return math.floor(value * (1 + _ROUNDING / 1000) + _ROUNDING)


def _covered(cover: Cover, chosen: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    covered = np.zeros(len(cover.weight), bool)
    for one in chosen:
        covered[cover.group[cover.first[one] : cover.first[one + 1]]] = True
    return covered


def _dearest(collected: Floats, limits: Limits) -> tuple[Floats, float]:
    """Give which candidates collect most within the limits, one of them perhaps in part, and how much."""
    if limits.budget == NO_BUDGET:
        return _of_most(collected, limits.most)
    by_money = _of_budget(collected, limits.cost, limits.budget)
    by_number = _of_most(collected, limits.most)
    return min(by_money, by_number, key=lambda each: each[1])


def _of_most(collected: Floats, most: int) -> tuple[Floats, float]:
    taking = np.zeros(len(collected))
    taking[np.argpartition(-collected, most - 1)[:most]] = 1.0
    return taking, float(collected @ taking)


def _of_budget(collected: Floats, cost: Longs, budget: int) -> tuple[Floats, float]:
    order = np.argsort(-collected / cost, kind="stable")
    before = np.cumsum(cost[order]) - cost[order]
    taking = np.zeros(len(collected))
    taking[order] = np.clip((budget - before) / cost[order], 0.0, 1.0)
    return taking, float(collected @ taking)


@kernel
def collect(first: Longs, group: Ints, weight: Floats, price: Floats, collected: Floats) -> float:
    """Write what each candidate collects, the prices of its groups; give what all groups count above their prices."""
    above = 0.0
    for one in range(price.shape[0]):
        above += weight[one] - price[one]
    for one in range(collected.shape[0]):
        total = 0.0
        for at in range(first[one], first[one + 1]):
            total += price[group[at]]
        collected[one] = total
    return above


@kernel
def _slope(weight: float, price: float, times: float) -> float:
    slope = times - 1.0 if price < weight else times
    # At its lower end a price cannot move out; at the upper one it is cut off.
    return 0.0 if price <= 0.0 < slope else slope


@kernel
def move(
    first: Longs,
    group: Ints,
    weight: Floats,
    taking: Floats,
    times: Floats,
    heading: Floats,
    price: Floats,
    over: float,
) -> None:
    """Take a step: a group that several would collect becomes cheaper, one that nobody collects dearer.

    `heading` is the direction of the step, which goes on a little where the ones before it went.
    """
    times[:] = 0.0
    for one in range(taking.shape[0]):
        if taking[one] > 0:
            for at in range(first[one], first[one + 1]):
                times[group[at]] += taking[one]
    squared = 0.0
    for at in range(price.shape[0]):
        heading[at] = _slope(weight[at], price[at], times[at]) + _GOING_ON * heading[at]
        squared += heading[at] ** 2
    if squared == 0.0:
        return
    step = over / squared
    for at in range(price.shape[0]):
        price[at] = min(max(price[at] - step * heading[at], 0.0), weight[at])
