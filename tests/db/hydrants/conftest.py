"""Water on a plane of metres: places are east and north of one corner in Hanoi."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from pyproj import Geod

from gis_core.values import LonLat
from hydrants.models import Hydrant, IntakePoint, WaterTank

CORNER = LonLat(105.82, 21.0)
SPHEROID = Geod(ellps="WGS84")
NUMBERS = count(1)


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def corner() -> LonLat:
    return CORNER


@pytest.fixture
def spheroid() -> Geod:
    """An oracle that shares no code with PostGIS."""
    return SPHEROID


def point_at(east_m: float, north_m: float) -> Point:
    lon, lat, _ = SPHEROID.fwd(CORNER.lon, CORNER.lat, 90, east_m)
    lon, lat, _ = SPHEROID.fwd(lon, lat, 0, north_m)
    return Point(lon, lat, srid=4326)


def _maker(model: Any, prefix: str, **usual: Any) -> Callable[..., Any]:
    def make(east_m: float = 0, north_m: float = 0, **values: Any) -> Any:
        values.setdefault("geom", point_at(east_m, north_m))
        return model.objects.create(**{"ref": f"{prefix}-{next(NUMBERS)}", "status": "working", **usual, **values})

    return make


@pytest.fixture
def hydrant(db) -> Callable[..., Hydrant]:
    return _maker(Hydrant, "H")


@pytest.fixture
def berth(db) -> Callable[..., IntakePoint]:
    return _maker(IntakePoint, "B", kind="berth", access="truck", suction_depth_m=3)


@pytest.fixture
def tank(db) -> Callable[..., WaterTank]:
    return _maker(WaterTank, "T", reachable_by_truck="yes")


@pytest.fixture
def bare_tables(db) -> Iterator[None]:
    """For thousands of made-up rows: without history and counting, which would triple the time."""
    with connection.cursor() as cursor:
        for model in (Hydrant, IntakePoint, WaterTank):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        yield
