"""Can a fire engine take water here, and if not, why not: the one policy, for every kind of source.

Unknown never counts as usable. `hydrants.sources.AnyWaterSourceQuerySet.usable` says the same to the database; a test
holds the two together on thousands of made-up rows.

What is asked of a source, in this order; the first thing missing is the reason:

1. It works. Only the status `working` says so; and no outage is announced for the moment of the question. Where nobody
   knows the status, somebody on the spot who saw it work is believed; no mark makes a faulty source usable. A source
   marked dry is not usable, nor is one of which people say different things.
2. A fire engine reaches it: an intake point whose access is for a truck, a tank that a truck reaches (facility sheet
   PC01, NĐ 347/2026). A hydrant stands at a road (QCVN 10:2025 H.1.4.7: 2.5 m at most).
3. The water can be lifted: an intake point is at most 7 m above its lowest water (QCVN 10:2025 figure H.1). A tank
   whose suction depth is known must meet it too; where it is not known, the sheet's "usable by truck" stands for it.
4. It gives the flow that is asked for. Only a measurement counts. Open water and tanks give what the pump gives, which
   nobody measured either: they are passed over with that reason when a flow is asked for, and stay visible.
5. It holds water: a volume of zero is an empty one. A volume that nobody knows keeps nothing from being used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeGuard

from gis_core.regulations import regulation_at

WORKING: Final = "working"
UNKNOWN: Final = "unknown"


class Reason(StrEnum):
    """Why a source is passed over."""

    STATUS_FAULTY = "status_faulty"
    STATUS_BLOCKED = "status_blocked"
    STATUS_MISSING = "status_missing"
    STATUS_UNKNOWN = "status_unknown"
    ANNOUNCED_OUTAGE = "announced_outage"
    MARKED_DRY = "marked_dry"
    MARKS_DISAGREE = "marks_disagree"
    FLOW_NOT_MEASURED = "flow_not_measured"
    FLOW_TOO_LOW = "flow_too_low"
    NOT_REACHABLE_BY_TRUCK = "not_reachable_by_truck"
    REACH_UNKNOWN = "reach_unknown"
    SUCTION_TOO_DEEP = "suction_too_deep"
    SUCTION_UNKNOWN = "suction_unknown"
    FOR_AIRCRAFT_ONLY = "for_aircraft_only"
    PORTABLE_PUMP_ONLY = "portable_pump_only"
    EMPTY = "empty"


class Marked(StrEnum):
    """What people on the spot say of a source, and nobody has looked into yet."""

    DRY = "dry"
    WORKS = "works"
    DISPUTED = "disputed"


class SourceFacts(Protocol):
    """What must be known of a source; a row of the view `hydrants_water_source` has it.

    `access` is empty for all but intake points, `reachable_by_truck` for all but tanks, and None is *nobody knows*.
    """

    key: str
    layer: str
    kind: str
    status: str
    access: str
    reachable_by_truck: str
    suction_depth_m: float | None
    flow_lps: float | None
    volume_m3: float | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What the asker needs of a source; `min_flow_lps` None takes any flow, measured or not.

    `out` holds the keys of the sources that are out at the moment of the question (`hydrants.outages.out_at`),
    `marked` what marks say of some (`hydrants.marks.marked_at`).
    """

    max_suction_depth_m: float
    min_flow_lps: float | None = None
    out: frozenset[str] = frozenset()
    marked: Mapping[str, Marked] = field(default_factory=dict, hash=False)


def demand_at(at: date, *, min_flow_lps: float | None = None) -> Demand:
    """Complete a demand with the limits in force on a day.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        Before 2025-12-30, when QCVN 10:2025 gave suction a limit.
    """
    return Demand(regulation_at("suction_depth", at).value, min_flow_lps)


def reason_against(source: SourceFacts, demand: Demand) -> Reason | None:
    """Name the first thing that keeps a fire engine from taking water here; None for a usable source."""
    return (
        _status_reason(source.status, demand.marked.get(source.key))
        or (Reason.ANNOUNCED_OUTAGE if source.key in demand.out else None)
        or _BY_MARK.get(demand.marked.get(source.key))
        or _reach_reason(source)
        or _suction_reason(source, demand.max_suction_depth_m)
        or _flow_reason(source.flow_lps, demand.min_flow_lps)
        or (Reason.EMPTY if source.volume_m3 == 0 else None)
    )


def is_measured(quantity: float | None) -> TypeGuard[float]:
    """Tell whether somebody measured it; NaN, infinity and negative numbers are no measurements.

    >>> is_measured(0.0), is_measured(None), is_measured(float("nan")), is_measured(-1)
    (True, False, False, False)
    """
    return quantity is not None and 0 <= quantity < float("inf")


def _status_reason(status: str, marked: Marked | None) -> Reason | None:
    if status == WORKING or (status == UNKNOWN and marked is not None):
        return None  # what a mark says against it comes later
    return _BY_STATUS.get(status, Reason.STATUS_UNKNOWN)


def _reach_reason(source: SourceFacts) -> Reason | None:
    if source.layer == "intake-points":
        if source.kind == "aircraft":
            return Reason.FOR_AIRCRAFT_ONLY
        return None if source.access == "truck" else _BY_ACCESS.get(source.access, Reason.REACH_UNKNOWN)
    if source.layer == "water-tanks" and source.reachable_by_truck != "yes":
        return Reason.NOT_REACHABLE_BY_TRUCK if source.reachable_by_truck == "no" else Reason.REACH_UNKNOWN
    return None


def _suction_reason(source: SourceFacts, max_depth_m: float) -> Reason | None:
    if is_measured(source.suction_depth_m):
        return Reason.SUCTION_TOO_DEEP if source.suction_depth_m > max_depth_m else None
    return Reason.SUCTION_UNKNOWN if source.layer == "intake-points" else None


def _flow_reason(flow_lps: float | None, min_flow_lps: float | None) -> Reason | None:
    if not is_measured(flow_lps):
        return None if min_flow_lps is None else Reason.FLOW_NOT_MEASURED
    # A measured zero is a dry source, whatever its status says and whether or not a flow is asked for.
    return Reason.FLOW_TOO_LOW if flow_lps == 0 or flow_lps < (min_flow_lps or 0) else None


_BY_STATUS: Final = {
    "faulty": Reason.STATUS_FAULTY,
    "blocked": Reason.STATUS_BLOCKED,
    "missing": Reason.STATUS_MISSING,
}
_BY_MARK: Final[Mapping[Marked | None, Reason]] = {
    Marked.DRY: Reason.MARKED_DRY,
    Marked.DISPUTED: Reason.MARKS_DISAGREE,
}
_BY_ACCESS: Final = {
    "portable_pump": Reason.PORTABLE_PUMP_ONLY,
    "aircraft": Reason.FOR_AIRCRAFT_ONLY,
}
