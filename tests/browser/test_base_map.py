"""The base map as it is painted: what a dispatcher sees without colours, from afar, at night and on bad days."""

import math
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from gis_core.registry import layer_registry
from layers.tile_grid import EXTENT, tile_at
from routes.tiles.mvt import LINE, POINT, Drawn, layer
from tests.browser.conftest import CENTRE, Watched
from tests.browser.test_map_page import edit

pytestmark = pytest.mark.django_db

MVT = "application/vnd.mapbox-vector-tile"
VERDICTS = ("passable", "unknown", "blocked")
READY = "#map[data-map=ready]"

# A base map of the test's own, in the page, so that its methods can be called.
OWN_MAP = """async ([lat, lon, zoom, vehicle, night]) => {
    const { name } = performance.getEntriesByType("resource").find(({ name }) => /basemap[^/]*js$/.test(name));
    const { BaseMap } = await import(name);
    const div = document.createElement("div");
    Object.assign(div.style, { position: "fixed", inset: "0", width: "800px", height: "600px", zIndex: 9999 });
    div.id = "own";
    document.body.append(div);
    window.own = L.map(div, { fadeAnimation: false, zoomAnimation: false, zoomControl: false });
    own.setView([lat, lon], zoom);
    window.base = new BaseMap(own, { vehicle, night });
}"""
# Brightness of the painted pixels along a row of the map, -1 where nothing is painted.
ROW = """([y, from, to]) => {
    const origin = document.getElementById("own").getBoundingClientRect();
    return Array.from({ length: to - from }, (_, i) => {
        const [px, py] = [origin.left + from + i + 0.5, origin.top + y + 0.5];
        for (const canvas of document.querySelectorAll("#own canvas.leaflet-tile")) {
            const box = canvas.getBoundingClientRect();
            if (px < box.left || px >= box.right || py < box.top || py >= box.bottom || !canvas.width) continue;
            const scale = canvas.width / box.width;
            const at = [px - box.left, py - box.top].map((place) => place * scale);
            const [r, g, b] = canvas.getContext("2d").getImageData(...at, 1, 1).data;
            return 0.3 * r + 0.6 * g + 0.1 * b;
        }
        return -1;
    });
}"""


def own_map(page: Page, zoom: int = 17, *, vehicle: str = "test-engine", night: bool = False) -> None:
    page.evaluate(OWN_MAP, [CENTRE[1], CENTRE[0], zoom, vehicle, night])
    expect(page.locator("#own")).to_have_attribute("data-map", "ready")


def lines(route: Route, *, verdicts=VERDICTS, **tags) -> None:
    """Answer with three roads from the west to the east of every tile, a verdict each."""
    ys = [EXTENT * (0.3 + 0.2 * i) for i in range(len(verdicts))]
    xy = np.array([[x, y] for y in ys for x in (-64.0, EXTENT + 64.0)])
    shapes = Drawn(LINE, np.arange(len(ys)), 2 * np.arange(len(ys) + 1), xy)
    named = [{"highway": "residential", **tags, "verdict": verdict} for verdict in verdicts]
    route.fulfill(body=layer("ways", shapes, named, EXTENT), content_type=MVT)


def rows_of_lines(zoom: int = 17) -> list[int]:
    """Where these roads lie on the map of the test, in pixels from its top: those of the tile in its middle."""
    lon, lat = CENTRE
    z = zoom - 1
    exact = (0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**z
    tile = tile_at(lon, lat, z)
    return [round(300 + (tile.y + 0.3 + 0.2 * i - exact) * 512) for i in range(3)]


def changes(brightness: list[float]) -> int:
    """How often a row goes from dark to bright or back."""
    dark = np.array(brightness) < (min(brightness) + max(brightness)) / 2
    return int(np.count_nonzero(dark[1:] != dark[:-1]))


def test_the_three_verdicts_are_told_apart_without_any_colour(watched: Watched):
    page = watched.page
    page.route("**/tiles/ways/**", lines)
    own_map(page)
    seen = {}
    for verdict, y in zip(VERDICTS, rows_of_lines(), strict=True):
        if 0 < y < 600:
            seen[verdict] = page.evaluate(ROW, [y, 350, 650])
    assert len(seen) >= 2, "the tile in the middle shows at least two of its roads"
    counted = {verdict: changes(row) for verdict, row in seen.items() if max(row) - min(row) > 30}
    assert "passable" not in counted or counted["passable"] <= 2, "a whole line"
    if "unknown" in counted and "blocked" in counted:
        assert 10 < counted["unknown"] < counted["blocked"] / 1.5, "dashes, and many more bars"


@pytest.mark.parametrize("night", [False, True])
def test_each_verdict_stands_out_from_the_road(watched: Watched, night):
    page = watched.page
    page.route("**/tiles/ways/**", lines)
    own_map(page, night=night)
    ink = page.evaluate("base.palette")
    assert len({ink[verdict] for verdict in VERDICTS}) == 3
    found = page.evaluate(
        """(colours) => {
            const counts = Object.fromEntries(colours.map((colour) => [colour, 0]));
            for (const canvas of document.querySelectorAll("#own canvas.leaflet-tile")) {
                if (!canvas.width) continue;
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                for (let i = 0; i < data.length; i += 4) {
                    const hex = "#" + [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, "0")).join("");
                    if (hex in counts) counts[hex] += 1;
                }
            }
            return counts;
        }""",
        [ink[verdict] for verdict in VERDICTS],
    )
    assert all(count > 100 for count in found.values()), found


def test_while_nobody_can_check_no_road_is_passable(watched: Watched):
    page = watched.page
    page.route("**/tiles/ways/**", partial(lines, verdicts=("passable",)))
    own_map(page)
    y = rows_of_lines()[0] if 0 < rows_of_lines()[0] < 600 else rows_of_lines()[0] + 512
    assert changes(page.evaluate(ROW, [y % 600, 350, 650])) <= 2
    page.unroute("**/tiles/ways/**")
    page.route("**/tiles/ways/**", lambda route: route.abort())
    page.evaluate("base.lookAgain()")
    expect(page.locator("#own")).to_have_attribute("data-map", "ready")
    assert page.evaluate("base.stale") is True
    assert changes(page.evaluate(ROW, [y % 600, 350, 650])) > 10, "dashes"
    page.unroute("**/tiles/ways/**")
    page.evaluate("base.lookAgain()")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("base.stale") is False
    watched.forgive()  # the browser notes each request that was cut off


def test_a_tile_asked_for_before_an_edit_is_not_kept_after_it(watched: Watched):
    page, waiting = watched.page, []
    own_map(page)

    def late(route: Route) -> None:
        if waiting:
            lines(route, verdicts=("blocked",))
        else:
            waiting.append(route)

    page.route("**/tiles/ways/**", late)
    page.evaluate("own.setView([21.01, 105.85], 17)")
    page.wait_for_timeout(300)
    page.evaluate("base.refresh()")  # somebody edited meanwhile
    page.wait_for_timeout(300)
    lines(waiting[0], verdicts=("passable",))  # the old answer arrives at last
    expect(page.locator("#own")).to_have_attribute("data-map", "ready")
    kept = page.evaluate(
        "[...base.views.ways.tileCache.cache.values()].flatMap(({ data }) => data.get('ways') ?? [])"
        ".map((f) => f.props.verdict)"
    )
    assert kept
    assert set(kept) == {"blocked"}


def test_another_vehicle_asks_for_other_roads_and_the_same_ground(watched: Watched):
    page, asked = watched.page, []
    own_map(page)
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(lambda request: "/tiles/" in request.url):
        page.evaluate("base.setVehicle('motorcycle')")
    page.wait_for_load_state("networkidle")
    tiles = [url for url in asked if "/tiles/" in url]
    assert tiles
    assert all("/tiles/ways/" in url and "vehicle=motorcycle" in url for url in tiles)


def test_after_an_edit_the_map_shows_the_new_state_when_told(watched: Watched):
    page = watched.page
    own_map(page)
    verdicts = (
        "[...base.views.ways.tileCache.cache.values()].flatMap(({ data }) => data.get('stops') ?? [])"
        ".map((f) => f.props.verdict)"
    )
    assert "blocked" in page.evaluate(verdicts)  # the gate of 2.2 m
    try:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 4 WHERE ref = 'gate'")
        page.evaluate("base.refresh()")
        expect(page.locator("#own")).to_have_attribute("data-map", "ready")
        page.wait_for_load_state("networkidle")
        assert "blocked" not in page.evaluate(verdicts)
    finally:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 2.2 WHERE ref = 'gate'")
    page.evaluate("base.lookAgain()")  # and by itself, once a minute
    page.wait_for_load_state("networkidle")
    expect(page.locator("#own")).to_have_attribute("data-map", "ready")
    assert "blocked" in page.evaluate(verdicts)


def test_from_afar_hydrants_are_counted_under_the_symbol_of_the_worst(watched: Watched):
    page = watched.page
    own_map(page, 12)
    counts = page.evaluate(
        "[...base.views.ground.tileCache.cache.values()].flatMap(({ data }) => data.get('hydrants') ?? [])"
        ".map(({ props }) => props)"
    )
    (all_three,) = [props for props in counts if props["count"] == 3]
    assert all_three["status"] == "faulty"
    assert (all_three["status_working"], all_three["status_faulty"]) == (2, 1)
    assert page.evaluate("base.countIn(base.layers.find(({ id }) => id === 'hydrants')).count") == 3


def test_a_click_on_a_count_comes_nearer(watched: Watched):
    page = watched.page
    lon, lat = CENTRE
    page.goto(f"{page.url.split('#')[0]}#12/{lat}/{lon}")
    page.reload(wait_until="networkidle")
    expect(page.locator(READY)).to_be_visible()
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".leaflet-popup")).to_have_count(0)


def test_a_place_without_tiles_is_empty_ground_and_no_failure(watched: Watched):
    page = watched.page
    page.evaluate(OWN_MAP, [0.0, 0.0, 17, "test-engine", False])
    expect(page.locator("#own")).to_have_attribute("data-map", "ready")
    assert page.evaluate("base.state") == "ready"


def test_a_stop_is_a_bar_across_the_road(watched: Watched):
    page = watched.page

    def stop(route: Route) -> None:
        shapes = Drawn(POINT, np.array([0]), np.array([0, 1]), np.array([[EXTENT / 2, EXTENT / 2]]))
        tags = [{"verdict": "blocked", "kind": "gate", "angle_deg": 0}]
        route.fulfill(body=layer("stops", shapes, tags, EXTENT), content_type=MVT)

    page.route("**/tiles/ways/**", stop)
    own_map(page)
    assert page.evaluate("[...base.views.ways.tileCache.cache.values()].some(({ data }) => data.has('stops'))")


def test_what_is_switched_off_is_not_asked_for(watched):
    asked = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.page.reload()
    watched.page.locator(READY).wait_for(timeout=90_000)
    tiles = [url.split("/tiles/")[1].split("/")[0].split(",") for url in asked if "/tiles/" in url]
    off = {layer.id for layer in layer_registry if not layer.style.shown}
    assert off
    assert len(tiles) > 1
    assert [off & set(each) for each in tiles if off & set(each)] == []


def test_roads_are_asked_for_once_and_for_the_vehicle_from_the_first_tile_on(watched):
    asked = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.page.reload()
    watched.page.locator(READY).wait_for(timeout=90_000)
    roads = [url for url in asked if "/tiles/ways/" in url]
    assert roads
    assert len(set(roads)) == len(roads)
    assert all("vehicle=" in url for url in roads)
    assert [url for url in asked if "/api/vehicles" in url] == []
