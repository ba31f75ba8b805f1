"""What may be asked of a layer, and what is said to a question that makes no sense."""

import json
from datetime import date

import orjson
import pytest
from django.test import RequestFactory
from openapi_spec_validator import validate

from gis_core.errors import BadRequest
from gis_core.registry import layer_registry
from gis_core.values import Bbox
from layers.audience import Audience
from layers.crs_params import CRS84
from layers.items import MAX_LIMIT, PARAMETERS, ItemsQuery, Period
from layers.openapi import describe_api
from layers.ordering import Place, SortKey

HYDRANTS = layer_registry.get("hydrants")


def ask(query: str, audience: Audience = Audience(), layer: str = "hydrants") -> ItemsQuery:  # noqa: B008 - frozen
    return ItemsQuery.from_request(RequestFactory().get(f"/x?{query}"), layer_registry.get(layer), audience)


def test_no_parameters_ask_for_the_first_hundred():
    assert ask("") == ItemsQuery(bbox=None, limit=100, period=None, after=Place(), crs=CRS84)


def test_a_box_of_six_numbers_leaves_the_heights_aside():
    assert ask("bbox=105.8,21.0,-5,105.9,21.1,50").bbox == Bbox(105.8, 21.0, 105.9, 21.1)


def test_a_limit_above_the_maximum_is_clamped_not_refused():
    assert ask("limit=999999").limit == MAX_LIMIT


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("bobx=1,2,3,4", ", ".join((*PARAMETERS, "ref"))),
        ("bbox=21.0,105.8,21.1,105.9", "did you mean the bounding box 105.8,21.0,105.9,21.1"),
        ("bbox=nan,21,106,22", "decimal point"),
        ("bbox=105,21,inf,22", "decimal point"),
        ("bbox=105.8,21.0,105.9", "not 3"),
        ("bbox=", "bbox is missing"),
        ("bbox=105.9,21.0,105.8,21.1", "west before east"),
        ("bbox=105.8,21.1,105.9,21.0", "minimum above its maximum"),
        ("bbox=105,20,106,21&bbox=105,20,106,21", "stands twice"),
        ("limit=0", "at least 1"),
        ("limit=-3", "at least 1"),
        ("limit=1e3", "whole number"),
        ("limit=", "whole number"),
        ("limit=٣", "whole number"),
        ("after=abc", "link “next”"),
        ("after=99999999999999999999", "link “next”"),
        ("after=5&sortby=name", "link “next”"),
        ("after=W1siK25hbWUiXSxbMV0sMV0&sortby=name", "link “next”"),
        ("after=W1siK25hbWUiXSxbIngiXSwxXQ&sortby=-name", "link “next”"),
        ("after=W1siK2Zsb3dfbHBzIl0sWyJuYW4iXSwxXQ&sortby=flow_lps", "link “next”"),
        ("sortby=", "it may name: ref"),
        ("sortby=colour", "it may name: ref"),
        ("sortby=name,-name", "once"),
        ("sortby=tags", "it may name: ref"),
        ("properties=", "it may name: ref"),
        ("properties=ref,colour", "it may name: ref"),
        ("crs=EPSG:6957", "EPSG:5897"),
        ("crs=EPSG:2154", "not in the catalogue"),
        ("crs=/etc/passwd", "EPSG:5897"),
        ("crs=%2Bproj%3Dutm", "EPSG:5897"),
        ("bbox-crs=utm", "bbox-crs is “utm”"),
        ("filter-crs=utm", "filter-crs is “utm”"),
        ("filter-lang=sql", "cql2-text, cql2-json"),
        ("bbox=105.8,21.0,105.9,21.1&bbox-crs=EPSG:4326", "latitude before longitude"),
        ("bbox=21.0,105.8,95.0,105.9&bbox-crs=EPSG:4326", "beyond the Earth"),
        ("bbox=9e6,0,9.1e6,10&bbox-crs=EPSG:5897", "beyond what EPSG:5897 reaches"),
        ("bbox=2,2,1,3&bbox-crs=EPSG:5897", "minimum above"),
        ("status=broken", "working"),
        ("synthetic=yes", "boolean"),
        ("flow_lps=nan", "number"),
        ("verified_on=2025-02-30", "date"),
        ("created_at=2025-02-03T00:00:00", "date-time"),
        ("name=%00", "string"),
        ("tags=x", "no parameter “tags”"),
        ("datetime=yesterday", "2025-07-01"),
        ("datetime=2025-02-30", "2025-07-01"),
        ("datetime=2025-07-01T08:00:00", "its zone"),
        ("datetime=2025-W27-2", "2025-07-01"),
        ("datetime=../..", "start/end"),
        ("datetime=/", "start/end"),
        ("datetime=2025-07-02/2025-07-01", "start first"),
        ("datetime=2025-07-01/2025-07-02/2025-07-03", "start/end"),
        ("datetime=", "2025-07-01"),
        ("f=xml", "json, geojson"),
    ],
)
def test_a_bad_question_is_refused_and_told_what_would_be_right(query, says):
    with pytest.raises(BadRequest) as refusal:
        ask(query)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-01", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-06-30T16:59:59Z", date(2025, 6, 30), date(2025, 6, 30)),
        ("2025-06-30T17:00:00Z", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-07-01t00:00:00.5%2B07:00", date(2025, 7, 1), date(2025, 7, 1)),
        ("2025-01-01/2025-07-01", date(2025, 1, 1), date(2025, 7, 1)),
        ("../2025-07-01", None, date(2025, 7, 1)),
        ("/2025-07-01", None, date(2025, 7, 1)),
        ("2025-07-01/..", date(2025, 7, 1), None),
        ("2025-07-01/", date(2025, 7, 1), None),
    ],
)
def test_datetime_takes_days_instants_and_intervals_open_at_one_side(text, first, last):
    assert ask(f"datetime={text}").period == Period(first, last)


PHONE = next(field.name for field in HYDRANTS.fields if field.sensitive)


@pytest.mark.parametrize("query", [f"{PHONE}=1", f"sortby={PHONE}", f"properties={PHONE}"])
def test_what_is_not_shown_is_not_known_either(query):
    with pytest.raises(BadRequest) as refusal:
        ask(query)
    assert PHONE not in str(refusal.value).replace(f"“{PHONE}”", "")


@pytest.mark.parametrize("query", [f"{PHONE}=1", f"sortby={PHONE}"])
def test_who_sees_an_attribute_of_some_features_cannot_search_all_by_it(query):
    with pytest.raises(BadRequest):
        ask(query, Audience(units=frozenset({7})))
    assert ask(query, Audience(everywhere=True))


def test_sorting_reads_signs_and_a_plus_that_became_a_space():
    by_name = {field.name: field for field in HYDRANTS.fields}
    assert ask("sortby=%2Bname,-flow_lps,+status").sort == (
        SortKey(by_name["name"]),
        SortKey(by_name["flow_lps"], descending=True),
        SortKey(by_name["status"]),
    )


@pytest.mark.parametrize("values", [("Trụ “Á”", "12.5"), (None, "1e-07"), ("", None)])
def test_a_place_in_an_order_survives_the_address(values):
    keys = ask("sortby=name,-flow_lps").sort
    place = Place(42, values)
    assert Place.from_text(place.spell(keys), keys) == place


@pytest.mark.parametrize("text", ["EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/4326", "[EPSG:4326]"])
def test_a_box_of_epsg_4326_is_latitude_first(text):
    assert ask(f"bbox=21.0,105.8,21.1,105.9&bbox-crs={text}").bbox == Bbox(105.8, 21.0, 105.9, 21.1)


def test_properties_come_in_the_order_of_the_layer():
    assert [field.name for field in ask("properties=name,ref").properties or ()] == ["ref", "name"]


def test_the_description_of_the_api_is_valid_and_knows_every_parameter():
    description = json.loads(orjson.dumps(describe_api(layer_registry, server="http://testserver/ogc")))
    validate(description)
    shared = description["components"]["parameters"]
    assert shared["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100}
    listed = description["paths"]["/collections/hydrants/items"]["get"]["parameters"]
    assert [parameter["$ref"].rsplit("/", 1)[1] for parameter in listed if "$ref" in parameter] == list(PARAMETERS)
    names = {parameter["name"] for parameter in listed if "name" in parameter}
    assert {"status", "flow_lps", "administrative_unit"} <= names
    assert PHONE not in names


def test_a_place_is_spelt_as_the_store_reads_it_however_its_maker_spelt_it():
    """Python reads weeks as days, and zones of 20 hours; PostgreSQL reads neither."""
    fields = {field.name: field for field in layer_registry.get("hydrants").fields}
    for name, made_up, spelt in (
        ("verified_on", "2025-W01-1", "2024-12-30"),
        ("created_at", "2025-07-01T00:00:00-20:35", "2025-07-01 20:35:00+00:00"),
    ):
        keys = (SortKey(fields[name]),)
        text = Place(7, (made_up,)).spell(keys)
        assert Place.from_text(text, keys) == Place(7, (spelt,))
