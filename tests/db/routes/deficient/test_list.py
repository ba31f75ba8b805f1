"""The list: as a page, as a workbook, what changed on it, who may approve, and lanes by depth."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import jsonschema
import pghistory
import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from gis_core.authentication import new_token
from gis_core.models import AdministrativeUnit, ApiToken, RoleGrant
from gis_core.roles import Role
from layers.models import Building
from routes.deficient.openapi import TREND_ANSWER
from routes.deficient.running import basis_of, propose_areas
from routes.deficient_models import DeficientArea, State
from routes.lanes.openapi import LANES_ANSWER
from tests.db.routes.deficient.conftest import put
from tests.db.routes.test_passability_api import as_json_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(plan):
    propose_areas(basis_of(), apply=True)
    return {row.lane_name: row for row in DeficientArea.objects.all()}


def approve(row):
    with pghistory.context(command="somebody"):
        row.state = State.APPROVED
        row.save()
    row.refresh_from_db()


def signed_in(role, unit=None):
    user = get_user_model().objects.create(username=f"{role}-{unit}")
    RoleGrant.objects.create(user=user, role=role, administrative_unit=unit)
    token, digest = new_token()
    ApiToken.objects.create(user=user, digest=digest, name="test", expires_at=timezone.now() + timedelta(days=1))
    return {"authorization": f"Bearer {token}"}


def page(client, query="", **headers):
    response = client.get(f"/deficient-areas/list{query}", headers=headers)
    assert response.status_code == 200, response.content
    return unescape(response.content.decode())


# The page ------------------------------------------------------------------------------------------------------------


def test_the_list_holds_what_is_approved_and_nothing_else(client, areas):
    assert "chưa phê duyệt khu vực nào" in page(client)
    approve(areas["Ngõ 5"])
    text = page(client)
    assert "Ngõ 5" in text
    assert "Ngõ 9" not in text
    assert "DỰ THẢO" not in text


def test_a_draft_says_that_it_is_one(client, areas):
    text = page(client, "?state=draft")
    assert "DỰ THẢO" in text
    assert {"Ngõ 5", "Ngõ 9", "Phố Lớn"} <= set(re.findall(r"Ngõ \d|Phố Lớn", text))


def test_the_page_loads_nothing_from_elsewhere(client, areas):
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page(client, "?state=draft"))
    assert addresses
    assert [address for address in addresses if "//" in address] == []


def test_households_are_shown_to_officers_of_the_ward_only(client, areas):
    approve(areas["Ngõ 5"])
    assert "không công khai" in page(client)
    ward = AdministrativeUnit.objects.get(code="00070")
    assert "không công khai" not in page(client, **signed_in(Role.FIELD, ward))


def test_what_a_lane_is_called_cannot_write_into_the_page(client, areas):
    row = areas["Ngõ 5"]
    row.lane_name = "<script>alert(1)</script>"
    row.save()
    assert "<script>alert" not in client.get("/deficient-areas/list?state=draft").content.decode()


@pytest.mark.parametrize(
    "query", ["?state=all", "?unit=99999", "?at=yesterday", "?lang=fr", "?page=2", "?state=draft&state=draft"]
)
def test_what_cannot_be_asked_of_the_list_is_refused_with_a_reason(client, areas, query):
    for path in ("/deficient-areas/list", "/exports/deficient-areas.xlsx"):
        response = client.get(f"{path}{query}")
        assert response.status_code == 400, path
        assert response.json()["detail"]


# The workbook --------------------------------------------------------------------------------------------------------


def sheets(client, query="", **headers):
    response = client.get(f"/exports/deficient-areas.xlsx{query}", headers=headers)
    assert response.status_code == 200, response.content
    with ZipFile(BytesIO(response.content)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_the_workbook_has_the_list_sums_by_ward_and_the_method(client, areas):
    found = sheets(client, "?state=draft", **signed_in(Role.PLANNER))
    assert re.findall(r'<sheet name="([^"]*)"', found["xl/workbook.xml"]) == [
        "Danh mục", "Theo phường, xã", "Phương pháp và căn cứ",
    ]  # fmt: skip
    texts = unescape(found["xl/sharedStrings.xml"])
    for text in ("Ngõ 5", "Phường Thử", "Căn cứ pháp lý", "55/2024/QH15", "layers_building.", "DỰ THẢO"):
        assert text in texts, text


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "{=1}", "http://x.example"])
def test_a_text_is_never_a_formula_or_a_link(client, areas, text):
    row = areas["Ngõ 5"]
    row.lane_name = text
    row.save()
    found = sheets(client, "?state=draft")
    assert text in unescape(found["xl/sharedStrings.xml"])
    assert not [name for name, xml in found.items() if "<f>" in xml or "<hyperlink" in xml]


def test_the_workbook_keeps_households_from_the_public(client, areas):
    assert "không công khai" in sheets(client, "?state=draft")["xl/sharedStrings.xml"]
    texts = sheets(client, "?state=draft", **signed_in(Role.PLANNER))["xl/sharedStrings.xml"]
    assert "không công khai" not in texts
    assert "1 nhà chưa rõ" in texts  # of the house whose households nobody recorded: not 0


# What changed --------------------------------------------------------------------------------------------------------


def trend(client, since, **more):
    query = {"from": since.isoformat(), **more}
    response = client.get("/api/deficient-areas/trend", query, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    jsonschema.validate(response.json(), as_json_schema(TREND_ANSWER))
    return response.json()


def test_the_trend_says_what_came_what_changed_what_left_and_why(client, areas, plan):
    before = timezone.now() - timedelta(seconds=1)
    approve(areas["Ngõ 5"])
    came = trend(client, before)
    assert [(m["happened"], m["reason"], m["lane_name"]) for m in came["moved"]] == [("added", "new_area", "Ngõ 5")]
    between = timezone.now()
    put(Building, plan, "D", (0.0, 5.0), ref="house/deep/2", households=2)
    propose_areas(basis_of(), apply=True)
    approve(DeficientArea.objects.get(lane_name="Ngõ 5", state=State.PROPOSED))
    changed = trend(client, between)["moved"][0]
    assert (changed["happened"], changed["before"][-2:], changed["after"][-2:]) == ("changed", "/1", "/2")
    assert {"houses": (1, 2)}.items() <= {
        d["attribute"]: (d["before"], d["after"]) for d in changed["differences"]
    }.items()
    later = timezone.now()
    Building.objects.filter(ref__startswith="house/deep").delete()
    propose_areas(basis_of(), apply=True)
    approve(DeficientArea.objects.get(lane_name="Ngõ 5", state=State.PROPOSED))
    left = trend(client, later)
    assert [(m["happened"], m["reason"]) for m in left["moved"]] == [("removed", "no_longer_deficient")]
    assert (left["before"]["areas"], left["after"]["areas"]) == (1, 0)
    # The list as it stood then can still be read.
    assert trend(client, before, to=later.isoformat())["after"] == {"areas": 1, "houses": 2}


def test_a_trend_without_a_beginning_is_refused(client, db):
    assert client.get("/api/deficient-areas/trend").status_code == 400


# Who may -------------------------------------------------------------------------------------------------------------


def patch(client, row, changes, headers):
    row.refresh_from_db()
    return client.patch(
        f"/ogc/collections/deficient-areas/items/{row.pk}",
        {"properties": changes},
        content_type="application/merge-patch+json",
        headers={**headers, "if-match": "*"},
    )


def test_who_may_edit_may_not_approve(client, areas):
    row, planner = areas["Ngõ 5"], signed_in(Role.PLANNER)
    assert patch(client, row, {"remedy": "mobile_hose"}, planner).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.remedy, row.edited_by) == (State.EDITED, "mobile_hose", "planner-None")
    assert patch(client, row, {"state": "approved"}, planner).status_code == 403
    row.refresh_from_db()
    assert row.state == State.EDITED
    administrator = signed_in(Role.ADMINISTRATOR)
    assert patch(client, row, {"state": "approved", "decision": "QĐ 1"}, administrator).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.approved_by) == (State.APPROVED, "administrator-None")


def test_only_who_may_approve_withdraws_or_deletes_what_is_approved(client, areas):
    row, planner = areas["Ngõ 5"], signed_in(Role.PLANNER)
    approve(row)
    assert patch(client, row, {"state": "withdrawn"}, planner).status_code == 403
    item = f"/ogc/collections/deficient-areas/items/{row.pk}"
    assert client.delete(item, headers={**planner, "if-match": "*"}).status_code == 403
    assert patch(client, row, {"state": "withdrawn"}, signed_in(Role.ADMINISTRATOR)).status_code == 200


def test_an_edit_of_what_is_approved_is_a_conflict_with_its_rule_and_no_failure(client, areas):
    row = areas["Ngõ 5"]
    approve(row)
    answer = patch(client, row, {"households": 1}, signed_in(Role.ADMINISTRATOR))
    assert answer.status_code == 409
    assert "what_is_approved_is_not_edited_withdraw_it" in answer.json()["detail"]


def test_figures_on_people_are_in_no_public_answer_about_an_area(client, areas):
    shown = client.get(f"/ogc/collections/deficient-areas/items/{areas['Ngõ 5'].pk}").json()["properties"]
    assert shown["houses"] == 1
    assert not {"households", "people", "edited_by", "approved_by"} & set(shown)


# Lanes ---------------------------------------------------------------------------------------------------------------


def lanes(client, headers=None, **query):
    response = client.get("/api/lanes", query, headers={"accept-language": "en", **(headers or {})})
    assert response.status_code == 200, response.content
    jsonschema.validate(response.json(), as_json_schema(LANES_ANSWER))
    return response.json()


def test_lanes_deeper_than_a_threshold_are_told_apart_from_those_that_nobody_measured(client, plan):
    deep = lanes(client)
    assert [f["properties"]["name"] for f in deep["features"]] == ["Ngõ 5"]
    lane = deep["features"][0]["properties"]
    assert (lane["depth_least_m"], lane["depth_most_m"], lane["verdict"]) == (120, 120, "blocked")
    assert lane["deeper_than"] == {"50": "yes", "100": "yes", "200": "no"}
    assert (lane["point_in_lane"], lane["nearest_point"]) == (False, None)
    assert (lane["stops"][0]["ref"], lane["stops"][0]["evidence"]) == ("BD", "surveyed")
    unknown = lanes(client, which="unknown", deeper_m=100)
    assert [f["properties"]["name"] for f in unknown["features"]] == ["Ngõ 9"]
    by_depth = deep["by_unit"][0]["by_depth"][0]
    assert (by_depth["yes"], by_depth["unknown"], by_depth["no"], by_depth["without_point"]) == (1, 1, 1, 1)


def test_every_vehicle_is_told_beside_a_lane(client, plan):
    told = {v["vehicle"]: v for v in lanes(client, vehicles="all")["features"][0]["properties"]["by_vehicle"]}
    assert told["engine-large"]["verdict"] == "blocked"
    assert told["motorcycle"]["verdict"] == "passable"


def test_who_lives_in_a_lane_is_told_to_officers_only(client, plan):
    assert "households" not in lanes(client)["features"][0]["properties"]
    assert "households" not in lanes(client)["by_unit"][0]["by_depth"][0]["houses_yes"]  # one house only
    assert lanes(client, signed_in(Role.DISPATCHER))["features"][0]["properties"]["households"] == 4


@pytest.mark.parametrize("query", [{"deeper_m": "75"}, {"unit": "x"}, {"limit": "0"}, {"vehicle": "tank"}, {"q": "1"}])
def test_a_question_about_lanes_that_cannot_be_asked_is_refused(client, plan, query):
    assert client.get("/api/lanes", query).status_code == 400
