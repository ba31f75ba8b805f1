"""Every parameter of every published address, given everything that is not one: refused with a reason, never a failure.

Schemathesis draws at random (`test_schemathesis.py`); here stands what it need not hit upon.
"""

import json
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from openapi_spec_validator import validate
from werkzeug.test import Client

from gis_core.registry import layer_registry
from gis_core.roles import Role
from tests.asked import documents, refusal_of, served_demo, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DIGITS = "9" * 400
VALUES = [
    "", " ", "\0", "a\0b", "x" * 6000, "a" * 300, "NaN", "nan", "inf", "-Infinity", "infinity", "1e400", "-1e400",
    DIGITS, f"-{DIGITS}", "9223372036854775808", "-1", "0", "1.5", "1,2,3,nan", "105,20,106,inf", "106,21,105,20",
    "[1,2]", "{}", "null", "true", "٥", "２", "' OR 1=1 --", "%", "%00", "\\", '"', "../../etc/passwd", "+name,,",
    "\ufffe\u202e😀", "2025-02-30", "0001-01-01", "9999-12-31T23:59:59-12:00", "10000-01-01", "2025-W01-1",
    "2025-01-01T00:00:00+23:59",
]  # fmt: skip
RAW = ["%ff%fe", "%ED%A0%80", "%zz", "%", "%C0%80", "%u0041", "&&==", "%25%30%30"]
"""Spelt as they are sent: no UTF-8, half characters, broken escapes."""
BODIES = [
    b"", b" ", b"{", b"[]", b"null", b"0", b'"x"', b"NaN", b"{}{}", b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"[" * 50_000,
    b'{"type":"Feature"}', b'{"type":"Feature","geometry":null,"properties":null}',
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1e400,NaN]},"properties":{}}',
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,1]},"properties":{}}',
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":["a",{}]},"properties":{"ref":"\\ud800"}}',
    b'{"type":"Feature","geometry":' + b'{"type":"GeometryCollection","geometries":[' * 300 + b"]}" * 300 + b"}",
    b'{"geometry":{"type":"LineString","coordinates":[[105.8,21],[105.8,21]]},"vehicle":{"width_m":1e400}}',
    b'{"properties":{"tags":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"}}",
    b'{"properties":{"' + b"x" * 100_000 + b'":"\\u0000"}}',
    b'{"properties":{"ref":' + b"9" * 4000 + b"}}",
]  # fmt: skip


@pytest.fixture
def client(settings):
    settings.SESSION_COOKIE_SECURE = False
    with served_demo() as application:
        yield Client(application)


@pytest.fixture
def token(client):
    return {"Authorization": f"Bearer {token_of(Role.PLANNER)}", "If-Match": "*", "Accept-Language": "en"}


def described():
    """Yield (path, method, parameters, body types) of every operation, parameters with nothing left to look up."""
    for document in documents().values():
        shared = document.get("components", {}).get("parameters", {})
        for path, item in document["paths"].items():
            for method, operation in item.items():
                parameters = [
                    shared.get(p.get("$ref", "").rsplit("/", 1)[-1], p) for p in operation.get("parameters", [])
                ]
                yield path, method.upper(), parameters, list(operation.get("requestBody", {}).get("content", {}))


def one_layer_each():
    """Leave out what is described of one layer already, but for attributes of other types."""
    seen = set()
    for path, method, parameters, bodies in described():
        layer = next((layer for layer in layer_registry if f"/{layer.id}" in path), None)
        pattern = path.replace(layer.id, "{layer}") if layer else path
        attributes = {field.name for field in layer.fields} if layer else set()
        kinds = {p["name"]: json.dumps(p["schema"]) if p["name"] in attributes else p["name"] for p in parameters}
        new = [p for p in parameters if (method, pattern, kinds[p["name"]]) not in seen]
        if new or (method, pattern) not in seen:
            yield path, method, new, bodies
        seen |= {(method, pattern)} | {(method, pattern, kind) for kind in kinds.values()}


def filled(path, **given):
    """Fill the places in a path: with what is given, else with what can be there."""
    usual = {"featureId": "1", "tileMatrix": "14", "tileRow": "7212", "tileCol": "13009", "format": "csv"}
    usual |= {"z": "14", "x": "13009", "y": "7212", "scenario_id": "1", **given}
    for name, value in usual.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def checked(response, asked):
    """Make sure that nothing failed, and that a refusal says why."""
    assert response.status_code < 500, (asked, response.data)
    if response.status_code >= 400:
        assert refusal_of(response), asked
    return response


def test_every_parameter_takes_every_wrong_value_with_a_reason(client):
    asked = refused = 0
    for path, method, parameters, _bodies in one_layer_each():
        for parameter in parameters if method == "GET" else []:
            for value in [quote(value) for value in VALUES] + RAW:
                if parameter["in"] == "path":
                    address = filled(path, **{parameter["name"]: value})
                else:
                    address = f"{filled(path)}?{parameter['name']}={value}"
                response = checked(client.get(address, headers={"Accept-Language": "en"}), address[:300])
                asked, refused = asked + 1, refused + (response.status_code >= 400)
    assert asked > 1_000
    assert refused > asked / 2


def test_every_address_refuses_an_unknown_parameter_and_names_those_it_knows(client, token):
    for path, method, parameters, _bodies in one_layer_each():
        for wrong in ("surplus=1", "f%00=1", "=1", "[]=1", "bbox[0]=1"):
            response = client.open(f"{filled(path)}?{wrong}", method=method, headers=token)
            assert response.status_code == 400, (method, path, wrong, response.status_code)
            problem = refusal_of(response, says="There is no parameter")
            if known := [p["name"] for p in parameters if p["in"] == "query"]:
                assert known[0] in problem["detail"], (method, path)
            else:
                assert "takes none" in problem["detail"] or method != "GET"


def test_every_address_refuses_a_parameter_that_stands_twice(client):
    for path, method, parameters, _bodies in one_layer_each():
        for parameter in parameters:
            if method == "GET" and parameter["in"] == "query":
                response = client.get(f"{filled(path)}?{parameter['name']}=json&{parameter['name']}=json")
                assert refusal_of(response)["type"].endswith("repeated-parameter"), (path, parameter["name"])


def test_more_parameters_than_anybody_means_are_refused(client):
    for path, method, _parameters, _bodies in one_layer_each():
        if method == "GET":
            response = client.get(f"{filled(path)}?{'&'.join(f'a{n}=1' for n in range(1_200))}")
            assert response.status_code == 400, path
            assert refusal_of(response)


def test_every_header_takes_every_wrong_value_with_a_reason(client, token):
    values = [value for value in VALUES if value.isascii() and value.isprintable()] + [
        'W/"',
        '"a',
        "é",
        "*, *",
        "bytes=0-",
    ]
    names = [
        "Accept",
        "Accept-Language",
        "Accept-Encoding",
        "Accept-Crs",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
    ]
    for path in (
        "/ogc/collections/hydrants/items",
        "/api/nearest-water?lon=105.815&lat=21.003",
        "/tiles/roads/14/13009/7212.mvt",
    ):
        for name in names:
            for value in values:
                checked(client.get(path, headers={name: value}), (path, name, value[:60]))
    for name in ("If-Match", "Content-Crs", "Content-Type", "Authorization"):
        for value in values:
            sent = {**token, "Content-Type": "application/geo+json", name: value}
            for method, path in (("POST", "items"), ("PATCH", "items/1"), ("DELETE", "items/1")):
                response = client.open(f"/ogc/collections/hydrants/{path}", method=method, data=b"{}", headers=sent)
                assert checked(response, (name, value[:60])).status_code >= 400, (name, value, method)


@pytest.mark.parametrize(
    "kind", ["described", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_every_body_is_read_or_refused_with_a_reason(kind, client, token):
    for path, method, _parameters, bodies in one_layer_each():
        for body in BODIES if bodies else []:
            content_type = bodies[0] if kind == "described" else kind
            response = client.open(
                filled(path), method=method, data=body, headers={**token, "Content-Type": content_type}
            )
            assert checked(response, (method, path, body[:60])).status_code >= 400, (method, path, body[:60])


def test_a_question_that_outlives_its_time_is_given_up_and_says_so(client, token):
    """Each statement is made to wait longer than it may, wherever an address asks the database anything."""

    def wait(execute, sql, params, many, context):
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET")) or "gis_core_apitoken" in sql:
            return execute(sql, params, many, context)
        return execute("SELECT pg_sleep(10)", None, False, context)

    given_up = set()
    for path, method, _parameters, bodies in one_layer_each():
        with transaction.atomic(), connection.execute_wrapper(wait):
            connection.connection.execute("SET LOCAL statement_timeout = '1ms'")
            response = client.open(
                filled(path) + ("?lon=105.8&lat=21" if "nearest" in path else ""),
                method=method,
                headers={**token, **({"Content-Type": bodies[0]} if bodies else {})},
                data=b'{"type":"Feature","geometry":{"type":"Point","coordinates":[105.85,21.03]},"properties":{"ref":"a"}}',
            )
            transaction.set_rollback(True)
        if response.status_code == 503:
            assert refusal_of(response)["type"].endswith(("took-too-long", "no-network")), path
            given_up.add(f"{method} {path}")
        else:
            assert response.status_code in {200, 204, 400}, (method, path, response.data)
    assert {"GET /api/nearest-water", "GET /api/vehicles", "GET /ogc/collections/hydrants/items"} <= given_up
    assert len(given_up) > 15


def test_both_descriptions_are_valid_openapi():
    for document in documents().values():
        validate(document)


NOT_DESCRIBED = {
    "admin", "sign-in", "sign-out", "i18n",  # for people, with forms
    "", "favicon.ico", "field", "plans",  # the pages with a map: dispatchers, field teams, planners
}  # fmt: skip


def test_every_public_address_is_described():
    """A new address is described, or stands among those for people; two spellings of one are described once."""
    known = {as_pattern(path) for path, *_rest in described()}
    # An address of its own may be called after a layer.
    assert sorted(missing for missing in served() if not {missing, as_pattern(f"/{missing}")} & known) == []


def as_pattern(path):
    """Write a path with * for each part that varies, be it a layer or a place to fill."""
    for layer in layer_registry:
        path = path.replace(f"/{layer.id}", "/*")
    parts = ["*" if part.startswith("{") and part.endswith("}") else part for part in path.strip("/").split("/")]
    return "/".join(parts).replace("{format}", "*").replace("{y}", "*").replace("WebMercatorQuad", "*")


def served(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if route.strip("/") not in NOT_DESCRIBED or not route:
                yield from served(pattern, route)
        elif route.strip("/") not in NOT_DESCRIBED:
            parts = route.strip("/").replace("<str:name>", "*.*")
            while "<" in parts:
                parts = parts[: parts.index("<")] + "*" + parts[parts.index(">") + 1 :]
            yield parts
