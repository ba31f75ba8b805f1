"""The features of an approach: truck, stop, hose, what stops the truck, what may be possible, the way back."""

from collections.abc import Iterator
from dataclasses import replace

from gis_core.values import Verdict
from routes.approach import hose_line_of
from routes.approach_hose import HoseNeed
from routes.approach_passed import Passed, passed_by_hose
from routes.approach_plan import Blocker, Plan
from routes.approach_sentences import passes_sentence, possible_sentence, way_out_sentence
from routes.approach_start import origin_of
from routes.approach_telling import Telling
from routes.drawing import feature, line, point, steps_line
from routes.encounters import Obstacle, RailCrossing, RoadStretch
from routes.engine.searches import Stop
from routes.envelope import sure
from routes.pieces import Json, finding_feature, finding_properties, metres
from routes.route_answer import legal_json, street_of
from routes.sentences import key_of, kind_label, name_of
from routes.trip import Trip


class PlanFeatures:
    """Draws the plan of the vehicle asked for."""

    def __init__(self, telling: Telling) -> None:
        self.telling, self.approach, self.question = telling, telling.approach, telling.question
        self.network, self.sighting = telling.network, telling.sighting

    def features(self) -> Iterator[Json]:
        """The features, in the order in which one reads the plan."""
        target, main = self.question.target, self.approach.main
        yield feature(point(target.lon, target.lat), "target")
        if main is None:
            return
        trip, possible_trip = self.approach.trip, self.approach.possible_trip
        if main.plan.stop is not None and main.need is not None and trip is not None:
            yield self._start(main.plan.stop)
            yield self._truck(main.plan.stop, trip, "truck")
            verdict = self.telling.as_sure_as_the_start(trip.verdict)
            yield self._stop(main.plan.stop, "stop", self.telling.told(self.telling.sentence()), verdict)
            yield self._hose(main.plan, main.plan.stop, main.need, "hose")
        if main.blocker is not None:
            yield self._blocker(main.blocker)
        if main.plan.possible is not None and main.possible_need is not None and possible_trip is not None:
            yield from self._possible(main.plan, main.plan.possible, main.possible_need, possible_trip)
        yield from self._reverse()

    def _start(self, stop: Stop) -> Json:
        origin = origin_of(self.network, self.approach.origins, stop)
        station = origin.station
        return feature(
            point(origin.lon, origin.lat),
            "start",
            station=station.ref if station else None,
            name=station.name if station else "",
        )

    def _truck(self, stop: Stop, trip: Trip, role: str) -> Json:
        driven = steps_line(self.network, stop.path.steps, self.telling.lon_lat_of(stop))
        return feature(
            line(driven),
            role,
            time_s=round(stop.path.time_ms / 1000, 1),
            length_m=metres(stop.path.length_mm / 1000),
            verdict=sure(trip.verdict, self.sighting),
            metres_by_evidence=trip.metres_by_evidence,
            legal_used=[legal_json(finding, trip.way) for finding in trip.legal_used],
        )

    def _stop(self, stop: Stop, role: str, sentence: str, verdict: Verdict) -> Json:
        return feature(
            point(*self.telling.lon_lat_of(stop)),
            role,
            verdict=verdict,
            road=self.network.roads.ref[stop.spot.edge],
            name=street_of(self.network, stop.spot),
            drive_s=round(stop.path.time_ms / 1000, 1),
            drive_m=metres(stop.path.length_mm / 1000),
            sentence=sentence,
        )

    def _hose(self, plan: Plan, stop: Stop, need: HoseNeed, role: str) -> Json:
        return feature(
            line(hose_line_of(self.network, stop, self.question.target)),
            role,
            **self._hose_json(need),
            along_m=metres(stop.hose_mm / 1000),
            straight_m=metres(need.metres - stop.hose_mm / 1000),
            straight_sure=plan.apart_sure,
            verdict=sure(plan.hose_verdict(stop), self.sighting),
            passes=[
                _passed_json(one, sure(one.verdict, self.sighting))
                for one in passed_by_hose(self.telling.approach.hose, stop.hose_path.path)
            ],
        )

    def _hose_json(self, need: HoseNeed) -> Json:
        return {
            "metres": metres(need.metres),
            "slack": need.slack,
            "laid_m": metres(need.laid_m),
            "hoses": need.hoses,
            "lay_by_hand_s": need.lay_by_hand_s,
            "lay_with_cart_s": need.lay_with_cart_s,
            "carried_m": self.question.hose_m,
            "exceeds": need.exceeds(self.question.hose_m),
            "source": need.rules.source,
        }

    def _blocker(self, blocker: Blocker) -> Json:
        place = blocker.finding.place
        drawn = finding_feature(1, blocker.finding, blocker.trip.way, role="blocker")
        drawn["properties"] |= {
            # Metres from the stop, not along the way on which it was found.
            "from_m": metres(blocker.beyond_m),
            "to_m": metres(blocker.beyond_m + place.to_m - place.from_m),
            "openable": place.openable if isinstance(place, Obstacle) else None,
            "key": key_of(place),
        }
        return drawn

    def _possible(self, plan: Plan, stop: Stop, need: HoseNeed, trip: Trip) -> Iterator[Json]:
        unknown = self.telling.unknown()
        said = possible_sentence(self.telling.place(stop), need, unknown[0] if unknown else None)
        yield self._truck(stop, trip, "possible_truck")
        drawn = self._stop(stop, "possible_stop", self.telling.told(said), Verdict.UNKNOWN)
        drawn["properties"]["unknown"] = [finding_properties(i, f, trip.way) for i, f in enumerate(unknown, start=1)]
        yield drawn
        yield self._hose(plan, stop, need, "possible_hose")

    def _reverse(self) -> Iterator[Json]:
        out, stop = self.approach.out, self.telling.stop
        if out is None or stop is None:
            return
        back = steps_line(self.network, out.back, self.telling.lon_lat_of(stop))
        yield feature(
            line(back),
            "reverse",
            turning=out.turning,
            by=out.by,
            metres=None if out.reverse_m is None else metres(out.reverse_m),
            sentence=self.telling.told(way_out_sentence(out)),
        )


def _passed_json(passed: Passed, on_foot: Verdict) -> Json:
    place = passed.place
    return {
        "subject": _subject(place),
        "ref": place.ref,
        "name": name_of(place),
        "kind": place.kind,
        "kind_label": kind_label(place),
        "on_foot": on_foot,
        "sentence": passes_sentence(replace(passed, verdict=on_foot)),
    }


def _subject(place: Obstacle | RoadStretch) -> str:
    if isinstance(place, RailCrossing):
        return "railway"
    return "restriction" if isinstance(place, Obstacle) else "road"
