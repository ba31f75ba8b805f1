"""Filters and queryables as clients meet them: over HTTP."""

import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import Role
from hydrants.models import Hydrant

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
ITEMS = "/ogc/collections/hydrants/items"
QUERYABLES = "/ogc/collections/hydrants/queryables"


def ask(client, **params):
    return client.get(f"{ITEMS}?{urlencode({name.replace('_', '-'): value for name, value in params.items()})}")


def refs(response) -> list[str]:
    assert response.status_code == 200, response.content
    page = json.loads(response.content)
    assert page["numberMatched"] >= page["numberReturned"] == len(page["features"])
    return [feature["properties"]["ref"] for feature in page["features"]]


@pytest.fixture
def hydrants() -> None:
    for number in range(6):
        Hydrant.objects.create(
            ref=f"TN-{number}", geom=Point(105.8 + number / 100, 21.0, srid=4326), flow_lps=5 * number, name="Trụ nước",
            status="working" if number % 2 else "faulty", contact_phone=f"090{number}",
        )  # fmt: skip


@pytest.mark.usefixtures("hydrants")
def test_a_filter_in_text_and_in_json_chooses_features(client):
    assert refs(ask(client, filter="status = 'working' AND flow_lps > 5")) == ["TN-3", "TN-5"]
    assert refs(ask(client, filter="CASEI(ACCENTI(name)) LIKE 'tru%' AND flow_lps = 0", filter_lang="cql2-text")) == [
        "TN-0"
    ]
    tree = {"op": ">=", "args": [{"property": "flow_lps"}, 20]}
    assert refs(ask(client, filter=json.dumps(tree), filter_lang="cql2-json")) == ["TN-4", "TN-5"]


@pytest.mark.usefixtures("hydrants")
def test_a_filter_and_a_box_are_both_heeded(client):
    assert refs(ask(client, filter="status = 'working'", bbox="105.8,20.9,105.825,21.1")) == ["TN-1"]
    box = "S_INTERSECTS(geom, BBOX(20.9, 105.8, 21.1, 105.825))"
    assert refs(ask(client, filter=box, filter_crs="http://www.opengis.net/def/crs/EPSG/0/4326")) == [
        "TN-0",
        "TN-1",
        "TN-2",
    ]


@pytest.mark.usefixtures("hydrants")
def test_pages_of_a_filter_are_whole_and_counted(client):
    path, seen = f"{ITEMS}?limit=1&filter={quote('flow_lps >= 10 AND name LIKE ' + chr(39) + 'Tr%' + chr(39))}", []
    while path:
        page = json.loads(client.get(path).content)
        assert page["numberMatched"] == 4
        seen += [feature["properties"]["ref"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == ["TN-2", "TN-3", "TN-4", "TN-5"]


@pytest.mark.parametrize(
    "params",
    [
        {"filter": "colour = 'red'"},
        {"filter": "flow_lps = 'x'"},
        {"filter": "flow_lps >"},
        {"filter": ""},
        {"filter": "TRUE", "filter_lang": "ecql"},
        {"filter": "TRUE", "filter_crs": "EPSG:1"},
        {"filter": "{}", "filter_lang": "cql2-json"},
        {"filter": "(" * 4000},
        {"filter": "S_INTERSECTS(geom, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))"},
    ],
)
def test_a_wrong_filter_is_400_with_a_reason(client, params):
    response = ask(client, **params)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["detail"]


@pytest.mark.usefixtures("hydrants")
def test_the_public_learns_nothing_of_a_sensitive_attribute(client):
    hidden = ask(client, filter="contact_phone = '0901'")
    absent = ask(client, filter="contact_plane = '0901'")
    assert hidden.status_code == absent.status_code == 400
    assert hidden.content.replace(b"contact_phone", b"") == absent.content.replace(b"contact_plane", b"")
    assert "contact_phone" not in json.loads(client.get(QUERYABLES).content)["properties"]


@pytest.mark.usefixtures("hydrants")
def test_a_role_in_one_unit_filters_by_no_sensitive_attribute_and_one_held_everywhere_does(client):
    unit = AdministrativeUnit.objects.create(
        ref="u", code="1", name="Phường", level=3, valid_from="2025-07-01",
        geom=MultiPolygon(Polygon.from_bbox((105, 20, 106, 22)), srid=4326),
    )  # fmt: skip
    user = get_user_model().objects.create_user("local")
    grant = RoleGrant.objects.create(user=user, role=Role.DISPATCHER, administrative_unit=unit)
    client.force_login(user)
    assert ask(client, filter="contact_phone = '0901'").status_code == 400
    assert "contact_phone" not in json.loads(client.get(QUERYABLES).content)["properties"]
    grant.administrative_unit = None
    grant.save()
    assert refs(ask(client, filter="contact_phone = '0901'")) == ["TN-1"]
    assert "contact_phone" in json.loads(client.get(QUERYABLES).content)["properties"]


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_layer_has_queryables_with_and_without_a_slash(client, layer):
    path = f"/ogc/collections/{layer.id}/queryables"
    first, second = client.get(path), client.get(path + "/")
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["Content-Type"] == "application/schema+json"
    document = json.loads(first.content)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"].endswith(path)
    assert document["properties"]["geom"]["x-ogc-role"] == "primary-geometry"
    # Each of them can be asked about.
    for name in document["properties"]:
        asked = client.get(f"/ogc/collections/{layer.id}/items?{urlencode({'filter': f'{name} IS NULL'})}")
        assert asked.status_code == 200, asked.content


@pytest.mark.usefixtures("english")
def test_queryables_say_type_unit_and_codes(client):
    document = json.loads(client.get(QUERYABLES, headers={"accept-language": "en"}).content)
    properties = document["properties"]
    assert properties["flow_lps"]["type"] == "number"
    assert properties["flow_lps"]["x-ogc-unit"] == "L/s"
    assert properties["status"]["enum"] == ["working", "faulty", "blocked", "missing", "unknown"]
    assert {"const": "missing", "title": "missing"} in properties["status"]["oneOf"]
    assert (
        properties["installed_on"].items() >= {"title": "in service since", "type": "string", "format": "date"}.items()
    )
    assert not any("readOnly" in told for told in properties.values())
    assert "required" not in document
    assert properties["geom"]["format"] == "geometry-point"
    assert "tags" not in properties
    assert document["additionalProperties"] is False


def test_queryables_unchanged_are_not_sent_again(client):
    etag = client.get(QUERYABLES).headers["ETag"]
    assert client.get(QUERYABLES, headers={"if-none-match": etag}).status_code == 304
    assert client.get(QUERYABLES, headers={"if-none-match": '"x"'}).status_code == 200
    assert client.get(QUERYABLES + "?colour=red").status_code == 400
    assert client.get("/ogc/collections/nowhere/queryables").status_code == 404
    assert client.post(QUERYABLES).status_code == 405


def test_collections_link_to_their_queryables(client):
    for collection in json.loads(client.get("/ogc/collections").content)["collections"]:
        [link] = [link for link in collection["links"] if link["rel"].endswith("/rel/ogc/1.0/queryables")]
        assert link["type"] == "application/schema+json"
        assert client.get(link["href"]).status_code == 200


def test_every_declared_class_of_filters_is_documented_with_tests_that_exist(client):
    declared = json.loads(client.get("/ogc/conformance").content)["conformsTo"]
    declared = {uri.rsplit("/", 1)[1] for uri in declared if "ogcapi-features-3" in uri or "/cql2/" in uri}
    page = (ROOT / "docs/reference/filter.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (`test_.*`) \|$", page, re.MULTILINE))
    assert set(rows) == declared
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/*/layers/test_cql2*.py"))
    for named in rows.values():
        for test in re.findall(r"`(test_\w+)`", named):
            assert f"def {test}(" in tests, test
