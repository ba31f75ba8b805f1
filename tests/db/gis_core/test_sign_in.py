"""People sign in on a page of ours, whatever their role; the administration is not for all of them."""

import pytest
from django.contrib.auth import get_user_model

from gis_core.models import RoleGrant
from gis_core.roles import Role
from hydrants.models import Hydrant

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/hydrants/items"


@pytest.fixture
def dispatcher():
    user = get_user_model().objects.create_user("trực ban", password="mật khẩu dài 114")
    RoleGrant.objects.create(user=user, role=Role.DISPATCHER)
    Hydrant.objects.create(ref="h", geom="SRID=4326;POINT(105.85 21.03)", contact_phone="0900 000 001")
    return {"username": "trực ban", "password": "mật khẩu dài 114"}


def test_a_dispatcher_signs_in_sees_telephones_and_signs_out(client, dispatcher):
    assert "0900" not in client.get(ITEMS).content.decode()
    assert "/sign-in" in client.get("/").content.decode()
    assert client.post("/sign-in", dispatcher).headers["Location"] == "/"
    assert "0900 000 001" in client.get(ITEMS).content.decode()
    assert "/sign-out" in client.get("/").content.decode()
    client.post("/sign-out")
    assert "0900" not in client.get(ITEMS).content.decode()


def test_a_wrong_password_is_told_on_the_page_and_lets_nobody_in(client, dispatcher):
    page = client.post("/sign-in", {**dispatcher, "password": "114"})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert "0900" not in client.get(ITEMS).content.decode()


def test_signing_in_leads_nowhere_else(client, dispatcher):
    answer = client.post("/sign-in?next=//elsewhere.example/", dispatcher)
    assert "elsewhere" not in answer.headers["Location"]
