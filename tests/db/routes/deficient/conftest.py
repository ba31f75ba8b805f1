"""A street with a lane too narrow and one that nobody measured."""

import pytest

from gis_core.models import AdministrativeUnit
from layers.models import Building, FireStation
from routes.assumptions import ensure_assumptions
from routes.vehicle_profiles import ensure_profiles
from tests.sketch import Sketch

WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0}
NARROW = {"clear_width_m": 1.6, "clear_height_m": 5.0, "max_weight_t": 30.0}


def put(model, sketch, place, shift_m=(0.0, 0.0), **columns):
    """Save a record at a place of a sketch."""
    lon, lat = sketch.point(place, shift_m=shift_m)
    return model.objects.create(geom=f"SRID=4326;POINT({lon} {lat})", **columns)


@pytest.fixture
def plan():
    """A street A to C; from B a narrow lane of 120 m to D, and from C one that nobody measured to E; three houses."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A.........B.........C
                  .         .
                  .         .
                  .         .
                  D         E
        """,
        cell_m=30.0,
    )
    square = "MULTIPOLYGON(((105.81 21.0,105.83 21.0,105.83 21.01,105.81 21.01,105.81 21.0)))"
    AdministrativeUnit.objects.create(
        ref="unit/1", code="00070", name="Phường Thử", level=AdministrativeUnit.Level.WARD, geom=f"SRID=4326;{square}",
        valid_from="2025-07-01",
    )  # fmt: skip
    sketch.road("AB", name="Phố Lớn", **WIDE)
    sketch.road("BC", name="Phố Lớn", **WIDE)
    sketch.road("BD", name="Ngõ 5", highway="service", **NARROW)
    sketch.road("CE", name="Ngõ 9", highway="service")
    put(FireStation, sketch, "A", ref="station/1", name="Đội 1")
    put(Building, sketch, "D", ref="house/deep", households=4, people=15)
    put(Building, sketch, "E", ref="house/unknown")
    put(Building, sketch, "B", ref="house/street", households=1, people=3)
    return sketch
