"""Shapes are brought into the form of the layer, or refused with the place of the fault."""

import pytest
import shapely

from gis_core.importing.compare import same_place
from gis_core.importing.geometry import clean_geometry
from gis_core.importing.rows import BadValue, Row

pytestmark = pytest.mark.usefixtures("english")

BOW_TIE = "POLYGON((105.8 21, 105.81 21.01, 105.81 21, 105.8 21.01, 105.8 21))"


def cleaned(wkt, wanted, **options):
    return clean_geometry(shapely.from_wkt(wkt), wanted, **options)


def test_height_is_dropped():
    assert cleaned("POINT Z (105.8 21 7)", "Point").wkt == "POINT (105.8 21)"


def test_a_multipoint_of_one_is_a_point_and_one_of_two_is_refused():
    assert cleaned("MULTIPOINT((105.8 21))", "Point").wkt == "POINT (105.8 21)"
    with pytest.raises(BadValue, match="A Point is wanted, not a MultiPoint"):
        cleaned("MULTIPOINT((105.8 21),(105.9 21))", "Point")


def test_a_collection_of_one_is_unpacked():
    assert cleaned("GEOMETRYCOLLECTION(LINESTRING(105 21, 106 21))", "LineString").geom_type == "LineString"


def test_a_polygon_becomes_a_multipolygon_turned_counter_clockwise():
    clockwise = "POLYGON((105.8 21, 105.8 21.1, 105.9 21.1, 105.9 21, 105.8 21))"
    area = cleaned(clockwise, "MultiPolygon")
    assert area.geom_type == "MultiPolygon"
    assert area.geoms[0].exterior.is_ccw


def test_a_layer_of_any_shape_keeps_a_polygon_a_polygon():
    assert cleaned("MULTIPOLYGON(((105.8 21, 105.9 21, 105.9 21.1, 105.8 21)))", "Geometry").geom_type == "Polygon"


def test_repeated_vertices_are_dropped():
    assert cleaned("LINESTRING(105 21, 105 21, 106 21)", "LineString").wkt == "LINESTRING (105 21, 106 21)"


def test_a_line_without_length_is_refused():
    with pytest.raises(BadValue, match="not valid"):
        cleaned("LINESTRING(105 21, 105 21)", "LineString")


def test_a_polygon_that_crosses_itself_is_refused_with_the_place():
    with pytest.raises(BadValue, match=r"Self-intersection at \[105\.80\d* 21\.00\d*\]"):
        cleaned(BOW_TIE, "MultiPolygon")


def test_a_repair_keeps_the_area_and_says_so():
    row = Row(1, {})
    area = cleaned(BOW_TIE, "MultiPolygon", row=row, repair=True)
    assert area.is_valid
    assert len(area.geoms) == 2
    assert "repaired" in row.warnings[0].text


def test_a_repair_of_what_has_no_area_is_refused():
    with pytest.raises(BadValue, match="not valid"):
        cleaned("POLYGON((105 21, 106 21, 105 21, 105 21))", "MultiPolygon", repair=True)


def test_the_same_ring_from_another_vertex_is_the_same_place_and_a_line_turned_round_is_not():
    ring = shapely.from_wkt("POLYGON((0 0, 1 0, 1 1, 0 0))")
    assert same_place(ring, shapely.from_wkt("POLYGON((1 1, 0 0, 1 0, 1 1))"))
    line = shapely.from_wkt("LINESTRING(0 0, 1 0)")
    assert not same_place(line, shapely.reverse(line))


def test_a_move_of_a_metre_is_a_change_and_one_of_a_millimetre_is_none():
    here = shapely.Point(105.8, 21)
    assert not same_place(here, shapely.Point(105.80001, 21))
    assert same_place(here, shapely.Point(105.80000001, 21))
