"""The words of the passability rules: vehicles, limits, what stands on the way, findings. Values only."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from gis_core.values import Evidence, Verdict, parse_limit, parse_number

TriState: TypeAlias = Literal["yes", "no", "unknown"]


class Mode(StrEnum):
    """Whether legal limits yield."""

    EMERGENCY = "emergency"
    LEGAL = "legal"


class Dimension(StrEnum):
    """What a finding compares, or what it is about."""

    WIDTH = "width"
    HEIGHT = "height"
    WEIGHT = "weight"
    AXLE_LOAD = "axle_load"
    OBSTACLE = "obstacle"
    LEGAL = "legal"
    MATCH = "match"


class Reason(StrEnum):
    """Why a finding has its verdict; the sentence is made of it."""

    MEASURED = "measured"
    ASSUMED = "assumed"
    NOT_MEASURED = "not_measured"
    UNFOUNDED = "unfounded"
    VEHICLE_UNKNOWN = "vehicle_unknown"
    BLOCKS = "blocks"
    CANNOT_BE_OPENED = "cannot_be_opened"
    NOT_IN_THE_WAY = "not_in_the_way"
    UNFINISHED = "unfinished"
    ONE_WAY = "one_way"
    ACCESS = "access"
    SIGN = "sign"
    SOLID_SIGN = "solid_sign"
    REVERSIBLE = "reversible"
    TURN = "turn"
    NO_ROAD = "no_road"
    AMBIGUOUS = "ambiguous"
    DATA_STALE = "data_stale"
    BESIDE = "beside"
    RIVAL = "rival"


UNITS: Final[Mapping[Dimension, str]] = {
    Dimension.WIDTH: "m",
    Dimension.HEIGHT: "m",
    Dimension.WEIGHT: "t",
    Dimension.AXLE_LOAD: "t",
}


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What must get through.

    Margins are for both sides together (width) and above (height). `axle_load_t` None: nobody knows it.

    Raises
    ------
    gis_core.values.InvalidNumber
        A size that is missing, not finite or not above zero: such a vehicle would fit everywhere.

    >>> Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=19).required(Dimension.WIDTH)
    2.7
    """

    width_m: float
    height_m: float
    length_m: float
    gross_weight_t: float
    axle_load_t: float | None = None
    width_margin_m: float = 0.2
    height_margin_m: float = 0.2
    code: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        for size in ("width_m", "height_m", "length_m", "gross_weight_t"):
            parse_limit(size, getattr(self, size))
        if self.axle_load_t is not None:
            parse_limit("axle_load_t", self.axle_load_t)
        for margin in ("width_margin_m", "height_margin_m"):
            if parse_number(margin, getattr(self, margin)) != 0:
                parse_limit(margin, getattr(self, margin))

    def required(self, dimension: Dimension) -> float | None:
        """The least a way must offer, in metres or tonnes; None where the vehicle's own figure is unknown."""
        needs = {
            Dimension.WIDTH: self.width_m + self.width_margin_m,
            Dimension.HEIGHT: self.height_m + self.height_margin_m,
            Dimension.WEIGHT: self.gross_weight_t,
            Dimension.AXLE_LOAD: self.axle_load_t,
        }[dimension]
        return None if needs is None else round(needs, 6)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a place offers in one dimension, in metres or tonnes, and what that rests on; `value` None: nobody knows."""

    value: float | None = None
    evidence: Evidence = Evidence.NONE
    observed_on: date | None = None
    observed_by: str = ""

    @property
    def known(self) -> bool:
        """Tell whether the value is a number that can limit anything; files write 0 and NaN for "unknown"."""
        return self.value is not None and math.isfinite(self.value) and self.value > 0


UNKNOWN_LIMIT: Final = Limit()
Limits: TypeAlias = Mapping[Dimension, Limit]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a class of road offers at least; a dimension that is absent is not assumed."""

    at_least: Mapping[Dimension, float]
    needs_survey: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something met between two distances along the way, in metres from its start."""

    from_m: float
    to_m: float
    ref: str = ""
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStretch(Place):
    """A stretch of one road segment; `kind` is its OSM class (highway=*).

    `reversible` says that it is one-way, in a direction that changes.
    """

    limits: Limits = field(default_factory=dict)
    against_oneway: bool = False
    reversible: bool = False
    access: str = ""
    bridge: bool = False
    tunnel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle(Place):
    """Something in the way; `kind` is `AccessRestriction.Kind`.

    `lon_lat` is where it was recorded, None for one drawn as a line or an area. `in_doubt` says that it stands on the
    way but was recorded for another road: it can raise doubt, not block.
    `key_holder` is filled only for readers who may see it.
    """

    limits: Limits = field(default_factory=dict)
    evidence: Evidence = Evidence.NONE
    observed_on: date | None = None
    observed_by: str = ""
    blocks_vehicles: TriState = "unknown"
    openable: TriState = "unknown"
    legal_only: bool = False
    schedule: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    key_holder: str = ""
    key_holder_phone: str = ""
    lon_lat: tuple[float, float] | None = None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RailCrossing(Obstacle):
    """A line of rail that crosses the way at level, by the record of the line; nobody recorded the crossing itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRoad(Place):
    """A stretch of the drawn line along which no road is known, or more than one could be meant (`ambiguous`).

    `rival` is the other road that could be meant, where it runs beside the matched one: a doubt only where it would
    not let the vehicle through.
    """

    ambiguous: bool = False
    rival: RoadStretch | None = None


OnTheWay: TypeAlias = RoadStretch | Obstacle | NoRoad


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the vehicle meets, compared with what it needs; `margin` is available less required."""

    place: OnTheWay
    verdict: Verdict
    dimension: Dimension
    reason: Reason
    required: float | None = None
    available: float | None = None
    evidence: Evidence = Evidence.NONE
    observed_on: date | None = None
    observed_by: str = ""

    @property
    def margin(self) -> float | None:
        """What is left, negative for what is missing; None where there is nothing to compare."""
        if self.required is None or self.available is None:
            return None
        return round(self.available - self.required, 6)
