"""What can be done about an area: the code list, each code with the clause that names it. Pure.

No source is an official publication of the instrument. Where ours names no clause, that is said.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gis_core.regulations import Confidence

NO_CLAUSE: Final = "clause not named by our source"
_NQ_79: Final = "Resolution 79/2025/NQ-HĐND (Hà Nội)"
_QD_4702: Final = "QĐ 4702 (Hà Nội)"
_SEEN, _SECOND = Confidence.SEEN, Confidence.SEEN_SECOND


class RemedyCode(StrEnum):
    """The codes, in the order of the clauses."""

    NONE = "none"
    """Nobody proposed any yet."""
    SURVEY = "survey"
    REMOVE_OBSTACLE = "remove_obstacle"
    FIXED_PIPE = "fixed_pipe_with_inlet"
    MOBILE_HOSE = "mobile_hose"
    NEIGHBOUR_ACCESS = "access_by_neighbour"
    EXTRA_DOORS = "extra_doors_and_dry_hydrant"
    MONITORS = "internal_monitors"
    ROOF_ACCESS = "roof_access"
    LANE_OUTLETS = "lane_outlets"
    HYDRANT = "hydrant"
    TANK = "tank_or_pump_station"
    BERTH = "berth"
    PIT = "pit"
    PUBLIC_POINT = "public_firefighting_point"
    HOME_EQUIPMENT = "extinguisher_and_transmitter"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a clause says of a code; `instrument` empty: our own proposal, from no instrument."""

    code: RemedyCode
    instrument: str
    clause: str
    says: str
    confidence: Confidence = _SEEN


REMEDIES: Final = {
    remedy.code: remedy
    for remedy in (
        Remedy(RemedyCode.NONE, "", "", "Nobody proposed any yet"),
        Remedy(RemedyCode.SURVEY, "", "", "Measure the lane or look at the source, so that it can be classified"),
        Remedy(
            RemedyCode.REMOVE_OBSTACLE, "Law 55/2024/QH15", "art. 14(11)", "What hinders fire vehicles is forbidden"
        ),
        Remedy(
            RemedyCode.FIXED_PIPE, _NQ_79, NO_CLAUSE, "Fixed pipe with an inlet where a fire engine can stand"
        ),
        Remedy(RemedyCode.MOBILE_HOSE, _NQ_79, NO_CLAUSE, "Hose kept ready instead of the fixed pipe"),
        Remedy(RemedyCode.NEIGHBOUR_ACCESS, _NQ_79, NO_CLAUSE, "Access by the road of a neighbour"),
        Remedy(
            RemedyCode.EXTRA_DOORS,
            _NQ_79,
            NO_CLAUSE,
            "Lane below 3.5 m that people can walk: more doors, a dry hydrant outside and its inlet",
        ),
        Remedy(RemedyCode.MONITORS, _NQ_79, NO_CLAUSE, "Monitors inside"),
        Remedy(RemedyCode.ROOF_ACCESS, _NQ_79, NO_CLAUSE, "Access by the roof"),
        Remedy(
            RemedyCode.LANE_OUTLETS, _QD_4702, NO_CLAUSE, "Pipes and outlets for lanes deeper than 200 m", _SECOND
        ),
        Remedy(RemedyCode.HYDRANT, _QD_4702, NO_CLAUSE, "Hydrants (3,050 until 2030)", _SECOND),
        Remedy(RemedyCode.TANK, _QD_4702, NO_CLAUSE, "Tanks and pump stations (433 until 2030)", _SECOND),
        Remedy(RemedyCode.BERTH, _QD_4702, NO_CLAUSE, "Berths for fire engines (4 until 2030)", _SECOND),
        Remedy(RemedyCode.PIT, _QD_4702, NO_CLAUSE, "Intake pits (about 900 until 2030)", _SECOND),
        Remedy(
            RemedyCode.PUBLIC_POINT,
            "Directive 05/CT-UBND (Hồ Chí Minh City)",
            NO_CLAUSE,
            "Public firefighting points in lanes from 50 m on; no Hanoi text was found",
        ),
        Remedy(
            RemedyCode.HOME_EQUIPMENT,
            "Law 55/2024/QH15",
            "art. 20(5)",
            "Homes in such areas must have an extinguisher and an alarm transmitter",
        ),
    )
}  # fmt: skip
"""Every code has its source; `propose` chooses among them, people choose again."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is known of an area when a remedy is looked for; metres None where nobody knows."""

    cause: str
    deepest_m: float | None
    point_in_lane: bool
    stopped_by_obstacle: bool


def propose(need: Need) -> tuple[RemedyCode, RemedyCode, RemedyCode]:
    """Propose up to three remedies, the first for the cause itself; `NONE` where there are fewer.

    >>> [code.value for code in propose(Need("no_road", 230.0, False, False))]
    ['lane_outlets', 'public_firefighting_point', 'extinguisher_and_transmitter']
    >>> [code.value for code in propose(Need("unknown", None, False, False))]
    ['survey', 'none', 'none']
    """
    if need.cause == "unknown":
        return RemedyCode.SURVEY, RemedyCode.NONE, RemedyCode.NONE
    codes = [*_for_road(need), *([RemedyCode.HYDRANT] if need.cause in {"no_water", "both"} else [])]
    # The law asks it of every home in such an area, whatever else is built.
    first = [*codes[:2], RemedyCode.HOME_EQUIPMENT, RemedyCode.NONE]
    return first[0], first[1], first[2]


def _for_road(need: Need) -> list[RemedyCode]:
    if need.cause not in {"no_road", "both"}:
        return []
    if need.stopped_by_obstacle:
        first = RemedyCode.REMOVE_OBSTACLE
    else:
        deep = need.deepest_m is not None and need.deepest_m > 200  # noqa: PLR2004 - QĐ 4702
        first = RemedyCode.LANE_OUTLETS if deep else RemedyCode.FIXED_PIPE
    if need.cause == "both" or need.point_in_lane:
        return [first]
    return [first, RemedyCode.PUBLIC_POINT]
