"""The description of the JSON API: `/api/schema` for programs, `/api/docs` for people.

The page is made here from the schema: the usual viewers load scripts from elsewhere, and a control room may have no
internet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from gis_core.parameters import no_parameters
from gis_core.problems import read_only

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What was wrong and what would be right (RFC 9457)",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
"""JSON Schema of every refusal."""

READING: Final = (400, 401, 403, 429, 503)
"""How any question can be refused; 401, 403 and 429 are about credentials, which may come with any."""

OPEN: Final[Any] = [{}]
"""The `auth` of a view that anybody may ask; the stubs of drf-spectacular know names of schemes only, hence Any."""
SIGNED_IN: Final[Any] = [{"token": []}, {"password": []}]
"""The `auth` of a view for people with a role; the schemes stand in the settings; a browser's session serves too."""

SCHEMA_MEDIA_TYPE: Final = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a schema, flattened: `depth` says how far inside it stands."""

    name: str
    type: str
    depth: int
    required: bool = False
    description: str = ""

    @property
    def indent(self) -> range:
        """As many steps as it is deep; a template can loop over nothing else."""
        return range(self.depth)


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent or answered: the status (empty for a request), the media type and its members."""

    status: str
    media_type: str
    description: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, ready for the page."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Member, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Body, ...]


def refusals(*statuses: int) -> dict[tuple[int, str], dict[str, Any]]:
    """Give the refusals for the `responses` of a view."""
    return {(status, "application/problem+json"): PROBLEM for status in statuses}


@read_only
@no_parameters
def schema(request: HttpRequest) -> HttpResponse:
    """`GET /api/schema`: OpenAPI 3.0 as JSON, in English."""
    return HttpResponse(orjson.dumps(describe(), default=str), content_type=SCHEMA_MEDIA_TYPE)


@read_only
@no_parameters
def docs(request: HttpRequest) -> HttpResponse:
    """`GET /api/docs`: the same, to read."""
    described = describe()
    context = {"info": described["info"], "operations": tuple(_operations(described))}
    return render(request, "gis_core/api_docs.html", context)


def describe() -> dict[str, Any]:
    """Describe every address of the JSON API as an OpenAPI 3.0 document."""
    with override("en"):
        generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular ships half its types
        generated: dict[str, Any] = generator.get_schema(request=None, public=True)
    generated["paths"] |= {
        "/api/schema": _page("schema", "This description", SCHEMA_MEDIA_TYPE, {"type": "object"}),
        "/api/docs": _page("docs", "This description to read", "text/html", {"type": "string"}),
    }
    return generated


def _page(name: str, summary: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Describe an address that no view of REST framework answers."""
    answers = {str(status): {media: {"schema": of}} for (status, media), of in refusals(*READING).items()}
    answers = {"200": {media_type: {"schema": schema}}, **answers}
    responses = {status: {"description": "", "content": content} for status, content in answers.items()}
    return {"get": {"operationId": name, "summary": summary, "tags": ["api"], "responses": responses}}


def _operations(described: dict[str, Any]) -> Iterator[Operation]:
    components = described.get("components", {}).get("schemas", {})
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                anchor=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=tuple(_parameter(p) for p in operation.get("parameters", ())),
                bodies=tuple(_bodies("", operation.get("requestBody", {}), components)),
                answers=tuple(
                    body
                    for status, answer in operation["responses"].items()
                    for body in _bodies(status, answer, components)
                ),
            )


def _parameter(parameter: dict[str, Any]) -> Member:
    return Member(
        name=parameter["name"],
        type=_type_of(parameter["schema"]),
        depth=0,
        required=parameter.get("required", False),
        description=parameter.get("description", ""),
    )


def _bodies(status: str, body: dict[str, Any], components: dict[str, Any]) -> Iterator[Body]:
    for media_type, content in body.get("content", {}).items():
        members = tuple(_members(content.get("schema", {}), components))
        yield Body(status, media_type, body.get("description", ""), members)


def _members(part: dict[str, Any], components: dict[str, Any], depth: int = 0) -> Iterator[Member]:
    part = _resolve(part, components)
    required = part.get("required", ())
    for name, given in part.get("properties", {}).items():
        inner = _resolve(given, components)
        yield Member(name, _type_of(inner), depth, name in required, inner.get("description", ""))
        yield from _members(inner.get("items", inner), components, depth + 1)


def _resolve(part: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref", "")
    resolved: dict[str, Any] = components[reference.rsplit("/", 1)[-1]] if reference else part
    return resolved


def _type_of(part: dict[str, Any]) -> str:
    name = part.get("format") or part.get("type", "")
    if "enum" in part:
        name = " | ".join(str(value) for value in part["enum"])
    lowest = "above" if part.get("exclusiveMinimum") else "from"
    span = [f"{word} {part[key]}" for key, word in (("minimum", lowest), ("maximum", "to")) if key in part]
    if "default" in part:
        span.append(f"default {part['default']}")
    if part.get("nullable"):
        span.append("or null")
    return ", ".join([name, *span])
