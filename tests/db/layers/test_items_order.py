"""Sorting, paging by key in any order, choosing attributes, choosing by value, and counting once."""

import json
import math
import random
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db import connection

from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.counts import KnownCount
from layers.items import ItemsQuery
from layers.postgis import PostgisSource
from tests.db.layers.test_items import square

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/hydrants/items"
NAMES = ["Đống Đa", "Dương", "Da", "Ấu", "an", "Án", "án", "", "Zéro", "Trụ %s", "Trụ “1”"]


def read(client, path: str) -> dict:
    response = client.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def every_page(client, path: str) -> list[dict]:
    seen, matched = [], set()
    while path:
        page = read(client, path)
        seen += page["features"]
        matched.add(page["numberMatched"])
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert matched == {len(seen)}
    return seen


@pytest.fixture
def _rows():
    rng = random.Random(5)
    units = [
        AdministrativeUnit.objects.create(
            ref=f"u{n}", code=f"9900{n}", name=f"P {n}", level=3, valid_from=date(2025, 7, 1), geom=square(105 + n, 21)
        )
        for n in range(2)
    ]
    some = [None, 1.1, 0.1 + 0.2, 1e-7, 1e20, math.nan, math.inf, -math.inf, 5.0]
    days = [None, date(2025, 1, 1), date(1999, 12, 31)]
    Hydrant.objects.bulk_create(
        Hydrant(
            ref=f"TN-{n}",
            geom=Point(rng.choice([105.005, 106.005, 107]), 21.005, srid=4326),
            name=rng.choice(NAMES),
            flow_lps=rng.choice(some),
            verified_on=rng.choice(days),
            synthetic=rng.random() < 0.3,
            contact_phone=rng.choice(["", "0900"]),
        )
        for n in range(150)
    )
    Hydrant.objects.filter(pk__in=Hydrant.objects.values("pk")[:70]).update(
        created_at=datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(microseconds=1)
    )
    assert len(units) == 2


ORDERS = [
    "flow_lps", "-flow_lps", "name", "-name,flow_lps", "verified_on,-name", "-verified_on", "synthetic,flow_lps,name",
    "administrative_unit,-ref", "-administrative_unit,flow_lps", "created_at,name", "version", "-ref",
]  # fmt: skip


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("sortby", ORDERS)
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_in_any_order_hold_every_feature_once_and_in_the_order_of_one_page(client, sortby, limit):
    whole = [feature["id"] for feature in read(client, f"{ITEMS}?limit=1000&sortby={sortby}")["features"]]
    assert [feature["id"] for feature in every_page(client, f"{ITEMS}?limit={limit}&sortby={sortby}")] == whole
    assert sorted(whole) == sorted(Hydrant.objects.values_list("pk", flat=True))


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", ["flow_lps", "verified_on", "synthetic", "administrative_unit", "created_at"])
def test_values_rise_or_fall_and_what_nobody_knows_comes_last(client, sign, name):
    features = read(client, f"{ITEMS}?limit=1000&sortby={sign}{name}")["features"]
    values = [feature["properties"][name] for feature in features]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=bool(sign))


def test_names_stand_as_in_a_vietnamese_dictionary(client):
    for n, name in enumerate(["Zéro", "Đống Đa", "Dương", "Án", "Ấu", "An"]):
        Hydrant.objects.create(ref=str(n), name=name, geom=Point(105.8, 21, srid=4326))
    names = [feature["properties"]["name"] for feature in read(client, f"{ITEMS}?sortby=name")["features"]]
    assert names == ["An", "Án", "Ấu", "Dương", "Đống Đa", "Zéro"]


@pytest.mark.usefixtures("_rows")
def test_what_changes_between_two_pages_neither_repeats_nor_hides_another_feature(client):
    first = read(client, f"{ITEMS}?limit=50&sortby=-name")
    seen = [feature["id"] for feature in first["features"]]
    Hydrant.objects.filter(pk=seen[-1]).delete()
    Hydrant.objects.create(ref="new", name="Zzz", geom=Point(105.8, 21, srid=4326))
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    later = [feature["id"] for feature in read(client, following.replace("limit=50", "limit=500"))["features"]]
    assert not set(seen) & set(later)
    assert len(seen) + len(later) == 150


@pytest.mark.usefixtures("_rows")
def test_the_next_link_keeps_every_parameter(client):
    asked = {
        "limit": "2", "sortby": "-name,+flow_lps", "properties": "ref,name", "crs": "EPSG:5897",
        "bbox": "21,104,22,108", "bbox-crs": "EPSG:4326", "datetime": "2026-01-01", "synthetic": "false", "f": "json",
    }  # fmt: skip
    features = every_page(client, f"{ITEMS}?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()))
    assert len(features) == Hydrant.objects.filter(synthetic=False).count()
    assert all(set(feature["properties"]) == {"ref", "name"} for feature in features)
    assert all(feature["geometry"]["coordinates"][1] > 1_000_000 for feature in features)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ref=TN-7", {"ref": "TN-7"}),
        ("flow_lps=1.1", {"flow_lps": 1.1}),
        ("synthetic=true", {"synthetic": True}),
        ("verified_on=1999-12-31", {"verified_on": date(1999, 12, 31)}),
        ("administrative_unit=u1&synthetic=false", {"administrative_unit__ref": "u1", "synthetic": False}),
        ("administrative_unit=nowhere", {"ref": "nothing"}),
        (f"name={quote(NAMES[9])}", {"name": NAMES[9]}),
        ("name=", {"name": ""}),
    ],
)
def test_a_value_chooses_the_features_that_have_it(client, query, expected):
    page = read(client, f"{ITEMS}?limit=1000&{query}")
    assert {f["id"] for f in page["features"]} == set(Hydrant.objects.filter(**expected).values_list("pk", flat=True))
    assert page["numberMatched"] == len(page["features"])


class TestAudience:
    @pytest.fixture(autouse=True)
    def _signed_in(self, _rows, client):
        user = get_user_model().objects.create_user("somebody")
        RoleGrant.objects.create(user=user, role="field", administrative_unit=AdministrativeUnit.objects.get(ref="u0"))
        client.force_login(user)

    def test_a_chosen_attribute_is_left_out_where_the_reader_may_not_see_it(self, client):
        features = read(client, f"{ITEMS}?limit=1000&properties=ref,contact_phone,administrative_unit")["features"]
        shown = {f["properties"]["administrative_unit"] for f in features if "contact_phone" in f["properties"]}
        assert shown == {"u0"}

    @pytest.mark.parametrize("query", ["sortby=contact_phone", "contact_phone=0900"])
    def test_no_order_and_no_choice_tells_what_is_not_shown(self, client, query):
        assert client.get(f"{ITEMS}?{query}").status_code == 400


@pytest.mark.usefixtures("_rows")
def test_features_are_counted_once_for_each_state_of_the_data(client):
    def counted(path: str) -> tuple[int, bool]:
        source = PostgisSource(layer_registry.get("hydrants"))
        statement, params = source.statement(ItemsQuery(), KnownCount("", source.data_version(), 7))
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + statement.as_string(), params)
            skipped = "(never executed)" in "\n".join(row[0] for row in cursor.fetchall())
        return read(client, path)["numberMatched"], skipped

    assert counted(ITEMS) == (150, True)
    assert counted(ITEMS) == (150, True)
    Hydrant.objects.create(ref="one more", geom=Point(105.8, 21, srid=4326))
    assert counted(ITEMS) == (151, True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hydrants_hydrant WHERE ref LIKE 'TN-1%'")
    assert counted(ITEMS)[0] == Hydrant.objects.count()


def test_a_page_that_takes_too_long_is_given_up_with_a_reason(client):
    Hydrant.objects.bulk_create(Hydrant(ref=str(n), geom=Point(105.8, 21, srid=4326)) for n in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2ms'")
    response = client.get(f"{ITEMS}?limit=10000", headers={"accept-language": "en"})
    assert response.status_code == 503
    assert response.json()["type"] == "urn:thuy-lo:problem:took-too-long"
    assert "limit" in response.json()["detail"]
    assert b"canceling" not in response.content


@pytest.mark.usefixtures("_rows")
def test_a_filter_holds_on_every_page_and_in_the_count_together_with_everything_else(client):
    asked = {
        "filter": "flow_lps > 1 AND name IN ('an', 'Án', 'Da')",
        "sortby": "-name",
        "limit": "3",
        "synthetic": "false",
    }
    features = every_page(client, f"{ITEMS}?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()))
    expected = Hydrant.objects.filter(name__in=["an", "Án", "Da"], flow_lps__gt=1, flow_lps__lt=1e300, synthetic=False)
    assert {feature["id"] for feature in features} == set(expected.values_list("pk", flat=True))
    assert features


def test_the_place_of_a_filter_is_read_in_the_axis_order_of_its_system(client):
    for n, lon in enumerate((105.8, 106.8)):
        Hydrant.objects.create(ref=str(n), geom=Point(lon, 21, srid=4326))
    near = quote("S_INTERSECTS(geom, BBOX(20.9,105.7,21.1,105.9))")
    page = read(client, f"{ITEMS}?filter={near}&filter-crs=EPSG:4326&crs=EPSG:4326")
    assert [feature["geometry"]["coordinates"] for feature in page["features"]] == [[21, 105.8]]


@pytest.mark.parametrize(
    "given", ["filter=colour=1", "filter=contact_phone='1'", "filter=", "filter=flow_lps%20%3E%20'x'"]
)
def test_a_filter_without_sense_is_refused(client, given):
    response = client.get(f"{ITEMS}?{given}")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
