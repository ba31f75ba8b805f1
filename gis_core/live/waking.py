"""Sleep until somebody writes: PostgreSQL's notice of a commit, which carries nothing and only wakes."""

from django.db import connection

from gis_core.triggers import LIVE_CHANNEL


def listen() -> None:
    """Let the connection of this thread hear of every commit that a counter counts."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {LIVE_CHANNEL}")


def wait_for_commit(*, at_most_s: float) -> bool:
    """Return soon after the next commit, at once after one since the last wait; after `at_most_s` in any case.

    `listen` comes first. A notice can be lost: whoever waits reads the counters afterwards, whatever woke it.

    Returns
    -------
    Whether a notice came.

    Raises
    ------
    django.db.OperationalError
        The connection is lost.
    """
    with connection.wrap_database_errors:
        return any(True for _ in connection.connection.notifies(timeout=at_most_s, stop_after=1))
