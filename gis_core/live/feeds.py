"""The contract by which rooms bring what is told live; `gis_core` itself knows none of their tables.

Every registered layer is a feed without further doing. A room adds feeds of its own tables, and versions that pages
compare, in its `map_layers.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from gis_core.live.telling import tell_record
from gis_core.registry import LayerRegistry, layer_registry

Tell = Callable[[Any, Any], str | None]
"""Says in the language in force what an entry of the history changed, given the one before it (None where there was
none); None where nothing changed that everybody may see."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of news.

    Parameters
    ----------
    name
        What pages know it by: the id of a layer, or a word of its own.
    model
        The table; it counts its writes (`COUNT_CHANGES`), and `track_history` keeps its entries, if anything does.
    tell
        What an entry says; nothing that not everybody may see.
    ref
        The name of the record that an entry is of.
    """

    name: str
    model: type[Model]
    tell: Tell
    ref: Callable[[Any], str] = lambda entry: str(entry.ref)

    @property
    def table(self) -> str:
        """The table whose writes are counted."""
        return self.model._meta.db_table

    @property
    def entries(self) -> Any:
        """The table of its history; None where none is kept, as of what is computed: then the layer alone is told."""
        kept = getattr(self.model, "pgh_event_models", {})  # set by track_history
        return kept.get("update")


class FeedRegistry:
    """The feeds that are no layers, the tables that count without telling, and the versions told with each change."""

    def __init__(self, layers: LayerRegistry) -> None:
        self._layers = layers
        self._feeds: list[Feed] = []
        self.quiet_tables: set[str] = set()
        """Tables of no feed whose writes move a version."""
        self.versions: dict[str, Callable[[], str | int]] = {}
        """Name in the events to what reads the version: a short query."""

    def register(self, feed: Feed) -> None:
        """Add a feed."""
        self._feeds.append(feed)

    def register_version(self, name: str, read: Callable[[], str | int], tables: tuple[str, ...] = ()) -> None:
        """Add a version; `tables` are those that move it and that no feed follows."""
        self.versions[name] = read
        self.quiet_tables.update(tables)

    def __iter__(self) -> Iterator[Feed]:
        for layer in self._layers:
            yield Feed(layer.id, layer.model, tell_record(layer))
        yield from self._feeds


feed_registry = FeedRegistry(layer_registry)
