"""The nearest usable water: the true nearest, none lost, nothing invented."""

import random

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection

from gis_core.values import LonLat
from hydrants.models import Hydrant, IntakePoint, WaterTank
from hydrants.nearest import Outcome, nearest_water

pytestmark = pytest.mark.django_db


def keys(found):
    return [each.source.key for each in found]


def refs(found):
    return [each.source.ref for each in found]


def test_a_faulty_hydrant_is_not_offered_but_named_with_its_reason(hydrant, corner, at):
    hydrant(50, ref="near", status="faulty")
    hydrant(90, ref="far")
    answer = nearest_water(corner, at=at)
    assert (answer.outcome, refs(answer.chosen)) == (Outcome.FOUND, ["far"])
    assert [(each.source.ref, each.reason) for each in answer.passed_over] == [("near", "status_faulty")]


def test_all_kinds_are_ranked_together_by_distance(hydrant, berth, tank, corner, at):
    made = [tank(10), hydrant(-20), berth(0, 30), hydrant(0, -40), tank(50)]
    assert refs(nearest_water(corner, at=at).chosen) == [source.ref for source in made]


def test_useless_sources_in_front_never_hide_the_nearest_usable_one(hydrant, corner, at):
    # Peers take the nearest 10 first and filter afterwards.
    for n in range(60):
        hydrant(10 + n / 10, status="unknown")
    hydrant(500, ref="works")
    answer = nearest_water(corner, at=at, limit=1)
    assert refs(answer.chosen) == ["works"]
    assert (len(answer.passed_over), answer.passed_over_count) == (50, 60)
    assert answer.passed_over_within_m == answer.chosen[0].distance_m


def test_the_spheroid_decides_even_where_the_index_of_the_sphere_says_otherwise(hydrant, corner, at):
    # On the sphere a metre to the north counts 1.0043, to the east 0.9985: each decoy looks nearer to the index, and
    # there are more of them than any fixed surplus of candidates.
    for n in range(30):
        hydrant(1000.5 + n / 10)
    hydrant(0, 1000, ref="nearest")
    [best] = nearest_water(corner, at=at, limit=1).chosen
    assert (best.source.ref, best.distance_m) == ("nearest", pytest.approx(1000, abs=1e-3))


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_equals_brute_force_on_the_spheroid(bare_tables, spheroid, seed, at):
    dice = random.Random(seed)
    sources = scatter(dice, 300)
    for limit in (1, 5, 50):
        for _ in range(6):
            place = LonLat(dice.uniform(105.80, 105.84), dice.uniform(20.98, 21.02))
            distances = {key: spheroid.inv(place.lon, place.lat, lon, lat)[2] for key, (lon, lat, _) in sources.items()}
            ranked = sorted((key for key in sources if sources[key][2]), key=distances.get)
            answer = nearest_water(place, at=at, limit=limit)
            assert keys(answer.chosen) == ranked[:limit]
            assert [each.distance_m for each in answer.chosen] == pytest.approx(
                [distances[key] for key in ranked[:limit]], abs=1e-3
            )
            nearer = [k for k in sources if not sources[k][2] and distances[k] < distances[ranked[limit - 1]]]
            assert answer.passed_over_count == len(nearer)
            assert keys(answer.passed_over) == sorted(nearer, key=distances.get)[:50]


def scatter(dice, number):
    """Store sources of all kinds, half of them usable: key to longitude, latitude, usable."""
    stored = {}
    for layer, model, usual in (
        ("hydrants", Hydrant, {}),
        ("intake-points", IntakePoint, {"kind": "lake", "access": "truck", "suction_depth_m": 2}),
        ("water-tanks", WaterTank, {"reachable_by_truck": "yes"}),
    ):
        for n in range(number // 3):
            lon, lat = round(dice.uniform(105.80, 105.84), 6), round(dice.uniform(20.98, 21.02), 6)
            status = dice.choice(("working", "faulty"))
            row = model.objects.create(ref=str(n), geom=Point(lon, lat, srid=4326), status=status, **usual)
            stored[f"{layer}/{row.pk}"] = (lon, lat, status == "working")
    return stored


def test_sources_at_one_place_all_stay_in_a_fixed_order(hydrant, tank, berth, corner, at):
    made = [tank(25, 25), hydrant(25, 25), hydrant(25, 25), berth(25, 25)]
    expected = [f"hydrants/{made[1].pk}", f"hydrants/{made[2].pk}", f"intake-points/{made[3].pk}"]
    assert keys(nearest_water(corner, at=at, limit=3).chosen) == expected
    assert keys(nearest_water(corner, at=at).chosen) == [*expected, f"water-tanks/{made[0].pk}"]


def test_a_source_at_the_very_place_is_at_zero_metres_in_no_direction(hydrant, corner, at):
    hydrant(geom=Point(corner.lon, corner.lat, srid=4326))
    [found] = nearest_water(corner, at=at).chosen
    assert (found.distance_m, found.bearing_deg, found.compass, found.hoses) == (0, None, None, 0)


@pytest.mark.parametrize(
    ("east_m", "north_m", "compass", "bearing_deg"),
    [(0, 50, "N", 0), (50, 50, "NE", 45), (50, 0, "E", 90), (0, -50, "S", 180), (-50, 50, "NW", 315)],
)
def test_the_direction_is_from_the_fire_to_the_water(hydrant, corner, at, east_m, north_m, compass, bearing_deg):
    hydrant(east_m, north_m)
    [found] = nearest_water(corner, at=at).chosen
    turn = (found.bearing_deg - bearing_deg + 180) % 360 - 180
    assert (found.compass, turn) == (compass, pytest.approx(0, abs=0.01))


def test_hoses_are_counted_up(hydrant, corner, at):
    hydrant(79.9)
    hydrant(80.1)
    assert [found.hoses for found in nearest_water(corner, at=at).chosen] == [4, 5]


def test_a_flow_nobody_measured_is_passed_over_with_that_reason_not_counted_as_enough(hydrant, berth, corner, at):
    hydrant(10, ref="unmeasured")
    hydrant(20, ref="weak", flow_lps=8)
    hydrant(30, ref="nan", flow_lps=float("nan"))
    berth(40, ref="lake")
    hydrant(50, ref="strong", flow_lps=15)
    answer = nearest_water(corner, at=at, min_flow_lps=15)
    assert refs(answer.chosen) == ["strong"]
    assert {each.source.ref: each.reason for each in answer.passed_over} == {
        "unmeasured": "flow_not_measured",
        "weak": "flow_too_low",
        "nan": "flow_not_measured",
        "lake": "flow_not_measured",
    }


def test_an_empty_store_has_no_source(at, corner):
    answer = nearest_water(corner, at=at)
    assert (answer.outcome, answer.chosen, answer.passed_over) == (Outcome.NO_SOURCE, (), ())
    assert (answer.passed_over_count, answer.passed_over_within_m) == (0, 2000)


def test_only_useless_sources_nearby_is_another_answer_than_no_source(hydrant, corner, at):
    hydrant(1999, status="missing")
    hydrant(2001, status="missing")
    answer = nearest_water(corner, at=at)
    assert (answer.outcome, answer.passed_over_count) == (Outcome.NONE_USABLE, 1)
    far_away = LonLat(106.5, 20.5)
    assert nearest_water(far_away, at=at).outcome is Outcome.NO_SOURCE


def test_with_fewer_than_asked_for_the_useless_ones_behind_are_named_too(hydrant, corner, at):
    hydrant(100)
    hydrant(900, ref="behind", status="blocked")
    assert refs(nearest_water(corner, at=at, limit=2).passed_over) == ["behind"]
    assert refs(nearest_water(corner, at=at, limit=1).passed_over) == []


def test_usable_water_far_away_is_told_but_is_no_find_unless_somebody_asks_so_far(hydrant, corner, at):
    hydrant(40_000, ref="far")
    hydrant(30_000, ref="faulty", status="faulty")
    answer = nearest_water(corner, at=at, limit=5)
    assert (answer.outcome, answer.chosen, answer.beyond.source.ref) == (Outcome.NONE_IN_REACH, (), "far")
    farther = nearest_water(corner, at=at, limit=5, max_distance_m=50_000)
    assert (farther.outcome, farther.beyond) == (Outcome.FOUND, None)
    assert (refs(farther.chosen), refs(farther.passed_over)) == (["far"], ["faulty"])


def test_the_reach_ends_at_its_last_metre_and_the_next_source_is_named(hydrant, corner, at):
    hydrant(100, ref="near")
    hydrant(4_990, ref="just")
    hydrant(5_010, ref="beyond")
    answer = nearest_water(corner, at=at, limit=3)
    assert (refs(answer.chosen), answer.beyond.source.ref) == (["near", "just"], "beyond")
    full = nearest_water(corner, at=at, limit=2)
    assert (refs(full.chosen), full.beyond) == (["near", "just"], None)


def test_useless_sources_nearby_do_not_hide_that_usable_water_is_farther_off(hydrant, corner, at):
    hydrant(50, ref="faulty", status="faulty")
    hydrant(6_000, ref="far")
    answer = nearest_water(corner, at=at)
    assert (answer.outcome, refs(answer.passed_over)) == (Outcome.NONE_IN_REACH, ["faulty"])


def test_the_answer_names_the_version_of_the_data_it_was_computed_on(hydrant, corner, at):
    made = hydrant(10)
    before = nearest_water(corner, at=at).data_version
    assert nearest_water(corner, at=at).data_version == before
    made.status = "faulty"
    made.save()
    after = nearest_water(corner, at=at)
    assert (after.data_version != before, after.outcome) == (True, Outcome.NONE_USABLE)


@pytest.mark.django_db(transaction=True)
def test_an_edit_in_the_middle_of_the_question_does_not_tear_the_answer(hydrant, corner, at):
    hydrant(10, ref="edited")
    before = nearest_water(corner, at=at)
    elsewhere = connection.copy()
    edited = []

    def edit_after_the_version(execute, sql, params, many, context):
        if "water_source" in sql and not edited:
            with elsewhere.cursor() as cursor:
                cursor.execute("UPDATE hydrants_hydrant SET status = 'faulty'")
            edited.append(True)
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(edit_after_the_version):
            during = nearest_water(corner, at=at)
    finally:
        elsewhere.close()
    assert edited
    assert (during.outcome, during.data_version) == (before.outcome, before.data_version)
    assert nearest_water(corner, at=at).outcome is Outcome.NONE_USABLE


@pytest.mark.parametrize("place", ["POINT EMPTY", "POINT(NaN NaN)", "POINT(21 105.8)", "POINT(0 0)"])
@pytest.mark.parametrize("make", ["hydrant", "berth", "tank"])
def test_a_source_cannot_be_stored_without_a_place_in_vietnam(request, make, place):
    table = request.getfixturevalue(make)()._meta.db_table
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="geom_in_vietnam"):
        cursor.execute(f"UPDATE {table} SET geom = ST_GeogFromText(%s)", [place])


@pytest.mark.parametrize("place", ["POINT EMPTY", "POINT(NaN NaN)"])
def test_a_source_that_still_has_no_place_hides_no_other(hydrant, corner, at, place):
    """Stored before the check was there; it came last and at no distance, and nothing was looked for beyond that."""
    hydrant(90, ref="near")
    hydrant(95, ref="nowhere")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hydrants_hydrant DROP CONSTRAINT hydrants_hydrant_geom_in_vietnam")
        cursor.execute("UPDATE hydrants_hydrant SET geom = ST_GeogFromText(%s) WHERE ref = 'nowhere'", [place])
    assert refs(nearest_water(corner, at=at).chosen) == ["near"]
