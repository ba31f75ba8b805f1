"""Which ward a road is filed under."""

from datetime import date

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon

from gis_core.models import AdministrativeUnit
from routes.models import Road

pytestmark = pytest.mark.django_db


def ward(code, west, east):
    area = MultiPolygon(Polygon.from_bbox((west, 21.0, east, 21.01)), srid=4326)
    return AdministrativeUnit.objects.create(
        ref=code, code=code, name=code, level=3, valid_from=date(2025, 7, 1), geom=area
    )


def test_a_straight_road_across_a_border_is_filed_where_its_middle_lies():
    """With two vertices ST_PointOnSurface would be an end, here in the wrong ward for one direction of drawing."""
    west, east = ward("99101", 105.80, 105.81), ward("99102", 105.81, 105.82)
    for ref, ends in (("there", (105.808, 105.818)), ("back", (105.818, 105.808))):
        line = LineString(*[(lon, 21.005) for lon in ends], srid=4326)
        road = Road.objects.create(ref=ref, geom=line, highway="residential", start_node=1, end_node=2)
        road.refresh_from_db()
        assert road.administrative_unit == east
    road.geom = LineString((105.802, 21.005), (105.812, 21.005), srid=4326)
    road.save()
    road.refresh_from_db()
    assert road.administrative_unit == west


def test_an_update_never_seems_older_than_the_record():
    ward("99101", 105.80, 105.82)
    unit = AdministrativeUnit.objects.get()
    unit.name = "Phường khác"
    unit.save()
    unit.refresh_from_db()
    assert unit.updated_at >= unit.created_at
    assert unit.version == 2
