"""The field team's page as the server writes it."""

import json
import re

import pytest
from django.db import OperationalError

from hydrants.checklist import CHECK_LISTS, MAX_PRESSURE_KPA, Outcome, Why

pytestmark = pytest.mark.django_db


def page_of(client):
    response = client.get("/field")
    assert response.status_code == 200
    return response.content.decode()


def config(html):
    return json.loads(re.search(r'<script id="map-config" type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_the_page_is_vietnamese_even_for_an_english_browser_and_english_for_who_chose_it(client):
    response = client.get("/field", headers={"accept-language": "en"})
    assert response.headers["Content-Language"] == "vi"
    assert "Cần kiểm tra gần tôi" in response.content.decode()
    client.cookies["django_language"] = "en"
    html = page_of(client)
    assert "Due for a look near me" in html
    assert config(html)["texts"]["kept.again"] == "Send again"


def test_the_page_carries_no_script_of_its_own_and_names_no_other_host(client):
    response = client.get("/field")
    html = response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes
        assert not body.strip() or "application/json" in attributes
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", html)
    assert not re.search(r"\son\w+=", html)


def test_the_forms_are_those_that_the_check_lists_ask_for(client):
    lists = config(page_of(client))["checkLists"]
    assert {layer: [line["item"] for line in lines] for layer, lines in lists["lists"].items()} == {
        layer: list(items) for layer, items in CHECK_LISTS.items()
    }
    assert [choice["code"] for choice in lists["outcomes"]] == list(Outcome)
    assert [choice["code"] for choice in lists["whys"]] == list(Why)
    lines = {line["item"]: line for line in lists["lists"]["hydrants"]}
    assert [choice["code"] for choice in lines["leak"]["choices"]] == ["yes", "no"]  # no answer is no code
    assert lines["pressure_kpa"]["most"] == MAX_PRESSURE_KPA
    levels = {line["item"]: line for line in lists["lists"]["water-tanks"]}["water_level"]["choices"]
    assert [choice["code"] for choice in levels] == ["enough", "low", "empty"]
    assert all(choice["label"] for choice in levels)


def test_everybody_may_open_it_and_only_read(client):
    assert "Đăng nhập" in page_of(client)
    assert client.get("/field/").status_code == 200
    assert client.post("/field").status_code == 405
    assert client.get("/field?lon=105").status_code == 400


def test_the_page_opens_while_the_store_does_not_answer(client, monkeypatch):
    def fails(self):
        raise OperationalError

    monkeypatch.setattr("layers.extents.PostgisSource.extent", fails)
    assert page_of(client)


def test_the_dispatchers_page_leads_to_it_and_it_leads_back(client):
    assert 'href="/field"' in client.get("/").content.decode()
    assert 'class="home" href="/"' in page_of(client)
