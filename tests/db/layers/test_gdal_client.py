"""What GDAL's OAPIF driver makes of the service, asked from the landing page alone, as ogrinfo and ogr2ogr do."""

import json
import re
import shutil
import subprocess

import pytest
from django.contrib.gis.db.models import Extent, GeometryField
from django.contrib.gis.geos import Polygon
from django.db.models.functions import Cast

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.models import Building
from tests.live import WITHOUT_PROXY, live_demo

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("ogrinfo"), reason="gdal-bin is not installed: script/bootstrap says how"),
]

BOX = (105.812, 20.999, 105.818, 21.005)
TYPES = {
    "integer": {"Integer", "Integer64"},
    "number": {"Real", "Integer"},
    "date": {"Date"},
    "boolean": {"Integer(Boolean)"},
}


@pytest.fixture(scope="module")
def live(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), live_demo() as started:
        yield started


@pytest.fixture(autouse=True)
def _nothing_asked_yet(live):
    live.asked.clear()


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=WITHOUT_PROXY)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def features(tmp_path, *arguments: str) -> list[dict]:
    path = tmp_path / "out.geojson"
    run("ogr2ogr", "-f", "GeoJSON", str(path), *arguments)
    return json.loads(path.read_text("utf-8"))["features"]


def planar(model):
    return model.objects.annotate(plane=Cast("geom", GeometryField(srid=4326)))


@pytest.mark.parametrize("slash", ["", "/"], ids=["without-slash", "with-slash"])
def test_every_layer_opens_from_the_landing_page_with_its_count_and_extent(live, slash):
    report = run("ogrinfo", "-ro", "-so", "-al", f"OAPIF:{live.url}/ogc{slash}")
    parts = dict(re.findall(r"Layer name: (\S+)\n(.*?)(?=\nLayer name: |\Z)", report, re.DOTALL))
    assert set(parts) == {layer.id for layer in layer_registry}
    for layer in layer_registry:
        assert f"Feature Count: {layer.model.objects.count()}\n" in parts[layer.id]
        box = planar(layer.model).aggregate(box=Extent("plane"))["box"]
        found = re.search(r"Extent: \(([\d.]+), ([\d.]+)\) - \(([\d.]+), ([\d.]+)\)", parts[layer.id])
        assert [float(side) for side in found.groups()] == pytest.approx(box, abs=1e-6)


def test_attributes_have_their_types(live):
    report = run("ogrinfo", "-ro", "-so", f"OAPIF:{live.url}/ogc", "hydrants")
    found = dict(re.findall(r"^(\w+): (\w+(?:\(\w+\))?) \(", report, re.MULTILINE))
    [layer] = [each for each in layer_registry if each.id == "hydrants"]
    public = [field for field in layer.fields if not field.sensitive]
    assert [field.name for field in public if field.name not in found] == []
    wrong = {
        field.name: found[field.name]
        for field in public
        if found[field.name] not in TYPES.get(field.type, found.values())
    }
    assert wrong == {}
    assert [field.name for field in layer.fields if field.sensitive and field.name in found] == []


def test_a_box_is_asked_of_the_server_not_sifted_by_the_client(live, tmp_path):
    found = features(tmp_path, f"OAPIF:{live.url}/ogc", "hydrants", "-spat", *map(str, BOX))
    inside = planar(Hydrant).filter(plane__intersects=Polygon.from_bbox(BOX))
    assert {feature["properties"]["ref"] for feature in found} == set(inside.values_list("ref", flat=True))
    assert 0 < len(found) < Hydrant.objects.count()
    assert any("/items?" in each and "bbox=" in each for each in live.asked), live.asked


def test_pages_follow_each_other_without_a_repeat_or_a_gap(live, tmp_path):
    found = features(tmp_path, "-oo", "PAGE_SIZE=700", f"OAPIF:{live.url}/ogc", "buildings")
    refs = [feature["properties"]["ref"] for feature in found]
    assert len(refs) == len(set(refs))
    assert set(refs) == set(Building.objects.values_list("ref", flat=True))
    assert sum("limit=700" in each for each in live.asked) >= 5, live.asked
