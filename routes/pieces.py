"""A way as GeoJSON: what was found on it in driving order, and its line cut where verdict or road changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_core.values import Evidence, Verdict
from routes.encounters import UNITS, Dimension, Finding, NoRoad, Obstacle, OnTheWay, RoadStretch
from routes.sentences import kind_label, name_of, sentence_for
from routes.way import Way

_DECIMALS_DEG: Final = 7

Json = dict[str, Any]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the line on which road, verdict and evidence stay the same."""

    from_m: float
    to_m: float
    stretch: RoadStretch | NoRoad
    verdict: Verdict
    evidence: Evidence

    @property
    def length_m(self) -> float:
        """Metres of it."""
        return self.to_m - self.from_m


# Findings ------------------------------------------------------------------------------------------------------------


def finding_feature(order: int, finding: Finding, way: Way, /, **more: Any) -> Json:
    """Draw a finding where it was made: the place of an obstacle, else its stretch of the way."""
    properties = {**more, **finding_properties(order, finding, way)}
    return {"type": "Feature", "geometry": _geometry(finding.place, way), "properties": properties}


def finding_properties(order: int, finding: Finding, way: Way) -> Json:
    """Say what was found; texts in the active language, metres along the way."""
    place = finding.place
    subject, layer = _subject(place)
    return {
        "order": order,
        "from_m": metres(place.from_m),
        "to_m": metres(place.to_m),
        "verdict": finding.verdict,
        "subject": subject,
        "layer": layer,
        "ref": place.ref or None,
        "roads": roads_of(place, way),
        "name": place.name,
        "kind": place.kind,
        "kind_label": kind_label(place),
        "dimension": finding.dimension,
        "reason": finding.reason,
        "required": finding.required,
        "available": finding.available,
        "margin": finding.margin,
        "unit": UNITS.get(finding.dimension),
        "evidence": finding.evidence,
        "observed_on": finding.observed_on,
        "observed_by": finding.observed_by,
        "sentence": sentence_for(finding),
    }


def roads_of(place: OnTheWay, way: Way) -> list[str]:
    """Name the road segments that something is said of; none for what stands on a road."""
    return way.refs_between(place.from_m, place.to_m) if isinstance(place, RoadStretch) else []


def _subject(place: OnTheWay) -> tuple[str, str | None]:
    match place:
        case RoadStretch():
            return "road", "roads"
        case Obstacle():
            return "restriction", "access-restrictions"
        case NoRoad():
            return "network", None


def _geometry(place: OnTheWay, way: Way) -> Json:
    if isinstance(place, Obstacle) and place.lon_lat is not None:
        return {"type": "Point", "coordinates": [round(degree, _DECIMALS_DEG) for degree in place.lon_lat]}
    line = line_json(way, place.from_m, place.to_m)
    if place.to_m > place.from_m:
        return line
    return {"type": "Point", "coordinates": line["coordinates"][0]}


def line_json(way: Way, from_m: float, to_m: float) -> Json:
    """Draw a part of the way, two equal positions where it has no length."""
    return {"type": "LineString", "coordinates": way.line.positions_between(from_m, to_m)}


# Stretches -----------------------------------------------------------------------------------------------------------


def pieces_of(way: Way, findings: Sequence[Finding]) -> list[Piece]:
    """Cut the line where a stretch or a finding that has a length begins or ends."""
    long = [finding for finding in findings if finding.place.to_m > finding.place.from_m]
    ends = [(place.from_m, place.to_m) for place in (*way.stretches, *(finding.place for finding in long))]
    cuts = np.unique(np.array(ends, np.float64).reshape(-1))
    spans = np.searchsorted(cuts, np.array(ends, np.float64).reshape(-1, 2))
    severity, evidence = _covered(long, spans[len(way.stretches) :], len(cuts))
    at_m = cuts.tolist()
    return [
        Piece(at_m[i], at_m[i + 1], stretch, _SEVERITY[severity[i]], _EVIDENCE[evidence[i]])
        for stretch, (first, after) in zip(way.stretches, spans.tolist(), strict=False)
        for i in range(first, after)
    ]


_SEVERITY: Final = (Verdict.UNKNOWN, Verdict.PASSABLE, Verdict.UNKNOWN, Verdict.BLOCKED)
"""What was found on a piece, worst last; where nothing was found nothing is known."""
_RANK: Final = {Verdict.PASSABLE: 1, Verdict.UNKNOWN: 2, Verdict.BLOCKED: 3}
_EVIDENCE: Final = (*Evidence, Evidence.NONE)
_NO_EVIDENCE: Final = len(_EVIDENCE) - 1
_STRENGTH: Final = {evidence: evidence.strength for evidence in Evidence}


def _covered(findings: Sequence[Finding], spans: Ints, cuts: int) -> tuple[list[int], list[int]]:
    """The worst verdict from each cut to the next, and what the verdict on the road rests on at the least.

    Nothing where no road is: that is what nothing rests on.
    """
    severity, evidence = [0] * cuts, [_NO_EVIDENCE] * cuts
    for finding, (first, after) in zip(findings, spans.tolist(), strict=True):
        rank, strength = _RANK[finding.verdict], _strength(finding)
        for i in range(first, after):
            severity[i] = max(severity[i], rank)
            evidence[i] = min(evidence[i], strength)
    return severity, evidence


def _strength(finding: Finding) -> int:
    about_road = isinstance(finding.place, RoadStretch) and finding.dimension is not Dimension.LEGAL
    return _STRENGTH[finding.evidence] if about_road else _NO_EVIDENCE


def stretch_features(pieces: Iterable[Piece], way: Way, /, **more: Any) -> Iterator[Json]:
    """Draw the way cut where the verdict or the road changes."""
    for (_, verdict), group in groupby(pieces, key=lambda piece: (piece.stretch.ref, piece.verdict)):
        first, *others = group
        to_m = others[-1].to_m if others else first.to_m
        roads = way.refs_between(first.from_m, to_m)
        yield {
            "type": "Feature",
            "geometry": line_json(way, first.from_m, to_m),
            "properties": {
                **more,
                "from_m": metres(first.from_m),
                "to_m": metres(to_m),
                "verdict": verdict,
                "road": roads[0] if roads else None,
                "roads": roads,
                "name": first.stretch.name or name_of(first.stretch),
            },
        }


def metres_by_evidence(pieces: Iterable[Piece]) -> dict[Evidence, float]:
    """Metres by what the verdict on them rests on at the least, the surest first."""
    pieces = tuple(pieces)
    return {evidence: _sum_m(p for p in pieces if p.evidence is evidence) for evidence in reversed(Evidence)}


def metres_by_verdict(pieces: Iterable[Piece]) -> dict[Verdict, float]:
    """Metres by verdict."""
    pieces = tuple(pieces)
    return {verdict: _sum_m(p for p in pieces if p.verdict is verdict) for verdict in Verdict}


def _sum_m(pieces: Iterable[Piece]) -> float:
    return metres(sum((piece.length_m for piece in pieces), start=0.0))


def metres(value: float) -> float:
    """Metres as answers write them, to 0.1 m."""
    return round(value, 1)
