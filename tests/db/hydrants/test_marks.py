"""`/api/marks` on sources of water: what somebody saw counts in the next answer, and goes when it was not true."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from jsonschema import Draft4Validator
from PIL import Image

from gis_core.history import read_history
from gis_core.models import RoleGrant
from gis_core.roles import Role
from hydrants.inspection_models import Inspection
from layers.mark_models import Mark, MarkPhoto
from layers.mark_openapi import MARK, MARKS_ANSWER
from tests.asked import refusal_of
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.conftest import point_at
from tests.db.hydrants.test_nearest_water_api import as_json_schema

pytestmark = pytest.mark.django_db
PATH = "/api/marks"
NEAREST = "/api/nearest-water?lon=105.82&lat=21.0"


def somebody(name, role=Role.DISPATCHER, inside=None):
    user = get_user_model().objects.create_user(name)
    RoleGrant.objects.create(user=user, role=role, administrative_unit=inside)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def an():
    return somebody("an")


@pytest.fixture
def binh():
    return somebody("binh")


@pytest.fixture
def team():
    return somebody("team", Role.FIELD)


def body(source, kind="source_dry", **more):
    about = {"layer": "hydrants", "ref": source.ref}
    return {"kind": kind, "place": [source.geom.x, source.geom.y], "about": about, **more}


def send(client, sent, **headers):
    return client.post(PATH, json.dumps(sent), "application/json", headers=headers)


def mark(client, source, kind="source_dry", **more):
    response = send(client, body(source, kind, **more))
    assert response.status_code == 201, response.content
    answer = response.json()
    Draft4Validator(as_json_schema(MARK)).validate(answer)
    return answer


def judge(client, said, verdict):
    return client.post(f"{PATH}/{said['id']}/{verdict}", headers={"accept-language": "en"})


def marks(client, query=""):
    response = client.get(PATH + query, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    Draft4Validator(as_json_schema(MARKS_ANSWER)).validate(response.json())
    return response.json()["marks"]


def nearest(client, **headers):
    answer = client.get(NEAREST, headers={"accept-language": "en"}).json()
    found = [feature["properties"]["ref"] for feature in answer["features"]]
    return found, {one["properties"]["ref"]: one["properties"]["reason"] for one in answer["passed_over"]}


def test_a_dry_hydrant_is_not_offered_from_the_next_answer_on(client, an, hydrant):
    near, far = hydrant(10), hydrant(60)
    before = client.get(NEAREST).json()
    said = mark(an, near, note="Mở van không có nước")
    assert (said["state"], said["evidence"], said["author"]) == ("open", "reported", "an")
    assert said["effect"].startswith("It is not offered as water from now on")
    assert nearest(client) == ([far.ref], {near.ref: "marked_dry"})
    assert client.get(NEAREST).json()["data_version"] != before["data_version"]
    near.refresh_from_db()
    assert (near.status, near.version) == ("working", 1)  # nobody has looked into it: the record stays
    assert read_history(Mark, said["id"])[0].by == "an"


def test_a_refuted_mark_leaves_nothing_behind(client, an, team, hydrant):
    near = hydrant(10)
    said = mark(an, near)
    answer = judge(team, said, "refute").json()
    assert (answer["state"], answer["settled"], answer["settled_by"]) == ("refuted", "person", "team")
    assert nearest(client) == ([near.ref], {})
    assert refusal_of(judge(team, said, "refute"), says="refuted")["status"] == 409


def test_a_mark_is_not_argued_away_from_a_desk_but_its_author_may_withdraw_it(client, an, binh, hydrant):
    near = hydrant(10)
    said = mark(an, near)
    assert refusal_of(judge(binh, said, "refute"))["status"] == 403
    assert nearest(client)[0] == []
    assert judge(an, said, "refute").json()["settled"] == "author"
    assert nearest(client)[0] == [near.ref]


def test_another_person_confirms_and_never_the_author(client, an, binh, hydrant):
    said = mark(an, hydrant(10))
    assert refusal_of(judge(an, said, "confirm"))["status"] == 403
    answer = judge(binh, said, "confirm").json()
    assert (answer["state"], answer["settled"], answer["asks"]) == ("confirmed", "person", None)
    assert nearest(client)[0] == []


def test_the_same_mark_of_a_second_person_confirms_the_first(an, binh, hydrant):
    near = hydrant(10)
    mark(an, near)
    mark(binh, near)
    assert {said["state"] for said in marks(an)} == {"confirmed"}


def test_two_people_who_differ_make_it_unknown_until_somebody_looks_and_both_are_told(client, an, binh, team, hydrant):
    near = hydrant(10)
    first, second = mark(an, near), mark(binh, near, "source_works")
    assert nearest(client) == ([], {near.ref: "marks_disagree"})
    told = {said["id"]: said["effect"] for said in marks(an)}
    assert set(told) == {first["id"], second["id"]}
    assert all(effect.startswith("People say different things") for effect in told.values())
    inspect(team, near, "works")
    assert nearest(client) == ([near.ref], {})
    assert {said["id"]: said["state"] for said in marks(an, "?state=open,confirmed,refuted")} == {
        first["id"]: "refuted",
        second["id"]: "confirmed",
    }


def inspect(client, source, outcome, day=None):
    sent = {
        "source": f"hydrants/{source.pk}", "inspected_on": str(day or timezone.localdate()), "outcome": outcome,
        "inspected_by": "Tổ 3",
    }  # fmt: skip
    response = client.post("/api/inspections", json.dumps(sent), "application/json")
    assert response.status_code == 201, response.content


def test_an_inspection_that_finds_the_fault_takes_over_from_the_mark(client, an, team, hydrant):
    near = hydrant(10)
    said = mark(an, near)
    inspect(team, near, "faulty")
    (answer,) = marks(an, "?state=confirmed")
    assert (answer["id"], answer["settled"]) == (said["id"], "inspection")
    assert nearest(client) == ([], {near.ref: "status_faulty"})
    inspect(team, near, "works")  # repaired: nothing of the old mark holds it back
    assert nearest(client)[0] == [near.ref]
    assert Inspection.objects.count() == 2


def test_an_older_inspection_that_comes_late_settles_nothing(client, an, team, hydrant):
    near = hydrant(10)
    mark(an, near)
    inspect(team, near, "works", day=timezone.localdate() - timedelta(days=1))
    assert nearest(client) == ([], {near.ref: "marked_dry"})
    inspect(team, near, "works")
    assert nearest(client)[0] == [near.ref]


def test_a_source_of_unknown_state_that_somebody_saw_work_is_offered_and_the_answer_says_why(client, an, hydrant):
    near = hydrant(10, status="unknown")
    assert nearest(client)[0] == []
    said = mark(an, near, "source_works")
    assert "30 days" in said["effect"]
    feature = client.get(NEAREST, headers={"accept-language": "en"}).json()["features"][0]["properties"]
    assert (feature["ref"], feature["marked"], feature["status"]) == (near.ref, "works", "unknown")
    assert "somebody on the spot says that it works" in feature["sentence"]
    Mark.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert nearest(client)[0] == []
    assert [said["state"] for said in marks(an, "?state=expired")] == ["expired"]
    assert marks(an) == []


def test_no_mark_puts_a_faulty_source_back_into_service(client, an, binh, hydrant):
    near = hydrant(10, status="faulty")
    said = mark(an, near, "source_works")
    assert "only an inspection" in said["effect"]
    judge(binh, said, "confirm")
    assert nearest(client) == ([], {near.ref: "status_faulty"})


def test_who_changes_their_mind_is_not_in_dispute_with_themselves(client, an, hydrant):
    near = hydrant(10)
    first = mark(an, near)
    mark(an, near, "source_works")
    assert nearest(client)[0] == [near.ref]
    (refuted,) = marks(an, "?state=refuted")
    assert (refuted["id"], refuted["settled"]) == (first["id"], "author")


def test_a_try_that_is_sent_again_makes_no_second_mark(an, binh, hydrant):
    near = hydrant(10)
    first = send(an, body(near, seen_at="2026-11-29T10:00:00Z"), idempotency_key="k1")
    again = send(an, body(near, seen_at="2026-11-29T10:00:09Z"), idempotency_key="k1")
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    assert Mark.objects.count() == 1
    assert refusal_of(send(an, body(near, "source_works"), idempotency_key="k1"))["status"] == 409
    assert send(binh, body(near), idempotency_key="k1").status_code == 201  # keys are everybody's own
    assert refusal_of(send(an, body(near), idempotency_key="k" * 101))["status"] == 400


def test_the_servers_clock_counts_and_the_senders_is_kept_beside(client, an, hydrant):
    near = hydrant(10)
    for wrong in ("1970-01-01T00:00:10Z", "2031-05-05T05:05:05+07:00"):
        said = mark(an, near, seen_at=wrong)
        assert abs(timezone.datetime.fromisoformat(said["at"]) - timezone.now()) < timedelta(minutes=5)
        assert timezone.datetime.fromisoformat(said["client_at"]) == timezone.datetime.fromisoformat(wrong)
        assert nearest(client)[0] == []
    assert refusal_of(send(an, body(near, seen_at="yesterday")), says="seen_at")["status"] == 400


def test_a_mark_without_a_name_is_about_the_only_source_nearby(client, an, hydrant):
    near = hydrant(10)
    there = body(near) | {"about": None}
    assert send(an, there).json()["about"]["ref"] == near.ref
    hydrant(12)
    assert "about" in str(refusal_of(send(an, there), says="name one")["detail"])
    nowhere = point_at(3_000, 0)
    assert refusal_of(send(an, there | {"place": [nowhere.x, nowhere.y]}), says="30 m")["status"] == 422
    assert refusal_of(send(an, body(near) | {"place": [nowhere.x, nowhere.y]}), says="200 m")["status"] == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "source_wet"}, {"kind": 5}, {"place": [1, 2]}, {"place": [21.0, 105.82]}, {"place": "105.82,21"},
        {"place": [105.82, None]}, {"place": [True, False]}, {"about": "H-1"}, {"about": {"layer": "hydrants"}},
        {"obstacle": "gate"}, {"note": 5}, {"note": "x" * 2001}, {"zzz": 1}, {"seen_at": "9999-12-31T23:59:59-14:00"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_reason_and_marks_nothing(an, hydrant, wrong):
    refused = refusal_of(send(an, body(hydrant(10)) | wrong))
    assert refused["status"] == 400
    assert not Mark.objects.exists()


def test_only_people_of_the_service_mark_and_only_in_their_unit(client, hydrant, unit):  # noqa: F811 - the fixture
    near = hydrant(10)
    assert refusal_of(send(client, body(near)))["status"] == 401
    nobody = Client()
    nobody.force_login(get_user_model().objects.create_user("nobody"))
    assert refusal_of(send(nobody, body(near)))["status"] == 403
    elsewhere = somebody("elsewhere", inside=unit("elsewhere", west=106.5))
    assert refusal_of(send(elsewhere, body(near)))["status"] == 403
    assert not Mark.objects.exists()


def test_the_public_reads_what_was_marked_and_not_who_or_what_they_wrote(client, an, hydrant):
    mark(an, hydrant(10), note="Ông Tư bảo hết nước")
    (told,) = marks(client, "?bbox=105.8,20.9,105.9,21.1&state=open")
    assert (told["note"], told["author"], told["photo"]) == (None, None, None)
    assert marks(an)[0]["author"] == "an"
    assert marks(client, "?bbox=106,20.9,106.1,21.1") == []
    for query in ("?state=wet", "?bbox=1,2", "?zzz=1", "?state=open&state=open"):
        assert refusal_of(client.get(PATH + query))["status"] == 400
    assert refusal_of(client.post(f"{PATH}/x/confirm"))["status"] in {401, 403}
    assert refusal_of(judge(an, {"id": 999_999}, "confirm"))["status"] == 404


def picture(form="JPEG", size=(800, 600), **saved):
    written = BytesIO()
    Image.new("RGB", size, "red").save(written, form, **saved)
    return written.getvalue()


def photographed(client, source, content, name="../../a.jpg"):
    sent = {"kind": "source_dry", "place": json.dumps([source.geom.x, source.geom.y])}
    sent["about"] = json.dumps({"layer": "hydrants", "ref": source.ref})
    return client.post(PATH, sent | {"photo": SimpleUploadedFile(name, content, "image/jpeg")})


def test_a_photo_is_made_anew_without_its_exif_and_shown_to_the_service_only(client, an, hydrant):
    camera = Image.Exif()
    camera[0x0112], camera[0x010F] = 6, "Camera of Mr An"  # on its side
    near = hydrant(10)
    response = photographed(an, near, picture(size=(3000, 2000), exif=camera))
    assert response.status_code == 201, response.content
    address = response.json()["photo"]
    shown = an.get(address)
    with Image.open(BytesIO(shown.content)) as photo:
        assert (photo.format, photo.size, dict(photo.getexif())) == ("JPEG", (1067, 1600), {})
    assert b"Camera of" not in shown.content
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert refusal_of(client.get(address))["status"] == 401
    nobody = Client()
    nobody.force_login(get_user_model().objects.create_user("nobody"))
    assert refusal_of(nobody.get(address))["status"] == 403
    assert refusal_of(an.get(f"{PATH}/photos/{MarkPhoto.objects.get().mark_id}"))["status"] == 404


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_of_telephones_are_taken(an, hydrant, form):
    assert photographed(an, hydrant(10), picture(form)).status_code == 201


def test_what_is_no_photo_is_refused_and_marks_nothing(an, hydrant):
    near = hydrant(10)
    good = picture()
    for wrong in (b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", good[: len(good) // 2], picture("GIF")):
        assert refusal_of(photographed(an, near, wrong))["status"] == 400
    assert refusal_of(photographed(an, near, b"x" * 2_000_001), says="2000000")["status"] == 400
    assert refusal_of(photographed(an, near, picture("PNG", (8_000, 6_000))), says="pixels")["status"] == 400
    assert not Mark.objects.exists()


def test_the_administration_shows_marks_and_changes_none(an, hydrant):
    said = mark(an, hydrant(10))
    chief = somebody("chief", Role.ADMINISTRATOR)
    get_user_model().objects.update(is_staff=True)
    assert chief.get(f"/admin/layers/mark/{said['id']}/change/").status_code == 200
    assert chief.get("/admin/layers/mark/").status_code == 200
    assert chief.get("/admin/layers/mark/add/").status_code == 403


def test_a_marked_source_is_due_for_a_look_however_lately_it_was_seen(client, an, hydrant):
    near = hydrant(10, verified_on=timezone.localdate(), owner="Nước sạch số 2")
    due = "/api/inspections-due?lon=105.82&lat=21.0"
    assert client.get(due).json()["features"] == []
    mark(an, near)
    found = [feature["properties"] for feature in client.get(due).json()["features"]]
    assert [(each["ref"], each["due_because"]) for each in found] == [(near.ref, "marked")]
