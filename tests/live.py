"""The demo data behind a real server on loopback, for clients that are programs of their own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.signals import request_started
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from gis_core.demo import load_demo
from gis_core.models import DataVersion
from routes.assumptions import ensure_assumptions
from routes.vehicle_profiles import ensure_profiles

WITHOUT_PROXY = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
"""The environment of a client that asks this machine and nobody else."""
OURS = ("gis_core_", "layers_", "hydrants_", "routes_", "pghistory_")


@dataclass
class Live:
    """A running server, and what it was asked: path and query of each request."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def live_demo(*, more_hydrants: int = 0) -> Iterator[Live]:
    """Serve the demo data, and as many hydrants more, on a grid beside it."""
    with live_server(lambda: _load(more_hydrants)) as url:
        live = Live(url)

        def note(environ: dict[str, str], **_signal: object) -> None:
            live.asked.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")

        request_started.connect(note, weak=False)
        try:
            yield live
        finally:
            request_started.disconnect(note)


@contextmanager
def live_server(make_features: Callable[[], None]) -> Iterator[str]:
    """Serve what is made here; it is committed, for the server is another thread, and taken away afterwards.

    Not pytest-django's `live_server`: it would empty every table, also those that migrations fill.
    """
    expected = settings.DATABASES["default"]["TEST"]["NAME"]
    assert connection.settings_dict["NAME"] == expected  # what follows deletes
    kept_s, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    try:
        make_features()
        server = LiveServer("localhost")
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = kept_s
        _remove_features()


def _load(more_hydrants: int) -> None:
    load_demo(at=date(2026, 11, 22), told=lambda report: None)
    _add_hydrants(more_hydrants)


def _add_hydrants(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hydrants_hydrant (ref, status, synthetic, geom) SELECT 'more/' || n, 'working', true,"
            " ST_MakePoint(105.70 + (n %% 100) * 0.0005, 20.90 + (n / 100) * 0.0005)::geography"
            " FROM generate_series(0, %s - 1) AS n",
            [count],
        )


def _remove_features() -> None:
    """Empty the tables of this project, also those that follow the layers: no test finds what another one left."""
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [name for name in there if name.startswith(OURS)]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    ensure_profiles()
    ensure_assumptions()
    # What a migration filled counts as a change now; the next test's data begins at none.
    DataVersion.objects.all().delete()
