"""How the page looks and weighs: contrast and labels by axe, night, paper, fingers, kilobytes."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_map_page import plan

pytestmark = pytest.mark.django_db

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WEIGHT_LIMIT = 400_000
PRINTED = """() => {
  const box = (each) => {
    const { left, top, right, bottom } = document.querySelector(each).getBoundingClientRect();
    return [left, top, right, bottom];
  };
  window.print = () => { window.printed = ["#map .mark.here", "#map"].map(box); };
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, a[href], summary, input, select, [role=option]")]
  .filter((each) => each.checkVisibility() && !each.closest(".leaflet-control-attribution"))
  .map((each) => [each, (each.matches("input") && each.closest("label") || each).getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
  .map(([each, { width, height }]) => `${each.outerHTML.slice(0, 90)} ${width}x${height}`)"""


def violations(page: Page) -> list[str]:
    """What axe finds, a line each."""
    if not AXE.exists():
        pytest.skip("no axe-core in node_modules: script/bootstrap --browser installs it")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for each in found for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_labels_hold_by_day_and_by_night(watched, scheme):
    page = watched.page
    page.emulate_media(color_scheme=scheme)
    assert violations(page) == []
    plan(watched)
    expect(page.locator("#waters h2")).to_be_visible()
    page.locator("#layers summary").click()
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []


def test_night_is_chosen_and_kept(watched):
    page = watched.page
    expect(page.locator("html")).to_have_attribute("data-night", "no")
    page.keyboard.press("n")
    expect(page.locator("html")).to_have_attribute("data-night", "yes")
    expect(page.get_by_role("button", name="Chế độ ban đêm")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-night", "yes")
    page.keyboard.press("n")
    expect(page.locator("html")).to_have_attribute("data-night", "no")


def test_fingers_find_every_target_on_a_phone(watched):
    page = watched.page
    page.set_viewport_size({"width": 390, "height": 844})
    plan(watched)
    expect(page.locator("#waters h2")).to_be_attached()
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_printed_plan_is_one_page_of_paper_with_the_plan_in_words(watched, tmp_path):
    page = watched.page
    plan(watched)
    expect(page.locator("#waters h2")).to_be_visible()
    paper = page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.evaluate(PRINTED)
    page.keyboard.press("p")
    page.wait_for_function("() => window.printed", timeout=20_000)
    here, paper_map = page.evaluate("window.printed")
    assert paper_map[0] < here[0] < paper_map[2]  # the place is on the map, as large as it is on paper
    assert paper_map[1] < here[1] < paper_map[3]
    assert paper_map[2] - paper_map[0] == pytest.approx(184 * 96 / 25.4, abs=2)
    page.emulate_media(media="print")
    expect(page.locator("#plan .verdict")).to_contain_text("Cổng Thử")
    expect(page.locator("#version")).to_be_visible()
    expect(page.locator("#search")).to_be_hidden()


def test_single_keys_can_be_switched_off(watched):
    page = watched.page
    page.keyboard.press("?")
    page.get_by_label("Dùng phím đơn").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("html")).to_have_attribute("data-night", "no")


def test_the_page_weighs_less_than_400_kilobytes_before_its_tiles(watched):
    addresses = watched.page.evaluate("""() => ["navigation", "resource"]
        .flatMap((type) => performance.getEntriesByType(type)).map(({ name }) => name.split("#")[0])
        .filter((name) => !/\\/(tiles|api|ogc|live)\\b/.test(new URL(name).pathname))""")
    sizes = {address: _sent(watched.page.request.get(address).body(), address) for address in addresses}
    assert any(address.endswith("protomaps-leaflet.js") for address in sizes)
    assert sum(sizes.values()) < WEIGHT_LIMIT, sizes


def _sent(body: bytes, address: str) -> int:
    """Bytes on the wire: static files are stored compressed where they are collected, the page itself is not."""
    return len(gzip.compress(body)) if "/static/" in address else len(body)
