"""``railway=*`` to the columns of `routes.railway_models`. Pure.

A line that is no longer used stays a line on the ground, with the word that no train runs; what was taken up or is not
built yet is none.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from routes.osm.notes import Notebook
from routes.osm.tags import Tags, is_set, read_text, read_whole

_KINDS: Final = {
    **{kind: kind for kind in ("rail", "light_rail", "subway", "tram", "narrow_gauge")},
    "preserved": "rail",
}
_DISUSED: Final = "disused"
CROSSINGS: Final = frozenset({"level_crossing", "crossing", "tram_level_crossing", "tram_crossing"})
"""``railway=*`` of nodes where a way crosses rails at level. Most extracts of ways have them without the rails."""


@dataclass(frozen=True, slots=True)
class RailTags:
    """What OpenStreetMap says of a line."""

    name: str
    kind: str
    in_use: str
    bridge: bool
    tunnel: bool
    layer: int


def is_rail(tags: Tags) -> bool:
    """Say whether trains run on this way, or did and the track still lies."""
    return tags.get("railway") in {*_KINDS, _DISUSED}


def read_rail(tags: Tags, note: Notebook) -> RailTags:
    """Read a line; ``railway=disused`` names what it was in ``disused:railway``."""
    disused = tags["railway"] == _DISUSED or is_set(tags, "disused")
    kind = tags.get("disused:railway", "") if tags["railway"] == _DISUSED else tags["railway"]
    return RailTags(
        name=read_text(tags, ("name", "name:vi", "ref"), 200, note),
        kind=_KINDS.get(kind, "rail"),
        in_use="no" if disused else "yes",
        bridge=is_set(tags, "bridge"),
        tunnel=is_set(tags, "tunnel") or tags.get("location") == "underground",
        layer=read_whole(tags, "layer", -20, 20, note) or 0,
    )


def known_runs(nodes: Sequence[int], places: Container[int]) -> Iterator[list[int]]:
    """Give the stretches of a way whose nodes the file holds; nothing is drawn across those that it leaves out.

    >>> list(known_runs([1, 2, 9, 3, 4, 4], {1, 2, 3, 4}))
    [[1, 2], [3, 4]]
    """
    run: list[int] = []
    for node in (*nodes, None):
        if node in places and node is not None:
            run += [node] if run[-1:] != [node] else []
            continue
        if len(run) > 1:
            yield run
        run = []
