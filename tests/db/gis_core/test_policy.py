"""Who may do what where, and the reason that is given."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from gis_core.policy import PUBLIC, Actor, Grant, actor_for, decide
from gis_core.roles import PERMISSIONS, Action, Role
from gis_core.succession import link_successions
from tests.db.gis_core.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_everybody_may_look():
    assert decide(PUBLIC, Action.VIEW).reason == "Everybody may."


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_a_role_held_everywhere_may_do_what_the_table_says(role, action):
    allowed = bool(decide(Actor("x", (Grant(role),)), action))
    assert allowed == (action in PERMISSIONS[role] | PERMISSIONS[Role.PUBLIC])


def test_a_scoped_role_holds_inside_its_unit_and_the_refusal_says_so():
    actor = Actor("x", (Grant(Role.FIELD, frozenset({7})),))
    assert decide(actor, Action.UPDATE, unit_id=7)
    refusal = decide(actor, Action.UPDATE, unit_id=8)
    assert not refusal
    assert refusal.reason == "Your role allows this only inside your own administrative unit."


def test_a_feature_outside_all_units_needs_a_role_held_everywhere():
    assert not decide(Actor("x", (Grant(Role.FIELD, frozenset({7})),)), Action.UPDATE, unit_id=None)
    assert decide(Actor("x", (Grant(Role.FIELD),)), Action.UPDATE, unit_id=None)


def test_anywhere_asks_whether_there_is_any_place():
    actor = Actor("x", (Grant(Role.FIELD, frozenset({7})),))
    assert decide(actor, Action.UPDATE, anywhere=True)
    assert decide(actor, Action.DELETE, anywhere=True).reason == "None of your roles allows this."


def test_a_narrow_role_with_more_rights_does_not_borrow_the_width_of_a_wide_one():
    actor = Actor("x", (Grant(Role.DISPATCHER), Grant(Role.PLANNER, frozenset({7}))))
    assert decide(actor, Action.VIEW_SENSITIVE, unit_id=8)
    assert not decide(actor, Action.DELETE, unit_id=8)


def test_nobody_signed_in_and_nobody_active_is_the_public(person):
    assert actor_for(AnonymousUser(), at=TODAY) is PUBLIC
    assert actor_for(person(Role.ADMINISTRATOR, is_active=False), at=TODAY) is PUBLIC


def test_a_superuser_is_an_administrator_everywhere(person):
    assert decide(actor_for(person(None, is_superuser=True), at=TODAY), Action.ADMINISTER)


def test_the_public_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        actor_for(AnonymousUser(), at=TODAY)


def test_a_role_in_a_city_holds_in_its_wards(unit, person):
    city = unit("city", level=1)
    ward = unit("ward", parent=city)
    assert decide(actor_for(person(Role.FIELD, city), at=TODAY), Action.UPDATE, unit_id=ward.pk)


def test_a_role_in_an_old_district_goes_on_in_the_wards_that_mostly_lie_in_it(unit, person):
    old = unit("old", level=2, valid_from=date(1976, 1, 1), valid_to=date(2025, 7, 1))
    inside, touching = (
        unit("inside", box=(105.8, 21.0, 105.85, 21.1)),
        unit("touching", box=(105.85, 21.0, 106.2, 21.1)),
    )
    link_successions()
    actor = actor_for(person(Role.FIELD, old), at=TODAY)
    assert decide(actor, Action.UPDATE, unit_id=inside.pk)
    assert not decide(actor, Action.UPDATE, unit_id=touching.pk)
