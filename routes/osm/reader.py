"""An OpenStreetMap file (.osm.pbf, .osm, .opl) to plain values. No Django, no judgement about tags.

One pass with pyosmium, which keeps the places of all nodes; the file must be sorted nodes, ways, relations, as all
published extracts are.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium
from osmium.filter import KeyFilter

from gis_core.errors import BadRequest
from routes.osm.rails import CROSSINGS, is_rail
from routes.osm.water import WATER_TAGS

LonLatPair = tuple[float, float]

# Not on the ground: planned, not finished, or gone; areas of a motorway that are no way.
NOT_A_WAY: Final = frozenset(
    {"proposed", "planned", "construction", "abandoned", "razed", "demolished", "dismantled", "no"}
    | {"rest_area", "services"}
)


class UnreadableOsmFile(BadRequest):
    """Not a file that pyosmium can read to its end."""

    code = "unreadable-osm-file"
    title = "The OpenStreetMap file cannot be read"


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A way with ``highway=*`` or ``railway=*``: node ids in drawing order; `version` 0 where the file carries none."""

    id: int
    version: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class OsmNode:
    """A node with tags that matter here."""

    id: int
    version: int
    place: LonLatPair
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class OsmRelation:
    """A turn restriction; members are (``n``, ``w`` or ``r``, id, role)."""

    id: int
    tags: dict[str, str]
    members: tuple[tuple[str, int, str], ...]


@dataclass
class Extract:
    """What one file holds for us, by id, so that of an object given twice the later one counts.

    `places` has every node of a kept way that the file holds.
    """

    ways: dict[int, OsmWay] = field(default_factory=dict)
    rails: dict[int, OsmWay] = field(default_factory=dict)
    places: dict[int, LonLatPair] = field(default_factory=dict)
    barriers: dict[int, OsmNode] = field(default_factory=dict)
    crossings: dict[int, OsmNode] = field(default_factory=dict)
    water: dict[int, OsmNode] = field(default_factory=dict)
    turns: dict[int, OsmRelation] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    """Objects of a kind we look at but do not import: ``highway=proposed``, ``barrier way fence``, …"""


def read_extract(path: Path) -> Extract:
    """Read ways, railways, barrier nodes, sources of water and turn restrictions from a file.

    Raises
    ------
    UnreadableOsmFile
        Missing, of another format, or cut off.
    """
    extract = Extract()
    if not path.is_file():
        raise UnreadableOsmFile("There is no file %(path)s: give an OpenStreetMap extract (.osm.pbf).", path=str(path))
    try:
        for item in _tagged(path):
            _take(item, extract)
    except RuntimeError as problem:  # pyosmium's only error
        raise UnreadableOsmFile(
            "%(path)s cannot be read as an OpenStreetMap file (%(problem)s): give a complete .osm.pbf or .osm.",
            path=str(path),
            problem=str(problem),
        ) from problem
    return extract


def _tagged(path: Path) -> Iterator[Any]:
    wanted = KeyFilter("highway", "railway", "barrier", "emergency", "type")
    yield from osmium.FileProcessor(str(path)).with_locations().with_filter(wanted)


def _take(item: Any, extract: Extract) -> None:
    # PostgreSQL refuses NUL in text.
    tags = {tag.k.replace("\0", ""): tag.v.replace("\0", "") for tag in item.tags}
    if item.deleted:
        extract.passed_over["deleted"] += 1
    elif item.is_node():
        _take_node(item, tags, extract)
    elif item.is_way():
        _take_way(item, tags, extract)
    elif item.is_relation() and tags.get("type") == "restriction":
        members = tuple((member.type, member.ref, member.role) for member in item.members)
        extract.turns[item.id] = OsmRelation(item.id, tags, members)


def _take_node(item: Any, tags: dict[str, str], extract: Extract) -> None:
    if not item.location.valid():
        extract.passed_over["node without a place"] += 1
        return
    node = OsmNode(item.id, item.version, (item.location.lon, item.location.lat), tags)
    if "barrier" in tags:
        extract.barriers[node.id] = node
    if tags.get("railway") in CROSSINGS:
        extract.crossings[node.id] = node
    if tags.get("emergency") in WATER_TAGS:
        extract.water[node.id] = node


def _take_way(item: Any, tags: dict[str, str], extract: Extract) -> None:
    if tags.get("emergency") in WATER_TAGS:
        extract.passed_over[f"emergency={tags['emergency']} drawn as a way"] += 1
    if "railway" in tags:
        _take_rail(item, tags, extract)
    highway = tags.get("highway")
    if highway is None:
        if "barrier" in tags:
            extract.passed_over[f"barrier={tags['barrier']} drawn as a way"] += 1
    elif highway in NOT_A_WAY:
        extract.passed_over[f"highway={highway}"] += 1
    else:
        extract.ways[item.id] = _placed(item, tags, extract)


def _take_rail(item: Any, tags: dict[str, str], extract: Extract) -> None:
    if is_rail(tags):
        extract.rails[item.id] = _placed(item, tags, extract)
    else:
        extract.passed_over[f"railway={tags['railway']}"] += 1


def _placed(item: Any, tags: dict[str, str], extract: Extract) -> OsmWay:
    for node in item.nodes:
        if node.location.valid():
            extract.places[node.ref] = (node.location.lon, node.location.lat)
    return OsmWay(item.id, item.version, tuple(node.ref for node in item.nodes), tags)
