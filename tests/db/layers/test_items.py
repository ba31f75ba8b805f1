"""Serving features from PostGIS: the right ones, whole, and only to those who may see them."""

import json
import math
import random
from datetime import date

import pytest
import shapely
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from gis_core.values import Bbox
from gis_core.versions import data_version, read_versions
from hydrants.models import Hydrant, WaterBody
from layers.audience import Audience
from layers.items import ItemsQuery
from layers.models import Building
from layers.postgis import PostgisSource

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/hydrants/items"


def hydrant(ref: str, lon: float = 105.82, lat: float = 21.0, **values) -> Hydrant:
    return Hydrant.objects.create(ref=ref, geom=Point(lon, lat, srid=4326), **values)


def square(west: float, south: float, side: float = 0.01) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def unit(code: str, west: float, **values) -> AdministrativeUnit:
    values = {"level": 3, "valid_from": date(2025, 7, 1), **values}
    return AdministrativeUnit.objects.create(
        ref=f"unit/{code}", code=code, name=f"Phường {code}", geom=square(west, 21.0), **values
    )


def served(client, path: str = ITEMS) -> list[dict]:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return json.loads(response.content)["features"]


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_registered_layer_is_served_with_and_without_a_slash(client, layer):
    for path in (f"/ogc/collections/{layer.id}", f"/ogc/collections/{layer.id}/items"):
        for spelling in (path, path + "/"):
            assert client.get(spelling).status_code == 200
    assert served(client, f"/ogc/collections/{layer.id}/items?bbox=105,20,106,21&datetime=2025-07-01") == []


def test_a_feature_carries_its_attributes_and_the_refs_of_other_records(client):
    ward = unit("99001", 105.81)
    stored = hydrant("TN-1", 105.8123456789, 21.001, flow_lps=18.5, outlet_diameters_mm=[65, 65, 110], name="Trụ “A”")
    [feature] = served(client)
    assert feature["id"] == stored.pk
    assert feature["geometry"] == {"type": "Point", "coordinates": [105.8123457, 21.001]}
    properties = feature["properties"]
    assert properties["administrative_unit"] == ward.ref
    assert (properties["ref"], properties["name"]) == ("TN-1", "Trụ “A”")
    assert (properties["flow_lps"], properties["outlet_diameters_mm"]) == (18.5, [65, 65, 110])
    assert "geom" not in properties
    assert "id" not in properties


def test_what_nobody_knows_stays_null(client):
    hydrant("TN-1")
    [feature] = served(client)
    assert feature["properties"]["flow_lps"] is None
    assert feature["properties"]["administrative_unit"] is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_served_as_unknown_and_stays_json(client, value):
    hydrant("TN-1", flow_lps=value)
    [feature] = served(client)
    assert feature["properties"]["flow_lps"] is None


def test_one_feature_is_served_as_on_its_page(client):
    stored = hydrant("TN-1", flow_lps=18.5)
    response = client.get(f"{ITEMS}/{stored.pk}")
    feature = json.loads(response.content)
    del feature["links"]
    assert feature == served(client)[0]
    assert client.get(f"{ITEMS}/{stored.pk}", headers={"if-none-match": response.headers["ETag"]}).status_code == 304
    assert client.get(f"{ITEMS}/{stored.pk + 1}").status_code == 404


def test_pages_by_key_hold_every_feature_once_and_count_them_all(client):
    refs = [hydrant(f"TN-{n}").ref for n in range(7)]
    path, seen = f"{ITEMS}?limit=3&bbox=105,20,106,22", []
    while path:
        page = json.loads(client.get(path).content)
        assert page["numberMatched"] == 7
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["properties"]["ref"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == refs


def test_an_empty_page_is_valid_and_not_synthetic(client):
    page = json.loads(client.get(ITEMS).content)
    assert (page["numberMatched"], page["numberReturned"], page["features"]) == (0, 0, [])
    assert page["synthetic"] is False


def test_one_invented_feature_marks_the_page(client):
    hydrant("TN-1")
    hydrant("TN-2", synthetic=True)
    assert json.loads(client.get(ITEMS).content)["synthetic"] is True


BOXES = [
    (105.8, 20.9, 105.9, 21.0),
    (105.8, 21.0, 105.8, 21.0),
    (100, 20.9999, 110, 21.0001),  # wide: a great circle between its lower corners runs 0.08° further north
    (-180, 20.95, 180, 21.0),
    (-180, -90, 180, 90),
    (0, -90, 180, 21.0),
    (106, 21, 107, 22),
]


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_a_box_finds_exactly_the_points_in_it_and_on_its_edge(box):
    rng = random.Random(7)
    places = [(rng.uniform(105.7, 106.0), rng.uniform(20.85, 21.15)) for _ in range(300)]
    # Edges and corners are where an index of rounded boxes goes wrong.
    places += [(x, y) for x in (105.8, 105.9, 105.85) for y in (20.9, 21.0, 20.9999, 21.0001, 20.95)]
    Hydrant.objects.bulk_create(Hydrant(ref=f"TN-{n}", geom=Point(x, y, srid=4326)) for n, (x, y) in enumerate(places))
    west, south, east, north = box
    expected = {f"TN-{n}" for n, (x, y) in enumerate(places) if west <= x <= east and south <= y <= north}
    page = PostgisSource(layer_registry.get("hydrants")).page(ItemsQuery(bbox=Bbox(*box), limit=10_000))
    found = {feature["properties"]["ref"] for feature in map(json.loads, page.features)}
    assert found == expected
    assert page.matched == len(expected)


def test_a_box_that_only_meets_the_bounding_box_of_a_shape_does_not_find_it(client):
    triangle = "MULTIPOLYGON(((105.80 21.00, 105.82 21.00, 105.80 21.02, 105.80 21.00)))"
    WaterBody.objects.create(ref="lake", kind="lake", geom=f"SRID=4326;{triangle}")
    rng = random.Random(3)
    for _ in range(50):
        west, south = rng.uniform(105.79, 105.83), rng.uniform(20.99, 21.03)
        box = Bbox(west, south, west + rng.uniform(0, 0.01), south + rng.uniform(0, 0.01))
        expected = shapely.from_wkt(triangle).intersects(shapely.box(*box.as_tuple()))
        page = PostgisSource(layer_registry.get("water-bodies")).page(ItemsQuery(bbox=box))
        assert bool(page.features) == expected


def test_houses_drawn_as_points_and_as_footprints_come_together(client):
    Building.objects.create(ref="a", geom=Point(105.82, 21.0, srid=4326))
    Building.objects.create(ref="b", geom=Polygon.from_bbox((105.82, 21.0, 105.8201, 21.0001)))
    path = "/ogc/collections/buildings/items?bbox=105.81,20.99,105.83,21.01"
    assert {feature["geometry"]["type"] for feature in served(client, path)} == {"Point", "Polygon"}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("2025-06-30", {"991"}),
        ("2025-07-01", {"99001"}),  # valid_to is the first day no longer in force
        ("2025-06-30T17:00:00Z", {"99001"}),  # midnight in Hanoi
        ("2025-06-30/2025-07-01", {"991", "99001"}),
        ("../1995-12-31", set()),
        ("2030-01-01/..", {"99001"}),
        (None, {"991", "99001"}),
    ],
)
def test_dated_layers_answer_as_of_a_day_of_hanoi(client, asked, codes):
    unit("991", 105.81, level=2, valid_from=date(1996, 1, 1), valid_to=date(2025, 7, 1))
    unit("99001", 105.81)
    path = "/ogc/collections/administrative-units/items" + (f"?datetime={asked}" if asked else "")
    assert {feature["properties"]["code"] for feature in served(client, path)} == codes


def test_features_without_time_match_any_time(client):
    hydrant("TN-1")
    assert len(served(client, f"{ITEMS}?datetime=1999-01-01")) == 1


class TestAudience:
    @pytest.fixture(autouse=True)
    def _rows(self):
        self.inside, self.outside = unit("99001", 105.81), unit("99002", 105.83)
        hydrant("in", 105.815, 21.005, contact_phone="0900 000 001")
        hydrant("out", 105.835, 21.005, contact_phone="0900 000 002")
        hydrant("nowhere", 105.9, 21.005, contact_phone="0900 000 003")

    def phones(self, client) -> dict[str, object]:
        return {f["properties"]["ref"]: f["properties"].get("contact_phone", "hidden") for f in served(client)}

    def sign_in(self, client, role: str, ward: AdministrativeUnit | None) -> None:
        user = get_user_model().objects.create_user("somebody")
        RoleGrant.objects.create(user=user, role=role, administrative_unit=ward)
        client.force_login(user)

    def test_the_public_sees_no_telephone_anywhere_in_the_answer(self, client):
        for path in (ITEMS, f"{ITEMS}/{Hydrant.objects.get(ref='in').pk}"):
            content = client.get(path).content
            assert b"0900" not in content
            assert b"contact_phone" not in content

    def test_a_role_held_everywhere_sees_all(self, client):
        self.sign_in(client, "dispatcher", None)
        assert self.phones(client) == {"in": "0900 000 001", "out": "0900 000 002", "nowhere": "0900 000 003"}

    def test_a_role_held_in_a_ward_sees_no_further(self, client):
        self.sign_in(client, "field", self.inside)
        assert self.phones(client) == {"in": "0900 000 001", "out": "hidden", "nowhere": "hidden"}
        one = json.loads(client.get(f"{ITEMS}/{Hydrant.objects.get(ref='out').pk}").content)
        assert "contact_phone" not in one["properties"]

    @pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
    def test_every_layer_answers_a_role_held_in_a_ward(self, client, layer):
        """Of an administrative unit the ward is itself, not the one it stands in."""
        self.sign_in(client, "field", self.inside)
        assert client.get(f"/ogc/collections/{layer.id}/items").status_code == 200
        AdministrativeUnit.objects.update(remarks="for the service")
        units = client.get("/ogc/collections/administrative-units/items").json()["features"]
        assert [unit["id"] for unit in units if "remarks" in unit["properties"]] == [self.inside.pk]

    def test_one_reader_is_never_told_that_the_answer_of_another_still_holds(self, client):
        public = client.get(ITEMS).headers["ETag"]
        self.sign_in(client, "dispatcher", None)
        response = client.get(ITEMS, headers={"if-none-match": public})
        assert response.status_code == 200
        assert "Cookie" in response.headers["Vary"]
        assert "private" in response.headers["Cache-Control"]


def test_the_public_costs_one_query_and_two_when_it_has_an_answer(client, django_assert_num_queries):
    hydrant("TN-1")
    with django_assert_num_queries(1):
        etag = client.get(ITEMS).headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get(ITEMS, headers={"if-none-match": etag}).status_code == 304
    hydrant("TN-2")
    with django_assert_num_queries(2):
        assert client.get(ITEMS, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.django_db
def test_an_answer_in_another_language_has_another_etag(client):
    english = client.get(ITEMS, headers={"accept-language": "en"})
    asked = {"accept-language": "vi", "if-none-match": english.headers["ETag"]}
    assert client.get(ITEMS, headers=asked).status_code == 200
    assert client.get(ITEMS, headers=asked | {"accept-language": "en"}).status_code == 304


@pytest.mark.parametrize("table", ["hydrants_hydrant", "gis_core_administrativeunit"])
def test_an_edit_in_sql_makes_a_new_etag(client, table):
    hydrant("TN-1")
    unit("99001", 105.81)
    before = client.get(ITEMS).headers["ETag"]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET ref = ref || 'x'")
    assert client.get(ITEMS, headers={"if-none-match": before}).status_code == 200


def test_a_statement_that_postgresql_keeps_a_plan_of_answers_each_question_anew():
    """From the sixth time on it may use one plan for all values."""
    for n in range(40):
        hydrant(f"TN-{n}", 105.80 + n / 1000)
    source = PostgisSource(layer_registry.get("hydrants"))
    for first in range(0, 32, 2):
        page = source.page(ItemsQuery(bbox=Bbox(105.80 + first / 1000, 20.9, 105.805 + first / 1000, 21.1), limit=3))
        found = [feature["properties"]["ref"] for feature in map(json.loads, page.features)]
        assert found == [f"TN-{n}" for n in range(first, first + 3)]
        assert page.matched in {5, 6}  # floating point puts the last one on either side of the edge
        assert page.next is not None
    kept = (
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%hydrants_hydrant%%' AND custom_plans >= 5"
    )
    with connection.cursor() as cursor:
        cursor.execute(kept, [])
        assert cursor.fetchone()[0] > 0


def test_the_version_in_the_page_is_the_version_of_its_tables():
    before = read_versions(["hydrants_hydrant"])["hydrants_hydrant"]
    hydrant("TN-1")
    page = PostgisSource(layer_registry.get("hydrants")).page(ItemsQuery())
    assert page.data_version == data_version(["hydrants_hydrant", "gis_core_administrativeunit"])
    assert f"hydrants_hydrant.{before + 1}" in page.data_version


def test_the_extent_follows_the_data():
    source = PostgisSource(layer_registry.get("hydrants"))
    assert source.extent() is None
    hydrant("a", 105.8, 21.0)
    hydrant("b", 105.9, 21.1)
    assert source.extent() == (105.8, 21.0, 105.9, 21.1)


def test_audiences_of_different_places_have_different_keys():
    keys = {Audience().key, Audience(everywhere=True).key, Audience(units=frozenset({1})).key}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{ITEMS}?bbox=21.0,105.8,21.1,105.9", 400, "swapped-axes"),
        (f"{ITEMS}?limit=many", 400, "invalid-parameter"),
        (f"{ITEMS}?resulttype=hits", 400, "unknown-parameter"),
        ("/ogc/collections/hydrant/items", 404, "unknown-layer"),
        (f"{ITEMS}/0", 404, "unknown-feature"),
        (f"{ITEMS}/%00", 404, "unknown-feature"),
        ("/ogc/nothing", 404, "not-found"),
    ],
)
def test_failures_are_problem_documents(client, path, status, code):
    response = client.get(path, headers={"accept-language": "en"})
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"urn:thuy-lo:problem:{code}"


def test_a_page_is_compressed_for_those_who_take_it(client):
    hydrant("TN-1", name="A" * 200)
    assert client.get(ITEMS, headers={"accept-encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
