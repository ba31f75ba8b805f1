"""What stands on a road, from its tags alone."""

import pytest

from routes.osm.barriers import BARRIERS, read_barrier
from routes.osm.notes import Notebook, Problem


@pytest.fixture
def note():
    return Notebook([], "node/1")


@pytest.mark.parametrize(
    "value", ["gate", "lift_gate", "swing_gate", "chain", "toll_booth", "entrance", "yes", "fence"]
)
def test_a_barrier_without_width_is_unknown_neither_blocked_nor_open(note, value):
    barrier = read_barrier({"barrier": value}, note)
    assert barrier.blocks_vehicles == "unknown"
    assert barrier.clear_width_m is None


@pytest.mark.parametrize("value", ["bollard", "block", "jersey_barrier", "cycle_barrier", "kissing_gate", "stile"])
def test_what_is_put_up_against_vehicles_blocks(note, value):
    assert read_barrier({"barrier": value}, note).blocks_vehicles == "yes"


def test_a_measured_gap_decides_in_place_of_the_kind(note):
    barrier = read_barrier({"barrier": "bollard", "maxwidth:physical": "2.2"}, note)
    assert (barrier.blocks_vehicles, barrier.clear_width_m) == ("no", 2.2)


def test_no_gap_lets_a_truck_through_a_kissing_gate(note):
    assert read_barrier({"barrier": "kissing_gate", "maxwidth:physical": "3"}, note).blocks_vehicles == "yes"


def test_the_width_of_a_gate_is_its_opening_and_that_of_a_bollard_is_not(note):
    assert read_barrier({"barrier": "gate", "width": "3 m"}, note).clear_width_m == 3.0
    assert read_barrier({"barrier": "bollard", "width": "0.2"}, note).clear_width_m is None


@pytest.mark.parametrize("how", [{"bollard": "removable"}, {"bollard": "rising"}, {"motor_vehicle": "yes"}])
def test_a_bollard_that_gives_way_is_unknown_not_blocked(note, how):
    assert read_barrier({"barrier": "bollard", **how}, note).blocks_vehicles == "unknown"


def test_a_locked_gate_may_or_may_not_be_opened(note):
    assert read_barrier({"barrier": "gate"}, note).openable == "yes"
    assert read_barrier({"barrier": "gate", "locked": "yes"}, note).openable == "unknown"


def test_a_height_bar_carries_its_height_and_an_unreadable_one_none(note):
    assert read_barrier({"barrier": "height_restrictor", "maxheight": "2.3"}, note).clear_height_m == 2.3
    bar = read_barrier({"barrier": "height_restrictor", "maxheight": "below_default"}, note)
    assert (bar.kind, bar.clear_height_m, bar.blocks_vehicles) == ("height_bar", None, "unknown")
    assert note.notes[0].problem == Problem.BELOW_DEFAULT


def test_barrier_no_is_no_barrier(note):
    assert read_barrier({"barrier": "no"}, note) is None


def test_a_barrier_of_an_unheard_kind_is_unknown_and_reported(note):
    assert read_barrier({"barrier": "steel_barricade"}, note).blocks_vehicles == "unknown"
    assert note.notes[0].problem == Problem.UNKNOWN_VALUE


def test_people_pass_where_the_tag_says_so(note):
    assert read_barrier({"barrier": "gate", "foot": "no"}, note).passable_on_foot == "no"
    assert read_barrier({"barrier": "gate", "foot": "permissive"}, note).passable_on_foot == "unknown"


def test_every_answer_of_the_table_is_one_of_three():
    answers = {answer for nature in BARRIERS.values() for answer in nature[1:]}
    assert answers == {"yes", "no", "unknown"}
