"""Tiles of ways: each piece carries the verdict of the rules, and what is drawn as one the worst of all it holds."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers.tile_grid import BUFFER, EXTENT, Tile, tile_at
from routes.engine.arrays import Level
from routes.engine.cutting import cut_roads
from routes.network.profiles import Driver
from routes.tiles import drawing
from routes.tiles.ahead import make_overview, tiles_from_afar
from routes.tiles.drawing import draw_tile
from routes.tiles.judged import judged_for
from routes.tiles.mvt import LINE, Drawn, layer
from tests.networks import ENGINE, NOON, Edge, Standing, network_of, obstacle, profile, wall
from tests.sketch import METRIC, ORIGIN, Sketch
from tests.unit.routes.test_engine_oracle import Mode, a_case

DRIVER = Driver(ENGINE)
LANE = Sketch("""
    A....G....B

    C.........D
""")


def drawn(network, z, tmp_path, *, driver=DRIVER, at=NOON, sure=True, tile=None):
    """Draw the tile over the sketches and read it the way QGIS does: rows of attributes by layer."""
    tile = tile or tile_at(*ORIGIN, z)
    content = draw_tile(judged_for(network, driver, at=at), tile, sure=sure)
    return decoded(content, tile, tmp_path)


def decoded(content: bytes, tile: Tile, tmp_path: Path):
    path = tmp_path / "tile.mvt"
    path.write_bytes(content)
    if not content:
        return {}
    options = {"X": str(tile.x), "Y": str(tile.y), "Z": str(tile.z), "CLIP": "NO"}
    return {
        name: pyogrio.read_dataframe(path, layer=name, **options) for name in pyogrio.list_layers(path)[:, 0].tolist()
    }


def verdicts(frame) -> dict[str, float]:
    """Metres on the screen by verdict."""
    return frame.geometry.length.groupby(frame["verdict"]).sum().to_dict()


# Pieces ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_every_piece_of_a_random_network_is_as_sure_as_the_witness_says(seed):
    _, network, _, witness = a_case(seed, Mode.EMERGENCY)
    cut = cut_roads(network, profile())

    def level(edge, low, high, over):
        levels = [
            least for least in Level
            if replace(witness, least=least).stretch(edge, low, high, over, over)[:2] == (0, 0)
        ]  # fmt: skip
        return max(levels)

    for edge, low, high, sure in zip(cut.edge, cut.from_mm, cut.to_mm, cut.level, strict=True):
        assert sure == level(int(edge), int(low), int(high), over=False)
    for edge, road in enumerate(witness.edges):
        there = cut.edge == edge
        if road.gone:
            assert not there.any()
            assert cut.worst[edge] == -1
            continue
        covered = int((cut.to_mm[there] - cut.from_mm[there]).sum())
        assert covered == witness.length(edge)
        assert cut.worst[edge] == level(edge, 0, witness.length(edge), over=True)


@pytest.mark.parametrize("seed", range(60))
def test_a_road_is_never_better_than_its_pieces_and_its_stops(seed):
    _, network, *_ = a_case(seed, Mode.EMERGENCY)
    cut = cut_roads(network, profile())
    assert (cut.worst[cut.edge] <= cut.level).all()
    assert (cut.worst[cut.stop_edge] <= cut.stop_level).all()
    assert (cut.stop_level <= Level.UNKNOWN).all()


def test_a_lane_is_passable_on_both_sides_of_a_gate_that_stops_and_the_gate_is_told(tmp_path):
    network = network_of([Edge("AGB")], [Standing(0, 50_000, obstacle(width_m=2.2))], sketch=LANE)
    layers = drawn(network, 16, tmp_path)
    assert set(verdicts(layers["ways"])) == {"passable"}
    (stop,) = layers["stops"].to_dict("records")
    assert (stop["verdict"], stop["kind"]) == ("blocked", "gate")
    assert stop["angle_deg"] in {0, 1, 179}  # the lane leads east


def test_only_the_stretch_that_a_market_takes_up_is_blocked(tmp_path):
    network = network_of([Edge("AGB")], [Standing(0, 20_000, wall(kind="market"), to_mm=50_000)], sketch=LANE)
    metres = verdicts(drawn(network, 16, tmp_path)["ways"])
    assert metres["blocked"] / sum(metres.values()) == pytest.approx(0.3, abs=0.02)
    assert set(metres) == {"blocked", "passable"}


def test_a_width_that_nobody_knows_is_unknown(tmp_path):
    network = network_of([Edge("AGB", width_m=None), Edge("CD", width_m=2.2)], sketch=LANE)
    assert set(verdicts(drawn(network, 16, tmp_path)["ways"])) == {"unknown", "blocked"}


def test_another_vehicle_gets_another_tile(tmp_path):
    network = network_of([Edge("AGB", width_m=2.2)], sketch=LANE)
    small = Driver(replace(ENGINE, width_m=1.2))
    assert set(drawn(network, 16, tmp_path)["ways"]["verdict"]) == {"blocked"}
    assert set(drawn(network, 16, tmp_path, driver=small)["ways"]["verdict"]) == {"passable"}


def test_a_market_by_the_clock_is_drawn_while_it_stands_and_not_after(tmp_path):
    market = wall(kind="market", schedule="06:00-13:00")
    network = network_of([Edge("AGB")], [Standing(0, 20_000, market, to_mm=50_000)], sketch=LANE)
    assert "blocked" in set(drawn(network, 16, tmp_path, at=NOON)["ways"]["verdict"])
    assert set(drawn(network, 16, tmp_path, at=NOON + timedelta(hours=6))["ways"]["verdict"]) == {"passable"}


@pytest.mark.parametrize("z", [10, 12, 14, 16])
def test_nothing_is_passable_while_the_data_may_be_out_of_date(z, tmp_path):
    network = network_of([Edge("AGB", kind="primary"), Edge("CD", width_m=2.2, kind="primary")], sketch=LANE)
    sure = set(drawn(network, z, tmp_path)["ways"]["verdict"])
    assert "passable" in sure or z < 14
    assert set(drawn(network, z, tmp_path, sure=False)["ways"]["verdict"]) <= {"unknown", "blocked"}


def test_a_road_that_is_gone_is_not_drawn(tmp_path):
    network = network_of([Edge("AGB", gone=True)], sketch=LANE)
    assert drawn(network, 16, tmp_path) == {}
    assert drawn(network, 10, tmp_path) == {}


def test_without_a_vehicle_roads_have_no_verdict_and_nothing_stops(tmp_path):
    network = network_of([Edge("AGB", width_m=2.2)], [Standing(0, 50_000, wall())], sketch=LANE)
    for z in (12, 16):
        layers = drawn(network, z, tmp_path, driver=None)
        assert set(layers) == {"ways"}
        assert "verdict" not in layers["ways"]


def test_an_empty_network_gives_empty_tiles(tmp_path):
    for z in (8, 12, 16):
        assert drawn(network_of([]), z, tmp_path) == {}


# From afar ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("z", [11, 12, 13])
def test_what_is_drawn_as_one_has_the_worst_verdict_and_the_counts(z, tmp_path):
    lanes = [Edge("AGB"), Edge("AGB", width_m=None), Edge("AGB", width_m=2.2)]
    (row,) = drawn(network_of(lanes, sketch=LANE), z, tmp_path)["ways"].to_dict("records")
    counts = {name: row[name] for name in ("verdict", "count", "passable", "unknown", "blocked")}
    assert counts == {"verdict": "blocked", "count": 3, "passable": 1, "unknown": 1, "blocked": 1}


@pytest.mark.parametrize("at_mm", [0, 50_000, 100_000])
def test_a_gate_without_length_makes_the_whole_road_blocked_from_afar(at_mm, tmp_path):
    network = network_of([Edge("AGB")], [Standing(0, at_mm, wall())], sketch=LANE)
    assert set(drawn(network, 13, tmp_path)["ways"]["verdict"]) == {"blocked"}


def test_a_lane_too_short_to_be_a_line_is_a_dot_and_not_left_out(tmp_path):
    short = network_of([Edge("AG", width_m=2.2)], sketch=Sketch("AG", cell_m=2.0))
    for z in (11, 12, 13):
        (row,) = drawn(short, z, tmp_path)["ways"].to_dict("records")
        assert row["verdict"] == "blocked"


@pytest.mark.parametrize("seed", range(20))
def test_no_cell_of_a_random_city_is_drawn_better_than_a_road_in_it(seed, tmp_path):
    random = np.random.default_rng(seed)
    names = "ABCDEFGHIJKLMNOPQRST"
    sketch, tile = Sketch("A"), tile_at(*ORIGIN, 13)
    west, south, east, north = tile.box
    east, north = METRIC.from_wgs84((west + east) / 2, (south + north) / 2)
    sketch.places = {
        name: (east + x, north - y) for name, (x, y) in zip(names, random.uniform(0, 900, (20, 2)), strict=True)
    }
    pairs = [random.choice(list(names), 2, replace=False) for _ in range(40)]
    widths = random.choice([6.0, 2.2, np.nan], 40)
    edges = [
        Edge("".join(pair), width_m=None if np.isnan(w) else float(w)) for pair, w in zip(pairs, widths, strict=True)
    ]
    network = network_of(edges, sketch=sketch)
    frame = drawn(network, 13, tmp_path)["ways"]
    for edge, road in enumerate(edges):
        line = shapely.transform(sketch.metres(str(road.over)), _to_mercator)
        cell_m = 32 / EXTENT * 40075016.7 / 2**13
        middle = line.interpolate(0.5, normalized=True).buffer(2 * cell_m)
        near = set(frame["verdict"][frame.geometry.intersects(middle)])
        wanted = {Level.BLOCKED: {"blocked"}, Level.UNKNOWN: {"blocked", "unknown"}}
        level = Level(int(cut_roads(network, profile()).worst[edge]))
        assert near & wanted.get(level, {"blocked", "unknown", "passable"})


def _to_mercator(xy):
    lon, lat = METRIC.to_wgs84(*xy.T)
    radius = 6378137.0
    return np.column_stack([np.radians(lon) * radius, np.arctanh(np.sin(np.radians(lat))) * radius])


def test_lanes_begin_at_their_zoom_and_main_roads_before(tmp_path):
    network = network_of([Edge("AGB"), Edge("CD", kind="primary")], sketch=LANE)
    assert set(drawn(network, 10, tmp_path)["ways"]["rank"]) == {"main"}
    assert set(drawn(network, 11, tmp_path)["ways"]["rank"]) == {"main", "lane"}
    assert drawn(network, 8, tmp_path) == {}


# Kept ----------------------------------------------------------------------------------------------------


def test_a_tile_is_kept_as_long_as_network_vehicle_and_timetables_are_the_same():
    market = wall(schedule="06:00-13:00")
    network = network_of([Edge("AGB")], [Standing(0, 20_000, market)], sketch=LANE)
    first = judged_for(network, DRIVER, at=NOON)
    assert judged_for(network, DRIVER, at=NOON + timedelta(minutes=1)) is first
    assert judged_for(network, DRIVER, at=NOON + timedelta(hours=6)) is not first
    assert judged_for(network, Driver(replace(ENGINE, width_m=1.0)), at=NOON) is not first
    assert judged_for(replace(network), DRIVER, at=NOON) is not first
    assert judged_for(network, None, at=NOON).cut is None


def test_the_tag_of_a_tile_is_that_of_its_content():
    network = network_of([Edge("AGB")], sketch=LANE)
    tile = tile_at(*ORIGIN, 16)

    def tag(network):
        judged = judged_for(network, DRIVER, at=NOON)
        return judged.tile(tile, lambda: draw_tile(judged, tile, sure=True)).etag

    assert tag(network) == tag(replace(network))
    assert tag(network) != tag(network_of([Edge("AGB", width_m=2.2)], sketch=LANE))


# Made ahead ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("z", [9, 10, 11, 12])
def test_from_afar_no_road_is_looked_at_again_by_a_tile_whose_grid_was_made_ahead(z, monkeypatch):
    network = network_of([Edge("AGB", width_m=2.2, kind="primary"), Edge("CD", width_m=6)], sketch=LANE)
    tiles = [tile for tile in tiles_from_afar(network) if tile.z == z]
    drawn = [draw_tile(judged_for(network, DRIVER, at=NOON), tile, sure=True) for tile in tiles]
    assert any(drawn)
    drawing._grids.clear()
    make_overview(network)
    monkeypatch.setattr(drawing, "_on_grid", lambda *_: pytest.fail("it was made anew"))
    assert [draw_tile(judged_for(network, DRIVER, at=NOON), tile, sure=True) for tile in tiles] == drawn


def test_a_city_without_roads_has_nothing_to_make_ahead():
    make_overview(network_of([]))


# The format ----------------------------------------------------------------------------------------------------


def test_lines_come_back_as_they_were_written(tmp_path):
    xy = np.array([[0, 0], [4096, 4096], [-64, 4160], [10, 10], [10, 10], [10, 11], [5, 5], [5, 5]], float)
    shapes = Drawn(LINE, np.array([0, 0, 1, 2]), np.array([0, 2, 3, 6, 8]), xy)
    tags = [{"name": "Ngõ 29/70 Khương Hạ", "n": 300}, {"name": "b"}, {"name": "nowhere"}]
    tile = Tile(14, 13009, 7212)
    frame = decoded(layer("ways", shapes, tags, EXTENT), tile, tmp_path)["ways"]
    assert frame["name"].tolist() == ["Ngõ 29/70 Khương Hạ", "b"]
    assert frame["n"].tolist()[0] == 300
    side = 40075016.685578488 / 2**14
    lengths = frame.geometry.length * EXTENT / side
    assert lengths.tolist() == pytest.approx([np.hypot(4096, 4096), 1.0], rel=1e-6)


def test_nothing_is_written_of_nothing():
    empty = Drawn(LINE, np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros((0, 2)))
    assert layer("ways", empty, [], EXTENT) == b""
    assert BUFFER < EXTENT
