"""What an import found and did, to read on a terminal or to keep as JSON."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from routes.osm.mapping import Rows
from routes.osm.notes import Note, Problem
from routes.osm.reader import Extract
from routes.osm.rows import RoadRow
from routes.osm.store import Comparison
from routes.osm.turns import Refusal


@dataclass
class ImportReport:
    """Counts of what the file holds, every tag that was not taken at face value, and what was done to each table."""

    file: str
    applied: bool
    ways: int
    junctions: int
    segments: int
    length_km: float
    ways_with: dict[str, int]
    """How many ways got a number, by column."""
    barriers: dict[str, int]
    barriers_off_road: dict[str, int]
    barriers_on_junction: list[str]
    passed_over: dict[str, int]
    incomplete_ways: list[int]
    """Ways with nodes that the file does not hold; stored ones among them stay as they are."""
    ways_without_line: list[int]
    segments_without_length: list[str]
    notes: list[Note]
    refused: list[Refusal]
    conflicts: list[int]
    """Ways not imported, because a survey on them would lose its place."""
    layers: dict[str, Comparison] = field(default_factory=dict)
    pinned_anew: list[str] = field(default_factory=list)

    def as_json(self) -> bytes:
        """Write the whole report."""
        whole = asdict(self) | {"notes": [note._asdict() for note in self.notes]}
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2)

    def lines(self) -> list[str]:
        """Sum up for a terminal; lists are counted, the JSON has them."""
        problems = Counter(note.problem.value for note in self.notes)
        no_line = f"without a line: {len(self.ways_without_line)}, pieces {len(self.segments_without_length)}"
        return [
            f"{self.file}: {self.ways} ways, {self.segments} segments, {self.junctions} junctions",
            f"length: {self.length_km:.1f} km",
            "numbers on ways: " + _counts(self.ways_with),
            "barriers on roads: " + _counts(self.barriers),
            f"  on a junction: {len(self.barriers_on_junction)}; not on a road: {_counts(self.barriers_off_road)}",
            "passed over: " + _counts(self.passed_over),
            f"ways with nodes outside the file: {len(self.incomplete_ways)}; {no_line}",
            "tags not taken at face value: " + _counts(problems),
            *_unread(self.notes),
            *(f"  refused: {refusal.element} {refusal.reason}" for refusal in self.refused[:20]),
            *(_table_line(name, comparison) for name, comparison in self.layers.items()),
            *(f"  conflict: way/{way} stays as stored: a survey on it would lose its place" for way in self.conflicts),
            *([f"restrictions pinned anew: {len(self.pinned_anew)}"] if self.pinned_anew else []),
            "written" if self.applied else "dry run: nothing was written; add --apply to write",
        ]


def make_report(
    path: Path, extract: Extract, rows: Rows, comparisons: dict[str, Comparison], conflicts: list[int]
) -> ImportReport:
    """Put a report together; `applied` and `pinned_anew` are set by whoever writes."""
    with_line = {segment.way.id for segment in rows.split.segments}
    return ImportReport(
        file=path.name,
        applied=False,
        ways=len(extract.ways),
        junctions=len({node for road in rows.roads for node in (road.start_node, road.end_node)}),
        segments=len(rows.roads),
        length_km=round(rows.length_m / 1000, 3),
        ways_with=_ways_with(rows.roads),
        barriers=dict(rows.barriers.most_common()),
        barriers_off_road=dict(rows.off_road.most_common()),
        barriers_on_junction=rows.on_junction,
        passed_over=dict(extract.passed_over.most_common()),
        incomplete_ways=sorted(rows.split.incomplete),
        ways_without_line=sorted(extract.ways.keys() - with_line),
        segments_without_length=rows.split.pointlike,
        notes=rows.notes,
        refused=rows.refused,
        conflicts=conflicts,
        layers=comparisons,
    )


def _ways_with(roads: list[RoadRow]) -> dict[str, int]:
    columns = ("clear_width_m", "clear_height_m", "max_weight_t", "max_axle_load_t")
    return {name: len({road.osm_way_id for road in roads if getattr(road, name) is not None}) for name in columns}


def _unread(notes: list[Note]) -> list[str]:
    """List what became no number at all, once for each wording."""
    silent = {Problem.CONDITIONAL, Problem.NOT_MAPPED}
    worded = Counter((n.key, n.value, n.problem.value) for n in notes if n.used is None and n.problem not in silent)
    return [f"  {key}={value!r}: {problem}, {count} times" for (key, value, problem), count in worded.most_common(30)]


def _table_line(name: str, comparison: Comparison) -> str:
    return (
        f"{name}: {comparison.new} new, {comparison.changed} changed, {comparison.unchanged} unchanged, "
        f"{len(comparison.kept)} kept as surveyed, {len(comparison.superseded)} superseded, "
        f"{len(comparison.vanished)} no longer in the file (they stay)"
    )


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
