"""The answer to `GET /api/lanes` as GeoJSON."""

from collections.abc import Mapping

import shapely
from django.utils.translation import gettext

from gis_core.models import AdministrativeUnit
from gis_core.wording import say_number
from routes.drawing import feature
from routes.engine.arrays import Network
from routes.envelope import envelope, sure
from routes.lanes.found import LaneFound, LanesAnswer, People, UnitFigures
from routes.lanes.sentences import depth_sentence, stop_sentence, told
from routes.lanes.survey import THRESHOLDS_M, Depth
from routes.network.live import Sighting
from routes.pieces import Json, metres
from routes.way import METRIC, MaySee

FEWEST_HOUSES = 3
"""Figures on people of fewer houses are told to nobody who may not see those of each house."""
_STOPS = 3


def render_lanes(answer: LanesAnswer, sighting: Sighting, data_version: str, may_see: MaySee) -> Json:
    """Make the GeoJSON of docs/reference/deficient-areas.md; texts in the active language."""
    return envelope(
        outcome="found" if answer.counted else "none",
        sentence=_sentence(answer),
        question=answer.question.as_json(),
        sighting=sighting,
        data_version=data_version,
        counted=answer.counted,
        listed=len(answer.listed),
        by_unit=[_unit(figures, may_see) for figures in answer.figures],
        features=[_lane(answer, found, sighting, may_see) for found in answer.listed],
        not_checked=["turning"],
    )


def _sentence(answer: LanesAnswer) -> str:
    by_depth = [figures.by_depth[answer.question.deeper_m] for figures in answer.figures]
    return gettext(
        "%(deeper)s lanes lie deeper than %(metres)s m for %(vehicle)s, %(no_point)s of them without a public "
        "firefighting point; of %(unknown)s nobody knows."
    ) % {
        "deeper": say_number(sum(each["yes"] for each in by_depth), 0),
        "metres": answer.question.deeper_m,
        "vehicle": answer.question.vehicle.name,
        "no_point": say_number(sum(f.no_point[answer.question.deeper_m] for f in answer.figures), 0),
        "unknown": say_number(sum(each["unknown"] for each in by_depth), 0),
    }


def _lane(answer: LanesAnswer, found: LaneFound, sighting: Sighting, may_see: MaySee) -> Json:
    survey, lane = answer.surveyed.survey, found.lane
    edges = survey.lanes.edges[lane].tolist()
    unit = int(survey.lanes.unit_id[lane])
    nearest = found.nearest
    return feature(
        _drawn(survey.network, edges),
        "lane",
        key=survey.lanes.key[lane],
        name=survey.lanes.name[lane],
        unit=next((f.unit.code for f in answer.figures if f.unit is not None and f.unit.pk == unit), None),
        roads=survey.network.roads.ref.of(edges),
        length_m=metres(int(survey.length_mm[lane]) / 1000),
        surely_driven_m=metres(int(survey.surely_mm[lane]) / 1000),
        verdict=sure(found.depth.verdict, sighting),
        **_depth(found.depth),
        deeper_than={str(each): found.depth.deeper_than(each) for each in THRESHOLDS_M},
        houses=found.living.houses,
        **_living(found.living, shown=may_see(None if unit < 0 else unit)),
        point_in_lane=found.point_in_lane,
        nearest_point=nearest
        and {"ref": nearest.point.ref, "name": nearest.point.name, "walk_m": metres(nearest.walk_m)},
        stops=[{**told(stop), "sentence": stop_sentence(told(stop))} for stop in found.stops[:_STOPS]],
        by_vehicle=_by_vehicle(found.by_vehicle),
        sentence=depth_sentence(found.depth),
    )


def _depth(depth: Depth) -> Json:
    return {
        "depth_least_m": None if depth.least_m is None else metres(depth.least_m),
        "depth_most_m": None if depth.most_m is None else metres(depth.most_m),
    }


def _by_vehicle(depths: Mapping[str, Depth]) -> list[Json]:
    return [{"vehicle": code, "verdict": depth.verdict, **_depth(depth)} for code, depth in depths.items()]


def _living(living: People, *, shown: bool) -> Json:
    """Tell who lives there, where the reader may know; else nothing at all, which is not nobody."""
    if not shown:
        return {}
    return {
        "households": living.households,
        "houses_without_households": living.houses_without_households,
        "people": living.people,
        "houses_without_people": living.houses_without_people,
    }


def _unit(figures: UnitFigures, may_see: MaySee) -> Json:
    unit: AdministrativeUnit | None = figures.unit
    shown = may_see(unit.pk if unit else None)
    return {
        "unit": unit.code if unit else None,
        "name": unit.name if unit else "",
        "lanes": figures.lanes,
        "by_depth": [
            {
                "deeper_m": metres_,
                **{answer: figures.by_depth[metres_][answer] for answer in ("yes", "no", "unknown")},
                "without_point": figures.no_point[metres_],
                **{
                    f"houses_{answer}": {
                        "houses": (living := figures.living[metres_, answer]).houses,
                        **_living(living, shown=shown or living.houses >= FEWEST_HOUSES),
                    }
                    for answer in ("yes", "unknown")
                },
            }
            for metres_ in THRESHOLDS_M
        ],
    }


def _drawn(network: Network, edges: list[int]) -> Json:
    first, xy = network.topology.vertex_first, network.topology.vertex_xy
    lines = [shapely.LineString(xy[first[edge] : first[edge + 1]]) for edge in edges]
    degrees = METRIC.geom_to_wgs84(shapely.MultiLineString(lines))
    return {
        "type": "MultiLineString",
        "coordinates": [shapely.get_coordinates(part).round(7).tolist() for part in shapely.get_parts(degrees)],
    }
