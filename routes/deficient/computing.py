"""What lacks roads or water now, lane by lane: all that a proposal says, before it is compared with the stored."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import orjson
import shapely
from django.utils import timezone

from gis_core.models import AdministrativeUnit
from gis_core.values import Evidence
from routes.deficient.drawing import area_of
from routes.deficient.judging import AreaFound, HouseFound, judge_area
from routes.deficient.remedies import Need, propose
from routes.deficient.water import UNKNOWN, Water, water_of_buildings
from routes.encounters import Finding, Obstacle
from routes.engine.arrays import Network, Spot
from routes.lanes.asking import Surveyed, survey_for, surveys_for
from routes.lanes.houses import PlacedHouses, houses_on
from routes.lanes.points import PointOnFoot, PointsOnFoot, points_on
from routes.lanes.sentences import told
from routes.lanes.stops import first_stop, stops_on
from routes.lanes.survey import Depth, LaneSurvey
from routes.models import Vehicle
from routes.pieces import Json
from routes.vehicle_profiles import kept_vehicles

NO_UNIT: Final = "0"
"""In codes, for what lies in no administrative unit."""
_STOPS: Final = 5

Values = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """One area as it was computed: `values` are columns of `DeficientArea`, `fingerprint` is of what counts in them."""

    area_code: str
    fingerprint: str
    values: Values


@dataclass(frozen=True, slots=True)
class Basis:
    """What a computation rests on: whom lanes are judged for, from which depth on a house has no road, and when."""

    vehicle: Vehicle
    deeper_m: float
    at: datetime
    data_version: str


def compute_areas(
    network: Network, basis: Basis, *, unit: str = "", progress: Progress = lambda *_: None
) -> tuple[list[Computed], int]:
    """Compute all areas, or those of one ward, in order of ward and lane.

    Returns
    -------
    The areas, and the number of houses near no road, which are in none of them.
    """
    computation = _Computation(network, basis)
    lanes = computation.lanes_with_houses(unit)
    found = []
    for done, (lane, houses) in enumerate(lanes, start=1):
        area = computation.area(lane, houses)
        if area is not None:
            found.append(area)
        progress(done, len(lanes))
    clusters = _clusters(computation.surveyed.survey, [int(each.values.pop("lane")) for each in found])
    for each, cluster in zip(found, clusters, strict=True):
        each.values["cluster"] = f"{each.area_code.partition('-')[0]}-{cluster}"
    off_road = int(np.count_nonzero(computation.placed.edge < 0))
    return sorted(found, key=lambda each: each.area_code), off_road


class _Computation:
    """What all lanes of one computation share."""

    def __init__(self, network: Network, basis: Basis) -> None:
        self.network, self.basis = network, basis
        self.placed: PlacedHouses = houses_on(network)
        self.points: PointsOnFoot = points_on(network)
        self.water: dict[int, Water] = water_of_buildings()
        self.surveyed: Surveyed = survey_for(network, basis.vehicle, at=basis.at, may_see=lambda _: False)
        self.others = surveys_for(network, kept_vehicles(), at=basis.at, may_see=lambda _: False)
        self.house_depth = self.surveyed.survey.depths_at(self.placed.edge, self.placed.at_mm)
        self.unit_codes = dict(AdministrativeUnit.objects.values_list("pk", "code"))

    def lanes_with_houses(self, unit: str) -> list[tuple[int, list[int]]]:
        """Give the lanes that have houses, with them, in the order of `Lanes`."""
        houses: dict[int, list[int]] = defaultdict(list)
        lanes = self.surveyed.survey.lanes
        for house, edge in enumerate(self.placed.edge.tolist()):
            lane = int(lanes.of_edge[edge]) if edge >= 0 else -1
            if lane >= 0 and (not unit or self._unit_code(lane) == unit):
                houses[lane].append(house)
        return sorted(houses.items())

    def _unit_code(self, lane: int) -> str:
        return str(self.unit_codes.get(int(self.surveyed.survey.lanes.unit_id[lane]), NO_UNIT))

    def house(self, house: int) -> HouseFound:
        """Say what one house lacks."""
        houses = self.placed.houses
        lacks_road = self.house_depth[house].deeper_than(self.basis.deeper_m)
        if lacks_road == "no" and not self.placed.at_road[house]:
            lacks_road = "unknown"
        water = self.water.get(int(houses.id[house]), UNKNOWN)
        households, people = int(houses.households[house]), int(houses.people[house])
        return HouseFound(
            lacks_road,
            water.lacks,
            "" if water.lacks == "no" else water.reason,
            None if households < 0 else households,
            None if people < 0 else people,
        )

    def area(self, lane: int, houses: Sequence[int]) -> Computed | None:
        """Put the houses of a lane together; None where they surely lack nothing."""
        found = {house: self.house(house) for house in houses}
        area = judge_area(found.values())
        if area is None:
            return None
        listed = [house for house, said in found.items() if said.cause]
        deepest = max(listed, key=lambda house: _order(self.house_depth[house]))
        spot = Spot(int(self.placed.edge[deepest]), int(self.placed.at_mm[deepest]))
        stops = stops_on(self.network, self.surveyed.driver, self.surveyed.survey.depths, spot)
        point = self.points.nearest(spot)
        in_lane = bool(self.points.on_edges() & {*self.surveyed.survey.lanes.edges[lane].tolist()})
        return self._computed(lane, listed, area, self.house_depth[deepest], stops, point, in_lane)

    def _computed(
        self,
        lane: int,
        listed: Sequence[int],
        area: AreaFound,
        depth: Depth,
        stops: tuple[Finding, ...],
        point: PointOnFoot | None,
        in_lane: bool,  # noqa: FBT001 - one of its seven columns
    ) -> Computed:
        lanes = self.surveyed.survey.lanes
        stop = first_stop(stops)
        remedies = propose(Need(area.cause, depth.most_m, in_lane, _may_go(stop)))
        counted = {
            "cause": area.cause,
            "lacks_road": area.lacks_road,
            "lacks_water": area.lacks_water,
            "depth_least_m": _rounded(depth.least_m),
            "depth_most_m": _rounded(depth.most_m),
            "houses": area.houses,
            **{f"houses_{name}": area.by_cause.get(name, 0) for name in ("no_road", "no_water", "both", "unknown")},
            "households": area.households,
            "houses_without_households": area.houses_without_households,
            "people": area.people,
            "houses_without_people": area.houses_without_people,
            "point_in_lane": "yes" if in_lane else "no",
            "nearest_point_ref": point.point.ref if point else "",
        }
        why = {"stops": [told(each) for each in stops[:_STOPS]], "water": area.water_reasons}
        rest = {
            "lane": lane,
            "lane_name": lanes.name[lane] or self._nameless(lane),
            "nearest_point_m": _rounded(point.walk_m) if point else None,
            "remedy": remedies[0].value,
            "remedy_2": remedies[1].value,
            "remedy_3": remedies[2].value,
            "findings": {
                **why,
                "deeper_m": self.basis.deeper_m,
                "at": self.basis.at.isoformat(),
                "vehicles": self._by_vehicle(listed),
            },
            "vehicle": self.basis.vehicle.code,
            "computed_at": timezone.now(),
            "computed_from": self.basis.data_version,
            "evidence": (stop.evidence if stop else Evidence.NONE).value,
            "synthetic": bool(self.placed.houses.synthetic[list(listed)].all()),
            "geom": self._drawn(lane, listed),
        }
        mark = hashlib.blake2b(orjson.dumps([counted, why], option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
        return Computed(f"{self._unit_code(lane)}-{lanes.key[lane]}", mark, {**counted, **rest})

    def _nameless(self, lane: int) -> str:
        return f"({self.network.roads.ref[int(self.surveyed.survey.lanes.edges[lane][0])]})"

    def _by_vehicle(self, listed: Sequence[int]) -> Json:
        """Tell for every vehicle how deep the deepest of these houses lies: at least and at most, in metres."""
        told = {}
        edges, places = self.placed.edge[list(listed)], self.placed.at_mm[list(listed)]
        for code, survey in self.others.items():
            deepest = max(survey.depths_at(edges, places), key=_order)
            told[code] = [_rounded(deepest.least_m), _rounded(deepest.most_m)]
        return told

    def _drawn(self, lane: int, listed: Sequence[int]) -> shapely.MultiPolygon:
        edges = {int(self.placed.edge[house]) for house in listed}
        reached = self.surveyed.survey.depths.surely.reached_mm()
        length = self.network.topology.length_mm
        edges |= {int(e) for e in self.surveyed.survey.lanes.edges[lane] if reached[e] < length[e]}
        return area_of(self.network, sorted(edges), self.placed.houses.xy[list(listed)])


def _order(depth: Depth) -> tuple[float, float]:
    most = np.inf if depth.most_m is None else depth.most_m
    return -1.0 if depth.least_m is None else depth.least_m, float(most)


def _rounded(metres: float | None) -> float | None:
    return None if metres is None else float(round(metres))


def _may_go(stop: Finding | None) -> bool:
    """Tell whether what stops the vehicle is something that stands there, and not the lane itself."""
    return stop is not None and isinstance(stop.place, Obstacle) and stop.place.kind not in {"narrowing", "stairs"}


def _clusters(survey: LaneSurvey, lanes: Sequence[int]) -> list[str]:
    """Name the cluster of each of some lanes: those that meet, in one ward, where the vehicle does not surely get."""
    leader: dict[int, int] = {lane: lane for lane in lanes}

    def lead(lane: int) -> int:
        while leader[lane] != lane:
            lane = leader[lane]
        return lane

    by_node: dict[tuple[int, int], int] = {}
    for lane in lanes:
        for node in _junctions(survey, lane):
            other = by_node.setdefault((int(survey.lanes.unit_id[lane]), node), lane)
            low, high = sorted((lead(lane), lead(other)))
            leader[high] = low
    return [survey.lanes.key[lead(lane)] for lane in lanes]


def _junctions(survey: LaneSurvey, lane: int) -> Iterator[int]:
    topology = survey.network.topology
    for edge in survey.lanes.edges[lane].tolist():
        for node in (int(topology.tail[edge]), int(topology.head[edge])):
            if survey.depths.surely.node_mm[node] != 0:
                yield node
