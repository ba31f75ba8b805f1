import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj.crs.coordinate_operation import CoordinateOperation

from gis_core.crs import (
    CATALOGUE,
    HANOI,
    BadCoordinates,
    CrsConflict,
    CrsNotStated,
    DeprecatedCrs,
    Diagnosis,
    Transformer,
    UnknownCrs,
    WrongDatumShift,
    apart_m,
    crs_for,
    diagnose,
    reconcile,
)
from gis_core.crs.catalogue import EPSG_6960_SHIFT
from gis_core.crs.transform import _pipeline
from gis_core.values import Bbox

SHARED = Path(__file__).parents[4] / "shared" / "data"

# The check point of domain-facts, section 7.
LON, LAT = 105.8523, 21.0285
CHECK = {
    "EPSG:5897": (588_394.442, 2_326_344.256),
    "EPSG:3405": (588_367.921, 2_325_646.283),
    "EPSG:32648": (588_564.144, 2_325_538.197),
}
VN2000 = [entry for entry in CATALOGUE.values() if entry.datum == "VN-2000"]
TOWGS84 = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
WRONG_SIGNS = "-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278"
MEKONG = "-192.873,-39.382,-111.202,-0.00205,-0.0005,0.00335,0.0188"


def prj(datum="D_Vietnam_2000", *, name="x", geographic="GCS_x", meridian=105.0, scale=0.9999, towgs84="", east=500_000,
        north=0, unit='"Meter",1.0'):  # fmt: skip
    shift = f",TOWGS84[{towgs84}]" if towgs84 else ""
    return (
        f'PROJCS["{name}",GEOGCS["{geographic}",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]{shift}],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        f'PARAMETER["False_Easting",{east}],PARAMETER["False_Northing",{north}],PARAMETER["Central_Meridian",{meridian}],'
        f'PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT[{unit}]]'
    )


# --- The catalogue and the shift agree with EPSG -----------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code in CATALOGUE if code.startswith("EPSG")])
def test_the_catalogue_agrees_with_the_epsg_registry(code):
    entry, registry = CATALOGUE[code], pyproj.CRS.from_user_input(code)
    assert entry.name == registry.name
    assert entry.latitude_first == (registry.axis_info[0].direction == "north")
    assert not registry.is_deprecated
    if entry.projection == "transverse Mercator":
        values = {parameter.name: parameter.value for parameter in registry.coordinate_operation.params}
        assert list(values.values()) == [0.0, entry.central_meridian_deg, entry.scale, 500_000.0, 0.0]


def test_every_zone_that_hanoi_and_its_neighbours_use_is_catalogued():
    codes = {4756, 5897, 3405, 3406, 5896, 5898, 5899, *range(9205, 9219), 4326, 3857, 32648, 32649}
    assert {f"EPSG:{code}" for code in codes} | {"OGC:CRS84"} == set(CATALOGUE)
    assert CATALOGUE["EPSG:5897"].covers_hanoi
    assert not CATALOGUE["EPSG:9209"].covers_hanoi


def test_the_shift_is_epsg_6960_with_the_signs_of_a_position_vector():
    registry = [parameter.value for parameter in CoordinateOperation.from_epsg(6960).params]
    assert CoordinateOperation.from_epsg(6960).method_name.startswith("Coordinate Frame rotation")
    assert list(EPSG_6960_SHIFT) == [*registry[:3], *(-rotation for rotation in registry[3:6]), registry[6]]


@pytest.mark.parametrize(("code", "place"), CHECK.items())
def test_the_check_point_is_met_to_a_centimetre(code, place):
    transformer = Transformer(crs_for(code))
    assert np.hypot(*np.subtract(transformer.from_wgs84(LON, LAT), place)) < 0.01
    back = transformer.to_wgs84(*place)
    assert pyproj.Geod(ellps="WGS84").inv(LON, LAT, float(back[0]), float(back[1]))[2] < 0.01


@pytest.mark.parametrize("code", [code for code in CATALOGUE if code.startswith("EPSG")])
def test_every_entry_agrees_with_proj_inside_hanoi(code):
    lon, lat = np.meshgrid(np.linspace(105.3, 106.0, 5), np.linspace(20.6, 21.3, 5))
    ours = Transformer(CATALOGUE[code]).from_wgs84(lon, lat)
    proj = pyproj.transformer.TransformerGroup("EPSG:4326", code, always_xy=True).transformers[0].transform(lon, lat)
    tolerance = 2e-8 if CATALOGUE[code].projection == "degrees" else 0.002
    assert np.abs(np.subtract(ours, proj)).max() < tolerance


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
@given(lon=st.floats(102.0, 110.0), lat=st.floats(8.0, 23.5))
def test_there_and_back_stays_within_a_thousandth_of_a_millimetre(entry, lon, lat):
    transformer = Transformer(entry)
    back = transformer.to_wgs84(*transformer.from_wgs84(lon, lat))
    assert np.abs(np.subtract(back, (lon, lat))).max() * 111_320 < 1e-6


def test_no_pipeline_needs_a_grid_or_leaves_the_shift_to_proj():
    for entry in VN2000:
        assert "+x=-191.90441429" in _pipeline(entry)
        assert "grid" not in _pipeline(entry)


# --- Which CRS is this? ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        5897,
        "5897",
        "EPSG:5897",
        " epsg:5897 ",
        "+init=epsg:5897",
        "urn:ogc:def:crs:EPSG::5897",
        "http://www.opengis.net/def/crs/EPSG/0/5897",
        "https://www.opengis.net/def/crs/EPSG/9.9.1/5897",
        pyproj.CRS.from_epsg(5897).to_wkt(),
        pyproj.CRS.from_epsg(5897).to_wkt("WKT1_ESRI"),
        pyproj.CRS.from_epsg(5897).to_wkt("WKT1_GDAL"),
        pyproj.CRS.from_user_input("EPSG:5897+5727").to_wkt(),
        prj(),
        prj("VN_2000"),
        prj("VN2000", towgs84=TOWGS84),
        prj("unknown", name="VN-2000 / TM-3 105-00"),
        prj("unknown", towgs84=TOWGS84),
        f"+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={TOWGS84} +units=m",
    ],
)
def test_the_cadastral_grid_of_hanoi_is_known_under_all_its_names(text):
    assert crs_for(text).code == "EPSG:5897"


@pytest.mark.parametrize(
    "text", ["OGC:CRS84", "CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
)
def test_crs84_is_known_under_its_names(text):
    assert crs_for(text).code == "OGC:CRS84"
    assert crs_for(text).srid == 4326
    assert not crs_for(text).latitude_first


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
@pytest.mark.parametrize("dialect", ["WKT2_2019", "WKT1_ESRI", "WKT1_GDAL"])
def test_every_entry_is_found_again_from_its_uri_and_its_wkt(entry, dialect):
    assert crs_for(entry.uri) is entry
    assert crs_for(pyproj.CRS.from_user_input(entry.code).to_wkt(dialect)).system == entry.system


def test_vn2000_in_a_prj_without_towgs84_still_gets_the_shift():
    lon, lat = Transformer(crs_for(prj())).to_wgs84(*CHECK["EPSG:5897"])
    assert (float(lon), float(lat)) == pytest.approx((LON, LAT), abs=1e-7)


@pytest.mark.parametrize(
    ("withdrawn", "right"),
    [(6956, "EPSG:5896"), (6957, "EPSG:5897"), (6958, "EPSG:5898"), (6959, "EPSG:5899")],
)
def test_a_deprecated_twin_is_refused_by_name_and_by_definition_with_the_right_zone(withdrawn, right):
    with pytest.raises(DeprecatedCrs, match=f"EPSG:{withdrawn} .*use {right}"):
        crs_for(f"EPSG:{withdrawn}")
    with pytest.raises(DeprecatedCrs, match=f"use {right}"):
        crs_for(pyproj.CRS.from_epsg(withdrawn).to_wkt("WKT1_ESRI"))


@pytest.mark.parametrize(
    "text",
    [
        "EPSG:2044",
        "EPSG:99999",
        "9" * 5000,
        "hello",
        "",
        prj(towgs84="1.2.3,4,5"),
        pyproj.CRS.from_epsg(2044).to_wkt("WKT1_ESRI"),
        pyproj.CRS.from_epsg(4148).to_wkt(),
        'LOCAL_CS["x",UNIT["m",1]]',
        prj(meridian=105.2),
        prj(scale=1),
        prj(unit='"Foot",0.3048'),
        "+proj=utm +zone=48 +ellps=WGS84",
        "+proj=longlat +ellps=krass",
        "+proj=lcc +lat_1=20 +lat_2=22 +lon_0=105 +datum=WGS84",
    ],
)
def test_what_is_not_in_the_catalogue_is_unknown_not_approximated(text):
    with pytest.raises(UnknownCrs):
        crs_for(text)


# --- Known mistakes that coordinates cannot show: 0.75, 224, 699 and 824 m ---------------------------------------


def test_ignoring_the_datum_is_224_m_and_our_way_cannot_ignore_it():
    unshifted = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=tmerc +lon_0=105 +k=0.9999 +x_0=500000 +ellps=WGS84 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    ).transform(*CHECK["EPSG:5897"])
    ours = Transformer(crs_for(prj())).to_wgs84(*CHECK["EPSG:5897"])
    assert pyproj.Geod(ellps="WGS84").inv(LON, LAT, *unshifted)[2] == pytest.approx(224, abs=0.5)
    assert pyproj.Geod(ellps="WGS84").inv(LON, LAT, *map(float, ours))[2] < 0.01


@pytest.mark.parametrize(
    "text",
    [
        prj("D_WGS_1984", geographic="GCS_WGS_1984"),
        prj("D_WGS_1984", geographic="GCS_WGS_1984", name="VN2000_UTM_48N", scale=0.9996),
        prj("D_WGS_1984", geographic="GCS_WGS_1984", meridian=105.75),
        prj("VN_2000", towgs84="0,0,0,0,0,0,0"),
        prj("unknown", towgs84="0,0,0,0,0,0,0"),
        "+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9999 +x_0=500000 +y_0=0 +datum=WGS84 +units=m",
    ],
)
def test_a_crs_that_leaves_the_datum_shift_out_is_refused(text):
    with pytest.raises(WrongDatumShift, match="without the datum shift, 224 m"):
        crs_for(text)


def test_utm_on_wgs84_is_utm_on_wgs84():
    text = prj("D_WGS_1984", geographic="GCS_WGS_1984", name="WGS_1984_UTM_Zone_48N", scale=0.9996)
    assert crs_for(text).code == "EPSG:32648"


def test_rotations_of_the_wrong_sign_are_three_quarters_of_a_metre_and_refused():
    proj = "+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84="
    wrong = pyproj.Transformer.from_crs(proj + WRONG_SIGNS, "EPSG:4326", always_xy=True)
    moved_m = pyproj.Geod(ellps="WGS84").inv(LON, LAT, *wrong.transform(*CHECK["EPSG:5897"]))[2]
    assert moved_m == pytest.approx(0.75, abs=0.01)
    # PROJ reads the last two as if they were right.
    for text in (
        proj + WRONG_SIGNS,
        prj("VN_2000", towgs84=WRONG_SIGNS),
        prj("x", towgs84=WRONG_SIGNS.replace(",", ", ")),
    ):
        with pytest.raises(WrongDatumShift, match="opposite sign"):
            crs_for(text)


@pytest.mark.parametrize("shift", [MEKONG, "-191.9,-39.3,-111.45,0,0,0,0", "-200,-39.3,-111.45"])
def test_any_other_shift_is_refused_with_its_size(shift):
    with pytest.raises(WrongDatumShift, match=r"up to \d+\.\d\d m off"):
        crs_for(prj("VN_2000", towgs84=shift))


def test_a_shift_rounded_to_millimetres_is_the_right_one():
    assert crs_for(prj("VN_2000", towgs84="-191.904,-39.303,-111.450,0.00929,-0.01975,0.00427,0.2529")).srid == 5897


@pytest.mark.parametrize(
    ("right", "wrong", "metres"),
    [
        ("EPSG:5897", "EPSG:3405", 699),
        ("EPSG:5897", "EPSG:32648", 824),
        ("EPSG:3405", "EPSG:32648", 224),
        ("EPSG:32648", "EPSG:3405", 224),
        ("EPSG:32648", "EPSG:5897", 824),
        ("EPSG:4756", "EPSG:4326", 224),
    ],
)
def test_a_neighbouring_grid_hides_inside_hanoi_and_is_caught_by_what_the_file_states(right, wrong, metres):
    right, wrong = crs_for(right), crs_for(wrong)
    assert apart_m(right, wrong) == pytest.approx(metres, abs=1)
    assert diagnose(*([value] for value in Transformer(right).from_wgs84(LON, LAT)), wrong) == []
    stated = pyproj.CRS.from_user_input(right.code).to_wkt("WKT1_ESRI")
    with pytest.raises(CrsConflict, match=rf"{wrong.code} was declared, but the file states {right.code}.* {metres} m"):
        reconcile(wrong.code, stated)


def test_the_same_system_under_two_names_is_no_conflict():
    assert reconcile("EPSG:4326", "OGC:CRS84").code == "EPSG:4326"
    assert reconcile("EPSG:5897", prj("VN2000", towgs84=TOWGS84)).code == "EPSG:5897"
    assert reconcile(None, prj()).code == "EPSG:5897"


def test_degrees_against_metres_conflict_without_a_number_that_json_cannot_hold():
    with pytest.raises(CrsConflict) as error:
        reconcile("EPSG:4326", "EPSG:5897")
    json.dumps(error.value.params, allow_nan=False)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_crs_is_never_guessed(nothing):
    with pytest.raises(CrsNotStated, match="EPSG:5897"):
        reconcile(None, nothing)


# --- Known mistakes that coordinates do show ---------------------------------------------------------------------

EAST, NORTH = (np.array([value, value + 100.0]) for value in CHECK["EPSG:5897"])


@pytest.mark.parametrize(("wrong", "kilometres"), [("EPSG:9209", 52), ("EPSG:9210", 78), ("EPSG:5898", 312)])
def test_a_wrong_zone_is_caught_and_the_zone_that_fits_is_named(wrong, kilometres):
    assert apart_m(crs_for(5897), crs_for(wrong)) / 1000 == pytest.approx(kilometres, abs=0.5)
    (diagnosis,) = diagnose(EAST, NORTH, crs_for(wrong))
    assert diagnosis.mistake == "another CRS"
    assert diagnosis.rows == (0, 1)
    assert diagnosis.suggested == ("EPSG:5897", "EPSG:3405", "EPSG:32648")


def test_swapped_northing_and_easting_would_lie_in_the_sea_and_are_caught():
    lon, lat = Transformer(crs_for(5897)).to_wgs84_unchecked(NORTH, EAST)
    assert (round(float(lon[0])), round(float(lat[0]))) == (121, 5)
    assert diagnose(NORTH, EAST, crs_for(5897)) == [Diagnosis("axes swapped", (0, 1), ("EPSG:5897",))]


def test_swapped_latitude_and_longitude_are_caught():
    assert diagnose([LAT], [LON], crs_for(4326)) == [Diagnosis("axes swapped", (0,), ("EPSG:4326",))]


def test_swapped_axes_in_another_zone_are_both_found():
    (diagnosis,) = diagnose(NORTH, EAST, crs_for(9210))
    assert diagnosis.mistake == "axes swapped"
    assert "EPSG:5897" in diagnosis.suggested


def test_degrees_declared_as_metres_and_metres_as_degrees_are_caught():
    (degrees,) = diagnose([LON], [LAT], crs_for(5897))
    assert degrees.suggested == ("EPSG:4756", "OGC:CRS84", "EPSG:4326")
    (metres,) = diagnose(EAST, NORTH, crs_for(4326))
    assert metres.suggested[0] == "EPSG:5897"


def test_web_mercator_declared_as_degrees_is_found():
    x, y = Transformer(crs_for(3857)).from_wgs84([LON], [LAT])
    assert diagnose(x, y, crs_for(4326))[0].suggested == ("EPSG:3857",)


def test_lengths_in_web_mercator_are_seven_percent_off_and_in_the_zone_of_hanoi_under_a_hundred_ppm():
    lon, lat = np.array([LON, LON + 0.01]), np.array([LAT, LAT])
    true_m = pyproj.Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    for srid, share, tolerance in ((3857, 1.071, 0.001), (5897, 1, 1e-4)):
        x, y = Transformer(crs_for(srid)).from_wgs84(lon, lat)
        assert np.hypot(*np.diff([x, y])[:, 0]) / true_m == pytest.approx(share, abs=tolerance)


def test_rows_are_grouped_by_their_own_explanation():
    nan, far = (np.nan, np.nan), (0.0, 0.0)
    rows = np.array([(EAST[0], NORTH[0]), (NORTH[0], EAST[0]), nan, far, (LON, LAT), (EAST[1], NORTH[1])])
    found = {diagnosis.rows: diagnosis for diagnosis in diagnose(rows[:, 0], rows[:, 1], crs_for(5897))}
    assert set(found) == {(1,), (2,), (3,), (4,)}
    assert [found[(row,)].mistake for row in (1, 2, 3)] == ["axes swapped", "not finite", "unexplained"]
    assert found[(3,)].suggested == ()
    assert found[(4,)].suggested[0] == "EPSG:4756"


def test_the_envelope_of_the_grid_in_the_facts_is_inside_hanoi_and_nothing_is_found():
    east, north = np.meshgrid([529_900, 567_750, 605_600], [2_274_800, 2_320_350, 2_365_900])
    assert diagnose(east.ravel(), north.ravel(), crs_for(5897)) == []
    assert diagnose([], [], crs_for(5897)) == []


def test_a_narrower_envelope_shows_a_smaller_mistake():
    hoan_kiem = Bbox(105.8515, 21.0275, 105.8535, 21.0295)
    assert diagnose(EAST[:1], NORTH[:1], crs_for(5897), envelope=hoan_kiem) == []
    assert diagnose(EAST[:1], NORTH[:1], crs_for(3405), envelope=hoan_kiem)[0].suggested == ("EPSG:5897",)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["hanoi_126_wards.geojson", "hanoi_30_districts.geojson"])
def test_the_real_wards_and_districts_lie_in_the_envelope(name):
    path = SHARED / "boundaries" / name
    if not path.exists():
        pytest.skip(f"real data absent: {path}")
    features = json.loads(path.read_text("utf-8"))["features"]
    xy = shapely.get_coordinates([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features])
    assert diagnose(xy[:, 0], xy[:, 1], crs_for("OGC:CRS84")) == []
    assert HANOI.min_x + 0.02 > xy[:, 0].min()  # and the envelope is no wider than it must be


def test_threads_share_a_transformer():
    transformer = Transformer(crs_for(5897))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: transformer.to_wgs84(EAST, NORTH), range(200)))
    assert all(np.array_equal(pair, found[0]) for pair in found)


# --- Shapes of input ---------------------------------------------------------------------------------------------


def test_arrays_keep_their_shape():
    lon, lat = Transformer(crs_for(5897)).to_wgs84(np.full((2, 3), EAST[0]), np.full((2, 3), NORTH[0]))
    assert lon.shape == lat.shape == (2, 3)
    assert Transformer(crs_for(5897)).to_wgs84([], [])[0].shape == (0,)


@pytest.mark.parametrize("x", [np.nan, np.inf, 1e30])
def test_what_cannot_be_transformed_is_refused_with_its_place(x):
    with pytest.raises(BadCoordinates, match=r"1 of 2 positions .* at index 1"):
        Transformer(crs_for(5897)).to_wgs84([EAST[0], x], [NORTH[0], NORTH[1]])
    with pytest.raises(BadCoordinates):
        Transformer(crs_for(5897)).from_wgs84(np.nan, LAT)


def test_geometries_keep_their_type_their_heights_and_their_absence():
    transformer = Transformer(crs_for(5897))
    geoms = [
        shapely.Point(EAST[0], NORTH[0]),
        shapely.Point(EAST[0], NORTH[0], 7.5),
        shapely.LineString([(EAST[0], NORTH[0]), (EAST[1], NORTH[1])]),
        shapely.Point(),
        None,
    ]
    point, high, line, empty, absent = transformer.geom_to_wgs84(geoms)
    assert (point.x, point.y, point.has_z) == (pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7), False)
    assert (high.x, high.z) == (pytest.approx(LON, abs=1e-7), 7.5)
    assert line.geom_type == "LineString"
    assert empty.is_empty
    assert absent is None
    assert transformer.geom_from_wgs84(high).equals_exact(geoms[1], 1e-6)
    assert geoms[0].x == EAST[0], "the input is left as it was"
