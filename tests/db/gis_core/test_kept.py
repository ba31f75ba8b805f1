"""What the process keeps of tables: never an older state than that of the question."""

import pytest
from django.db import transaction

from gis_core.kept import Kept, one_look
from gis_core.versions import data_version
from layers.models import FireStation

TABLE = FireStation._meta.db_table


def station(ref):
    return FireStation.objects.create(ref=ref, name="", geom="SRID=4326;POINT(105.85 21.03)")


@pytest.fixture
def kept():
    return Kept([TABLE], lambda: tuple(FireStation.objects.order_by("ref").values_list("ref", flat=True)))


@pytest.mark.django_db
def test_what_nobody_wrote_to_costs_one_short_query(kept, django_assert_num_queries):
    station("a")
    with django_assert_num_queries(2):
        rows = kept.get()
    with django_assert_num_queries(1):
        assert kept.get() is rows


@pytest.mark.django_db
def test_every_edit_is_seen_at_once_also_one_of_the_same_transaction(kept):
    first = station("a")
    assert kept.get() == ("a",)
    station("b")
    assert kept.get() == ("a", "b")
    FireStation.objects.filter(pk=first.pk).update(ref="z")
    assert kept.get() == ("b", "z")
    first.delete()
    assert kept.get() == ("b",)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_kept_though_its_number_comes_again(kept):
    station("a")
    with transaction.atomic():
        station("seen only by those who wrote it")
        assert len(kept.get()) == 2
        transaction.set_rollback(True)
    station("b")  # the same number of writes as were rolled back
    assert kept.get() == ("a", "b")


@pytest.mark.django_db
def test_inside_one_look_nothing_is_asked_again_and_what_is_written_meanwhile_is_seen_after_it(
    kept, django_assert_num_queries
):
    station("a")
    kept.get()
    with django_assert_num_queries(1), one_look() as look:
        assert kept.get() == kept.get() == ("a",)
    with one_look(look):
        station("b")
        assert kept.get() == ("a",)
    assert kept.get() == ("a", "b")
    assert look.version([TABLE, "never_written_to"]) == f"{TABLE}.{look.states[TABLE][0]}-never_written_to.0"
    assert look.version([TABLE]) != data_version([TABLE])


@pytest.mark.django_db
def test_a_look_taken_before_an_edit_keeps_nothing_older_for_those_who_look_after_it(kept):
    station("a")
    with one_look():
        station("b")
        assert kept.get() == ("a", "b"), "read anew, under the state of the look"
        station("c")
    assert kept.get() == ("a", "b", "c")
