"""Coordinate systems by reference (OGC API – Features Part 2), against our own way by EPSG:6960."""

import json
import random

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from gis_core.crs import CATALOGUE, Transformer, apart_m
from hydrants.models import Hydrant, WaterBody

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/hydrants/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Hanoi, both ends of the country, and the sea.
PLACES = [(105.8523, 21.0285), (105.31, 21.38), (102.2, 22.4), (109.4, 12.5), (105.0, 8.6), (106.02, 20.57)]


def get(client, path: str):
    response = client.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    return response


@pytest.fixture
def _hydrants():
    for n, (lon, lat) in enumerate(PLACES):
        Hydrant.objects.create(ref=f"TN-{n}", geom=Point(lon, lat, srid=4326))


@pytest.mark.usefixtures("_hydrants")
@pytest.mark.parametrize("crs", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_system_of_the_catalogue_is_served_by_epsg_6960_and_in_its_own_axis_order(client, crs):
    response = get(client, f"{ITEMS}?crs={crs.uri}")
    assert response.headers["Content-Crs"] == f"<{crs.uri}>"
    features = json.loads(response.content)["features"]
    served = [feature["geometry"]["coordinates"] for feature in features]
    xs, ys = Transformer(crs).from_wgs84(*zip(*PLACES, strict=True))
    expected = list(zip(ys, xs, strict=True) if crs.latitude_first else zip(xs, ys, strict=True))
    tolerance = 2e-7 if crs.projection == "degrees" else 0.003
    for ours, theirs in zip(served, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=tolerance)
    one = get(client, f"{ITEMS}/{features[0]['id']}?crs={crs.code}")
    assert one.headers["Content-Crs"] == f"<{crs.uri}>"
    assert json.loads(one.content)["geometry"] == features[0]["geometry"]
    assert "crs" not in features[0]["geometry"]


@pytest.mark.usefixtures("_hydrants")
def test_without_a_wish_the_answer_is_in_crs84_and_says_so(client):
    response = get(client, ITEMS)
    assert response.headers["Content-Crs"] == f"<{CRS84}>"
    assert json.loads(response.content)["features"][0]["geometry"]["coordinates"] == [105.8523, 21.0285]


def test_collections_name_every_system_and_the_one_of_the_store(client):
    for collection in json.loads(get(client, "/ogc/collections").content)["collections"]:
        assert collection["crs"][0] == collection["storageCrs"] == CRS84
        assert set(collection["crs"]) == {entry.uri for entry in CATALOGUE.values()}


def test_vn2000_is_not_mistaken_for_wgs84():
    # A control: if the shift were left out, the test above would see 224 m, not 3 mm.
    assert apart_m(CATALOGUE["EPSG:3405"], CATALOGUE["EPSG:32648"]) > 200


def found(client, path: str, layer: str = "hydrants") -> set[str]:
    page = json.loads(get(client, f"/ogc/collections/{layer}/items?limit=10000&{path}").content)
    assert page["numberMatched"] == page["numberReturned"]
    return {feature["properties"]["ref"] for feature in page["features"]}


@pytest.mark.parametrize("code", ["EPSG:5897", "EPSG:3405", "EPSG:9218", "EPSG:32649", "EPSG:3857", "EPSG:4756"])
@pytest.mark.parametrize("side", [0.004, 0.1, 0.6])
def test_a_box_of_another_system_finds_exactly_what_lies_in_it_there(client, code, side):
    crs, rng = CATALOGUE[code], random.Random(side)
    places = [(rng.uniform(105.3, 106.0), rng.uniform(20.6, 21.3)) for _ in range(400)]
    # Along the edges of the box, as far inside and outside as coordinates are served: where chords would cut corners.
    x0, y0 = Transformer(crs).from_wgs84(105.65 - side / 2, 20.95 - side / 2)
    x1, y1 = Transformer(crs).from_wgs84(105.65 + side / 2, 20.95 + side / 2)
    inside = 2e-8 if crs.projection == "degrees" else 0.001
    for _ in range(100):
        along = rng.random()
        edge = [(x0 + inside, y0 + along * (y1 - y0)), (x0 + along * (x1 - x0), y1 - inside)]
        for x, y in [*edge, (x0 - 1000 * inside, y0 + along * (y1 - y0)), (x0 + along * (x1 - x0), y1 + 1000 * inside)]:
            lon, lat = Transformer(crs).to_wgs84(x, y)
            places.append((float(lon), float(lat)))
    Hydrant.objects.bulk_create(Hydrant(ref=f"{n}", geom=Point(*place, srid=4326)) for n, place in enumerate(places))
    xs, ys = Transformer(crs).from_wgs84(*zip(*places, strict=True))
    numbers = (y0, x0, y1, x1) if crs.latitude_first else (x0, y0, x1, y1)
    box = ",".join(repr(float(number)) for number in numbers)
    expected = {f"{n}" for n, (x, y) in enumerate(zip(xs, ys, strict=True)) if x0 <= x <= x1 and y0 <= y <= y1}
    assert found(client, f"bbox={box}&bbox-crs={crs.uri}") == expected


@pytest.mark.usefixtures("_hydrants")
def test_a_box_without_area_finds_the_point_at_its_served_coordinates(client):
    for code in ("EPSG:5897", "EPSG:3857", "EPSG:4326", "EPSG:4756"):
        [x, y] = json.loads(get(client, f"{ITEMS}?crs={code}").content)["features"][0]["geometry"]["coordinates"]
        assert found(client, f"bbox={x},{y},{x},{y}&bbox-crs={code}") == {"TN-0"}


def test_lines_and_areas_meet_a_box_of_another_system(client):
    ring = [(105.80, 21.0), (105.82, 21.0), (105.80, 21.02), (105.80, 21.0)]
    WaterBody.objects.create(ref="lake", kind="lake", geom=MultiPolygon(Polygon(ring), srid=4326))
    for lon, lat, meets in [(105.805, 21.005, True), (105.8185, 21.0185, False)]:
        x, y = Transformer(CATALOGUE["EPSG:5897"]).from_wgs84(lon, lat)
        box = f"bbox={x - 50},{y - 50},{x + 50},{y + 50}&bbox-crs=EPSG:5897"
        assert found(client, box, "water-bodies") == ({"lake"} if meets else set())


@pytest.mark.usefixtures("_hydrants")
def test_a_world_wide_box_of_a_projected_system_is_cut_to_what_the_system_reaches(client):
    for code in ("EPSG:5897", "EPSG:3857"):
        assert len(found(client, f"bbox=-1e9,-1e9,1e9,1e9&bbox-crs={code}")) == len(PLACES)
