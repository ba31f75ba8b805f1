"""What is refused at the door."""

import asyncio
import json

import pytest
from django.conf import settings


@pytest.fixture
def door():
    # Setting up the door looks for the static files, which the test run points elsewhere first.
    from gis_core.asgi import application  # noqa: PLC0415 - see above

    return application


def knock(door, length, chunks=(), language=b"vi", **more_scope):
    """Send a request that announces `length`, None for none; return what came back and how often more was asked for."""
    sent, asked = [], 0
    more = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages = iter([*more, {"type": "http.request", "body": b"", "more_body": False}] if chunks else [])

    async def receive():
        nonlocal asked
        asked += 1
        if not chunks:
            return {"type": "http.disconnect"}
        return next(messages, None) or await asyncio.Event().wait()  # the client waits for the answer

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"host", b"localhost"), (b"accept-language", language)]
    if length is None and chunks and more_scope.get("http_version") != "2":
        headers.append((b"transfer-encoding", b"chunked"))
    if length is not None:
        headers.append((b"content-length", length))
    scope = {
        "type": "http", "method": "POST", "path": "/api/passability", "query_string": b"", "headers": headers,
        "scheme": "http", "server": ("localhost", 80), "asgi": {"version": "3.0"}, "http_version": "1.1", **more_scope,
    }  # fmt: skip
    asyncio.run(door(scope, receive, send))
    return sent, asked


def test_a_body_of_20_mb_is_refused_before_a_byte_of_it_is_read(door):
    (start, body), asked = knock(door, b"20000000")
    assert (start["status"], asked) == (413, 0)
    assert dict(start["headers"])[b"content-type"] == b"application/problem+json"
    assert json.loads(body["body"])["type"] == "urn:thuy-lo:problem:too-large"


def test_a_body_within_the_limit_is_handed_on(door):
    _, asked = knock(door, str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE).encode())
    assert asked > 0


def test_a_nonsensical_length_is_left_to_the_server(door):
    _, asked = knock(door, b"-5")
    assert asked > 0


def test_nobody_waits_for_a_body_that_there_is_not(door):
    (start, _), asked = knock(door, None, method="GET", path="/ogc/conformance")
    assert (start["status"], asked) == (200, 0)


@pytest.mark.parametrize("version", ["1.1", "2"])  # in HTTP/2 no header tells that there is a body
def test_a_body_that_does_not_announce_its_length_is_refused_when_it_passes_the_limit(door, version):
    megabyte = b"x" * 1_000_000
    (start, body), asked = knock(door, None, [megabyte] * 20, language=b"en", http_version=version)
    assert (start["status"], asked) == (413, 3)
    assert "2,500,000 bytes" in json.loads(body["body"])["detail"]


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_a_body_that_does_not_announce_its_length_is_read_all_the_same(door, version):
    """Django's parsers take a body without a length for none, and would say that the geometry is missing."""
    pieces = [b'{"geometry": {"type"', b': "Point"}, "vehicle": "x"}']
    (start, body), _ = knock(door, None, pieces, language=b"en", http_version=version)
    assert start["status"] == 400
    assert "“Point”" in json.loads(body["body"])["detail"]
