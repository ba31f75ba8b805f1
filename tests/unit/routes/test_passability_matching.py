"""A drawn line finds its roads: in either direction, off the axis, from and to the middle of a road, or not at all."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routes.candidates import Network
from routes.matching import match
from tests.sketch import Sketch

TOWN = Sketch("""
    A.........B.........C.........D
              .         .
              .         .
              E.........F
              .
              G
""")
ROADS = ("AB", "BC", "CD", "BE", "CF", "EF", "EG")


def network(plan, paths, *, oneway=None, level=None):
    lines = np.array([plan.metres(path) for path in paths], dtype=object)
    none = np.zeros(len(paths), np.int64)
    return Network(
        lines,
        none if oneway is None else np.array(oneway, np.int64),
        none if level is None else np.array(level, np.int64),
    )


def driven(line, plan=TOWN, paths=ROADS, **columns):
    """The matched roads, with the direction, as `AB+` or `AB-`; `?` for a gap."""
    found = match(line, network(plan, paths, **columns))
    parts = [(s.from_m, paths[s.road] + "-+"[s.forward]) for s in found.sections]
    return [name for _, name in sorted([*parts, *((start, "?") for start, _ in found.gaps)])]


def test_a_line_over_junctions_finds_each_road_and_its_direction():
    assert driven(TOWN.metres("ABEF")) == ["AB+", "BE+", "EF+"]
    assert driven(TOWN.metres("FEBA")) == ["EF-", "BE-", "AB-"]


def test_sections_and_gaps_cover_the_line_without_overlap():
    found = match(TOWN.metres("ABEFCD"), network(TOWN, ROADS))
    ends = [0.0, *(s.to_m for s in found.sections)]
    assert [s.from_m for s in found.sections] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(found.length_m)
    assert found.gaps == ()


@pytest.mark.parametrize("shift_m", [(0, 5), (0, -5), (4, 4), (-4, 3)])
def test_a_hand_that_draws_five_metres_off_means_the_same_roads(shift_m):
    names = driven(TOWN.metres("AC", shift_m=shift_m))
    assert [name for name in names if name in {"AB+", "BC+"}] == ["AB+", "BC+"]
    assert "?" not in names


def test_a_line_within_one_road_drives_that_part_only():
    """The first and the last section end where the line does, not where the road does."""
    axis = TOWN.metres("AB")
    part = shapely.LineString([axis.interpolate(30), axis.interpolate(72)])
    (section,) = match(part, network(TOWN, ROADS)).sections
    assert section.span_m == pytest.approx((30, 72), abs=0.1)
    (back,) = match(part.reverse(), network(TOWN, ROADS)).sections
    assert back.span_m == pytest.approx((30, 72), abs=0.1)
    assert (section.forward, back.forward) == (True, False)
    assert back.on_line(72) == pytest.approx(0.0, abs=0.1)


def test_a_line_from_the_middle_of_one_road_to_the_middle_of_another_drives_parts_of_both():
    line = shapely.LineString([TOWN.metres("AB").interpolate(60), *TOWN.metres("BE").coords])
    first, second = match(line, network(TOWN, ROADS)).sections
    assert first.span_m == pytest.approx((60, 100), abs=0.1)
    assert second.span_m == pytest.approx((0, 30), abs=0.1)


def test_a_line_from_junction_to_junction_touches_no_other_road():
    assert driven(TOWN.metres("BC")) == ["BC+"]


def test_far_from_every_road_the_whole_line_is_a_gap():
    found = match(TOWN.metres("AB", shift_m=(0, 13)), network(TOWN, ROADS))
    assert (found.sections, found.gaps) == ((), ((0.0, found.length_m),))
    assert match(TOWN.metres("AB"), network(TOWN, ())).gaps == ((0.0, 100.0),)


def test_a_short_cut_through_a_yard_is_a_gap_between_the_roads():
    assert driven(TOWN.metres("AF")) == ["AB+", "?", "EF+"]


@pytest.mark.parametrize("beyond", ["B.X", "BX"])
def test_a_line_that_runs_on_beyond_a_dead_end_leaves_the_road(beyond):
    lane = Sketch("A...." + beyond)
    found = match(lane.metres("ABX"), network(lane, ("AB",)))
    assert found.sections[0].to_m == pytest.approx(50, abs=4.1)
    assert found.gaps == ((found.sections[0].to_m, pytest.approx(found.length_m)),)
    assert driven(lane.metres("XBA"), lane, ("AB",)) == ["?", "AB-"]


def test_a_line_a_little_too_long_stays_on_its_road():
    lane = Sketch("A..................BX", cell_m=4)
    assert driven(lane.metres("ABX"), lane, ("AB",)) == ["AB+"]


@pytest.mark.parametrize("cell_m", [10.0, 3.0, 1.0])
def test_dead_ends_behind_a_wall_are_no_way_through(cell_m):
    wall = Sketch("A....................B.C....................D", cell_m=cell_m)
    assert driven(wall.metres("AD"), wall, ("AB", "CD")) == ["AB+", "?", "CD+"]


def test_parallel_lanes_are_told_apart_by_where_they_are_reached_from():
    lanes = Sketch(
        """
        A....B................C

             D................E
        """,
        cell_m=4,
    )
    paths = ("AB", "BC", "DE")
    assert driven(lanes.metres("AC", shift_m=(0, -4.5)), lanes, paths) == ["AB+", "BC+"], (
        "nearer to DE, but AB leads to BC"
    )
    assert driven(lanes.metres("DE", shift_m=(0, 1)), lanes, paths) == ["DE+"]


def test_carriageways_are_told_apart_by_their_direction():
    street = Sketch(
        """
        A..............................B

        C..............................D
        """,
        cell_m=4,
    )
    middle = (0, -4)
    assert driven(street.metres("AB", shift_m=middle), street, ("AB", "CD"), oneway=[-1, 1]) == ["CD+"]
    assert driven(street.metres("BA", shift_m=middle), street, ("AB", "CD"), oneway=[-1, 1]) == ["AB-"]


def test_against_a_oneway_is_still_that_road():
    assert driven(TOWN.metres("BA"), oneway=[1, 0, 0, 0, 0, 0, 0])[0] == "AB-"


def test_a_loop_is_driven_all_around():
    loop = Sketch(
        """
        A....B....C
             .    .
             E....D
        """
    )
    assert driven(loop.metres("ABCDEB"), loop, ("AB", "BCDEB")) == ["AB+", "BCDEB+"]
    assert driven(loop.metres("ABEDCBA"), loop, ("AB", "BCDEB")) == ["AB+", "BCDEB-", "AB-"]


def test_there_and_back_is_driven_twice():
    assert driven(TOWN.metres("ABA")) == ["AB+", "AB-"]


def test_a_crossing_bridge_does_not_catch_the_line():
    crossing = Sketch(
        """
              C
              .
        A.....X.....B
              .
              D
        """
    )
    assert driven(crossing.metres("AB"), crossing, ("AB", "CD"), level=[0, 1]) == ["AB+"]


def test_a_street_under_a_bridge_along_it_is_in_doubt():
    line = TOWN.metres("AB")
    above = match(line, network(TOWN, ("AB", "AB"), level=[0, 1]))
    assert above.doubts == ((0.0, pytest.approx(100.0)),)
    assert match(line, network(TOWN, ("AB",))).doubts == ()


def test_segments_shorter_than_a_sample_are_not_skipped():
    plan = Sketch("A.........BC.........D", cell_m=2)
    assert driven(plan.metres("AD"), plan, ("AB", "BC", "CD")) == ["AB+", "BC+", "CD+"]


def test_a_hairpin_is_driven_leg_by_leg():
    pin = Sketch(
        """
        A...............B
                        C
        E...............D
        """,
        cell_m=5,
    )
    (section,) = match(pin.metres("ABCDE"), network(pin, ("ABCDE",))).sections
    assert section.span_m == pytest.approx((0, pin.metres("ABCDE").length), abs=0.5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("ABCDEFG"), min_size=2, max_size=8), st.floats(-3, 3), st.floats(-3, 3))
def test_whatever_is_drawn_is_covered_by_sections_and_gaps(places, east, north):
    if len(set(places)) == 1:
        return
    found = match(TOWN.metres("".join(places), shift_m=(east, north)), network(TOWN, ROADS))
    parts = sorted([*((s.from_m, s.to_m) for s in found.sections), *found.gaps])
    assert parts[0][0] == 0
    assert parts[-1][1] == pytest.approx(found.length_m)
    assert [a for a, _ in parts[1:]] == pytest.approx([b for _, b in parts[:-1]])
    for section in found.sections:
        low, high = section.span_m
        assert -1e-6 <= low <= high <= TOWN.metres(ROADS[section.road]).length + 1e-6


@pytest.mark.parametrize("sliver_m", [0.2, 0.6, 0.95])
def test_a_segment_shorter_than_a_metre_is_driven_too(sliver_m):
    """A weak cover over a drain lies between two samples; its limits must not be lost."""
    ends = [0.0, 50.0, 50.0 + sliver_m, 100.0]
    x, y = TOWN.places["A"]
    roads = [shapely.LineString([(x + a, y), (x + b, y)]) for a, b in pairwise(ends)]
    roads[1] = roads[1].reverse()
    streets = Network(np.array(roads, dtype=object), np.zeros(3, np.int64), np.zeros(3, np.int64))
    line = shapely.LineString([(x, y), (x + 100, y)])
    assert [(s.road, s.forward) for s in match(line, streets).sections] == [(0, True), (1, False), (2, True)]
    assert [(s.road, s.forward) for s in match(line.reverse(), streets).sections] == [(2, False), (1, True), (0, False)]


def test_a_street_kept_twice_is_in_doubt():
    """Imported from two sources, one of them may be the narrower: nobody can tell which is right."""
    found = match(TOWN.metres("AB"), network(TOWN, ("AB", "AB")))
    assert found.doubts == ((0.0, pytest.approx(found.length_m)),)
    assert match(TOWN.metres("ABCD"), network(TOWN, ROADS)).doubts == ()


SIDE_BY_SIDE = Sketch("""
    A.........B.........C
    .                   .
    D...................E
""", cell_m=4)  # fmt: skip


def rivals(line, plan, paths, **columns):
    found = match(line, network(plan, paths, **columns))
    return {(paths[rival.road], rival.forward) for rival in found.rivals}


def test_a_line_drawn_between_two_lanes_could_mean_either():
    assert rivals(SIDE_BY_SIDE.metres("AC", shift_m=(0, -3)), SIDE_BY_SIDE, ("AB", "BC", "DE")) == {("DE", True)}
    assert rivals(SIDE_BY_SIDE.metres("AC", shift_m=(0, 3)), SIDE_BY_SIDE, ("AB", "BC", "DE")) == set()


def test_driving_against_a_oneway_is_no_rival_of_driving_along_one():
    line, paths = SIDE_BY_SIDE.metres("AC", shift_m=(0, -3)), ("AB", "BC", "DE")
    assert rivals(line, SIDE_BY_SIDE, paths, oneway=(1, 1, -1)) == set()
    assert rivals(line, SIDE_BY_SIDE, paths, oneway=(1, 1, 1)) == {("DE", True)}


def test_a_footway_is_no_rival_of_a_road_that_is_nearer():
    plan, paths = SIDE_BY_SIDE, ("AB", "BC", "DE")
    base = network(plan, paths)
    with_footway = Network(base.lines, base.oneway, base.level, np.array([False, False, True]))
    assert match(plan.metres("AC", shift_m=(0, -3)), with_footway).rivals == ()


def test_the_next_segment_of_the_street_is_no_rival():
    assert rivals(TOWN.metres("ABCD", shift_m=(0, 3)), TOWN, ROADS) == set()
