"""A vehicle against one obstacle: whether it stands there now, what of it binds, and the verdict on it.

Its rules are those of `routes.passability`: a gate, barrier, bollard or fence that cannot be opened is a doubt of its
own, signs yield to an emergency vehicle, and what is in doubt never blocks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gis_core.values import Verdict
from routes.comparing import combine, compared
from routes.encounters import UNITS, UNKNOWN_LIMIT, Dimension, Finding, Mode, Obstacle, Reason, Vehicle
from routes.schedule import HANOI_TIME, UnparsedSchedule, parse_schedule

ARRIVAL_UNCERTAINTY: Final = timedelta(minutes=15)
"""Nobody knows the minute of arrival: what stands there this much earlier or later counts as standing there."""

BINDING: Final[Mapping[str, Dimension]] = {
    "height_bar": Dimension.HEIGHT,
    "awning": Dimension.HEIGHT,
    "low_cable": Dimension.HEIGHT,
    "weight_limit": Dimension.WEIGHT,
}
"""What must be known before a vehicle may pass an obstacle of this kind; width for every other kind."""

_CLOSES: Final = frozenset({"gate", "barrier", "bollard", "fence"})
"""Kinds that stand across the road, so that it matters whether they can be opened; a height bar never can."""


def assess_obstacle(vehicle: Vehicle, obstacle: Obstacle, *, at: datetime, mode: Mode) -> Iterator[Finding]:
    """Compare a vehicle with one obstacle, as `assess` does."""
    if not is_in_the_way(obstacle, at):
        yield _about(obstacle, Verdict.PASSABLE, Dimension.OBSTACLE, Reason.NOT_IN_THE_WAY)
    elif is_solid_sign(obstacle):
        verdict = Verdict.UNKNOWN if mode is Mode.EMERGENCY else Verdict.BLOCKED
        yield _about(obstacle, verdict, Dimension.OBSTACLE, Reason.SOLID_SIGN)
    elif obstacle.legal_only:
        yield _legal_obstacle(vehicle, obstacle, mode)
    elif blocks(obstacle):
        yield _doubted(_about(obstacle, Verdict.BLOCKED, Dimension.OBSTACLE, Reason.BLOCKS))
    else:
        if stays_closed(obstacle):
            yield _about(obstacle, Verdict.UNKNOWN, Dimension.OBSTACLE, Reason.CANNOT_BE_OPENED)
        yield from map(_doubted, _physical_findings(vehicle, obstacle))


def is_in_the_way(obstacle: Obstacle, at: datetime) -> bool:
    """Tell whether the obstacle may stand there at `at`, give or take the uncertainty of the arrival.

    A schedule that cannot be read counts as always, and so does a period that ends before it begins; `valid_to` is the
    first day without it.
    """
    local = at.astimezone(HANOI_TIME)
    first, last = local - ARRIVAL_UNCERTAINTY, local + ARRIVAL_UNCERTAINTY
    begins, ends = obstacle.valid_from, obstacle.valid_to
    senseless = begins is not None and ends is not None and ends <= begins
    if begins is not None and last.date() < begins and not senseless:
        return False
    if ends is not None and first.date() >= ends and not senseless:
        return False
    if not obstacle.schedule.strip():
        return True
    try:
        return parse_schedule(obstacle.schedule).is_active(local, within=ARRIVAL_UNCERTAINTY)
    except UnparsedSchedule:
        return True


def blocks(obstacle: Obstacle) -> bool:
    """Tell whether it lets no vehicle through, whatever its size."""
    # Stairs may be as wide as a square: their width lets no vehicle through.
    return obstacle.blocks_vehicles == "yes" or (obstacle.kind == "stairs" and obstacle.blocks_vehicles != "no")


def is_solid_sign(obstacle: Obstacle) -> bool:
    """Tell whether it is said to be a sign only and to let no vehicle through: one of the two is wrong."""
    return obstacle.legal_only and blocks(obstacle)


def stays_closed(obstacle: Obstacle) -> bool:
    """Tell whether it stands across the road and nobody can open it, though nobody said that it blocks vehicles."""
    return obstacle.kind in _CLOSES and obstacle.openable == "no" and obstacle.blocks_vehicles == "unknown"


def _physical_findings(vehicle: Vehicle, obstacle: Obstacle) -> list[Finding]:
    stated = [dimension for dimension in UNITS if obstacle.limits.get(dimension, UNKNOWN_LIMIT).value is not None]
    binding = BINDING.get(obstacle.kind, Dimension.WIDTH)
    if binding not in stated and not (binding is Dimension.WEIGHT and Dimension.AXLE_LOAD in stated):
        stated.insert(0, binding)
    return [compared(vehicle, obstacle, d, obstacle.limits.get(d, UNKNOWN_LIMIT)) for d in stated]


def _legal_obstacle(vehicle: Vehicle, obstacle: Obstacle, mode: Mode) -> Finding:
    sign = _about(obstacle, Verdict.PASSABLE, Dimension.LEGAL, Reason.SIGN)
    stated = {dimension: limit for dimension, limit in obstacle.limits.items() if limit.value is not None}
    shown = [compared(vehicle, obstacle, dimension, limit) for dimension, limit in stated.items()]
    if shown:
        verdict = combine(shown)
        worst = next(finding for finding in shown if finding.verdict is verdict)
        sign = replace(sign, required=worst.required, available=worst.available, verdict=verdict)
    elif obstacle.blocks_vehicles != "no":
        sign = replace(sign, verdict=Verdict.BLOCKED)
    return replace(sign, verdict=Verdict.PASSABLE) if mode is Mode.EMERGENCY else sign


def _about(obstacle: Obstacle, verdict: Verdict, dimension: Dimension, reason: Reason) -> Finding:
    return Finding(
        obstacle,
        verdict,
        dimension,
        reason,
        evidence=obstacle.evidence,
        observed_on=obstacle.observed_on,
        observed_by=obstacle.observed_by,
    )


def _doubted(finding: Finding) -> Finding:
    if isinstance(finding.place, Obstacle) and finding.place.in_doubt and finding.verdict is Verdict.BLOCKED:
        return replace(finding, verdict=Verdict.UNKNOWN)
    return finding
