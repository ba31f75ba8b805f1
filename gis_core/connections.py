"""Connections that a thread keeps from one request to the next."""

import select
from typing import Any

from django.db import connections
from psycopg.pq import TransactionStatus


def leave_the_useless() -> None:
    """Close connections that failed, are kept long enough, or at whose other end nobody is any more.

    PostgreSQL says nothing between two questions: whatever there is to read is its farewell, as before a restart. A
    transaction that nobody leads any more shows an old state, or what never came to be.
    """
    for connection in connections.all(initialized_only=True):
        link = connection.connection
        if link is not None and not connection.in_atomic_block and _is_useless(link):
            connection.close()
        else:
            connection.close_if_unusable_or_obsolete()


def _is_useless(link: Any) -> bool:
    return link.closed or link.pgconn.transaction_status != TransactionStatus.IDLE or _has_word(link.fileno())


def _has_word(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))
