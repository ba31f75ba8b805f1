"""Rows as they go to the database: the field names are the columns. Geometry is hexadecimal EWKB in WGS 84."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely

from routes.osm.reader import LonLatPair

SOURCE: Final = "OpenStreetMap"
"""`source` of every row that this import makes; © OpenStreetMap contributors, ODbL."""

Json = dict[str, Any]


def line(places: tuple[LonLatPair, ...]) -> str:
    """Write a line for the database."""
    return _ewkb(shapely.LineString(places))


def point(place: LonLatPair) -> str:
    """Write a point for the database."""
    return _ewkb(shapely.Point(place))


def _ewkb(geometry: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(geometry, 4326), hex=True, include_srid=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    ref: str
    geom: str
    tags: Json
    source: str = SOURCE
    evidence: str = "tagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadRow(_Row):
    """A row of `routes.models.Road`; those of a survey are empty until `routes.osm.store` carries them in."""

    osm_way_id: int
    segment_index: int
    start_node: int
    end_node: int
    name: str
    highway: str
    service: str
    oneway: str
    access: str
    surface: str
    lanes: int | None
    bridge: bool
    tunnel: bool
    layer: int
    clear_width_m: float | None
    clear_width_evidence: str
    clear_height_m: float | None
    clear_height_evidence: str
    max_weight_t: float | None
    max_weight_evidence: str
    max_axle_load_t: float | None
    clear_width_on: date | None = None
    clear_height_on: date | None = None
    max_weight_on: date | None = None
    surveyed_by: str = ""
    survey_method: str = ""
    verified_on: date | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRow(_Row):
    """A row of `routes.models.AccessRestriction`: a barrier node, or a limit that hangs on a segment."""

    kind: str
    name: str
    clear_width_m: float | None = None
    clear_height_m: float | None = None
    max_weight_t: float | None = None
    max_axle_load_t: float | None = None
    blocks_vehicles: str = "unknown"
    openable: str = "unknown"
    passable_on_foot: str = "unknown"
    legal_only: bool = False
    road_ref: str = ""
    road_fraction: float | None = None
    schedule: str = ""
    osm_node_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RailRow(_Row):
    """A row of `routes.railway_models.Railway`."""

    name: str
    kind: str
    in_use: str
    bridge: bool
    tunnel: bool
    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """A row of `routes.models.TurnRestriction`."""

    osm_relation_id: int
    kind: str
    from_way_id: int
    via_node: int | None
    via_way_id: int | None
    to_way_id: int
    condition: str
    tags: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrantRow(_Row):
    """A row of `hydrants.models.Hydrant`, without status and flow, which OpenStreetMap does not know."""

    name: str
    operator: str
    house_number: str
    street: str
    hydrant_type: str
    position: str
    main_diameter_mm: float | None
    static_pressure_kpa: float | None
    outlet_diameters_mm: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRow(_Row):
    """A row of `hydrants.models.IntakePoint`."""

    name: str
    operator: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TankRow(_Row):
    """A row of `hydrants.models.WaterTank`."""

    name: str
    operator: str
    volume_m3: float | None
