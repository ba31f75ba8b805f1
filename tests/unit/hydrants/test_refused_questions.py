"""Bad questions to `/api/nearest-water` are refused before the database is asked: here there is none."""

import json

import pytest

HERE = "lon=105.82&lat=21.0"
PATH = "/api/nearest-water"


@pytest.mark.parametrize(
    ("query", "code", "hint"),
    [
        ("", "invalid-number", "lon is missing"),
        ("lon=105.82", "invalid-number", "lat is missing"),
        ("lon=105,82&lat=21", "invalid-number", "decimal point"),
        ("lon=nan&lat=21", "invalid-number", "nan"),
        ("lon=105.82&lat=inf", "invalid-number", "inf"),
        ("lon=21.0&lat=105.82", "swapped-axes", "did you mean 105.82,21.0"),
        ("lon=2.35&lat=48.85", "outside-vietnam", "outside Vietnam"),
        ("lon=500&lat=21", "invalid-position", "longitude comes first"),
        (f"{HERE}&mode=swim", "mode-not-available", "use straight"),
        (f"{HERE}&mode=", "mode-not-available", "use straight"),
        (f"{HERE}&limit=0", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit=51", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit=5.0", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit=-1", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit=٥", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit={'9' * 5000}", "invalid-limit", "1 to 50"),
        (f"{HERE}&limit=", "invalid-limit", "1 to 50"),
        (f"{HERE}&min_flow_lps=0", "invalid-number", "above zero"),
        (f"{HERE}&min_flow_lps=-5", "invalid-number", "above zero"),
        (f"{HERE}&min_flow_lps=nan", "invalid-number", "nan"),
        (f"{HERE}&min_flow_lps=", "invalid-number", "missing"),
        (f"{HERE}&max_distance_m=0", "invalid-number", "above zero"),
        (f"{HERE}&max_distance_m=nan", "invalid-number", "nan"),
        (f"{HERE}&max_distance_m=100001", "invalid-number", "at most 100000"),
        (f"{HERE}&min_flow=10", "unknown-parameter", "min_flow_lps"),
        (f"{HERE}&format=json", "unknown-parameter", "format"),
        (f"{HERE}&format=xml", "unknown-parameter", "format"),
        (f"{HERE}&lon=105.9", "repeated-parameter", "lon stands twice"),
    ],
)
def test_a_bad_question_is_refused_with_what_would_be_right(client, query, code, hint):
    response = client.get(f"{PATH}?{query}", headers={"accept-language": "en"})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    problem = json.loads(response.content)
    assert problem["type"] == f"urn:thuy-lo:problem:{code}"
    assert hint in problem["detail"]


def test_nothing_can_be_posted(client):
    response = client.post(f"{PATH}?{HERE}")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
