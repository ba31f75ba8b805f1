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

The table is computed in `routes.comparing`, obstacles are judged in `routes.obstacles`.
No clock and no store: the time is passed in, everything here is a value.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Final

from gis_core.values import Evidence, Verdict
from routes.comparing import combine, compared
from routes.encounters import (
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
from routes.merging import merge_equal_neighbours, unplaced
from routes.obstacles import assess_obstacle


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

    >>> from routes.schedule import HANOI_TIME
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
    return in_driving_order(merge_equal_neighbours(findings))


def assess_roads(
    vehicle: Vehicle, stretches: Iterable[RoadStretch], *, mode: Mode, assumptions: Mapping[str, Assumption]
) -> Iterator[Finding]:
    """Compare a vehicle with stretches in driving order, as `assess` does; the findings are to be put in order yet."""
    roads = _Roads(vehicle, mode, assumptions)
    return merge_equal_neighbours(finding for stretch in stretches for finding in roads.assess(stretch))


def in_driving_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by where the vehicle meets them."""
    return sorted(findings, key=lambda finding: _driving_order(finding.place))


def _driving_order(place: OnTheWay) -> tuple[float, bool]:
    # A gate at the mouth of a lane comes after the lane that it stands on.
    return place.from_m, isinstance(place, Obstacle)


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
            yield Finding(road, *unplaced(said))


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
        return compared(vehicle, road, dimension, assumed, assumed_from_class=True)
    trusted = assumption is not None and not assumption.needs_survey and dimension in assumption.at_least
    return compared(vehicle, road, dimension, limit, trust_assumed=trusted)


def _assumed(road: RoadStretch, dimension: Dimension, assumption: Assumption | None) -> Limit | None:
    if assumption is None or dimension not in assumption.at_least:
        return None
    if (dimension is Dimension.WEIGHT and road.bridge) or (dimension is Dimension.HEIGHT and road.tunnel):
        return None
    width = road.limits.get(Dimension.WIDTH, UNKNOWN_LIMIT)
    if assumption.needs_survey and not (width.known and width.evidence is Evidence.SURVEYED):
        return None
    return Limit(assumption.at_least[dimension], Evidence.ASSUMED)


def _legal_findings(road: RoadStretch, mode: Mode) -> Iterator[Finding]:
    verdict = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.BLOCKED
    if road.against_oneway:
        yield Finding(road, verdict, Dimension.LEGAL, Reason.ONE_WAY, evidence=Evidence.TAGGED)
    if road.reversible:
        unsure = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.UNKNOWN
        yield Finding(road, unsure, Dimension.LEGAL, Reason.REVERSIBLE, evidence=Evidence.TAGGED)
    if road.access not in FREE_ACCESS:
        yield Finding(road, verdict, Dimension.LEGAL, Reason.ACCESS, evidence=Evidence.TAGGED)
