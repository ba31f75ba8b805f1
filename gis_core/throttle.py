"""Wrong passwords are counted, over all processes: whoever guesses for one name from one address has to wait.

Counted in the database, by one statement, so that guesses sent to several workers at the same moment count as several.
Who tried stands there only as a keyed hash: the table names nobody.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from gis_core.models import SignInTries

MAX_TRIES: Final = 10
"""More than the processes of a server: as many questions with one right password may be under way at once."""
WAIT: Final = timedelta(minutes=5)

_COUNT: Final = """
    INSERT INTO gis_core_signintries AS known (key, tries, forgotten_at) VALUES (%(key)s, 1, %(end)s)
    ON CONFLICT (key) DO UPDATE SET forgotten_at = EXCLUDED.forgotten_at,
        tries = CASE WHEN known.forgotten_at <= %(at)s THEN 1 ELSE known.tries + 1 END
    WHERE known.tries < %(most)s OR known.forgotten_at <= %(at)s
    RETURNING tries
"""


def key_of(request: HttpRequest, username: str) -> str:
    """Name a pair of address and user name without telling it."""
    who = f"{request.META.get('REMOTE_ADDR', '')}\n{username}"
    return salted_hmac("gis_core.throttle", who, algorithm="sha256").hexdigest()


def must_wait(key: str, *, at: datetime) -> bool:
    """Whether no further try is allowed now."""
    return SignInTries.objects.filter(key=key, tries__gte=MAX_TRIES, forgotten_at__gt=at).exists()


def count_try(key: str, *, at: datetime) -> bool:
    """Count a try before it is made, and tell whether it may be made; what is refused does not lengthen the wait."""
    SignInTries.objects.filter(forgotten_at__lte=at).delete()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "at": at, "end": at + WAIT, "most": MAX_TRIES})
        return cursor.fetchone() is not None


def forget_tries(key: str) -> None:
    """Take back what was counted: the password was right."""
    SignInTries.objects.filter(key=key).delete()
