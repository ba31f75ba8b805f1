"""Style documents say what the registry says, all of it."""

from xml.etree import ElementTree as ET

import pytest
from django.test import RequestFactory

from gis_core.errors import BadRequest, NotFound
from gis_core.registry import layer_registry
from layers import style_views
from layers.styles import render_project, render_qml, render_sld
from layers.styles.symbols import cases_of, dashes_mm, glyph_of, least_scale

pytestmark = pytest.mark.usefixtures("english")
LAYERS = pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
SLD = "{http://www.opengis.net/sld}"
OGC = "{http://www.opengis.net/ogc}"


def layer(layer_id: str):
    return layer_registry.get(layer_id)


def option(symbol: ET.Element, name: str) -> str:
    return symbol.find(f".//Option[@name='{name}']").get("value")


def shape_of(symbol: ET.Element) -> str:
    return symbol.find("layer/Option/Option[@name='name']").get("value")


@LAYERS
def test_every_class_of_the_map_is_a_class_in_qgis_and_the_rest_is_drawn_too(layer):
    renderer = ET.fromstring(render_qml(layer)).find("renderer-v2")
    labels = [each.get("label") for each in (*renderer.iter("category"), *renderer.iter("rule"))]
    symbols = {each.get("name"): each for each in renderer.find("symbols").findall("symbol")}
    wanted = [case.label for case in cases_of(layer)]
    if layer.style.by or renderer.get("type") == "RuleRenderer":
        assert set(labels) == set(wanted)
    assert len(symbols) == max(len(labels), 1)
    assert all(each.find("layer") is not None for each in symbols.values())


def test_shape_colour_and_turn_are_those_of_the_symbol():
    renderer = ET.fromstring(render_qml(layer("hydrants"))).find("renderer-v2")
    assert renderer.get("attr") == "status"
    number = {each.get("value"): each.get("symbol") for each in renderer.iter("category")}
    drawn = {value: renderer.find(f"symbols/symbol[@name='{index}']") for value, index in number.items()}
    shapes = {
        value: symbol.find(".//Option[@type='Map']/Option[@name='name']").get("value")
        for value, symbol in drawn.items()
    }
    assert shapes == {
        "working": "circle", "faulty": "cross_fill", "blocked": "square", "missing": "triangle", "unknown": "diamond",
        "": "diamond",
    }  # fmt: skip
    assert option(drawn["faulty"], "color") == "220,38,38,255"
    pin = ET.fromstring(render_qml(layer("public-firefighting-points")))
    assert (option(pin, "angle"), shape_of(pin.find(".//symbol"))) == ("180", "pentagon")


def test_a_layer_of_several_kinds_of_geometry_draws_each_of_them_and_what_has_no_class():
    rules = [each.get("filter") for each in ET.fromstring(render_qml(layer("facilities"))).iter("rule")]
    for kind in ("Point", "Line", "Polygon"):
        assert f"geometry_type($geometry) = '{kind}' AND \"pilot_class\" = 'lodging'" in rules
        assert any(f"'{kind}'" in rule and '"pilot_class" IS NULL OR' in rule for rule in rules)


def test_dashes_of_a_road_are_drawn_over_its_surface():
    style = ET.fromstring(render_qml(layer("roads")))
    assert style.find("renderer-v2").get("symbollevels") == "1"
    unknown = style.find("renderer-v2/symbols/symbol[@name='3']")
    assert [each.get("pass") for each in unknown.findall("layer")] == ["0", "1", "2"]
    assert dashes_mm(layer("roads").style.classes["none"]) == pytest.approx((0.53, 1.32))
    assert [each.get("value") for each in unknown.iter("Option") if each.get("name") == "customdash"][-1] == "0.53;1.32"


def test_dense_layers_stay_off_the_small_scales():
    assert least_scale(layer("fire-stations")) is None
    root = ET.fromstring(render_qml(layer("buildings")))
    assert (root.get("hasScaleBasedVisibilityFlag"), int(root.get("minScale"))) == (
        "1",
        least_scale(layer("buildings")),
    )
    assert 8_530 <= least_scale(layer("buildings")) <= 17_060  # zoom 16, not yet zoom 15


def test_layers_with_the_same_classes_are_told_apart_by_a_letter():
    assert [glyph_of(layer(each)) for each in ("hydrants", "intake-points", "water-tanks")] == ["H", "I", "W"]
    assert glyph_of(layer("facilities")) == glyph_of(layer("fire-stations")) == ""


@LAYERS
def test_attributes_have_titles_and_codes_their_texts_and_guarded_ones_are_not_named(layer):
    root = ET.fromstring(render_qml(layer))
    aliases = {each.get("field"): each.get("name") for each in root.iter("alias")}
    assert set(aliases) == {field.name for field in layer.fields if not field.sensitive}
    for field in layer.fields:
        if field.choices and not field.sensitive:
            texts = root.find(f"fieldConfiguration/field[@name='{field.name}']").findall(".//Option[@type='QString']")
            assert {each.get("value") for each in texts} == {str(value) for value, _label in field.choices}


@LAYERS
def test_sld_has_a_rule_for_each_class_and_one_for_the_rest(layer):
    rules = ET.fromstring(render_sld(layer)).findall(f".//{SLD}Rule")
    literals = [each.text for rule in rules for each in rule.iter(f"{OGC}Literal")]
    assert literals == list(layer.style.classes)
    assert (rules[-1].find(f"{SLD}ElseFilter") is not None) == bool(layer.style.classes)
    kinds = {"Point": 1, "LineString": 1, "MultiPolygon": 1, "Geometry": 3}[layer.geometry_type]
    for rule in rules:
        found = {each.tag for each in rule if each.tag.endswith("Symbolizer")}
        assert len(found) == kinds


def test_the_project_has_every_layer_once_grouped_ordered_and_in_the_citys_system():
    content = render_project(layer_registry, server="http://host/ogc", title="T", view=(105.8, 20.9, 105.9, 21.1))
    root = ET.fromstring(content)
    keys = [each.findtext("id") for each in root.iter("maplayer")]
    assert len(keys) == len(set(keys)) == len(list(layer_registry))
    assert sorted(each.get("id") for each in root.iter("layer-tree-layer")) == sorted(keys)
    assert [each.text for each in root.iter("item")] == keys
    orders = {f"thuy_lo_{each.id}": each.style.order for each in layer_registry}
    assert [orders[key] for key in keys] == sorted(orders.values(), reverse=True)
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:5897"
    assert all("url='http://host/ogc'" in each.findtext("datasource") for each in root.iter("maplayer"))
    box = {each.tag: float(each.text) for each in root.find("mapcanvas/extent")}
    assert 570_000 < box["xmin"] < box["xmax"] < 610_000
    assert 2_300_000 < box["ymin"] < box["ymax"] < 2_350_000


def test_a_style_is_kept_until_it_changes_and_knows_no_parameters():
    asked = RequestFactory().get("/styles/hydrants.qml")
    answer = style_views.qml(asked, "hydrants")
    assert answer.headers["Content-Type"] == "application/x-qgis-layer-settings"
    again = RequestFactory().get("/styles/hydrants.qml", headers={"If-None-Match": answer.headers["ETag"]})
    assert (style_views.qml(again, "hydrants").status_code, style_views.qml(again, "hydrants").content) == (304, b"")
    with pytest.raises(BadRequest):
        style_views.sld(RequestFactory().get("/styles/hydrants.sld?f=json"), "hydrants")
    with pytest.raises(NotFound):
        style_views.sld(RequestFactory().get("/styles/pumps.sld"), "pumps")
