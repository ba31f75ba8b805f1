"""OGC API – Tiles Part 1: from the landing page alone to a tile, as QGIS and GDAL find their way."""

import pytest
from django.contrib.gis.geos import Point

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.tile_grid import MAX_ZOOM, tile_at

pytestmark = pytest.mark.django_db

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
GRID = "WebMercatorQuad"
GRID_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID}"
LON, LAT = 105.8201, 21.0003


@pytest.fixture
def hydrant():
    return Hydrant.objects.create(ref="TN-1", geom=Point(LON, LAT, srid=4326))


def follow(client, document, rel: str):
    [link] = [link for link in document["links"] if link["rel"] == rel]
    response = client.get(link["href"])
    assert response.status_code == 200, link
    return response.json()


def test_the_classes_of_tiles_are_declared(client):
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt"):
        assert CONF + name in declared


def test_from_the_landing_page_a_client_finds_its_way_to_a_tile(client, hydrant):
    collections = follow(client, client.get("/ogc").json(), "data")["collections"]
    [collection] = [described for described in collections if described["id"] == "hydrants"]
    [listed] = follow(client, collection, REL + "tilesets-vector")["tilesets"]
    assert (listed["dataType"], listed["tileMatrixSetURI"]) == ("vector", GRID_URI)
    described = follow(client, listed, "self")
    [item] = [link for link in described["links"] if link["rel"] == "item"]
    assert (item["templated"], item["type"]) == (True, "application/vnd.mapbox-vector-tile")
    tile = tile_at(LON, LAT, 16)
    address = item["href"].format(tileMatrix="16", tileRow=tile.y, tileCol=tile.x)
    response = client.get(address)
    assert response.headers["Content-Type"] == item["type"]
    assert response.content == client.get(f"/tiles/hydrants/16/{tile.x}/{tile.y}.mvt").content
    assert b"TN-1" in response.content


def test_a_tile_set_says_where_tiles_are_and_what_is_in_them(client, hydrant):
    described = client.get(f"/ogc/collections/hydrants/tiles/{GRID}").json()
    assert (described["crs"], described["tileMatrixSetURI"]) == (
        "http://www.opengis.net/def/crs/EPSG/0/3857", GRID_URI,
    )  # fmt: skip
    assert [limit["tileMatrix"] for limit in described["tileMatrixSetLimits"]] == [str(z) for z in range(MAX_ZOOM + 1)]
    tile = tile_at(LON, LAT, 14)
    assert described["tileMatrixSetLimits"][14] == {
        "tileMatrix": "14", "minTileRow": tile.y, "maxTileRow": tile.y, "minTileCol": tile.x, "maxTileCol": tile.x,
    }  # fmt: skip
    [layer] = described["layers"]
    assert (layer["id"], layer["geometryDimension"]) == ("hydrants", 0)
    properties = layer["propertiesSchema"]["properties"]
    assert properties["flow_lps"]["type"] == "number"
    assert properties["count"]["type"] == "integer"
    assert "contact_phone" not in properties


def test_the_grid_is_that_of_the_web(client):
    grid = follow(client, client.get(f"/ogc/collections/roads/tiles/{GRID}").json(), REL + "tiling-scheme")
    assert (grid["id"], grid["uri"], len(grid["tileMatrices"])) == (GRID, GRID_URI, MAX_ZOOM + 1)
    first, second = grid["tileMatrices"][:2]
    assert first["scaleDenominator"] == pytest.approx(559082264.0287178)
    assert second["cellSize"] == pytest.approx(78271.51696402048)
    assert first["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
    assert (second["matrixWidth"], second["tileWidth"]) == (2, 256)
    [listed] = follow(client, client.get("/ogc").json(), REL + "tiling-schemes")["tileMatrixSets"]
    assert follow(client, listed, "self")["id"] == GRID


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_layer_has_a_tile_set_with_and_without_a_slash(client, layer):
    for path in (f"/ogc/collections/{layer.id}/tiles", f"/ogc/collections/{layer.id}/tiles/{GRID}"):
        for spelling in (path, path + "/"):
            assert client.get(spelling).status_code == 200
    assert client.get(f"/ogc/collections/{layer.id}/tiles/{GRID}/10/450/813").status_code == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/collections/nothing/tiles", 404),
        ("/ogc/collections/roads/tiles/WorldCRS84Quad", 404),
        (f"/ogc/collections/roads/tiles/{GRID}/3/8/0", 404),
        (f"/ogc/collections/roads/tiles/{GRID}/3/x/0", 404),
        ("/ogc/tileMatrixSets/Nothing", 404),
        (f"/ogc/collections/roads/tiles/{GRID}?a=1", 400),
        (f"/ogc/collections/roads/tiles/{GRID}/3/0/0?datetime=2025", 400),
    ],
)
def test_what_there_is_not_is_a_problem_with_a_reason(client, path, status):
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["detail"]
