"""`GET /api/endurance`: a chain of sources under a demand."""

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hydrants.endurance_views import _ANSWER
from hydrants.models import Hydrant, WaterTank
from tests.db.routes.test_passability_api import as_json_schema

pytestmark = pytest.mark.django_db
HERE = "SRID=4326;POINT(105.81 21.0)"


def a_tank(ref="t/1", **more):
    made = {"volume_m3": 36.0, "refill_lps": 0.0, "status": "working", "reachable_by_truck": "yes", **more}
    return f"water-tanks/{WaterTank.objects.create(ref=ref, geom=HERE, **made).pk}"


def a_hydrant(ref="h/1", **more):
    return f"hydrants/{Hydrant.objects.create(ref=ref, geom=HERE, **({'status': 'working'} | more)).pk}"


def ask(client, *sources, status=200, **more):
    query = {"demand_lps": "20", "sources": ",".join(sources), **more}
    response = client.get("/api/endurance", query, headers={"accept-language": "en"})
    assert response.status_code == status, response.content
    if status == 200:
        jsonschema.validate(response.json(), as_json_schema(_ANSWER))
    return response.json()


def test_the_vehicle_the_tank_and_the_hydrant_take_turns(client):
    answer = ask(client, a_tank(), a_hydrant(flow_lps=26.4), carried_m3="4.5")
    assert [(s["source"].split("/")[0], s["lasts"], s["begins_s"]) for s in answer["sources"]] == [
        ("carried", "runs_dry", 0), ("water-tanks", "runs_dry", 225), ("hydrants", "holds", 2025),
    ]  # fmt: skip
    assert (answer["lasts"], answer["enough"]) == ("holds", "yes")
    assert "lay it at once" in answer["sources"][0]["sentence"]
    assert "after 24 minutes" in answer["sources"][1]["sentence"]


def test_water_that_is_dry_before_the_time_of_the_rule_is_not_enough(client):
    answer = ask(client, a_tank())
    assert (answer["lasts_s"], answer["needed_s"], answer["enough"]) == (1800, 3 * 3600, "no")
    assert answer["rule"]["instrument"].startswith("QCVN 10:2025")


def test_an_unknown_refill_leaves_the_rule_open(client):
    answer = ask(client, a_tank(refill_lps=None))
    assert (answer["lasts_s"], answer["enough"]) == (1800, "unknown")
    assert "at least 30 minutes" in answer["sources"][0]["sentence"]


def test_a_hydrant_that_nobody_measured_is_never_enough(client):
    answer = ask(client, a_hydrant())
    assert (answer["lasts"], answer["enough"], answer["lasts_s"]) == ("unknown", "unknown", 0)


def test_a_source_that_does_not_work_takes_no_turn(client):
    answer = ask(client, a_tank(status="faulty"), a_hydrant(flow_lps=26.4))
    assert [one["reason"] for one in answer["unusable"]] == ["status_faulty"]
    assert [one["begins_s"] for one in answer["sources"]] == [0]


def test_nothing_usable_is_not_enough_for_anybody(client):
    answer = ask(client, a_tank(status="faulty"))
    assert (answer["sources"], answer["lasts"], answer["enough"]) == ([], "unknown", "unknown")


@pytest.mark.parametrize(
    ("sources", "more", "status"),
    [
        ("hydrants/999999", {}, 404), ("", {}, 400), ("ponds/1", {}, 400), ("", {"carried_m3": "-1"}, 400),
        ("", {"demand_lps": "0", "carried_m3": "1"}, 400), ("", {"demand_lps": "nan", "carried_m3": "1"}, 400),
        ("", {"carried_m3": "1", "lead_min": "1e9"}, 400), ("", {"colour": "red"}, 400),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused(client, sources, more, status):
    ask(client, sources, status=status, **more)


def test_the_number_of_queries_is_fixed(client):
    def count(*sources):
        with CaptureQueriesContext(connection) as asked:
            ask(client, *sources)
        return len(asked)

    many = [*(a_tank(f"t/{number}") for number in range(12)), a_hydrant(flow_lps=30.0)]
    ask(client, *many)  # what the process keeps is read
    assert count(*many) == count(many[0])
