"""The answer to `POST /api/passability` as GeoJSON: findings in driving order, the line cut by verdict."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from gis_core.values import Evidence, Verdict
from routes.encounters import UNITS, Dimension, Finding, NoRoad, Obstacle, OnTheWay, RoadStretch, Vehicle
from routes.limits import Way
from routes.passability import combine
from routes.question import PassabilityQuestion
from routes.sentences import kind_label, name_of, sentence_for, summary

SIZES: Final = (
    "code", "name", "width_m", "height_m", "length_m", "gross_weight_t", "axle_load_t", "width_margin_m",
    "height_margin_m",
)  # fmt: skip
_DECIMALS_DEG: Final = 7

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the drawn line on which road, verdict and evidence stay the same."""

    from_m: float
    to_m: float
    stretch: RoadStretch | NoRoad
    verdict: Verdict
    evidence: Evidence

    @property
    def length_m(self) -> float:
        return self.to_m - self.from_m


def render_answer(question: PassabilityQuestion, way: Way, findings: Sequence[Finding], data_version: str) -> Json:
    """Make the GeoJSON of docs/design.md; texts in the active language, metres along the drawn line."""
    verdict = combine(findings)
    pieces = _pieces(way, findings)
    by_evidence = {e: _sum_m(p for p in pieces if p.evidence is e) for e in reversed(Evidence)}
    unmatched_m = sum(piece.length_m for piece in pieces if isinstance(piece.stretch, NoRoad))
    return {
        "type": "FeatureCollection",
        "verdict": verdict,
        "sentence": summary(verdict, findings, way.length_m, by_evidence[Evidence.ASSUMED]),
        "vehicle": _vehicle(question.vehicle),
        "mode": question.mode,
        "at": question.at.isoformat(),
        "data_version": data_version,
        "length_m": _metres(way.length_m),
        "matched_m": _metres(way.length_m - unmatched_m),
        "unmatched_m": _metres(unmatched_m),
        "blocked_at_m": next((_metres(f.place.from_m) for f in findings if f.verdict is Verdict.BLOCKED), None),
        "metres_by_evidence": by_evidence,
        "metres_by_verdict": {v: _sum_m(p for p in pieces if p.verdict is v) for v in Verdict},
        "not_checked": ["turning"],
        "features": [_finding(order, finding, way) for order, finding in enumerate(findings, start=1)],
        "stretches": list(_stretches(pieces, way)),
    }


def _vehicle(vehicle: Vehicle) -> Json:
    needs = {f"required_{d.value}": vehicle.required(d) for d in UNITS}
    return {name: getattr(vehicle, name) for name in SIZES} | needs


# Findings ------------------------------------------------------------------------------------------------------------


def _finding(order: int, finding: Finding, way: Way) -> Json:
    return {"type": "Feature", "geometry": _geometry(finding.place, way), "properties": _properties(order, finding)}


def _properties(order: int, finding: Finding) -> Json:
    place = finding.place
    subject, layer = _subject(place)
    return {
        "order": order,
        "from_m": _metres(place.from_m),
        "to_m": _metres(place.to_m),
        "verdict": finding.verdict,
        "subject": subject,
        "layer": layer,
        "ref": place.ref or None,
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
    line = _line(way, place.from_m, place.to_m)
    if place.to_m > place.from_m:
        return line
    return {"type": "Point", "coordinates": line["coordinates"][0]}


def _line(way: Way, from_m: float, to_m: float) -> Json:
    coordinates = np.round(way.line.coordinates_between(from_m, to_m), _DECIMALS_DEG)
    return {"type": "LineString", "coordinates": coordinates.tolist()}


# Stretches -----------------------------------------------------------------------------------------------------------


def _pieces(way: Way, findings: Sequence[Finding]) -> list[_Piece]:
    """Cut the line where a stretch or a finding that has a length begins or ends."""
    long = [finding for finding in findings if finding.place.to_m > finding.place.from_m]
    starts = np.array([finding.place.from_m for finding in long])
    ends = np.array([finding.place.to_m for finding in long])
    pieces = []
    for stretch in way.stretches:
        inside = np.concatenate([starts, ends])
        inside = inside[(inside > stretch.from_m) & (inside < stretch.to_m)]
        cuts = np.unique(np.concatenate([[stretch.from_m], inside, [stretch.to_m]]))
        for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            here = [long[i] for i in np.flatnonzero((starts <= a) & (ends >= b))]
            pieces.append(_Piece(a, b, stretch, combine(here), _weakest(here)))
    return pieces


def _weakest(findings: Iterable[Finding]) -> Evidence:
    """What the verdict on a piece of road rests on at the least; nothing where no road is."""
    road = (f for f in findings if isinstance(f.place, RoadStretch) and f.dimension is not Dimension.LEGAL)
    return min((finding.evidence for finding in road), default=Evidence.NONE)


def _stretches(pieces: Iterable[_Piece], way: Way) -> Iterator[Json]:
    for (ref, verdict), group in groupby(pieces, key=lambda piece: (piece.stretch.ref, piece.verdict)):
        first, *more = group
        to_m = more[-1].to_m if more else first.to_m
        yield {
            "type": "Feature",
            "geometry": _line(way, first.from_m, to_m),
            "properties": {
                "from_m": _metres(first.from_m),
                "to_m": _metres(to_m),
                "verdict": verdict,
                "road": ref or None,
                "name": first.stretch.name or name_of(first.stretch),
            },
        }


def _sum_m(pieces: Iterable[_Piece]) -> float:
    return _metres(sum((piece.length_m for piece in pieces), start=0.0))


def _metres(value: float) -> float:
    return round(value, 1)
