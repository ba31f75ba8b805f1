"""What may be sent twice: a sender makes up a key for each sending, and what comes again under it counts once."""

from typing import Final

from gis_core.errors import BadRequest, Conflict

HEADER: Final = "Idempotency-Key"
MAX_KEY: Final = 100


class InvalidKey(BadRequest):
    """Not a key by which a sending is known again."""

    code = "invalid-idempotency-key"
    title = "The key of the sending is not valid"


class SentOtherwise(Conflict):
    """A key came with another content before."""

    code = "idempotency-key-used"
    title = "This key was sent with something else"


def checked_key(key: str) -> str:
    """Give the key back; empty where the sender made up none.

    Raises
    ------
    InvalidKey

    >>> checked_key("k1")
    'k1'
    """
    if len(key) > MAX_KEY or not key.isprintable() or not key.isascii():
        raise InvalidKey("Idempotency-Key must be at most %(most)d plain characters.", most=MAX_KEY)
    return key


def sent_otherwise(key: str) -> SentOtherwise:
    """Make the refusal of a key that came with another content before."""
    return SentOtherwise("The key “%(key)s” came with something else before: take a new key for each sending.", key=key)
