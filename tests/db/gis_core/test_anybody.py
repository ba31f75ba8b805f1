"""The short way of a program that asks as nobody gives what the whole chain gives; dead connections are replaced."""

import re

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import HttpRequest
from django.test import override_settings
from django.utils import translation

HYDRANTS = "/ogc/collections/hydrants"
ENGLISH, PACKED = (b"accept-language", b"en"), (b"accept-encoding", b"gzip")


@pytest.fixture
def hydrant(db):
    from hydrants.models import Hydrant  # noqa: PLC0415 - needs the apps

    return Hydrant.objects.create(ref="TN-1", geom=Point(105.85, 21.03), flow_lps=12)


@pytest.fixture
def door():
    from gis_core import asgi, handler  # noqa: PLC0415 - after the static files of the test run are set up

    return asgi.ThreadHandler(), handler


def ask(door, monkeypatch, address, *headers, short, scheme="http", host=b"localhost"):
    answering, module = door
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "scheme": scheme,
        "headers": [(b"host", host), *headers], "server": ("localhost", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip
    with monkeypatch.context() as patch:
        taken = []
        whether = module.asks_as_anybody
        patch.setattr(module, "asks_as_anybody", lambda request: short and (taken.append(whether(request)) or taken[0]))
        response = answering._work(scope, b"", None)
    assert taken == ([True] if short else [])
    given = {name.lower(): value for name, value in response.items()}
    vary = set(given.pop("vary").split(", "))
    if "content-encoding" in given:
        given.pop("content-length")  # a name of random length is packed with it
        return response.status_code, given, vary, None
    return response.status_code, given, vary, re.sub(rb'"timeStamp":"[^"]*"', b"", response.content)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [(), (ENGLISH,), (PACKED, (b"if-none-match", b'W/"other"'))])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_short_way_gives_the_same_answer_and_headers(door, monkeypatch, hydrant, headers, scheme):
    addresses = [
        "/ogc/conformance", "/ogc/collections", HYDRANTS, f"{HYDRANTS}/items", f"{HYDRANTS}/items/{hydrant.pk}",
        f"{HYDRANTS}/items?limit=x", f"{HYDRANTS}/items?zzz=1", f"{HYDRANTS}/items/999999999", "/ogc/nothing",
        "/ogc/collections/nothing/items", "/tiles/hydrants.json", "/tiles/hydrants/14/13009/7212.mvt",
        "/tiles/hydrants/14/x/1.mvt", "/api/network", "/api/route?from=105.85,21.03&to=105.86,21.03&vehicle=tanker",
        "/api/nearest-water?lon=105.85&lat=21.03&mode=drive&vehicle=tanker&at=2026-11-29T10:00:00",
        "/api/approach?to=105.85,21.03&from=105.86,21.03&vehicle=tanker&at=2026-11-29T10:00:00", "/api/approach?x=1",
        "/api/reach?from=105.85,21.03&vehicle=none", "/api/nearest-water?lon=105.85&lat=91",
    ]  # fmt: skip
    for address in addresses:
        short = ask(door, monkeypatch, address, *headers, short=True, scheme=scheme)
        whole = ask(door, monkeypatch, address, *headers, short=False, scheme=scheme)
        assert short[:2] + short[3:] == whole[:2] + whole[3:], address
        # It says of a few more that they may differ by who asks.
        assert whole[2] <= short[2] <= whole[2] | {"Cookie"}, address


@pytest.mark.django_db
@pytest.mark.parametrize("language", [b"en", b"vi"])
def test_an_unknown_host_is_refused_in_the_frame_of_every_answer(door, monkeypatch, language):
    asked = {"host": b"nobody.example", "scheme": "http"}
    with translation.override("vi" if language == b"en" else "en"):  # as the request before has left it
        short = ask(door, monkeypatch, HYDRANTS, (b"accept-language", language), short=True, **asked)
    whole = ask(door, monkeypatch, HYDRANTS, (b"accept-language", language), short=False, **asked)
    assert short[0] == 400
    assert short[1]["content-language"] == language.decode()
    assert short[1].items() >= whole[1].items(), "nothing is missing that the whole chain says"
    assert short[3] == whole[3], "in the same language"


@pytest.mark.parametrize(
    ("method", "path", "meta"),
    [
        ("GET", "/ogc/collections", {"HTTP_COOKIE": "sessionid=x"}),
        ("GET", "/ogc/collections", {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("GET", "/ogc/collections", {"HTTP_ACCEPT": "text/html,*/*"}),
        ("GET", "/ogc/collections", {"QUERY_STRING": "f=html"}),
        ("GET", "/ogc/collections", {"QUERY_STRING": "f=%68tml"}),
        ("POST", "/ogc/collections/hydrants/items", {}),
        ("OPTIONS", "/ogc/collections/hydrants/items", {}),
        ("GET", "/admin/", {}),
        ("GET", "/sign-in", {}),
        ("GET", "/", {}),
    ],
)
def test_whoever_may_be_somebody_and_every_page_goes_the_whole_way(method, path, meta):
    from gis_core.anybody import asks_as_anybody  # noqa: PLC0415 - needs the apps

    request = HttpRequest()
    request.method, request.path, request.META = method, path, {"QUERY_STRING": "", **meta}
    assert not asks_as_anybody(request)
    request.method, request.path, request.META = "GET", "/ogc/collections", {"QUERY_STRING": "limit=1"}
    assert asks_as_anybody(request)
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert not asks_as_anybody(request)  # it is redirected


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_closed_is_left_before_it_is_asked():
    from gis_core.connections import leave_the_useless  # noqa: PLC0415 - needs the apps

    def process() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    first = process()
    connection.close_at = None  # kept, as the server does
    leave_the_useless()
    assert process() == first
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    leave_the_useless()
    assert process() != first
