"""The answer to `GET /api/approach` as GeoJSON: one feature a role, and the same for every vehicle as a matrix."""

from gis_core.values import Verdict
from routes.approach import Approach, VehiclePlan
from routes.approach_features import PlanFeatures
from routes.approach_plan import Outcome
from routes.approach_telling import Telling
from routes.approach_water_features import WaterFeatures
from routes.envelope import envelope
from routes.network.live import Sighting
from routes.pieces import Json, metres


def render_approach(approach: Approach, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/approach.md; texts in the active language."""
    telling, main, target = Telling(approach, sighting), approach.main, approach.question.target
    return envelope(
        outcome=main.plan.outcome if main else Outcome.NOT_NEAR_ROAD,
        sentence=telling.sentence(),
        question=approach.question.as_json(),
        sighting=sighting,
        data_version=data_version,
        verdict=telling.verdict(main) if main else Verdict.UNKNOWN,
        vehicle=_who(main) if main else None,
        sentences=[telling.told(sentence) for sentence in telling.sentences() if sentence],
        snapped={
            "to": telling.snapped(approach.targets, target.lon, target.lat),
            "from": [spot for o in approach.origins for spot in telling.snapped(o.spots, o.lon, o.lat)],
        },
        features=[*PlanFeatures(telling).features(), *WaterFeatures(telling).features()],
        matrix=[_row(telling, plan) for plan in approach.matrix],
        not_checked=["turning"],
    )


def _who(plan: VehiclePlan) -> Json:
    stored = plan.stored
    return {"vehicle": stored.code, "name": stored.name, "kind": stored.kind, "kind_label": stored.get_kind_display()}


def _row(telling: Telling, plan: VehiclePlan) -> Json:
    """Say how deep one vehicle gets."""
    stop, need, question = plan.plan.stop, plan.need, telling.question
    carried_m = question.hose_m if plan.stored.pk == question.vehicle.pk else plan.stored.hose_m
    return {
        **_who(plan),
        "outcome": plan.plan.outcome,
        "verdict": telling.verdict(plan),
        "stop": None if stop is None else list(telling.lon_lat_of(stop)),
        "drive_s": None if stop is None else round(stop.path.time_ms / 1000, 1),
        "drive_m": None if stop is None else metres(stop.path.length_mm / 1000),
        "hose_m": None if need is None else metres(need.metres),
        "hoses": None if need is None else need.hoses,
        "exceeds": None if need is None else need.exceeds(carried_m),
        "possible_hose_m": None if plan.possible_need is None else metres(plan.possible_need.metres),
        "sentence": telling.told(telling.plan_sentence(plan)),
    }
