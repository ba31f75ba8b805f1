"""Tags of ways to limits and restrictions: what each rests on, and what becomes of what cannot be read."""

import pytest

from gis_core.values import Evidence
from routes.osm.notes import Notebook, Problem
from routes.osm.tags import read_access, read_limits, read_oneway, read_text, read_whole


@pytest.fixture
def note():
    return Notebook([], "way/1")


def test_a_road_without_tags_has_no_limit_and_no_evidence(note):
    limits = read_limits({"highway": "residential"}, note)
    assert (limits.width, limits.height, limits.weight) == ((None, Evidence.NONE),) * 3
    assert limits.axle_load_t is None
    assert limits.restrictions == ()
    assert note.notes == []


def test_the_narrowest_of_sign_and_carriageway_is_the_clear_width(note):
    tags = {"width": "6", "maxwidth": "1.95", "maxwidth:physical": "2.2"}
    assert read_limits(tags, note).width == (1.95, Evidence.TAGGED)


def test_an_estimated_width_is_assumed_and_yields_to_a_tagged_one(note):
    assert read_limits({"est_width": "3"}, note).width == (3.0, Evidence.ASSUMED)
    assert read_limits({"est_width": "3", "width": "5"}, note).width == (5.0, Evidence.TAGGED)


def test_a_signed_height_binds_as_physical(note):
    assert read_limits({"maxheight": "3.2", "maxheight:physical": "3.5"}, note).height == (3.2, Evidence.TAGGED)


def test_a_height_given_by_lane_counts_only_where_no_other_is_given(note):
    assert read_limits({"maxheight:lanes": "3.7||"}, note).height == (3.7, Evidence.TAGGED)
    assert read_limits({"maxheight:lanes": "3.7||", "maxheight": "4.5"}, note).height == (4.5, Evidence.TAGGED)


def test_weight_and_axle_load_are_read(note):
    limits = read_limits({"maxweight": "13", "maxaxleload": "6 t"}, note)
    assert limits.weight == (13.0, Evidence.TAGGED)
    assert limits.axle_load_t == 6.0


@pytest.mark.parametrize("text", ["below_default", "low", "13", "0"])
def test_an_unreadable_sign_becomes_an_obstacle_of_unknown_height_not_an_open_road(note, text):
    limits = read_limits({"maxheight": text}, note)
    (bar,) = limits.restrictions
    assert limits.height == (None, Evidence.NONE)
    assert (bar.kind, bar.clear_height_m, bar.legal_only, bar.schedule) == ("height_bar", None, False, "")
    assert [entry.value for entry in note.notes] == [text]


def test_a_sign_that_says_default_is_no_obstacle_but_reported(note):
    assert read_limits({"maxheight": "default"}, note).restrictions == ()
    assert note.notes == [("way/1", "maxheight", "default", Problem.WORD, None)]


def test_a_weight_limit_by_the_clock_is_legal_and_scheduled_and_leaves_the_road_unlimited(note):
    limits = read_limits({"maxweight:conditional": "3.5 @ (06:00-09:00, 16:30-19:30)"}, note)
    (limit,) = limits.restrictions
    assert limits.weight == (None, Evidence.NONE)
    assert (limit.max_weight_t, limit.schedule, limit.legal_only) == (3.5, "06:00-09:00, 16:30-19:30", True)
    assert note.notes[0].problem == Problem.CONDITIONAL


def test_a_condition_under_the_plain_key_is_read_as_well(note):
    limits = read_limits({"maxweight": "3.5 @ (06:00-09:00)"}, note)
    assert limits.weight == (None, Evidence.NONE)
    assert [(r.max_weight_t, r.schedule) for r in limits.restrictions] == [(3.5, "06:00-09:00")]


def test_a_height_by_the_clock_stays_solid(note):
    (bar,) = read_limits({"maxheight:conditional": "2.2 @ (22:00-05:00)"}, note).restrictions
    assert (bar.clear_height_m, bar.legal_only, bar.schedule) == (2.2, False, "22:00-05:00")


def test_a_condition_that_is_no_time_always_holds(note):
    (limit,) = read_limits({"maxweight:conditional": "5 @ (wet)"}, note).restrictions
    assert (limit.max_weight_t, limit.schedule) == (5.0, "")
    assert note.notes[0].problem == Problem.CONDITION_UNREAD


def test_an_unreadable_conditional_limit_is_an_unknown_obstacle(note):
    (limit,) = read_limits({"maxweight:conditional": "3.5 (06:00)"}, note).restrictions
    assert (limit.max_weight_t, limit.schedule, limit.legal_only) == (None, "", False)


def test_a_street_closed_at_times_is_a_legal_restriction(note):
    text = "no @ (Fr 19:00-23:59; Sa-Su 00:00-23:59)"
    (closure,) = read_limits({"motor_vehicle:conditional": text}, note).restrictions
    assert (closure.kind, closure.legal_only) == ("other", True)
    assert closure.schedule == "Fr 19:00-23:59; Sa-Su 00:00-23:59"


def test_a_street_opened_at_times_is_not_closed_by_that_and_reported(note):
    assert read_limits({"motor_vehicle:conditional": "yes @ (22:00-05:00)"}, note).restrictions == ()
    assert note.notes[0].problem == Problem.NOT_MAPPED


@pytest.mark.parametrize("text", ["no @ @ (Fr-Su 18:00-23:59)", "@ (Fr-Su 18:00-23:59)"])
def test_a_malformed_closure_always_holds_and_is_reported(note, text):
    (closure,) = read_limits({"motor_vehicle:conditional": text}, note).restrictions
    assert (closure.legal_only, closure.schedule) == (True, "")
    assert note.notes == [("way/1", "motor_vehicle:conditional", text, Problem.UNREADABLE, None)]


@pytest.mark.parametrize("key", ["maxweight:hgv", "maxlength", "width:lanes", "hgv:conditional", "oneway:conditional"])
def test_a_limit_that_has_no_column_is_reported(note, key):
    read_limits({key: "3"}, note)
    assert note.notes == [("way/1", key, "3", Problem.NOT_MAPPED, None)]


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({}, "no"),
        ({"oneway": "yes"}, "yes"),
        ({"oneway": "true"}, "yes"),
        ({"oneway": "1"}, "yes"),
        ({"oneway": "-1"}, "-1"),
        ({"oneway": "reversible"}, "reversible"),
        ({"junction": "roundabout"}, "yes"),
        ({"junction": "roundabout", "oneway": "no"}, "no"),
        ({"highway": "motorway"}, "yes"),
        ({"highway": "motorway_link"}, "no"),
        ({"highway": "motorway", "oneway": "perhaps"}, "yes"),
    ],
)
def test_the_direction_of_travel_is_tagged_or_implied(note, tags, oneway):
    assert read_oneway(tags, note) == oneway


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({}, ""),
        ({"access": "private"}, "private"),
        ({"access": "no", "motor_vehicle": "destination"}, "destination"),
        ({"access": "no", "emergency": "yes"}, "yes"),
        ({"emergency": "fire_hydrant"}, ""),
    ],
)
def test_the_narrowest_access_tag_counts(tags, access):
    assert read_access(tags) == access


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), ("-1", -1), ("1.5", None), ("2;3", None), ("99", None), ("", None)]
)
def test_a_whole_number_is_read_or_reported(note, text, number):
    assert read_whole({"layer": text}, "layer", -20, 20, note) == number
    assert bool(note.notes) == (number is None)


def test_a_text_too_long_for_its_column_is_cut_and_reported(note):
    assert read_text({"name": "x" * 300}, ("name",), 200, note) == "x" * 200
    assert note.notes[0].problem == Problem.TOO_LONG
