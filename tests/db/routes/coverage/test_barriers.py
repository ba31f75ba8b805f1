"""What hose does not cross: houses and sources beyond recorded water or rails, and ways that rails cross at level."""

from random import Random

import pytest

from routes.coverage.explaining import say_house
from routes.coverage.follower import Follower
from routes.coverage.running import run_whole
from routes.models import Road
from routes.network.live import live_network
from routes.railway_models import Railway
from tests.db.routes.coverage.test_following import PLAN, at, class_of, edits, house, hydrant, quarter, stored  # noqa: F401

pytestmark = pytest.mark.django_db


ACROSS = (("AEJ", (50.0, 20.0)), ("EJ", (50.0, -20.0)))
"""From north to south over AB, EF and JK: whoever goes from A to B meets rails."""


def rail(path, shift_m=(0.0, 0.0), **columns):
    """Lay a railway over these places, moved; trains run unless said otherwise."""
    line = ", ".join(f"{lon} {lat}" for lon, lat in PLAN.lon_lat(path, shift_m=shift_m))
    values = {"kind": "rail", "in_use": "yes", **columns}
    return Railway.objects.create(ref=f"rail/{path}{shift_m}", geom=f"SRID=4326;LINESTRING({line})", **values)


def classes_of(record):
    """The class that is stored, and that which a house alone gets."""
    alone = say_house(live_network().current().network, 0, record.pk, at=at())
    row = class_of(record)
    assert (alone.state.weighed.level[0], alone.state.weighed.source_mm[0]) == (
        {"not_covered": 0, "not_classifiable": 1, "recorded_only": 2, "covered": 3}[row.coverage],
        -1 if row.source_hose_m is None else round(row.source_hose_m * 1000),
    )
    return row.coverage, row.reason


def test_a_way_that_rails_cross_at_level_is_one_through_the_unknown(quarter):  # noqa: F811
    near = house("B")
    hydrant("A")
    for path, shift in ACROSS:
        rail(path, shift)
    run_whole(at=at())
    assert classes_of(near) == ("not_classifiable", "way_unknown")


@pytest.mark.parametrize(
    ("foot", "told"),
    [("unknown", ("not_classifiable", "way_unknown")), ("yes", ("covered", "enough")), ("no", ("not_covered", None))],
)
def test_a_recorded_level_crossing_says_so_without_rails_and_trucks_pass_it(quarter, foot, told):  # noqa: F811
    near = house("B")
    hydrant("A")
    for path in ("AB", "AE"):
        PLAN.restriction(
            path, on=path, kind="level_crossing", legal_only=True, blocks_vehicles="no", passable_on_foot=foot
        )  # fmt: skip
    run_whole(at=at())
    told_class, reason = classes_of(near)
    assert (told_class, reason if told[1] else None) == told
    assert class_of(near).truck == "passable"


def test_hose_goes_round_where_the_rails_end(quarter):  # noqa: F811
    near = house("B")
    hydrant("A")
    rail("AE", (50.0, 20.0))
    run_whole(at=at())
    assert classes_of(near) == ("covered", "enough")
    assert class_of(near).source_hose_m == pytest.approx(3 + 3 + 30 + 100 + 30 + 4 + 4, abs=0.1)


@pytest.mark.parametrize("columns", [{"in_use": "no"}, {"bridge": True}, {"tunnel": True}])
def test_hose_is_laid_across_rails_without_trains_and_under_or_over_those_on_another_level(quarter, columns):  # noqa: F811
    near = house("B")
    hydrant("A")
    for path, shift in ACROSS:
        rail(path, shift, **columns)
    run_whole(at=at())
    assert classes_of(near) == ("covered", "enough")


def test_where_nobody_noted_whether_trains_run_they_may(quarter):  # noqa: F811
    near = house("B")
    hydrant("A")
    for path, shift in ACROSS:
        rail(path, shift, in_use="unknown")
    run_whole(at=at())
    assert classes_of(near) == ("not_classifiable", "way_unknown")


def test_a_road_on_a_bridge_is_not_crossed_and_the_follower_sees_the_bridge_come_and_go(quarter):  # noqa: F811
    near = house("B")
    hydrant("A")
    for path, shift in ACROSS:
        rail(path, shift)
    follower = Follower()
    follower.step(at=at())
    for bridge, told in ((True, "covered"), (False, "not_classifiable")):
        Road.objects.filter(ref="AB").update(bridge=bridge)
        done = follower.step(at=at())
        assert class_of(near).coverage == told
        followed = stored()
        run_whole(at=at())
        assert (stored(), done.whole) == (followed, False)


@pytest.mark.parametrize("which", ["house", "source"])
def test_straight_metres_across_rails_are_unknown_for_the_house_and_for_the_source(quarter, which):  # noqa: F811
    near = house("B", (-40.0, 8.0))
    hydrant("B", (-70.0, -8.0))
    rail("AB", (0.0, 4.0 if which == "house" else -4.0))
    run_whole(at=at())
    assert classes_of(near) == ("not_classifiable", "way_unknown")


def test_an_edit_of_rails_is_followed(quarter):  # noqa: F811
    near = house("B", (-40.0, 8.0))
    hydrant("B", (-70.0, -8.0))
    follower = Follower()
    follower.step(at=at())
    assert class_of(near).coverage == "covered"
    line = rail("AB", (0.0, 4.0))
    follower.step(at=at())
    assert class_of(near).coverage == "not_classifiable"
    Railway.objects.filter(pk=line.pk).update(in_use="no")
    follower.step(at=at())
    assert class_of(near).coverage == "covered"


@pytest.mark.parametrize("seed", range(3))
def test_edit_by_edit_among_rails_comes_to_the_same_as_all_anew(quarter, seed):  # noqa: F811
    random = Random(seed)
    for name in "BDGKL":
        house(name)
    for name in "AH":
        hydrant(name)
    for path, shift in ACROSS:
        rail(path, shift)
    follower = Follower()
    follower.step(at=at())
    for _ in range(12):
        edits(random)
        if random.random() < 0.2:
            Railway.objects.filter(ref__startswith="rail/EJ").update(in_use=random.choice(["yes", "no"]))
        if random.random() < 0.3:
            Road.objects.filter(ref=random.choice(["AB", "EF", "JK"])).update(tunnel=random.random() < 0.5)
        follower.step(at=at())
        followed = stored()
        run_whole(at=at())
        assert stored() == followed
