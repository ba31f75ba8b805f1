"""Limits of roads and obstacles as thresholds that a search compares whole numbers with.

The rules are those of `routes.passability`; here they are written for all roads at once, and a property test holds the
two together. A threshold is in millionths of a metre or tonne: a need up to `BLOCK` is not blocked, up to
`ASSUMED_UP_TO` passes at least by assumption, up to `RECORDED_UP_TO` on what was surveyed or tagged.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from gis_core.values import Evidence
from routes.encounters import UNKNOWN_LIMIT, Assumption, Dimension, Limit, Obstacle, Vehicle
from routes.engine.arrays import (
    ASSUMED_UP_TO,
    BLOCK,
    DIMENSIONS,
    FREE,
    MICRO,
    NEED_UNKNOWN,
    NOTHING,
    RECORDED_UP_TO,
    Flags,
    Floats,
    Ints,
    Short,
    Small,
)
from routes.obstacles import BINDING, blocks, stays_closed
from routes.passability import FREE_ACCESS, STEPS, UNFINISHED

_WIDTH: Final = DIMENSIONS.index(Dimension.WIDTH)
_HEIGHT: Final = DIMENSIONS.index(Dimension.HEIGHT)
_WEIGHT: Final = DIMENSIONS.index(Dimension.WEIGHT)
_AXLE: Final = DIMENSIONS.index(Dimension.AXLE_LOAD)
_MOST: Final = FREE - 2
_HALF_A_MICRO: Final = 5e-7


def need_of(vehicle: Vehicle) -> Ints:
    """Give what a vehicle needs in each of `DIMENSIONS`, in millionths; `NEED_UNKNOWN` where nobody knows.

    >>> need_of(Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=19)).tolist()
    [2700000, 3600000, 19000000, -2]
    """
    needs = [vehicle.required(dimension) for dimension in DIMENSIONS]
    return np.array([NEED_UNKNOWN if n is None else min(round(n * MICRO), FREE - 1) for n in needs], np.int32)


def is_closed(access: str) -> bool:
    """Tell whether the sign (access=*) closes the road to traffic; an emergency vehicle passes it."""
    return access not in FREE_ACCESS


def thresholds(value: Floats) -> Ints:
    """Give the greatest need, in millionths, that still passes each finite value above zero.

    `routes.comparing.compare` rounds the difference to millionths; so does this, to the last bit.
    """
    # Needs stop one below FREE, limits two below it: what is larger than both stays blocked.
    near = np.rint(np.clip(value * MICRO, 0, _MOST - 1))
    most = np.where(_fits(value, near + 1), near + 1, np.where(_fits(value, near), near, near - 1))
    return most.astype(np.int32)


def _fits(value: Floats, need: Floats) -> Flags:
    fits: Flags = value - need / MICRO >= -_HALF_A_MICRO
    return fits


# Roads ---------------------------------------------------------------------------------------------------------------


def road_limits(
    road_class: Short,
    classes: Sequence[str],
    value: Floats,
    evidence: Small,
    bridge: Flags,
    tunnel: Flags,
    assumptions: Mapping[str, Assumption],
) -> Ints:
    """Give the thresholds of roads, by the columns of `RoadState`.

    Parameters
    ----------
    value
        (m, 4) metres or tonnes. NaN: nothing stated, so an assumption may fill it; a number that cannot be a limit
        (a stored NaN too) is handed over as 0 and filled by nothing.
    evidence
        (m, 4) `Evidence.strength`.

    Returns
    -------
    (m, 4, 3), `RoadState.limits`.
    """
    limits = np.empty((len(road_class), len(DIMENSIONS), 3), np.int32)
    stated = ~np.isnan(value)
    known = stated & np.isfinite(value) & (value > 0)
    surveyed = known[:, _WIDTH] & (evidence[:, _WIDTH] == Evidence.SURVEYED.strength)
    for column, dimension in enumerate(DIMENSIONS):
        by_class = [None if column == _AXLE else assumptions.get(each) for each in classes]
        least = np.array([_at_least(each, dimension) for each in by_class], float)[road_class]
        trusted = np.array([_is_trusted(each, dimension) for each in by_class], bool)[road_class]
        assumed = ~stated[:, column] & ~np.isnan(least) & (trusted | surveyed)
        if column == _WEIGHT:
            assumed &= ~bridge
        if column == _HEIGHT:
            assumed &= ~tunnel
        needed = np.where(trusted, Evidence.ASSUMED.strength, Evidence.TAGGED.strength)
        limits[:, column] = _column(
            value[:, column], known[:, column], evidence[:, column], needed, np.where(assumed, least, np.nan)
        )
    # No sign, no limit: the load is asked for anyway.
    limits[~stated[:, _AXLE], _AXLE] = FREE
    limits[_of_kind(road_class, classes, UNFINISHED), :, ASSUMED_UP_TO:] = NOTHING
    limits[_of_kind(road_class, classes, STEPS)] = NOTHING
    return limits


def _column(value: Floats, known: Flags, evidence: Small, needed: Small, least: Floats) -> Ints:
    """Give the thresholds in one dimension, (m, 3), as `compare` decides."""
    limits = np.full((len(value), 3), NOTHING, np.int32)
    limits[:, BLOCK] = FREE
    assumed = np.isfinite(least) & (least > 0)
    limits[assumed, ASSUMED_UP_TO] = thresholds(least[assumed])
    limits[known, BLOCK] = thresholds(value[known])
    founded = known & (evidence >= needed)
    limits[founded, ASSUMED_UP_TO] = limits[founded, BLOCK]
    recorded = known & (evidence >= Evidence.TAGGED.strength)
    limits[recorded, RECORDED_UP_TO] = limits[recorded, BLOCK]
    return limits


def _at_least(assumption: Assumption | None, dimension: Dimension) -> float:
    return np.nan if assumption is None else assumption.at_least.get(dimension, np.nan)


def _is_trusted(assumption: Assumption | None, dimension: Dimension) -> bool:
    return assumption is not None and not assumption.needs_survey and dimension in assumption.at_least


def _of_kind(road_class: Short, classes: Sequence[str], kinds: frozenset[str]) -> Flags:
    members: Flags = np.array([each in kinds for each in classes], bool)[road_class]
    return members


# Obstacles -----------------------------------------------------------------------------------------------------------


def obstacle_limits(obstacle: Obstacle) -> Ints:
    """Give the thresholds of one obstacle, (4, 3); those of a sign (`legal_only`) hold in legal mode only.

    When it stands there at all, or whether that is in doubt, is not asked here.
    """
    limits = np.full((len(DIMENSIONS), 3), FREE, np.int32)
    if obstacle.legal_only:
        return _sign_limits(obstacle, limits)
    if blocks(obstacle):
        limits[:] = NOTHING
    else:
        binding = BINDING.get(obstacle.kind, Dimension.WIDTH)
        stated = {d for d in DIMENSIONS if obstacle.limits.get(d, UNKNOWN_LIMIT).value is not None}
        if binding not in stated and not (binding is Dimension.WEIGHT and Dimension.AXLE_LOAD in stated):
            stated.add(binding)
        for dimension in stated:
            limits[DIMENSIONS.index(dimension)] = _stated(obstacle.limits.get(dimension, UNKNOWN_LIMIT))
        if stays_closed(obstacle):
            limits[:, ASSUMED_UP_TO:] = NOTHING
    return limits


def doubted(limits: Ints, in_doubt: Flags) -> Ints:
    """Let nothing block that is in doubt, (s, 4, 3); not to be asked of signs, which are what they are."""
    free = limits.copy()
    free[in_doubt, :, BLOCK] = FREE
    return free


def _sign_limits(obstacle: Obstacle, limits: Ints) -> Ints:
    stated = {dimension: limit for dimension, limit in obstacle.limits.items() if limit.value is not None}
    for dimension, limit in stated.items():
        limits[DIMENSIONS.index(dimension)] = _stated(limit)
    if blocks(obstacle) or (not stated and obstacle.blocks_vehicles != "no"):
        limits[:] = NOTHING
    return limits


def _stated(limit: Limit) -> tuple[int, int, int]:
    if limit.value is None or not limit.known:
        return FREE, NOTHING, NOTHING
    most = int(thresholds(np.array([limit.value]))[0])
    passing = most if limit.evidence >= Evidence.TAGGED else NOTHING
    return most, passing, passing
