"""Say whether the database in DATABASE_URL can be used; nothing there is changed."""

# ruff: noqa: INP001  # a script beside shell scripts, not a package

import os
import sys
from urllib.parse import urlsplit

import psycopg

EXTENSIONS = {"postgis", "pgrouting", "pg_trgm", "unaccent"}


def complaint(url: str) -> str | None:
    """Answer what is wrong with the database behind `url`, or None when it will do."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgis", "postgres", "postgresql"}:
        return "DATABASE_URL should look like postgis://user:password@host:5432/name"
    try:
        with psycopg.connect(parts._replace(scheme="postgresql").geturl(), connect_timeout=10) as connection:
            rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
    except psycopg.Error as error:
        return f"It does not answer: {str(error).strip()}"
    if missing := sorted(EXTENSIONS - {name for (name,) in rows}):
        return f"That server lacks the extension {' and '.join(missing)}."
    return None


if __name__ == "__main__":
    sys.exit(complaint(os.environ["DATABASE_URL"]))
