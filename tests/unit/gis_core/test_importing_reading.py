"""Files of every format become the same rows; what cannot be read is named."""

import unicodedata
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from gis_core.importing.mapping import FieldMapping
from gis_core.importing.reading import BadFile, open_source
from gis_core.importing.reading.encodings import known_encoding, sniff_encoding

pytestmark = pytest.mark.usefixtures("english")

VN2000_PRJ = (
    'PROJCS["VN2000_105",GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],'
    'PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def read(path, *, encoding=None, **mapping):
    with open_source(path, encoding=encoding, mapping=FieldMapping(**mapping)) as source:
        return source, list(source.rows())


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def shapefile(tmp_path):
    """A shapefile of one hydrant, written by GDAL, with its .prj as a surveyor's program writes it."""

    def make(*, encoding="UTF-8", cpg=True, prj=VN2000_PRJ):
        path = tmp_path / "tru.shp"
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(shapely.Point(588394.442, 2326344.256))], object),
            [np.array(["TN-1"], object), np.array(["Trụ ở ngõ" if encoding == "UTF-8" else "Đá"], object)],
            ["ref", "name"],
            geometry_type="Point",
            crs="EPSG:5897",
            encoding=encoding,
        )
        path.with_suffix(".prj").unlink()
        if prj:
            path.with_suffix(".prj").write_text(prj)
        if not cpg:
            path.with_suffix(".cpg").unlink(missing_ok=True)
        return path

    return make


def in_windows_1258(text):
    """Write each letter as the code page has it, or as base and tone mark."""
    pieces = []
    for letter in text:
        try:
            pieces.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            *base, mark = unicodedata.normalize("NFD", letter)
            # Of two marks the tone stands apart: ụ is u and a dot, ở is ơ and a hook.
            marks = [c for c in (*base[1:], mark) if unicodedata.combining(c)]
            tone = next(c for c in marks if c in "\u0300\u0301\u0303\u0309\u0323")
            rest = "".join(c for c in marks if c != tone)
            pieces.append((unicodedata.normalize("NFC", base[0] + rest) + tone).encode("cp1258"))
    return b"".join(pieces)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_any_encoding_and_delimiter_gives_the_same_row(write, encoding, delimiter):
    text = "\r\n".join(
        delimiter.join(c) for c in (["ref", "tên", "lon", "lat"], ["H-1", "Trụ ở ngõ", "105.85", "21.03"])
    )
    data = in_windows_1258(text) if encoding == "cp1258" else text.encode(encoding)
    _, [row] = read(write("a.csv", data))
    assert [unicodedata.normalize("NFC", value) for value in row.raw.values()] == ["H-1", "Trụ ở ngõ"]
    assert row.geom.wkt == "POINT (105.85 21.03)"


def test_german_text_is_not_taken_for_vietnamese():
    assert sniff_encoding("Lindenbergstraße, Übergang, São".encode("cp1252")) == "cp1252"


def test_an_encoding_that_was_named_wins_and_a_wrong_one_is_refused(write):
    path = write("a.csv", "ref,lon,lat\nngõ,105.8,21\n".encode())
    assert read(path, encoding="windows-1252")[1][0].raw["ref"] == "ngÃµ"
    with pytest.raises(BadFile, match="not in ascii"):
        read(path, encoding="ascii")
    with pytest.raises(BadFile, match="no known encoding"):
        known_encoding("tcvn-none")


def test_a_row_of_a_csv_is_numbered_by_the_line_it_starts_on(write):
    path = write("a.csv", 'sep=;\nref;remarks;lon;lat\nA;"two\nlines";105.8;21\n\nB;;105.8;21\n')
    assert [(row.number, row.raw["ref"]) for row in read(path)[1]] == [(3, "A"), (6, "B")]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("WKT", '"POINT(105.85 21.03)"'),
        ("Longitude,Latitude", "105.85,21.03"),
        ("Kinh độ,Vĩ độ", '"105,85","21,03"'),
        ("X,Y", "105.85,21.03"),
        ("easting,northing", "105.85,21.03"),
    ],
)
def test_the_place_is_found_under_its_usual_names(write, header, cells):
    source, [row] = read(write("a.csv", f"ref,{header}\n1,{cells}\n"))
    assert row.geom.wkt == "POINT (105.85 21.03)"
    assert source.columns == ("ref",)


def test_longitude_and_latitude_suggest_wgs_84_and_x_and_y_nothing(write):
    assert read(write("a.csv", "ref,lon,lat\n"))[0].usual_crs == "EPSG:4326"
    assert read(write("b.csv", "ref,x,y\n"))[0].usual_crs is None


def test_the_mapping_says_which_column_is_easting(write):
    _, [row] = read(write("a.csv", "ref,X,Y\n1,2326344.256,588394.442\n"), x="Y", y="X")
    assert row.geom.wkt == "POINT (588394.442 2326344.256)"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("ref,lon,lat\n1,105.8,abc\n", 'lat is "abc"'),
        ("ref,lon,lat\n1,nan,21\n", 'lon is "nan"'),
        ("ref,lon,lat\n1,105.8,\n", 'lat is ""'),
        ("ref,lon,lat\n1,105.8,21,0,5\n", "has 5 cells, the header 3"),
        ('ref,wkt\n1,"LINESTRING(105 21)"\n', "one vertex"),
        ('ref,wkt\n1,"POINT(105"\n', "cannot be read"),
    ],
)
def test_a_line_that_makes_no_sense_comes_with_its_complaint(write, content, complaint):
    _, [row] = read(write("a.csv", content))
    assert complaint in row.complaints[0].text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "ref,ref,lon,lat\n", "named twice"),
        ("a.csv", "ref,name\n1,2\n", "No column says where"),
        ("a.kml", "<kml/>", "not read"),
        ("a.geojson", "{", "not valid JSON"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [{"a": NaN}]}', "not valid JSON: NaN"),
        ("a.geojson", '{"type": "Feature"}', "no FeatureCollection"),
        ("a.geojson", b"\xff\xfe{", "UTF-8"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [], "crs": 4326}', "names no CRS"),
        ("a.gpkg", "no database", "cannot be read"),
        ("a.zip", "no archive", "damaged"),
        ("a.shp", "no shapes", "cannot be read"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_as_a_whole(write, name, content, reason):
    with pytest.raises(BadFile, match=reason):
        read(write(name, content))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"no file .*nowhere\.csv"):
        read(tmp_path / "nowhere.csv")


def test_geojson_keeps_numbers_texts_and_nested_values_as_they_are(write):
    feature = (
        '{"type":"Feature","id":"A/7","geometry":null,"properties":{"a":"007","b":[65,65],"c":{"bột":4},"d":1.50}}'
    )
    source, [row] = read(write("a.geojson", f'{{"type":"FeatureCollection","name":"x","features":[{feature}]}}'))
    assert row.raw == {"a": "007", "b": [65, 65], "c": {"bột": 4}, "d": 1.5}
    assert (row.file_id, source.columns, source.stated_crs) == ("A/7", ("a", "b", "c", "d"), None)


def test_the_crs_member_of_older_geojson_is_found_behind_the_features(write):
    member = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::5897"}}'
    source, rows = read(write("a.geojson", f'{{"features":[],"type":"FeatureCollection","crs":{member}}}'))
    assert (source.stated_crs, rows) == ("urn:ogc:def:crs:EPSG::5897", [])


@pytest.mark.parametrize(
    "geometry", ['{"type":"Point"}', '{"type":"Point","coordinates":["a",2]}', '{"type":"Hose"}', "7"]
)
def test_a_geometry_that_makes_no_sense_leaves_the_other_rows_readable(write, geometry):
    features = ",".join(f'{{"type":"Feature","properties":{{}},"geometry":{g}}}' for g in (geometry, "null"))
    _, [bad, good] = read(write("a.geojson", f'{{"type":"FeatureCollection","features":[{features}]}}'))
    assert bad.complaints
    assert not good.complaints


def test_a_shapefile_states_the_crs_that_its_own_prj_says(shapefile):
    source, [row] = read(shapefile())
    assert source.stated_crs == VN2000_PRJ
    assert row.raw == {"ref": "TN-1", "name": "Trụ ở ngõ"}
    assert row.geom.wkt == "POINT (588394.442 2326344.256)"


def test_a_shapefile_without_prj_states_no_crs(shapefile):
    assert read(shapefile(prj=None))[0].stated_crs is None


def test_a_shapefile_without_cpg_is_read_in_the_encoding_of_its_texts(shapefile):
    assert read(shapefile(cpg=False))[1][0].raw["name"] == "Trụ ở ngõ"
    assert read(shapefile(encoding="CP1258", cpg=False), encoding="1258")[1][0].raw["name"] == "Đá"


def test_a_zipped_shapefile_is_read_and_paths_in_the_archive_lead_nowhere(shapefile, tmp_path):
    path, archive = shapefile(), tmp_path / "tru.shp.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part in path.parent.glob("tru.*"):
            if part != archive:
                packed.write(part, f"../../outside/{part.name}")
    assert read(archive)[1][0].raw["ref"] == "TN-1"
    assert not (tmp_path.parent.parent / "outside").exists()


def test_an_archive_of_two_shapefiles_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.shp", b"")
        packed.writestr("b.shp", b"")
    with pytest.raises(BadFile, match="holds 2 shapefiles"):
        read(tmp_path / "a.zip")


def geopackage(path, *tables):
    for table in tables:
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(shapely.Point(588394.4, 2326344.3))] * 3, object),
            [
                np.array([1, 2, 3]),
                np.array([True, False, True]),
                np.array(["2026-11-02", "NaT", "2026-11-03"], "M8[D]"),
            ],
            ["lanes", "bridge", "verified_on"],
            field_mask=[np.array([False, True, False]), np.array([False, True, False]), None],
            geometry_type="Point",
            crs="EPSG:5897",
            layer=table,
            append=path.exists(),
        )
    return path


def test_a_geopackage_keeps_integers_with_gaps_integers_and_flags_flags(tmp_path):
    source, rows = read(geopackage(tmp_path / "a.gpkg", "roads"))
    assert [row.raw["lanes"] for row in rows] == [1, None, 3]
    assert [type(row.raw["lanes"]) for row in rows] == [int, type(None), int]
    assert [row.raw["bridge"] for row in rows] == [True, None, True]
    assert [row.raw["verified_on"] for row in rows] == ["2026-11-02", None, "2026-11-03"]
    assert source.stated_crs == "EPSG:5897"


def test_the_table_of_a_geopackage_must_be_named_where_there_are_two(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", "roads", "lanes")
    with pytest.raises(BadFile, match="2 tables with geometry"):
        read(path)
    assert len(read(path, table="lanes")[1]) == 3


def test_blocks_follow_each_other_without_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr("gis_core.importing.reading.vector.BLOCK", 2)
    rows = read(geopackage(tmp_path / "a.gpkg", "roads"))[1]
    assert [(row.number, row.raw["lanes"]) for row in rows] == [(1, 1), (2, None), (3, 3)]
