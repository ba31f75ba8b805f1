"""Administrative units by date and place, what became of them, and which one a feature stands in."""

from datetime import date

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection

from gis_core.models import AdministrativeSuccession, AdministrativeUnit
from gis_core.succession import link_successions
from hydrants.models import Hydrant
from routes.models import Road

pytestmark = pytest.mark.django_db

CHANGE = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)


@pytest.fixture
def district(unit):
    def make(name, **values):
        return unit(name, level=2, valid_from=date(1976, 1, 1), valid_to=CHANGE, **values)

    return make


def shares():
    found = AdministrativeSuccession.objects.values_list(
        "predecessor__name", "successor__name", "predecessor_share", "successor_share"
    )
    return {(old, new): (round(a, 2), round(b, 2)) for old, new, a, b in found}


# In force


def test_a_day_has_one_set_of_units(unit, district):
    district("old"), unit("new")
    assert [u.name for u in AdministrativeUnit.objects.at(BEFORE)] == ["old"]
    assert [u.name for u in AdministrativeUnit.objects.at(CHANGE)] == ["new"]


# What became of them


def test_a_unit_that_kept_its_border_passes_to_its_successor_whole(unit, district):
    district("old"), unit("new")
    assert link_successions().count == 1
    assert shares() == {("old", "new"): (1, 1)}


def test_a_split_unit_has_a_share_in_each_of_its_successors(unit, district):
    district("old")
    unit("west", box=(105.8, 21.0, 105.83, 21.1)), unit("east", box=(105.83, 21.0, 106.0, 21.1))
    found = link_successions()
    assert shares() == {("old", "west"): (0.3, 1), ("old", "east"): (0.7, 0.41)}
    assert (found.split, found.ended_without) == (1, 0)


def test_a_sliver_along_a_border_drawn_twice_is_no_succession(unit, district):
    district("old")
    unit("same"), unit("neighbour", box=(105.8995, 21.0, 106.0, 21.1))
    link_successions()
    assert set(shares()) == {("old", "same")}


def test_a_small_unit_swallowed_by_a_large_one_is_no_sliver(unit, district):
    district("small", box=(105.85, 21.05, 105.851, 21.051)), unit("large")
    link_successions()
    assert shares() == {("small", "large"): (1, 0)}


def test_units_of_other_days_and_cities_do_not_follow_each_other(unit, district):
    district("old"), unit("later", valid_from=date(2026, 1, 1)), unit("city", level=1)
    assert link_successions().ended_without == 1
    assert shares() == {}


def test_linking_again_changes_nothing(unit, district):
    district("old"), unit("new")
    link_successions()
    once = shares()
    link_successions()
    assert shares() == once


# Where a feature stands


def test_a_feature_stands_in_the_smallest_unit_in_force(unit, district):
    district("district"), unit("city", level=1)
    ward = unit("ward")
    assert make_hydrant().administrative_unit == ward


def test_a_feature_outside_all_units_stands_in_none(unit):
    unit("ward")
    assert make_hydrant(lon=105.5).administrative_unit is None


def test_a_feature_that_is_moved_in_sql_changes_its_unit(unit):
    unit("west", 105.7)
    east = unit("east", 105.8)
    hydrant = make_hydrant(lon=105.75)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hydrants_hydrant SET geom = ST_Point(105.85, 21.05)::geography")
    hydrant.refresh_from_db()
    assert hydrant.administrative_unit == east


def test_a_road_over_a_border_belongs_where_its_middle_is(unit):
    unit("west", 105.7)
    east = unit("east", 105.8)
    road = Road.objects.create(
        ref="r",
        start_node=1,
        end_node=2,
        highway="residential",
        geom=LineString((105.79, 21.05), (105.85, 21.05), (105.91, 21.05), srid=4326),
    )
    road.refresh_from_db()
    assert road.administrative_unit == east


def make_hydrant(lon=105.85, lat=21.05):
    hydrant = Hydrant.objects.create(ref="H", geom=Point(lon, lat, srid=4326))
    hydrant.refresh_from_db()
    return hydrant
