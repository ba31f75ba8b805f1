"""`GET /live`: whatever fails, each reader hears what it missed, or hears that it missed something."""

import asyncio

import pytest
from django.db import connection

from gis_core.live import follower, streams
from gis_core.live.streams import QUEUE
from tests.asked import refusal_of
from tests.live_pages import Page, in_thread, other_connection, sql

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_that_comes_back_goes_on_where_it_was(live, pillar):
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


def test_what_changed_while_nobody_listened_is_told_to_who_comes_back(live, pillar, monkeypatch):
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


def test_an_id_of_another_history_is_answered_by_missed(live, pillar):
    async def story():
        page, _ = await live.opened(Page())
        mark, _, numbers = page.last_id.partition(":")
        beyond = ".".join(str(int(number) + 5) for number in numbers.split("."))
        before = ".".join("0" for _ in numbers.split("."))
        for last_id in ("nonsense", f"{mark}:1.2", f"{mark}:{beyond}", f"{mark}:{before}"):
            _, hello = await live.opened(Page(last_id=last_id))
            assert hello["missed"] is True, last_id

    live.run(story())


def test_a_page_that_heard_more_from_another_process_is_greeted_when_this_one_has_read_it(live, pillar, monkeypatch):
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


def test_a_reader_who_takes_nothing_is_left_and_the_others_hear_everything(live, pillar, monkeypatch):
    async def story():
        slow, _ = await live.opened(Page(takes=False))
        page, _ = await live.opened(Page())
        for number in range(QUEUE + 3):
            await in_thread(sql, "UPDATE hydrants_hydrant SET flow_lps = %s", number + 1)
            await page.event("change")
        await asyncio.wait_for(slow.task, 5)
        assert len(live.streams()) == 1

    live.run(story())


def test_streams_hold_no_desk_and_one_connection_for_all(live, settings, pillar):
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


def test_when_the_database_goes_pages_are_told_and_hear_what_changed_meanwhile(live, pillar, monkeypatch):
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


def test_data_of_another_history_is_told_as_missed(live, pillar):
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


def test_a_server_without_an_event_loop_answers_with_the_state_and_lets_the_page_ask_again(client, pillar):
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
