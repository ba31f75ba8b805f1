"""A planner's work in the browser: a plan beside today, what to remove, what is missed most, where to build."""

import csv
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.roles import Role
from layers.models import Building, FireStation
from routes.assumptions import ensure_assumptions
from routes.models import AccessRestriction, Vehicle
from routes.siting.models import Scenario
from routes.vehicle_profiles import ensure_profiles
from tests.browser.conftest import HTML_NAME, Watched
from tests.browser.fakes import STREAM, change, hello
from tests.browser.test_field_page import elsewhere, signed_in
from tests.browser.test_page_looks import SMALL_TARGETS, violations
from tests.live import live_server
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

RAW_KEY = re.compile(r"\b(ask|build|compare|critical|house|kind|plan|remove|source|take|tool|wards)\.[a-z_]")
PASSWORD = "nguoi-lap-ke-hoach-29"
WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0, "highway": "primary"}
STREET = Sketch(
    """
    A..............B..............C..............D
                                  .
                                  .
                                  .
                                  .
                                  E
    """,
    cell_m=33.4,
)


def point(place: str, shift_m: tuple[float, float] = (0.0, 0.0)) -> str:
    return "SRID=4326;POINT({} {})".format(*STREET.point(place, shift_m=shift_m))


def make_street() -> None:
    """A street of 1,500 m over two wards with water at one end; a lane behind a wall, and a home that has its name."""
    lon, lat = STREET.point("B", shift_m=(200, 0))
    for code, name, west, east in (("00001", "Phường Tây", lon - 0.02, lon), ("00002", "Phường Đông", lon, lon + 0.02)):
        AdministrativeUnit.objects.create(
            ref=f"ward/{code}", code=code, name=name, level=3, valid_from=date(2025, 7, 1),
            geom=MultiPolygon(Polygon.from_bbox((west, lat - 0.01, east, lat + 0.01)), srid=4326),
        )  # fmt: skip
    ensure_profiles()
    ensure_assumptions()
    for path in ("AB", "BC", "CD", "CE"):
        STREET.road(path, name=f"Phố {path}", **WIDE)
    FireStation.objects.create(ref="station/1", name="Đội 1", geom=point("A"))
    today = timezone.localdate()
    STREET.hydrant("A", name="Trụ A", flow_lps=30, status_on=today, verified_on=today, last_inspected_on=today)
    for place, households in (("A", 2), ("D", 4), ("E", 3)):
        Building.objects.create(
            ref=f"home/{place}", geom=point(place, (0, 3)), use="home", storeys=2, households=households, people=9
        )
    STREET.restriction(
        "C", on="CE", kind="fence", blocks_vehicles="yes", passable_on_foot="no", shift_m=(0, -50), ref="wall/1",
        name=HTML_NAME,
    )  # fmt: skip


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """Serve the street, with a planner and a dispatcher."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
    with django_db_blocker.unblock(), live_server(make_street) as url:
        users = []
        for name, role in (("ke-hoach", Role.PLANNER), ("truc-ban", Role.DISPATCHER)):
            users.append(get_user_model().objects.create_user(name, password=PASSWORD))
            RoleGrant.objects.create(user=users[-1], role=role)
        yield url
        for user in users:
            user.delete()


@pytest.fixture
def desk(browser: Browser, served: str) -> Iterator[Watched]:
    """The page at a desk, asked by nobody in particular; a test fails on whatever it complained about."""
    elsewhere(lambda: Scenario.objects.all().delete())
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US", accept_downloads=True)
    yield from watch_plans(context, served)
    elsewhere(lambda: Scenario.objects.all().delete())


def watch_plans(context: BrowserContext, served: str) -> Iterator[Watched]:
    own = served.split("/")[2]
    context.add_init_script(STREAM)
    context.route(lambda url: url.split("/")[2] != own, lambda route: route.abort())
    seen = Watched(context.new_page())
    seen.page.set_default_timeout(15_000)
    seen.page.on("console", lambda message: message.type == "error" and seen.failures.append(message.text))
    seen.page.on("pageerror", lambda error: seen.failures.append(str(error)))
    seen.page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    seen.page.goto(f"{served}/plans", wait_until="networkidle", timeout=60_000)
    seen.page.locator("#map[data-map=ready]").wait_for(timeout=90_000)  # the first tile of ways waits for the engine
    yield seen
    context.close()
    assert seen.failures == []
    assert seen.hosts <= {own, ""}  # a file that the page makes itself comes from nowhere


def stored(**more: Any) -> int:
    """Store a plan as its planner would, by the API."""
    source = {"kind": "hydrant", "place": list(STREET.point("D")), "flow_lps": 30}

    def send() -> int:
        client = Client()
        client.force_login(get_user_model().objects.get(username="ke-hoach"))
        body = {"name": "Ngõ 29", "sources": [source], **more}
        response = client.post("/api/scenarios", json.dumps(body), "application/json")
        assert response.status_code == 201, response.content
        return response.json()["scenario"]["id"]

    return elsewhere(send)


def opened(desk: Watched, served: str, number: int, name: str = "ke-hoach") -> Page:
    """Open a stored plan by its address and wait for its comparison."""
    desk.page.goto(f"{served}/plans#plan={number}")
    page = signed_in(desk, served, name)
    expect(page.locator("#compare-title")).to_be_visible()
    return page


def figure(page: Page, coverage: str) -> list[str]:
    return page.locator(f"[data-table=figures] [data-class={coverage}] td").all_inner_texts()


def look_at(page: Page, place: str, shift_m: tuple[float, float] = (0.0, 0.0)) -> None:
    """Bring a place into the middle of the map, as the address of the page can."""
    lon, lat = STREET.point(place, shift_m=shift_m)
    page.evaluate(
        """place => {
          const said = new URLSearchParams(window.location.hash.slice(1));
          said.set("map", place);
          window.location.hash = said;
        }""",
        f"18/{lat}/{lon}",
    )
    page.wait_for_timeout(200)  # the map asks for its tiles a moment after it moved
    page.locator("#map[data-map=ready]").wait_for()


def new_plan(page: Page, name: str = "Bể cuối phố") -> None:
    page.locator("#plans").select_option("new")
    page.get_by_label("Tên kịch bản").fill(name)


def click_at(page: Page, tool: str, place: str, shift_m: tuple[float, float] = (0.0, 0.0)) -> None:
    look_at(page, place, shift_m)
    page.locator(f"[data-key=tool-{tool}]").check()
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def planner(desk: Watched, served: str) -> Page:
    return signed_in(desk, served, "ke-hoach")


# A plan beside today --------------------------------------------------------------------------------------------------


def test_a_planner_builds_and_removes_on_the_map_and_sees_what_becomes_covered(desk, served):
    page = planner(desk, served)
    before = elsewhere(lambda: list(AccessRestriction.objects.values()))
    new_plan(page)
    click_at(page, "hydrant", "D")
    expect(page.locator("#plan-form .parts li")).to_have_count(1)
    expect(page.locator("#plan-state")).to_contain_text("Chưa lưu")
    page.get_by_label("Lưu lượng, L/s").fill("30")
    click_at(page, "remove", "C", (0, -50))
    expect(page.locator("#plan-form .taken li")).to_contain_text(HTML_NAME)  # a name that is markup is text
    expect(page.locator(".mark.taken")).to_have_count(1)
    page.get_by_role("button", name="Lưu và so với hôm nay").click()

    expect(page.locator("#compare-title")).to_be_focused()
    expect(page.locator("#comparison .sentence")).to_contain_text("Nhà có đủ nước: 2 thay vì 1")
    assert figure(page, "covered") == ["2", "6", "+4"]
    page.get_by_label("Đếm theo").select_option("buildings")
    assert figure(page, "covered") == ["1", "2", "+1"]
    expect(page.locator("tr[data-ward='00002'] td").first).to_have_text("+1")
    expect(page.locator("tr[data-ward='00001'] td").first).to_have_text("0")
    expect(page.locator("path.ward.more")).to_have_count(1)
    expect(page.locator("path.ward.same")).to_have_count(1)
    expect(page.locator(".changed-house.better")).to_have_count(1)
    plan = elsewhere(lambda: Scenario.objects.get(name="Bể cuối phố"))
    assert elsewhere(lambda: [part.restriction_ref for part in plan.removals.all()]) == ["wall/1"]
    assert elsewhere(lambda: [(part.kind, part.flow_lps) for part in plan.sources.all()]) == [("hydrant", 30)]
    assert elsewhere(lambda: list(AccessRestriction.objects.values())) == before


def test_the_map_shows_shares_with_patterns_of_their_own(desk, served):
    page = opened(desk, served, stored())
    page.get_by_label("Bản đồ cho thấy").select_option("today")
    expect(page.locator("path.ward.most")).to_have_attribute("fill", "url(#ward-most)")  # all of the west
    expect(page.locator("path.ward.few")).to_have_attribute("fill", "url(#ward-few)")  # nothing of the east
    expect(page.locator(".ward-name strong")).to_have_text(["100 %", "0 %"])
    page.get_by_label("Bản đồ cho thấy").select_option("plan")
    expect(page.locator("path.ward.some")).to_have_count(1)  # 4 of 7 households of the east
    drawn = page.evaluate(
        "[...document.querySelectorAll('pattern')].map(({ innerHTML }) => innerHTML.replace(/\\s+/g, ' '))"
    )
    assert len(set(drawn)) == len(drawn)


def test_tables_are_sorted_by_keys_alone(desk, served):
    page = opened(desk, served, stored())
    wards = page.locator("[data-table=wards] tbody th")
    expect(wards).to_have_text(["Phường Đông", "Phường Tây"])  # what becomes covered, the most first
    head = page.locator("[data-table=wards] thead th").first
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Enter")  # the focus stayed
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(wards).to_have_text(["Phường Tây", "Phường Đông"])
    expect(page.locator("#said")).to_contain_text("Xếp theo Phường, xã")


def test_the_table_leaves_as_a_file_in_which_no_name_is_a_formula(desk, served):
    page = opened(desk, served, stored(name="=1+1"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Bảng dạng CSV").click()
    raw = Path(waiting.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert lines[0] == ["Kịch bản", "'=1+1"]
    (head,) = [line for line in lines if line[:2] == ["Mã", "Phường, xã"]]
    at = head.index("số hộ: đủ nước – hôm nay")
    (east,) = [line for line in lines if line[:1] == ["00002"]]
    assert east[at : at + 3] == ["0", "4", "4"]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Toàn bộ dạng GeoJSON").click()
    assert json.loads(Path(waiting.value.path()).read_text("utf-8"))["outcome"] == "compared"


def test_a_link_shows_the_plan_anew_and_says_when_it_was_edited_since(desk, served):
    number = stored()
    page = opened(desk, served, number)
    page.get_by_role("button", name="Chia sẻ").click()
    link = page.locator("#share-link").input_value()
    assert f"plan={number}&version=1" in link
    page.keyboard.press("Escape")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#compare-title")).to_be_visible()
    expect(page.locator("#plan-said")).to_be_empty()
    page.goto("about:blank")
    page.goto(link.replace("version=1", "version=7"))
    expect(page.locator("#plan-said")).to_contain_text("phiên bản 7")


# Nothing is lost ------------------------------------------------------------------------------------------------------


def test_a_plan_that_is_not_stored_outlives_the_page(desk, served):
    page = planner(desk, served)
    new_plan(page, "Chưa xong")
    click_at(page, "tank", "D")
    page.reload(wait_until="networkidle")
    expect(page.get_by_label("Tên kịch bản")).to_have_value("Chưa xong")
    expect(page.locator("#plan-form .parts li")).to_have_count(1)
    expect(page.locator("#plan-state")).to_contain_text("Chưa lưu")


def test_a_plan_that_somebody_else_edited_is_not_written_over_and_mine_is_kept(desk, served):
    number = stored()
    page = opened(desk, served, number)
    page.locator("#plan-parts").click()
    page.get_by_label("Ghi chú").fill("của tôi")
    expect(page.locator("#plan-state")).to_contain_text("Chưa lưu")  # told while it is typed
    expect(page.locator("#compare")).to_have_text("Lưu và so với hôm nay")
    expect(page.locator("#compare-doubts")).to_contain_text("của bản đã lưu")
    elsewhere(lambda: Scenario.objects.filter(pk=number).update(note="của người khác"))
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-said")).to_contain_text("Mọi thứ vẫn còn trong biểu mẫu")
    expect(page.get_by_label("Ghi chú")).to_have_value("của tôi")
    page.get_by_role("button", name="Giữ bản của tôi").click()
    page.get_by_label("Tên kịch bản").fill("Bản của tôi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-state")).to_contain_text("Đã lưu đúng như ở đây")
    notes = elsewhere(lambda: dict(Scenario.objects.values_list("name", "note")))
    assert notes == {"Ngõ 29": "của người khác", "Bản của tôi": "của tôi"}
    desk.forgive()  # the browser notes the 409


def test_what_the_service_refuses_is_said_and_stays_in_the_form(desk, served):
    page = signed_in(desk, served, "truc-ban")
    new_plan(page)
    click_at(page, "hydrant", "D", (0, -900))
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-said p")).not_to_be_empty()  # a dispatcher may not
    expect(page.locator("#plan-form .parts li")).to_have_count(1)
    page = planner(desk, served)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-said")).to_contain_text("không nằm trên đường nào")
    expect(page.locator("#plan-form .parts li")).to_have_count(1)
    assert elsewhere(Scenario.objects.count) == 0
    desk.forgive()  # the browser notes the 403 and the 422


def test_without_a_connection_the_plan_stays_and_the_page_says_so(desk, served):
    page = opened(desk, served, stored())
    page.locator("#plan-parts").click()
    page.get_by_label("Ghi chú").fill("dở dang")
    page.context.set_offline(True)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-said")).to_contain_text("Không ai trả lời")
    expect(page.locator("#connection-state")).to_have_attribute("data-state", "lost")
    expect(page.locator("#compare-doubts")).to_contain_text("không kiểm tra được")
    page.context.set_offline(False)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#plan-state")).to_contain_text("Đã lưu đúng như ở đây")
    desk.forgive()


def test_a_plan_is_deleted_when_its_planner_says_so_twice(desk, served):
    number = stored()
    page = opened(desk, served, number)
    page.locator("#plan-parts").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Xóa kịch bản").click()
    expect(page.locator("#plan-edit")).to_be_hidden()
    expect(page.locator("#comparison")).to_be_empty()
    assert elsewhere(Scenario.objects.count) == 0


# Who may, and when ----------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_reads_no_plan_and_asks_the_three_questions(desk):
    page = desk.page
    expect(page.locator("#sign-in-hint")).to_be_visible()
    page.get_by_role("tab", name="Thiếu thì hại nhất").click()
    page.locator("#critical").get_by_role("button", name="Tính").click()
    expect(page.locator("#critical-answer .sentence")).to_contain_text("Nếu Trụ A hỏng, 2 hộ")
    expect(page.locator("[data-table=critical] tbody tr")).to_have_count(1)
    expect(page.locator(".mark.critical")).to_have_count(1)


def test_a_dispatcher_reads_plans(desk, served):
    page = opened(desk, served, stored(), "truc-ban")
    assert figure(page, "covered") == ["2", "6", "+4"]


def test_a_computation_of_somebody_else_is_waited_for(desk, served):
    others = {"compute": True}

    def busy(route: Route) -> None:
        if not others["compute"]:
            return route.continue_()
        body = json.dumps({"title": "Đang tính việc khác", "detail": "Hỏi lại sau mười giây.", "status": 503})
        return route.fulfill(status=503, body=body, content_type="application/problem+json")

    desk.page.context.route("**/compare*", busy)
    desk.page.goto(f"{served}/plans#plan={stored()}")
    page = signed_in(desk, served, "ke-hoach")
    expect(page.locator("#comparison")).to_contain_text("trang này tự hỏi lại")
    others["compute"] = False
    expect(page.locator("#compare-title")).to_be_visible()
    desk.forgive()  # the browser notes the 503


def test_an_edit_while_it_is_computed_is_told_with_the_answer(desk, served):
    held: list[Route] = []
    number = stored()
    page = planner(desk, served)

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/compare*", hold)
    page.locator("#plans").select_option(str(number))
    expect(page.locator("#comparison .asking")).to_be_visible()
    hello(page)
    change(page, "hydrants", "Trụ A hỏng")
    expect(page.locator("#news-list")).to_contain_text("Trụ A hỏng")
    held[-1].continue_()
    expect(page.locator("#compare-doubts")).to_contain_text("Dữ liệu đã đổi")


def test_a_comparison_says_that_the_data_changed_since(desk, served):
    page = opened(desk, served, stored())
    hello(page)
    change(page, "hydrants", "Trụ A hỏng")
    expect(page.locator("#compare-doubts")).to_contain_text("Dữ liệu đã đổi")
    page.get_by_role("button", name="Tính lại").click()
    expect(page.locator("#compare-title")).to_be_visible()
    expect(page.locator("#compare-doubts")).to_be_empty()
    page.locator("#vehicle").select_option(index=1)
    expect(page.locator("#compare-doubts")).to_contain_text("xe khác")


# The three questions --------------------------------------------------------------------------------------------------


def test_the_best_removal_goes_into_a_plan(desk, served):
    page = planner(desk, served)
    page.get_by_role("tab", name="Dỡ vật cản nào").click()
    page.locator("#remove").get_by_role("button", name="Tính").click()
    expect(page.locator("[data-table=remove] tbody tr")).to_have_count(1)
    expect(page.locator("[data-figure=blocked]")).to_contain_text("3 hộ")
    page.locator("[data-key=take-1]").click()
    page.get_by_role("button", name="Tới kịch bản").click()
    expect(page.locator("#plan-form .taken li")).to_contain_text("wall/1")


def test_the_best_sites_come_with_their_bound_and_become_a_plan(desk, served):
    page = planner(desk, served)
    page.get_by_role("tab", name="Xây ở đâu").click()
    page.get_by_label("Bao nhiêu nguồn nước").fill("1")
    page.get_by_role("tab", name="Xây ở đâu").click()
    page.locator("#build").get_by_role("button", name="Tính").click()
    expect(page.locator("[data-figure=newly] dd")).to_have_text("4")
    expect(page.locator("[data-figure=most] dd")).to_have_text(re.compile("[4-7]"))
    expect(page.locator("[data-figure=gap] dd")).not_to_be_empty()
    expect(page.locator("[data-table=build] tbody tr")).to_have_count(1)
    page.locator("[data-key=checks-1] summary").click()
    expect(page.locator("[data-key=checks-1] li").first).to_be_visible()  # each rule with its clause
    page.get_by_role("button", name="Đưa tất cả vào kịch bản").click()
    page.get_by_role("button", name="Tới kịch bản").click()
    page.get_by_label("Tên kịch bản").fill("Nơi tốt nhất")
    page.get_by_label("Lưu lượng, L/s").fill("30")
    page.get_by_role("button", name="Lưu và so với hôm nay").click()
    expect(page.locator("#compare-title")).to_be_visible()
    assert figure(page, "covered") == ["2", "6", "+4"]


def test_tanks_that_give_enough_become_a_plan_with_what_they_must_hold(desk, served):
    page = signed_in(desk, served, "ke-hoach")
    page.get_by_role("tab", name="Xây ở đâu").click()
    page.get_by_label("Bao nhiêu nguồn").fill("1")
    page.get_by_label("Xây dọc đường").select_option("tank")
    page.get_by_label("Mỗi nguồn cho, L/s").fill("15")
    page.locator("#build-form").get_by_role("button", name="Tính").click()
    expect(page.locator("#build-answer .sentence")).to_contain_text("đủ nước cần thiết")
    page.get_by_role("button", name="Đưa tất cả vào kịch bản").click()
    page.get_by_role("button", name="Tới kịch bản").click()
    page.get_by_label("Tên kịch bản").fill("Bể giữa phố")
    given = page.locator("#plan-form .gives input")
    expect(given).to_have_count(3)
    assert [each.input_value() for each in given.all()] == ["54", "", "15"]
    page.get_by_label("Nước chảy vào, L/s").fill("0")
    page.get_by_role("button", name="Lưu và so với hôm nay").click()
    expect(page.locator("#compare-title")).to_be_focused()
    (part,) = elsewhere(lambda: list(Scenario.objects.get(name="Bể giữa phố").sources.all()))
    assert (part.kind, part.volume_m3, part.refill_lps, part.flow_lps) == ("tank", 54, 0, 15)
    assert figure(page, "covered")[0] != figure(page, "covered")[1]
    page.locator("#plan-edit > summary").click()
    page.locator("[data-key=kind-0]").select_option("hydrant")  # what only a tank has goes with it
    expect(given).to_have_count(1)
    page.get_by_role("button", name="Lưu và so với hôm nay").click()
    expect(page.locator("#plan-state")).to_contain_text("Đã lưu đúng như ở đây")
    (part,) = elsewhere(lambda: list(Scenario.objects.get(name="Bể giữa phố").sources.all()))
    assert (part.kind, part.volume_m3, part.refill_lps, part.flow_lps) == ("hydrant", None, None, 15)


def test_a_question_that_makes_no_sense_is_answered_by_its_reason(desk):
    page = desk.page
    page.get_by_role("tab", name="Xây ở đâu").click()
    page.locator("[name=candidates][value=roads]").uncheck()
    page.locator("[name=candidates][value=scenario]").check()
    page.locator("#build").get_by_role("button", name="Tính").click()
    expect(page.locator("#build-answer .failed p")).not_to_be_empty()
    desk.forgive()  # the browser notes the 400


# Keys, looks, fingers -------------------------------------------------------------------------------------------------


def test_a_plan_is_drawn_by_keys_alone(desk, served):
    page = planner(desk, served)
    new_plan(page)
    page.locator("[data-key=tool-hydrant]").check()
    look_at(page, "D")
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#plan-form .parts li")).to_have_count(1)
    expect(page.locator("#said")).to_contain_text("Đã đưa vào kịch bản")
    page.get_by_role("tab", name="Nếu thì sao").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Dỡ vật cản nào")).to_be_focused()
    expect(page.locator("#remove")).to_be_visible()
    page.go_back()
    expect(page.locator("#plan-form .parts li")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_labels_hold_in_every_view(desk, served, scheme):
    desk.page.emulate_media(color_scheme=scheme)
    page = opened(desk, served, stored(remove=["wall/1"]))
    page.locator("#plan-parts").click()
    page.locator("[data-key=houses] summary").click()
    for shown in ("difference", "today"):
        page.get_by_label("Bản đồ cho thấy").select_option(shown)
        expect(page.locator("path.ward")).to_have_count(2)
        assert violations(page) == [], shown
    assert RAW_KEY.search(page.locator("body").inner_text()) is None
    for view in ("remove", "critical", "build"):
        page.locator(f"#tab-{view}").click()
        page.locator(f"#{view}").get_by_role("button", name="Tính").click()
        expect(page.locator(f"[data-table={view}]")).to_be_visible()
        assert violations(page) == [], view
        assert RAW_KEY.search(page.locator("main").inner_text()) is None  # every text has its words


def test_fingers_find_every_target_on_a_telephone(desk, served):
    desk.page.set_viewport_size({"width": 390, "height": 844})
    page = opened(desk, served, stored(remove=["wall/1"]))
    page.locator("#plan-parts").click()
    small = page.evaluate(SMALL_TARGETS)
    assert small == [], "\n".join(small)
    page.locator("[data-table=wards] th button").first.evaluate(
        "each => { each.textContent = 'Phường-dài-' + 'x'.repeat(60); }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390  # a wide table scrolls in itself
    page.locator("#tab-build").click()
    assert page.evaluate(SMALL_TARGETS) == []


def test_an_address_that_makes_no_sense_opens_the_page(desk, served):
    page = desk.page
    page.goto(f"{served}/plans#view=x&plan=../1&version=-1&map=99/x/1&ward=%3Cb%3E")
    page.reload(wait_until="networkidle")
    expect(page.locator("#plan")).to_be_visible()
    assert elsewhere(Vehicle.objects.count) > 1
