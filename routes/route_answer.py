"""The answer to `GET /api/route` as GeoJSON: the ways, what was found on them, and where both ends lie on the roads."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, starmap

import numpy as np

from gis_core.values import Verdict
from routes.comparing import combine
from routes.encounters import Finding, Obstacle
from routes.engine.arrays import Network, Spot
from routes.envelope import envelope, sure, sure_findings
from routes.network.live import Sighting
from routes.pieces import (
    Json,
    finding_feature,
    line_json,
    metres,
    metres_by_verdict,
    pieces_of,
    roads_of,
    stretch_features,
)
from routes.route import Kind, Outcome, Routes
from routes.route_question import RouteQuestion
from routes.route_sentences import (
    apart_sentence,
    beside_sentence,
    footway_sentence,
    no_way_sentence,
    not_near_sentence,
    nothing_sure_sentence,
    start_apart_sentence,
    trip_sentence,
)
from routes.sentences import key_of, name_of, road_name, sentence_for
from routes.snapping import AT_ROAD_M, SNAP_M
from routes.trip import Trip
from routes.way import FOOTWAYS, METRIC, Way

_DECIMALS_DEG = 7


def render_route(question: RouteQuestion, routes: Routes, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/route.md; texts in the active language."""
    network = sighting.network
    to_open, arrives = routes.ways.get(Kind.TO_OPEN), _from_place_to_place(routes)
    everything = question.all_findings
    drawn = {
        kind: list(features_of(trip, sighting, way=kind.value, everything=everything, from_place_to_place=arrives))
        for kind, trip in routes.ways.items()
    }
    sentences = {kind: str(features[0]["properties"]["sentence"]) for kind, features in drawn.items()}
    return envelope(
        outcome=routes.outcome,
        sentence=_sentence(question, routes, sighting, sentences),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        features=[feature for features in drawn.values() for feature in features],
        snapped={
            "from": spots_json(network, routes.starts),
            "to": spots_json(network, routes.goals),
        },
        to_open=openings_of(to_open) if to_open else [],
        when_open=sure(to_open.when_open, sighting) if to_open else None,
        not_checked=["turning"],
    )


def features_of(
    trip: Trip, sighting: Sighting, *, way: str, everything: bool, from_place_to_place: bool
) -> Iterator[Json]:
    """Draw a trip: the feature of the role `way`, then its stretches, then its findings in driving order.

    Parameters
    ----------
    way
        What the way is called in the property of this name.
    everything
        Also what was looked at and lets the vehicle through without a word; there is a lot of that across a city.
    from_place_to_place
        Whether both places lie on the roads; the verdict is of the way between them.
    """
    findings = sure_findings(trip.findings, trip.way.length_m, sighting)
    pieces = pieces_of(trip.way, findings) if sighting.stale else trip.pieces
    verdict = combine(findings)
    yield {
        "type": "Feature",
        "geometry": line_json(trip.way, 0.0, trip.way.length_m),
        "properties": {
            "role": "way",
            "way": way,
            "verdict": verdict,
            "sentence": trip_sentence(trip, verdict, findings, from_place_to_place=from_place_to_place),
            "time_s": round(trip.path.time_ms / 1000, 1),
            "length_m": metres(trip.path.length_mm / 1000),
            "blocked_at_m": next((metres(f.place.from_m) for f in findings if f.verdict is Verdict.BLOCKED), None),
            "metres_by_evidence": trip.metres_by_evidence,
            "metres_by_verdict": metres_by_verdict(pieces),
            "findings": len(findings),
            "legal_used": [legal_json(finding, trip.way) for finding in trip.legal_used],
        },
    }
    yield from stretch_features(pieces, trip.way, role="stretch", way=way)
    for order, finding in enumerate(findings, start=1):
        if everything or _tells(finding):
            yield finding_feature(order, finding, trip.way, role="finding", way=way)


def _tells(finding: Finding) -> bool:
    """Whether a finding stops, raises doubt or is of a single place; legal limits that yielded are told apart."""
    return finding.verdict is not Verdict.PASSABLE or isinstance(finding.place, Obstacle)


def legal_json(finding: Finding, way: Way) -> Json:
    """Write a legal limit that yielded."""
    place = finding.place
    return {
        "reason": finding.reason,
        "ref": place.ref or None,
        "roads": roads_of(place, way),
        "name": name_of(place),
        "from_m": metres(place.from_m),
        "to_m": metres(place.to_m),
        "sentence": sentence_for(finding),
    }


def openings_of(trip: Trip) -> list[Json]:
    """Write what stops the vehicle on a way, in driving order; the key only where the reader may see who holds it."""
    return [_opening(order, finding, trip) for order, finding in enumerate(trip.blocking, start=1)]


def _opening(order: int, finding: Finding, trip: Trip) -> Json:
    feature = finding_feature(order, finding, trip.way, role="to_open", way=Kind.TO_OPEN.value)
    obstacle = finding.place if isinstance(finding.place, Obstacle) else None
    feature["properties"] |= {
        "removable": obstacle is not None,
        "openable": obstacle.openable if obstacle else None,
        "key": key_of(finding.place),
    }
    return feature


def spots_json(network: Network, spots: Sequence[Spot]) -> list[Json]:
    """Write places on roads: how far from what was asked for, on which street, and where."""
    return [
        {
            "distance_m": metres(spot.apart_m),
            "road": network.roads.ref[spot.edge],
            "name": street_of(network, spot),
            "lon": lon,
            "lat": lat,
        }
        for spot, (lon, lat) in zip(spots, lon_lats_of(network, spots), strict=True)
    ]


def spot_json(network: Network, spot: Spot) -> Json:
    """Write one place on a road."""
    return spots_json(network, [spot])[0]


def street_of(network: Network, spot: Spot) -> str:
    """Name the street of a spot, by its class where it has no name."""
    roads = network.roads
    return roads.name[spot.edge] or road_name(roads.classes[roads.road_class[spot.edge]])


def lon_lat_of(network: Network, spot: Spot) -> tuple[float, float]:
    """Give longitude and latitude of a place on an edge."""
    return lon_lats_of(network, [spot])[0]


def lon_lats_of(network: Network, spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """Give those of many places: one transformation costs as much as that of a hundred points."""
    xy = np.array([xy_of(network, spot) for spot in spots], np.float64).reshape(-1, 2)
    lon, lat = METRIC.to_wgs84(*xy.T)
    return list(zip(lon.round(_DECIMALS_DEG).tolist(), lat.round(_DECIMALS_DEG).tolist(), strict=True))


def xy_of(network: Network, spot: Spot) -> tuple[float, float]:
    """Give the place in EPSG:5897; in plain numbers, since most edges have a handful of vertices."""
    topology = network.topology
    xy = topology.vertex_xy[topology.vertex_first[spot.edge] : topology.vertex_first[spot.edge + 1]].tolist()
    ends_m = list(accumulate(starmap(math.dist, pairwise(xy))))
    length = int(topology.length_mm[spot.edge])
    at_m = spot.at_mm / length * ends_m[-1] if length else 0.0
    i = min(bisect_left(ends_m, at_m), len(ends_m) - 1)
    (x, y), (to_x, to_y) = xy[i : i + 2]
    part_m = math.dist(xy[i], xy[i + 1])
    share = 1 - (ends_m[i] - at_m) / part_m if part_m else 0.0
    return x + share * (to_x - x), y + share * (to_y - y)


# Sentences -----------------------------------------------------------------------------------------------------------


def _sentence(question: RouteQuestion, routes: Routes, sighting: Sighting, sentences: Mapping[Kind, str]) -> str:
    match routes.outcome:
        case Outcome.NOT_NEAR_ROAD:
            return not_near_sentence(_far_m(routes.starts), _far_m(routes.goals))
        case Outcome.NO_WAY:
            said = [no_way_sentence(question.vehicle.name, routes.ways.get(Kind.TO_OPEN))]
        case _:
            said = [*_found_sentences(routes, sighting, sentences[Kind.FASTEST])]
    return " ".join(filter(None, (*said, _at_footway(sighting.network, routes.goals))))


def _at_footway(network: Network, spots: Sequence[Spot]) -> str:
    """Name the street beside a pavement: the way leads to where the place is, which may be no place for a truck."""
    street = next((spot for spot in spots if not _is_footway(network, spot)), None)
    if street is None or street is spots[0]:
        return ""
    return footway_sentence(street_of(network, street), street.apart_m)


def _is_footway(network: Network, spot: Spot) -> bool:
    return network.roads.classes[network.roads.road_class[spot.edge]] in FOOTWAYS


def _found_sentences(routes: Routes, sighting: Sighting, said_of_fastest: str) -> Iterator[str]:
    fastest = routes.ways[Kind.FASTEST]
    if sighting.stale:
        # That the data may be old is said before all of it, not as the first doubt about the way.
        arrives = _from_place_to_place(routes)
        yield trip_sentence(fastest, sure(fastest.verdict, sighting), fastest.findings, from_place_to_place=arrives)
    else:
        yield said_of_fastest
        if fastest.verdict is Verdict.UNKNOWN and len(routes.ways) == 1:
            yield nothing_sure_sentence()
        for kind in (Kind.PASSABLE, Kind.RECORDED):
            if kind in routes.ways:
                yield beside_sentence(kind is Kind.RECORDED, routes.ways[kind])
    start, goal = routes.starts[0], routes.goals[0]
    yield start_apart_sentence(street_of(sighting.network, start), start.apart_m)
    yield apart_sentence(street_of(sighting.network, goal), goal.apart_m)


def _from_place_to_place(routes: Routes) -> bool:
    """Tell whether both places are on their roads, so that the way is all there is between them."""
    return all(spots[0].apart_m <= AT_ROAD_M for spots in (routes.starts, routes.goals) if spots)


def _far_m(spots: Iterable[Spot]) -> float | None:
    """Metres to the nearest road where that is too far, infinite where there is none at all."""
    nearest_m = min((spot.apart_m for spot in spots), default=math.inf)
    return nearest_m if nearest_m > SNAP_M else None
