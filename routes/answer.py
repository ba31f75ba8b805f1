"""The answer to `POST /api/passability` as GeoJSON: findings in driving order, the line cut by verdict."""

from collections.abc import Sequence
from typing import Final

from gis_core.values import Evidence, Verdict
from routes.beside import Unmatched
from routes.comparing import combine
from routes.encounters import UNITS, Finding, NoRoad, Vehicle
from routes.pieces import (
    Json,
    finding_feature,
    metres,
    metres_by_evidence,
    metres_by_verdict,
    pieces_of,
    stretch_features,
)
from routes.question import PassabilityQuestion
from routes.sentences import summary
from routes.way import Way

SIZES: Final = (
    "code", "name", "width_m", "height_m", "length_m", "gross_weight_t", "axle_load_t", "width_margin_m",
    "height_margin_m",
)  # fmt: skip


def render_answer(
    question: PassabilityQuestion,
    way: Way,
    findings: Sequence[Finding],
    data_version: str,
    beside: Sequence[Unmatched] = (),
) -> Json:
    """Make the GeoJSON of docs/design.md; texts in the active language, metres along the drawn line."""
    verdict = combine(findings)
    pieces = pieces_of(way, findings)
    by_evidence = metres_by_evidence(pieces)
    unmatched_m = sum(piece.length_m for piece in pieces if isinstance(piece.stretch, NoRoad))
    return {
        "type": "FeatureCollection",
        "verdict": verdict,
        "sentence": summary(verdict, findings, way.length_m, by_evidence[Evidence.ASSUMED]),
        "vehicle": vehicle_json(question.vehicle),
        "mode": question.mode,
        "at": question.at.isoformat(),
        "data_version": data_version,
        "length_m": metres(way.length_m),
        "matched_m": metres(way.length_m - unmatched_m),
        "unmatched_m": metres(unmatched_m),
        "blocked_at_m": next((metres(f.place.from_m) for f in findings if f.verdict is Verdict.BLOCKED), None),
        "metres_by_evidence": by_evidence,
        "metres_by_verdict": metres_by_verdict(pieces),
        "not_checked": ["turning"],
        "features": [finding_feature(order, finding, way) for order, finding in enumerate(findings, start=1)],
        "stretches": list(stretch_features(pieces, way)),
        "near_unmatched": [_near(unmatched, way) for unmatched in beside],
    }


def _near(unmatched: Unmatched, way: Way) -> Json:
    """What stands beside the line, as it would be if it stood in the way, and whether that raises doubt."""
    feature = finding_feature(1, unmatched.worst, way)
    del feature["properties"]["order"]
    feature["properties"] |= {
        "distance_m": metres(unmatched.neighbour.apart_m),
        "road": unmatched.neighbour.road_ref or None,
        "doubt": unmatched.doubtful,
    }
    return feature


def vehicle_json(vehicle: Vehicle) -> Json:
    """Write the sizes that decide, and what they require of a way."""
    needs = {f"required_{d.value}": vehicle.required(d) for d in UNITS}
    return {name: getattr(vehicle, name) for name in SIZES} | needs
