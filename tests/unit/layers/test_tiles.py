"""The grid of tiles and the rules of what a tile carries, without a database."""

import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from gis_core.registry import LayerRegistry, layer_registry
from layers.audience import EVERYBODY, Audience
from layers.tile_grid import CELLS, MAX_ZOOM, Tile, UnknownTile, tile_at
from layers.tile_rules import count_names, is_counted, is_generalized, sight_of, tile_fields, tile_rules
from layers.tile_sql import statement_of
from layers.tilejson import tile_json

HANOI = (105.85, 21.03)


def test_the_tile_of_a_place_holds_it():
    for z in range(MAX_ZOOM + 1):
        tile = tile_at(*HANOI, z)
        assert tile.cell_longitudes[1] <= HANOI[0] < tile.cell_longitudes[-2]
        assert tile.cell_latitudes[1] <= HANOI[1] < tile.cell_latitudes[-2]


def test_tiles_share_their_borders_to_the_bit():
    tile = tile_at(*HANOI, 13)
    east, south = replace(tile, x=tile.x + 1), replace(tile, y=tile.y + 1)
    assert tile.cell_longitudes[-3:] == east.cell_longitudes[:3]
    assert tile.cell_latitudes[:3] == south.cell_latitudes[-3:]


def test_cells_rise_strictly_and_cover_the_tile_and_one_cell_around():
    tile = tile_at(*HANOI, 10)
    for borders in (tile.cell_longitudes, tile.cell_latitudes):
        assert len(borders) == CELLS + 3
        assert all(low < high for low, high in pairwise(borders))


def test_the_whole_world_is_the_square_of_web_mercator():
    world = Tile(0, 0, 0)
    assert world.cell_latitudes[1] == pytest.approx(-85.0511287798066)
    assert world.cell_longitudes[-2] == 180
    assert tile_at(190, 89, 3) == Tile(3, 7, 0)
    assert all(map(math.isfinite, world.box))


@pytest.mark.parametrize("address", [("1", "2", "0"), ("0", "-1", "0"), ("01", "0", "0"), ("1", "", "0"), ("", "", "")])
def test_each_tile_is_spelt_in_one_way_and_no_other_exists(address):
    with pytest.raises(UnknownTile):
        Tile.from_text(*address)


def test_points_are_counted_from_afar_only_and_lines_and_areas_never():
    hydrants, roads, units = (layer_registry.get(name) for name in ("hydrants", "roads", "administrative-units"))
    assert is_counted(hydrants, 13)
    assert not is_counted(hydrants, 14)
    assert not is_counted(roads, 8)
    assert not is_counted(units, 0)
    assert is_generalized(roads, 12)
    assert is_generalized(units, 11)
    assert not is_generalized(roads, 13)
    assert tile_rules(roads).min_zoom == 8


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_no_sensitive_attribute_is_in_the_statement_of_the_public(layer):
    somewhere = Audience(units=frozenset({7}))
    for z in range(MAX_ZOOM + 1):
        statement = statement_of(layer, z, sight_of(EVERYBODY, layer, z))
        assert [name for name in layer.sensitive if f't."{name}"' in statement] == []
        for field in tile_fields(layer, z, sight_of(somewhere, layer, z)):
            guarded = rf'= ANY\(%\(units\)s\) THEN (nullif\()?t\."{field.column}"'
            assert not field.sensitive or re.search(guarded, statement_of(layer, z, "by-unit"))


def test_a_sensitive_class_is_not_counted():
    hydrants = layer_registry.get("hydrants")
    guarded = replace(hydrants, sensitive=frozenset({"status"}))
    assert count_names(guarded) == {}
    assert "status" not in statement_of(guarded, 10, "public")


def test_from_afar_nobody_sees_more_than_the_public():
    hydrants = layer_registry.get("hydrants")
    assert sight_of(Audience(everywhere=True), hydrants, 13) == "public"
    assert sight_of(Audience(everywhere=True), hydrants, 14) == "all"


def test_a_ranking_that_leaves_out_a_class_is_refused():
    hydrants = layer_registry.get("hydrants")
    style = replace(hydrants.style, worst_first=("faulty", "working"))
    with pytest.raises(ValueError, match="rank each class"):
        LayerRegistry().register(replace(hydrants, style=style))


def test_working_is_the_best_and_unknown_comes_before_it():
    for name in ("hydrants", "intake-points", "water-tanks"):
        assert layer_registry.get(name).style.worst_first[-2:] == ("unknown", "working")


def test_the_tilejson_of_joined_layers_spans_their_zooms(english):
    layers = [layer_registry.get(name) for name in ("roads", "hydrants")]
    document = tile_json(layers, EVERYBODY, address="/{z}/{x}/{y}", box=None)
    assert (document["minzoom"], document["maxzoom"]) == (0, MAX_ZOOM)
    assert [layer["minzoom"] for layer in document["vector_layers"]] == [8, 0]
    fields = document["vector_layers"][1]["fields"]
    assert fields["flow_lps"] == "flow (L/s). Measured; empty: nobody measured it"
    assert fields["status_faulty"] == "How many of them: faulty"
    assert "contact_phone" not in fields
    assert (
        "contact_phone"
        in tile_json(layers, Audience(everywhere=True), address="", box=None)["vector_layers"][1]["fields"]
    )
