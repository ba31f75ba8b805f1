"""How an answer leaves the server: by one thread, in pieces where it has pieces, and not for a reader who has left."""

import asyncio
import threading

import pytest
from django.http import HttpResponse, StreamingHttpResponse


@pytest.fixture
def handler():
    from gis_core.asgi import ThreadHandler  # noqa: PLC0415 - after the static files of the test run are set up

    return ThreadHandler()


def answer(handler, response, left_after=None, stalled_after=None):
    """Let the handler give `response`; the reader leaves after so many messages, takes no more of them, or stays."""
    sent, threads = [], set()
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"localhost")],
        "scheme": "http", "server": ("localhost", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def talk():
        left, asked = asyncio.Event(), iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive():
            if question := next(asked, None):
                return question  # nobody has asked for a body that was not announced
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if len(sent) == stalled_after:
                await asyncio.Event().wait()
            sent.append(message)
            if left_after is not None and len(sent) >= left_after:
                left.set()
            await asyncio.sleep(0)

        def respond(request):
            threads.add(threading.current_thread().name)
            return response

        handler._respond = respond
        await asyncio.wait_for(handler.answer(scope, b"", receive, send), timeout=20)

    asyncio.run(talk())
    return sent, threads


def test_a_whole_answer_is_sent_in_one_piece_with_its_cookies(handler):
    response = HttpResponse(b"x" * 200_000, headers={"ETag": '"a"'})
    response.set_cookie("language", "vi")
    (start, body), _ = answer(handler, response)
    assert (start["status"], len(body["body"])) == (200, 200_000)
    assert (b"ETag", b'"a"') in start["headers"]
    assert [value for name, value in start["headers"] if name == b"Set-Cookie"] == [b"language=vi; Path=/"]


def test_pieces_are_made_and_closed_by_the_thread_that_began_them(handler):
    seen = []

    def pieces():
        try:
            for number in range(3):
                seen.append(threading.current_thread().name)
                yield b"%d" % number
        finally:
            seen.append(threading.current_thread().name)

    (_, *bodies), threads = answer(handler, StreamingHttpResponse(pieces()))
    assert [body["body"] for body in bodies[:-1]] == [b"0", b"1", b"2"]
    assert [body.get("more_body", False) for body in bodies] == [True, True, True, False]
    assert set(seen) == threads
    assert len(seen) == 4


def test_nothing_more_is_made_for_a_reader_who_has_left(handler):
    made, closed = [], []

    def pieces():
        try:
            for number in range(1_000):
                made.append(number)
                yield b"x"
        finally:
            closed.append(True)

    answer(handler, StreamingHttpResponse(pieces()), left_after=5)
    assert len(made) < 20
    assert closed == [True]


def test_a_reader_who_takes_nothing_more_holds_nothing_for_ever(handler, settings):
    settings.SEND_TIMEOUT_S = 0.5  # a busy machine takes a while to begin
    closed = []

    def pieces():
        try:
            while True:
                yield b"x"
        finally:
            closed.append(threading.current_thread().name)

    sent, threads = answer(handler, StreamingHttpResponse(pieces()), stalled_after=3)
    assert closed == list(threads)
    assert len(sent) == 3
    assert all(body["more_body"] for body in sent[1:]), "what is broken off must not look whole"
