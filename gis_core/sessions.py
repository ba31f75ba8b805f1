"""Sessions in the database, looked up only by a key that could be one of ours."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's, but for keys that no session ever had: a cookie can hold a NUL, which PostgreSQL refuses as text."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and key.isascii() and key.isalnum() and super()._validate_session_key(key)
