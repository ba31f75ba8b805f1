"""The layer contract refuses what would be served wrongly."""

import pytest

from gis_core.map_layers import AdministrativeUnit
from gis_core.registry import Layer, LayerRegistry, Style, Symbol, UnknownLayer, layer_registry

PINNED = {
    "administrative-units", "facilities", "public-firefighting-points", "fire-stations", "hydrants", "intake-points",
    "water-tanks", "roads", "access-restrictions", "buildings",
}  # fmt: skip


def a_layer(**changes):
    given = {
        "id": "units",
        "title": "Units",
        "description": "",
        "model": AdministrativeUnit,
        "style": Style(Symbol("#000")),
        "origin": "a test",
    }
    return Layer(**{**given, **changes})


def test_every_pinned_layer_is_registered():
    assert {layer.id for layer in layer_registry} >= PINNED


def test_an_unknown_layer_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(UnknownLayer, match=r"hydrnts.*hydrants"):
        layer_registry.get("hydrnts")


def test_a_misspelt_sensitive_field_is_refused_because_it_would_be_public():
    with pytest.raises(ValueError, match="head_fone"):
        LayerRegistry().register(a_layer(sensitive=frozenset({"head_fone"})))


def test_an_id_is_given_once():
    registry = LayerRegistry()
    registry.register(a_layer())
    with pytest.raises(ValueError, match="twice"):
        registry.register(a_layer())


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_people_and_telephone_numbers_are_sensitive_in_every_layer(layer):
    telling = ("phone", "head_name", "leader", "contact", "key_holder", "observed_by", "surveyed_by")
    exposed = [f.name for f in layer.fields if any(word in f.name for word in telling) and not f.sensitive]
    assert exposed == []


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_the_style_of_a_layer_classes_by_an_attribute_it_has(layer):
    names = {field.name: field for field in layer.fields}
    assert not layer.style.by or layer.style.by in names
    assert layer.title_field in names
    if layer.style.by:
        codes = {code for code, _ in names[layer.style.by].choices}
        assert set(layer.style.classes) <= codes


def test_a_status_is_drawn_by_shape_as_well_as_by_colour():
    classes = layer_registry.get("hydrants").style.classes.values()
    assert len({symbol.shape for symbol in classes}) == len(list(classes))


def test_numbers_carry_their_unit():
    fields = {field.name: field for field in layer_registry.get("hydrants").fields}
    assert (fields["flow_lps"].unit, fields["static_pressure_kpa"].unit, fields["diameter_mm"].unit) == (
        "L/s",
        "kPa",
        "mm",
    )


def test_the_reference_comes_first_and_the_bookkeeping_last():
    names = [field.name for field in layer_registry.get("hydrants").fields]
    assert names[0] == "ref"
    assert names.index("hydrant_type") < names.index("source") < names.index("version")


def test_what_an_import_kept_without_a_column_is_for_the_service_only():
    """A survey may bring a column “telephone of the caretaker” that nobody mapped: it ends in `tags`."""
    open_to_all = [layer.id for layer in layer_registry if not {"tags", "remarks"} <= layer.sensitive | layer.hidden]
    assert open_to_all == []
