"""Vector tiles from PostGIS, decoded by GDAL: what is in them, for whom, at which zoom, and at what cost."""

import gzip
import json
import random
from bisect import bisect
from datetime import date

import pyogrio
import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from hydrants.models import Hydrant, WaterBody
from layers.audience import Audience
from layers.models import Building, Facility
from layers.tile_grid import CELLS, EXTENT, MAX_ZOOM, Tile, tile_at
from layers.tile_rules import tile_rules
from layers.tiles import tile_statement
from routes.models import Road

pytestmark = pytest.mark.django_db

LON, LAT = 105.8201, 21.0003


def hydrant(ref: str, lon: float = LON, lat: float = LAT, **values) -> Hydrant:
    return Hydrant.objects.create(ref=ref, geom=Point(lon, lat, srid=4326), **values)


def area(west: float, south: float, side: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def road(ref: str, *places: tuple[float, float], **values) -> Road:
    values = {"start_node": 1, "end_node": 2, "highway": "residential", **values}
    return Road.objects.create(ref=ref, geom=LineString(*places, srid=4326), **values)


def address(layer: str, z: int, lon: float = LON, lat: float = LAT) -> str:
    tile = tile_at(lon, lat, z)
    return f"/tiles/{layer}/{z}/{tile.x}/{tile.y}.mvt"


def decode(content: bytes, tmp_path, tile: Tile, layer: str | None = None):
    """Read a tile the way QGIS does, by GDAL; as a frame of attributes with `geometry` in Web Mercator metres."""
    path = tmp_path / f"{tile.z}-{tile.x}-{tile.y}.mvt"
    path.write_bytes(content)
    options = {"X": str(tile.x), "Y": str(tile.y), "Z": str(tile.z), "CLIP": "NO"}
    return pyogrio.read_dataframe(path, layer=layer, fid_as_index=True, **options)


@pytest.fixture
def features(client, tmp_path):
    """Ask for the tile over a place and return its features as dicts, absent attributes left out."""

    def ask(layer: str, z: int, lon: float = LON, lat: float = LAT):
        response = client.get(address(layer, z, lon, lat))
        if response.status_code == 204:
            return []
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
        frame = decode(response.content, tmp_path, tile_at(lon, lat, z))
        return [
            {name: value for name, value in row.items() if value is not None and value == value}  # noqa: PLR0124 - NaN
            for row in frame.drop(columns="mvt_id", errors="ignore").to_dict("records")
        ]

    return ask


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_registered_layer_has_tiles_at_every_zoom_and_says_so(client, layer):
    for z in (0, 10, 14, MAX_ZOOM):
        response = client.get(address(layer.id, z))
        assert (response.status_code, response.content) == (204, b"")
    document = client.get(f"/tiles/{layer.id}.json").json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [f"http://testserver/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.mvt"]
    assert 0 <= document["minzoom"] < document["maxzoom"] == MAX_ZOOM
    [described] = document["vector_layers"]
    assert described["id"] == layer.id
    assert all(described["fields"].values())
    assert "bounds" not in document  # nothing is there yet


def test_near_a_tile_carries_every_public_attribute_and_the_place_to_the_decimetre(client, tmp_path, features):
    ward = AdministrativeUnit.objects.create(
        ref="unit/1", code="00001", name="Phường 1", level=3, valid_from=date(2025, 7, 1), geom=area(105.8, 20.99, 0.1)
    )
    stored = hydrant(
        "TN-1", name="Trụ “A”", status="faulty", flow_lps=18.5, outlet_diameters_mm=[65, 110],
        status_on=date(2026, 1, 2), contact_phone="0900", remarks="secret", tags={"status": "working"},
    )  # fmt: skip
    [seen] = features("hydrants", 17)
    place = seen.pop("geometry")
    wanted = stored.geom.transform(3857, clone=True)
    assert abs(place.x - wanted.x) < 0.1
    assert abs(place.y - wanted.y) < 0.1
    assert {name: seen[name] for name in ("ref", "name", "status", "status_on", "flow_lps", "administrative_unit")} == {
        "ref": "TN-1", "name": "Trụ “A”", "status": "faulty", "status_on": "2026-01-02", "flow_lps": 18.5,
        "administrative_unit": ward.ref,
    }  # fmt: skip
    assert json.loads(seen["outlet_diameters_mm"]) == [65, 110]
    assert not {"contact_phone", "remarks", "tags", "count"} & set(seen)
    document = client.get("/tiles/hydrants.json").json()
    assert set(seen) <= set(document["vector_layers"][0]["fields"])
    assert document["bounds"] == [LON, LAT, LON, LAT]


def test_the_feature_id_in_a_tile_is_that_of_the_items(client, tmp_path):
    stored = hydrant("TN-1")
    for z in (10, 17):
        frame = decode(client.get(address("hydrants", z)).content, tmp_path, tile_at(LON, LAT, z))
        assert list(frame["mvt_id"]) == [stored.pk]


def test_what_nobody_knows_is_absent_not_zero(features):
    hydrant("TN-1", flow_lps=None)
    hydrant("TN-2", lon=LON + 0.0001, flow_lps=float("nan"))
    for seen in features("hydrants", 17):
        assert "flow_lps" not in seen
        assert seen["status"] == "unknown"


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        (["working", "unknown", "working"], "unknown"),
        (["working", "faulty"], "faulty"),
        (["blocked", "faulty", "unknown"], "faulty"),
        (["missing", "faulty"], "missing"),
        (["working", "working"], "working"),
    ],
)
def test_an_aggregate_carries_the_count_and_the_worst_status(features, statuses, worst):
    for number, status in enumerate(statuses):
        hydrant(f"TN-{number}", lon=LON + number * 1e-6, status=status)
    [seen] = features("hydrants", 10)
    assert (seen["count"], seen["status"]) == (len(statuses), worst)
    counted = {name.removeprefix("status_"): n for name, n in seen.items() if name.startswith("status_")}
    assert counted == {status: statuses.count(status) for status in statuses}


def test_a_status_outside_the_list_never_counts_as_working(features, codes_of_old):
    hydrant("TN-1", status="working")
    hydrant("TN-2", status="hỏng")
    [seen] = features("hydrants", 10)
    assert seen["count"] == 2
    assert "status" not in seen


def test_classes_without_rank_are_named_only_where_all_agree(features):
    for ref, kind in (("F-1", "lodging"), ("F-2", "lodging")):
        Facility.objects.create(ref=ref, name=ref, pilot_class=kind, geom=Point(LON, LAT, srid=4326))
    assert features("facilities", 12)[0]["pilot_class"] == "lodging"
    Facility.objects.create(ref="F-3", name="F-3", pilot_class="other", geom=Point(LON, LAT, srid=4326))
    [seen] = features("facilities", 12)
    assert "pilot_class" not in seen
    assert (seen["pilot_class_lodging"], seen["pilot_class_other"], seen["count"]) == (2, 1, 3)


def test_invented_data_stays_marked_in_aggregates(features):
    hydrant("TN-1", synthetic=False)
    hydrant("TN-2", synthetic=True)
    assert features("hydrants", 10)[0]["synthetic"] is True


def test_aggregates_count_every_feature_once_whatever_tile_it_lies_in(client, tmp_path):
    corner, luck = tile_at(105.6, 21.15, 11), random.Random(5)
    for number in range(600):
        # Not at the border of a cell, where the whole units of a tile could put a mean into the next one.
        column, row = (luck.randrange(3 * CELLS) + luck.uniform(0.1, 0.9) for _axis in "xy")
        tile = Tile(11, corner.x + int(column) // CELLS, corner.y + int(row) // CELLS)
        west, east = (tile.cell_longitudes[1 + int(column) % CELLS + side] for side in (0, 1))
        north, south = (tile.cell_latitudes[CELLS + 1 - int(row) % CELLS - side] for side in (0, 1))
        hydrant(f"T{number}", west + column % 1 * (east - west), south + row % 1 * (north - south))
    inside, by_cell = 0, {}
    for tile in (Tile(11, corner.x + x, corner.y + y) for x in range(-1, 4) for y in range(-1, 4)):
        response = client.get(f"/tiles/hydrants/11/{tile.x}/{tile.y}.mvt")
        if response.status_code == 204:
            continue
        for row in decode(response.content, tmp_path, tile).to_crs(4326).to_dict("records"):
            column = bisect(tile.cell_longitudes, row["geometry"].x) - 1
            line = CELLS + 1 - bisect(tile.cell_latitudes, row["geometry"].y)
            if column in range(CELLS) and line in range(CELLS):
                inside += row["count"]
            by_cell.setdefault((tile.x * CELLS + column, tile.y * CELLS + line), set()).add(row["count"])
    assert inside == 600
    assert all(len(counts) == 1 for counts in by_cell.values()), "a cell of a buffer differs from the one in its tile"


def test_a_large_footprint_is_counted_where_its_middle_is_and_nowhere_else(features):
    Building.objects.create(ref="H-1", geom=area(LON, LAT, 0.05))
    near = features("buildings", 14, LON + 0.025, LAT + 0.025)
    assert [seen["count"] for seen in near] == [1]
    assert features("buildings", 14, LON + 0.001, LAT + 0.001) == []


def test_a_footprint_whose_middle_is_just_outside_the_buffer_makes_no_part_of_a_count(features):
    west = tile_at(LON, LAT, 14).box[0]
    unit = 360 / 2**14 / EXTENT
    Building.objects.create(ref="H-1", geom=area(west - 0.3 * unit - 0.001, LAT, 0.002))
    assert features("buildings", 14) == []


def test_lines_under_a_pixel_are_dropped_from_afar_and_kept_near(features):
    road("long", (LON, LAT), (LON + 0.01, LAT), name="Dài")
    road("short", (LON, LAT), (LON + 0.0001, LAT))
    [seen] = features("roads", 10)
    assert {name for name in seen if name != "geometry"} == {"name", "clear_width_evidence", "synthetic"}
    assert {seen["ref"] for seen in features("roads", 16)} == {"long", "short"}
    # Before the layer begins nothing is drawn.
    assert features("roads", 7) == []


def test_areas_are_simplified_from_afar(client):
    wavy = [(105.8 + 0.1 * n / 2000, 21.0 + 0.0001 * (n % 2)) for n in range(2001)]
    WaterBody.objects.create(
        ref="L-1", kind="lake", geom=MultiPolygon(Polygon([*wavy, (105.9, 21.1), (105.8, 21.1), wavy[0]]), srid=4326)
    )
    far = len(client.get(address("water-bodies", 9, 105.85, 21.05)).content)
    assert 0 < far < 300


def test_dated_layers_carry_their_dates_at_every_zoom_so_that_a_map_can_choose(features):
    for code, start, end in (("1", date(2000, 1, 1), date(2025, 7, 1)), ("2", date(2025, 7, 1), None)):
        AdministrativeUnit.objects.create(
            ref=f"unit/{code}", code=code, name=code, level=3, valid_from=start, valid_to=end, geom=area(LON, LAT, 0.1)
        )
    seen = {unit["name"]: unit for unit in features("administrative-units", 9)}
    assert (seen["1"]["valid_to"], seen["2"].get("valid_to")) == ("2025-07-01", None)
    assert seen["2"]["valid_from"] == "2025-07-01"


def test_layers_joined_in_one_tile_stay_apart(client, tmp_path):
    hydrant("TN-1")
    road("R-1", (LON, LAT), (LON + 0.01, LAT))
    response = client.get(address("hydrants,roads,buildings", 16))
    path = tmp_path / "joined.mvt"
    path.write_bytes(response.content)
    assert sorted(name for name, _kind in pyogrio.list_layers(path)) == ["hydrants", "roads"]
    document = client.get("/tiles/hydrants,roads,buildings.json").json()
    assert [layer["id"] for layer in document["vector_layers"]] == ["hydrants", "roads", "buildings"]


@pytest.mark.parametrize(
    "path",
    [
        "15/0/32768",
        "19/0/0",
        "-1/0/0",
        "a/b/c",
        "1.5/0/0",
        "007/0/0",
        "14/١/2",
        "0/0/1",
        f"14/{'9' * 400}/0",
        "14/%00/0",
    ],
)
def test_a_tile_outside_the_grid_is_a_problem_not_a_redirect(client, path):
    response = client.get(f"/tiles/hydrants/{path}.mvt")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert "zoom" in response.json()["detail"] or "phóng" in response.json()["detail"]


def test_unknown_layers_and_parameters_are_refused_with_those_there_are(client):
    unknown = client.get("/tiles/hydrant/10/1/1.mvt")
    assert unknown.status_code == 404
    assert "hydrants" in unknown.json()["detail"]
    assert client.get(address("hydrants,hydrants", 10)).status_code == 400
    assert client.get(address("hydrants", 10) + "?v=1").status_code == 400
    assert client.get("/tiles/hydrants.json?v=1").status_code == 400
    assert client.post(address("hydrants", 10)).status_code == 405


def test_a_tile_is_made_once_and_again_after_a_write(client):
    hydrant("TN-1", status="working")
    path = address("hydrants", 10)
    asked = []

    def listen(execute, sql, *rest):  # what is prepared has no text among the captured queries
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        fresh = client.get(path)
        again = client.get(path)
    assert ["gis_core_dataversion" in sql for sql in asked] == [True, False, True]
    assert again.content == fresh.content
    hydrant("TN-2")
    changed = client.get(path)
    assert changed.content != fresh.content
    assert changed.headers["ETag"] != fresh.headers["ETag"]


def test_an_empty_tile_is_remembered_too(client):
    path = address("hydrants", 10)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 204
    assert len(queries) == 1


def test_a_reader_who_has_the_tile_costs_one_small_query(client):
    hydrant("TN-1")
    path = address("hydrants", 10)
    etag = client.get(path).headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        unchanged = client.get(path, headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", etag)
    assert len(queries) == 1
    assert "private" in unchanged.headers["Cache-Control"]
    hydrant("TN-2")
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_tiles_are_compressed_for_those_who_take_it(client):
    hydrant("TN-1")
    path = address("hydrants", 17)
    plain, packed = client.get(path), client.get(path, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == client.get(path).content
    assert client.get(path, headers={"accept-encoding": "gzip;q=0"}).content == plain.content
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.fixture
def wards():
    made = []
    for number, west in ((1, 105.80), (2, 105.81)):
        made.append(
            AdministrativeUnit.objects.create(
                ref=f"unit/{number}", code=f"0000{number}", name=f"Phường {number}", level=3,
                valid_from=date(2025, 7, 1), geom=area(west, 21.0, 0.01),
            )
        )  # fmt: skip
    return made


def test_sensitive_attributes_reach_only_roles_and_only_in_their_unit(client, features, wards):
    hydrant("in-1", 105.8099, 21.005, contact_phone="0901")
    hydrant("in-2", 105.8101, 21.005, contact_phone="0902")
    user = get_user_model().objects.create_user("dispatcher")

    def phones():
        return {seen["ref"]: seen.get("contact_phone") for seen in features("hydrants", 14, 105.81, 21.005)}

    def described():
        return "contact_phone" in client.get("/tiles/hydrants.json").json()["vector_layers"][0]["fields"]

    assert (phones(), described()) == ({"in-1": None, "in-2": None}, False)
    client.force_login(user)
    assert (phones(), described()) == ({"in-1": None, "in-2": None}, False)
    grant = RoleGrant.objects.create(user=user, role="dispatcher", administrative_unit=wards[0])
    assert (phones(), described()) == ({"in-1": "0901", "in-2": None}, True)
    grant.administrative_unit = wards[1]
    grant.save()
    assert phones() == {"in-1": None, "in-2": "0902"}
    grant.administrative_unit = None
    grant.save()
    assert phones() == {"in-1": "0901", "in-2": "0902"}
    client.logout()
    assert phones() == {"in-1": None, "in-2": None}


def test_tiles_of_one_audience_are_not_the_answer_to_another(client, wards):
    hydrant("in-1", 105.805, 21.005, contact_phone="0901")
    path = address("hydrants", 16, 105.805, 21.005)
    public = client.get(path)
    user = get_user_model().objects.create_user("planner")
    RoleGrant.objects.create(user=user, role="planner")
    client.force_login(user)
    own = client.get(path, headers={"if-none-match": public.headers["ETag"]})
    assert own.status_code == 200
    assert b"0901" in own.content
    client.logout()
    assert client.get(path, headers={"if-none-match": own.headers["ETag"]}).status_code == 200
    assert b"0901" not in client.get(path).content


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_a_role_held_in_one_unit_can_read_every_layer(client, wards, layer):
    user = get_user_model().objects.create_user("dispatcher")
    RoleGrant.objects.create(user=user, role="dispatcher", administrative_unit=wards[0])
    client.force_login(user)
    for z in (9, 17):
        assert client.get(address(layer.id, z)).status_code in {200, 204}


ROWS = """
    INSERT INTO {table} (ref, geom {columns})
    SELECT 'T' || n, ST_SetSRID({geom}, 4326) {values}
    FROM (SELECT n, ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()) AS p
          FROM generate_series(1, {n}) AS n) AS place
"""
LINES = {"geom": "ST_MakeLine(p, ST_Translate(p, 0.0004, 0.0003))", "columns": ", start_node, end_node, highway",
         "values": ", n, n, 'residential'"}  # fmt: skip


def fill(table: str, rows: int, *, geom: str = "p", columns: str = "", values: str = "") -> None:
    with connection.cursor() as cursor:
        # History and counting are not what is looked at here; they would double the time.
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; SELECT setseed(0.5)")
        cursor.execute(ROWS.format(table=table, geom=geom, columns=columns, values=values, n=rows))
        cursor.execute(f"ANALYZE {table}")


@pytest.mark.parametrize(
    ("layer_id", "table", "index", "shape"),
    [
        ("hydrants", "hydrants_hydrant", "hydrants_hydrant_planar", {}),
        ("buildings", "layers_building", "layers_building_geom", {}),
        ("roads", "routes_road", "routes_road_geom", LINES),
    ],
)
def test_a_tile_of_100_000_rows_reads_the_spatial_index(layer_id, table, index, shape):
    fill(table, 100_000, **shape)
    layer = layer_registry.get(layer_id)
    for z in {13, 14, 16, MAX_ZOOM, tile_rules(layer).whole_from}:
        statement, params = tile_statement(layer, tile_at(105.8, 21.0, z), Audience(units=frozenset({1})))
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + statement, params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert f"on {index}" in plan or f"using {index}" in plan, plan
        assert f"Seq Scan on {table}" not in plan, plan


def test_ten_thousands_of_hydrants_fit_into_100_kb_at_zoom_10(client):
    fill("hydrants_hydrant", 100_000)
    plain = client.get(address("hydrants", 10, 105.8, 21.0)).content
    assert 1_000 < len(plain) < 100_000


def test_a_map_gets_what_drawing_needs_and_nothing_else(client, tmp_path):
    hydrant("a", name="Trụ A", status="faulty", flow_lps=8.0, remarks="nobody's business", synthetic=True)
    Building.objects.create(ref="b", geom=Point(LON, LAT, srid=4326), house_number="5", address="Số 5", people=7)
    kept = {"hydrants": {"status", "synthetic"}, "buildings": {"house_number", "synthetic"}}
    for layer, names in kept.items():
        response = client.get(address(layer, 16) + "?attributes=drawing")
        frame = decode(response.content, tmp_path, tile_at(LON, LAT, 16))
        assert {name for name in frame.columns if frame[name].notna().any()} - {"mvt_id", "geometry"} == names
        whole = client.get(address(layer, 16) + "?attributes=all")
        assert whole.headers["ETag"] == client.get(address(layer, 16)).headers["ETag"] != response.headers["ETag"]


def test_a_reader_of_sensitive_attributes_gets_none_for_drawing(client):
    hydrant("a", remarks="nobody's business")
    admin = get_user_model().objects.create_superuser("root", password="x")
    RoleGrant.objects.create(user=admin, role="administrator")
    public = client.get(address("hydrants", 16) + "?attributes=drawing").content
    client.force_login(admin)
    assert client.get(address("hydrants", 16) + "?attributes=drawing").content == public
    assert b"nobody's business" not in public


@pytest.mark.parametrize("query", ["?attributes=some", "?attributes=", "?attributes=all&attributes=all", "?fields=all"])
def test_other_wishes_for_attributes_are_refused(client, query):
    assert client.get(address("hydrants", 16) + query).status_code == 400
