"""What is remembered of how many features match a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from django.core.cache import cache
from psycopg import sql


@dataclass(frozen=True, slots=True)
class KnownCount:
    """How many features matched a question when it was last asked, and in which state of the data.

    The statement of a page is told, and counts only if the state is another one.
    """

    key: str = ""
    version: str | None = None
    number: int | None = None

    @classmethod
    def of(cls, table: str, where: sql.Composable, params: Mapping[str, Any]) -> Self:
        """Return what is remembered of a condition on the rows of a table."""
        question = repr((where.as_string(), sorted(params.items())))
        key = f"count:{table}:{blake2b(question.encode(), digest_size=16).hexdigest()}"
        return cls(key, *cache.get(key, (None, None)))

    @property
    def is_known(self) -> bool:
        """Whether there is a number, of whatever state."""
        return self.version is not None

    def learn(self, version: str, matched: int) -> None:
        """Remember a new count."""
        if version != self.version:
            cache.set(self.key, (version, matched))
