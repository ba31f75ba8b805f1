"""What an approach says in sentences, as far as the state of the data allows."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

from gis_core.values import Verdict
from gis_core.wording import sentence_case
from hydrants.sentences import SEEN_WORKING
from hydrants.usability import Marked
from routes.approach import Approach, VehiclePlan
from routes.approach_hose import HoseNeed
from routes.approach_passed import Passed, passed_by_hose
from routes.approach_plan import Plan
from routes.approach_sentences import (
    between_sentence,
    doubts_sentence,
    exceeds_sentence,
    hose_hydrant_sentence,
    no_road_sentence,
    no_water_sentence,
    perhaps_sentence,
    plan_sentence,
    point_sentence,
    possible_sentence,
    shuttle_sentence,
    stop_place,
    way_out_sentence,
)
from routes.approach_start import origin_of, start_sentence
from routes.approach_water import By, WaterLink
from routes.encounters import Finding
from routes.engine.arrays import Spot
from routes.engine.searches import Stop
from routes.envelope import sure, with_doubt
from routes.firefighting_points import NearPoint
from routes.network.live import Sighting
from routes.pieces import Json
from routes.route_answer import lon_lats_of, spots_json, street_of
from routes.route_sentences import apart_sentence, not_near_sentence
from routes.snapping import nearest_of_all


class Telling:
    """One approach and the state of the network it was found in."""

    def __init__(self, approach: Approach, sighting: Sighting) -> None:
        self.approach, self.question = approach, approach.question
        self.sighting, self.network = sighting, approach.network
        self._said: dict[int, str] = {}

    @property
    def stop(self) -> Stop | None:
        """The sure stop, else the possible one, else None."""
        main = self.approach.main
        return (main.plan.stop or main.plan.possible) if main else None

    def verdict(self, plan: VehiclePlan) -> Verdict:
        """The verdict on a plan, as sure as the data and the start are."""
        return self.as_sure_as_the_start(plan.plan.verdict)

    def as_sure_as_the_start(self, verdict: Verdict) -> Verdict:
        """Take passable back for a truck that begins at a place off the roads, and where the data may be stale."""
        leaves = all(origin.leaves_surely for origin in self.approach.origins)
        return sure(verdict if leaves else Verdict.worst([verdict, Verdict.UNKNOWN]), self.sighting)

    def snapped(self, spots: Sequence[Spot], lon: float, lat: float) -> list[Json]:
        """Where a place lies on the roads; the nearest one however far where none is near."""
        return spots_json(self.network, spots or nearest_of_all(self.network, lon, lat))

    def told(self, sentence: str) -> str:
        """Say a sentence that may be read out alone: not as sure where the data may be stale."""
        return with_doubt(sentence, self.sighting)

    # Sentences -------------------------------------------------------------------------------------------------------

    def sentence(self) -> str:
        """Say the plan, or which end is far from every road."""
        if self.approach.main is not None:
            return self.plan_sentence(self.approach.main)
        starts = [self._far_m(origin.spots, origin.lon, origin.lat) for origin in self.approach.origins]
        start_m = None if any(far is None for far in starts) else min((far for far in starts if far), default=None)
        target = self.question.target
        return not_near_sentence(start_m, self._far_m(self.approach.targets, target.lon, target.lat))

    def _far_m(self, spots: Sequence[Spot], lon: float, lat: float) -> float | None:
        if spots:
            return None
        return min((spot.apart_m for spot in nearest_of_all(self.network, lon, lat)), default=math.inf)

    @cached_property
    def _stops(self) -> dict[Spot, tuple[float, float]]:
        spots = {stop.spot for plan in self.approach.matrix for stop in (plan.plan.stop, plan.plan.possible) if stop}
        return dict(zip(spots, lon_lats_of(self.network, list(spots)), strict=True))

    def lon_lat_of(self, stop: Stop) -> tuple[float, float]:
        """Give longitude and latitude of the stop of any of the vehicles."""
        return self._stops[stop.spot]

    def plan_sentence(self, plan: VehiclePlan) -> str:
        """Say where one vehicle stops, and what stops it; of the vehicle asked for it is said in several places."""
        if id(plan) not in self._said:
            self._said[id(plan)] = self._plan_sentence(plan)
        return self._said[id(plan)]

    def _plan_sentence(self, plan: VehiclePlan) -> str:
        place = "" if plan.plan.stop is None else self.place(plan.plan.stop)
        target = self.approach.targets[0]
        apart = apart_sentence(street_of(self.network, target), target.apart_m)
        said = (
            plan_sentence(plan.plan.outcome, place, self._finding(plan), plan.need),
            self._start_sentence(plan.plan),
            no_road_sentence(self.doubts(plan.plan.stop) if plan.plan.stop else ()),
            apart or between_sentence(sure=plan.plan.apart_sure),
        )
        return " ".join(filter(None, said))

    def _start_sentence(self, plan: Plan) -> str:
        stop, origins = plan.stop or plan.possible, self.approach.origins
        if stop is None or not any(start_sentence(self.network, origin) for origin in origins):
            return ""
        return start_sentence(self.network, origin_of(self.network, origins, stop))

    def _finding(self, plan: VehiclePlan) -> Finding | None:
        return plan.blocker.finding if plan.blocker else None

    def place(self, stop: Stop) -> str:
        """Say where a stop is, by the road on which the truck does not go on."""
        steps = [step for step in stop.hose_path.path.steps if step.from_mm != step.to_mm]
        if not steps:
            return stop_place(street_of(self.network, stop.spot), at_mouth=False)
        first = steps[0]
        road = self._street(first.edge)
        at_end = first.from_mm in {0, int(self.network.topology.length_mm[first.edge])}
        # The mouth of a lane is where one comes into it from another road, not every junction on it.
        came_from = self._street(stop.path.steps[-1].edge if stop.path.steps else first.edge)
        return stop_place(road, at_mouth=at_end and road != came_from)

    def _street(self, edge: int) -> str:
        return street_of(self.network, Spot(edge, 0))

    def sentences(self) -> Iterator[str]:
        """Say what else is to know: hose, what may be possible, the way out, the water, the firefighting point."""
        main = self.approach.main
        if main is None:
            return
        if main.need and main.plan.stop:
            yield exceeds_sentence(main.need, self.question.hose_m)
            yield doubts_sentence(self.doubts(main.plan.stop))
        if main.possible_need and main.plan.possible:
            unknown = self.unknown()
            place = self.place(main.plan.possible)
            yield possible_sentence(place, main.possible_need, unknown[0] if unknown else None)
            yield doubts_sentence(self.doubts(main.plan.possible))
            yield no_road_sentence(self.doubts(main.plan.possible))
        if self.approach.out is not None:
            yield way_out_sentence(self.approach.out)
        if self.approach.water is not None:
            yield self.water_sentence(self.approach.water.link)
        if self.approach.point is not None:
            yield self.point_sentence(self.approach.point)

    def doubts(self, stop: Stop) -> list[Passed]:
        """What the hose from a stop goes through of which nobody knows whether people pass, or whether it is there."""
        passed = passed_by_hose(self.approach.hose, stop.hose_path.path)
        return [one for one in passed if one.verdict is not Verdict.PASSABLE]

    def unknown(self) -> list[Finding]:
        """What nobody knows on the truck's way to the possible stop."""
        findings = self.approach.possible_trip.findings if self.approach.possible_trip else ()
        return [finding for finding in findings if finding.verdict is Verdict.UNKNOWN]

    def water_sentence(self, link: WaterLink | None) -> str:
        """Say where the water comes from."""
        placed = self.approach.placed
        if link is None or placed is None:
            return no_water_sentence()
        source = placed.waters.sources[link.source]
        if link.by is By.HOSE:
            said = hose_hydrant_sentence(source, self.link_need(link))
        else:
            said = shuttle_sentence(source, link.metres, link.drive_s or 0.0)
        chain = self.approach.water
        if chain is not None and chain.marked.get(source.key) is Marked.WORKS:
            said = f"{said} {sentence_case(SEEN_WORKING)}."
        return said if link.verdict is Verdict.PASSABLE else f"{no_water_sentence()} {perhaps_sentence()} {said}"

    def link_need(self, link: WaterLink) -> HoseNeed:
        """The hose from a hydrant to the truck."""
        return HoseNeed(link.metres, self.question.slack, self.approach.rules)

    def point_sentence(self, near: NearPoint) -> str:
        """Say which public firefighting point is on the way of the hose."""
        return point_sentence(near.point.name, near.apart_m, near.point.obstructed)
