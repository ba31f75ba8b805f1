"""`GET /live`: whoever edits, whatever fails, each reader hears of it once, or hears that it missed something."""

import asyncio
import json
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.db import connection, connections, transaction

from gis_core.live import follower, streams
from gis_core.live.streams import QUEUE
from hydrants.models import Hydrant
from routes.models import Road
from tests.asked import refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.fixture
def live(settings, monkeypatch):
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


@pytest.fixture
def hydrant():
    return Hydrant.objects.create(ref="H-012", geom=Point(105.85, 21.03), status="working")


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


def test_an_edit_in_sql_is_told_in_the_language_of_each_page(live, hydrant):
    async def story():
        english, hello = await live.opened(Page("/live?lang=en"))
        vietnamese, _ = await live.opened(Page("/live?lang=vi"))
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        told = await english.event("change")
        (change,) = told["changes"]
        assert change == {
            "layer": "hydrants", "id": hydrant.pk, "ref": "H-012", "action": "update",
            "sentence": "Hydrant H-012: faulty (before: working)",
        }  # fmt: skip
        assert (told["layers"], told["more"], hello["missed"]) == (["hydrants"], 0, False)
        assert told["data_version"] != hello["data_version"]
        (change,) = (await vietnamese.event("change"))["changes"]
        assert change["sentence"] == "Trụ nước chữa cháy H-012: hỏng (trước: hoạt động)"

    live.run(story())


def test_what_was_rolled_back_is_never_told(live, hydrant):
    def rolled_back():
        with transaction.atomic():
            Hydrant.objects.update(status="missing")
            transaction.set_rollback(True)

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(rolled_back)
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        (change,) = (await page.event("change"))["changes"]
        assert change["sentence"].endswith("faulty (before: working)")
        assert b"missing" not in page.bytes

    live.run(story())


def test_nothing_sensitive_is_told(live, hydrant):
    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE hydrants_hydrant SET contact_phone = '0912345678', contact_name = 'Bà Sáu'")
        told = await page.event("change")
        assert (told["layers"], told["changes"], told["more"]) == (["hydrants"], [], 0)
        await in_thread(sql, "UPDATE hydrants_hydrant SET contact_phone = '0998765432', status = 'faulty'")
        assert len((await page.event("change"))["changes"]) == 1
        for told_to_nobody in ("0912345678", "0998765432", "Sáu"):
            assert told_to_nobody.encode() not in page.bytes

    live.run(story())


def test_new_removed_moved_and_emptied_are_told_each_in_its_words(live, hydrant):
    async def said(page):
        return [change["sentence"] for change in (await page.event("change"))["changes"]]

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE hydrants_hydrant SET geom = ST_MakePoint(105.86, 21.03)")
        assert await said(page) == ["Hydrant H-012: moved"]
        await in_thread(
            sql, "UPDATE hydrants_hydrant SET flow_lps = 12.5, diameter_mm = 100, owner = 'X', status = 'unknown'"
        )
        assert await said(page) == [
            "Hydrant H-012: unknown (before: working); flow 12.5 L/s (before: not noted); 2 more differences"
        ]
        await in_thread(sql, "DELETE FROM hydrants_hydrant")
        assert await said(page) == ["Hydrant H-012: removed"]
        await in_thread(sql, "INSERT INTO hydrants_hydrant (ref, geom) VALUES ('H-1', ST_MakePoint(105.86, 21.03))")
        assert await said(page) == ["Hydrant H-1: new"]
        await in_thread(sql, "TRUNCATE hydrants_watertank CASCADE")
        assert "water-tanks" in (await page.event("change"))["layers"]

    live.run(story())


def test_thousands_of_rows_are_counted_and_not_named(live):
    place = "ST_MakePoint(105.8, 21)"
    rows = f"INSERT INTO hydrants_hydrant (ref, geom) SELECT 'n' || n, {place} FROM generate_series(1, %s) n"

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, rows, 30)
        told = await page.event("change")
        assert (len(told["changes"]), told["more"]) == (20, 10)
        await in_thread(sql, rows.replace("'n'", "'m'"), 2500)
        told = await page.event("change")
        assert (told["changes"], told["more"]) == ([], 2500)
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty' WHERE ref = 'n1'")
        assert [change["ref"] for change in (await page.event("change"))["changes"]] == ["n1"]

    live.run(story())


def test_an_entry_that_becomes_visible_behind_a_later_one_is_told(live, hydrant):
    """A sequence gives its numbers when an edit is made, not when it is committed."""

    async def story():
        page, _ = await live.opened(Page())
        with other_connection() as slow:
            slow.execute("SELECT nextval(pg_get_serial_sequence('hydrants_hydrantevent', 'pgh_id'))")
            (number,) = slow.execute("SELECT last_value FROM hydrants_hydrantevent_pgh_id_seq").fetchone()
            slow.execute("SELECT pg_current_xact_id()")
            await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
            assert len((await page.event("change"))["changes"]) == 1
            await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'missing'")
            assert len((await page.event("change"))["changes"]) == 1
            columns = slow.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = 'hydrants_hydrantevent' AND column_name NOT IN ('pgh_id', 'status')"
            ).fetchone()[0]
            slow.execute(
                f"INSERT INTO hydrants_hydrantevent (pgh_id, status, {columns})"
                f" SELECT %s, 'blocked', {columns} FROM hydrants_hydrantevent ORDER BY pgh_id LIMIT 1",
                [number],
            )
            slow.execute("UPDATE gis_core_dataversion SET version = version + 1 WHERE table_name = 'hydrants_hydrant'")
            slow.commit()
        assert len((await page.event("change"))["changes"]) == 1
        assert live.streams()._follower.reader._heard["hydrants_hydrant"].open == {}

    live.run(story())


def test_a_page_that_comes_back_goes_on_where_it_was(live, hydrant):
    async def story():
        first, _ = await live.opened(Page())
        stays, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        await first.event("change")
        await live.closed(first)
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'missing'")
        await stays.event("change")
        again, hello = await live.opened(Page(last_id=first.last_id))
        assert hello["missed"] is False
        (change,) = (await again.event("change"))["changes"]
        assert change["sentence"] == "Hydrant H-012: missing (before: faulty)"
        assert again.sent.empty()

    live.run(story())


def test_what_changed_while_nobody_listened_is_told_to_who_comes_back(live, hydrant, monkeypatch):
    monkeypatch.setattr(streams, "REST_AFTER_S", 0.0)

    async def story():
        page, _ = await live.opened(Page())
        await live.closed(page)
        await asyncio.sleep(0.05)
        assert not live.streams()._follower.follows
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        again, hello = await live.opened(Page(last_id=page.last_id))
        assert hello["missed"] is False
        assert len((await again.event("change"))["changes"]) == 1

    live.run(story())


def test_an_id_of_another_history_is_answered_by_missed(live, hydrant):
    async def story():
        page, _ = await live.opened(Page())
        mark, _, numbers = page.last_id.partition(":")
        beyond = ".".join(str(int(number) + 5) for number in numbers.split("."))
        before = ".".join("0" for _ in numbers.split("."))
        for last_id in ("nonsense", f"{mark}:1.2", f"{mark}:{beyond}", f"{mark}:{before}"):
            _, hello = await live.opened(Page(last_id=last_id))
            assert hello["missed"] is True, last_id

    live.run(story())


def test_a_page_that_heard_more_from_another_process_is_greeted_when_this_one_has_read_it(live, hydrant, monkeypatch):
    async def story():
        stays, _ = await live.opened(Page())
        mark, _, numbers = stays.last_id.partition(":")
        place = sorted(live.streams()._state.counters).index("hydrants_hydrant")
        ahead = [int(number) + (at == place) for at, number in enumerate(numbers.split("."))]
        monkeypatch.setattr(follower, "APART_S", 0.5)  # it reads late
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        again, hello = await live.opened(Page(last_id=f"{mark}:{'.'.join(map(str, ahead))}"))
        assert hello["missed"] is False
        await stays.event("change")
        assert again.sent.empty()  # it has heard of that

    live.run(story())


def test_a_reader_who_takes_nothing_is_left_and_the_others_hear_everything(live, hydrant, monkeypatch):
    async def story():
        slow, _ = await live.opened(Page(takes=False))
        page, _ = await live.opened(Page())
        for number in range(QUEUE + 3):
            await in_thread(sql, "UPDATE hydrants_hydrant SET flow_lps = %s", number + 1)
            await page.event("change")
        await asyncio.wait_for(slow.task, 5)
        assert len(live.streams()) == 1

    live.run(story())


def test_streams_hold_no_desk_and_one_connection_for_all(live, settings, hydrant):
    async def story():
        before = await in_thread(count_connections)
        for _ in range(settings.CONNECTIONS * 3):
            await live.opened(Page())
        assert len(live.desks._free) == settings.CONNECTIONS
        other = Page("/api/vehicles")
        await live.ask(other)
        assert other.head["status"] == 200
        assert await in_thread(count_connections) <= before + settings.CONNECTIONS + 1
        tasks = len(asyncio.all_tasks())
        for page in live.pages:
            await live.closed(page)
        assert len(asyncio.all_tasks()) < tasks
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    live.run(story())


def count_connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_when_the_database_goes_pages_are_told_and_hear_what_changed_meanwhile(live, hydrant, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL(%s)"

    def lose():
        with other_connection() as other:
            other.execute(f"SELECT pg_terminate_backend(pid) {others}", [[own, other.info.backend_pid]])
            other.execute("UPDATE hydrants_hydrant SET status = 'faulty'")

    async def story():
        page, _ = await live.opened(Page())
        monkeypatch.setattr(follower, "RETRY_S", 1.0)
        await in_thread(lose)
        await page.event("stale")
        late = Page()
        late.task = asyncio.create_task(live.ask(late))
        live.pages.append(late)
        await late.event("stale")
        assert (await page.event("hello"))["missed"] is False
        assert len((await page.event("change"))["changes"]) == 1
        await late.event("hello")

    live.run(story())


def test_data_of_another_history_is_told_as_missed(live, hydrant):
    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE gis_core_dataversion SET version = 0")  # a backup was restored, say
        assert (await page.event("hello"))["missed"] is True

    live.run(story())


def test_one_stream_too_many_is_refused_and_told_when_to_ask_again(live, settings, client):
    settings.LIVE_STREAMS = 2

    async def story():
        for _ in range(2):
            await live.opened(Page())
        third = Page()
        await live.ask(third)
        head = dict(third.head["headers"])
        assert (third.head["status"], head[b"Retry-After"]) == (503, b"10")

    live.run(story())


def test_a_tab_has_one_stream(live):
    async def story():
        first, _ = await live.opened(Page("/live?tab=a1"))
        await live.opened(Page("/live?tab=b"))
        await live.opened(Page("/live?tab=a1"))
        await asyncio.wait_for(first.task, 5)
        assert len(live.streams()) == 2

    live.run(story())


def test_a_quiet_stream_is_kept_alive(live, monkeypatch):
    monkeypatch.setattr(streams, "KEEP_ALIVE_S", 0.05)

    async def story():
        page, _ = await live.opened(Page())
        await asyncio.sleep(0.3)
        assert page.bytes.startswith(b"retry: 2000\n\n")
        assert page.bytes.count(b": still here\n\n") >= 2

    live.run(story())


def test_when_the_server_ends_all_streams_end(live):
    async def story():
        pages = [(await live.opened(Page()))[0] for _ in range(5)]
        live.streams().end()
        await asyncio.wait_for(asyncio.gather(*(page.task for page in pages)), 5)
        assert len(live.streams()) == 0

    live.run(story())


def test_a_road_s_edit_moves_the_version_of_the_network(live):
    line = "SRID=4326;LINESTRING(105.8 21, 105.81 21)"
    Road.objects.create(ref="r", geom=line, start_node=1, end_node=2, highway="residential", name="Ngõ 5")

    async def story():
        page, hello = await live.opened(Page())
        await in_thread(sql, "UPDATE routes_road SET clear_width_m = 3.25")
        told = await page.event("change")
        assert told["network_version"] == hello["network_version"] + 1
        assert told["changes"][0]["sentence"] == "Road Ngõ 5: clear width 3.25 m (before: not noted)"
        await in_thread(sql, "UPDATE routes_roadclassassumption SET speed_kmh = speed_kmh + 1")
        told = await page.event("change")
        assert told["layers"] == []  # no layer, and yet answers differ
        assert told["network_version"] == hello["network_version"] + 2

    live.run(story())


def test_a_server_without_an_event_loop_answers_with_the_state_and_lets_the_page_ask_again(client, hydrant):
    response = client.get("/live?lang=en")
    said = b"".join(response.streaming_content).decode()
    assert response.headers["Content-Type"] == "text/event-stream"
    assert said.startswith("retry: 2000\n\nid: ")
    assert '"missed":false' in said


@pytest.mark.parametrize("query", ["lang=fr", "tab=a b", "tab=" + "x" * 65, "zzz=1", "lang=vi&lang=en"])
def test_a_question_that_makes_no_sense_is_refused(client, query):
    assert refusal_of(client.get(f"/live?{query}"))["status"] == 400
    assert client.post("/live").status_code == 405
    assert client.get("/live", headers={"accept": "application/json"}).status_code == 406
