"""Every resource of the OGC API as a page for people: chosen by the reader, made of the JSON answer."""

import json
import re

import pytest
from django.contrib.gis.geos import Point

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.ogc_tables import say_value

pytestmark = pytest.mark.django_db
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def stored(english):
    return Hydrant.objects.create(
        ref="TN-1", name=HOSTILE, status="faulty", flow_lps=18.5, synthetic=True, outlet_diameters_mm=[65, 110],
        contact_name="Nguyễn Văn A", geom=Point(105.82, 21.0, srid=4326),
    )  # fmt: skip


def page(client, path: str, status: int = 200, **headers: str) -> str:
    response = client.get(path, headers={"Accept": BROWSER, "Accept-Language": "en", **headers})
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    text = response.content.decode()
    assert text.startswith("<!doctype html>")
    return text


def paths(stored) -> list[str]:
    one = "/ogc/collections/hydrants"
    return ["/ogc", "/ogc/api", "/ogc/conformance", "/ogc/collections", one, f"{one}/items", f"{one}/items/{stored.pk}"]


def test_every_resource_is_a_page_for_a_browser_and_json_for_everybody_else(client, stored):
    for path in paths(stored):
        for spelling in (path, path + "/"):
            page(client, spelling)
            for accept in ("*/*", "application/json", "application/geo+json, application/json;q=0.9"):
                response = client.get(spelling, headers={"Accept": accept})
                assert "json" in response.headers["Content-Type"], (spelling, accept)
                json.loads(response.content)
            assert "Accept" in response.headers["Vary"]


def test_the_parameter_f_wins_over_the_header(client, stored):
    for path in paths(stored):
        assert client.get(f"{path}?f=html").headers["Content-Type"].startswith("text/html")
        assert "json" in client.get(f"{path}?f=json", headers={"Accept": BROWSER}).headers["Content-Type"]


def test_the_landing_page_leads_to_every_layer_and_to_the_project(client, stored):
    text = page(client, "/ogc")
    for each in layer_registry:
        assert f'href="/ogc/collections/{each.id}"' in text
        assert f'href="/ogc/collections/{each.id}/items"' in text
    assert "/styles/thuy-lo.qgs" in text
    assert "/ogc/conformance" in text


def test_json_answers_name_their_page_and_the_page_names_its_json(client, stored):
    for path in ("/ogc", "/ogc/collections", "/ogc/collections/hydrants", *paths(stored)[5:]):
        links = client.get(path, headers={"Accept": "application/json"}).json()["links"]
        [alternate] = [link["href"] for link in links if link["rel"] == "alternate" and link["type"] == "text/html"]
        assert client.get(alternate).headers["Content-Type"].startswith("text/html")
        assert f'href="{path}?f=json"' in page(client, path)


def test_features_are_told_in_the_readers_words_with_units_and_labels(client, stored):
    for path in paths(stored)[5:]:
        text = page(client, path)
        assert "faulty" in text
        assert "18.5 L/s" in text
        assert "65 · 110 mm" in text
    assert "hỏng" in page(client, f"{path}?f=html", **{"Accept-Language": "vi"})


def test_what_nobody_knows_is_told_as_not_known(client, stored):
    text = page(client, f"/ogc/collections/hydrants/items/{stored.pk}")
    assert re.search(r"Static pressure</th><td class=\"unknown\">not known</td>", text)


def test_a_page_shows_no_more_than_the_json_does(client, stored):
    for path in paths(stored)[4:]:
        assert "Nguyễn Văn A" not in page(client, path)
        assert "contact_name" not in re.sub(r'<script id="map-config".*?</script>', "", page(client, path))


def test_a_name_that_looks_like_markup_stays_a_name_and_no_script_stands_in_the_page(client, stored):
    for path in paths(stored):
        text = page(client, path)
        assert HOSTILE not in text
        inline = re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", text)
        assert inline == []
        assert not re.search(r"\son\w+=", text)


def test_next_page_keeps_every_parameter(client, stored):
    Hydrant.objects.create(ref="TN-2", geom=Point(105.82, 21.0, srid=4326))
    text = page(client, "/ogc/collections/hydrants/items?limit=1&bbox=105,20,106,22&f=html")
    [following] = re.findall(r'rel="next" href="([^"]+)"', text)
    following = following.replace("&amp;", "&")
    assert "limit=1" in following
    assert "bbox=105" in following
    second = page(client, following)
    assert "TN-2" in second
    assert "TN-1<" not in second
    assert 'rel="next"' not in second


def test_a_bad_question_is_explained_on_a_page_with_its_status(client, stored):
    assert "bbox" in page(client, "/ogc/collections/hydrants/items?bbox=1", 400)
    page(client, "/ogc/collections/pumps", 404)
    page(client, "/ogc/collections/hydrants/items/99999999", 404)
    assert "html" in client.get("/ogc?f=xml").json()["detail"]


def test_the_tag_of_the_json_answer_does_not_stand_for_the_page(client, stored):
    path = "/ogc/collections/hydrants/items"
    tag = client.get(path, headers={"Accept": "application/json"}).headers["ETag"]
    page(client, path, **{"If-None-Match": tag})


def test_the_map_asks_for_longitude_and_latitude_whatever_the_table_shows(client, stored):
    crs = "http://www.opengis.net/def/crs/EPSG/0/5897"
    text = page(client, f"/ogc/collections/hydrants/items?crs={crs}&properties=ref&limit=5")
    config = json.loads(re.search(r'<script id="map-config" type="application/json">(.*?)</script>', text)[1])
    assert config["map"] == {"layer": "hydrants", "features": "/ogc/collections/hydrants/items?limit=5"}


@pytest.mark.usefixtures("english")
def test_zero_and_no_are_values_and_empty_is_none():
    fields = {field.name: field for field in layer_registry.get("hydrants").fields}
    assert say_value(fields["flow_lps"], 0.0) == "0 L/s"
    assert say_value(fields["synthetic"], False) == "no"
    assert say_value(fields["flow_lps"], None) == say_value(fields["outlet_diameters_mm"], []) == ""
    assert say_value(fields["status_on"], "2026-05-04") == "4 May 2026"
