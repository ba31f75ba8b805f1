"""The lanes that were asked for, with all that is told of each, and the figures of each ward."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from gis_core.models import AdministrativeUnit
from routes.encounters import Finding
from routes.engine.arrays import Network
from routes.lanes.asking import Surveyed, survey_for, surveys_for
from routes.lanes.houses import PlacedHouses, houses_on
from routes.lanes.points import PointOnFoot, points_on
from routes.lanes.question import LanesQuestion
from routes.lanes.stops import stops_on
from routes.lanes.survey import THRESHOLDS_M, Depth, LaneSurvey
from routes.vehicle_profiles import kept_vehicles
from routes.way import MaySee

_ANSWER_OF: Final = {"deeper": ("yes",), "unknown": ("unknown",), "all": ("yes", "unknown", "no")}


@dataclass(slots=True)
class People:
    """Houses, and what was recorded of who lives in them; the rest is counted, never taken for nobody."""

    houses: int = 0
    households: int = 0
    houses_without_households: int = 0
    people: int = 0
    houses_without_people: int = 0

    def add(self, households: int, people: int) -> None:
        """Add a house; below 0: nobody recorded it."""
        self.houses += 1
        self.households += max(households, 0)
        self.houses_without_households += households < 0
        self.people += max(people, 0)
        self.houses_without_people += people < 0


@dataclass(frozen=True, slots=True)
class LaneFound:
    """One lane and what there is in it."""

    lane: int
    depth: Depth
    living: People
    point_in_lane: bool
    nearest: PointOnFoot | None
    stops: tuple[Finding, ...]
    by_vehicle: dict[str, Depth]


@dataclass(slots=True)
class UnitFigures:
    """What a ward has of lanes, by threshold in metres and answer; `no_point` of those that are deeper."""

    unit: AdministrativeUnit | None
    lanes: int = 0
    by_depth: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    no_point: Counter[int] = field(default_factory=Counter)
    living: dict[tuple[int, str], People] = field(default_factory=lambda: defaultdict(People))


@dataclass(frozen=True, slots=True)
class LanesAnswer:
    """The lanes asked for, deepest first, how many there are of them, and the figures by ward, by code."""

    question: LanesQuestion
    surveyed: Surveyed
    listed: tuple[LaneFound, ...]
    counted: int
    figures: tuple[UnitFigures, ...]


def find_lanes(question: LanesQuestion, network: Network, may_see: MaySee) -> LanesAnswer:
    """Survey the lanes and tell of those asked for.

    Raises
    ------
    routes.approach_start.NoStation

    Notes
    -----
    A fixed number of queries: vehicles, stations, houses, points and units, each kept by the process.
    """
    surveyed = survey_for(network, question.vehicle, at=question.at, may_see=may_see)
    survey = surveyed.survey
    placed, points = houses_on(network), points_on(network)
    houses = houses_by_lane(survey, placed)
    in_unit = [
        lane
        for lane, unit in enumerate(survey.lanes.unit_id.tolist())
        if question.unit is None or unit == question.unit.pk
    ]
    wanted = _ANSWER_OF[question.which]
    chosen = [lane for lane in in_unit if survey.depth[lane].deeper_than(question.deeper_m) in wanted]
    chosen.sort(key=lambda lane: _deepest_first(survey, lane))
    listed = chosen[: question.limit]
    others = surveys_for(network, kept_vehicles(), at=question.at, may_see=may_see) if question.every_vehicle else {}
    with_point = {int(survey.lanes.of_edge[edge]) for edge in points.on_edges()}
    found = tuple(
        LaneFound(
            lane,
            survey.depth[lane],
            _living(placed, houses.get(lane, ())),
            lane in with_point,
            points.nearest(survey.deepest(lane)),
            stops_on(network, surveyed.driver, survey.depths, survey.deepest(lane)),
            {code: other.depth[lane] for code, other in others.items()},
        )
        for lane in listed
    )
    return LanesAnswer(
        question, surveyed, found, len(chosen), tuple(_figures(survey, placed, houses, in_unit, with_point))
    )


def houses_by_lane(survey: LaneSurvey, placed: PlacedHouses) -> dict[int, list[int]]:
    """Give the houses in each lane that has any; those near no road are in none."""
    houses: dict[int, list[int]] = defaultdict(list)
    for house, edge in enumerate(placed.edge.tolist()):
        if edge >= 0 and survey.lanes.of_edge[edge] >= 0:
            houses[int(survey.lanes.of_edge[edge])].append(house)
    return houses


def _deepest_first(survey: LaneSurvey, lane: int) -> tuple[float, float, str]:
    depth = survey.depth[lane]
    most = float("inf") if depth.most_m is None else depth.most_m
    return -(depth.least_m or 0.0), -most, survey.lanes.key[lane]


def _living(placed: PlacedHouses, houses: Sequence[int]) -> People:
    living = People()
    for house in houses:
        living.add(int(placed.houses.households[house]), int(placed.houses.people[house]))
    return living


def _figures(
    survey: LaneSurvey,
    placed: PlacedHouses,
    houses: dict[int, list[int]],
    lanes: Sequence[int],
    with_point: set[int],
) -> Iterator[UnitFigures]:
    units = AdministrativeUnit.objects.in_bulk({int(survey.lanes.unit_id[lane]) for lane in lanes} - {-1})
    depth = survey.depths_at(placed.edge, placed.at_mm)
    figures: dict[int, UnitFigures] = {}
    for lane in lanes:
        unit = int(survey.lanes.unit_id[lane])
        mine = figures.setdefault(unit, UnitFigures(units.get(unit)))
        mine.lanes += 1
        for metres in THRESHOLDS_M:
            answer = survey.depth[lane].deeper_than(metres)
            mine.by_depth[metres][answer] += 1
            mine.no_point[metres] += answer == "yes" and lane not in with_point
            for house in houses.get(lane, ()):
                people = int(placed.houses.people[house])
                mine.living[metres, depth[house].deeper_than(metres)].add(int(placed.houses.households[house]), people)
    yield from sorted(figures.values(), key=lambda each: each.unit.code if each.unit else "")
