"""A file into a layer: what is new, changed, left alone and refused, and what the store holds afterwards."""

import json
import re
from datetime import date

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from pyproj import Geod

from gis_core.crs import CATALOGUE, CrsConflict, CrsNotStated, DeprecatedCrs, Transformer
from gis_core.errors import Forbidden
from gis_core.importing import ImportFailed, pipeline
from gis_core.models import AdministrativeUnit
from gis_core.policy import PUBLIC, Actor, Grant, actor_for
from gis_core.roles import Role
from gis_core.versions import data_version
from hydrants.models import Hydrant, WaterBody
from layers.models import Facility, PublicFirefightingPoint
from routes.models import AccessRestriction, Road
from tests.db.gis_core.conftest import TODAY, hydrant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HOAN_KIEM = (588394.442, 2326344.256)
"""The check point of domain-facts, easting and northing in EPSG:5897."""
BOW_TIE = [[105.8, 21], [105.81, 21.01], [105.81, 21], [105.8, 21.01], [105.8, 21]]


def reasons(report):
    return " | ".join(complaint.text for row in report.refused for complaint in row.complaints)


def counts(report):
    return {str(outcome): number for outcome, number in report.counts.items() if number}


def csv(tmp_path, text, name="rows.csv"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


# What is stored


def test_a_dry_run_changes_nothing(load):
    before = data_version([Hydrant._meta.db_table])
    report = load([hydrant()])
    assert (counts(report), report.applied) == ({"new": 1}, False)
    assert not Hydrant.objects.exists()
    assert data_version([Hydrant._meta.db_table]) == before


def test_new_rows_are_stored_with_their_place_unit_and_history(load, unit):
    ward = unit("ward")
    load([hydrant(diameter_mm=100, outlet_diameters_mm=[65, 65], verified_on="2026-10-01")], apply=True)
    stored = Hydrant.objects.get()
    assert (stored.geom.coords, stored.administrative_unit) == ((105.85, 21.03), ward)
    assert (stored.diameter_mm, stored.outlet_diameters_mm, stored.verified_on) == (100, [65, 65], date(2026, 10, 1))
    assert (stored.status, stored.flow_lps, stored.version, stored.tags) == ("unknown", None, 1, {})
    event = stored.pgh_event_models["insert"].objects.get()
    assert event.pgh_context.metadata == {
        "command": "import_layer", "layer": "hydrants", "file": "rows.geojson", "actor": "operator",
    }  # fmt: skip


def test_the_same_file_again_changes_nothing(load):
    rows = [hydrant(str(i), lon=105.8 + i / 1000, name=f"Trụ {i}", colour="đỏ") for i in range(20)]
    load(rows, apply=True)
    report = load(rows, apply=True)
    assert counts(report) == {"unchanged": 20}
    assert set(Hydrant.objects.values_list("version", flat=True)) == {1}


def test_a_changed_row_is_told_by_field_and_only_it_is_written(load):
    load([hydrant("A", status="working"), hydrant("B", status="working")], apply=True)
    report = load([hydrant("A", status="faulty"), hydrant("B", status="working")], apply=True)
    assert report.rows[0].changes == {"status": ("working", "faulty")}
    assert list(Hydrant.objects.order_by("ref").values_list("status", "version")) == [("faulty", 2), ("working", 1)]


def test_an_empty_cell_empties_the_field(load):
    load([hydrant(flow_lps=12.5, owner="HAWACOM")], apply=True)
    report = load([hydrant(flow_lps=None, owner="")], apply=True)
    assert report.rows[0].changes == {"flow_lps": (12.5, None), "owner": ("HAWACOM", "")}
    assert Hydrant.objects.get().flow_lps is None


def test_a_field_that_the_file_has_not_stays(load):
    load([hydrant(flow_lps=12.5)], apply=True)
    load([hydrant(status="faulty")], apply=True)
    assert Hydrant.objects.get().flow_lps == 12.5


def test_records_that_the_file_does_not_hold_are_told_and_stay(load):
    load([hydrant("A"), hydrant("B")], apply=True)
    report = load([hydrant("A")], apply=True)
    assert report.missing == ("B",)
    assert Hydrant.objects.count() == 2


def test_what_has_no_column_goes_word_for_word_into_the_tags_and_stays_there(load):
    load([hydrant(tags={"osm": "1"}, colour=" ĐỎ  tươi ", hãng="")], apply=True)
    assert Hydrant.objects.get().tags == {"osm": "1", "colour": " ĐỎ  tươi "}
    report = load([hydrant(hãng="Minh Khai")], apply=True)
    assert Hydrant.objects.get().tags == {"osm": "1", "colour": " ĐỎ  tươi ", "hãng": "Minh Khai"}
    assert report.columns.unmatched == ("hãng",)


def test_the_good_rows_are_stored_and_the_bad_ones_told(load):
    report = load([hydrant("A"), hydrant("B", status="hỏng hóc"), hydrant("C")], apply=True)
    assert counts(report) == {"new": 2, "refused": 1}
    assert '"hỏng hóc" is none of: working, faulty' in reasons(report)
    assert list(Hydrant.objects.order_by("ref").values_list("ref", flat=True)) == ["A", "C"]


def test_one_refusal_by_the_database_undoes_the_whole_import(load, monkeypatch):
    monkeypatch.setattr(pipeline, "BLOCK", 2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hydrants_hydrant ADD CONSTRAINT no_five CHECK (ref <> '5')")
    with pytest.raises(ImportFailed, match="no_five"):
        load([hydrant(str(i)) for i in range(8)], apply=True)
    assert not Hydrant.objects.exists()


def test_an_interrupt_in_the_middle_leaves_nothing_behind(load, monkeypatch):
    monkeypatch.setattr(pipeline, "BLOCK", 2)

    def stop(done):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load([hydrant(str(i)) for i in range(8)], apply=True, progress=stop)
    assert not Hydrant.objects.exists()


def test_a_thousand_rows_more_cost_no_query_more_for_each(load, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        load([hydrant(str(i), lon=105.8 + i / 100_000) for i in range(1500)], apply=True)
    assert Hydrant.objects.count() == 1500


# What somebody edited in the meantime


def edit_in_sql(statement):
    """Edit as somebody does in psql: in a session that knows nothing of the import before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")
        cursor.execute(statement)


def test_what_somebody_corrected_since_the_last_import_is_not_overwritten(load):
    load([hydrant(status="working", owner="A")], apply=True)
    edit_in_sql("UPDATE hydrants_hydrant SET status = 'faulty'")
    report = load([hydrant(status="working", owner="A")], apply=True)
    assert counts(report) == {"conflict": 1}
    assert report.conflicts[0].changes == {"status": ("faulty", "working")}
    assert Hydrant.objects.get().status == "faulty"


def test_an_edit_of_another_field_is_no_conflict(load):
    load([hydrant(status="working", owner="A")], apply=True)
    edit_in_sql("UPDATE hydrants_hydrant SET remarks = 'seen'")
    assert counts(load([hydrant(status="faulty", owner="A")], apply=True)) == {"changed": 1}
    assert Hydrant.objects.get().remarks == "seen"


def test_a_place_that_somebody_moved_is_a_conflict(load):
    load([hydrant()], apply=True)
    edit_in_sql("UPDATE hydrants_hydrant SET geom = ST_Point(105.86, 21.03)::geography")
    assert counts(load([hydrant()])) == {"conflict": 1}


def test_a_record_made_by_hand_is_somebodys(load):
    Hydrant.objects.create(ref="TN-1", geom="SRID=4326;POINT(105.85 21.03)", status="faulty")
    assert counts(load([hydrant(status="working")])) == {"conflict": 1}
    assert counts(load([hydrant(status="faulty")])) == {"unchanged": 1}


def test_overwriting_takes_being_told(load):
    load([hydrant(status="working")], apply=True)
    edit_in_sql("UPDATE hydrants_hydrant SET status = 'faulty'")
    assert counts(load([hydrant(status="working")], apply=True, overwrite=True)) == {"changed": 1}
    assert Hydrant.objects.get().status == "working"
    assert counts(load([hydrant(status="blocked")], apply=True)) == {"changed": 1}


# What is refused


def test_all_complaints_of_a_row_are_told_at_once(load):
    report = load([hydrant("", lon=21.03, lat=105.85, status="?", flow_lps=-1, verified_on="2027-01-01")])
    said = reasons(report)
    assert len(report.refused) == 1
    for reason in ("axes are swapped", "ref: The cell is empty", "none of", "negative", "lies in the future"):
        assert reason in said


def test_a_reference_that_comes_twice_is_refused_the_second_time(load):
    report = load([hydrant("A"), hydrant("A")])
    assert counts(report) == {"new": 1, "refused": 1}
    assert '"A" stands in row 1 already' in reasons(report)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"flow_lps": "-3"}, "no number|negative"),
        ({"diameter_mm": "100000"}, "more than can be true"),
        ({"static_pressure_kpa": "3 bar quá"}, "cannot be read|unit"),
        ({"diameter_mm": "1.200"}, "1200 or 1.200"),
        ({"name": "x" * 201}, "201 characters, at most 200"),
        ({"outlet_diameters_mm": "65;abc"}, "no number"),
        ({"verified_on": "31/02/2026"}, "no date"),
        ({"verified_on": "0202-01-01"}, "too long ago"),
        ({"synthetic": "maybe"}, "neither yes nor no"),
        ({"tags": "red"}, "no JSON"),
    ],
)
def test_a_value_that_cannot_be_is_refused(load, properties, reason):
    report = load([hydrant(**properties)])
    assert len(report.refused) == 1
    assert re.search(reason, reasons(report))


def test_zero_where_nothing_is_zero_means_unknown_and_is_said(load):
    report = load([hydrant("A", diameter_mm=0), hydrant("B", diameter_mm="0,0")], apply=True)
    assert set(Hydrant.objects.values_list("diameter_mm", flat=True)) == {None}
    assert [(doubt.count, doubt.complaint.field) for doubt in report.doubts] == [(2, "diameter_mm")]


def test_a_measured_flow_of_zero_stays_zero(load):
    load([hydrant(flow_lps=0)], apply=True)
    assert Hydrant.objects.get().flow_lps == 0


def test_codes_are_understood_by_code_and_by_label_in_both_languages(load):
    vietnamese = {str(label) for value, label in Hydrant._meta.get_field("status").flatchoices if value == "faulty"}
    words = ["faulty", "FAULTY", *vietnamese]
    report = load([hydrant(str(number), status=word) for number, word in enumerate(words)])
    assert not report.refused


@pytest.mark.parametrize("cell", [[65, 65, 100], "65; 65; 100", "[ 65, 65, 100 ]", "{65,65,100}", "(3:65,65,100)"])
def test_a_list_is_read_however_its_format_writes_it(load, cell):
    load([hydrant(outlet_diameters_mm=cell)], apply=True)
    assert Hydrant.objects.get().outlet_diameters_mm == [65, 65, 100]


def test_a_yes_in_any_words_fills_a_column_of_yes_no_and_unknown(load):
    rows = [hydrant(word, name="x", sheltered=word) for word in ("có", "không", "true", "unknown")]
    assert not load(rows, layer="public-firefighting-points", apply=True).refused
    answers = PublicFirefightingPoint.objects.order_by("pk").values_list("sheltered", flat=True)
    assert list(answers) == ["yes", "no", "yes", "unknown"]


def test_a_new_record_without_a_required_field_is_refused(load):
    report = load([hydrant()], layer="intake-points")
    assert "kind: A new record needs it" in reasons(report)


def test_a_position_along_a_road_beyond_its_end_is_refused(load):
    report = load([hydrant(kind="gate", road_fraction=1.2)], layer="access-restrictions")
    assert "road_fraction: 1.2 is more than can be true" in reasons(report)
    assert not AccessRestriction.objects.exists()


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "There is no geometry"),
        ({"type": "Point", "coordinates": []}, "empty"),
        ({"type": "LineString", "coordinates": [[105.8, 21]]}, "one vertex"),
        ({"type": "LineString", "coordinates": [[105.8, 21], [105.9, 21]]}, "A MultiPolygon is wanted"),
        ({"type": "Polygon", "coordinates": [BOW_TIE]}, "Self-intersection"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(load, geometry, reason):
    feature = {"type": "Feature", "geometry": geometry, "properties": {"ref": "A", "kind": "lake"}}
    assert reason in reasons(load([feature], layer="water-bodies", apply=True))
    assert not WaterBody.objects.exists()


def test_a_repaired_area_is_stored_and_said(load):
    geometry = {"type": "Polygon", "coordinates": [BOW_TIE]}
    feature = {"type": "Feature", "properties": {"ref": "A", "kind": "lake"}, "geometry": geometry}
    report = load([feature], layer="water-bodies", apply=True, repair=True)
    assert (counts(report), len(report.doubts)) == ({"new": 1}, 1)
    assert WaterBody.objects.get().geom.valid


# Coordinates


def test_vn2000_is_brought_to_wgs_84_within_a_centimetre(load, tmp_path):
    x, y = HOAN_KIEM
    load(csv(tmp_path, f"ref,X,Y\nA,{x},{y}\n"), crs="EPSG:5897", apply=True)
    lon, lat = Hydrant.objects.get().geom.coords
    assert Geod(ellps="WGS84").inv(lon, lat, 105.8523, 21.0285)[2] < 0.01


def test_a_messy_csv_of_a_surveyor_is_refused_for_its_axes_and_taken_with_the_mapping(load, tmp_path):
    x, y = HOAN_KIEM
    text = f"Số hiệu;Trạng thái;ĐK (mm);X;Y\nTN-1;<Null>;100,0;{y:.3f};{x:.3f}\n".replace(".", ",")
    path = tmp_path / "survey.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    mapping = {"fields": {"Số hiệu": "ref", "ĐK (mm)": "diameter_mm", "Trạng thái": "status"}, "crs": "EPSG:5897"}
    report = load(path, mapping=mapping, apply=True)
    assert "axes are swapped" in reasons(report)
    assert "EPSG:5897" in reasons(report)
    assert not Hydrant.objects.exists()
    report = load(path, mapping={**mapping, "x": "Y", "y": "X"}, apply=True)
    assert counts(report) == {"new": 1}
    stored = Hydrant.objects.get()
    assert (stored.ref, stored.status, stored.diameter_mm) == ("TN-1", "unknown", 100)
    assert stored.geom.coords == pytest.approx((105.8523, 21.0285), abs=1e-7)


def test_the_wrong_zone_is_refused_with_the_right_one(load, tmp_path):
    x, y = Transformer(CATALOGUE["EPSG:5897"]).from_wgs84(105.85, 21.03)
    report = load(csv(tmp_path, f"ref,x,y\nA,{x},{y}\n"), crs="EPSG:5899")
    assert "EPSG:5899 puts the place outside Hanoi" in reasons(report)
    assert "EPSG:5897" in reasons(report)


def test_x_and_y_without_a_crs_are_refused_with_what_to_give(load, tmp_path):
    with pytest.raises(CrsNotStated, match="--crs EPSG:5897"):
        load(csv(tmp_path, "ref,x,y\nA,1,2\n"))


VN2000_PRJ = (
    'PROJCS["VN2000_105",GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],'
    'PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def shapefile(folder, prj):
    """Write the check point as a surveyor's program does: names cut to ten characters, no shift in the .prj."""
    path = folder / "tru.shp"
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(shapely.Point(HOAN_KIEM))], object),
        [np.array(["TN-1"], object), np.array([250.0])], ["ref", "static_pre"], geometry_type="Point", crs="EPSG:5897",
    )  # fmt: skip
    path.with_suffix(".prj").unlink()
    if prj:
        path.with_suffix(".prj").write_text(prj)
    return path


def test_a_prj_without_datum_shift_gets_the_shift_all_the_same(load, tmp_path):
    report = load(shapefile(tmp_path, VN2000_PRJ), apply=True)
    assert report.crs == "EPSG:5897"
    stored = Hydrant.objects.get()
    assert Geod(ellps="WGS84").inv(*stored.geom.coords, 105.8523, 21.0285)[2] < 0.01
    assert stored.static_pressure_kpa == 250


def test_a_shapefile_without_prj_is_refused_with_what_to_give(load, tmp_path):
    path = shapefile(tmp_path, None)
    with pytest.raises(CrsNotStated, match="--crs EPSG:5897"):
        load(path)
    assert counts(load(path, crs="EPSG:5897")) == {"new": 1}


def test_a_withdrawn_crs_is_refused_by_name(load, tmp_path):
    with pytest.raises(DeprecatedCrs, match="EPSG:5897"):
        load(csv(tmp_path, "ref,x,y\n"), crs="EPSG:6957")


def test_a_crs_that_contradicts_the_file_is_refused(load, tmp_path):
    path = tmp_path / "a.geojson"
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": member, "features": [hydrant()]}))
    with pytest.raises(CrsConflict):
        load(path, crs="EPSG:5897")


def test_a_place_outside_hanoi_is_taken_only_when_told_and_one_outside_vietnam_never(load):
    da_nang, berlin = hydrant("A", lon=108.2, lat=16.05), hydrant("B", lon=13.4, lat=52.5)
    assert "lies outside Hanoi" in reasons(load([da_nang]))
    report = load([da_nang, berlin], anywhere=True)
    assert counts(report) == {"new": 1, "refused": 1}
    assert "outside Vietnam" in reasons(report)


def test_one_row_that_no_crs_can_hold_does_not_spoil_the_others(load, tmp_path):
    x, y = HOAN_KIEM
    report = load(csv(tmp_path, f"ref,x,y\nA,{x},{y}\nB,1e300,1e300\n"), crs="EPSG:5897")
    assert counts(report) == {"new": 1, "refused": 1}


# References between records


def a_unit(ref, west, **properties):
    ring = [[west, 21], [west + 0.1, 21], [west + 0.1, 21.1], [west, 21.1], [west, 21]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"ref": ref, "code": ref, "name": ref, "level": 3, "valid_from": "2025-07-01", **properties},
    }


def test_a_record_may_refer_to_one_that_comes_before_it_in_the_file(load):
    rows = [a_unit("city", 105.7, level=1), a_unit("ward", 105.7, parent="city")]
    assert counts(load(rows, layer="administrative-units")) == {"new": 2}
    load(rows, layer="administrative-units", apply=True)
    assert AdministrativeUnit.objects.get(ref="ward").parent.ref == "city"
    assert counts(load(rows, layer="administrative-units", apply=True)) == {"unchanged": 2}


def test_a_record_that_is_referred_to_and_does_not_exist_is_named(load):
    report = load([a_unit("ward", 105.7, parent="nowhere")], layer="administrative-units")
    assert 'There is no administrative unit "nowhere"' in reasons(report)


def test_a_record_that_was_refused_is_no_parent(load):
    rows = [a_unit("city", 105.7, level=9), a_unit("ward", 105.7, parent="city")]
    assert counts(load(rows, layer="administrative-units", apply=True)) == {"refused": 2}


def test_a_period_that_ends_before_it_begins_is_refused(load):
    report = load([a_unit("ward", 105.7, valid_to="2025-07-01")], layer="administrative-units")
    assert "2025-07-01 is not after 2025-07-01" in reasons(report)


# Who may


def test_the_public_may_not_import(load):
    with pytest.raises(Forbidden, match="None of your roles"):
        load([hydrant()], actor=PUBLIC)


def test_a_planner_of_a_ward_imports_inside_it_only(load, unit, person):
    ward, other = unit("ward", 105.8), unit("other", 105.9)
    planner = actor_for(person(Role.PLANNER, ward), at=TODAY)
    report = load([hydrant("in", lon=105.85), hydrant("out", lon=105.95)], actor=planner, apply=True)
    assert counts(report) == {"new": 1, "refused": 1}
    assert "only inside your own administrative unit" in reasons(report)
    Hydrant.objects.create(ref="theirs", geom="SRID=4326;POINT(105.95 21.03)")
    assert Hydrant.objects.get(ref="theirs").administrative_unit == other
    grab = load([hydrant("theirs", lon=105.85)], actor=planner, overwrite=True)
    assert counts(grab) == {"refused": 1}


def test_an_empty_sensitive_cell_says_nothing_unless_it_is_told_to_empty(load):
    load([hydrant(contact_phone="0900 000 001", name="A")], apply=True)
    kept = load([hydrant(contact_phone="", name="")], apply=True, overwrite=True)
    assert counts(kept) == {"changed": 1}
    assert [list(row.changes) for row in kept.rows] == [["name"]]
    assert "what is stored stays" in kept.text()
    assert Hydrant.objects.get().contact_phone == "0900 000 001"
    emptied = load([hydrant(contact_phone="")], clear_sensitive=True, apply=True)
    assert counts(emptied) == {"changed": 1}
    assert Hydrant.objects.get().contact_phone == ""


def test_a_constant_empties_a_sensitive_field_because_somebody_wrote_it(load):
    load([hydrant(contact_phone="0900 000 001")], apply=True)
    load([hydrant()], mapping={"constants": {"contact_phone": ""}}, apply=True)
    assert Hydrant.objects.get().contact_phone == ""


def test_a_bent_road_across_a_border_is_imported_where_it_will_be_filed(load, unit, person):
    """Its middle lies in the west; the point that ST_PointOnSurface takes is the bend, in the east."""
    east, west = unit("east", 105.9), unit("west", 105.8)
    bent = {"type": "LineString", "coordinates": [[105.805, 21.01], [105.905, 21.01], [105.906, 21.02]]}
    road = {"ref": "way/1/0", "highway": "residential", "start_node": 1, "end_node": 2}
    rows = [{"type": "Feature", "geometry": bent, "properties": road}]
    there, here = (actor_for(person(Role.PLANNER, ward), at=TODAY) for ward in (east, west))
    assert counts(load(rows, layer="roads", actor=there)) == {"refused": 1}
    assert counts(load(rows, layer="roads", actor=here, apply=True)) == {"new": 1}
    assert Road.objects.get().administrative_unit == west


def test_a_role_that_cannot_import_does_not_widen_one_that_can(load, unit):
    ward = unit("ward", 105.8)
    actor = Actor("x", (Grant(Role.PLANNER, frozenset({ward.pk})), Grant(Role.DISPATCHER)))
    assert counts(load([hydrant(lon=105.95)], actor=actor)) == {"refused": 1}


# The report, and the command


def test_the_report_file_opens_as_a_map_of_reasons(load, tmp_path):
    report = load([hydrant("A", status="?"), hydrant("B", lon=float(21), lat=105.85), hydrant("C")])
    report.write_geojson(tmp_path / "refused.geojson")
    features = json.loads((tmp_path / "refused.geojson").read_text())["features"]
    assert [f["properties"]["import_row"] for f in features] == [1, 2]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [105.85, 21.03]}
    assert "none of" in features[0]["properties"]["import_reason"]
    assert features[1]["geometry"] is None


def test_the_printed_report_counts_reasons_and_names_columns(load):
    text = load([hydrant(str(i), status="?", STT=i, version=3) for i in range(60)]).text()
    assert "new: 0  changed: 0  unchanged: 0  conflict: 0  refused: 60" in text
    assert "60 × status:" in text
    assert "kept as tags: STT" in text
    assert "left out: version" in text
    assert "… and 10 more" in text


def test_the_printed_report_says_stored_only_where_something_was(load):
    def said(row, **options):
        return load([row], **options).text().splitlines()[0]

    assert "(dry run, nothing stored;" in said(hydrant("A"))
    assert "(nothing stored;" in said(hydrant("A", status="?"), apply=True)
    assert "(stored;" in said(hydrant("A"), apply=True)
    assert "(nothing stored;" in said(hydrant("A"), apply=True)


def test_the_command_is_a_dry_run_until_told_and_fails_loudly_where_rows_are_refused(tmp_path, capsys):
    path = csv(tmp_path, "ref,status,lon,lat\nA,working,105.85,21.03\nB,?,105.85,21.03\n")
    with pytest.raises(CommandError, match="1 of 2 rows were refused"):
        call_command("import_layer", "hydrants", str(path), report=tmp_path / "r.geojson")
    assert "dry run" in capsys.readouterr().out
    assert (tmp_path / "r.geojson").exists()
    assert not Hydrant.objects.exists()
    path.write_text("ref,status,lon,lat\nA,working,105.85,21.03\n")
    call_command("import_layer", "hydrants", str(path), "--apply")
    assert Hydrant.objects.get().status == "working"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(("nothing", "x.csv"), "no layer"), (("hydrants", "nowhere.csv"), "no file"), (("hydrants", "x.csv"), "no file")],
)
def test_the_command_explains_without_a_traceback(arguments, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("import_layer", *arguments)


def test_ctrl_c_ends_the_command_calmly(monkeypatch, tmp_path):
    def stop(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("gis_core.management.commands.import_layer.import_file", stop)
    with pytest.raises(CommandError, match="Nothing was stored") as stopped:
        call_command("import_layer", "hydrants", "x.csv")
    assert stopped.value.returncode == 130


def test_rich_values_go_round(load):
    rows = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shapely.box(105.85, 21.0, 105.8501, 21.0001)),
            "properties": {
                "ref": "F",
                "name": "Chung cư",
                "equipment": {"bình bột": 4},
                "pilot_phase": 1,
                "storeys": 9,
            },
        }
    ]
    load(rows, layer="facilities", apply=True)
    stored = Facility.objects.get()
    assert (stored.equipment, stored.pilot_phase, stored.sector) == ({"bình bột": 4}, 1, "other")
    assert counts(load(rows, layer="facilities")) == {"unchanged": 1}
