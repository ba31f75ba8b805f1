"""Sessions in the database, looked up only by a key that could be one of ours."""

import re
from typing import Final

from django.contrib.sessions.backends import db

_KEY: Final = re.compile(r"[a-z0-9]{8,40}", re.ASCII)


class SessionStore(db.SessionStore):
    """Django's, but for keys that no session ever had: a cookie can hold a NUL, which PostgreSQL refuses as text."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None
