"""What lies along a drawn line: the roads with their limits, the obstacles, and the stretches without a road.

Two queries whatever the length of the line: the roads around it and the obstacles around it, both by their GiST index.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from struct import Struct
from typing import Any, Final, cast

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from gis_core.values import Evidence
from routes.candidates import TOLERANCE_M, Network
from routes.encounters import Dimension, Limit, Limits, NoRoad, Obstacle, RoadStretch, TriState
from routes.homes import NEAR_M
from routes.linear import MeasuredLine, along_m
from routes.matching import Matching, Section, match
from routes.models import AccessRestriction, Road
from routes.placing import MatchedLine, Position, Standing
from routes.rivals import Rival
from routes.way import FOOTWAYS, METRIC, MaySee, Neighbour, Way

_PIECE_DEG: Final = 0.002
# A metre is most degrees of longitude at the northern end of Vietnam; a little too much elsewhere.
_DEG_PER_M: Final = 1 / (111_320 * np.cos(np.radians(23.5)))
_NEAR_SQL: Final = (Path(__file__).parent / "sql" / "near_pieces.sql").read_text("utf-8")


def limits_along(lon_lat: NDArray[np.float64], *, may_see: MaySee) -> Way:
    """Match a drawn line and read the limits and obstacles along it.

    Parameters
    ----------
    lon_lat
        Vertices, degrees of WGS 84, shape (n, 2), not all equal.
    may_see
        Decides per administrative unit whether people are named; where not, the names never enter the answer.

    Returns
    -------
    Distances are metres along the drawn line in EPSG:5897. A line far from all roads is one `NoRoad`.
    """
    pieces = _pieces(lon_lat)
    roads = list(roads_near(pieces))
    xy = np.column_stack(METRIC.from_wgs84(*lon_lat.T))
    matched = _matched(shapely.LineString(xy), roads)
    driven = sorted({roads[section.road].ref for section in matched.matching.sections})
    restrictions = list(restrictions_near(pieces, driven))
    placed, beside = _placed(_with_farther_roads(matched, restrictions, roads), restrictions, may_see)
    return Way(
        line=MeasuredLine(lon_lat, along_m(xy)),
        stretches=tuple(_stretches(matched.matching, roads, may_see)),
        doubts=tuple(_doubts(matched.matching, roads, may_see)),
        obstacles=tuple(placed),
        beside=tuple(sorted(beside, key=lambda neighbour: neighbour.obstacle.from_m)),
    )


def roads_near(pieces: Sequence[bytes]) -> QuerySet[Road]:
    """The roads within the matching tolerance of the pieces (WKB, degrees), by id; a few too many."""
    roads = Road.objects.filter(_near("routes_road", pieces, TOLERANCE_M))
    return roads.annotate(wkb=AsWKB("geom")).defer("geom", "tags", "remarks").order_by("id")


def restrictions_near(pieces: Sequence[bytes], road_refs: Sequence[str]) -> QuerySet[AccessRestriction]:
    """The access restrictions near the pieces (WKB, degrees) or recorded for these roads, by id; a few too many.

    Near is within reach of a road within the matching tolerance: the line may run on one side of it, the obstacle stand
    on the other. `road_known` says whether there is the road that it was recorded for.
    """
    near = _near("routes_accessrestriction", pieces, TOLERANCE_M + NEAR_M)
    restrictions = AccessRestriction.objects.filter(near | Q(road_ref__in=road_refs)).annotate(
        wkb=AsWKB("geom"), road_known=Exists(Road.objects.filter(ref=OuterRef("road_ref")))
    )
    return restrictions.defer("geom", "tags", "remarks").order_by("id")


def _near(table: str, pieces: Sequence[bytes], within_m: float) -> Q:
    # The name of the table is ours; everything else is bound.
    near = RawSQL(_NEAR_SQL.format(table=table), [list(pieces), within_m * _DEG_PER_M], BooleanField())  # noqa: S611
    return Q(near)


def _pieces(lon_lat: NDArray[np.float64]) -> list[bytes]:
    """Cut a line into pieces so short that the box around each holds few roads."""
    xy = shapely.get_coordinates(shapely.segmentize(shapely.LineString(lon_lat), _PIECE_DEG))
    cuts = np.flatnonzero(np.diff(along_m(xy) // _PIECE_DEG)) + 1
    starts, ends = [0, *cuts], [*cuts, len(xy) - 1]
    return [shapely.LineString(xy[a : b + 1]).wkb for a, b in zip(starts, ends, strict=True) if b > a]


# Roads ---------------------------------------------------------------------------------------------------------------


def _matched(line: shapely.LineString, roads: Sequence[Road]) -> MatchedLine:
    lines = _metric(roads)
    oneway = np.array([{"yes": 1, "-1": -1}.get(road.oneway, 0) for road in roads], np.int64)
    level = np.array([road.layer for road in roads], np.int64)
    network = Network(lines, oneway, level, np.array([road.highway in FOOTWAYS for road in roads], np.bool_))
    return MatchedLine(line, lines, {road.ref: i for i, road in enumerate(roads)}, match(line, network))


def _metric(rows: Sequence[Road] | Sequence[AccessRestriction]) -> NDArray[np.object_]:
    geoms = np.empty(len(rows), dtype=object)
    geoms[:] = [shapely.from_wkb(bytes(row.wkb)) for row in rows]  # type: ignore[union-attr]  # annotated above
    metric: NDArray[np.object_] = METRIC.geom_from_wgs84(shapely.force_2d(geoms))
    return metric


def _stretches(matching: Matching, roads: Sequence[Road], may_see: MaySee) -> list[RoadStretch | NoRoad]:
    driven = [_road_stretch(section, roads[section.road], may_see) for section in matching.sections]
    gaps = [NoRoad(from_m=start, to_m=end) for start, end in matching.gaps]
    return sorted([*driven, *gaps], key=lambda stretch: stretch.from_m)


def _doubts(matching: Matching, roads: Sequence[Road], may_see: MaySee) -> Iterator[NoRoad]:
    """Give where another road could be meant; the one beside the matched road is told and judged too."""
    for start, end in matching.doubts:
        yield NoRoad(from_m=start, to_m=end, ambiguous=True)
    for rival in matching.rivals:
        road = _road_stretch(rival, roads[rival.road], may_see)
        yield NoRoad(from_m=rival.from_m, to_m=rival.to_m, name=road.name, ambiguous=True, rival=road)


def _road_stretch(section: Section | Rival, road: Road, may_see: MaySee) -> RoadStretch:
    return RoadStretch(
        from_m=section.from_m,
        to_m=section.to_m,
        ref=road.ref,
        name=road.name,
        kind=road.highway,
        limits=_road_limits(road, road.surveyed_by if may_see(road.administrative_unit_id) else ""),
        against_oneway=road.oneway == ("-1" if section.forward else "yes"),
        reversible=road.oneway == "reversible",
        access=road.access,
        bridge=road.bridge,
        tunnel=road.tunnel,
    )


def _road_limits(road: Road, surveyed_by: str) -> Limits:
    def limit(value: float | None, evidence: str, on: date | None) -> Limit:
        rests_on = Evidence.of(evidence)
        return Limit(value, rests_on, on, surveyed_by if rests_on is Evidence.SURVEYED else "")

    return {
        Dimension.WIDTH: limit(road.clear_width_m, road.clear_width_evidence, road.clear_width_on),
        Dimension.HEIGHT: limit(road.clear_height_m, road.clear_height_evidence, road.clear_height_on),
        Dimension.WEIGHT: limit(road.max_weight_t, road.max_weight_evidence, road.max_weight_on),
        # The axle limit has no evidence of its own: it stands on the same sign, or on what the record stands on.
        Dimension.AXLE_LOAD: limit(
            road.max_axle_load_t,
            max(Evidence.of(road.max_weight_evidence), Evidence.of(road.evidence)),
            road.verified_on,
        ),
    }


# Obstacles -----------------------------------------------------------------------------------------------------------


def _with_farther_roads(
    matched: MatchedLine, restrictions: Sequence[AccessRestriction], roads: Sequence[Road]
) -> MatchedLine:
    """Read the roads that obstacles on the far side may belong to: mostly there are none, and nothing is read."""
    homeless = [each for each in restrictions if not each.road_known]  # type: ignore[attr-defined]  # annotated
    unsure = [
        bytes(each.wkb)  # type: ignore[attr-defined]  # annotated
        for each, geom in zip(homeless, _metric(homeless), strict=True)
        if matched.may_be_farther(geom, TOLERANCE_M)
    ]
    if not unsure:
        return matched
    near = Road.objects.filter(_near("routes_road", unsure, NEAR_M)).exclude(id__in=[road.pk for road in roads])
    return replace(matched, farther=_metric(list(near.annotate(wkb=AsWKB("geom")).only("id"))))


def _placed(
    matched: MatchedLine, restrictions: Sequence[AccessRestriction], may_see: MaySee
) -> tuple[list[Obstacle], list[Neighbour]]:
    """Put the restrictions on the line, each time it comes by, and the others beside it."""
    on_it: list[Obstacle] = []
    beside: list[Neighbour] = []
    for restriction, geom in zip(restrictions, list(_metric(restrictions)), strict=True):
        # A road that was deleted, or never was, says nothing about where the obstacle stands.
        road_ref = restriction.road_ref if restriction.road_known else ""  # type: ignore[attr-defined]  # annotated
        standing = Standing(geom, road_ref, restriction.road_fraction, restriction.extent_m)
        positions = matched.positions_of(standing)
        on_it += [obstacle_of(restriction, position, may_see) for position in positions]
        if not positions and (near := matched.beside(standing)) is not None:
            obstacle = obstacle_of(restriction, Position(near.from_m, near.to_m), may_see)
            beside.append(Neighbour(obstacle, near.apart_m, near.road_ref))
    return on_it, beside


def obstacle_of(restriction: AccessRestriction, position: Position, may_see: MaySee) -> Obstacle:
    """Give a restriction as the rules see it, where it stands; people are named only where the reader may see them."""
    seen = may_see(restriction.administrative_unit_id)
    evidence, observed_on = Evidence.of(restriction.evidence), restriction.observed_on or restriction.verified_on
    observed_by = restriction.observed_by if seen else ""

    # Most restrictions state one limit: what is not stated is one object, since a city has thousands of them.
    not_stated = Limit(None, evidence, observed_on, observed_by)

    def limit(value: float | None) -> Limit:
        return not_stated if value is None else Limit(value, evidence, observed_on, observed_by)

    return Obstacle(
        from_m=position.from_m,
        to_m=position.to_m,
        in_doubt=position.in_doubt,
        ref=restriction.ref,
        name=restriction.name,
        kind=restriction.kind,
        limits={
            Dimension.WIDTH: limit(restriction.clear_width_m),
            Dimension.HEIGHT: limit(restriction.clear_height_m),
            Dimension.WEIGHT: limit(restriction.max_weight_t),
            Dimension.AXLE_LOAD: limit(restriction.max_axle_load_t),
        },
        evidence=evidence,
        observed_on=observed_on,
        observed_by=observed_by,
        blocks_vehicles=cast("TriState", restriction.blocks_vehicles),
        openable=cast("TriState", restriction.openable),
        legal_only=restriction.legal_only,
        schedule=restriction.schedule,
        valid_from=restriction.valid_from,
        valid_to=restriction.valid_to,
        key_holder=restriction.key_holder if seen else "",
        key_holder_phone=restriction.key_holder_phone if seen else "",
        lon_lat=_point(restriction),
    )


def _point(restriction: AccessRestriction) -> tuple[float, float] | None:
    wkb = bytes(restriction.wkb)  # type: ignore[attr-defined]  # annotated
    if len(wkb) == _PLAIN_POINT.size and wkb[0] == _LITTLE_ENDIAN:  # as the store writes nearly all of them
        _, kind, x, y = _PLAIN_POINT.unpack(wkb)
        return (x, y) if kind == _IS_POINT else None
    geom: Any = shapely.from_wkb(wkb)
    return (geom.x, geom.y) if geom.geom_type == "Point" else None


_PLAIN_POINT: Final = Struct("<BIdd")
_LITTLE_ENDIAN: Final = 1
_IS_POINT: Final = 1
