"""Files to values: what is taken, what is passed over, and what is no such file."""

import pytest

from routes.osm.mapping import map_extract
from routes.osm.reader import UnreadableOsmFile, read_extract
from tests.osm_files import OsmSketch


@pytest.fixture
def sketch():
    sketch = OsmSketch()
    for id_, east_m in enumerate(range(0, 500, 100), 1):
        sketch.node(id_, east_m)
    return sketch


@pytest.fixture
def rows(sketch, tmp_path):
    return lambda: map_extract(read_extract(sketch.save(tmp_path / "sketch.osm.pbf")))


@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm", "x.opl"])
def test_every_common_format_gives_the_same_ways(sketch, tmp_path, name):
    sketch.way(7, [1, 2, 3], {"name": "Phố Huế | Hàng Bài", "name:en": "x"})
    way = read_extract(sketch.save(tmp_path / name)).ways[7]
    assert way.nodes == (1, 2, 3)
    assert way.tags == {"highway": "residential", "name": "Phố Huế | Hàng Bài", "name:en": "x"}


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x00\x00\x0d\x0a\x09OSMHeader", b"<osm", b'{"type": "FeatureCollection"}']
)
@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm", "x.geojson"])
def test_a_broken_or_foreign_file_is_refused_with_what_would_be_right(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableOsmFile, match="give a complete"):
        read_extract(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableOsmFile, match="no file"):
        read_extract(tmp_path / "none.osm.pbf")


@pytest.mark.parametrize("highway", ["busway", "ladder", "road", "footway", "steps", "path", "service", "track"])
def test_every_class_on_the_ground_is_a_road(sketch, rows, highway):
    sketch.way(1, [1, 2], {"highway": highway})
    assert [road.highway for road in rows().roads] == [highway]


@pytest.mark.parametrize("highway", ["proposed", "construction", "razed", "rest_area"])
def test_what_is_not_on_the_ground_is_counted_and_no_road(sketch, tmp_path, highway):
    sketch.way(1, [1, 2], {"highway": highway})
    extract = read_extract(sketch.save(tmp_path / "x.osm.pbf"))
    assert extract.ways == {}
    assert extract.passed_over == {f"highway={highway}": 1}


def test_a_segment_keeps_nodes_tags_and_version(sketch, rows):
    sketch.way(9, [1, 2, 3], {"surface": "asphalt", "lit": "yes", "lanes": "2", "bridge": "viaduct"})
    (road,) = rows().roads
    assert (road.ref, road.osm_way_id, road.start_node, road.end_node) == ("way/9/0", 9, 1, 3)
    assert (road.surface, road.lanes, road.bridge, road.tunnel) == ("asphalt", 2, True, False)
    assert road.tags["lit"] == "yes"
    assert road.tags["@version"] == "1"


def test_a_barrier_is_pinned_to_its_road_by_metres_and_does_not_split_it(sketch, rows):
    sketch.node(2, 30, tags={"barrier": "gate"})
    sketch.way(9, [1, 2, 3])
    found = rows()
    (gate,) = found.restrictions
    assert [road.ref for road in found.roads] == ["way/9/0"]
    assert (gate.ref, gate.road_ref, gate.osm_node_id) == ("node/2", "way/9/0", 2)
    assert gate.road_fraction == pytest.approx(30 / 200, abs=1e-4)


@pytest.mark.parametrize(("node", "fraction"), [(1, 0.0), (3, 1.0)])
def test_a_barrier_at_the_end_of_a_lane_is_pinned_to_that_end(sketch, rows, node, fraction):
    sketch.node(node, 0 if node == 1 else 200, tags={"barrier": "gate"})
    sketch.way(9, [1, 2, 3])
    assert rows().restrictions[0].road_fraction == fraction


def test_a_barrier_on_a_junction_stands_on_every_road_there(sketch, rows):
    sketch.node(2, 100, tags={"barrier": "bollard"})
    sketch.way(8, [1, 2, 3])
    sketch.way(9, [2, 4])
    found = rows()
    (bollard,) = found.restrictions
    assert (bollard.road_ref, bollard.road_fraction) == ("", None)
    assert sum(bollard.osm_node_id in (road.start_node, road.end_node) for road in found.roads) == 3
    assert found.on_junction == ["node/2"]


def test_a_barrier_on_no_road_is_counted_only(sketch, rows):
    sketch.node(5, 0, 50, tags={"barrier": "gate"})
    sketch.way(9, [1, 2])
    found = rows()
    assert found.restrictions == []
    assert found.off_road == {"gate": 1}


def test_a_limit_by_the_clock_hangs_on_every_segment_of_its_way(sketch, rows):
    sketch.way(8, [1, 2, 3], {"maxweight:conditional": "3.5 @ (06:00-09:00)"})
    sketch.way(9, [2, 4])
    found = rows().restrictions
    assert [limit.road_ref for limit in found] == ["way/8/0", "way/8/1"]
    assert len({limit.ref for limit in found}) == 2


def turn(sketch, tags=None, members=(("w", 1, "from"), ("n", 2, "via"), ("w", 2, "to"))):
    sketch.way(1, [1, 2])
    sketch.way(2, [2, 3])
    sketch.turn(5, members, {"restriction": "no_left_turn"} if tags is None else tags)


def test_a_turn_ban_is_read(sketch, rows):
    turn(sketch)
    (ban,) = rows().turns
    assert (ban.kind, ban.from_way_id, ban.via_node, ban.via_way_id, ban.to_way_id) == ("no_left_turn", 1, 2, None, 2)
    assert ban.condition == ""


def test_a_turn_ban_by_the_clock_keeps_its_condition(sketch, rows):
    turn(sketch, {"restriction:conditional": "no_left_turn @ (07:00-09:00)"})
    assert [(ban.kind, ban.condition) for ban in rows().turns] == [("no_left_turn", "07:00-09:00")]


def test_a_turn_ban_over_a_way_is_read(sketch, rows):
    sketch.way(3, [3, 4])
    turn(sketch, members=[("w", 1, "from"), ("w", 2, "via"), ("w", 3, "to")])
    assert [(ban.via_node, ban.via_way_id) for ban in rows().turns] == [(None, 2)]


@pytest.mark.parametrize(
    ("tags", "members", "reason"),
    [
        (None, [("w", 1, "from"), ("n", 2, "via"), ("w", 77, "to")], "not in the extract: 77"),
        (None, [("w", 1, "from"), ("w", 2, "to")], "exactly one"),
        (None, [("w", 1, "from"), ("w", 2, "from"), ("n", 2, "via"), ("w", 2, "to")], "exactly one"),
        (None, [("n", 1, "from"), ("n", 2, "via"), ("w", 2, "to")], "wrong kind"),
        ({"restriction:hgv": "no_left_turn"}, [], "no ban"),
    ],
)
def test_a_turn_ban_that_cannot_be_kept_is_reported(sketch, rows, tags, members, reason):
    turn(sketch, tags, members)
    found = rows()
    assert found.turns == []
    assert [refusal.element for refusal in found.refused] == ["relation/5"]
    assert reason in found.refused[0].reason


def test_sources_of_water_go_to_their_tables(sketch, rows):
    sketch.node(10, 0, 10, {"emergency": "fire_hydrant", "fire_hydrant:type": "wall"})
    sketch.node(11, 0, 20, {"emergency": "suction_point"})
    sketch.node(12, 0, 30, {"emergency": "water_tank"})
    sketch.node(13, 0, 40, {"emergency": "phone"})
    found = rows()
    assert [row.ref for row in (*found.hydrants, *found.intakes, *found.tanks)] == ["node/10", "node/11", "node/12"]


# Rails ---------------------------------------------------------------------------------------------------------------


def test_a_railway_is_a_line_with_what_its_tags_say_and_no_road(sketch, rows):
    for id_, tags in enumerate(
        (
            {"railway": "rail", "name": "Bắc Nam"},
            {"railway": "light_rail", "bridge": "viaduct", "layer": "1"},
            {"railway": "subway", "location": "underground"},
            {"railway": "disused", "disused:railway": "narrow_gauge"},
        ),
        1,
    ):
        sketch.way(id_, [1, 2, 3], {"highway": "", **tags})
        sketch.objects[1, id_].tags.pop("highway")
    found = rows()
    told = [(r.ref, r.name, r.kind, r.in_use, r.bridge, r.tunnel, r.layer) for r in found.rails]
    assert told == [
        ("way/1/0", "Bắc Nam", "rail", "yes", False, False, 0),
        ("way/2/0", "", "light_rail", "yes", True, False, 1),
        ("way/3/0", "", "subway", "yes", False, True, 0),
        ("way/4/0", "", "narrow_gauge", "no", False, False, 0),
    ]
    assert found.roads == []


@pytest.mark.parametrize("value", ["abandoned", "proposed", "construction", "platform"])
def test_what_is_no_track_on_the_ground_is_counted_and_no_railway(sketch, tmp_path, value):
    sketch.way(1, [1, 2], {"railway": value})
    extract = read_extract(sketch.save(tmp_path / "sketch.osm.pbf"))
    assert (extract.rails, extract.passed_over) == ({}, {f"railway={value}": 1})


def test_rails_in_a_street_are_both_and_are_not_drawn_across_nodes_that_the_file_lacks(sketch, rows):
    sketch.way(1, [1, 2, 77, 3, 4], {"railway": "tram"})
    found = rows()
    assert [r.ref for r in found.rails] == ["way/1/0", "way/1/1"]
    assert found.roads


@pytest.mark.parametrize("value", ["level_crossing", "crossing", "tram_level_crossing"])
def test_a_level_crossing_lets_vehicles_pass_and_leaves_open_whether_hose_does(sketch, rows, value):
    sketch.node(9, 150, tags={"railway": value, "crossing:barrier": "half"})
    sketch.way(1, [1, 2, 9, 3])
    (row,) = rows().restrictions
    assert (row.ref, row.kind, row.road_ref) == ("node/9#crossing", "level_crossing", "way/1/0")
    assert row.road_fraction == pytest.approx(0.75, abs=1e-4)
    assert (row.blocks_vehicles, row.legal_only, row.passable_on_foot) == ("no", True, "unknown")


def test_a_crossing_with_a_boom_on_the_same_node_is_both(sketch, rows):
    sketch.node(9, 150, tags={"railway": "level_crossing", "barrier": "lift_gate"})
    sketch.way(1, [1, 2, 9, 3])
    assert {row.ref for row in rows().restrictions} == {"node/9", "node/9#crossing"}
