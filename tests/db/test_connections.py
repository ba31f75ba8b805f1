"""The server gives back every connection that it takes."""

import asyncio

import pytest
from django.db import connection


async def ask(path):
    from gis_core.asgi import application  # noqa: PLC0415 - after the static files of the test run are set up

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")],
        "scheme": "http", "server": ("localhost", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip
    sent, question = [], iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        return next(question, None) or await asyncio.Event().wait()  # the client waits for the answer

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"]


def connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_no_connection_outlives_its_request():
    """Under ASGI each request has its own thread: kept connections add up until PostgreSQL has too many clients."""
    before = connections()

    async def twelve():
        return [await ask("/api/vehicles") for _ in range(12)]

    assert asyncio.run(twelve()) == [200] * 12
    assert connections() <= before + 1
