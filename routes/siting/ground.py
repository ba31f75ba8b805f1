"""What every question here stands on: homes and sources of water, each at its place on the ways that people walk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

import numpy as np
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import FloatField, Func
from django.utils.timezone import localdate

from gis_core.kept import Kept
from gis_core.regulations import Regulation, all_at, regulation_at
from hydrants.models import Hydrant
from hydrants.nearest import TABLES as WATER
from hydrants.outages import demand_during, out_at
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason, reason_against
from layers.models import Building
from routes.coverage.places import on_ways
from routes.engine.arrays import Flags, Floats, Longs, Network
from routes.engine.covering import Places
from routes.way import METRIC

HOMES: Final = (Building.Use.HOME, Building.Use.HOME_WITH_BUSINESS, Building.Use.APARTMENTS, Building.Use.UNKNOWN)
"""Buildings in which people live, or may."""
TABLES: Final = (Building._meta.db_table, *WATER)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Homes:
    """n homes; a building whose households nobody counted counts as one."""

    id: Longs
    lon_lat: Floats  # (n, 2)
    households: Longs  # at least 1
    counted: Flags  # whether somebody counted them
    unit_id: Longs  # -1: in no administrative unit
    places: Places

    def some(self, which: Flags) -> "Homes":
        """Take some of them."""
        return Homes(
            self.id[which],
            self.lon_lat[which],
            self.households[which],
            self.counted[which],
            self.unit_id[which],
            self.places.some(which),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A source of water as it is today; `reason` None for one that a fire engine can use."""

    key: str
    layer: str
    ref: str
    name: str
    lon: float
    lat: float
    main_ref: str
    limit_m: float
    synthetic: bool
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources and where each lies on the ways."""

    records: tuple[Source, ...]
    places: Places

    @property
    def usable(self) -> Flags:
        """Which of them a fire engine can use."""
        return np.array([source.reason is None for source in self.records], bool)

    @property
    def limit_mm(self) -> Longs:
        """How much hose serves from each."""
        return np.array([round(source.limit_m * 1000) for source in self.records], np.int64)

    def some(self, which: Flags) -> "Sources":
        """Take some of them."""
        return Sources(tuple(self.records[n] for n in np.flatnonzero(which)), self.places.some(which))


@dataclass(frozen=True, slots=True)
class Radii:
    """How far hose serves from a source, by the newest instrument of a day."""

    hydrant: Regulation
    pump: Regulation

    @classmethod
    def on(cls, day: date) -> "Radii":
        """Read those of a day.

        Raises
        ------
        gis_core.regulations.NoRuleInForce
            Before 2023-01-16 none is recorded.
        """
        return cls(*(_newest(key, day) for key in ("hydrant_service_radius", "pump_vehicle_radius")))

    def of(self, layer: str) -> Regulation:
        """Give that of a layer of sources."""
        return self.hydrant if layer == "hydrants" else self.pump


def _newest(key: str, day: date) -> Regulation:
    rules = all_at(key, day)
    return rules[0] if rules else regulation_at(key, day)


# Where they lie -------------------------------------------------------------------------------------------------------


def places_of(network: Network, lon_lat: Floats, *, at_water: bool = False) -> Places:
    """Put points (degrees) on the nearest ways, as coverage does (`routes.coverage.places.on_ways`)."""
    xy = np.column_stack(METRIC.from_wgs84(*lon_lat.reshape(-1, 2).T))
    return Places(*on_ways(network, np.arange(len(xy) + 1), xy, at_water=at_water))


class _Placed:
    """Where many things lie, kept while neither they nor the course of the roads change; threads may make it twice."""

    def __init__(self, *, at_water: bool) -> None:
        self._at_water = at_water
        self._last: tuple[Any, Any, Any, Places] | None = None

    def get(self, network: Network, rows: object, lon_lat: Floats) -> Places:
        last, roads = self._last, (network.topology, network.roads.gone)
        if last is None or last[0] is not rows or last[1] is not roads[0] or last[2] is not roads[1]:
            last = self._last = rows, *roads, places_of(network, lon_lat, at_water=self._at_water)
        return last[3]


_HOMES_PLACED: Final = _Placed(at_water=False)
_SOURCES_PLACED: Final = _Placed(at_water=True)


def _numbers(rows: list[tuple[Any, ...]], column: int, kind: Callable[[Any], T], missing: Any) -> list[Any]:
    return [missing if row[column] is None else kind(row[column]) for row in rows]


_NOWHERE: Final = Places(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, bool))


def _read_homes() -> Homes:
    inside = PointOnSurface("geom")
    x, y = (Func(inside, function=f"ST_{axis}", output_field=FloatField()) for axis in "XY")
    columns = ("pk", x, y, "households", "administrative_unit_id")
    rows = list(Building.objects.filter(use__in=HOMES).order_by("pk").values_list(*columns))
    households = np.array(_numbers(rows, 3, int, 0), np.int64)
    return Homes(
        id=np.array([row[0] for row in rows], np.int64),
        lon_lat=np.array([row[1:3] for row in rows], float).reshape(-1, 2),
        # Nobody lives in a building of 0 households; it is looked at as one whose households nobody counted.
        households=np.maximum(households, 1),
        counted=households > 0,
        unit_id=np.array(_numbers(rows, 4, int, -1), np.int64),
        places=_NOWHERE,
    )


_HOMES: Final = Kept([Building._meta.db_table], _read_homes)


def homes_on(network: Network) -> Homes:
    """Give all homes: one query where nobody edited a building since."""
    homes = _HOMES.get()
    return replace(homes, places=_HOMES_PLACED.get(network, homes, homes.lon_lat))


def _read_sources() -> tuple[list[AnyWaterSource], dict[int, str], Floats]:
    sources = list(AnyWaterSource.objects.order_by("layer", "id"))
    mains = dict(Hydrant.objects.exclude(main_ref="").values_list("pk", "main_ref"))
    return sources, mains, np.array([(one.geom.x, one.geom.y) for one in sources], float).reshape(-1, 2)


_SOURCES: Final = Kept(WATER, _read_sources)


def sources_on(network: Network, at: datetime) -> Sources:
    """Give all sources as they are at a moment: two queries where nobody edited one since.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        No rule of that day says how far hose serves from a source, or how deep a pump draws.
    """
    rows = _SOURCES.get()
    demand, radii = demand_during(at, out_at(at)), Radii.on(localdate(at))
    records = tuple(
        Source(
            one.key, one.layer, one.ref, one.name, one.geom.x, one.geom.y,
            rows[1].get(one.id, "") if one.layer == "hydrants" else "",
            radii.of(one.layer).value, one.synthetic, reason_against(one, demand),
        )
        for one in rows[0]
    )  # fmt: skip
    return Sources(records, _SOURCES_PLACED.get(network, rows, rows[2]))
