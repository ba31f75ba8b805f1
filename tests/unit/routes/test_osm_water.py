"""Sources of water from their tags: never more than the tags say."""

import pytest

from routes.osm.notes import Notebook, Problem
from routes.osm.water import is_pond, read_hydrant, read_intake, read_tank


@pytest.fixture
def note():
    return Notebook([], "node/1")


def hydrant(note, **tags):
    return read_hydrant({"emergency": "fire_hydrant", **{key.replace("__", ":"): v for key, v in tags.items()}}, note)


def test_a_hydrant_is_read(note):
    found = hydrant(
        note,
        fire_hydrant__type="pillar",
        fire_hydrant__diameter="100 mm",
        fire_hydrant__pressure="2.5",
        fire_hydrant__position="sidewalk",
        couplings__diameters="110;65;65",
        ref="HN-7",
    )
    assert (found.name, found.hydrant_type, found.position) == ("HN-7", "pillar", "sidewalk")
    assert (found.main_diameter_mm, found.static_pressure_kpa) == (100.0, 250.0)
    assert found.outlet_diameters_mm == [110, 65, 65]
    assert note.notes == []


@pytest.mark.parametrize("diameter", ["unbekannt", "FIXME", "H100", "0", "FIXME:100"])
def test_a_diameter_in_letters_is_unknown_and_reported(note, diameter):
    assert hydrant(note, fire_hydrant__diameter=diameter).main_diameter_mm is None
    assert [entry.value for entry in note.notes] == [diameter]


@pytest.mark.parametrize("pressure", ["yes", "suction"])
def test_a_pressure_in_words_is_no_number_and_no_mistake(note, pressure):
    assert hydrant(note, fire_hydrant__pressure=pressure).static_pressure_kpa is None
    assert note.notes == []


def test_an_unreadable_coupling_is_reported_and_the_others_kept(note):
    assert hydrant(note, couplings__diameters="110;B").outlet_diameters_mm == [110]
    assert note.notes[0].problem == Problem.UNREADABLE


def test_an_unheard_type_is_unknown_and_reported(note):
    assert hydrant(note, fire_hydrant__type="plug").hydrant_type == "unknown"
    assert note.notes[0].problem == Problem.UNKNOWN_VALUE


def test_a_hydrant_of_type_pond_is_open_water():
    assert is_pond({"emergency": "fire_hydrant", "fire_hydrant:type": "pond"})
    assert not is_pond({"emergency": "fire_hydrant", "fire_hydrant:type": "pillar"})


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"emergency": "suction_point"}, "berth"),
        ({"emergency": "suction_point", "water_source": "river"}, "river"),
        ({"emergency": "suction_point", "water_source": "stream"}, "canal"),
        ({"emergency": "fire_water_pond"}, "pond"),
        ({"emergency": "fire_hydrant", "fire_hydrant:type": "pond"}, "pond"),
    ],
)
def test_an_intake_point_is_of_the_kind_of_its_water(note, tags, kind):
    assert read_intake(tags, note).kind == kind


@pytest.mark.parametrize(("text", "volume_m3"), [("50 m³", 50.0), ("50 m3", 50.0), ("20000 l", 20.0)])
def test_a_volume_with_its_unit_is_read(note, text, volume_m3):
    assert read_tank({"emergency": "water_tank", "water_tank:volume": text}, note).volume_m3 == pytest.approx(volume_m3)


@pytest.mark.parametrize("text", ["5000", "full", "m3", "-5 m3"])
def test_a_volume_without_unit_is_unknown_because_litres_and_cubic_metres_are_both_in_use(note, text):
    assert read_tank({"emergency": "water_tank", "water_tank:volume": text}, note).volume_m3 is None
    assert note.notes[0].value == text
