"""The map as a dispatcher meets it: in a browser, with real answers."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import CENTRE, HTML_NAME, Watched

pytestmark = pytest.mark.django_db  # the test database, not the one in use


COUNT_RED = """() => {
    let count = 0;
    for (const canvas of document.querySelectorAll(".leaflet-tile-pane canvas")) {
        if (!canvas.width) continue;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
            if (data[i] === 0xdc && data[i + 1] === 0x26 && data[i + 2] === 0x26) count += 1;
        }
    }
    return count;
}"""


UNKNOWN_GROUND = "rgb(255, 247, 237)"


def at(watched: Watched, east: float, north: float) -> tuple[float, float]:
    """Where a place lies on the screen, offsets in degrees from the centre, at zoom 17."""
    box = watched.page.locator("#map").bounding_box()
    per_degree = 256 * 2**17 / 360
    x, y = box["width"] / 2 + east * per_degree, box["height"] / 2 - north * per_degree / 0.9336  # 1 / cos(21°)
    return box["x"] + x, box["y"] + y


def click(watched: Watched, east: float, north: float) -> None:
    watched.page.mouse.click(*at(watched, east, north))


def fulfil(answer: dict[str, object], route: Route) -> None:
    route.fulfill(json=answer)


def test_the_page_opens_in_vietnamese_and_asks_no_other_host(watched, served):
    page = watched.page
    assert page.locator("html").get_attribute("lang") == "vi"
    expect(page.get_by_role("combobox")).to_have_attribute("placeholder", "Địa chỉ, ngõ, số trụ nước, tọa độ")
    expect(page.locator("#demo")).to_have_text("Dữ liệu hư cấu (demo)")
    assert page.locator("#layer-list > li").count() == 15  # the roads, and fourteen layers beside them
    assert watched.hosts == {served.split("/")[2]}


def test_the_language_can_be_changed_and_stays(watched):
    page = watched.page
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("combobox")).to_have_attribute("placeholder", re.compile("Address"))


def test_switching_a_layer_off_takes_its_features_off_the_map(watched):
    page = watched.page

    def colours() -> int:
        return page.evaluate(COUNT_RED)

    assert colours() > 20  # the red cross of the broken hydrant
    page.get_by_label("Trụ nước chữa cháy").first.uncheck()
    expect(page.locator("#map[data-map=ready]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#map[data-map=ready]")).to_be_visible()
    assert colours() == 0


def test_a_name_that_is_markup_is_shown_as_text(watched):
    page = watched.page
    click(watched, 0.001, 0)
    expect(page.locator(".leaflet-popup h2")).to_have_text(HTML_NAME)
    page.locator(".leaflet-popup .primary").click()
    expect(page.locator("#place-name")).to_have_text(HTML_NAME)
    expect(page.locator("#waters strong", has_text="<img src=x").first).to_have_text(HTML_NAME)
    assert page.title() != "broken"
    assert page.locator(".leaflet-popup img, .panel img").count() == 0


def test_a_popup_says_that_a_feature_is_invented_and_what_nobody_measured(watched):
    page = watched.page
    click(watched, 0.001, 0)
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("Hư cấu")
    expect(popup.locator("tr", has_text="Lưu lượng")).to_contain_text("chưa rõ")


def test_what_lies_at_a_chosen_place_can_be_read(watched):
    page = watched.page
    click(watched, -0.002, -0.0006)
    page.locator("#beneath summary").click()
    expect(page.locator("#beneath")).to_contain_text("Ngõ Thử")
    expect(page.locator("#beneath")).to_contain_text("4 m")


def test_what_lies_beneath_is_told_also_when_the_plan_came_first_and_moved_the_view(watched):
    page, held = watched.page, []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/collections/roads/items\?bbox="), hold)
    click(watched, -0.002, -0.0006)
    expect(page).to_have_url(re.compile("#18/"))  # the view was fitted to the plan
    held.pop().continue_()
    page.locator("#beneath summary").click()
    expect(page.locator("#beneath")).to_contain_text("Ngõ Thử")


def test_a_drawn_way_gets_its_verdict_with_the_gate_that_stops_the_engine(watched):
    page = watched.page
    expect(page.locator(".matrix button").first).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("w")
    click(watched, -0.002, -0.0006)
    click(watched, 0.0012, -0.0006)
    page.get_by_role("button", name="Kiểm tra đường này").click()
    expect(page.locator(".verdict")).to_have_class(re.compile("blocked"))
    gate = page.locator(".findings > li", has_text="Cổng Thử").first
    expect(gate).to_contain_text("2,7 m")
    expect(gate).to_contain_text("2,2 m")
    assert page.locator("#map .mark.finding.blocked").count() >= 1


def test_a_way_is_drawn_taken_back_and_begun_again_by_keys(watched):
    page = watched.page
    page.keyboard.press("w")
    for east in (-0.002, 0, 0.002):
        click(watched, east, -0.0012)
    expect(page.locator("#drawn")).to_contain_text("3 điểm")
    page.locator("#map").focus()
    page.keyboard.press("Backspace")
    expect(page.locator("#drawn")).to_contain_text("2 điểm")
    page.keyboard.press("Escape")
    expect(page.locator("#drawn")).to_have_text("")


def test_a_map_that_fails_to_load_says_so_and_can_be_tried_again(watched):
    page = watched.page
    page.route("**/tiles/*hydrants*/**", lambda route: route.fulfill(status=503, json={"title": "Kho dữ liệu"}))
    page.locator("#map").focus()
    page.keyboard.press("-")  # a wider view needs more than was loaded
    notice = page.locator(".notice.failed")
    expect(notice).to_contain_text("có thể")
    page.unroute("**/tiles/*hydrants*/**")
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)
    watched.forgive()


def test_on_a_phone_the_answer_is_in_view_and_nothing_runs_over_the_edge(watched):
    page = watched.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    click(watched, 0.0002, 0.0005)
    expect(page.locator("#plan .verdict")).to_be_in_viewport(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_view_can_be_shared_by_its_address(watched):
    assert watched.page.url.endswith(f"#17/{CENTRE[1]}/{CENTRE[0]}")  # the fixture opened it there
    watched.page.locator("#map").focus()
    watched.page.keyboard.press("+")
    expect(watched.page).to_have_url(re.compile("#18/"))


def edit(statement: str) -> None:
    """Edit as somebody else: committed, on a connection that is not the test's."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()


def test_the_way_in_is_drawn_and_renews_itself_when_somebody_else_edits(watched):
    page = watched.page
    click(watched, 0.001, -0.0005)
    card = page.locator(".verdict")
    expect(card).to_contain_text("Cổng Thử", timeout=60_000)  # the first question waits for the engine
    expect(card).to_contain_text("Dừng trước nơi cần đến")
    assert page.locator("#map .mark.stop").count() == 1
    try:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 4 WHERE ref = 'gate'")
        expect(card).to_contain_text("Xe vào được tới nơi")
        expect(page.locator(".news")).to_contain_text("phương án mới")
    finally:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 2.2 WHERE ref = 'gate'")
    expect(card).to_contain_text("Dừng trước nơi cần đến")


def test_another_vehicle_gets_another_plan(watched):
    page = watched.page
    click(watched, 0.001, -0.0005)
    expect(page.locator(".verdict")).to_contain_text("Dừng trước nơi cần đến", timeout=60_000)
    page.locator(".matrix button", has_text="Mô tô").click()
    expect(page.locator(".verdict")).to_contain_text("Xe vào được tới nơi")
    expect(page.locator(".matrix .chosen")).to_contain_text("Mô tô")


def plan(watched: Watched) -> Locator:
    """Ask for a way in past the gate, and give the card of the plan."""
    click(watched, 0.001, -0.0005)
    card = watched.page.locator(".verdict")
    expect(card).to_contain_text("Cổng Thử", timeout=60_000)
    return card


@pytest.fixture
def sure(watched: Watched) -> Iterator[Locator]:
    """The card of a plan of which nothing is unknown: people pass the gate."""
    edit("UPDATE routes_accessrestriction SET passable_on_foot = 'yes' WHERE ref = 'gate'")
    card = plan(watched)
    expect(card.locator(".sign")).to_have_text("■")
    yield card
    edit("UPDATE routes_accessrestriction SET passable_on_foot = 'unknown' WHERE ref = 'gate'")


def expect_unknown(card: Locator) -> None:
    expect(card.locator(".sign")).to_have_text("?")
    expect(card).to_have_css("background-color", UNKNOWN_GROUND)


def test_a_stop_that_is_sure_and_one_that_is_not_look_apart(sure):
    expect(sure).not_to_have_css("background-color", UNKNOWN_GROUND)
    edit("UPDATE routes_accessrestriction SET passable_on_foot = 'unknown' WHERE ref = 'gate'")
    expect_unknown(sure)


def test_an_answer_without_a_verdict_is_not_shown_as_passable(watched):
    page = watched.page

    def without(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "verdict": None, "outcome": "door"})

    page.route("**/api/approach*", without)
    click(watched, 0.001, -0.0005)
    expect_unknown(page.locator(".verdict"))


def test_doubts_stand_under_the_card_and_too_little_hose_in_the_matrix(watched):
    page = watched.page
    plan(watched)
    expect(page.locator(".doubts")).to_contain_text("Chưa ai biết người kéo vòi có qua được không: Cổng Thử")
    expect(page.locator(".doubts")).to_contain_text("Chưa ai ghi xe mang theo bao nhiêu vòi")
    row = page.locator(".matrix tr", has_text="Xe thử")
    expect(row).to_contain_text("(7)*")
    expect(page.locator("#vehicles > .fine")).to_contain_text("Chưa ai ghi xe này mang bao nhiêu vòi")
    try:
        edit("UPDATE routes_vehicle SET hose_m = 20 WHERE code = 'test-engine'")
        expect(page.locator(".doubts")).to_contain_text("Xe chỉ mang 20 m vòi")
        expect(row.locator(".short")).to_be_visible()
    finally:
        edit("UPDATE routes_vehicle SET hose_m = NULL WHERE code = 'test-engine'")


def test_a_plan_says_since_when_nobody_could_check_it(watched, sure):
    page = watched.page
    page.route("**/api/network", lambda route: route.abort())
    expect(page.locator("#connection")).to_contain_text("có thể đã cũ")
    expect(sure).to_contain_text("Cổng Thử")
    expect_unknown(sure)
    page.unroute("**/api/network")
    expect(page.locator("#connection")).to_have_count(0)
    expect(sure.locator(".sign")).to_have_text("■")
    watched.forgive()  # the browser complains of each request that was cut off


def test_a_plan_is_unsure_while_the_server_cannot_see_the_latest_edits(watched, sure):
    page = watched.page

    def stale(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "stale": True})

    page.route("**/api/network", stale)
    expect(page.locator("#connection")).to_contain_text("có thể đã cũ")
    expect_unknown(sure)
    page.unroute("**/api/network")
    expect(sure.locator(".sign")).to_have_text("■")


def test_a_plan_that_could_not_be_renewed_is_an_old_one_until_it_is(watched, sure):
    page = watched.page
    page.route("**/api/approach*", lambda route: route.abort())
    try:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 4 WHERE ref = 'gate'")
        expect(page.locator("#connection")).to_contain_text("có thể đã cũ")
        expect_unknown(sure)
        page.unroute("**/api/approach*")
        expect(sure).to_contain_text("Xe vào được tới nơi")
    finally:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 2.2 WHERE ref = 'gate'")
    watched.forgive()


def test_a_plan_made_while_roads_wait_to_be_built_in_says_so_and_is_asked_for_again(watched):
    page, asked = watched.page, []

    def waiting(route: Route) -> None:
        asked.append(route.request.url.split("/api/")[1].split("?")[0])
        route.fulfill(json={**route.fetch().json(), "rebuilding": True})

    for address in ("**/api/approach*", "**/api/network"):
        page.route(address, waiting)
    plan(watched)
    expect(page.locator("#rebuilding")).to_contain_text("tự hỏi lại")
    for _ in range(2):  # while they wait nothing is asked for
        page.wait_for_event("requestfinished", lambda request: request.url.endswith("/api/network"))
    assert asked.count("approach") == 1
    page.unroute("**/api/approach*")
    page.unroute("**/api/network")  # the same versions, and nothing waits any more
    expect(page.locator("#rebuilding")).to_have_count(0)
    expect(page.locator(".news")).to_contain_text("phương án mới")


def test_a_road_that_somebody_draws_is_driven_on_as_soon_as_it_is_built_in(watched):
    lon, lat = CENTRE
    round_the_gate = f"{lon - 0.003} {lat - 0.0006}, {lon} {lat - 0.002}, {lon + 0.003} {lat - 0.0006}"
    card = plan(watched)
    expect(card).to_contain_text("Dừng trước nơi cần đến")
    try:
        edit(
            "INSERT INTO routes_road (ref, highway, start_node, end_node, clear_width_m, clear_width_evidence, geom) "
            f"VALUES ('way/2/0', 'residential', 1, 2, 4, 'surveyed', 'SRID=4326;LINESTRING({round_the_gate})')"
        )
        expect(card).to_contain_text("Xe vào được tới nơi", timeout=20_000)  # two looks, and the rebuild between
        expect(watched.page.locator("#rebuilding")).to_have_count(0)
    finally:
        edit("DELETE FROM routes_road WHERE ref = 'way/2/0'")
    expect(card).to_contain_text("Dừng trước nơi cần đến", timeout=20_000)


def test_what_stops_the_truck_and_where_it_stops_can_both_be_seen(watched, sure):
    # The truck comes from the west; the map may still be on its way to the plan.
    watched.page.wait_for_function("""() => {
        const box = (kind) => document.querySelector(`#map .mark.${kind} span`).getBoundingClientRect();
        return box("stop").right < box("finding.blocked").left;
    }""")


def test_the_plan_renews_itself_when_somebody_edits_the_water(watched):
    page, _ = watched.page, plan(watched)
    water = page.locator("#plan section", has_text="Nước cho chỗ dừng này")
    try:
        edit(
            f"UPDATE hydrants_hydrant SET geom = ST_Point({CENTRE[0]} - 0.001, {CENTRE[1]} - 0.0006) WHERE ref = 'far'"
        )
        expect(page.locator(".news")).to_contain_text("phương án mới")
        expect(water).to_contain_text("Trụ xa")
    finally:
        edit(
            f"UPDATE hydrants_hydrant SET geom = ST_Point({CENTRE[0]} - 0.002, {CENTRE[1]} + 0.0005) WHERE ref = 'far'"
        )


def test_water_that_is_not_surely_reached_looks_like_it(watched):
    page, _ = watched.page, plan(watched)  # the usable hydrants are far from the road
    water = page.locator("#plan section", has_text="Nước cho chỗ dừng này")
    expect(water.locator(".finding.unknown")).to_have_text("W")
    expect(water).to_contain_text("Chưa ai biết có tới được nguồn này không")
    expect(page.locator("#map .mark.finding.unknown", has_text="W")).to_have_count(1)
