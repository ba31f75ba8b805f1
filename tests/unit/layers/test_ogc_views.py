"""The views of OGC API – Features over a source without a database."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from drf_spectacular.validation import validate_schema

from gis_core.errors import BadRequest, NotFound
from gis_core.registry import UnknownLayer, layer_registry
from layers import ogc_views
from layers.items import ItemsQuery, Page, StoredFeature
from layers.ordering import Place

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class FakeSource:
    """Numbered features without a place; remembers what it was asked."""

    count: int = 3
    version: str = "table.1"
    asked: list[object] = field(default_factory=list)

    def __call__(self, layer, audience):
        return self

    def data_version(self):
        self.asked.append("version")
        return self.version

    def page(self, query: ItemsQuery) -> Page:
        self.asked.append(query)
        ids = [n for n in range(1, self.count + 1) if n > query.after.id][: query.limit]
        last = Place(ids[-1]) if ids and ids[-1] < self.count else None
        return Page([*map(self._text, ids)], self.count, last, True, self.version)

    def feature(self, feature_id, crs):
        return StoredFeature(self._text(feature_id), 1) if feature_id <= self.count else None

    def extent(self):
        return (105.8, 21.0, 105.9, 21.1) if self.count else None

    @staticmethod
    def _text(number: int) -> bytes:
        return json.dumps({"type": "Feature", "id": number, "geometry": None, "properties": {}}).encode()


def request_for(path: str, **headers: str):
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


def items(path: str = "/ogc/collections/hydrants/items", source: FakeSource | None = None, **headers: str):
    view = ogc_views.Items.as_view(source=source or FakeSource())
    return view(request_for(path, **headers), layer_id="hydrants")


def test_the_envelope_carries_counts_time_version_and_the_synthetic_mark():
    response = items()
    page = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/geo+json"
    assert list(page) == [
        "type", "numberMatched", "numberReturned", "timeStamp", "dataVersion", "synthetic", "links", "features",
    ]  # fmt: skip
    assert (page["type"], page["numberMatched"], page["numberReturned"]) == ("FeatureCollection", 3, 3)
    assert page["timeStamp"].endswith("Z")
    assert page["dataVersion"] == "table.1"
    assert page["synthetic"] is True
    assert [feature["id"] for feature in page["features"]] == [1, 2, 3]


def test_following_next_links_sees_every_feature_once_and_ends():
    source, path, seen = FakeSource(count=7), "/ogc/collections/hydrants/items?limit=3&bbox=105,20,106,22", []
    while path:
        page = json.loads(items(path, source).content)
        seen += [feature["id"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert all(query.bbox is not None for query in source.asked)


def test_self_and_collection_links_carry_their_media_types():
    links = {link["rel"]: link for link in json.loads(items().content)["links"]}
    assert links["self"]["type"] == "application/geo+json"
    assert links["self"]["href"] == "http://testserver/ogc/collections/hydrants/items"
    assert links["collection"]["href"] == "http://testserver/ogc/collections/hydrants"


def test_an_answer_that_the_reader_has_is_not_read_again():
    source = FakeSource()
    etag = items(source=source).headers["ETag"]
    source.asked.clear()
    again = items(source=source, if_none_match=etag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert source.asked == ["version"]


def test_an_answer_on_older_data_is_read_again():
    source = FakeSource()
    etag = items(source=source).headers["ETag"]
    source.version = "table.2"
    assert items(source=source, if_none_match=etag).status_code == 200


def test_another_question_has_another_etag():
    assert items("/x?limit=1").headers["ETag"] != items("/x?limit=2").headers["ETag"]


def test_an_unknown_layer_is_named_together_with_the_known_ones():
    with pytest.raises(UnknownLayer, match="public-firefighting-points"):
        ogc_views.Items.as_view(source=FakeSource())(request_for("/x"), layer_id="hydrant")


def test_a_feature_links_to_itself_and_its_collection():
    view = ogc_views.Item.as_view(source=FakeSource())
    feature = json.loads(view(request_for("/here"), layer_id="hydrants", feature_id="2").content)
    assert (feature["type"], feature["id"]) == ("Feature", 2)
    assert {link["rel"] for link in feature["links"]} >= {"self", "collection"}


@pytest.mark.parametrize("feature_id", ["4", "abc", "-1", "1.0", "99999999999999999999", "٣"])
def test_a_feature_that_cannot_be_is_not_found(feature_id):
    view = ogc_views.Item.as_view(source=FakeSource())
    with pytest.raises(NotFound, match="no feature"):
        view(request_for("/x"), layer_id="hydrants", feature_id=feature_id)


def test_every_layer_is_a_collection_with_a_link_to_its_items():
    view = ogc_views.Collections.as_view(source=FakeSource())
    collections = json.loads(view(request_for("/ogc/collections")).content)["collections"]
    assert [collection["id"] for collection in collections] == [layer.id for layer in layer_registry]
    hydrants = next(collection for collection in collections if collection["id"] == "hydrants")
    assert hydrants["extent"]["spatial"]["bbox"] == [[105.8, 21.0, 105.9, 21.1]]
    assert {link["rel"] for link in hydrants["links"]} >= {"self", "items"}


def test_an_empty_layer_has_no_extent_rather_than_a_made_up_one():
    view = ogc_views.Collection.as_view(source=FakeSource(count=0))
    assert "extent" not in json.loads(view(request_for("/x"), layer_id="hydrants").content)


def test_the_landing_page_leads_a_client_on_as_qgis_needs_it():
    page = json.loads(ogc_views.LandingPage.as_view()(request_for("/ogc")).content)
    links = {link["rel"]: link for link in page["links"]}
    assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert links["data"]["href"] == "http://testserver/ogc/collections"
    assert links["conformance"]["href"] == "http://testserver/ogc/conformance"


def test_only_what_tests_show_is_declared():
    declared = json.loads(ogc_views.Conformance.as_view()(request_for("/x")).content)["conformsTo"]
    assert len(declared) == len(set(declared))
    reference = "".join(path.read_text("utf-8") for path in (ROOT / "docs/reference").glob("*.md"))
    assert [uri for uri in declared if f"`{uri.rsplit('/', 1)[1]}`" not in reference] == []


@pytest.mark.parametrize("view", [ogc_views.LandingPage, ogc_views.Conformance, ogc_views.ApiDescription])
def test_no_resource_ignores_an_unknown_parameter(view):
    with pytest.raises(BadRequest, match="there are: f"):
        view.as_view()(request_for("/x?verbose=1"))


def test_the_description_is_valid_openapi_and_knows_every_layer():
    response = ogc_views.ApiDescription.as_view()(request_for("/ogc/api"))
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    description = json.loads(response.content)
    validate_schema(description)
    assert description["openapi"].startswith("3.0.")
    assert description["servers"] == [{"url": "http://testserver/ogc"}]
    assert {f"/collections/{layer.id}/items" for layer in layer_registry} <= set(description["paths"])
    # QGIS takes its page size from here.
    assert description["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000


def test_writing_is_refused_in_the_shape_of_all_problems():
    request = RequestFactory().post("/ogc")
    response = ogc_views.LandingPage.as_view()(request)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.headers["Content-Type"] == "application/problem+json"
