"""What an import found, for people: counts, rows with their reasons, and the refused ones as a map."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gis_core.importing.mapping import Columns
from gis_core.importing.rows import Complaint, Outcome, Row

LISTED: Final = 50
"""Rows of each kind that the printed report lists; the file lists all."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One warning and the rows it is about."""

    complaint: Complaint
    count: int
    first_rows: tuple[int, ...]


@dataclass(slots=True)
class ImportReport:
    """The result of an import, or of its dry run.

    `rows` holds those that need somebody's eye: refused, in conflict, and changed. `missing` are the natural keys of
    stored records that the file does not hold; they are reported and never deleted.
    """

    layer: str
    file: str
    crs: str
    encoding: str
    columns: Columns
    applied: bool = False
    counts: Counter[Outcome] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    _doubts: dict[tuple[str, str], tuple[Complaint, int, list[int]]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count a row, and keep what must be told of it."""
        outcome = row.outcome or Outcome.REFUSED
        self.counts[outcome] += 1
        for doubt in row.warnings:
            first, count, numbers = self._doubts.get((doubt.field, doubt.message), (doubt, 0, []))
            numbers = [*numbers, row.number] if count < 5 else numbers  # noqa: PLR2004 - a handful is enough to look at
            self._doubts[doubt.field, doubt.message] = (first, count + 1, numbers)
        if outcome is Outcome.CHANGED:  # a large file may change every row, and only what changes is told
            row.raw, row.values, row.geom = {}, {"ref": row.ref}, None
        if outcome in {Outcome.CHANGED, Outcome.CONFLICT, Outcome.REFUSED}:
            self.rows.append(row)

    @property
    def total(self) -> int:
        """How many rows the file has."""
        return self.counts.total()

    @property
    def refused(self) -> list[Row]:
        """The rows that were not taken."""
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]

    @property
    def conflicts(self) -> list[Row]:
        """The rows left alone because somebody edited the stored ones."""
        return [row for row in self.rows if row.outcome is Outcome.CONFLICT]

    @property
    def doubts(self) -> list[Doubt]:
        """The warnings, each once."""
        return [Doubt(complaint, count, tuple(numbers)) for complaint, count, numbers in self._doubts.values()]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """How often each reason led to a refusal, the most frequent first, by the text of its first row."""
        counts: Counter[tuple[str, str]] = Counter()
        texts: dict[tuple[str, str], str] = {}
        for complaint in (complaint for row in self.refused for complaint in row.complaints):
            counts[complaint.field, complaint.message] += 1
            texts.setdefault((complaint.field, complaint.message), complaint.text)
        return [(texts[key], count) for key, count in counts.most_common()]

    def text(self) -> str:
        """Give the report to print."""
        return "\n".join(_lines(self))

    def write_geojson(self, path: Path) -> None:
        """Write the refused and conflicting rows as GeoJSON that QGIS opens: the reasons first, then the cells."""
        features = [_feature(row) for row in (*self.refused, *self.conflicts)]
        path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}, default=str))


def _lines(report: ImportReport) -> Iterator[str]:
    yield f"{report.file} → {report.layer} ({_state(report)}; {report.crs}, {report.encoding})"
    yield "  ".join(f"{_label(outcome)}: {report.counts[outcome]:,}" for outcome in Outcome)
    yield from _column_lines(report.columns)
    for text, count in report.reasons:
        yield f"{count:,} × {text}"
    for doubt in report.doubts:
        rows = ", ".join(map(str, doubt.first_rows)) + (", …" if doubt.count > len(doubt.first_rows) else "")
        yield _("warning, %(count)d rows (%(rows)s): %(text)s") % {
            "count": doubt.count,
            "rows": rows,
            "text": doubt.complaint.text,
        }
    for outcome in (Outcome.REFUSED, Outcome.CONFLICT, Outcome.CHANGED):
        yield from _row_lines(outcome, [row for row in report.rows if row.outcome is outcome])
    if report.missing:
        yield _("not in the file, left as they are: %(count)d records (%(refs)s)") % {
            "count": len(report.missing),
            "refs": _some(report.missing, 10),
        }


def _state(report: ImportReport) -> str:
    if not report.applied:
        return _("dry run, nothing stored")
    return _("stored") if report.counts[Outcome.NEW] + report.counts[Outcome.CHANGED] else _("nothing stored")


def _column_lines(columns: Columns) -> Iterator[str]:
    renamed = [f"{column} → {name}" for column, name in columns.matched.items() if column != name]
    if renamed:
        yield _("columns: %(pairs)s") % {"pairs": ", ".join(renamed)}
    if columns.unmatched:
        yield _("kept as tags: %(names)s") % {"names": ", ".join(columns.unmatched)}
    if columns.ignored:
        yield _("left out: %(names)s") % {"names": ", ".join(columns.ignored)}


def _row_lines(outcome: Outcome, rows: list[Row]) -> Iterator[str]:
    for row in rows[:LISTED]:
        yield f"  {_label(outcome)} {row.number} {row.ref}: {_detail(row)}"
    if len(rows) > LISTED:
        yield "  " + _("… and %(count)d more") % {"count": len(rows) - LISTED}


def _detail(row: Row) -> str:
    if row.outcome is Outcome.REFUSED:
        return " | ".join(complaint.text for complaint in row.complaints)
    return "; ".join(f"{name}: {_shown(old)} → {_shown(new)}" for name, (old, new) in row.changes.items())


def _shown(value: Any) -> str:
    if isinstance(value, BaseGeometry):
        return shapely.to_wkt(value, rounding_precision=6)[:60]
    return "∅" if value is None or value == "" else str(value)[:60]


def _some(texts: Iterable[str], most: int) -> str:
    listed = list(texts)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")


def _feature(row: Row) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(row.geom) if row.geom is not None and row.located else None,
        "properties": {
            "import_row": row.number,
            "import_outcome": row.outcome,
            "import_reason": _detail(row),
            **row.raw,
        },
    }


def _label(outcome: Outcome) -> str:
    return {
        Outcome.NEW: _("new"),
        Outcome.CHANGED: _("changed"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.CONFLICT: _("conflict"),
        Outcome.REFUSED: _("refused"),
    }[outcome]
