"""What is refused at the door."""

import asyncio
import json

import pytest
from django.conf import settings


@pytest.fixture
def door():
    # Setting up the door looks for the static files, which the test run points elsewhere first.
    from gis_core.asgi import application  # noqa: PLC0415

    return application


def knock(door, length):
    """Send a request that announces `length`; return what was sent back and how often the body was asked for."""
    sent, asked = [], 0

    async def receive():
        nonlocal asked
        asked += 1
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    headers = [(b"content-length", length), (b"content-type", b"application/json"), (b"host", b"localhost")]
    scope = {
        "type": "http", "method": "POST", "path": "/api/passability", "query_string": b"", "headers": headers,
        "scheme": "http", "server": ("localhost", 80), "asgi": {"version": "3.0"},
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
