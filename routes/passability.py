"""Can this vehicle get through, and if not, what exactly stops it: the rules, as a fire officer could read them.

What is unknown, in one place
-----------------------------
A verdict is *passable*, *blocked* or *unknown*. Doubt always works against passing:

====================================  ============  =========
what is stated                        large enough  too small
====================================  ============  =========
surveyed or tagged                    passable      blocked
stated here, but assumed or baseless  unknown       blocked
assumed from the class of the road    passable      unknown
nothing, zero, negative, NaN          unknown       unknown
====================================  ============  =========

- An assumption (`Assumption`) says what a class of road offers at least. It may let a vehicle through, and the finding
  says so; it never stops one, because it is no statement about this place. It fills a gap (None), not a wrong number.
  It says nothing of the load of a bridge or the height of a tunnel. Where it needs a survey, it holds only where
  somebody measured the width of the very segment and would have noted a cable or a weak cover.
- A figure stated as assumed counts as much as the class it stands on: on a street whose class is assumed without a
  survey it lets a vehicle through, on a lane it does not.
- Width is never assumed for lanes. So a lane that nobody measured is unknown, whatever else is known of it.
- A missing axle limit is no finding: an axle limit is an extra sign, and the load limit is asked for anyway.
- A gate, barrier, bollard or fence that cannot be opened is a doubt of its own, whatever its width: the width recorded
  may be that of its opening, or of the gap beside it. What is also said to block every vehicle blocks; where it is said
  that it blocks none, or that it can be opened, its width decides, whoever holds the key:

  =============  ====================  =======================================
  can be opened  blocks every vehicle  verdict
  =============  ====================  =======================================
  any            yes                   blocked
  no             unknown               unknown, blocked where it is too narrow
  no             no                    by its width
  yes, unknown   no, unknown           by its width
  =============  ====================  =======================================

- Physical limits always bind. Legal ones (one-way, access, signed restrictions) yield to an emergency vehicle, and each
  one that yielded is a finding. Which way a reversible one-way leads now is unknown where that binds.
- A sign only, which is also said to block every vehicle, contradicts itself: it blocks where signs bind, and is unknown
  where they yield.
- The verdict speaks of clear width, clear height and load. It does not say that a long vehicle can turn the corners.

No clock and no store: the time is passed in, everything here is a value.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import starmap
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from gis_core.values import Evidence, Verdict
from routes.encounters import (
    UNITS,
    UNKNOWN_LIMIT,
    Assumption,
    Dimension,
    Finding,
    Limit,
    Mode,
    NoRoad,
    Obstacle,
    OnTheWay,
    Place,
    Reason,
    RoadStretch,
    Vehicle,
)
from routes.schedule import UnparsedSchedule, parse_schedule

HANOI_TIME: Final = ZoneInfo("Asia/Ho_Chi_Minh")
ARRIVAL_UNCERTAINTY: Final = timedelta(minutes=15)
"""Nobody knows the minute of arrival: what stands there this much earlier or later counts as standing there."""


def assess(
    vehicle: Vehicle,
    on_the_way: Iterable[OnTheWay],
    *,
    at: datetime,
    mode: Mode = Mode.EMERGENCY,
    assumptions: Mapping[str, Assumption] | None = None,
) -> list[Finding]:
    """Compare a vehicle with everything on its way.

    Parameters
    ----------
    on_the_way
        Road stretches, obstacles and stretches without a road, in any order.
    at
        When the vehicle passes; aware, any zone.
    assumptions
        By class of road; None assumes nothing.

    Returns
    -------
    The findings in driving order; what equal neighbouring stretches of a road share is one finding. Empty only for
    an empty way, which `combine` calls unknown.

    >>> lane = RoadStretch(from_m=0, to_m=84, kind="residential", limits={Dimension.WIDTH: Limit(3, Evidence.SURVEYED)})
    >>> engine = Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=19)
    >>> [(f.dimension.value, f.verdict.value, f.margin) for f in assess(engine, [lane], at=datetime.now(HANOI_TIME))]
    [('width', 'passable', 0.3), ('height', 'unknown', None), ('weight', 'unknown', None)]
    """
    roads = _Roads(vehicle, mode, assumptions or {})
    findings = [
        finding
        for place in sorted(on_the_way, key=_driving_order)
        for finding in _assess_place(vehicle, place, at, mode, roads)
    ]
    # What was merged begins where its first stretch begins, so the order is kept.
    return in_driving_order(_merge_equal_neighbours(findings))


def assess_roads(
    vehicle: Vehicle, stretches: Iterable[RoadStretch], *, mode: Mode, assumptions: Mapping[str, Assumption]
) -> Iterator[Finding]:
    """Compare a vehicle with stretches in driving order, as `assess` does; the findings are to be put in order yet."""
    roads = _Roads(vehicle, mode, assumptions)
    return _merge_equal_neighbours(finding for stretch in stretches for finding in roads.assess(stretch))


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


def in_driving_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by where the vehicle meets them."""
    return sorted(findings, key=lambda finding: _driving_order(finding.place))


def _driving_order(place: OnTheWay) -> tuple[float, bool]:
    # A gate at the mouth of a lane comes after the lane that it stands on.
    return place.from_m, isinstance(place, Obstacle)


def combine(findings: Iterable[Finding]) -> Verdict:
    """The verdict on the whole: blocked before unknown before passable; nothing looked at is unknown."""
    return Verdict.worst(finding.verdict for finding in findings)


def compare(
    required: float | None, limit: Limit, *, assumed_from_class: bool = False, trust_assumed: bool = False
) -> tuple[Verdict, Reason]:
    """Compare what is needed with what is there, by the table above; equal passes.

    Parameters
    ----------
    assumed_from_class
        The limit is no statement about the place, but an `Assumption`.
    trust_assumed
        The place is of a class that may be assumed without a survey.

    >>> [compare(2.7, Limit(width, Evidence.SURVEYED))[0].value for width in (2.7, 2.2, float("nan"))]
    ['passable', 'blocked', 'unknown']
    """
    if limit.value is None or not limit.known:
        return Verdict.UNKNOWN, Reason.NOT_MEASURED
    if required is None or not math.isfinite(required):
        return Verdict.UNKNOWN, Reason.VEHICLE_UNKNOWN
    fits = round(limit.value - required, 6) >= 0
    if assumed_from_class:
        return (Verdict.PASSABLE, Reason.ASSUMED) if fits else (Verdict.UNKNOWN, Reason.ASSUMED)
    if not fits:
        return Verdict.BLOCKED, Reason.MEASURED
    if limit.evidence < (Evidence.ASSUMED if trust_assumed else Evidence.TAGGED):
        return Verdict.UNKNOWN, Reason.UNFOUNDED
    return Verdict.PASSABLE, Reason.MEASURED


def _assess_place(vehicle: Vehicle, place: OnTheWay, at: datetime, mode: Mode, roads: "_Roads") -> Iterable[Finding]:
    match place:
        case RoadStretch():
            yield from roads.assess(place)
        case Obstacle():
            yield from assess_obstacle(vehicle, place, at=at, mode=mode)
        case NoRoad(rival=RoadStretch() as rival):
            # Which of the two roads is meant matters only where the other one would not do.
            if combine(roads.assess(rival)) is not Verdict.PASSABLE:
                yield Finding(place, Verdict.UNKNOWN, Dimension.MATCH, Reason.RIVAL)
        case NoRoad():
            reason = Reason.AMBIGUOUS if place.ambiguous else Reason.NO_ROAD
            yield Finding(place, Verdict.UNKNOWN, Dimension.MATCH, reason)


# Roads ---------------------------------------------------------------------------------------------------------------

# What `routes.engine.limits` writes down for all roads at once is public here.
STEPS: Final = frozenset({"steps", "ladder", "elevator"})
UNFINISHED: Final = frozenset({"construction", "proposed", "planned", "abandoned", "razed"})
FREE_ACCESS: Final = frozenset(
    {"", "yes", "permissive", "designated", "destination", "delivery", "customers", "emergency", "official", "public"}
)


_PLACED: Final = {field.name for field in fields(Place)} | {"limits"}
_kind_of_road: Final = attrgetter("kind", *({field.name for field in fields(RoadStretch)} - _PLACED))


class _Roads:
    """The roads of one way: what is said of two that are alike is found out once."""

    def __init__(self, vehicle: Vehicle, mode: Mode, assumptions: Mapping[str, Assumption]) -> None:
        self._vehicle, self._mode, self._assumptions = vehicle, mode, assumptions
        self._said: dict[tuple[object, ...], list[Finding]] = {}

    def assess(self, road: RoadStretch) -> Iterator[Finding]:
        # Limits are held by what is said of them, so that their id stays their own.
        alike = (id(road.limits), *_kind_of_road(road))
        if alike not in self._said:
            assumption = self._assumptions.get(road.kind)
            self._said[alike] = [*_assess_road(self._vehicle, road, self._mode, assumption)]
        for said in self._said[alike]:
            yield Finding(road, *_unplaced(said))


_unplaced: Final = attrgetter(
    "verdict", "dimension", "reason", "required", "available", "evidence", "observed_on", "observed_by"
)


def _assess_road(vehicle: Vehicle, road: RoadStretch, mode: Mode, assumption: Assumption | None) -> Iterator[Finding]:
    if road.kind in STEPS:
        yield Finding(road, Verdict.BLOCKED, Dimension.OBSTACLE, Reason.BLOCKS, evidence=Evidence.TAGGED)
        return
    if road.kind in UNFINISHED:
        yield Finding(road, Verdict.UNKNOWN, Dimension.OBSTACLE, Reason.UNFINISHED, evidence=Evidence.TAGGED)
    for dimension in (Dimension.WIDTH, Dimension.HEIGHT, Dimension.WEIGHT):
        yield _compare_road(vehicle, road, dimension, assumption)
    if road.limits.get(Dimension.AXLE_LOAD, UNKNOWN_LIMIT).value is not None:
        yield _compare_road(vehicle, road, Dimension.AXLE_LOAD, None)
    yield from _legal_findings(road, mode)


def _compare_road(vehicle: Vehicle, road: RoadStretch, dimension: Dimension, assumption: Assumption | None) -> Finding:
    limit = road.limits.get(dimension, UNKNOWN_LIMIT)
    if limit.value is None and (assumed := _assumed(road, dimension, assumption)) is not None:
        return _compared(vehicle, road, dimension, assumed, assumed_from_class=True)
    trusted = assumption is not None and not assumption.needs_survey and dimension in assumption.at_least
    return _compared(vehicle, road, dimension, limit, trust_assumed=trusted)


def _assumed(road: RoadStretch, dimension: Dimension, assumption: Assumption | None) -> Limit | None:
    if assumption is None or dimension not in assumption.at_least:
        return None
    if (dimension is Dimension.WEIGHT and road.bridge) or (dimension is Dimension.HEIGHT and road.tunnel):
        return None
    width = road.limits.get(Dimension.WIDTH, UNKNOWN_LIMIT)
    if assumption.needs_survey and not (width.known and width.evidence is Evidence.SURVEYED):
        return None
    return Limit(assumption.at_least[dimension], Evidence.ASSUMED)


def _compared(vehicle: Vehicle, place: OnTheWay, dimension: Dimension, limit: Limit, **how: bool) -> Finding:
    required = vehicle.required(dimension)
    verdict, reason = compare(required, limit, **how)
    return Finding(
        place,
        verdict,
        dimension,
        reason,
        required,
        limit.value if limit.known else None,
        limit.evidence if limit.known else Evidence.NONE,
        limit.observed_on,
        limit.observed_by,
    )


def _legal_findings(road: RoadStretch, mode: Mode) -> Iterator[Finding]:
    verdict = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.BLOCKED
    if road.against_oneway:
        yield Finding(road, verdict, Dimension.LEGAL, Reason.ONE_WAY, evidence=Evidence.TAGGED)
    if road.reversible:
        unsure = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.UNKNOWN
        yield Finding(road, unsure, Dimension.LEGAL, Reason.REVERSIBLE, evidence=Evidence.TAGGED)
    if road.access not in FREE_ACCESS:
        yield Finding(road, verdict, Dimension.LEGAL, Reason.ACCESS, evidence=Evidence.TAGGED)


# Obstacles -----------------------------------------------------------------------------------------------------------

BINDING: Final[Mapping[str, Dimension]] = {
    "height_bar": Dimension.HEIGHT,
    "awning": Dimension.HEIGHT,
    "low_cable": Dimension.HEIGHT,
    "weight_limit": Dimension.WEIGHT,
}
"""What must be known before a vehicle may pass an obstacle of this kind; width for every other kind."""

_CLOSES: Final = frozenset({"gate", "barrier", "bollard", "fence"})
"""Kinds that stand across the road, so that it matters whether they can be opened; a height bar never can."""


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
    return [_compared(vehicle, obstacle, d, obstacle.limits.get(d, UNKNOWN_LIMIT)) for d in stated]


def _legal_obstacle(vehicle: Vehicle, obstacle: Obstacle, mode: Mode) -> Finding:
    sign = _about(obstacle, Verdict.PASSABLE, Dimension.LEGAL, Reason.SIGN)
    stated = {dimension: limit for dimension, limit in obstacle.limits.items() if limit.value is not None}
    shown = [_compared(vehicle, obstacle, dimension, limit) for dimension, limit in stated.items()]
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


# Merging -------------------------------------------------------------------------------------------------------------


def _merge_equal_neighbours(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Join what touching stretches of one road say alike; 80 segments of a street would drown the one gate on it."""
    open_findings: dict[tuple[object, ...], tuple[Finding, float]] = {}
    for finding in findings:
        place = finding.place
        if not isinstance(place, RoadStretch):
            yield finding
            continue
        about = (place.name or place.ref, finding.dimension, finding.reason)
        first, to_m = open_findings.get(about, (None, 0.0))
        if first is not None and _goes_on(first, to_m, finding):
            open_findings[about] = first, place.to_m
            continue
        if first is not None:
            yield _up_to(first, to_m)
        open_findings[about] = finding, place.to_m
    yield from starmap(_up_to, open_findings.values())


def _goes_on(first: Finding, to_m: float, finding: Finding) -> bool:
    touching = abs(to_m - finding.place.from_m) < 0.01  # noqa: PLR2004 - a centimetre
    return touching and first.place.kind == finding.place.kind and _unplaced(first) == _unplaced(finding)


def _up_to(finding: Finding, to_m: float) -> Finding:
    if finding.place.to_m == to_m:
        return finding
    return replace(finding, place=replace(finding.place, to_m=to_m))
