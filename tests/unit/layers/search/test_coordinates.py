"""Coordinates and plus codes as people paste them."""

import numpy as np
import pytest
from shapely import LineString

from gis_core.crs import CATALOGUE, Transformer
from layers.search.coordinates import read_coordinates
from layers.search.lanes import M_PER_DEGREE, mouth_in_degrees, way_in
from layers.search.plus_codes import decode_plus_code

LON, LAT = 105.8523, 21.0285
SAME_PLACE = [
    "21.0285, 105.8523",
    "21.0285,105.8523",
    "105.8523 21.0285",
    "105.8523;21.0285",
    "(21.0285, 105.8523)",
    "21,0285 105,8523",
    "21,0285; 105,8523",
    "21.0285N 105.8523E",
    "N 21.0285, E 105.8523",
    "21.0285° N, 105.8523° E",
    "E105.8523 N21.0285",
    "21°01'42.6\"N 105°51'08.28\"E",
    "21° 1′ 42.6″ N, 105° 51′ 8.28″ E",
    "21°1.71'N 105°51.138'E",
    "105°51'8.28''E 21°1'42.6''N",
    "21 01 42.6 N 105 51 08.28 E",
    "21:01:42.6, 105:51:08.28",
]


@pytest.mark.parametrize("typed", SAME_PLACE)
def test_degrees_are_read_in_either_order_and_every_notation(typed):
    spots = read_coordinates(typed)
    assert spots is not None
    [spot] = spots
    assert (spot.place.lon, spot.place.lat) == pytest.approx((LON, LAT), abs=1e-7)
    assert spot.system == "OGC:CRS84"


@pytest.mark.parametrize(
    "typed",
    ["588394.442 2326344.256", "2326344.256 588394.442", "588394.442, 2326344.256", "588394,442 2326344,256",
     "2.326.344,256 588.394,442", "2,326,344.256, 588,394.442", "X=2326344.256 Y=588394.442"],
)  # fmt: skip
def test_vn2000_metres_are_told_by_their_range_and_the_zone_of_hanoi_comes_first(typed):
    spots = read_coordinates(typed)
    assert spots is not None
    assert [spot.system for spot in spots] == ["EPSG:5897", "EPSG:3405", "EPSG:32648"]
    assert (spots[0].place.lon, spots[0].place.lat) == pytest.approx((LON, LAT), abs=1e-6)


def test_what_the_grids_differ_by_is_what_the_note_says():
    spots = read_coordinates("588394.442 2326344.256")
    assert spots is not None
    x, y = Transformer(CATALOGUE["EPSG:5897"]).from_wgs84(*np.array([(s.place.lon, s.place.lat) for s in spots]).T)
    apart_m = np.hypot(x - x[0], y - y[0])
    assert 650 < apart_m[1] < 750 < apart_m[2] < 830


@pytest.mark.parametrize("typed", ["48.8566, 2.3522", "0 0", "91 181", "1e3 5", "500000 100", "21.0285, 205.8523"])
def test_numbers_of_no_place_in_vietnam_are_said_to_be_that(typed):
    assert not read_coordinates(typed)


@pytest.mark.parametrize("typed", ["29/70 Khương Hạ", "ngõ 29", "12", "", "12-14", "21.0285", "1 2 3", "9" * 5_000])
def test_an_address_is_no_pair_of_coordinates(typed):
    assert not read_coordinates(typed)


def test_a_plus_code_is_found_in_full_and_short():
    area = decode_plus_code("7FG49QCJ+2VX")
    assert area is not None
    assert (area.south, area.west, area.north, area.east) == pytest.approx(
        (20.3701, 2.78221875, 20.370125, 2.78225), abs=1e-9
    )
    short = decode_plus_code("9QCJ+2VX", near=(2.78, 20.37))
    assert short == area


def test_a_short_code_is_taken_on_the_nearer_side_of_the_edge_of_its_cell():
    area = decode_plus_code("XXXX+XX", near=(105.0001, 21.0001))
    assert area is not None
    assert area.centre == pytest.approx((105, 21), abs=0.001)


@pytest.mark.parametrize("typed", ["", "+", "29+70", "2VH2+", "AAAA+AA", "2VH2+9W9W9W9W", "7PH72VH29W", "🔥+🔥"])
def test_what_is_no_plus_code_is_none(typed):
    assert decode_plus_code(typed) is None


def line(*metres):
    scale = M_PER_DEGREE * np.cos(np.radians(21.0))
    return LineString([(105.8 + east / scale, 21 + north / M_PER_DEGREE) for east, north in metres])


def test_a_house_is_measured_from_the_street_along_its_lanes():
    street, lane, inner = line((-200, 0), (200, 0)), line((0, 100), (0, 2)), line((0, 60), (50, 60), (50, 90))
    house = tuple(line((55, 80), (55, 81)).coords[0])
    found = way_in([street, lane, inner], house)
    assert found is not None
    assert found.along
    assert found.metres == pytest.approx(58 + 50 + 20, abs=1.5)
    assert found.mouth == pytest.approx(line((0, 2), (0, 3)).coords[0], abs=1e-6)


def test_a_lane_that_forks_is_measured_straight_and_said_to_be():
    street = line((-200, 0), (200, 0))
    lane = street.__class__(line((0, 0), (0, 50)).coords).union(line((0, 50), (40, 90))).union(line((0, 50), (-40, 90)))
    found = way_in([street, lane], tuple(line((40, 90), (41, 90)).coords[0]))
    assert found is not None
    assert not found.along
    assert found.metres == pytest.approx(np.hypot(40, 90), rel=0.01)


def test_a_lane_that_meets_no_street_has_no_mouth():
    street, lane = line((-200, 0), (200, 0)), line((0, 40), (0, 90))
    assert mouth_in_degrees(lane, street) is None
    assert way_in([street, lane], None) is None
