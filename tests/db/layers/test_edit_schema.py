"""The schema of a layer tells what its features say and take, as far as the reader may see them."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from gis_core.authentication import make_token
from gis_core.models import RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import Role
from hydrants.models import Hydrant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def schema(client, layer="hydrants", **headers):
    response = client.get(f"/ogc/collections/{layer}/schema", headers={"Accept-Language": "en", **headers})
    assert (response.status_code, response["Content-Type"]) == (200, "application/schema+json")
    return response.json()


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_layer_tells_its_attributes_in_order_with_plain_types(client, layer):
    properties = schema(client, layer.id)["properties"]
    assert [p["x-ogc-propertySeq"] for p in properties.values()] == list(range(1, len(properties) + 1))
    public = [field.name for field in layer.fields if not field.sensitive]
    assert list(properties) == ["id", "geom", *public]
    plain = {"string", "integer", "number", "boolean", "array", "object"}
    assert {p["type"] for name, p in properties.items() if name != "geom"} <= plain
    assert properties["id"]["x-ogc-role"] == "id"
    assert properties["geom"]["x-ogc-role"] == "primary-geometry"


def test_the_schema_says_what_a_feature_really_says(client):
    Hydrant.objects.create(ref="TN-1", geom="SRID=4326;POINT(105.85 21.05)", outlet_diameters_mm=[65])
    [feature] = client.get("/ogc/collections/hydrants/items").json()["features"]
    assert set(feature["properties"]) | {"id", "geom"} == set(schema(client)["properties"])


def test_units_codes_and_what_the_service_keeps_are_marked(client):
    told = schema(client)
    properties = told["properties"]
    assert told["required"] == ["geom", "ref"]
    assert properties["flow_lps"]["x-ogc-unit"] == "L/s"
    assert {"const": "faulty", "title": "faulty"} in properties["status"]["oneOf"]
    assert properties["geom"]["format"] == "geometry-point"
    assert properties["outlet_diameters_mm"]["type"] == "array"
    read_only = {name for name, told in properties.items() if told.get("readOnly")}
    assert read_only == {"id", "synthetic", "version", "created_at", "updated_at", "administrative_unit"}


def test_the_interval_of_a_dated_layer_is_marked(client):
    properties = schema(client, "administrative-units")["properties"]
    roles = (properties["valid_from"]["x-ogc-role"], properties["valid_to"]["x-ogc-role"])
    assert roles == ("primary-interval-start", "primary-interval-end")


def test_sensitive_attributes_are_told_to_those_who_see_them(client, settings):
    settings.SESSION_COOKIE_SECURE = False
    user = get_user_model().objects.create_user("dispatcher")
    RoleGrant.objects.create(user=user, role=Role.DISPATCHER)
    token = make_token(user=user, name="QGIS", expires_at=timezone.now() + timedelta(days=1))
    assert "contact_phone" not in str(schema(client))
    assert "contact_phone" in schema(client, Authorization=f"Bearer {token}")["properties"]


def test_qgis_finds_the_schema_by_its_link_and_the_class_is_declared(client):
    links = client.get("/ogc/collections/hydrants").json()["links"]
    [link] = [link for link in links if link["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/schema"]
    assert link["type"] == "application/schema+json"
    assert client.get(link["href"]).json()["$id"] == link["href"]
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas" in declared
