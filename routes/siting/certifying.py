"""The certificate: HiGHS solves where sources should stand as an integer program, and proves its bound. Pure.

Sparse cases it solves to the end within seconds, dense ones not: then its bound and its best choice so far are given,
and nothing is called proven that is not. Which candidates stand is whole, how much of a group is covered follows.
"""

from dataclasses import dataclass
from math import floor
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from routes.engine.arrays import Floats, Ints
from routes.siting.covering import NO_BUDGET, Choice, Limits, in_order
from routes.siting.demand import Cover

MOST_PAIRS: Final = 400_000
"""Beyond so many pairs the program is not even made."""
_ROUNDING: Final = 1e-6


class NoCertificateError(RuntimeError):
    """The solver gave no answer at all."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The best choice that the solver found, and what it proved that no choice exceeds."""

    choice: Choice
    bound: int

    @property
    def proven(self) -> bool:
        """Whether no choice covers more than this one."""
        return self.choice.covered >= self.bound


def certify(cover: Cover, limits: Limits, begin: Choice, *, seconds: float, whole: bool = True) -> Certificate:
    """Solve to the end, or as far as the time allows.

    Parameters
    ----------
    begin
        A choice to begin with; it is given back where nothing better is found.
    seconds
        Of computing.
    whole
        False: only the relaxed program, in which half a source may stand: its bound, and `begin`.

    Raises
    ------
    NoCertificateError
        The solver broke off without a bound.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy types its classes, not their making
    for option, value in (("output_flag", False), ("time_limit", float(seconds)), ("threads", 1), ("random_seed", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(_program(cover, limits, whole=whole))
    if whole:
        solver.setSolution(_solution(cover, begin))
    solver.run()
    bound = _bound(solver, whole=whole)
    if not whole:
        return Certificate(begin, min(bound, cover.reachable))
    found = _chosen(solver, cover)
    better = found is not None and limits.allow(found) and cover.covered_by(found) > begin.covered
    order, adds = in_order(cover, found) if better and found is not None else (begin.chosen, begin.adds)
    return Certificate(Choice(order, adds, int(adds.sum()), begin.exchanges), min(bound, cover.reachable))


def _bound(solver: highspy.Highs, *, whole: bool) -> int:
    info = solver.getInfo()
    solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = info.mip_dual_bound if whole else info.objective_function_value
    if not np.isfinite(value) or abs(value) >= highspy.kHighsInf or not (whole or solved):
        raise NoCertificateError("HiGHS was stopped before it had a bound.")
    return floor(value + _ROUNDING * max(1.0, abs(value)))


def _chosen(solver: highspy.Highs, cover: Cover) -> Ints | None:
    solution = np.array(solver.getSolution().col_value)
    return np.flatnonzero(solution[: cover.candidates] > 1 / 2).astype(np.int32) if solution.size else None


def _solution(cover: Cover, begin: Choice) -> highspy.HighsSolution:
    values = np.zeros(cover.candidates + len(cover.weight))
    values[begin.chosen] = 1.0
    for one in begin.chosen:
        values[cover.candidates + cover.group[cover.first[one] : cover.first[one + 1]]] = 1.0
    solution = highspy.HighsSolution()
    solution.col_value = values.tolist()
    return solution


def _program(cover: Cover, limits: Limits, *, whole: bool) -> highspy.HighsLp:
    """Write the program: first a column for each candidate, then one for each group."""
    count, groups = cover.candidates, len(cover.weight)
    rows = [_groups_are_covered(cover), *_limits(cover, limits)]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count + groups, sum(len(upper) for _, _, _, upper in rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([np.zeros(count), cover.weight.astype(float)])
    lp.col_lower_, lp.col_upper_ = np.zeros(count + groups), np.ones(count + groups)
    lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([upper for _, _, _, upper in rows])
    lengths = np.concatenate([np.diff(first) for first, _, _, _ in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([index for _, index, _, _ in rows]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([value for _, _, value, _ in rows])
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * count + [highspy.HighsVarType.kContinuous] * groups
        lp.integrality_ = kinds
    return lp


_Numbers = NDArray[np.integer[Any]]
_Rows = tuple[_Numbers, _Numbers, Floats, Floats]


def _groups_are_covered(cover: Cover) -> _Rows:
    """A group is covered at most as often as candidates stand that cover it."""
    groups = len(cover.weight)
    own = np.arange(groups)
    index = np.insert(cover.candidate.astype(np.int64), cover.group_first[:-1], cover.candidates + own)
    value = np.insert(np.full(len(cover.candidate), -1.0), cover.group_first[:-1], 1.0)
    return cover.group_first + np.arange(groups + 1), index, value, np.zeros(groups)


def _limits(cover: Cover, limits: Limits) -> list[_Rows]:
    everybody, one_row = np.arange(cover.candidates), np.array([0, cover.candidates])
    rows: list[_Rows] = [(one_row, everybody, np.ones(cover.candidates), np.array([float(limits.most)]))]
    if limits.budget != NO_BUDGET:
        rows.append((one_row, everybody, limits.cost.astype(float), np.array([float(limits.budget)])))
    near = np.repeat(everybody, np.diff(limits.near_first))
    once = near < limits.near
    pairs = np.column_stack([near[once], limits.near[once]])
    if len(pairs):
        rows.append((2 * np.arange(len(pairs) + 1), pairs.ravel(), np.ones(pairs.size), np.ones(len(pairs))))
    return rows
