"""What others change while somebody looks, and the bad days: each is told calmly, and ends by itself."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import HTML_NAME, Watched
from tests.browser.fakes import breaks, change, hello
from tests.browser.test_map_page import UNKNOWN_GROUND, click, edit, plan

pytestmark = pytest.mark.django_db

WRONG_CLOCK = """
const Real = Date;
Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [0])); }
  static now() { return 0; }
};
"""


def state(watched: Watched) -> Locator:
    return watched.page.locator("#connection-state")


def test_an_edit_by_somebody_else_is_told_in_a_line_and_renews_the_plan(watched):
    page, card = watched.page, plan(watched)
    hello(page)
    expect(state(watched)).to_have_text(re.compile("Trực tiếp"))
    try:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 4 WHERE ref = 'gate'")
        change(page, "access-restrictions", "Cổng Thử: rộng 4 m, trước đó 2,2 m.", time="2026-11-29T10:00:05+07:00")
        expect(page.locator("#news-list")).to_have_text(re.compile("10:00:05 Cổng Thử: rộng 4 m"))
        expect(card).to_contain_text("Xe vào được tới nơi")
        expect(page.locator("#notes .news")).to_contain_text("phương án mới")
    finally:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 2.2 WHERE ref = 'gate'")


def test_news_that_are_markup_are_shown_as_text(watched):
    page = watched.page
    hello(page)
    change(page, "hydrants", HTML_NAME)
    expect(page.locator("#news-list li")).to_contain_text("<img src=x")
    assert page.locator("#news-list img").count() == 0
    assert page.title() != "broken"


def test_a_broken_stream_is_replaced_by_questions_and_opened_again(watched):
    page = watched.page
    hello(page)
    expect(state(watched)).to_have_attribute("data-state", "live")
    breaks(page)
    expect(state(watched)).to_have_attribute("data-state", "asking")
    expect(state(watched)).to_contain_text("mỗi 2 giây")
    hello(page)
    expect(state(watched)).to_have_attribute("data-state", "live")


def test_without_a_server_the_last_answer_stays_with_its_age_and_recovers_by_itself(watched):
    page, card = watched.page, plan(watched)
    page.route("**/api/network", lambda route: route.abort())
    expect(state(watched)).to_have_attribute("data-state", "lost")
    expect(state(watched)).to_contain_text("Mất kết nối từ")
    expect(page.locator("#connection")).to_contain_text("có thể đã cũ")
    expect(card).to_contain_text("Cổng Thử")
    expect(card).to_have_css("background-color", UNKNOWN_GROUND)
    expect(page.locator("#age")).to_contain_text(re.compile(r"\d+ giây trước"))
    page.unroute("**/api/network")
    expect(state(watched)).to_have_attribute("data-state", "asking")
    expect(page.locator("#connection")).to_have_count(0)
    watched.forgive()


def test_an_answer_that_breaks_off_in_the_middle_is_a_failure_and_is_asked_for_again(watched):
    page = watched.page
    page.route(
        "**/api/approach*", lambda route: route.fulfill(body='{"type": "FeatureColl', content_type="application/json")
    )
    click(watched, 0.001, -0.0005)
    expect(page.locator("#plan .outcome.failed")).to_contain_text("khác với mong đợi")
    expect(page.locator("#plan .asking")).to_have_count(0)
    page.unroute("**/api/approach*")
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử", timeout=60_000)  # by itself


def test_a_late_answer_never_takes_the_place_of_a_newer_one(watched):
    page = watched.page
    plan(watched)
    waiting: list[Route] = []
    page.route("**/api/approach*vehicle=motorcycle*", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright asks for its signature
    page.locator(".matrix button", has_text="Mô tô").click()
    page.wait_for_timeout(100)
    page.locator(".matrix button", has_text="Xe thử").click()
    card = page.locator("#plan .verdict")
    expect(card).to_contain_text("Xe thử")
    for late in waiting:
        late.continue_()
    page.wait_for_timeout(300)
    expect(card).to_contain_text("Xe thử")
    expect(card).not_to_contain_text("Mô tô")


def test_an_answer_older_than_what_the_server_told_already_does_not_count(watched):
    page, card = watched.page, plan(watched)

    def behind(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "network_version": answer["network_version"] - 1, "sentence": "cũ"})

    page.route("**/api/approach*", behind)
    try:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 4 WHERE ref = 'gate'")
        expect(card).to_have_css("background-color", UNKNOWN_GROUND)
        expect(card).not_to_contain_text("cũ")
        page.unroute("**/api/approach*")
        expect(card).to_contain_text("Xe vào được tới nơi")
    finally:
        edit("UPDATE routes_accessrestriction SET clear_width_m = 2.2 WHERE ref = 'gate'")


def test_a_server_that_is_silent_is_given_up_and_nothing_turns_for_ever(watched):
    page = watched.page
    page.clock.install()
    held: list[Route] = []
    page.route("**/api/approach*", lambda route: held.append(route))  # noqa: PLW0108
    click(watched, 0.001, -0.0005)
    expect(page.locator("#plan .asking")).to_be_visible()
    page.clock.run_for(16_000)
    expect(page.locator("#plan .outcome.failed")).to_contain_text("quá lâu")
    watched.forgive()


def test_ages_are_those_of_the_server_whatever_the_clock_of_the_client_says(watched, served):
    page = watched.page
    page.add_init_script(WRONG_CLOCK)
    page.reload()
    plan(watched)
    expect(page.locator("#age")).to_contain_text(re.compile(r"vừa xong|giây trước"))
    page.wait_for_load_state("networkidle")  # each answer says what time it is
    hello(page, time="2031-01-01T00:00:00+07:00")  # an hour that only the server knows
    expect(page.locator("#age")).to_contain_text("năm trước")


def test_what_others_changed_while_nobody_listened_is_said_to_be_unknown(watched):
    page = watched.page
    hello(page, missed=True)
    expect(page.locator("#news-list")).to_contain_text("có thể đã có thay đổi khác")
