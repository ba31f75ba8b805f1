"""Proposals beside what people decided: nothing of theirs is touched, a second run changes nothing."""

import pghistory
import pytest
from django.db import IntegrityError, connection, transaction

from layers.models import Building, PublicFirefightingPoint
from routes.deficient.computing import compute_areas
from routes.deficient.proposing import Kind
from routes.deficient.running import basis_of, propose_areas
from routes.deficient_models import Cause, DeficientArea, State
from routes.models import Road
from routes.network.live import live_network
from tests.db.routes.deficient.conftest import put

pytestmark = pytest.mark.django_db


def run(**more):
    return propose_areas(basis_of(**more), apply=True)


def kinds(found):
    return {change.values.get("lane_name", change.area_code): change.kind for change in found.changes}


def area(name):
    return DeficientArea.objects.filter(lane_name=name).order_by("-proposal").first()


def by(name):
    return pghistory.context(command=name)


def approve(row):
    with by("somebody"):
        row.state = State.APPROVED
        row.save()
    row.refresh_from_db()
    return row


def test_a_lane_too_narrow_lacks_a_road_and_one_that_nobody_measured_cannot_be_classified(plan):
    run()
    deep, unknown = area("Ngõ 5"), area("Ngõ 9")
    assert (deep.cause, deep.lacks_road, deep.lacks_water) == (Cause.NO_ROAD, "yes", "unknown")
    assert (deep.depth_least_m, deep.depth_most_m) == (120.0, 120.0)
    assert (deep.houses, deep.households, deep.houses_without_households) == (1, 4, 0)
    assert (unknown.cause, unknown.depth_least_m, unknown.depth_most_m) == (Cause.UNKNOWN, 0.0, 120.0)
    assert (unknown.households, unknown.houses_without_households) == (None, 1)
    # The street is reached; its water is unknown, as coverage was not computed.
    assert area("Phố Lớn").cause == Cause.UNKNOWN
    assert deep.administrative_unit.code == "00070"
    assert deep.ref.startswith("00070-")


def test_an_area_names_what_stops_the_engine_with_its_evidence_and_nobody(plan):
    Road.objects.filter(ref="BD").update(surveyed_by="Nguyễn Văn A")
    run()
    stop = area("Ngõ 5").findings["stops"][0]
    assert (stop["ref"], stop["dimension"], stop["verdict"], stop["evidence"]) == ("BD", "width", "blocked", "surveyed")
    assert (stop["required"], stop["available"]) == (2.7, 1.6)
    assert "Nguyễn" not in str(area("Ngõ 5").findings)


def test_a_dry_run_writes_nothing(plan):
    found = propose_areas(basis_of())
    assert {change.kind for change in found.changes} == {Kind.NEW}
    assert not DeficientArea.objects.exists()


def test_a_second_run_changes_nothing(plan):
    run()
    before = list(DeficientArea.objects.order_by("pk").values())
    assert set(kinds(run()).values()) == {Kind.SAME}
    assert list(DeficientArea.objects.order_by("pk").values()) == before


def test_what_is_only_proposed_is_proposed_as_it_is_now(plan):
    run()
    Building.objects.filter(ref="house/deep").update(households=6)
    assert kinds(run())["Ngõ 5"] is Kind.UPDATED
    assert (area("Ngõ 5").households, area("Ngõ 5").proposal, area("Ngõ 5").state) == (6, 1, State.PROPOSED)


def test_what_people_edited_stays_and_a_changed_lane_makes_a_version_beside_it(plan):
    run()
    row = area("Ngõ 5")
    with by("somebody"):
        row.remedy_note = "Đã khảo sát"
        row.save()
    row.refresh_from_db()
    assert (row.state, row.edited_by) == (State.EDITED, "somebody")
    assert set(kinds(run()).values()) == {Kind.SAME}
    Building.objects.filter(ref="house/deep").update(households=6)
    assert kinds(run())["Ngõ 5"] is Kind.VERSION
    row.refresh_from_db()
    assert (row.remedy_note, row.households, row.state) == ("Đã khảo sát", 4, State.EDITED)
    assert (area("Ngõ 5").proposal, area("Ngõ 5").state, area("Ngõ 5").households) == (2, State.PROPOSED, 6)


def test_approving_another_version_withdraws_the_one_before(plan):
    run()
    first = approve(area("Ngõ 5"))
    Building.objects.filter(ref="house/deep").update(households=6)
    run()
    second = approve(area("Ngõ 5"))
    first.refresh_from_db()
    assert (first.state, first.succeeded_by, first.households) == (State.WITHDRAWN, second.ref, 4)
    assert (second.approved_by, second.approved_at is not None) == ("somebody", True)


def test_an_approved_lane_that_is_no_longer_deficient_is_proposed_to_be_taken_off(plan):
    run()
    approve(area("Ngõ 5"))
    Building.objects.filter(ref="house/deep").delete()
    assert kinds(run())["Ngõ 5"] is Kind.UNLIST
    assert set(kinds(run()).values()) == {Kind.SAME}
    off = approve(area("Ngõ 5"))
    assert off.proposes == "unlist"
    assert DeficientArea.objects.filter(state=State.APPROVED, proposes="list").count() == 0
    assert set(kinds(run()).values()) == {Kind.SAME}


def test_a_proposal_that_is_no_longer_deficient_is_withdrawn_by_the_computation(plan):
    run()
    Building.objects.filter(ref="house/deep").delete()
    run()
    assert (area("Ngõ 5").state, area("Ngõ 5").withdrawn_by) == (State.WITHDRAWN, "propose_deficient_areas")


def test_what_people_withdrew_is_not_proposed_again_until_the_lane_changes(plan):
    run()
    row = area("Ngõ 5")
    row.state = State.WITHDRAWN
    row.save()
    assert set(kinds(run()).values()) == {Kind.SAME}
    Building.objects.filter(ref="house/deep").update(households=6)
    assert kinds(run())["Ngõ 5"] is Kind.VERSION


def test_the_database_keeps_an_approved_area_as_it_was_whoever_writes(plan):
    run()
    row = approve(area("Ngõ 5"))
    for change in ("households = 9", "state = 'edited'", "cause = 'unknown'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE routes_deficientarea SET {change} WHERE id = %s", [row.pk])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE routes_deficientarea SET remarks = 'x', decision = 'QĐ 1' WHERE id = %s", [row.pk])
    row.refresh_from_db()
    assert (row.decision, row.state) == ("QĐ 1", State.APPROVED)


def test_an_edit_in_sql_is_somebodys_edit(plan):
    run()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE routes_deficientarea SET households = 9 WHERE lane_name = 'Ngõ 5'")
    row = area("Ngõ 5")
    assert row.state == State.EDITED
    assert row.edited_by


def test_every_change_is_in_the_history(plan):
    run()
    row = approve(area("Ngõ 5"))
    events = DeficientArea.pgh_event_models["update"].objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [event.state for event in events] == ["proposed", "approved"]


def test_the_nearest_public_firefighting_point_is_told_and_whether_it_is_in_the_lane(plan):
    run()
    assert (area("Ngõ 5").point_in_lane, area("Ngõ 5").nearest_point_ref) == ("no", "")
    put(PublicFirefightingPoint, plan, "C", (-30.0, 0.0), ref="point/1", name="Điểm 1")
    run()
    assert (area("Ngõ 5").nearest_point_ref, area("Ngõ 9").point_in_lane) == ("point/1", "no")
    assert area("Ngõ 5").nearest_point_m == pytest.approx(390, abs=2)


def test_all_lanes_are_computed_with_a_fixed_number_of_queries(plan, django_assert_num_queries):
    network, basis = live_network().current().network, basis_of()
    compute_areas(network, basis)
    for place, lane in (("D", "D"), ("E", "E"), ("C", "C")):
        put(Building, plan, place, ref=f"house/more/{lane}")
    compute_areas(network, basis)
    with django_assert_num_queries(15):
        compute_areas(network, basis)
