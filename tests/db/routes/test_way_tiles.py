"""Tiles of ways over HTTP: whose verdicts, from which state of the data, and at what cost."""

import gzip
from datetime import timedelta

import pyogrio
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.map_sources import map_sources
from layers.tile_grid import tile_at
from routes.models import AccessRestriction, Road, Vehicle
from routes.network import live
from routes.tiles import drawing
from tests.sketch import ORIGIN, Sketch

pytestmark = pytest.mark.django_db

LANE = Sketch("""
    A....G....B

    C.........D
""")


@pytest.fixture
def lane():
    """A lane wide enough for all, and one that nobody measured."""
    LANE.road("AGB", clear_width_m=4.0, clear_height_m=4.5, max_weight_t=30.0, name="Ngõ 29")
    LANE.road("CD", name="Ngõ 31")
    Vehicle.objects.create(
        code="test", name="Xe thử", kind="engine", width_m=2.5, height_m=3.4, length_m=8, gross_weight_t=16
    )


def address(z: int, query: str = "?vehicle=test") -> str:
    tile = tile_at(*ORIGIN, z)
    return f"/tiles/ways/{z}/{tile.x}/{tile.y}.mvt{query}"


@pytest.fixture
def ways(client, tmp_path):
    """Ask for the tile over the sketch and return the rows of a layer."""

    def ask(z: int = 16, query: str = "?vehicle=test", layer: str = "ways"):
        response = client.get(address(z, query))
        if response.status_code == 204:
            return []
        assert response.status_code == 200, response.content
        path, tile = tmp_path / "tile.mvt", tile_at(*ORIGIN, z)
        path.write_bytes(response.content)
        options = {"X": str(tile.x), "Y": str(tile.y), "Z": str(z)}
        if layer not in pyogrio.list_layers(path)[:, 0]:
            return []
        return pyogrio.read_dataframe(path, layer=layer, **options).to_dict("records")

    return ask


def by_name(rows) -> dict[str, str]:
    return {row["name"]: row["verdict"] for row in rows}


def test_each_lane_has_its_verdict_and_its_name(lane, ways):
    assert by_name(ways()) == {"Ngõ 29": "passable", "Ngõ 31": "unknown"}


def test_an_edit_is_in_the_next_tile(lane, ways):
    assert by_name(ways())["Ngõ 29"] == "passable"
    Road.objects.filter(ref="AGB").update(clear_width_m=2.0)
    assert by_name(ways())["Ngõ 29"] == "blocked"
    LANE.restriction("D", on="CD", kind="bollard", blocks_vehicles="yes")
    (stop,) = ways(layer="stops")
    assert (stop["verdict"], stop["kind"]) == ("blocked", "bollard")
    AccessRestriction.objects.all().delete()
    assert ways(layer="stops") == []


def test_a_vehicle_that_is_edited_gets_other_verdicts(lane, ways):
    assert by_name(ways())["Ngõ 29"] == "passable"
    Vehicle.objects.filter(code="test").update(width_m=3.9)
    assert by_name(ways())["Ngõ 29"] == "blocked"


def test_from_afar_the_worst_is_drawn_with_its_counts(lane, ways):
    (row,) = [row for row in ways(12) if row["verdict"] == "unknown"]
    assert (row["rank"], row["count"], row["passable"], row["unknown"]) == ("lane", 2, 1, 1)


def test_a_store_that_is_silent_takes_every_passable_back(lane, ways, monkeypatch):
    assert by_name(ways())["Ngõ 29"] == "passable"

    def silent():
        raise OperationalError

    monkeypatch.setattr(live, "read_stamp", silent)
    assert by_name(ways()) == {"Ngõ 29": "unknown", "Ngõ 31": "unknown"}
    monkeypatch.undo()
    assert by_name(ways())["Ngõ 29"] == "passable"


@pytest.mark.parametrize("z", [12, 16])
def test_a_tile_costs_two_short_queries_and_none_over_roads(lane, client, z):
    client.get(address(z))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address(z)).status_code == 200
    # One of them, prepared, looks whether the vehicles that the process keeps are still those of the store.
    statements = [query["sql"] or "prepared" for query in asked]
    assert sum("routes_networkversion" in sql for sql in statements) == 1
    assert not any("routes_road" in sql or "routes_accessrestriction" in sql for sql in statements)
    assert len(statements) <= 3  # the third: edits of this transaction, as tests have


def test_the_vehicle_is_found_by_its_index(lane):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM routes_vehicle WHERE code = 'test'")
        assert "Index" in "\n".join(row[0] for row in cursor.fetchall())


def test_a_tile_that_is_the_same_is_not_sent_again(lane, client):
    first = client.get(address(16))
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address(16), headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Road.objects.filter(ref="AGB").update(remarks="nothing that is drawn")
    assert client.get(address(16), headers={"if-none-match": tag}).status_code == 304
    Road.objects.filter(ref="AGB").update(clear_width_m=2.0)
    assert client.get(address(16), headers={"if-none-match": tag}).status_code == 200


def test_the_tile_changes_when_a_market_closes(lane, client, monkeypatch):
    LANE.restriction("G", on="AGB", kind="market", blocks_vehicles="yes", schedule="06:00-13:00", road_fraction=0.5)
    noon = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    open_then = client.get(address(16)).headers["ETag"]
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(hours=6))
    assert client.get(address(16)).headers["ETag"] != open_then


def test_a_tile_comes_packed_for_those_who_unpack_it(lane, client):
    packed = client.get(address(16), headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == client.get(address(16)).content


def test_where_no_road_is_there_is_nothing(lane, client):
    for path in ("/tiles/ways/16/0/0.mvt", address(8, "")):
        response = client.get(path)
        assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (address(16, "?vehicle=nobody"), 400, "unknown-vehicle"),
        (address(16, "?vehicle=test&vehicle=test"), 400, "repeated-parameter"),
        (address(16, "?vehical=test"), 400, "unknown-parameter"),
        ("/tiles/ways/19/0/0.mvt", 404, "unknown-tile"),
        ("/tiles/ways/1/2/0.mvt", 404, "unknown-tile"),
        ("/tiles/ways/a/b/c.mvt", 404, "unknown-tile"),
        ("/tiles/ways.json?vehicle=nobody", 400, "unknown-vehicle"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_redirects(lane, client, path, status, code):
    response = client.get(path)
    assert response.status_code == status
    assert response.json()["type"].endswith(code)


def test_the_document_names_the_tiles_and_what_is_in_them(lane, client):
    document = client.get("/tiles/ways.json?vehicle=test").json()
    assert document["tiles"] == ["http://testserver/tiles/ways/{z}/{x}/{y}.mvt?vehicle=test"]
    fields = {layer["id"]: set(layer["fields"]) for layer in document["vector_layers"]}
    assert {"verdict", "name", "highway", "count"} <= fields["ways"]
    assert "angle_deg" in fields["stops"]


def test_the_map_page_learns_of_these_tiles_and_of_their_zooms():
    (source,) = map_sources
    assert source.template == "/tiles/ways/{z}/{x}/{y}.mvt"
    assert (source.min_zoom, source.whole_from) == (drawing.MIN_ZOOM, drawing.PIECES_FROM)
