"""The event loop asks over the connection of a desk, and nobody meets a desk in the middle of something."""

import asyncio
import threading

import pytest
from django.db import connection, connections

from gis_core.desks import Desk, Desks, NotAnsweredError

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    desk = Desk("test")
    yield desk
    desk._thread.submit(connections.close_all).result()


def test_a_row_comes_as_the_database_writes_it(desk):
    statement = "SELECT %(number)s::int + 1, %(none)s::text, %(text)s || '%%', %(number)s::float8, %(names)s::text[]"
    params = {"number": 41, "none": None, "text": "Ngõ", "names": ["a_b", "c"], "unused": object()}
    assert asyncio.run(desk.ask(statement, params)) == [b"42", None, "Ngõ%".encode(), b"41", b"{a_b,c}"]
    assert asyncio.run(desk.ask("SELECT '\\x0102'::bytea", {}, binary=True)) == [b"\x01\x02"]
    for large in (False, True):
        row = asyncio.run(desk.ask("SELECT repeat('x', %(length)s)", {"length": 3_000_000}, large=large))
        assert len(row[0]) == 3_000_000


def test_a_statement_is_planned_once_for_each_connection(desk):
    async def twice():
        await desk.ask("SELECT %(one)s::int", {"one": 1})
        await desk.ask("SELECT %(one)s::int", {"one": 2})
        return await desk.ask("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'desk%%'", {})

    assert asyncio.run(twice()) == [b"2"]


def test_a_value_without_a_plain_spelling_is_refused(desk):
    for value in (object(), "a\0b", ["a b"], ["a,b"], [{"a": 1}], {"a": 1}):
        with pytest.raises(TypeError):
            asyncio.run(desk.ask("SELECT %(value)s", {"value": value}))


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT", "SELECT 1 WHERE false", "SELEC 1"])
def test_after_a_statement_that_fails_the_same_connection_is_asked(desk, statement):
    async def asked():
        before = await desk.ask("SELECT pg_backend_pid()", {})
        with pytest.raises(NotAnsweredError):
            await desk.ask(f"{statement} FROM gis_core_dataversion WHERE false", {})
        for large in (False, True):
            with pytest.raises(NotAnsweredError):
                await desk.ask("SELECT 1 / %(zero)s", {"zero": 0}, large=large)
        assert await desk.ask("SELECT pg_backend_pid()", {}) == before

    asyncio.run(asked())


def test_a_question_that_is_given_up_leaves_no_half_read_answer_behind(desk):
    async def asked():
        before = await desk.ask("SELECT pg_backend_pid()", {})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(desk.ask("SELECT pg_sleep(2)::text", {}), 0.05)
        assert await desk.ask("SELECT 'next'", {}) == [b"next"]
        assert await desk.ask("SELECT pg_backend_pid()", {}) != before

    asyncio.run(asked())


def test_thread_and_loop_share_the_connection(desk):
    def process():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()::text")
            return cursor.fetchone()[0].encode()

    async def asked():
        assert await desk.ask("SELECT pg_backend_pid()", {}) == [await desk.work(process)]

    asyncio.run(asked())


def test_a_desk_is_not_left_before_its_thread_is_done():
    async def given_up():
        desk, begun, go_on = Desk("test"), threading.Event(), threading.Event()
        working = asyncio.ensure_future(desk.work(lambda: (begun.set(), go_on.wait(10))))
        await asyncio.to_thread(begun.wait, 10)
        working.cancel()
        done, _ = await asyncio.wait([working], timeout=0.05)
        assert not done
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await working

    asyncio.run(given_up())


def test_whoever_waits_longest_for_a_desk_is_next():
    async def taken():
        desks = Desks(1)
        desk = await desks.take()
        first, gone, last = (asyncio.ensure_future(desks.take()) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        desks.leave(desk)
        assert await first is desk
        assert not last.done()
        desks.leave(desk)
        assert await last is desk
        desks.leave(desk)
        assert await desks.take() is desk

    asyncio.run(taken())
