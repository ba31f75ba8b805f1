"""Whoever follows the tables sleeps until a commit, hears of none that was rolled back, and of a lost connection."""

from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction

from gis_core.live.waking import listen, wait_for_commit

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = "UPDATE hydrants_hydrant SET remarks = remarks WHERE false"  # a statement counts, whatever rows it finds


def by_another(statement, *, rolled_back=False):
    """Execute on a connection of its own, as another process does."""

    def work():
        try:
            with transaction.atomic():
                connection.cursor().execute(statement)
                transaction.set_rollback(rolled_back)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_a_commit_wakes_also_one_since_the_last_wait_and_only_once():
    listen()
    by_another(COUNTED)
    assert wait_for_commit(at_most_s=30)
    assert not wait_for_commit(at_most_s=0.01)


def test_what_was_rolled_back_wakes_nobody():
    listen()
    by_another(COUNTED, rolled_back=True)
    assert not wait_for_commit(at_most_s=0.01)


def test_a_lost_connection_is_an_error_of_django_s():
    listen()
    by_another(f"SELECT pg_terminate_backend({connection.connection.info.backend_pid})")
    try:
        with pytest.raises(OperationalError):
            wait_for_commit(at_most_s=30)
    finally:
        connection.close()
