"""Pages of the OGC API in a browser: maps drawn, links that lead on, nothing refused by the security policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from tests.browser.conftest import HTML_NAME, Watched

pytestmark = pytest.mark.django_db  # the test database, not the one in use

COUNT = """(colour) => {
    const canvas = document.querySelector(".feature-canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) count += [0, 1, 2].every((k) => data[i + k] === colour[k]);
    return count;
}"""
FAULTY, WORKING = [0xDC, 0x26, 0x26], [0x03, 0x69, 0xA1]


@pytest.fixture
def page(watched: Watched, served: str) -> Page:
    watched.page.goto(f"{served}/ogc")
    return watched.page


def is_drawn(page: Page, number: int) -> None:
    expect(page.locator("#map")).to_have_attribute("data-drawn", str(number))
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")


def test_from_the_landing_page_to_a_feature_by_links_alone(page, watched):
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator(".layer-list canvas.swatch").count() == len(list(layer_registry))
    page.locator(".layer-list").get_by_role("link", name="Hydrants", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hydrants")
    expect(page.locator("#legend li").nth(0)).to_have_text("working")
    expect(page.locator("#legend li").nth(1)).to_have_text("faulty")
    page.get_by_role("link", name="Features", exact=True).click()
    is_drawn(page, 3)
    assert page.evaluate(COUNT, FAULTY) > 20
    page.get_by_role("link", name="near", exact=True).click()
    is_drawn(page, 1)
    assert page.evaluate(COUNT, WORKING) > 20
    assert page.evaluate(COUNT, FAULTY) == 0
    expect(page.locator("table")).to_contain_text(HTML_NAME)
    assert page.title() != "broken"
    assert len(watched.hosts) == 1


def test_the_map_of_a_layer_opens_a_feature_and_asks_for_what_it_shows(page, served):
    page.goto(f"{served}/ogc/collections/fire-stations")
    is_drawn(page, 1)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".leaflet-popup").get_by_role("link", name="Open this feature").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đội Thử")
    page.goto(f"{served}/ogc/collections/hydrants/items")
    is_drawn(page, 3)
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 400, y, steps=8)
    page.wait_for_timeout(200)  # a map that is let go while it moves goes on, as far as the machine is slow
    page.mouse.up()
    west = "new URLSearchParams(document.querySelector('#only-here').search).get('bbox').split(',')[0]"
    far = Hydrant.objects.get(ref="far").geom
    link = page.locator("#only-here")
    expect(link).to_have_attribute("href", re.compile("bbox="))
    page.wait_for_function(f"() => Number({west}) > {far.x}")
    link.click()
    is_drawn(page, 2)
    expect(page.locator("tbody")).not_to_contain_text("far")
    page.get_by_role("link", name="Everywhere").click()
    is_drawn(page, 3)


def test_the_language_is_chosen_in_the_page_and_stays(page):
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert page.url.endswith("/ogc")
    page.goto(page.url + "/collections")
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_a_bad_question_is_a_page_too(watched, served):
    watched.page.goto(f"{served}/ogc/collections/hydrants/items?bbox=1")
    expect(watched.page.locator("main")).to_contain_text("A bounding box has 4 numbers")
    assert all("400" in each for each in watched.failures)
    watched.forgive()
