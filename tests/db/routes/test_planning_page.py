"""The planners' page as the server writes it."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from gis_core.static_modules import modules_of
from layers.map_texts import MAP_TEXTS
from routes.coverage.models import CoverageChoice
from routes.siting.models import PlannedSource
from routes.siting.page_texts import PLAN_TEXTS

pytestmark = pytest.mark.django_db


def page_of(client):
    response = client.get("/plans")
    assert response.status_code == 200
    return response.content.decode()


def config(html):
    return json.loads(re.search(r'<script id="map-config" type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_the_page_is_vietnamese_and_english_for_who_chose_it(client):
    response = client.get("/plans", headers={"accept-language": "en"})
    assert response.headers["Content-Language"] == "vi"
    assert "Xây ở đâu" in response.content.decode()
    client.cookies["django_language"] = "en"
    html = page_of(client)
    assert "Where to build" in html
    assert config(html)["texts"]["compare.now"] == "Compare with today"


def test_every_text_of_its_scripts_is_told_and_none_takes_the_place_of_a_shared_one():
    assert not set(MAP_TEXTS) & set(PLAN_TEXTS)
    names = [name for name in ("routes/plans.js", *modules_of("routes/plans.js")) if name.startswith("routes/")]
    assert len(names) > 10
    asked = {
        key for name in names for key in re.findall(r'\bt\("([\w.]+)"', Path(finders.find(name)).read_text("utf-8"))
    }
    assert asked - set(MAP_TEXTS) - set(PLAN_TEXTS) == set()


def test_its_scripts_are_told_classes_and_kinds_in_words(client):
    told = config(page_of(client))
    assert list(told["classes"]) == list(CoverageChoice.values)
    assert {f"kind.{kind}" for kind in PlannedSource.Kind.values} <= set(told["texts"])
    assert set(PLAN_TEXTS) <= set(told["texts"])


def test_the_page_carries_no_script_of_its_own_and_names_no_other_host(client):
    response = client.get("/plans")
    html = response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes
        assert not body.strip() or "application/json" in attributes
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", html)
    assert not re.search(r"\son\w+=", html)


def test_everybody_may_open_it_and_no_plan_stands_in_it(client):
    assert "Đăng nhập" in page_of(client)
    assert client.get("/plans/").status_code == 200
    assert client.post("/plans").status_code == 405
    assert client.get("/plans?plan=1").status_code == 400


def test_the_map_leads_to_it_and_carries_nothing_of_it(client):
    html = client.get("/").content.decode()
    assert 'href="/plans"' in html
    assert "compare.now" not in html
    assert not [name for name in modules_of("layers/map.js") if name.startswith("routes/")]
    assert 'class="home" href="/"' in page_of(client)
