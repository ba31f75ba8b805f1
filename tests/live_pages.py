"""Pages that listen to `/live` of a handler as a server has it, and edits made beside them."""

import asyncio
import json
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
from django.db import connection, connections

from gis_core.live import follower, streams


class Page:
    """A reader of the stream: what it was sent, as events."""

    def __init__(self, address="/live?lang=en", last_id="", *, takes=True):
        self.address, self.last_id = address, last_id
        self.sent, self.bytes, self.left, self.takes = asyncio.Queue(), b"", asyncio.Event(), takes
        self.head = None

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.head = message
            return
        self.bytes += message["body"]
        for block in message["body"].split(b"\n\n"):
            lines = dict(line.split(": ", 1) for line in block.decode().splitlines() if not line.startswith(":"))
            if "event" in lines:
                await self.sent.put((lines["event"], json.loads(lines["data"]), lines.get("id", "")))
        if not self.takes and self.head and b"hello" in self.bytes:
            await asyncio.Event().wait()

    async def event(self, name):
        """Give the next event, which must be of that name."""
        heard, data, self.last_id = await asyncio.wait_for(self.sent.get(), 20)
        assert heard == name, data
        return data


@contextmanager
def pages_of_a_server(settings, monkeypatch):
    """Run a handler as a server has it, and open pages on it."""
    from gis_core import handler  # noqa: PLC0415 - after the static files of the test run are set up

    settings.SERVING = True
    monkeypatch.setattr(follower, "POLL_S", 0.1)
    monkeypatch.setattr(follower, "RETRY_S", 0.05)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    serving, open_pages = handler.ThreadHandler(), []

    async def ask(page):
        path, _, query = page.address.partition("?")
        headers = [(b"host", b"localhost")]
        if page.last_id:
            headers.append((b"last-event-id", page.last_id.encode()))
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "scheme": "http",
            "headers": headers, "server": ("localhost", 80), "asgi": {"version": "3.0"}, "root_path": "",
        }  # fmt: skip
        await serving.answer(scope, b"", page.receive, page.send)

    async def opened(page):
        page.task = asyncio.create_task(ask(page))
        open_pages.append(page)
        return page, await page.event("hello")

    async def closed(page):
        page.left.set()
        await asyncio.wait_for(page.task, 5)

    with asyncio.Runner() as runner:
        yield SimpleNamespace(
            run=runner.run, ask=ask, opened=opened, closed=closed, desks=serving._desks, pages=open_pages,
            streams=lambda: streams.streams_of(runner.get_loop()),
        )  # fmt: skip

        async def end():
            for page in open_pages:
                page.left.set()
            await asyncio.gather(*(page.task for page in open_pages), return_exceptions=True)

        runner.run(end())
        streams.streams_of(runner.get_loop())._follower.end()
    for desk in serving._desks._free:
        desk._thread.submit(connections.close_all).result()
    assert len(serving._desks._free) == settings.CONNECTIONS, "every desk was given back"


async def in_thread(act, *given):
    def acted():
        try:
            return act(*given)
        finally:
            connections.close_all()

    return await asyncio.to_thread(acted)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def other_connection():
    made = connection.get_connection_params()
    return psycopg.connect(
        **{name: made[name] for name in ("dbname", "user", "host", "port", "password") if name in made}
    )
