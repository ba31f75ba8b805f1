"""A field team's journey on a telephone: what is due near me, a look, a fault, and what that changes around it."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.roles import Role
from hydrants.inspection_models import Inspection
from hydrants.models import Hydrant, WaterTank
from hydrants.tour_models import Tour, TourStop
from layers.models import FireStation
from routes.coverage.follower import Follower
from routes.coverage.models import BuildingCoverage, CoverageRun, WardCoverage
from tests.browser.conftest import HTML_NAME, Watched
from tests.browser.fakes import STREAM, change, hello
from tests.browser.test_page_looks import SMALL_TARGETS, violations
from tests.db.routes.coverage.test_following import PLAN, ROADS, WIDE, house, hydrant, place
from tests.live import live_server

pytestmark = pytest.mark.django_db

ASKED_WHERE = """
window.asked = 0;
const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
navigator.geolocation.getCurrentPosition = (...given) => { window.asked += 1; real(...given); };
"""
PASSWORD = "nguoi-tuan-tra-29"
PHONE = {"width": 390, "height": 844}


def elsewhere(work: Callable[[], Any]) -> Any:
    """Work as somebody else: committed, on a connection that is not the test's."""

    def and_leave() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(and_leave).result()


def make_quarter() -> None:
    """Three houses along one street, one hydrant that nobody looked at, a tank that gives too little."""
    lon, lat = PLAN.point("F")
    ward = MultiPolygon(Polygon.from_bbox((lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)), srid=4326)
    AdministrativeUnit.objects.create(
        ref="ward/1", code="00001", name="Phường Thử", level=3, valid_from=date(2025, 7, 1), geom=ward
    )
    for path in ROADS:
        PLAN.road(path, **WIDE, name="Ngõ 29 Thử" if path in {"AB", "BC"} else "")
    FireStation.objects.create(ref="station", name="Đội 1", geom=place("F"))
    hydrant("A", verified_on=None, address="Ngõ Thử")
    Hydrant.objects.update(name="Trụ đầu ngõ")
    WaterTank.objects.create(
        ref="tank/H",
        name=HTML_NAME,
        status="working",
        volume_m3=5.0,
        reachable_by_truck="yes",
        geom=place("H"),
        refill_lps=0.5,
    )
    for name in "ABL":
        house(name)


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """Serve the quarter, in which one field team has an account."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
    with django_db_blocker.unblock(), live_server(make_quarter) as url:
        user = get_user_model().objects.create_user("doi-3", password=PASSWORD)
        RoleGrant.objects.create(user=user, role=Role.FIELD)
        desk = get_user_model().objects.create_user("truc-ban", password=PASSWORD)
        RoleGrant.objects.create(user=desk, role=Role.DISPATCHER)
        yield url
        user.delete()
        desk.delete()


@pytest.fixture
def follower(served: str) -> Iterator[Follower]:
    """Whoever follows coverage, by hand; the quarter is as it was before each test."""
    following = Follower()
    elsewhere(lambda: (_as_before(), following.step(at=timezone.now())))
    yield following
    elsewhere(_as_before)


def _as_before() -> None:
    for model in (TourStop, Tour, Inspection, CoverageRun, BuildingCoverage, WardCoverage):
        model.objects.all().delete()
    never = {"status": "working", "status_on": None, "verified_on": None, "last_inspected_on": None, "evidence": "none"}
    Hydrant.objects.update(**never, static_pressure_kpa=None)
    WaterTank.objects.update(**never, suction_depth_m=None)


def follow(follower: Follower) -> None:
    assert elsewhere(lambda: follower.step(at=timezone.now())) is not None


def key_of(model: type[Hydrant] | type[WaterTank]) -> str:
    layer = {Hydrant: "hydrants", WaterTank: "water-tanks"}[model]
    return f"{layer}/{model.objects.get().pk}"


@pytest.fixture
def phone(browser: Browser, served: str, follower: Follower) -> Iterator[Watched]:
    """The page on a telephone that stands at B and may tell so; a test fails on whatever it complained about."""
    lon, lat = PLAN.point("B")
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="en-US", permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 12},
    )  # fmt: skip
    yield from watch_field(context, served)


def watch_field(context: BrowserContext, served: str) -> Iterator[Watched]:
    own = served.split("/")[2]
    context.add_init_script(STREAM)
    context.add_init_script(ASKED_WHERE)
    context.route(lambda url: url.split("/")[2] != own, lambda route: route.abort())
    seen = Watched(context.new_page())
    seen.page.set_default_timeout(15_000)
    seen.page.on("console", lambda message: message.type == "error" and seen.failures.append(message.text))
    seen.page.on("pageerror", lambda error: seen.failures.append(str(error)))
    seen.page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    seen.page.goto(f"{served}/field", wait_until="networkidle", timeout=60_000)
    seen.page.locator("#map[data-map=ready]").wait_for(timeout=90_000)  # the first tile of ways waits for the engine
    yield seen
    context.close()
    assert seen.failures == []
    assert seen.hosts == {own}


def signed_in(watched: Watched, served: str, name: str = "doi-3") -> Page:
    """Sign in without the form, which the journey goes through."""

    def session() -> str:
        client = Client()
        client.force_login(get_user_model().objects.get(username=name))
        return client.cookies["sessionid"].value

    page = watched.page
    page.context.add_cookies([{"name": "sessionid", "value": elsewhere(session), "url": served}])
    page.reload(wait_until="networkidle")
    return page


def open_source(watched: Watched, name: str = "Trụ đầu ngõ") -> Page:
    page = watched.page
    page.get_by_role("button", name="Tìm vị trí của tôi").click()
    page.locator("#due").get_by_role("button", name=re.compile(re.escape(name))).click()
    expect(page.locator("#source dl")).to_be_visible()
    return page


def answer(page: Page, item: str, code: str) -> None:
    page.locator(f"#check [data-item={item}] label:has([value='{code}'])").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi", exact=True).click()


def figure(page: Page, area: str, name: str) -> Locator:
    return page.locator(f"[data-area={area}] [data-figure={name}] td")


def test_a_team_finds_what_is_due_marks_it_faulty_and_sees_the_ward_change(phone, follower, served):
    page = phone.page
    page.get_by_role("button", name="Tìm vị trí của tôi").click()
    due = page.locator("#due li")
    expect(due).to_have_count(2)
    expect(due.first).to_contain_text("Trụ đầu ngõ")
    expect(due.first).to_contain_text("chưa ai kiểm tra bao giờ")
    expect(due.first).to_contain_text(re.compile(r"9\d m"))
    due.first.get_by_role("button").click()
    expect(page.locator("#source dl")).to_contain_text("chưa ai kiểm chứng tại chỗ")
    expect(page.locator("#check")).to_contain_text("Đăng nhập để ghi lần kiểm tra")
    page.locator("#check").get_by_role("link").click()
    page.locator("[name=username]").fill("doi-3")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button").click()

    expect(page.locator("#source-name")).to_have_text("Trụ đầu ngõ")  # back at the same source
    answer(page, "outcome", "faulty")
    answer(page, "leak", "yes")
    page.get_by_label("Ghi chú").fill("Van kẹt")
    page.wait_for_load_state("networkidle")  # how it stood before was read
    send(page)

    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("Đã ghi: hỏng")
    expect(verdict).to_contain_text("Tình trạng: hoạt động → hỏng")
    expect(page.locator("#told")).to_contain_text("bị bỏ qua: đang hỏng")
    expect(page.locator("[data-area=house] .changed")).to_contain_text(re.compile("→ .*thiếu nước"))
    ward = page.locator("[data-area=ward]")
    expect(ward).to_contain_text("Chưa tính lại")
    expect(figure(page, "ward", "buildings_not_covered")).to_have_text(["0", "…"])
    assert ward.get_attribute("data-state") == "waiting"

    follow(follower)
    expect(ward).to_have_attribute("data-state", "current")
    expect(ward).to_contain_text("Mọi thay đổi đã được tính")
    expect(figure(page, "ward", "buildings_not_covered")).to_have_text(["0", "3 (+3)"])
    expect(figure(page, "ward", "buildings_recorded_only")).to_have_text(["3", "0 (−3)"])
    expect(figure(page, "box", "buildings_not_covered")).to_have_text(["0", "3 (+3)"])
    expect(page.locator("[data-area=lane] h3")).to_have_text("Ngõ 29 Thử, các nhà cách không quá 30 m")
    expect(figure(page, "lane", "buildings_not_covered")).to_have_text(["0", "2 (+2)"])
    inspection = Inspection.objects.get()
    assert (inspection.outcome, inspection.leak, inspection.remarks) == ("faulty", "yes", "Van kẹt")
    assert Hydrant.objects.get().status == "faulty"

    page.get_by_role("button", name="Đến nguồn nước tiếp theo").click()
    expect(page.locator("#due li")).to_have_count(1)  # what was looked at is no longer due
    expect(page.locator("#kept li")).to_have_count(0)


# Whatever the page would do a second later and more never happens: only news are left to lead it on.
NO_LOOKING_AGAIN = """() => {
    const real = window.setTimeout;
    window.setTimeout = (act, ms, ...given) => (ms >= 1000 ? 0 : real(act, ms, ...given));
}"""


def test_news_of_new_figures_are_not_waited_for(phone, follower, served):
    signed_in(phone, served)
    page = open_source(phone)
    hello(page)
    answer(page, "outcome", "missing")
    expect(page.locator("#check [data-item=leak]")).to_be_hidden()  # what is missing has no lines
    page.wait_for_load_state("networkidle")
    page.evaluate(NO_LOOKING_AGAIN)
    send(page)
    expect(page.locator("[data-area=ward]")).to_contain_text("Chưa tính lại")
    follow(follower)
    change(page, "ward-coverage")
    expect(page.locator("[data-area=ward]")).to_have_attribute("data-state", "current")


def test_before_anything_was_computed_it_says_so(phone, follower, served):
    elsewhere(lambda: (CoverageRun.objects.all().delete(), WardCoverage.objects.all().delete()))
    signed_in(phone, served)
    page = open_source(phone)
    answer(page, "outcome", "faulty")
    send(page)
    ward = page.locator("[data-area=ward]")
    expect(ward).to_contain_text("Chưa tính lại")
    expect(ward.locator("table")).to_have_count(0)
    phone.forgive()  # the browser notes each 404


def test_nobody_is_asked_where_they_are_without_a_tap(phone):
    page = phone.page
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Tìm vị trí của tôi").click()
    expect(page.locator("#where")).to_contain_text("sai số 12 m")
    assert page.evaluate("window.asked") == 1


def test_who_may_not_be_found_chooses_the_place_on_the_map(phone):
    page = phone.page
    page.context.clear_permissions()
    page.get_by_role("button", name="Tìm vị trí của tôi").click()
    expect(page.locator("#where")).to_contain_text("chọn nơi trên bản đồ")
    page.locator("#map").click(position={"x": 190, "y": 100})
    expect(page.locator("#due li")).to_have_count(2)
    expect(page.locator("#map .mark.due")).to_have_count(2)


def test_a_place_is_found_by_the_search(phone):
    page = phone.page
    page.get_by_role("combobox").fill("Trụ đầu ngõ")
    page.locator("#search-list [role=option]").first.click()
    expect(page.locator("#due li").first).to_contain_text("Trụ đầu ngõ")


def test_a_look_whose_answer_was_lost_is_kept_and_counts_once_when_it_is_sent_again(phone, served):
    signed_in(phone, served)
    page = open_source(phone)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()  # the server stores it
            return route.abort()
        return route.continue_()

    page.route("**/api/inspections", lose)
    answer(page, "outcome", "faulty")
    send(page)
    expect(page.locator("#check")).to_contain_text("có thể đã đến nơi hoặc chưa")
    assert Inspection.objects.count() == 1
    page.unroute("**/api/inspections")
    page.goto(f"{served}/field")
    expect(page.locator("#kept li")).to_contain_text("Trụ đầu ngõ")
    page.locator("#kept").get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#verdict")).to_contain_text("Tình trạng: hoạt động → hỏng")
    assert Inspection.objects.count() == 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('thuylo.form.'))") == []
    phone.forgive()


def test_a_refused_look_says_why_in_the_readers_language_and_keeps_every_answer(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    answer(page, "outcome", "works")
    page.get_by_label("Đồng hồ lúc nghỉ").fill("0")
    page.get_by_label("Ghi chú").fill("Nước yếu")
    send(page)
    refused = page.locator("#check-said")
    expect(refused).to_contain_text("Lần kiểm tra chưa được nhận")
    expect(refused).to_contain_text("Trụ không có áp là trụ hỏng")
    assert Inspection.objects.count() == 0
    page.reload()
    expect(page.locator("#check [value=works]")).to_be_checked()
    expect(page.get_by_label("Ghi chú")).to_have_value("Nước yếu")
    page.get_by_label("Đồng hồ lúc nghỉ").fill("180.5")
    send(page)
    expect(page.locator("#verdict")).to_contain_text("hoạt động")
    assert Inspection.objects.get().pressure_kpa == 180.5
    phone.forgive()


def test_without_a_connection_nothing_is_lost_and_two_taps_are_one(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    answer(page, "outcome", "cannot_be_tested")
    send(page)
    assert page.evaluate("document.querySelector('[name=why]').validity.valueMissing")  # the reason is asked for
    answer(page, "why", "locked")
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi", exact=True).dblclick()
    expect(page.locator("#check")).to_contain_text("Máy chủ không trả lời")
    page.context.set_offline(False)
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#verdict")).to_contain_text("như trước")
    expect(page.locator("#verdict .sign")).to_have_text("?")  # nobody saw water
    assert Inspection.objects.get().why == "locked"
    phone.forgive()


def test_a_look_that_is_on_its_way_holds_up_no_other_and_takes_nobody_away(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/inspections", hold)
    answer(page, "outcome", "faulty")
    send(page)
    expect(page.locator("#check")).to_contain_text("Đang gửi")
    page.locator("#look [data-back]").click()
    page.locator("#due li button", has_text=HTML_NAME).click()
    expect(page.locator("#source dl")).to_be_visible()
    answer(page, "outcome", "works")
    held[0].continue_()
    expect(page.locator("#said")).to_contain_text("Trụ đầu ngõ")  # told, and still at the other source
    expect(page.locator("#source-name")).to_have_text(HTML_NAME)
    expect(page.locator("#look")).to_be_visible()
    send(page)
    expect(page.locator("#verdict")).to_contain_text(HTML_NAME)
    assert Inspection.objects.count() == 2
    phone.forgive()  # the browser notes each 404


def test_who_comes_back_to_a_look_that_did_not_arrive_can_send_it_again(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/inspections", hold)
    answer(page, "outcome", "faulty")
    send(page)
    expect(page.locator("#check")).to_contain_text("Đang gửi")
    page.locator("#look [data-back]").click()
    page.locator("#due").get_by_role("button", name=re.compile("Trụ đầu ngõ")).click()
    expect(page.locator("#source dl")).to_be_visible()  # from here on nothing else draws the form anew
    expect(page.locator("#check")).to_contain_text("Đang gửi")
    held[0].abort()
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#verdict")).to_contain_text("hoạt động → hỏng")
    phone.forgive()


def test_a_session_that_is_over_costs_no_answer(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    page.context.add_cookies([{"name": "sessionid", "value": "over", "url": served}])
    answer(page, "outcome", "faulty")
    send(page)
    expect(page.locator("#check-said").get_by_role("link")).to_have_attribute("href", re.compile(r"next=.*source"))
    signed_in(phone, served)
    expect(page.locator("#check [value=faulty]")).to_be_checked()
    phone.forgive()


def test_who_has_no_such_role_is_told_so_and_nothing_is_stored(phone, served):
    signed_in(phone, served, "truc-ban")
    page = open_source(phone)
    answer(page, "outcome", "faulty")
    send(page)
    expect(page.locator("#check-said")).to_contain_text("Không vai trò nào của bạn")
    expect(page.locator("#check [value=faulty]")).to_be_checked()
    assert (Inspection.objects.count(), Hydrant.objects.get().status) == (0, "working")
    phone.forgive()


def test_answers_can_be_thrown_away(phone, served):
    signed_in(phone, served)
    page = open_source(phone)
    answer(page, "outcome", "faulty")
    page.go_back()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#kept").get_by_role("button", name="Bỏ").click()
    expect(page.locator("#kept li")).to_have_count(0)


def test_a_tank_has_its_own_check_list_and_a_name_that_is_markup_is_text(phone, served):
    signed_in(phone, served)
    page = open_source(phone, "<img src=x")
    expect(page.locator("#source-name")).to_have_text(HTML_NAME)
    answer(page, "outcome", "works")
    expect(page.locator("#check [data-item=pressure_kpa]")).to_have_count(0)
    answer(page, "water_level", "enough")
    page.get_by_label("Từ bơm xuống mặt nước").fill("2.5")
    send(page)
    expect(page.locator("#verdict")).to_contain_text("<img src=x")
    assert page.title() != "broken"
    assert WaterTank.objects.get().suction_depth_m == 2.5
    expect(page.locator("#houses")).to_contain_text("50 m")  # no house stands near enough, and that is said
    phone.forgive()  # the browser notes that 404


def test_a_tour_of_my_team_is_shown_in_its_order_and_opens_its_sources(phone, served):
    def tour() -> None:
        made = Tour.objects.create(name="Tuần 1", made_on=timezone.localdate(), team="Đội 3")
        TourStop.objects.create(tour=made, position=1, water_tank=WaterTank.objects.get())
        TourStop.objects.create(tour=made, position=2, hydrant=Hydrant.objects.get())

    elsewhere(tour)
    page = signed_in(phone, served)
    page.get_by_label("Đội của tôi").select_option("Đội 3")
    stops = page.locator("#tours li")
    expect(stops).to_have_count(2)
    expect(stops.first).to_contain_text("tiếp theo")
    stops.nth(1).get_by_role("button").click()
    expect(page.locator("#source-name")).to_have_text("Trụ đầu ngõ")
    page.reload()
    page.go_back()
    expect(page.get_by_label("Đội của tôi")).to_have_value("Đội 3")


def test_what_is_no_longer_due_says_until_when_its_look_counts(phone, served):
    seen = timezone.localdate() - timedelta(days=3)
    elsewhere(lambda: Hydrant.objects.update(verified_on=seen, evidence="surveyed"))
    page = phone.page
    page.goto(f"{served}/field#source={key_of(Hydrant)}")
    page.reload()
    expect(page.locator("#source dl")).to_contain_text("chưa đến hạn")
    expect(page.locator("#source dl")).to_contain_text(f"kiểm chứng ngày {seen:%d/%m/%Y}")


def test_an_address_that_makes_no_sense_opens_the_page(phone, served):
    page = phone.page
    page.goto(f"{served}/field#at=x,91&source=../../admin")
    page.reload()
    expect(page.locator("#near")).to_be_visible()
    page.goto(f"{served}/field#source=hydrants/999999")
    page.reload()
    expect(page.locator("#source .failed")).to_contain_text("Không")
    page.wait_for_load_state("networkidle")
    phone.forgive()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_labels_and_fingers_hold_in_every_view(phone, follower, served, scheme):
    signed_in(phone, served)
    page = phone.page
    page.emulate_media(color_scheme=scheme)

    def look(view: str) -> None:
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], view
        assert page.evaluate(SMALL_TARGETS) == [], view
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], view

    look("empty")
    page.get_by_role("button", name="Tìm vị trí của tôi").click()
    expect(page.locator("#due li")).to_have_count(2)
    look("near")
    open_source(phone)
    answer(page, "outcome", "cannot_be_tested")
    answer(page, "outcome", "faulty")
    look("look")
    send(page)
    expect(page.locator("[data-area=ward]")).to_contain_text("Chưa tính lại")
    look("waiting")
    follow(follower)
    expect(page.locator("[data-area=ward]")).to_have_attribute("data-state", "current")
    look("outcome")


def test_it_fits_a_desk_too(phone, served):
    page = phone.page
    page.set_viewport_size({"width": 1280, "height": 800})
    open_source(phone)
    panel, chart = page.locator("#panel").bounding_box(), page.locator("#map").bounding_box()
    assert panel["x"] + panel["width"] <= chart["x"] + 1
    assert chart["width"] > 600
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
