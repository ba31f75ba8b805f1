"""A served page, a few features to look at, and a browser that notes every failure."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gis_core.models import AdministrativeUnit
from hydrants.models import Hydrant, IntakePoint, WaterBody
from layers.models import Building, Facility, FireStation
from routes.models import AccessRestriction, Road, Vehicle
from tests.browser.fakes import STREAM
from tests.live import live_server

CHROMIUM = os.environ.get("THUYLO_CHROMIUM") or "/usr/bin/chromium"
# Without the background flags Chromium asks hosts of its own at every start.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# The first answer of a process waits until the engine is loaded: on a busy machine longer than the usual 5 s.
expect.set_options(timeout=30_000)
HTML_NAME = "<img src=x onerror=\"document.title='broken'\"> & <b>Trụ</b>"
CENTRE = (105.8150, 21.0030)


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    failures: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def forgive(self) -> None:
        """Leave the page, and forget what it complained about: of what a test broke, and nothing asks again."""
        self.page.goto("about:blank")
        self.failures.clear()


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """Serve the features below."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
    with django_db_blocker.unblock(), live_server(_make_features) as url:
        yield url


@pytest.fixture(scope="module")
def browser(served: str) -> Iterator[Browser]:
    """Chromium; it leaves before the server does, whose threads would else keep the database open."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: script/bootstrap --browser installs it, THUYLO_CHROMIUM names another")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
        connection.close()  # Django keeps another one while an event loop runs in this thread


@pytest.fixture
def watched(browser: Browser, served: str) -> Iterator[Watched]:
    """A page that has loaded the map around the features; a test fails on whatever the page complained about."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    context.add_init_script(STREAM)
    yield from watch(context, served)


def watch(context: BrowserContext, served: str) -> Iterator[Watched]:
    """Open the map in a context, with the rest of the world out of reach."""
    own = served.split("/")[2]
    context.route(lambda url: url.split("/")[2] != own, lambda route: route.abort())
    seen = Watched(context.new_page())
    seen.page.set_default_timeout(15_000)
    seen.page.on("console", lambda message: message.type == "error" and seen.failures.append(message.text))
    seen.page.on("pageerror", lambda error: seen.failures.append(str(error)))
    seen.page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    lon, lat = CENTRE
    seen.page.goto(f"{served}/#17/{lat}/{lon}", wait_until="networkidle", timeout=60_000)
    seen.page.locator("#map[data-map=ready]").wait_for(timeout=90_000)  # the first tile of ways waits for the engine
    yield seen
    context.close()
    assert seen.failures == []
    assert seen.hosts == {own}


def _make_features() -> None:
    lon, lat = CENTRE
    common = {"synthetic": True, "source": "test"}

    def point(east: float, north: float) -> Point:
        return Point(lon + east, lat + north, srid=4326)

    AdministrativeUnit.objects.create(
        ref="u", code="99001", name="Phường Thử", level=3, valid_from=date(2025, 7, 1),
        geom=MultiPolygon(Polygon.from_bbox((lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02)), srid=4326), **common,
    )  # fmt: skip
    Hydrant.objects.create(ref="near", name=HTML_NAME, geom=point(0.001, 0), status="working", **common)
    Hydrant.objects.create(
        ref="far", name="Trụ xa", geom=point(-0.002, 0.0005), status="working", flow_lps=18.0,
        flow_measured_on=date(2026, 5, 4), **common,
    )  # fmt: skip
    Hydrant.objects.create(ref="broken", name="Trụ hỏng", geom=point(0.0004, 0.0003), status="faulty", **common)
    IntakePoint.objects.create(ref="berth", name="Bến hồ", kind="berth", geom=point(0.003, -0.001), **common)
    lake = MultiPolygon(Polygon.from_bbox((lon + 0.003, lat - 0.0015, lon + 0.004, lat - 0.0008)), srid=4326)
    WaterBody.objects.create(ref="lake", name="Hồ Thử", kind="lake", geom=lake, **common)
    FireStation.objects.create(ref="station", name="Đội Thử", geom=point(-0.003, 0.0015), **common)
    Facility.objects.create(
        ref="facility", name="Nhà trọ Thử", pilot_class="lodging", geom=point(-0.001, -0.001), **common
    )
    Building.objects.create(ref="house", address="Số 5, ngõ 29/70", geom=point(0, 0.0001), **common)
    Road.objects.create(
        ref="way/1/0", name="Ngõ Thử", highway="residential", start_node=1, end_node=2, clear_width_m=4.0,
        clear_width_evidence="surveyed", **common,
        geom=LineString((lon - 0.003, lat - 0.0006), (lon + 0.003, lat - 0.0006), srid=4326),
    )  # fmt: skip
    AccessRestriction.objects.create(
        ref="gate", kind="gate", name="Cổng Thử", clear_width_m=2.2, evidence="surveyed", observed_on=date(2026, 5, 4),
        road_ref="way/1/0", road_fraction=0.5, geom=point(0, -0.0006), **common,
    )  # fmt: skip
    Vehicle.objects.create(
        code="test-engine",
        name="Xe thử",
        kind="engine",
        width_m=2.5,
        height_m=3.4,
        length_m=8.0,
        gross_weight_t=16.0,
        sort_order=0,
    )
