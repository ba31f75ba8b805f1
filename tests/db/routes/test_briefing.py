"""`GET /briefing` and `/briefing.pdf`: the sheet says what the answers say, to whoever may read it."""

# ruff: noqa: F811  # the plan is a fixture that the tests of the approach have

import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gis_core.models import RoleGrant
from gis_core.roles import Role
from hydrants.models import Hydrant
from layers.models import Building, Facility, FireStation
from routes.network.live import live_network
from tests.db.routes.test_approach_api import NOON, ask, plan  # noqa: F401 - the plan of a street, a lane and a gate

pytestmark = pytest.mark.django_db


def sheet(sketch, client=None, path="/briefing", language="", **more):
    client = client or Client()
    if language:
        client.cookies["django_language"] = language
    to = ",".join(map(str, sketch.point("x")))
    return client.get(path, {"to": to, "vehicle": "engine-large", "at": NOON, **more})


def text_of(response):
    page = re.sub(r"<(script|style)>.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def member():
    user = get_user_model().objects.create_user("lan", password="x")
    RoleGrant.objects.create(user=user, role=Role.DISPATCHER)
    client = Client()
    client.force_login(user)
    return client


def test_the_sheet_says_what_the_approach_says_in_vietnamese_first(plan):
    response = sheet(plan)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert ask(plan, language="vi")["sentence"] in text_of(response)
    assert ask(plan, language="en")["sentence"] in text_of(sheet(plan, language="en"))


def test_the_page_is_shut_in_and_kept_by_nobody_on_the_way(plan):
    headers = sheet(plan).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "allow-same-origin" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"] == 'inline; filename="thuy-lo-20261122-1200-engine-large.html"'


def test_a_name_that_is_html_stays_a_name(plan):
    FireStation.objects.update(name="<script>alert(1)</script>`${alert(2)}`{{ 7*7 }}")
    page = sheet(plan).content.decode()
    assert "<script>alert(1)" not in page
    scripts = "".join(re.findall(r"<script>(.*?)</script>", page, re.DOTALL))
    assert "${alert(2)}" not in scripts
    assert "{{ 7*7 }}" in text_of(sheet(plan))


def test_telephone_numbers_are_for_those_who_may_see_them(plan):
    FireStation.objects.update(phone="0900 111 222", radio_channel="K7")
    lon, lat = plan.point("x")
    Facility.objects.create(
        ref="facility/1", name="Nhà trọ Khương Hạ", head_name="Ông Ba", head_phone="0900 333 444",
        geom=f"SRID=4326;POINT({lon} {lat})",
    )  # fmt: skip
    secrets = ("0900 111 222", "K7", "0900 333 444", "Ông Ba", "0900 000 001")
    public = text_of(sheet(plan))
    assert "Nhà trọ Khương Hạ" in public
    assert "114" in public
    assert [secret for secret in secrets if secret in public] == []
    told = text_of(sheet(plan, client=member()))
    assert [secret for secret in secrets if secret not in told] == []


def test_the_nearest_house_is_named_with_its_metres_and_none_is_invented(plan):
    assert "Chưa có nhà nào được ghi ở đây" in text_of(sheet(plan))
    lon, lat = plan.point("x", shift_m=(0, 12))
    Building.objects.create(ref="b/1", address="Số 5, ngõ 29", geom=f"SRID=4326;POINT({lon} {lat})")
    assert "Số 5, ngõ 29, nhà gần nhất đã ghi (cách 12 m)" in text_of(sheet(plan))


def test_water_that_nobody_measured_is_not_given_a_flow(plan):
    lon, lat = plan.point("A")
    Hydrant.objects.create(ref="h/1", name="Trụ 1", status="working", geom=f"SRID=4326;POINT({lon} {lat})")
    page = text_of(sheet(plan, language="en"))
    assert "Trụ 1" in page
    assert "nobody measured it" in page


def test_where_the_data_may_be_out_of_date_the_sheet_says_so(plan, monkeypatch):
    ask(plan)
    monkeypatch.setattr("routes.network.live.read_stamp", _silent)
    page = text_of(sheet(plan, language="en"))
    assert "The data may be out of date." in page
    assert "✓ The latest changes" not in page


def _silent():
    raise OperationalError


def test_far_from_every_road_is_an_answer_too(plan):
    for path in ("/briefing", "/briefing.pdf"):
        assert sheet(plan, path=path, to="106.2,20.9").status_code == 200


@pytest.mark.parametrize(
    ("more", "status"), [({"to": ""}, 400), ({"vehicle": "sled"}, 400), ({"colour": "red"}, 400), ({"from": "x"}, 404)]
)
def test_a_bad_question_is_refused(plan, more, status):
    for path in ("/briefing", "/briefing.pdf"):
        response = sheet(plan, path=path, **more)
        assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")


def test_the_pdf_is_one(plan):
    response = sheet(plan, path="/briefing.pdf")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_the_number_of_queries_is_fixed(plan):
    def count():
        live_network().current()
        with CaptureQueriesContext(connection) as asked:
            assert sheet(plan).status_code == 200
        return len(asked)

    sheet(plan)
    few = count()
    lon, lat = plan.point("x")
    for number in range(20):
        Building.objects.create(ref=f"b/{number}", address="x", geom=f"SRID=4326;POINT({lon} {lat})")
    assert count() == few
