"""Reports from the spot: only of people who are signed in, counted in the next answer, confirmed by others."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import CENTRE, Watched
from tests.browser.test_map_page import click, plan

pytestmark = pytest.mark.django_db

MARK = {
    "id": 7, "kind": "lane_blocked", "kind_label": "ngõ bị chắn", "place": [CENTRE[0] + 0.001, CENTRE[1] - 0.0006],
    "about": {"layer": "roads", "id": 1, "ref": "way/1/0"}, "obstacle": "market", "obstacle_label": "chợ", "note": None,
    "author": None, "photo": None, "at": "2026-11-29T10:00:00+07:00", "state": "open",
    "effect": "Xe không qua được ở đây.",
}  # fmt: skip


def as_signed_in(watched: Watched) -> Page:
    """A page that thinks it is signed in: it goes by whether there is a session, the server by whose it is."""
    page = watched.page
    page.context.add_cookies([{"name": "sessionid", "value": "x", "url": page.url.split("#")[0]}])
    page.reload(wait_until="networkidle")
    page.locator("#map[data-map=ready]").wait_for(timeout=60_000)
    return page


def test_who_is_not_signed_in_is_told_why_and_comes_back_to_the_same_place(watched):
    page = watched.page
    plan(watched)
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Báo tình trạng")
    expect(dialog).to_contain_text("Chỉ người đã đăng nhập")
    expect(dialog.get_by_role("link")).to_have_attribute("href", re.compile(r"next=%2F%23.*vehicle%3D"))


def test_a_dry_hydrant_is_reported_from_its_popup_and_what_it_changed_is_told(watched):
    page = as_signed_in(watched)
    sent: list[dict[str, object]] = []

    def take(route: Route) -> None:
        if route.request.method != "POST":
            return route.fulfill(json={"marks": [], "more": False})
        sent.append({**json.loads(route.request.post_data or "{}"), "key": route.request.headers["idempotency-key"]})
        told = {**MARK, "kind": "source_dry", "kind_label": "không có nước", "effect": "Trụ này bị loại."}
        return route.fulfill(status=201, json=told)

    page.route("**/api/marks*", take)
    click(watched, 0.001, 0)
    page.locator(".leaflet-popup").get_by_role("button", name="Báo tình trạng").click()
    dialog = page.get_by_role("dialog", name="Báo tình trạng")
    expect(dialog.get_by_label("không có nước")).to_be_checked()
    expect(dialog.get_by_label("ngõ bị chắn")).to_be_hidden()
    dialog.get_by_label("Ghi chú").fill("mở không ra nước")
    dialog.get_by_role("button", name="Gửi").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#said")).to_contain_text("Trụ này bị loại.")
    assert sent[0]["about"] == {"layer": "hydrants", "ref": "near"}
    assert (sent[0]["kind"], sent[0]["note"], sent[0]["obstacle"]) == ("source_dry", "mở không ra nước", None)
    assert sent[0]["key"]


def test_a_blocked_lane_is_reported_with_what_blocks_it_and_a_photo(watched):
    page = as_signed_in(watched)
    plan(watched)
    bodies: list[str] = []

    def take(route: Route) -> None:
        if route.request.method == "POST":
            bodies.append((route.request.post_data_buffer or b"").decode("latin-1"))
            return route.fulfill(status=201, json=MARK)
        return route.fulfill(json={"marks": [MARK], "more": False})

    page.route("**/api/marks*", take)
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Báo tình trạng")
    expect(dialog.get_by_label("ngõ bị chắn")).to_be_checked()
    dialog.get_by_label("Bị chắn bởi").select_option("market")
    dialog.get_by_label("Ảnh").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"})
    dialog.get_by_role("button", name="Gửi").click()
    expect(page.locator("#marked")).to_contain_text("Xe không qua được ở đây.")
    expect(page.locator("#marks")).to_contain_text("ngõ bị chắn: chợ")
    expect(page.locator("#map .mark.report")).to_have_count(1)
    assert 'name="photo"; filename="a.jpg"' in bodies[0]
    assert 'name="place"' in bodies[0]


def test_a_refused_report_stays_in_the_form_with_its_reason(watched):
    page = as_signed_in(watched)
    plan(watched)
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Báo tình trạng")
    dialog.get_by_label("Bị chắn bởi").select_option("market")
    dialog.get_by_role("button", name="Gửi").click()  # the session is nobody's: the real server refuses
    expect(dialog.get_by_role("alert")).to_contain_text("Báo cáo chưa được nhận.")
    watched.forgive()
