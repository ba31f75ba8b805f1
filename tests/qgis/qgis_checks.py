"""What QGIS 3.22 makes of the service. `script/test-qgis` runs it; 930 MB are too much for every run of script/test."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.contrib.gis.db.models import Extent, GeometryField
from django.contrib.gis.geos import Polygon
from django.db.models.functions import Cast

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from tests.live import WITHOUT_PROXY, live_demo

pytestmark = pytest.mark.django_db

BOX = (105.812, 20.999, 105.818, 21.005)
LAYERS = pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
SPELLINGS = pytest.mark.parametrize("spelling", ["/ogc", "/ogc/"], ids=["without-slash", "with-slash"])

# QGIS 3.22 takes types from the first features, not from the schema: a number that is whole there is an Integer.
TYPES = {
    "string": {"String"}, "integer": {"Integer", "Integer64"}, "number": {"Real", "Integer"}, "boolean": {"Boolean"},
    "date": {"Date"}, "date-time": {"DateTime"}, "array": {"IntegerList", "JSON"}, "object": {"JSON"},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return Path(os.environ.get("THUYLO_QGIS_OUT") or tmp_path_factory.mktemp("qgis"))


@pytest.fixture(scope="module")
def looked(django_db_setup, django_db_blocker, folder):
    with django_db_blocker.unblock(), live_demo(more_hydrants=5_000) as live:
        own = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        script = str(Path(__file__).with_name("look.py"))
        done = subprocess.run(
            ["/usr/bin/python3", script, live.url, str(folder)],
            capture_output=True, text=True, timeout=900, env=WITHOUT_PROXY | own,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        yield json.loads((folder / "seen.json").read_text("utf-8")), live


def planar(model):
    return model.objects.annotate(plane=Cast("geom", GeometryField(srid=4326)))


@SPELLINGS
@LAYERS
def test_a_layer_opens_from_the_landing_page_with_its_count_and_extent(looked, layer, spelling):
    seen = looked[0]["layers"][spelling][layer.id]
    assert seen["valid"]
    assert seen["count"] == layer.model.objects.count() > 0
    assert seen["extent"] == pytest.approx(planar(layer.model).aggregate(box=Extent("plane"))["box"], abs=1e-6)


@LAYERS
def test_attributes_have_their_types_where_there_is_a_value(looked, layer):
    found = looked[0]["layers"]["/ogc"][layer.id]["types"]
    public = {field.name: field for field in layer.fields if not field.sensitive}
    assert set(found) == set(public)
    first = layer.model.objects.order_by("pk")[:10].values()
    known = {name for name, field in public.items() if any(row[field.column] not in (None, "", []) for row in first)}
    assert {name: found[name] for name in known if found[name] not in TYPES[public[name].type]} == {}


@SPELLINGS
@LAYERS
def test_a_box_gives_what_lies_in_it(looked, layer, spelling):
    inside = planar(layer.model).filter(plane__intersects=Polygon.from_bbox(BOX))
    assert sorted(looked[0]["layers"][spelling][layer.id]["in_box"]) == sorted(inside.values_list("ref", flat=True))


@LAYERS
def test_the_box_is_asked_of_the_server(looked, layer):
    asked = [each for each in looked[1].asked if each.startswith(f"/ogc/collections/{layer.id}/items?")]
    boxes = [parse_qs(each.partition("?")[2])["bbox"][0] for each in asked if "bbox=" in each]
    assert any([float(side) for side in box.split(",")] == pytest.approx(BOX, abs=1e-9) for box in boxes), asked


def test_five_thousand_features_come_page_by_page_without_a_repeat_or_a_gap(looked):
    refs = looked[0]["paging"]
    assert len(refs) == len(set(refs)) > 5_000
    assert set(refs) == set(Hydrant.objects.values_list("ref", flat=True))
    assert sum("limit=700" in each for each in looked[1].asked) >= 8


@LAYERS
def test_both_style_files_load(looked, layer):
    told = looked[0]["styles"][layer.id]
    assert told["qml"]["loaded"], told
    assert told["sld"]["loaded"], told
    wanted = "categorizedSymbol" if layer.style.by else "singleSymbol"
    assert told["qml"]["renderer"] == ("RuleRenderer" if layer.geometry_type == "Geometry" else wanted)


def test_the_project_opens_with_all_layers_in_drawing_order_in_vn2000(looked):
    seen = looked[0]["project"]
    assert (seen["read"], seen["said"], seen["crs"]) == (True, "", "EPSG:5897")
    assert seen["layers"] == {f"thuy_lo_{layer.id}": True for layer in layer_registry}
    assert len(seen["names"]) == len(list(layer_registry))


@pytest.mark.parametrize(
    ("what", "colour"),
    [("a working hydrant", "#0369a1"), ("a faulty one", "#dc2626"), ("a gate", "#b45309"), ("lodging", "#7c3aed"),
     ("the middle of a doubtful road", "#8a4b12"), ("the edge of a doubtful road", "#c8c4bf")],
)  # fmt: skip
def test_the_project_is_drawn_in_the_colours_of_the_map(looked, what, colour):
    assert looked[0]["project"]["colours"].get(colour, 0) > 20, what


@pytest.mark.parametrize("layer_id", ["hydrants", "roads"])
def test_vector_tiles_are_drawn(looked, layer_id):
    seen = looked[0]["tiles"][layer_id]
    assert seen["valid"]
    assert sum(seen["colours"].values()) > 200
