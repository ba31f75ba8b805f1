"""The thread of a server that keeps coverage right: one of all processes has it, the others look whether it is free."""

import logging
from threading import Thread
from time import sleep
from typing import Final

from django.apps import apps
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from gis_core.garbage import settle
from gis_core.live.waking import listen, wait_for_commit

PAUSE_S: Final = 1.0
"""Between two looks that no commit asks for: outages begin, and days."""
_WAIT_S: Final = 5.0
_log: Final = logging.getLogger(__name__)


def follow_in_background() -> None:
    """Begin to follow in a thread; commands and tests do not."""
    Thread(target=_follow_for_ever, name="coverage", daemon=True).start()


def _follow_for_ever() -> None:
    apps.ready_event.wait()
    # Only now: it knows the models.
    from routes.coverage.follower import Follower, holding_the_lock  # noqa: PLC0415

    while True:
        try:
            _without_a_time_limit()
            with holding_the_lock() as held:
                follower = Follower()
                if held:
                    listen()
                while held:
                    done = follower.step(at=timezone.now())
                    if done is not None and done.whole:
                        settle()
                    if not wait_for_commit(at_most_s=PAUSE_S):
                        follower.rest()
        except (OperationalError, InterfaceError) as error:
            _log.warning("Coverage is not followed for now: %s", error)
        except Exception:  # noqa: BLE001 - a thread has nobody to raise to; it is tried again
            _log.exception("Coverage cannot be followed")
        finally:
            connection.close()
        sleep(_WAIT_S)


def _without_a_time_limit() -> None:
    # What holds for questions does not for a city that is computed anew.
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
