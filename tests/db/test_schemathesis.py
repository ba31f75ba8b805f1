"""Whatever can be asked of the published addresses is answered as the descriptions say, or refused with a reason.

Two documents are published, `/ogc/api` and `/api/schema`; schemathesis draws questions from both, right ones and wrong
ones. The cases are the same in every run; `THUYLO_FUZZ_CASES=20000` asks for more of them than the usual 1,000.
"""

import json
import math
import os
from collections import Counter
from itertools import product
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks
from werkzeug.test import Client

from gis_core.registry import layer_registry
from gis_core.roles import Role
from tests.asked import documents, refusal_of, served_demo, token_of

CASES = int(os.environ.get("THUYLO_FUZZ_CASES", "1000"))
CHECKS = [
    checks.content_type_conformance,
    checks.negative_data_rejection,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def sure(count, name):
    """Draw as many examples, the same in every run: the random numbers hang on nothing but the name."""

    def decorate(test):
        told = settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        return seed(crc32(name.encode()))(told(test))

    return decorate


@pytest.fixture
def app(settings):
    settings.SESSION_COOKIE_SECURE = False
    with served_demo() as application:
        yield application


@pytest.fixture
def headers(app):
    # Nothing is packed: schemathesis reads the bytes as they come.
    token = token_of(Role.PLANNER)
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en", "Accept-Encoding": "identity"}


@pytest.fixture
def stored():
    """Give the number of one feature of each layer."""
    found = {layer.id: layer.model._default_manager.order_by("pk").first() for layer in layer_registry}
    return {layer_id: record.pk for layer_id, record in found.items() if record}


def drawn_from(operation):
    """Give the strategies of an operation: right questions, and wrong ones where anything can be wrong."""
    yield "positive", operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.path_parameters or operation.query or operation.headers or operation.body:
        yield "negative", operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def aim(case, stored):
    """Make a question about a feature reach one that there is, whatever its version; tell whether it was one."""
    if "featureId" not in (case.path_parameters or {}):
        return False
    case.path_parameters["featureId"] = stored[case.path.split("/")[3]]
    if case.method in {"PUT", "PATCH", "DELETE"}:
        case.headers["If-Match"] = "*"
    return True


def check(case, headers, *, mended=False):
    response = case.call(headers=headers)
    assert response.status_code < 500, response.content
    case.validate_response(response, checks=CHECKS, excluded_checks=[checks.negative_data_rejection] if mended else [])
    if response.status_code >= 400 and "text/html" not in response.headers["content-type"][0]:
        problem = json.loads(response.content)
        assert problem["detail"], problem
    else:
        # Who gets a page asked for one.
        assert response.status_code < 400 or "html" in str(case.query.get("f")), response.headers
    return response


def test_whatever_schemathesis_draws_is_answered_as_described_or_refused_with_a_reason(app, headers, stored):
    asked, failures, drawn = Counter(), [], []
    for document in documents().values():
        schema = schemathesis.openapi.from_dict(document)
        schema.app = app
        for found in schema.get_all_operations():
            drawn += [(found.ok(), mode, cases) for mode, cases in drawn_from(found.ok())]
    each = math.ceil(CASES / len(drawn) * 1.1)  # an address without parameters has one case only
    for operation, mode, cases in drawn:

        @sure(each, f"{operation.label} {mode}")
        @given(case=cases, aimed=st.booleans())
        def ask(case, aimed):
            response = check(case, headers, mended=aimed and aim(case, stored))
            asked[case.method, response.status_code] += 1

        try:
            ask()
        except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001 - one run tells of all that is wrong
            failures.append(f"{operation.label} ({mode}): {failure}")
    print(f"{asked.total():,} cases: {sorted(asked.items())}")  # noqa: T201 - pytest -s tells how much was asked
    assert not failures, f"{len(failures)} failures\n" + "\n\n".join(failures)[:20_000]
    assert asked.total() >= CASES
    assert {("GET", 200), ("GET", 400), ("GET", 404), ("DELETE", 204)} <= set(asked)


ANY_NUMBER = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**30), 10**30))
ANY_TEXT = st.one_of(st.text(max_size=40), st.sampled_from(["", "\0", "NaN", "9999-12-31", "0001-01-01", "x" * 5000]))
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), ANY_NUMBER, ANY_TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ANY_TEXT, inner, max_size=3)),
    max_leaves=6,
)
COORDINATES = st.recursive(
    st.lists(st.one_of(ANY_NUMBER, st.just(105.85), st.just(21.03)), max_size=4),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
ANY_GEOMETRY = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Circle"]),
            "coordinates": COORDINATES,
        }
    ),
    st.just({"type": "Point", "coordinates": [105.85, 21.03]}),
    ANY_JSON,
)


def encoded(body):
    """Write JSON; half characters are escaped, numbers are as long as they are."""
    return json.dumps(body).encode()


def test_whatever_is_written_into_attributes_is_stored_or_refused_with_a_reason(app, headers, stored):
    statuses = Counter()
    for method, layer in product(["POST", "PUT", "PATCH"], layer_registry):
        for response in written(Client(app), method, layer, stored[layer.id], {**headers, "If-Match": "*"}):
            statuses[response.status_code] += 1
            assert response.status_code < 500, (method, layer.id, response.data)
            if response.status_code >= 400:
                refusal_of(response)
    assert {200, 400, 422} <= set(statuses), statuses


def written(client, method, layer, number, headers):
    """Write whatever comes to mind into a layer, and give the answers."""
    answers = []
    names = st.sampled_from([field.name for field in layer.fields])
    path = f"/ogc/collections/{layer.id}/items" + ("" if method == "POST" else f"/{number}")
    kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"

    @sure(max(4, CASES // 150), f"{method} {layer.id}")
    @given(values=st.dictionaries(names, ANY_JSON, max_size=4), geometry=ANY_GEOMETRY, likely=st.booleans())
    def write(values, geometry, likely):
        body = {"type": "Feature", "geometry": geometry, "properties": values}
        if likely and method == "PATCH":
            body = {"properties": values}
        elif likely:
            body["properties"] = {**values, "ref": "fuzz"}
        answers.append(client.open(path, method=method, data=encoded(body), content_type=kind, headers=headers))

    write()
    return answers


def test_whatever_is_asked_about_a_way_is_answered_or_refused_with_a_reason(app, headers):
    client, line = Client(app), {"type": "LineString", "coordinates": [[105.8151, 21.0031], [105.8163, 21.0034]]}
    sizes = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["width_m", "height_m", "length_m", "gross_weight_t", "axle_load_t"], ANY_JSON)
    )
    bodies = st.fixed_dictionaries(
        {
            "geometry": st.one_of(st.just(line), ANY_GEOMETRY),
            "vehicle": st.one_of(st.just("engine-large"), sizes, ANY_JSON),
        },
        optional={"at": ANY_JSON, "mode": ANY_JSON},
    )

    @sure(max(100, CASES // 10), "passability")
    @given(body=st.one_of(bodies, ANY_JSON))
    def ask(body):
        response = client.post("/api/passability", data=encoded(body), content_type="application/json", headers=headers)
        assert response.status_code in {200, 400}, (body, response.data)
        if response.status_code == 400:
            refusal_of(response)

    ask()
