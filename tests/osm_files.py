"""Small OpenStreetMap files for tests, drawn in metres east and north of a corner in Hanoi."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

REAL = Path(__file__).resolve().parents[2] / "shared/data/roads"
CORNER = (105.82, 21.0)
_DEGREES_A_METRE = (1 / 103_943, 1 / 110_737)


def place(east_m: float, north_m: float) -> tuple[float, float]:
    return CORNER[0] + east_m * _DEGREES_A_METRE[0], CORNER[1] + north_m * _DEGREES_A_METRE[1]


class OsmSketch:
    """Objects are kept by id, so that a later version of a file is the sketch drawn on."""

    def __init__(self) -> None:
        self.objects: dict[tuple[int, int], Any] = {}

    def node(self, id_: int, east_m: float, north_m: float = 0, tags: Mapping[str, str] | None = None) -> None:
        self.objects[0, id_] = Node(id=id_, version=1, location=place(east_m, north_m), tags=tags or {})

    def way(self, id_: int, nodes: Sequence[int], tags: Mapping[str, str] | None = None) -> None:
        self.objects[1, id_] = Way(id=id_, version=1, nodes=nodes, tags={"highway": "residential", **(tags or {})})

    def turn(self, id_: int, members: Sequence[tuple[str, int, str]], tags: Mapping[str, str]) -> None:
        self.objects[2, id_] = Relation(id=id_, version=1, members=members, tags={"type": "restriction", **tags})

    def drop(self, *keys: tuple[int, int]) -> None:
        for key in keys:
            del self.objects[key]

    def save(self, path: Path) -> Path:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for (kind, _), thing in sorted(self.objects.items(), key=lambda item: item[0]):
                (writer.add_node, writer.add_way, writer.add_relation)[kind](thing)
        return path


def real_file(name: str) -> Path:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"needs the real roads in {path}, which are not part of the project")
    return path
