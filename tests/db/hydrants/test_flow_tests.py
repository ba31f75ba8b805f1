"""`/api/flow-tests`: tests are written down, move the measured flow, and say what they rest on."""

import json
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from jsonschema import Draft4Validator

from gis_core.history import read_history
from gis_core.models import RoleGrant
from gis_core.roles import Role
from gis_core.units import kpa_from_psi
from hydrants.flow_models import FlowReading, FlowTest
from hydrants.flow_openapi import FLOW_TEST, FLOW_TESTS_ANSWER, JOINT_FLOW_ANSWER
from hydrants.models import Hydrant
from tests.asked import refusal_of
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.test_nearest_water_api import as_json_schema

pytestmark = pytest.mark.django_db
PATH = "/api/flow-tests"
PITOT = {"diameter_mm": 65, "coefficient": 0.9, "pitot_kpa": 100}
FLOW = 0.06666 * 0.9 * 65**2 * 10 / 60  # L/s of that outlet, by the formula as the domain facts print it


def as_role(client, role, ward=None):
    user = get_user_model().objects.create_user(f"{role}-{ward}")
    RoleGrant.objects.create(user=user, role=role, administrative_unit=ward)
    client.force_login(user)
    return user


@pytest.fixture
def field(client):
    as_role(client, Role.FIELD)
    return client


def body(*hydrants, **values):
    readings = [{"source": f"hydrants/{hydrant.pk}", **PITOT} for hydrant in hydrants]
    return {"tested_on": "2026-05-04", "static_kpa": 300, "residual_kpa": 180, "readings": readings, **values}


def send(client, sent):
    return client.post(PATH, json.dumps(sent), "application/json", headers={"accept-language": "en"})


def record(client, *hydrants, **values):
    response = send(client, body(*hydrants, **values))
    assert response.status_code == 201, response.content
    return json.loads(response.content)


def ask(client, hydrant, more=""):
    response = client.get(f"{PATH}?source=hydrants/{hydrant.pk}{more}", headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def joint(client, *sources, more=""):
    keys = ",".join(source if isinstance(source, str) else f"hydrants/{source.pk}" for source in sources)
    response = client.get(f"/api/joint-flow?sources={keys}{more}", headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    answer = json.loads(response.content)
    Draft4Validator(as_json_schema(JOINT_FLOW_ANSWER)).validate(answer)
    return answer


def test_a_test_moves_the_measured_flow_and_its_day_and_the_history_says_who(client, field, hydrant):
    tested = hydrant(flow_lps=3, flow_measured_on=date(2020, 1, 1))
    answer = record(client, tested, tested_by="Tổ kiểm tra (hư cấu)")
    Draft4Validator(as_json_schema(FLOW_TEST)).validate(answer)
    tested.refresh_from_db()
    assert tested.flow_lps == pytest.approx(FLOW, abs=0.01)
    assert (tested.flow_measured_on, tested.static_pressure_kpa, tested.residual_pressure_kpa) == (
        date(2026, 5, 4), 300, 180,
    )  # fmt: skip
    assert read_history(Hydrant, tested.pk)[0].by == "field-None"
    assert read_history(FlowTest, answer["id"])[0].by == "field-None"


def test_the_worked_case_is_told_in_both_systems_with_its_class(client, field, hydrant):
    """65 and 50 psi, 2½ inch outlets at 25 psi: 839 gpm each; the worked case's factor of 1.810 makes the class."""
    tested = hydrant()
    outlet = {"source": f"hydrants/{tested.pk}", "diameter_mm": 63.5, "coefficient": 0.9, "pitot_kpa": kpa_from_psi(25)}
    record(client, static_kpa=kpa_from_psi(65), residual_kpa=kpa_from_psi(50), readings=[outlet])
    test = ask(client, tested, "&residual=nfpa_20_psi")["tests"][0]
    assert (test["static"]["pressure_psi"], test["residual"]["pressure_psi"]) == (65, 50)
    assert test["flow"]["flow_gpm"] == 839.0
    assert test["rated"]["flow"]["flow_gpm"] == round(838.97 * 3**0.54, 1)
    assert (test["nfpa"]["class"], test["nfpa"]["colour"]) == ("AA", "blue")
    assert test["nfpa"]["flow"] == test["rated"]["flow"]
    assert (test["vietnam"]["head_mh2o"], test["vietnam"]["band_lps"]) == (10, 30)
    assert test["vietnam"]["instrument"] == "QCVN 10:2025/BCA"
    assert test["curve"][0] | {"flow_gpm": 0} == {
        "flow_lps": 0, "flow_gpm": 0, "pressure_kpa": 448.16, "pressure_psi": 65.0, "head_mh2o": 45.7,
    }  # fmt: skip
    assert test["curve"][-1]["pressure_psi"] == 20


def test_a_residual_of_the_askers_own_is_the_one_that_is_rated(client, field, hydrant):
    tested = hydrant()
    record(client, tested)
    at_measured = ask(client, tested, "&residual=180")["tests"][0]["rated"]
    assert at_measured["flow"]["flow_lps"] == pytest.approx(FLOW, abs=0.01)
    assert ask(client, tested, "&residual=100")["tests"][0]["rated"]["flow"]["flow_lps"] > FLOW
    usual = ask(client, tested)["tests"][0]
    assert usual["rated"]["head_mh2o"] == 10


def test_a_main_without_that_much_pressure_has_no_rated_flow_and_no_class_but_a_reason(client, field, hydrant):
    tested = hydrant()
    answer = record(client, tested, static_kpa=120, residual_kpa=105)
    assert (answer["nfpa"]["flow"], answer["nfpa"]["class"], answer["nfpa"]["colour"]) == (None, None, None)
    assert "no more pressure" in answer["nfpa"]["reason"]
    assert answer["vietnam"]["flow"]["flow_lps"] > FLOW
    Draft4Validator(as_json_schema(FLOW_TEST)).validate(answer)


def test_an_older_test_written_down_late_is_kept_and_changes_nothing(client, field, hydrant):
    tested = hydrant(flow_lps=20, flow_measured_on=date(2026, 6, 1))
    record(client, tested)
    tested.refresh_from_db()
    assert (tested.flow_lps, tested.flow_measured_on) == (20, date(2026, 6, 1))
    assert len(ask(client, tested)["tests"]) == 1


def test_hydrants_tested_together_keep_the_flow_they_gave_alone(client, field, hydrant):
    strong, new = hydrant(main_ref="DN150", flow_lps=60), hydrant(9, main_ref="DN150")
    weak = hydrant(18, main_ref="DN150", flow_lps=float("nan"))
    record(client, strong, new, weak)
    flows = [Hydrant.objects.get(pk=h.pk).flow_lps for h in (strong, new, weak)]
    assert flows == [60, pytest.approx(FLOW, abs=0.01), pytest.approx(FLOW, abs=0.01)]
    assert ask(client, new)["tests"][0]["simultaneous"] is True


def test_the_shared_flow_of_a_main_is_not_counted_twice(client, field, hydrant):
    one, other = hydrant(main_ref="DN150", flow_lps=20), hydrant(9, main_ref="DN150", flow_lps=18)
    before = joint(client, one, other)
    assert (before["flow"]["flow_lps"], before["groups"][0]["basis"]) == (20, "best_alone")
    record(client, one, other)
    after = joint(client, one, other, one)
    assert (after["flow"]["flow_lps"], after["groups"][0]["basis"]) == (
        pytest.approx(2 * FLOW, abs=0.01),
        "measured_together",
    )
    assert after["groups"][0]["tested_on"] == "2026-05-04"


def test_sources_on_different_mains_and_on_none_add_up(client, hydrant, tank):
    one, other = hydrant(main_ref="DN150", flow_lps=20), hydrant(9, main_ref="DN200", flow_lps=18)
    water = tank(20, flow_lps=5)
    assert joint(client, one, other, f"water-tanks/{water.pk}")["flow"]["flow_lps"] == 43


def test_a_hydrant_of_unknown_main_adds_nothing_but_its_own_bound(client, hydrant):
    noted, strong = hydrant(main_ref="DN150", flow_lps=20), hydrant(9, flow_lps=30)
    weak = hydrant(18, flow_lps=5)
    assert joint(client, noted, weak)["flow"]["flow_lps"] == 20
    answer = joint(client, noted, strong, weak)
    assert answer["flow"]["flow_lps"] == 30
    assert [group["basis"] for group in answer["groups"]] == ["main_unknown", "measured_alone"]


def test_what_nobody_measured_or_what_does_not_work_is_no_flow_and_not_zero(client, hydrant):
    dry, broken = hydrant(main_ref="DN150"), hydrant(9, status="faulty", flow_lps=20, main_ref="DN200")
    answer = joint(client, dry, broken)
    assert (answer["flow"], answer["groups"][0]["flow"], answer["groups"][0]["basis"]) == (None, None, "not_measured")
    assert answer["unusable"][0]["reason"] == "status_faulty"


def test_flows_together_at_a_residual_rest_on_recorded_tests_only(client, field, hydrant):
    one, other = hydrant(main_ref="DN150", flow_lps=90), hydrant(9, main_ref="DN200", flow_lps=90)
    assert joint(client, one, other, more="&residual=100")["flow"] is None
    record(client, one)
    assert joint(client, one, other, more="&residual=180")["flow"]["flow_lps"] == pytest.approx(FLOW, abs=0.01)


@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        ({"residual_kpa": 300}, 422, "not below the static"),
        ({"residual_kpa": 0}, 422, "gauge at zero"),
        ({"residual_kpa": -20}, 422, "gauge at zero"),
        ({"static_kpa": 0}, 422, "at rest"),
        ({"readings": []}, 400, "1 to 40"),
        ({"tested_on": "2999-01-01"}, 400, "still to come"),
        ({"tested_on": "04/05/2026"}, 400, "such as 2026-11-22"),
        ({"static_kpa": "300"}, 400, "not a text"),
        ({"static_kpa": None}, 400, "missing"),
        ({"static_kpa": True}, 400, "one number"),
        ({"surplus": 1}, 400, "is not known here"),
        ({"tested_by": "\0"}, 400, "text of at most"),
        ({"gauge": "water-tanks/1"}, 400, "no hydrant"),
        ({"gauge": "hydrants/999999"}, 404, "no source hydrants/999999"),
    ],
)
def test_a_test_that_cannot_be_is_refused_and_leaves_everything_as_it_was(
    client, field, hydrant, values, status, reason
):
    tested = hydrant(flow_lps=3)
    response = send(client, body(tested, **values))
    assert response.status_code == status, response.content
    refusal_of(response, says=reason)
    tested.refresh_from_db()
    assert (FlowTest.objects.count(), tested.flow_lps, tested.version) == (0, 3, 1)


@pytest.mark.parametrize(
    "wrong", [{"pitot_kpa": 0}, {"pitot_kpa": -5}, {"pitot_kpa": 300}, {"coefficient": 2}, {"diameter_mm": 0}]
)
def test_a_reading_that_cannot_be_is_refused(client, field, hydrant, wrong):
    tested = hydrant()
    reading = {"source": f"hydrants/{tested.pk}", **PITOT, **wrong}
    assert send(client, body(readings=[reading])).status_code == 422
    assert not FlowTest.objects.exists()


@pytest.mark.parametrize("mains", [("DN150", "DN200"), ("DN150", ""), ("", "")])
def test_hydrants_not_known_to_share_a_main_cannot_be_tested_together(client, field, hydrant, mains):
    tested = [hydrant(9 * number, main_ref=main) for number, main in enumerate(mains)]
    refusal_of(send(client, body(*tested)), says="one main")
    assert not FlowTest.objects.exists()


def test_whoever_may_not_record_stores_nothing(client, hydrant, unit):  # noqa: F811 - the fixture
    here, elsewhere = unit("here", 105.8), unit("elsewhere", 106.3)
    tested = hydrant()
    assert tested.administrative_unit_id is None or Hydrant.objects.get(pk=tested.pk).administrative_unit == here
    assert send(client, body(tested)).status_code == 401
    as_role(client, Role.DISPATCHER)
    assert send(client, body(tested)).status_code == 403
    as_role(client, Role.FIELD, elsewhere)
    refusal_of(send(client, body(tested)), says="only inside your own")
    assert not FlowTest.objects.exists()
    as_role(client, Role.FIELD, here)
    record(client, tested)


def test_who_measured_is_told_to_the_service_only(client, field, hydrant):
    tested = hydrant()
    assert record(client, tested, tested_by="Tổ 3", remarks="Khoá van số 4")["tested_by"] == "Tổ 3"
    client.logout()
    told = ask(client, tested)["tests"][0]
    assert (told["tested_by"], told["remarks"]) == (None, None)


def test_reading_tests_costs_the_same_queries_however_many_there_are(client, field, hydrant, django_assert_num_queries):
    tested = [hydrant(9 * number, main_ref="DN150") for number in range(4)]
    for day in range(1, 6):
        record(client, *tested, tested_on=f"2026-05-0{day}")
    client.logout()
    with transaction.atomic(), django_assert_num_queries(4):
        answer = ask(client, tested[0])
    assert [test["tested_on"][-1] for test in answer["tests"]] == ["5", "4", "3", "2", "1"]
    Draft4Validator(as_json_schema(FLOW_TESTS_ANSWER)).validate(answer)
    joint(client, *tested)  # what is announced to be out is kept since
    with transaction.atomic(), django_assert_num_queries(7):
        joint(client, *tested, more="&residual=vn_free_head")


def test_a_new_test_moves_the_data_version(client, field, hydrant):
    tested = hydrant()
    before = ask(client, tested)["data_version"]
    record(client, tested)
    assert ask(client, tested)["data_version"] != before


@pytest.mark.parametrize(("static", "residual"), [(300, 300), (300, 0), ("'NaN'", 100), (300, "'NaN'"), (-1, -2)])
def test_the_database_itself_refuses_pressures_that_cannot_be(db, static, residual):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hydrants_flowtest (tested_on, static_pressure_kpa, residual_pressure_kpa) "
            f"VALUES ('2026-01-01', {static}, {residual})"
        )


def test_a_hydrant_with_tests_is_not_deleted_and_the_refusal_says_why(client, field, hydrant):
    tested = hydrant()
    record(client, tested)
    as_role(client, Role.PLANNER)
    response = client.delete(f"/ogc/collections/hydrants/items/{tested.pk}", headers={"if-match": "*"})
    assert response.status_code == 409
    assert FlowReading.objects.count() == 1


def test_today_is_no_day_to_come(client, field, hydrant):
    record(client, hydrant(), tested_on=timezone.localdate().isoformat())


def test_the_administration_shows_tests_and_lets_nobody_change_them(client, hydrant):
    as_role(client, Role.FIELD)
    test = record(client, hydrant())
    user = as_role(client, Role.ADMINISTRATOR)
    user.is_staff = True
    user.save()
    address = f"/admin/hydrants/flowtest/{test['id']}"
    assert client.get("/admin/hydrants/flowtest/").status_code == 200
    assert client.get(f"{address}/change/").status_code == 200
    assert client.get(f"{address}/history/").status_code == 200
    assert client.post(f"{address}/change/", {"static_pressure_kpa": 1}).status_code == 403
    assert client.get("/admin/hydrants/flowtest/add/").status_code == 403
