"""`GET /coverage/report`: the stored figures as they are, with what nobody knows kept apart."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from gis_core.models import AdministrativeUnit
from routes.coverage.models import BuildingCoverage, CoverageRun, WardCoverage

pytestmark = pytest.mark.django_db
AREA = MultiPolygon(Polygon.from_bbox((105.80, 21.00, 105.82, 21.02)), srid=4326)


@pytest.fixture
def computed():
    """Two wards; in one of them a house that is covered, one that is not, and one that nobody can classify."""
    CoverageRun.objects.create(
        at=timezone.now(), rules_on=date(2026, 11, 29), vehicle="engine-large", network_version=3, data_version="v"
    )
    wards = [
        AdministrativeUnit.objects.create(
            ref=f"unit/{code}", code=code, name=name, level=3, valid_from=date(2025, 7, 1), geom=AREA
        )
        for code, name in (("00082", "Phường Bến Tây"), ("00331", "<b>Phường</b> Chợ Sáng"))
    ]
    for ward, uncovered in zip(wards, (1, 7), strict=True):
        WardCoverage.objects.create(
            ref=ward.code, name=ward.name, administrative_unit=ward, geom=AREA, band="some", covered_pct=33.3,
            buildings=uncovered + 2, buildings_covered=1, buildings_not_covered=uncovered, buildings_not_classifiable=1,
            buildings_households_unknown=2, households_perhaps_beyond_200m=17, rules_on=date(2026, 11, 29),
        )  # fmt: skip
    for number, (coverage, reason, metres) in enumerate(
        [("covered", "enough", 40), ("not_covered", "none_usable", 151), ("not_classifiable", "flow_unknown", 90)]
    ):
        BuildingCoverage.objects.create(
            ref=f"buildings/b{number}", of_layer="buildings", of_id=number, coverage=coverage, computed=coverage,
            reason=reason, demand_least_lps=10, demand_lps=10, nearest_hose_m=metres, truck="unknown",
            rules_on=date(2026, 11, 29), administrative_unit=wards[0],
            geom=Point(105.81, 21.01 + number / 1e4, srid=4326),
        )  # fmt: skip
    return wards


def ask(client, path="/coverage/report", language="en", status=200, **query):
    client.cookies["django_language"] = language
    response = client.get(path, query)
    assert response.status_code == status, response.content
    return response


def text_of(response):
    page = re.sub(r"<(script|style)>.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_city_lists_its_wards_with_most_houses_not_covered_first(client, computed):
    page = text_of(ask(client))
    assert page.index("Chợ Sáng") < page.index("Phường Bến Tây")
    assert "not covered 8" in page


def test_a_ward_lists_the_houses_that_are_not_covered_and_why(client, computed):
    page = text_of(ask(client, ward="00082"))
    assert "buildings/b1" in page
    assert "151 m of hose away" in page
    assert "buildings/b0" not in page
    assert "buildings/b2" not in page, "what nobody can classify is not called uncovered"


def test_what_nobody_counted_and_what_is_only_perhaps_stand_apart(client, computed):
    page = text_of(ask(client, ward="00082"))
    assert "Buildings in which nobody counted 2 0" in page
    assert "> 200 m 0 17 0 0" in page


def test_a_name_that_is_html_stays_a_name(client, computed):
    assert "<b>Phường</b>" not in ask(client).content.decode()


def test_the_report_is_shut_in_and_vietnamese_first(client, computed):
    response = ask(client, language="")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Phường Bến Tây" in text_of(response)
    assert 'lang="vi"' in response.content.decode()


def test_the_pdf_is_one(client, computed):
    assert ask(client, "/coverage/report.pdf", ward="00082").content.startswith(b"%PDF-")


def test_before_anything_was_computed_it_says_so(client):
    assert ask(client, status=404).json()["type"].endswith("coverage-not-computed")


def test_a_ward_that_does_not_exist_is_told(client, computed):
    assert ask(client, ward="99999", status=404).json()["type"].endswith("unknown-ward")
    ask(client, colour="red", status=400)


def test_the_number_of_queries_is_fixed(client, computed, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        ask(client)
    with django_assert_max_num_queries(5):
        ask(client, ward="00082")
