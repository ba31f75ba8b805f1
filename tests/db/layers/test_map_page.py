"""The map page as the server writes it."""

import gzip
import json
import re

import pytest
from django.contrib.gis.geos import Point
from django.db import OperationalError

from gis_core.registry import layer_registry
from layers.extents import HANOI
from layers.models import FireStation, PublicFirefightingPoint

pytestmark = pytest.mark.django_db


def config(html: str) -> dict:
    return json.loads(re.search(r'<script id="map-config" type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_the_page_is_vietnamese_even_for_an_english_browser(client):
    response = client.get("/", headers={"accept-language": "en"})
    html = response.content.decode()
    assert response.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in html
    assert "Địa chỉ, ngõ, số trụ nước, tọa độ" in html
    assert config(html)["language"] == "vi"


def test_who_chose_english_gets_english(client):
    client.cookies["django_language"] = "en"
    html = client.get("/").content.decode()
    assert '<html lang="en">' in html
    assert config(html)["texts"]["verdict.unknown"] == "Not known"


def test_a_language_that_does_not_exist_is_ignored(client):
    client.cookies["django_language"] = "<script>"
    assert '<html lang="vi">' in client.get("/").content.decode()


def test_the_page_carries_no_script_of_its_own_and_names_no_other_host(client):
    response = client.get("/")
    html = response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes
        assert not body.strip() or "application/json" in attributes
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", html)
    assert not re.search(r"\son\w+=", html)


def test_every_layer_comes_with_its_symbols_and_translated_fields(client):
    layers = {layer["id"]: layer for layer in config(client.get("/").content.decode())["layers"]}
    assert set(layers) == {layer.id for layer in layer_registry}
    hydrants = layers["hydrants"]
    assert hydrants["items"] == "/ogc/collections/hydrants/items"
    assert hydrants["style"]["classes"]["faulty"]["label"] == "hỏng"
    flow = next(field for field in hydrants["fields"] if field["name"] == "flow_lps")
    assert (flow["title"], flow["unit"]) == ("Lưu lượng", "L/s")
    assert layers["administrative-units"]["dated"]


def test_no_two_classes_of_a_layer_differ_by_colour_alone():
    for layer in layer_registry:
        looks = [(symbol.shape, symbol.dash) for symbol in layer.style.classes.values()]
        if layer.id != "facilities":  # its classes are kinds, not states: nothing depends on telling them apart
            assert len(looks) == len(set(looks)), layer.id


def test_a_width_nobody_surveyed_is_never_drawn_as_surveyed():
    style = layer_registry.get("roads").style
    evidence = {"surveyed", "tagged", "assumed", "none"}
    assert evidence <= set(style.classes)
    assert style.classes["surveyed"].dash == ""
    assert all(style.classes[kind].dash for kind in evidence - {"surveyed"})


def test_the_map_opens_on_what_stands_there(client):
    assert config(client.get("/").content.decode())["bounds"] == list(HANOI)
    FireStation.objects.create(ref="s", name="Đội", geom=Point(105.80, 21.01, srid=4326))
    PublicFirefightingPoint.objects.create(ref="p", name="Điểm", geom=Point(105.82, 21.0, srid=4326))
    assert config(client.get("/").content.decode())["bounds"] == [105.80, 21.0, 105.82, 21.01]


def test_only_reading_is_allowed(client):
    assert client.post("/").status_code == 405


def test_the_page_opens_while_the_store_does_not_answer(client, monkeypatch):
    def fails(self):
        raise OperationalError

    monkeypatch.setattr("layers.extents.PostgisSource.extent", fails)
    monkeypatch.setattr("routes.serializers.kept_vehicles", lambda: fails(None))
    response = client.get("/")
    assert response.status_code == 200
    told = config(response.content.decode())
    assert told["bounds"] == list(HANOI)
    assert told["map"]["sources"]["ways"]["vehicles"] is None, "the page asks for them itself"


def test_the_page_comes_with_the_vehicles_so_that_roads_are_judged_at_once(client):
    told = config(client.get("/").content.decode())["map"]["sources"]["ways"]["vehicles"]
    assert told == client.get("/api/vehicles", headers={"accept-language": "vi"}).json()["vehicles"]
    assert "engine-large" in {vehicle["code"] for vehicle in told}


def test_a_browser_finds_the_icon_where_a_page_names_none(client):
    assert client.get("/favicon.ico")["Location"].endswith("icon.svg")


@pytest.mark.parametrize("address", ["/", "/field", "/plans"])
def test_a_page_is_sent_packed_to_who_takes_it_so(client, address):
    plain, sent = client.get(address), client.get(address, headers={"accept-encoding": "gzip"})
    assert (plain.headers.get("Content-Encoding"), sent.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(sent.content) < len(plain.content) / 3
    assert b'id="map-config"' in gzip.decompress(sent.content)
