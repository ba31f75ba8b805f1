"""What an export is asked with, and what of it needs no database."""

import pytest

from gis_core.errors import BadRequest
from gis_core.registry import layer_registry
from layers.audience import EVERYBODY, Audience
from layers.exports import FORMATS, ExportQuery, UnknownFormat, file_name, find_format
from layers.exports.shapefile import short_names

HYDRANTS = layer_registry.get("hydrants")


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(UnknownFormat, match=r"geojson, gpkg, shp\.zip, kml, csv, fgb, parquet"):
        find_format("dwg")


@pytest.mark.parametrize("given", [{"crs": "EPSG:6957"}, {"crs": "mars"}, {"crs": ""}, {"bbox": "1,2"}, {"bbox": ""}])
def test_a_question_without_sense_is_refused(given):
    with pytest.raises(BadRequest):
        ExportQuery.from_texts(HYDRANTS, EVERYBODY, given)


def test_a_file_is_named_by_title_and_crs():
    query = ExportQuery.from_texts(HYDRANTS, EVERYBODY, {"crs": "EPSG:5897"})
    assert file_name(query, FORMATS["shp.zip"]) == f"{HYDRANTS.title} (EPSG 5897).shp.zip"
    assert "/" not in file_name(query, FORMATS["gpkg"])


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_cut_names_are_short_and_each_is_there_once(layer):
    short = short_names(field.name for field in layer.fields)
    assert all(len(name) <= 10 for name in short.values())
    assert len(set(short.values())) == len(layer.fields)


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_the_public_gets_no_sensitive_attribute(layer):
    assert not any(field.sensitive for field in ExportQuery(layer).fields)
    assert set(ExportQuery(layer, Audience(everywhere=True)).fields) == set(layer.fields)
