"""Writing features over OGC API – Features: by those who may, where they may, held to the rules of an import."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gis_core.authentication import make_token
from gis_core.crs import CATALOGUE, Transformer
from gis_core.history import read_history
from gis_core.importing import OPERATOR, import_file
from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import PERMISSIONS, Action, Role
from hydrants.models import Hydrant, IntakePoint
from layers import editing
from routes.models import Road

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ITEMS = "/ogc/collections/hydrants/items"
UNITS = "/ogc/collections/administrative-units/items"
GEOJSON, MERGE_PATCH = "application/geo+json", "application/merge-patch+json"
INSIDE, OUTSIDE = (105.85, 21.05), (105.95, 21.05)


@pytest.fixture(autouse=True)
def _on_loopback(settings):
    settings.SESSION_COOKIE_SECURE = False


@pytest.fixture
def wards(db):
    return {name: ward(name, west) for name, west in (("ward", 105.8), ("next", 105.9))}


def ward(name, west):
    box = MultiPolygon(Polygon.from_bbox((west, 21.0, west + 0.1, 21.1)), srid=4326)
    return AdministrativeUnit.objects.create(
        ref=name, code=name[:10], name=name, level=3, valid_from=date(2025, 7, 1), geom=box
    )


class Editor:
    """Somebody with a role who sends what QGIS and scripts send."""

    def __init__(self, role=None, unit=None, **values):
        name = f"{role}-{unit}-{len(values)}"
        self.user = get_user_model().objects.create_user(name, **values)
        if role:
            RoleGrant.objects.create(user=self.user, role=role, administrative_unit=unit)
        token = make_token(user=self.user, name="QGIS", expires_at=timezone.now() + timedelta(days=1))
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self.client = Client(enforce_csrf_checks=True)

    def send(self, method, path, body=None, kind=GEOJSON, **headers):
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, path, sent if body is not None else b"", kind, headers={**self.headers, **named}
        )

    def etag(self, path):
        return self.send("GET", path).headers["ETag"]

    def patch(self, path, body, **headers):
        return self.send("PATCH", path, body, MERGE_PATCH, **{"If_Match": "*", **headers})

    def put(self, path, body, **headers):
        return self.send("PUT", path, body, **{"If_Match": "*", **headers})

    def delete(self, path, **headers):
        return self.send("DELETE", path, **{"If_Match": "*", **headers})


@pytest.fixture
def planner(wards):
    return Editor(Role.PLANNER)


@pytest.fixture
def field_team(wards):
    return Editor(Role.FIELD, wards["ward"])


def stored(ref="TN-1", place=INSIDE, **values):
    return Hydrant.objects.create(ref=ref, geom=Point(*place, srid=4326), **values)


def feature(place=INSIDE, **properties):
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(place)}, "properties": properties}


def at(record):
    return f"{ITEMS}/{record.pk}"


def complaints(response):
    assert response.status_code == 422, response.content
    assert response["Content-Type"] == "application/problem+json"
    return {error["field"]: error["detail"] for error in response.json()["errors"]}


# What QGIS does


def test_an_edit_as_qgis_sends_it_arrives_with_its_author_and_the_second_editor_is_refused(field_team, planner):
    record = stored(status="working", contact_phone="0900 000 001")
    for editor in (field_team, planner):
        # QGIS asks once for the layer, and once for some feature, and takes that for all.
        assert "POST" in editor.send("OPTIONS", ITEMS).headers["Allow"].split(", ")
        assert {"PUT", "PATCH"} <= set(editor.send("OPTIONS", at(record)).headers["Allow"].split(", "))
    seen = {editor: editor.etag(at(record)) for editor in (field_team, planner)}

    body = {"properties": {"status": "faulty", "status_on": "2026-11-20"}}
    response = field_team.patch(at(record), body, If_Match=seen[field_team])
    assert response.status_code == 200
    assert field_team.etag(at(record)) == response.headers["ETag"] != seen[field_team]
    record.refresh_from_db()
    assert (record.status, record.status_on, record.version) == ("faulty", date(2026, 11, 20), 2)
    assert record.contact_phone == "0900 000 001"
    entry = read_history(Hydrant, record.pk)[0]
    assert (entry.kind, entry.by) == ("update", field_team.user.username)

    late = planner.patch(at(record), {"properties": {"status": "working"}}, If_Match=seen[planner])
    assert late.status_code == 412
    assert late.json()["version"] == 2
    record.refresh_from_db()
    assert record.status == "faulty"
    again = planner.patch(at(record), {"properties": {"status": "working"}}, If_Match=planner.etag(at(record)))
    assert again.status_code == 200


def test_qgis_that_sends_the_same_headers_with_everything_reads_and_writes(field_team):
    # QGIS itself sends no If-Match; the headers of its sign-in go with every request, so `*` stands there.
    field_team.headers["If-Match"] = "*"
    record = stored()
    assert field_team.send("GET", ITEMS).status_code == 200
    assert field_team.send("GET", at(record)).status_code == 200
    moved = {"geometry": {"type": "Point", "coordinates": [105.86, 21.06]}}
    assert field_team.send("PATCH", at(record), moved, MERGE_PATCH).status_code == 200
    created = field_team.send("POST", ITEMS, feature(ref="TN-2"))
    assert created.status_code == 201
    record.refresh_from_db()
    assert record.geom.coords == (105.86, 21.06)


def test_a_layer_without_features_tells_qgis_what_may_be_done_with_one_that_is_not_there(planner):
    assert planner.send("OPTIONS", f"{ITEMS}/unknown_id").headers["Allow"] == (
        "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    )  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_the_methods_offered_are_those_that_the_role_may_use(wards, role):
    editor = Editor(role if role is not Role.PUBLIC else None)
    offered = {
        *editor.send("OPTIONS", ITEMS)["Allow"].split(", "),
        *editor.send("OPTIONS", f"{ITEMS}/1")["Allow"].split(", "),
    }
    able = {"POST": Action.CREATE, "PUT": Action.UPDATE, "PATCH": Action.UPDATE, "DELETE": Action.DELETE}
    assert offered == {"GET", "HEAD", "OPTIONS", *(m for m, action in able.items() if action in PERMISSIONS[role])}


def test_a_feature_that_was_read_whole_comes_back_whole(planner):
    record = stored(flow_lps=12.5, outlet_diameters_mm=[65, 110], tags={"a": 1}, contact_name="Bà Lan", synthetic=True)
    before = planner.send("GET", at(record)).json()
    response = planner.put(at(record), before, If_Match=planner.etag(at(record)))
    assert response.status_code == 200, response.content
    assert response.json() == before
    record.refresh_from_db()
    assert record.version == 1


# Creating


def test_a_new_feature_is_stored_with_its_unit_and_its_author_and_told_where_it_is(field_team, wards):
    body = feature(ref="TN-9", status="working", diameter_mm=100, outlet_diameters_mm=[65, 65], contact_phone="0900")
    response = field_team.send("POST", ITEMS, body)
    assert response.status_code == 201, response.content
    record = Hydrant.objects.get(ref="TN-9")
    assert response["Location"] == f"http://testserver{at(record)}"
    assert (record.administrative_unit, record.status, record.version) == (wards["ward"], "working", 1)
    assert (record.outlet_diameters_mm, record.evidence, record.synthetic) == ([65, 65], "none", False)
    assert response.json() == field_team.send("GET", at(record)).json()
    assert response["ETag"] == field_team.etag(at(record))
    assert read_history(Hydrant, record.pk)[0].by == field_team.user.username


def test_a_link_to_another_record_is_written_by_its_ref(planner):
    ring = [[105.8, 21], [105.9, 21], [105.9, 21.1], [105.8, 21.1], [105.8, 21]]
    values = {"ref": "child", "code": "00001", "name": "Con", "level": 3, "parent": "ward", "valid_from": "2026-01-01"}
    body = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": values}
    assert planner.send("POST", UNITS, body).status_code == 201
    unit = AdministrativeUnit.objects.get(ref="child")
    assert (unit.parent.ref, unit.geom.geom_type, unit.code) == ("ward", "MultiPolygon", "00001")
    values.update(ref="other", parent="nobody")
    assert "nobody" in complaints(planner.send("POST", UNITS, body))["parent"]


def test_all_complaints_come_at_once_and_nothing_is_stored(planner):
    stored("TN-1")
    body = feature(
        (2.35, 48.85), ref="TN-1", status="broken", flow_lps=-3, diameter_mm="wide", status_on="2999-01-01",
        colour="red", version=7, synthetic=True,
    )  # fmt: skip
    found = complaints(planner.send("POST", ITEMS, body))
    assert set(found) == {"geom", "ref", "status", "flow_lps", "diameter_mm", "status_on", "colour", "synthetic"}
    assert "already" in found["ref"]
    assert "negative" in found["flow_lps"]
    assert Hydrant.objects.count() == 1


def test_a_doubt_is_told_with_the_feature_as_it_was_stored(planner):
    response = planner.send("POST", ITEMS, feature(ref="TN-2", diameter_mm=0))
    assert response.status_code == 201
    assert response.json()["properties"]["diameter_mm"] is None
    [warning] = response.json()["warnings"]
    assert warning == {"field": "diameter_mm", "detail": "0 means unknown here and is stored as empty."}


def test_two_who_create_one_reference_at_once_get_one_feature(planner, monkeypatch):
    check = editing.check_row

    def check_and_be_overtaken(row, job, *, placed):
        check(row, job, placed=placed)
        stored(row.ref)

    monkeypatch.setattr(editing, "check_row", check_and_be_overtaken)
    response = planner.send("POST", ITEMS, feature(ref="TN-2"))
    assert response.status_code == 409
    assert "hydrants_hydrant_ref" in response.json()["detail"]


# Where things stand


@pytest.mark.parametrize("code", ["EPSG:5897", "EPSG:3405", "EPSG:4326", "EPSG:3857", "OGC:CRS84", "EPSG:4756"])
@pytest.mark.parametrize("written", ["{}", "<{}>"])
def test_a_place_is_read_in_the_system_and_axis_order_that_content_crs_names(planner, code, written):
    crs = CATALOGUE[code]
    x, y = (float(number) for number in Transformer(crs).from_wgs84(*INSIDE))
    place = (y, x) if crs.latitude_first else (x, y)
    response = planner.send("POST", ITEMS, feature(place, ref="TN-1"), Content_Crs=written.format(crs.uri))
    assert response.status_code == 201, response.content
    assert Hydrant.objects.get().geom.coords == pytest.approx(INSIDE, abs=2e-9)


@pytest.mark.parametrize(("place", "said"), [
    ((21.05, 105.85), "swapped"), ((106.7, 10.78), "outside Hanoi"), ((588394.4, 2326344.2), "5897"),
])  # fmt: skip
def test_a_place_that_shows_a_wrong_system_is_refused(planner, place, said):
    assert said in complaints(planner.send("POST", ITEMS, feature(place, ref="TN-1")))["geom"]


def test_an_unknown_content_crs_is_named(planner):
    response = planner.send(
        "POST", ITEMS, feature(ref="TN-1"), Content_Crs="http://www.opengis.net/def/crs/EPSG/0/2000"
    )
    assert response.status_code == 400


def test_a_line_that_crosses_itself_is_fine_and_an_area_that_does_is_not(planner):
    bow = [[[105.8, 21.0], [105.9, 21.1], [105.9, 21.0], [105.8, 21.1], [105.8, 21.0]]]
    body = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": bow},
        "properties": {"ref": "B", "kind": "lake"},
    }
    assert "not valid" in complaints(planner.send("POST", "/ogc/collections/water-bodies/items", body))["geom"]


def test_a_field_team_writes_in_its_ward_only_and_moves_nothing_in_or_out(field_team):
    inside, outside = stored("in"), stored("out", OUTSIDE)
    assert field_team.send("POST", ITEMS, feature(OUTSIDE, ref="TN-3")).status_code == 403
    assert field_team.patch(at(outside), {"properties": {"status": "faulty"}}).status_code == 403
    out = {"geometry": {"type": "Point", "coordinates": list(OUTSIDE)}}
    refused = field_team.patch(at(inside), out)
    assert refused.status_code == 403
    assert "administrative unit" in refused.json()["detail"]
    into = {"geometry": {"type": "Point", "coordinates": list(INSIDE)}}
    assert field_team.patch(at(outside), into).status_code == 403
    assert field_team.delete(at(inside)).status_code == 403
    assert {h.ref: h.geom.coords for h in Hydrant.objects.all()} == {"in": INSIDE, "out": OUTSIDE}
    assert [entry.kind for entry in read_history(Hydrant, inside.pk)] == ["insert"]


def test_no_ward_team_moves_the_border_of_its_ward(field_team, wards):
    path = f"{UNITS}/{wards['ward'].pk}"
    assert field_team.patch(path, {"properties": {"name": "Mine"}}).status_code == 403


# Who


def test_nobody_signed_in_is_asked_to_sign_in(wards):
    record, client = stored(), Client(enforce_csrf_checks=True)
    for method, path in (("POST", ITEMS), ("PUT", at(record)), ("PATCH", at(record)), ("DELETE", at(record))):
        response = client.generic(method, path, b"{}", GEOJSON)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
    assert Hydrant.objects.filter(version=1).count() == 1


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_a_field_team_reads_every_layer_units_among_them(field_team, wards, layer):
    AdministrativeUnit.objects.update(remarks="told inside only")
    response = field_team.send("GET", f"/ogc/collections/{layer.id}/items")
    assert response.status_code == 200
    if layer.model is AdministrativeUnit:
        told = {found["properties"]["ref"]: found["properties"].get("remarks") for found in response.json()["features"]}
        assert told == {"ward": "told inside only", "next": None}


@pytest.mark.parametrize("role", [None, Role.DISPATCHER])
def test_a_role_that_only_reads_writes_nothing(wards, role):
    record, editor = stored(), Editor(role)
    assert editor.send("POST", ITEMS, feature(ref="TN-2")).status_code == 403
    assert editor.put(at(record), feature(ref="TN-1")).status_code == 403
    assert editor.patch(at(record), {"properties": {"status": "faulty"}}).status_code == 403
    assert editor.delete(at(record)).status_code == 403


def test_a_cookie_writes_only_with_the_token_of_the_form(planner):
    record, client = stored(), Client(enforce_csrf_checks=True)
    client.force_login(planner.user)
    body = json.dumps({"properties": {"status": "faulty"}})
    sent = {"If-Match": "*", "Accept-Language": "en"}
    refused = client.patch(at(record), body, MERGE_PATCH, headers=sent)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    client.cookies["csrftoken"] = "a" * 32
    assert client.patch(at(record), body, MERGE_PATCH, headers={**sent, "X-CSRFToken": "a" * 32}).status_code == 200


def test_another_site_cannot_write_with_the_password_that_a_browser_remembers(planner):
    planner.user.set_password("a long enough password")
    planner.user.save()
    basic = "Basic " + base64.b64encode(f"{planner.user.username}:a long enough password".encode()).decode()
    record = stored()
    planner.headers["Authorization"] = basic
    body = {"properties": {"status": "faulty"}}
    assert planner.patch(at(record), body, Origin="https://elsewhere.example").status_code == 403
    assert planner.patch(at(record), body).status_code == 200


def test_who_does_not_see_an_attribute_neither_writes_nor_erases_it(field_team, monkeypatch):
    monkeypatch.setitem(PERMISSIONS, Role.FIELD, PERMISSIONS[Role.FIELD] - {Action.VIEW_SENSITIVE})
    record = stored(contact_phone="0900 000 001", remarks="behind the gate", status="working")
    shown = field_team.send("GET", at(record)).json()
    assert "contact_phone" not in shown["properties"]
    shown["properties"]["status"] = "faulty"
    assert field_team.put(at(record), shown).status_code == 200
    record.refresh_from_db()
    assert (record.status, record.contact_phone, record.remarks) == ("faulty", "0900 000 001", "behind the gate")
    for sent in (field_team.patch, field_team.put):
        found = complaints(sent(at(record), feature(ref="TN-1", contact_phone="1", nonsense="1")))
        assert found["contact_phone"] == found["nonsense"]
        assert "contact_phone" not in found["nonsense"]
    assert set(complaints(field_team.send("POST", ITEMS, feature(ref="TN-2", remarks="x")))) == {"remarks"}


# Replacing and changing


def test_a_replacement_empties_what_it_does_not_name(planner):
    record = stored(flow_lps=10, name="Old", status="working", synthetic=True, contact_phone="0900")
    assert planner.put(at(record), feature((105.86, 21.06), ref="TN-1", name="New")).status_code == 200
    record.refresh_from_db()
    assert (record.name, record.flow_lps, record.status, record.contact_phone) == ("New", None, "unknown", "")
    assert (record.geom.coords, record.synthetic, record.version) == ((105.86, 21.06), True, 2)


def test_a_patch_empties_what_it_says_is_null_and_merges_objects(planner):
    record = stored(flow_lps=10, name="Old", tags={"keep": 1, "drop": 2, "deep": {"a": 1, "b": 2}})
    patch = {"properties": {"flow_lps": None, "tags": {"drop": None, "deep": {"a": 3}, "new": "x"}}}
    assert planner.patch(at(record), patch).status_code == 200
    record.refresh_from_db()
    assert (record.flow_lps, record.name) == (None, "Old")
    assert record.tags == {"keep": 1, "deep": {"a": 3, "b": 2}, "new": "x"}


@pytest.mark.parametrize("name", ["version", "created_at", "updated_at", "administrative_unit", "synthetic"])
def test_what_the_database_keeps_cannot_be_patched(planner, name):
    record = stored()
    assert set(complaints(planner.patch(at(record), {"properties": {name: True}}))) == {name}


@pytest.mark.parametrize("ref", ["TN-2", None, 7])
def test_the_reference_of_a_stored_feature_stays(planner, ref):
    record = stored()
    for sent in (planner.patch, planner.put):
        assert set(complaints(sent(at(record), feature(ref=ref)))) == {"ref"}


def test_a_patch_that_changes_nothing_leaves_version_and_tag(planner):
    record = stored(status="working")
    before = planner.etag(at(record))
    assert planner.patch(at(record), {"properties": {"status": "working"}})["ETag"] == before
    assert [entry.kind for entry in read_history(Hydrant, record.pk)] == ["insert"]


def test_a_patch_looks_at_the_period_as_a_whole(planner, wards):
    found = complaints(planner.patch(f"{UNITS}/{wards['ward'].pk}", {"properties": {"valid_to": "2020-01-01"}}))
    assert "2025-07-01" in found["valid_to"]


def test_a_value_that_was_wrong_before_does_not_hinder_the_change_of_another(planner):
    record = stored(place=(106.7, 10.78), flow_lps=-5)
    assert planner.patch(at(record), {"properties": {"status": "faulty"}}).status_code == 200


def test_deleting_leaves_the_history_with_its_author(planner):
    record = stored()
    response = planner.delete(at(record), If_Match=planner.etag(at(record)))
    assert (response.status_code, response.content) == (204, b"")
    assert not Hydrant.objects.exists()
    entry = read_history(Hydrant, record.pk)[0]
    assert (entry.kind, entry.by) == ("delete", planner.user.username)
    assert planner.delete(at(record)).status_code == 404


def test_what_others_refer_to_is_not_deleted(planner, wards):
    AdministrativeUnit.objects.filter(ref="next").update(parent=wards["ward"])
    assert planner.delete(f"{UNITS}/{wards['ward'].pk}").status_code == 409
    assert AdministrativeUnit.objects.count() == 2


def test_an_edit_by_a_person_is_a_conflict_for_the_next_import(planner, tmp_path):
    path = tmp_path / "rows.geojson"

    def load(status):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(ref="TN-1", status=status)]}))
        layer = layer_registry.get("hydrants")
        return import_file(layer, path, actor=OPERATOR, at=date(2026, 11, 22), apply=True)

    load("working")
    assert planner.patch(at(Hydrant.objects.get()), {"properties": {"status": "faulty"}}).status_code == 200
    assert len(load("blocked").conflicts) == 1
    assert Hydrant.objects.get().status == "faulty"


# Versions


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_does_not_say_which_version_is_asked_to(planner, method):
    record = stored()
    response = planner.send(method, at(record), feature(ref="TN-1"), MERGE_PATCH if method == "PATCH" else GEOJSON)
    assert response.status_code == 428
    assert Hydrant.objects.get().version == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_old_tag_is_refused_by_every_method(planner, method):
    record = stored()
    old = planner.etag(at(record))
    Hydrant.objects.update(status="faulty")
    kind = MERGE_PATCH if method == "PATCH" else GEOJSON
    response = planner.send(method, at(record), feature(ref="TN-1"), kind, If_Match=old)
    assert response.status_code == 412
    assert Hydrant.objects.get().version == 2


def test_a_tag_is_strong_and_weak_or_foreign_ones_never_match(planner):
    one, other = stored("TN-1"), stored("TN-2", (105.86, 21.05))
    tag = planner.etag(at(one))
    assert tag.startswith('"')
    body = {"properties": {"status": "faulty"}}
    for given in (f"W/{tag}", planner.etag(at(other)), '"x"', "nonsense", tag.strip('"')):
        assert planner.patch(at(one), body, If_Match=given).status_code == 412
    assert planner.patch(at(one), body, If_Match=f'"x", {tag}').status_code == 200


def test_a_tag_read_by_others_or_in_another_language_guards_the_same_version(planner):
    record = stored(contact_phone="0900")
    public = Client().get(at(record)).headers["ETag"]
    assert public != planner.etag(at(record))
    assert planner.patch(at(record), {"properties": {"status": "faulty"}}, If_Match=public).status_code == 200
    assert planner.patch(at(record), {"properties": {"status": "working"}}, If_Match=public).status_code == 412


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_the_row_is_held_still_before_its_version_is_looked_at(planner, method):
    record = stored()
    kind = MERGE_PATCH if method == "PATCH" else GEOJSON
    with CaptureQueriesContext(connection) as asked:
        planner.send(method, at(record), feature(ref="TN-1"), kind, If_Match='"1.1-0"')
    table = [query["sql"] for query in asked if '"hydrants_hydrant"' in query["sql"]]
    assert "FOR UPDATE" in table[0]


# Bad input


def _nested(depth):
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    return b'{"type":"Feature","geometry":null,"properties":{"tags":' + inner + b"}}"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", GEOJSON, 415),
        (b" ", GEOJSON, 400),
        (b"{", GEOJSON, 400),
        (b"[]", GEOJSON, 400),
        (b"null", GEOJSON, 400),
        (b"NaN", GEOJSON, 400),
        (b'{"type":"FeatureCollection","features":[]}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":[]}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":{"type":"Point"},"properties":{}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":{"type":"Point","coordinates":["x",1]},"properties":{}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":7,"properties":{}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{},"status":"faulty"}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":null}', GEOJSON, 422),
        (b'{"type":"Feature","geometry":{"type":"Point","coordinates":[]},"properties":{"ref":"x"}}', GEOJSON, 422),
        (_nested(400), GEOJSON, 400),
        (_nested(2_000), GEOJSON, 400),
        (b"<xml/>", "application/xml", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"{}", MERGE_PATCH, 415),
        (b" " * 3_000_000, GEOJSON, 413),
    ],
)  # fmt: skip
def test_a_body_that_is_no_feature_is_refused_with_a_reason(planner, body, kind, status):
    response = planner.send("POST", ITEMS, body, kind)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content


@pytest.mark.parametrize("value", [{}, [], True, "\0", "x" * 5000, 1e300, -1, 2**70, [[1]], {"a": "\0"}, "2026-02-30"])
def test_no_value_of_any_attribute_makes_the_service_fail(planner, value):
    for layer in map(layer_registry.get, ("hydrants", "roads", "administrative-units")):
        for field in layer.fields:
            body = {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(INSIDE)},
                "properties": {field.name: value},
            }
            response = planner.send("POST", f"/ogc/collections/{layer.id}/items", body)
            assert response.status_code in {201, 409, 422}, (layer.id, field.name, response.content)


def test_an_unknown_layer_feature_or_parameter_is_named(planner):
    assert planner.send("POST", "/ogc/collections/nothing/items", feature()).status_code == 404
    assert planner.patch(f"{ITEMS}/999", {"properties": {}}).status_code == 404
    assert planner.patch(f"{ITEMS}/x", {"properties": {}}).status_code == 404
    assert planner.send("POST", f"{ITEMS}?colour=red", feature(ref="TN-1")).status_code == 400
    refused = planner.send("DELETE", ITEMS)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_every_method_works_with_a_slash_at_the_end(planner):
    created = planner.send("POST", f"{ITEMS}/", feature(ref="TN-1"))
    path = f"{ITEMS}/{created.json()['id']}/"
    assert planner.patch(path, {"properties": {"status": "faulty"}}).status_code == 200
    assert planner.delete(path).status_code == 204


@pytest.mark.parametrize("model", [IntakePoint, Road])
def test_what_a_new_record_must_say_is_asked_for(planner, model):
    layer = next(layer for layer in layer_registry if layer.model is model)
    place = (
        {"type": "LineString", "coordinates": [list(INSIDE), [105.851, 21.05]]}
        if model is Road
        else feature()["geometry"]
    )
    body = {"type": "Feature", "geometry": place, "properties": {"ref": "X"}}
    response = planner.send("POST", f"/ogc/collections/{layer.id}/items", body)
    required = {field.name for field in layer.fields if field.required and field.editable} - {"ref"}
    if required:
        assert set(complaints(response)) == required
    else:
        assert response.status_code == 201


def test_the_history_says_by_which_way_the_change_came(planner):
    planner.send("POST", ITEMS, feature(ref="TN-1"))
    metadata = Hydrant.pgh_event_model.objects.get(ref="TN-1").pgh_context.metadata
    assert (metadata["way"], metadata["user"]) == ("ogc", planner.user.pk)
    assert "command" not in metadata


def test_the_classes_shown_here_are_declared_and_the_methods_are_described(client):
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    part_4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
    assert {uri.removeprefix(part_4) for uri in declared if uri.startswith(part_4)} == {
        "create-replace-delete", "update", "optimistic-locking-etags", "features",
    }  # fmt: skip
    paths = client.get("/ogc/api").json()["paths"]
    assert "post" in paths["/collections/hydrants/items"]
    assert {"put", "patch", "delete"} <= set(paths["/collections/hydrants/items/{featureId}"])
