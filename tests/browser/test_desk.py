"""The one gesture of the page: a place is chosen, and everything about it stands there; by keys alone as well."""

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import CENTRE, HTML_NAME, Watched
from tests.browser.fakes import place_found
from tests.browser.test_map_page import click, edit, fulfil

pytestmark = pytest.mark.django_db

LON, LAT = CENTRE
LINK = f"#17/{LAT}/{LON}?to={LON + 0.001},{LAT - 0.0006}&vehicle=test-engine"


def found(page: Page, *results: dict[str, object], **members: object) -> list[str]:
    """Answer searches with these results; give what was asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"query": {}, "data_version": "", "results": list(results), "notes": [], **members})

    page.route("**/api/search?*", answer)
    return asked


def options(page: Page) -> Locator:
    return page.locator("#search-list [role=option]")


def open_link(watched: Watched, served: str, link: str) -> None:
    watched.page.goto("about:blank")
    watched.hosts.discard("")
    watched.page.goto(f"{served}/{link}")


def test_by_keys_alone_from_an_address_to_another_vehicle_and_back(watched):
    page = watched.page
    asked = found(page, place_found(), place_found(title="Ngõ 29 Khương Hạ", point=[LON + 0.001, LAT - 0.0005]))
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("ngo 29/70 khuong ha", delay=15)
    expect(options(page)).to_have_count(2)
    expect(options(page).first).to_contain_text("đầu ngõ, cách nhà 140 m")
    expect(options(page).first).to_contain_text("ngõ")
    assert len(asked) < len("ngo 29/70 khuong ha")  # not one for each letter
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "search-option-1")
    page.keyboard.press("Enter")
    expect(page.locator("#place-name")).to_have_text("Ngõ 29 Khương Hạ")
    expect(page.locator("#place-name")).to_be_focused()
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử", timeout=60_000)
    page.keyboard.press("9")
    expect(page.locator(".matrix .chosen kbd")).to_have_text("9")
    page.keyboard.press("1")
    expect(page.locator("#plan .verdict")).to_contain_text("Xe thử")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#place")).to_be_visible()  # one step back at a time
    page.keyboard.press("Escape")
    expect(page.locator("#place")).to_be_hidden()


def test_one_screen_has_the_plan_the_waters_what_blocks_and_every_vehicle(watched):
    page = watched.page
    click(watched, 0.001, -0.0005)
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử", timeout=60_000)
    expect(page.locator("#plan .findings").first).to_contain_text(
        re.compile(r"đo thực địa, ghi nhận ngày 04/05/2026 \(\d+ (tháng|năm) trước\)")
    )
    expect(page.locator("#waters")).to_contain_text("Nước tốt nhất theo đường xe chạy")
    expect(page.locator("#vehicles tbody tr").first).to_contain_text("phút")
    expect(page.locator("#age")).to_contain_text("Trả lời lúc")
    expect(page.locator("#version")).to_contain_text("routes_road")
    for part in ("#plan .verdict", "#vehicles tbody tr:last-child", "#waters h2"):
        expect(page.locator(part)).to_be_in_viewport()


def test_enter_pressed_before_the_answer_takes_the_first_result_when_it_comes(watched):
    page = watched.page
    waiting: list[Route] = []
    page.route("**/api/search?*", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright asks for its signature
    page.keyboard.press("/")
    page.keyboard.type("khuong")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    waiting[-1].fulfill(json={"results": [place_found()], "notes": []})
    expect(page.locator("#place-name")).to_have_text("Ngõ 29/70 Khương Hạ")


def test_a_late_search_never_takes_the_place_of_a_newer_one(watched):
    page = watched.page
    waiting: list[Route] = []
    page.route("**/api/search?*", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright asks for its signature
    page.keyboard.press("/")
    page.keyboard.type("a")
    page.wait_for_timeout(250)
    page.keyboard.type("b")
    page.wait_for_timeout(250)
    waiting[-1].fulfill(json={"results": [place_found(title="mới")], "notes": []})
    expect(options(page)).to_have_text(re.compile("mới"))
    for late in waiting[:-1]:
        late.fulfill(json={"results": [place_found(title="cũ")], "notes": []})
    page.wait_for_timeout(100)
    expect(options(page)).to_have_text(re.compile("mới"))


def test_a_search_that_finds_nothing_and_one_that_fails_are_two_answers(watched):
    page = watched.page
    found(page)
    page.keyboard.press("/")
    page.keyboard.type("zzz")
    expect(page.locator("#search-list")).to_contain_text("Không tìm thấy gì")
    page.unroute("**/api/search?*")
    page.route("**/api/search?*", lambda route: route.abort())
    page.keyboard.type("z")
    expect(page.locator("#search-list .failed")).to_contain_text("không nói gì về nơi cần tìm")
    watched.forgive()


def test_a_result_that_is_markup_is_shown_as_text(watched):
    page = watched.page
    found(page, place_found(title=HTML_NAME, subtitle=HTML_NAME))
    page.keyboard.press("/")
    page.keyboard.type("x")
    expect(options(page).locator(".title")).to_contain_text("<img src=x")
    page.keyboard.press("Enter")
    expect(page.locator("#place-name")).to_have_text(HTML_NAME)
    assert page.title() != "broken"
    assert page.locator("#search-list img, .panel img").count() == 0


def test_a_facility_shows_its_card_without_what_the_public_may_not_see(watched):
    page = watched.page
    edit("UPDATE layers_facility SET head_phone = '0912345678', storeys = 6 WHERE ref = 'facility'")
    found(page, place_found(title="Nhà trọ Thử", layer="facilities", ref="facility", point=[LON - 0.001, LAT - 0.001]))
    page.keyboard.press("/")
    page.keyboard.type("nhà trọ")
    page.keyboard.press("Enter")
    card = page.locator("#facility .card")
    expect(card).to_contain_text("Nhà trọ Thử")
    expect(card).to_contain_text("6")
    expect(card).not_to_contain_text("0912345678")


def test_a_link_opens_the_same_place_vehicle_and_view(watched, served):
    page = watched.page
    click(watched, 0.001, -0.0005)
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử", timeout=60_000)
    expect(page).to_have_url(re.compile(r"&data=[\d.]+"))
    page.locator("#share").click()
    link = page.locator("#share-link").input_value()
    sentence = page.locator("#plan .verdict p").first.inner_text()
    page.goto("about:blank")
    watched.hosts.discard("")
    page.goto(link)
    expect(page.locator("#plan .verdict p").first).to_have_text(sentence)
    expect(page.locator("#since-link")).to_have_count(0)
    assert page.url.split("&data")[0] == link.split("&data")[0]


def test_a_link_opens_the_view_that_was_seen_and_not_that_of_the_plan(watched, served):
    page = watched.page
    click(watched, 0.001, -0.0005)
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử", timeout=60_000)
    expect(page).to_have_url(re.compile(r"#18/.*&data=[\d.]+"))  # the plan was brought into view
    page.locator("#map").focus()
    page.keyboard.press("-")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("#17"))
    page.locator("#map[data-map=ready]").wait_for()
    page.wait_for_timeout(400)  # the map comes to rest
    page.locator("#share").click()
    link = page.locator("#share-link").input_value()
    page.goto("about:blank")
    watched.hosts.discard("")
    page.goto(link)
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử")
    page.locator("#map[data-map=ready]").wait_for()
    page.wait_for_timeout(400)
    assert page.url.split("?")[0] == link.split("?")[0]


def test_a_link_says_which_data_changed_since_it_was_made(watched, served):
    page = watched.page
    click(watched, 0.001, -0.0005)
    expect(page).to_have_url(re.compile(r"&data=[\d.]+"), timeout=60_000)
    link = page.url
    edit("UPDATE hydrants_hydrant SET name = name WHERE ref = 'far'")
    page.goto("about:blank")
    watched.hosts.discard("")
    page.goto(link)
    expect(page.locator("#since-link")).to_contain_text("Trụ nước chữa cháy")


def test_a_link_with_nonsense_opens_the_map(watched, served):
    page = watched.page
    for nonsense in ("#a/b/c?to=1", "#17/91/500?to=999,999&vehicle=x", "#?to=,&from=", "#17/21/105?to=105.8"):
        open_link(watched, served, nonsense)
        expect(page.locator("#place")).to_be_hidden()
        expect(page.locator(".matrix button").first).to_be_visible()


def test_a_link_with_a_vehicle_of_another_day_says_that_another_one_is_shown(watched, served):
    open_link(watched, served, LINK.replace("test-engine", "gone"))
    expect(watched.page.locator("#notes")).to_contain_text("không có xe “gone”")
    expect(watched.page.locator("#plan .verdict")).to_contain_text("Xe thử", timeout=60_000)


def test_the_browser_goes_back_to_the_place_before(watched):
    page = watched.page
    found(page, place_found(title="Nơi một"))
    page.keyboard.press("/")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(page.locator("#place-name")).to_have_text("Nơi một")
    page.wait_for_load_state("networkidle")
    click(watched, 0.0012, 0.0012)
    expect(page.locator("#place-name")).to_have_text("Nơi đang hỏi")
    page.go_back()
    expect(page.locator("#place-name")).to_have_text("Nơi một")


def test_where_no_road_leads_to_water_the_straight_line_is_told_as_one(watched):
    page = watched.page

    def no_way(route: Route) -> None:
        if "mode=straight" in route.request.url:
            return route.fallback()
        answer = {
            "outcome": "none_reached", "sentence": "Không có đường.", "features": [], "passed_over": [],
            "passed_over_count": 0, "backup": None, "begin": None, "question": {"mode": "drive"},
        }  # fmt: skip
        return route.fulfill(json=answer)

    page.route("**/api/nearest-water?*", no_way)
    click(watched, 0.0002, 0.0012)
    waters = page.locator("#waters")
    expect(waters).to_contain_text("Không có đường.")
    expect(waters).to_contain_text("Nước gần nhất theo đường chim bay")
    expect(waters.locator("ol.sources > li").first).to_contain_text("chim bay")
    expect(waters.locator("details.over")).to_contain_text("Trụ hỏng")


def test_no_usable_water_no_water_and_a_failed_look_up_are_three_answers(watched):
    page = watched.page
    said = set()
    empty = {"features": [], "passed_over": [], "passed_over_count": 0, "question": {"mode": "drive"}, "backup": None}
    for outcome in ("none_usable", "no_source"):
        page.route("**/api/nearest-water*", partial(fulfil, {**empty, "outcome": outcome}))
        click(watched, 0.0002, 0.0012)
        said.add(page.locator(f"#waters .outcome.{outcome}").inner_text())
        page.unroute("**/api/nearest-water*")
    page.route("**/api/nearest-water*", lambda route: route.abort())
    click(watched, 0.0002, 0.0012)
    said.add(page.locator("#waters .outcome.failed").inner_text())
    assert len(said) == 3
    page.unroute("**/api/nearest-water*")
    page.locator("#waters").get_by_role("button", name="Thử lại").click()
    expect(page.locator("#waters .outcome.failed")).to_have_count(0)
    watched.forgive()  # the browser itself notes the request that we broke


def test_another_time_is_asked_for_and_told(watched):
    page = watched.page
    click(watched, 0.001, -0.0005)
    page.locator("#more summary").click()
    with page.expect_request(re.compile(r"/api/approach\?.*at=2026-12-24T18%3A30")):
        page.locator("#at").fill("2026-12-24T18:30")
        page.locator("#at").blur()
    expect(page.locator("#notes")).to_contain_text("không phải lúc này", timeout=60_000)


def test_a_day_ends_at_midnight_in_hanoi_whatever_the_day_is_in_greenwich(watched):
    said = watched.page.evaluate("""async () => {
        const { name } = performance.getEntriesByType("resource").find(({ name }) => /clock[^/]*js$/.test(name));
        const { daysAgo, hear } = await import(name);
        hear("2026-11-29T18:30:00Z");  // half past one of the 30th
        return ["2026-11-30", "2026-11-29", "2026-12-01", "2026-05-30", ""].map(daysAgo);
    }""")
    assert said == ["hôm nay", "1 ngày trước", "sau 1 ngày nữa", "6 tháng trước", ""]
