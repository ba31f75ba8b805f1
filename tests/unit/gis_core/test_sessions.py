"""Only a key that could be one of ours is looked up."""

import pytest

from gis_core.sessions import SessionStore


@pytest.mark.parametrize("key", ["\0aaaaaaaaaa", "aaaaaaaa\0", "ä" * 32, "short", "' OR 1=1 --", "", None])
def test_a_cookie_that_no_session_ever_had_is_no_session(key):
    """No database here: looking one of them up would fail the test, and PostgreSQL refuses the first."""
    assert dict(SessionStore(key).items()) == {}


def test_a_key_of_ours_is_kept():
    key = "0123456789abcdefghijklmnopqrstuv"
    assert SessionStore(key).session_key == key
