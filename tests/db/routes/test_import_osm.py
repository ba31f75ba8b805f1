"""The import into the database: what it writes, what it leaves alone, and what it says."""

import json
from io import StringIO

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from gis_core.values import OutsideVietnam
from gis_core.versions import read_versions
from hydrants.models import Hydrant, IntakePoint, WaterTank
from routes.models import AccessRestriction, Road, TurnRestriction
from routes.osm import statements
from routes.osm.service import import_osm
from routes.railway_models import Railway
from tests.osm_files import OsmSketch, place, real_file

pytestmark = pytest.mark.django_db

TABLES = ["routes_road", "routes_accessrestriction", "routes_turnrestriction", "hydrants_hydrant"]


@pytest.fixture
def sketch():
    """A lane of 400 m, way 1, with a gate at 150 m."""
    sketch = OsmSketch()
    for id_, east_m in enumerate(range(0, 500, 100), 1):
        sketch.node(id_, east_m)
    sketch.node(9, 150, tags={"barrier": "gate", "width": "3 m"})
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": "Ngõ 29", "width": "3-4 m"})
    return sketch


@pytest.fixture
def load(sketch, tmp_path):
    def load(*, apply=True):
        return import_osm(path=sketch.save(tmp_path / "sketch.osm.pbf"), apply=apply)

    return load


def branch(sketch, node=3, way=2):
    """Let a side lane leave at a node, which splits way 1 there."""
    sketch.node(100 + way, 0, 80)
    sketch.way(way, [node, 100 + way])


def survey(ref, width_m=2.5, **values):
    Road.objects.filter(ref=ref).update(clear_width_m=width_m, clear_width_evidence="surveyed", **values)


def test_a_dry_run_compares_and_changes_nothing(load):
    before = read_versions(TABLES)
    report = load(apply=False)
    assert (report.layers["roads"].new, report.layers["access-restrictions"].new) == (1, 1)
    assert not report.applied
    assert Road.objects.count() == 0
    assert read_versions(TABLES) == before


def test_apply_stores_roads_with_evidence_and_barriers_on_them(load):
    load()
    road, gate = Road.objects.get(), AccessRestriction.objects.get()
    assert (road.ref, road.name, road.start_node, road.end_node) == ("way/1/0", "Ngõ 29", 1, 5)
    assert (road.clear_width_m, road.clear_width_evidence) == (3.0, "tagged")
    assert (road.clear_height_m, road.clear_height_evidence) == (None, "none")
    assert (road.source, road.evidence, road.synthetic) == ("OpenStreetMap", "tagged", False)
    assert road.tags["width"] == "3-4 m"
    assert road.geom.coords[0] == pytest.approx(place(0, 0), abs=1e-7)
    assert (gate.kind, gate.clear_width_m, gate.blocks_vehicles) == ("gate", 3.0, "unknown")
    assert gate.road_fraction == pytest.approx(150 / 400, abs=1e-4)


def test_the_same_file_again_changes_nothing_not_even_the_data_version(load, sketch):
    sketch.way(2, [1, 101], {"maxweight:conditional": "3.5 @ (06:00-09:00)", "maxheight": "below_default"})
    sketch.node(101, 0, 100)
    sketch.node(55, 5, 5, {"emergency": "fire_hydrant", "couplings:diameters": "110;65"})
    sketch.turn(5, [("w", 1, "from"), ("n", 1, "via"), ("w", 2, "to")], {"restriction": "no_left_turn"})
    load()
    before = read_versions(TABLES)
    again = load()
    assert {name: (one.new, one.changed) for name, one in again.layers.items() if one.new or one.changed} == {}
    assert sum(one.unchanged for one in again.layers.values()) == 7
    assert read_versions(TABLES) == before


def test_every_written_row_has_history_in_one_context(load):
    load()
    contexts = Road.pgh_event_model.objects.values_list("pgh_label", "pgh_context__metadata")
    assert list(contexts) == [("insert", {"command": "import_osm", "file": "sketch.osm.pbf"})]


def test_an_edit_in_openstreetmap_is_taken_over_and_counted(load, sketch):
    load()
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": "Ngõ 31", "width": "3-4 m"})
    report = load()
    road = Road.objects.get()
    assert (road.name, road.version) == ("Ngõ 31", 2)
    assert (report.layers["roads"].changed, report.layers["access-restrictions"].unchanged) == (1, 1)


def test_a_surveyed_width_is_not_overwritten_and_the_difference_is_reported(load, sketch):
    load()
    survey("way/1/0", 2.5, surveyed_by="Tổ 1", clear_width_on="2026-10-01")
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": "Ngõ 31", "width": "7", "maxheight": "3"})
    report = load()
    road = Road.objects.get()
    assert (road.clear_width_m, road.clear_width_evidence, road.surveyed_by) == (2.5, "surveyed", "Tổ 1")
    assert (road.clear_height_m, road.clear_height_evidence, road.name) == (3.0, "tagged", "Ngõ 31")
    assert report.layers["roads"].kept == ["way/1/0"]


def test_a_road_surveyed_as_a_whole_keeps_its_name_and_direction(load, sketch):
    load()
    Road.objects.update(evidence="surveyed", name="Ngõ 29/70", oneway="yes", remarks="seen")
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": "Ngõ 31", "oneway": "-1"})
    report = load()
    road = Road.objects.get()
    assert (road.name, road.oneway, road.evidence, road.remarks) == ("Ngõ 29/70", "yes", "surveyed", "seen")
    assert report.layers["roads"].kept == ["way/1/0"]


def test_a_survey_goes_with_the_ground_when_a_new_side_lane_splits_the_road(load, sketch):
    load()
    survey("way/1/0", 2.5, surveyed_by="Tổ 1")
    branch(sketch)
    report = load()
    widths = dict(Road.objects.filter(osm_way_id=1).values_list("ref", "clear_width_m"))
    assert widths == {"way/1/0": 2.5, "way/1/1": 2.5}
    assert set(Road.objects.filter(osm_way_id=1).values_list("surveyed_by", flat=True)) == {"Tổ 1"}
    assert report.conflicts == []


def test_a_survey_goes_with_the_ground_over_a_new_node_a_hand_beside_the_old_line(load, sketch):
    load()
    survey("way/1/0", 2.5)
    sketch.node(20, 250, 0.2)
    sketch.way(1, [1, 2, 9, 3, 20, 4, 5])
    branch(sketch, node=20)
    report = load()
    assert dict(Road.objects.filter(osm_way_id=1).values_list("ref", "clear_width_m")) == {
        "way/1/0": 2.5,
        "way/1/1": 2.5,
    }
    assert report.conflicts == []


def test_a_survey_of_one_piece_does_not_slip_onto_another_when_numbers_shift(load, sketch):
    branch(sketch, node=3)
    load()
    survey("way/1/1", 2.2)  # from 200 m to 400 m
    branch(sketch, node=2, way=3)  # the piece is now number 2
    load()
    widths = dict(Road.objects.filter(osm_way_id=1).values_list("ref", "clear_width_m"))
    assert widths == {"way/1/0": 3.0, "way/1/1": 3.0, "way/1/2": 2.2}


def test_a_way_drawn_elsewhere_is_left_as_it_is_when_a_survey_would_lose_its_place(load, sketch):
    branch(sketch, node=3)
    load()
    survey("way/1/1", 2.2)
    sketch.node(50, 300, 60)
    sketch.way(1, [1, 2, 9, 3, 50], {"name": "Ngõ 31"})  # the surveyed end now leads elsewhere
    report = load()
    assert report.conflicts == [1]
    assert dict(Road.objects.filter(osm_way_id=1).values_list("ref", "name")) == {
        "way/1/0": "Ngõ 29",
        "way/1/1": "Ngõ 29",
    }
    assert AccessRestriction.objects.get().road_ref == "way/1/0"
    assert (report.layers["roads"].superseded, report.layers["roads"].vanished) == ([], [])
    again = load()
    assert [(one.new, one.changed) for one in again.layers.values()] == [(0, 0)] * 7


def test_what_people_pinned_to_a_road_stays_on_its_spot_when_the_road_is_split(load, sketch):
    load()
    where = Point(*place(300, 0), srid=4326)
    AccessRestriction.objects.create(
        ref="survey/1", kind="awning", geom=where, road_ref="way/1/0", road_fraction=0.75, evidence="surveyed"
    )
    branch(sketch)  # at 200 m
    report = load()
    awning = AccessRestriction.objects.get(ref="survey/1")
    assert awning.road_ref == "way/1/1"
    assert awning.road_fraction == pytest.approx(0.5, abs=1e-4)
    assert report.pinned_anew == ["survey/1"]
    assert AccessRestriction.objects.get(ref="node/9").road_fraction == pytest.approx(0.75, abs=1e-4)


def test_a_piece_that_its_way_no_longer_has_is_deleted_listed_and_in_the_history(load, sketch):
    branch(sketch)
    load()
    sketch.way(1, [1, 2, 9, 3])  # shortened
    report = load()
    assert report.layers["roads"].superseded == ["way/1/1"]
    assert sorted(Road.objects.values_list("ref", flat=True)) == ["way/1/0", "way/2/0"]
    assert Road.pgh_event_model.objects.filter(ref="way/1/1", pgh_label="delete").exists()


def test_a_road_gone_from_openstreetmap_is_reported_and_stays(load, sketch):
    branch(sketch)
    sketch.way(3, [4, 5])
    load()
    sketch.drop((1, 3))
    report = load()
    assert report.layers["roads"].vanished == ["way/3/0"]
    assert Road.objects.filter(ref="way/3/0").exists()


def test_a_gate_gone_from_openstreetmap_is_reported_and_stays(load, sketch):
    load()
    sketch.node(9, 150)
    report = load()
    assert report.layers["access-restrictions"].vanished == ["node/9"]
    assert AccessRestriction.objects.count() == 1


def test_a_limit_gone_from_its_way_goes_with_it(load, sketch):
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"maxheight": "below_default"})
    load()
    assert AccessRestriction.objects.filter(kind="height_bar").count() == 1
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"maxheight": "3.2"})
    report = load()
    assert report.layers["access-restrictions"].superseded == ["way/1/0#maxheight"]
    assert not AccessRestriction.objects.filter(kind="height_bar").exists()


def test_rows_of_other_sources_are_never_missed(load, sketch):
    Road.objects.create(
        ref="demo/1", highway="service", start_node=1, end_node=2, geom="LINESTRING(105.821 21, 105.822 21)"
    )
    assert load().layers["roads"].vanished == []


def test_a_junction_once_known_is_kept_when_a_poorer_file_comes(load, sketch):
    branch(sketch)
    load()
    sketch.drop((1, 2))
    report = load()
    assert sorted(Road.objects.values_list("ref", flat=True)) == ["way/1/0", "way/1/1", "way/2/0"]
    assert report.layers["roads"].unchanged == 2


def test_a_way_cut_off_by_the_edge_of_the_extract_does_not_spoil_the_whole_one(load, sketch):
    branch(sketch)
    load()
    sketch.drop((0, 4), (0, 5))
    report = load()
    assert report.incomplete_ways == [1]
    assert sorted(Road.objects.values_list("ref", flat=True)) == ["way/1/0", "way/1/1", "way/2/0"]
    assert report.layers["roads"].vanished == report.layers["roads"].superseded == []


def test_openstreetmap_never_says_whether_water_comes(load, sketch):
    sketch.node(60, 10, 10, {"emergency": "fire_hydrant", "fire_hydrant:diameter": "100 mm"})
    sketch.node(61, 20, 10, {"emergency": "suction_point", "water_source": "lake"})
    sketch.node(62, 30, 10, {"emergency": "water_tank", "water_tank:volume": "50 m³"})
    load()
    hydrant, intake, tank = Hydrant.objects.get(), IntakePoint.objects.get(), WaterTank.objects.get()
    assert (hydrant.ref, hydrant.status, hydrant.flow_lps, hydrant.main_diameter_mm) == (
        "node/60",
        "unknown",
        None,
        100,
    )
    assert (intake.kind, intake.access, intake.status) == ("lake", "unknown", "unknown")
    assert (tank.volume_m3, tank.reachable_by_truck) == (50, "unknown")


def test_the_status_the_brigade_found_survives_and_so_does_a_surveyed_position(load, sketch):
    sketch.node(60, 10, 10, {"emergency": "fire_hydrant"})
    load()
    Hydrant.objects.update(status="faulty")
    sketch.node(60, 12, 10, {"emergency": "fire_hydrant"})
    load()
    assert Hydrant.objects.get().status == "faulty"
    Hydrant.objects.update(evidence="surveyed", geom=Point(*place(15, 10), srid=4326))
    report = load()
    assert report.layers["hydrants"].kept == ["node/60"]
    assert Hydrant.objects.get().geom.coords == pytest.approx(place(15, 10), abs=1e-9)


def test_turn_bans_are_stored(load, sketch):
    branch(sketch)
    sketch.turn(5, [("w", 1, "from"), ("n", 3, "via"), ("w", 2, "to")], {"restriction": "no_left_turn"})
    load()
    ban = TurnRestriction.objects.get()
    assert (ban.osm_relation_id, ban.kind, ban.via_node) == (5, "no_left_turn", 3)


def test_a_file_from_elsewhere_can_be_looked_at_but_not_stored(load, sketch):
    sketch.objects.clear()
    for id_ in (1, 2):
        sketch.node(id_, 0)
        sketch.objects[0, id_].location = (24.94 + id_ / 1000, 60.17)
    sketch.way(1, [1, 2])
    assert load(apply=False).segments == 1
    with pytest.raises(OutsideVietnam):
        load()
    assert Road.objects.count() == 0


def test_a_failure_halfway_leaves_nothing(load, sketch, monkeypatch):
    load()
    before = read_versions(TABLES)
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": "Ngõ 31"})
    monkeypatch.setattr(statements, "REPIN", "SELECT 1/0")
    with pytest.raises(DatabaseError):
        load()
    assert Road.objects.get().name == "Ngõ 29"
    assert read_versions(TABLES) == before


def test_hostile_tags_are_stored_word_for_word(load, sketch):
    text = "'); DROP TABLE routes_road; -- %s %(x)s \t\\N \" {}"
    sketch.way(1, [1, 2, 9, 3, 4, 5], {"name": text, "width": text})
    report = load()
    assert Road.objects.get().name == text
    assert Road.objects.get().tags["width"] == text
    assert [note.value for note in report.notes] == [text]


def test_a_file_without_anything_of_use_is_no_error(load, sketch):
    sketch.objects.clear()
    assert load().layers["roads"].new == 0


def test_the_command_prints_a_summary_and_writes_the_whole_report(sketch, tmp_path):
    path = sketch.save(tmp_path / "sketch.osm.pbf")
    out = StringIO()
    call_command("import_osm", str(path), report=tmp_path / "report.json", stdout=out)
    report = json.loads((tmp_path / "report.json").read_text())
    assert "1 ways, 1 segments, 2 junctions" in out.getvalue()
    assert "dry run: nothing was written" in out.getvalue()
    assert report["notes"] == [
        {"element": "way/1", "key": "width", "value": "3-4 m", "problem": "range", "used": 3.0},
    ]
    assert report["layers"]["roads"]["new"] == 1


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_osm", str(tmp_path / "none.osm.pbf"))


@pytest.mark.real_data
def test_inner_hanoi_loads_in_one_run_and_holds_what_the_report_says():
    report = import_osm(path=real_file("hanoi_12districts_drive.osm.pbf"), apply=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT osm_way_id), sum(ST_Length(geom::geography)) / 1000, "
            "count(DISTINCT osm_way_id) FILTER (WHERE clear_width_m IS NOT NULL) FROM routes_road"
        )
        segments, ways, length_km, wide = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM (SELECT start_node FROM routes_road UNION SELECT end_node FROM routes_road) AS ends"
        )
        (junctions,) = cursor.fetchone()
    assert (segments, ways, junctions) == (report.segments, report.ways, report.junctions)
    assert wide == report.ways_with["clear_width_m"]
    assert length_km == pytest.approx(report.length_km, rel=1e-6)
    assert Road.pgh_event_model.objects.count() == segments
    at_nodes = AccessRestriction.objects.filter(osm_node_id__isnull=False)
    crossings = at_nodes.filter(kind="level_crossing").count()
    assert at_nodes.count() - crossings == sum(report.barriers.values())
    assert crossings == 147


def test_railways_are_stored_compared_and_kept_when_surveyed(load, sketch):
    sketch.way(8, [1, 101], {"railway": "rail"})
    sketch.node(101, 0, 100)
    assert load().layers["railways"].new == 1
    line = Railway.objects.get()
    assert (line.ref, line.kind, line.in_use, line.evidence) == ("way/8/0", "rail", "yes", "tagged")
    assert load().layers["railways"].unchanged == 1
    Railway.objects.update(in_use="no", evidence="surveyed")
    assert load().layers["railways"].kept == ["way/8/0"]
    assert Railway.objects.get().in_use == "no"
