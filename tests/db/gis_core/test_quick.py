"""What the event loop answers itself is, byte by byte and header by header, what the whole way answers."""

import asyncio
import gzip
import logging
import re
import threading
from itertools import product
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.db import connection, connections, transaction

from gis_core import desks, quick
from gis_core.desks import NotAnsweredError
from hydrants.models import Hydrant
from layers.tile_grid import tile_at

pytestmark = pytest.mark.django_db(transaction=True)

ITEMS = "/ogc/collections/hydrants/items"
ENGLISH, PACKED = (b"accept-language", b"en"), (b"accept-encoding", b"gzip")


def tile_address(lon, lat, z):
    tile = tile_at(lon, lat, z)
    return f"/tiles/hydrants/{tile.z}/{tile.x}/{tile.y}.mvt"


TILE, FAR, EMPTY = tile_address(105.85, 21.03, 16), tile_address(105.85, 21.03, 9), tile_address(10, 10, 16)


OUT_OF_THE_ORDINARY = [
    (f"{ITEMS}/999999999", [], {}, 404),
    (f"{ITEMS}/0", [], {}, 404),
    (f"{ITEMS}/9223372036854775808", [], {}, 404),
    (f"{ITEMS}/{{pk}}?zzz=1", [], {}, 400),
    (f"{ITEMS}/{{pk}}?crs=http://www.opengis.net/def/crs/EPSG/0/5897", [], {}, 200),
    (f"{ITEMS}/{{pk}}?f=html", [], {}, 200),
    (f"{ITEMS}/{{pk}}", [(b"accept", b"text/html")], {}, 200),
    (f"{ITEMS}/{{pk}}", [(b"cookie", b"sessionid=x")], {}, 200),
    (f"{ITEMS}/{{pk}}", [(b"authorization", b"Bearer x")], {}, 403),
    (f"{ITEMS}/{{pk}}", [(b"if-none-match", b"*")], {}, 304),
    (f"{ITEMS}/{{pk}}", [], {"method": "HEAD"}, 200),
    (f"{ITEMS}/{{pk}}", [], {"method": "DELETE"}, 401),
    (f"{ITEMS}/{{pk}}", [], {"host": b"nobody.example"}, 400),
    ("/ogc/collections/nothing/items/1", [], {}, 404),
    ("/tiles/nothing/14/1/1.mvt", [], {}, 404),
    ("/tiles/hydrants/14/99999/1.mvt", [], {}, 404),
    (f"{TILE}?zzz=1", [], {}, 400),
    (f"{ITEMS}?limit=x", [], {}, 400),
    (f"{ITEMS}?limit=1&limit=2", [], {}, 400),
    (f"{ITEMS}?bbox=1,2,3", [], {}, 400),
    (f"{ITEMS}?after=9223372036854775808", [], {}, 400),
    (f"{ITEMS}?bbox=%ff", [], {}, 400),
    (f"{ITEMS}?zzz=1", [], {}, 400),
    (f"{ITEMS}?{'&' * 1001}", [], {}, 400),
    (f"{ITEMS}/{{pk}}", [(b"accept-language", b"en," * 2000)], {}, 200),
    (f"{ITEMS}/{{pk}}", [(b"range", b"bytes=0-1")], {}, 200),
    (f"{ITEMS}?status=working", [], {}, 200),
    (f"{ITEMS}?sortby=name", [], {}, 200),
    (f"{ITEMS}?filter=flow_lps%3E1", [], {}, 200),
    ("/ogc/collections/roads/items?bbox=105,20,106,21", [], {}, 200),
    ("/ogc/collections/nothing/items", [], {}, 404),
    (ITEMS, [(b"accept", b"text/html")], {}, 200),
    (ITEMS, [], {"method": "POST"}, 401),
    (TILE, [(b"if-none-match", b"*")], {}, 304),
]


@pytest.fixture
def hydrant():
    return Hydrant.objects.create(ref="TN-1", name="Ngõ 5", geom=Point(105.85, 21.03), flow_lps=12)


@pytest.fixture
def server(settings, monkeypatch):
    """Ask a handler as a server has it; it says which questions its threads answered."""
    from gis_core import handler  # noqa: PLC0415 - after the static files of the test run are set up

    settings.SERVING = True
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    serving, by_threads = handler.ThreadHandler(), []
    work = serving._work
    serving._work = lambda scope, *rest: by_threads.append(scope["path"]) or work(scope, *rest)

    async def nothing_more():
        await asyncio.Event().wait()

    async def asked(address, *headers, method="GET", scheme="http", host=b"localhost"):
        path, _, query = address.partition("?")
        scope = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(), "scheme": scheme,
            "headers": [(b"host", host), *headers], "server": ("localhost", 80), "asgi": {"version": "3.0"},
            "root_path": "",
        }  # fmt: skip
        sent = []

        async def send(message):
            sent.append(message)

        await asyncio.wait_for(serving.answer(scope, b"", nothing_more, send), timeout=30)
        head = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        body = b"".join(each["body"] for each in sent[1:])
        assert head["content-length"] == str(len(body))
        return sent[0]["status"], head, body

    async def asked_at_once(addresses):
        return await asyncio.gather(*map(asked, addresses))

    with asyncio.Runner() as runner:
        yield SimpleNamespace(
            ask=lambda *args, **kwargs: runner.run(asked(*args, **kwargs)),
            ask_at_once=lambda addresses: runner.run(asked_at_once(addresses)),
            at_desk=lambda act: runner.run(serving._desks._free[-1].work(act)),
            by_threads=by_threads,
            desks=serving._desks,
        )
    for desk in serving._desks._free:
        desk._thread.submit(connections.close_all).result()
    assert len(serving._desks._free) == settings.CONNECTIONS, "every desk was given back"


def compared(answer):
    """Take out the moment of the answer, the order of names, and the random name that goes with what is packed."""
    status, head, body = answer
    head = head | {"vary": set(head["vary"].split(", "))}
    if "content-encoding" in head:
        head["content-length"], body = "", gzip.decompress(body)
    return status, head, re.sub(rb'"timeStamp":"[^"]*"', b"", body)


def test_it_answers_as_the_whole_way_does(server, settings, hydrant):
    for number in range(4):
        Hydrant.objects.create(ref=f"more-{number}", geom=Point(105.86 + number / 100, 21.03))
    pages = (
        ITEMS,
        f"{ITEMS}?limit=2",
        f"{ITEMS}?limit=2&after={hydrant.pk}",
        f"{ITEMS}?bbox=105.84,21.02,105.865,21.04",
    )
    addresses = (f"{ITEMS}/{hydrant.pk}", *pages, f"{ITEMS}?bbox=1,1,2,2&limit=5", TILE, TILE, EMPTY, EMPTY)
    for address, headers, scheme in product(addresses, [(), (ENGLISH,), (PACKED,)], ["http", "https"]):
        short = server.ask(address, *headers, scheme=scheme)
        assert server.by_threads == [], address
        settings.SERVING = False
        whole = server.ask(address, *headers, scheme=scheme)
        settings.SERVING = True
        assert server.by_threads.pop() == address.partition("?")[0]
        assert compared(short) == compared(whole), address


def test_the_answers_are_what_was_asked_for(server, hydrant):
    status, head, body = server.ask(f"{ITEMS}/{hydrant.pk}", ENGLISH)
    assert (status, head["content-length"]) == (200, str(len(body)))
    assert b'"name":"Ng\xc3\xb5 5"' in body
    assert f"http://localhost{ITEMS}/{hydrant.pk}?f=html".encode() in body
    assert b"This feature" in body
    assert server.ask(TILE)[2].startswith(b"\x1a")
    assert gzip.decompress(server.ask(TILE, PACKED)[2]) == server.ask(TILE)[2]
    assert server.ask(EMPTY)[0] == 204


def test_a_tile_from_afar_is_made_by_a_thread_and_then_known(server, hydrant):
    first = server.ask(FAR)
    assert server.by_threads == [FAR]
    assert server.ask(FAR) == first
    assert server.by_threads == [FAR]


def test_an_edit_is_seen_by_the_next_question(server, hydrant):
    before = [server.ask(address) for address in (f"{ITEMS}/{hydrant.pk}", TILE)]
    hydrant.name = "Ngõ 7"
    hydrant.save()
    after = [server.ask(address) for address in (f"{ITEMS}/{hydrant.pk}", TILE)]
    assert server.by_threads == []
    for old, new in zip(before, after, strict=True):
        assert old[1]["etag"] != new[1]["etag"]
        assert "Ngõ 7".encode() in new[2]


def test_what_is_out_of_the_ordinary_goes_the_whole_way(server, hydrant, caplog):
    for template, headers, asked, status in OUT_OF_THE_ORDINARY:
        address = template.format(pk=hydrant.pk)
        assert server.ask(address, *headers, **asked)[0] == status, (address, headers, asked)
        assert server.by_threads.pop() == address.partition("?")[0]
    assert [record for record in caplog.records if record.name == "gis_core.quick"] == [], "nothing is a fault of ours"


def test_headers_that_do_not_matter_are_not_kept(server, hydrant):
    kept = [quick._known_asker.cache_info().currsize]
    for number in range(3):
        server.ask(TILE, PACKED, (b"x-request-id", b"%d" % number), (b"x-large", b"x" * 10_000))
        kept.append(quick._known_asker.cache_info().currsize)
    assert server.by_threads == []
    assert kept[1:] == [kept[1]] * 3


def test_a_question_that_takes_too_long_is_not_asked_again_the_whole_way(server, settings, hydrant, monkeypatch):
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "options", f"{options['options']} -c statement_timeout=300ms")
    addresses = [f"{ITEMS}/{hydrant.pk}", ITEMS]
    for address in addresses:
        server.ask(address)
    with other_connection() as other, other.transaction():
        other.execute("LOCK TABLE hydrants_hydrant")
        for address, language in product(addresses, [(), (ENGLISH,)]):
            quick_answer = server.ask(address, *language)
            assert server.by_threads == []
            assert quick_answer[0] == 503
            assert b"took-too-long" in quick_answer[2]
            settings.SERVING = False
            assert compared(server.ask(address, *language)) == compared(quick_answer)
            settings.SERVING = True
            server.by_threads.clear()


def test_plain_http_goes_the_whole_way_where_tls_is_wanted(server, settings, hydrant):
    settings.SECURE_SSL_REDIRECT = True  # which redirects
    server.ask(TILE, (b"accept-language", b"not-asked-before"))
    assert server.by_threads == [TILE]


def other_connection():
    dsn = connection.get_connection_params() | {"autocommit": True}
    for name in ("cursor_factory", "context", "server_side_binding", "prepare_threshold"):
        dsn.pop(name, None)
    return psycopg.connect(**dsn)


def end_all_other_connections():
    with other_connection() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_database_that_was_restarted_is_asked_over_another_connection(server, hydrant):
    """By a thread, and then quickly again."""
    address = f"{ITEMS}/{hydrant.pk}"
    first = server.ask(address)
    end_all_other_connections()
    assert server.ask(address) == first
    assert server.ask(address) == first
    assert server.by_threads == [address]
    connection.close()


def test_many_who_ask_at_once_are_all_answered_however_often_the_database_is_restarted(server, hydrant):
    address = f"{ITEMS}/{hydrant.pk}"
    first = server.ask(address)
    server.ask_at_once([ITEMS, address] * 10)
    for _ in range(3):
        end_all_other_connections()
        assert server.ask_at_once([address] * 20) == [first] * 20
    connection.close()


def test_what_psycopg_let_the_database_forget_is_prepared_anew(server, hydrant):
    """It does so with the first statement after a transaction that was rolled back, as by a refused edit."""
    address = f"{ITEMS}/{hydrant.pk}"
    first = server.ask(address)

    def refused():
        with pytest.raises(LookupError), transaction.atomic():
            raise LookupError(Hydrant.objects.count())

    for _ in range(3):
        server.ask(ITEMS, method="HEAD")
    server.at_desk(refused)
    server.ask(ITEMS, method="HEAD")
    server.by_threads.clear()
    assert [server.ask(address) for _ in range(3)] == [first] * 3
    assert server.ask(f"{ITEMS}?limit=1")[0] == 200
    assert server.by_threads == []


def test_a_table_with_other_columns_is_asked_anew_and_the_log_says_so(server, hydrant, caplog):
    def run(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    asked, desk = ("SELECT * FROM altered", {}), server.desks._free[-1]
    run("CREATE TABLE altered AS SELECT 1 AS version")
    try:
        with asyncio.Runner() as runner:
            assert runner.run(desk.ask(*asked)) == [b"1"]
            run("ALTER TABLE altered ADD note text DEFAULT 'x'")
            with caplog.at_level(logging.WARNING, logger="gis_core.desks"), pytest.raises(NotAnsweredError):
                runner.run(desk.ask(*asked))
            assert "cached plan" in caplog.text
            assert runner.run(desk.ask(*asked)) == [b"1", b"x"]
    finally:
        run("DROP TABLE altered")


def test_an_open_transaction_is_not_asked_in(server, hydrant):
    address = f"{ITEMS}/{hydrant.pk}"
    first = server.ask(address)
    server.at_desk(lambda: connection.connection.execute("BEGIN; UPDATE hydrants_hydrant SET name = 'never'"))
    assert server.ask(address) == first


def test_a_desk_is_free_only_when_its_thread_is_however_often_a_reader_leaves(server):
    begun, may_end = threading.Event(), threading.Event()

    def act():
        begun.set()
        may_end.wait(20)

    async def left_twice():
        working = asyncio.ensure_future(server.desks._free[-1].work(act))
        await asyncio.to_thread(begun.wait, 20)
        for _ in range(3):
            working.cancel()
            for _ in range(5):
                await asyncio.sleep(0)  # whatever is due is done
            assert not working.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await working

    asyncio.run(left_twice())


def test_a_database_that_says_nothing_is_waited_for_no_longer_than_it_may_work(server, hydrant, settings):
    settings.STATEMENT_TIMEOUT_S = 0.2 - desks._GRACE_S
    desk = server.desks._free[-1]
    with asyncio.Runner() as runner, other_connection() as other, other.transaction():
        runner.run(desk.ask("SELECT 1", {}))
        other.execute("LOCK TABLE hydrants_hydrant")
        with pytest.raises(NotAnsweredError, match="says nothing"):
            runner.run(asyncio.wait_for(desk.ask("SELECT count(*) FROM hydrants_hydrant", {}), timeout=20))
        assert runner.run(asyncio.wait_for(desk.ask("SELECT 1", {}), timeout=20)) == [b"1"]


def test_what_a_proxy_says_of_tls_is_heard(server, settings, hydrant):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    quick._names_that_matter.cache_clear()
    try:
        body = server.ask(f"{ITEMS}/{hydrant.pk}", (b"x-forwarded-proto", b"https"))[2]
    finally:
        quick._names_that_matter.cache_clear()
        quick._known_asker.cache_clear()
    assert server.by_threads == []
    assert f"https://localhost{ITEMS}/{hydrant.pk}".encode() in body
