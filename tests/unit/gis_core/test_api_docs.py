"""The description of the API: valid, complete, and readable without a network."""

import json
import re

import pytest
from drf_spectacular.validation import validate_schema

from gis_core import api_docs


@pytest.fixture
def described(client):
    response = client.get("/api/schema")
    assert (response.status_code, response["Content-Type"]) == (200, "application/vnd.oai.openapi+json;version=3.0")
    return json.loads(response.content)


@pytest.fixture
def page(client):
    response = client.get("/api/docs", headers={"accept-language": "en"})
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    return response.content.decode()


def test_the_schema_is_valid_openapi(described):
    validate_schema(described)


def test_every_operation_has_a_summary_and_says_what_a_refusal_looks_like(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            if operation.get("parameters") or "requestBody" in operation:
                assert "application/problem+json" in operation["responses"]["400"]["content"], (method, path)


def test_the_page_shows_every_address_and_parameter(described, page):
    assert "/api/nearest-water" in described["paths"]
    for path, methods in described["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            for parameter in operation.get("parameters", ()):
                assert f"<code>{parameter['name']}</code>" in page


def test_the_page_runs_no_script_and_loads_nothing(page):
    assert "<script" not in page
    assert not re.search(r"\bon\w+=", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_inner_members_are_shown_deeper():
    inner = {"type": "object", "properties": {"lon": {"type": "number"}}}
    part = {
        "type": "object",
        "required": ["points"],
        "properties": {"points": {"type": "array", "items": {"$ref": "#/components/schemas/Place"}}},
    }
    members = list(api_docs._members(part, {"Place": inner}))
    assert [(member.name, member.depth, member.required) for member in members] == [
        ("points", 0, True),
        ("lon", 1, False),
    ]


@pytest.mark.parametrize(
    ("part", "type_"),
    [
        ({"type": "string", "enum": ["a", "b"]}, "a | b"),
        ({"type": "integer", "minimum": 1, "maximum": 50, "default": 5}, "integer, from 1, to 50, default 5"),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, "number, above 0"),
        ({"type": "string", "format": "date", "nullable": True}, "date, or null"),
    ],
)
def test_a_type_is_said_in_words(part, type_):
    assert api_docs._type_of(part) == type_
