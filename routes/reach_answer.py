"""The answer to `GET /api/reach` as GeoJSON."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from django.utils.translation import gettext

from gis_core.values import Verdict
from gis_core.wording import say_number
from routes.approach_start import start_sentence
from routes.drawing import feature, point
from routes.envelope import envelope, sure
from routes.network.live import Sighting
from routes.pieces import Json, metres
from routes.reach import Area, Circle, Outcome, ReachAnswer
from routes.reach_question import ReachQuestion
from routes.route_answer import spots_json
from routes.route_sentences import not_near_sentence, say_metres
from routes.snapping import nearest_of_all

_DECIMALS_DEG: Final = 6


def render_reach(question: ReachQuestion, reach: ReachAnswer, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/reach.md; texts in the active language."""
    origin, network = reach.origin, sighting.network
    spots = origin.spots or nearest_of_all(network, origin.lon, origin.lat)
    far_m = spots[0].apart_m if spots else math.inf
    return envelope(
        outcome=reach.outcome,
        sentence=f"{start_sentence(network, origin)} {_sentence(question, reach, far_m)}".strip(),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        snapped={"from": spots_json(network, spots)},
        cell_m=reach.cell_m,
        features=list(_features(question, reach, sighting)),
        not_checked=["turning"],
    )


def _sentence(question: ReachQuestion, reach: ReachAnswer, apart_m: float) -> str:
    if reach.passable is None or reach.unknown is None:
        return not_near_sentence(apart_m, None)
    said = gettext("%(vehicle)s surely reaches %(passable)s of road in %(minutes)s minutes") % {
        "vehicle": question.vehicle.name,
        "passable": say_metres(reach.passable.length_m),
        "minutes": say_number(question.minutes),
    }
    if reach.unknown.length_m <= 0:
        return f"{said}."
    return gettext("%(said)s, and perhaps %(unknown)s more, over ways that nobody measured.") % {
        "said": said,
        "unknown": say_metres(reach.unknown.length_m),
    }


def _features(question: ReachQuestion, reach: ReachAnswer, sighting: Sighting) -> Iterator[Json]:
    station = reach.origin.station
    yield feature(
        point(reach.origin.lon, reach.origin.lat),
        "start",
        station=station.ref if station else None,
        name=station.name if station else "",
    )
    if reach.outcome is Outcome.FOUND and reach.passable is not None and reach.unknown is not None:
        surely = Verdict.PASSABLE if reach.origin.leaves_surely else Verdict.UNKNOWN
        yield _area(reach.passable, sure(surely, sighting), "reached", question)
        yield _area(reach.unknown, Verdict.UNKNOWN, "perhaps", question)
    for circle in reach.circles:
        yield _circle(circle)


def _area(area: Area, verdict: Verdict, role: str, question: ReachQuestion) -> Json:
    return feature(
        _geometry(area.geom), role, verdict=verdict, minutes=question.minutes, length_m=metres(area.length_m)
    )


def _circle(circle: Circle) -> Json:
    rule = circle.rule
    return feature(
        _geometry(circle.geom),
        "rule",
        key=rule.key,
        radius_km=rule.value,
        instrument=rule.instrument,
        clause=rule.clause,
        title=rule.title,
        confidence=rule.confidence,
    )


def _geometry(geom: shapely.Geometry) -> Json:
    """Write one kind, whatever there is: an empty area is a MultiPolygon of nothing."""
    parts = shapely.get_parts(geom)
    _, places, (ring_first, polygon_first, _) = shapely.to_ragged_array(np.asarray([shapely.multipolygons(parts)]))
    positions = places.round(_DECIMALS_DEG).tolist()
    rings = [positions[first:after] for first, after in pairwise(ring_first.tolist())]
    return {
        "type": "MultiPolygon",
        "coordinates": [rings[first:after] for first, after in pairwise(polygon_first.tolist())],
    }
