"""The answers of `/api/coverage`."""

from typing import Any, Final

from hydrants.sentences import VERIFICATION_LABELS, full_name
from routes.coverage.areas import Figures, FiguresState, Trend
from routes.coverage.classes import BY_LEVEL, WHYS, Coverage, CoverRules
from routes.coverage.explaining import HouseSaid, SourceSaid, TogetherSaid
from routes.coverage.models import CoverageRun
from routes.coverage.places import LAYERS
from routes.coverage.sentences import (
    AGAINST_LABELS,
    CAUSE_LABELS,
    LABELS,
    REACH_LABELS,
    STATE_LABELS,
    WHY_LABELS,
    area_sentence,
    figures_sentence,
    house_sentence,
    source_sentence,
    together_sentence,
)
from routes.coverage.store import truck_verdict
from routes.pieces import Json
from routes.rules_told import rule_json

NOT_CHECKED: Final = ("rails_not_recorded", "height_of_water_in_tanks")
_CONSIDERED: Final = 50


def house_answer(said: HouseSaid, *, sees_people: bool) -> Json:
    """Say one house."""
    state = said.state
    houses, weighed = state.houses, state.weighed
    computed = BY_LEVEL[int(weighed.level[0])]
    shown = Coverage(said.override.coverage) if said.override else computed
    why = WHYS[int(weighed.reason[0])]
    truck = truck_verdict(int(state.truck[0]))
    least, most = float(houses.least_lps[0]), float(houses.most_lps[0])
    two = state.rules.two.value
    lon, lat = houses.lon_lat[0].tolist()
    return {
        "outcome": "house",
        "sentence": house_sentence(said),
        "house": {
            "layer": LAYERS[said.layer],
            "id": said.record.pk,
            "ref": said.record.ref,
            "point": [lon, lat],
            "synthetic": said.record.synthetic,
            "coverage": shown,
            "coverage_label": str(LABELS[shown]),
            "computed": computed,
            "override": _override(said, sees_people=sees_people),
            "reason": why,
            "reason_label": str(WHY_LABELS[why]),
            "demand_least_lps": least,
            "demand_most_lps": most,
            "sources_needed": 2 if least >= two else 1 if most < two else None,
            "working_hose_m": _metres(int(weighed.working_mm[0])),
            "apart_m": _metres(int(houses.offset_mm[0])) if houses.edge[0] >= 0 else None,
            "truck": truck,
            "truck_label": str(REACH_LABELS[truck]),
        },
        "sources": [_source(source) for source in said.sources[:_CONSIDERED]],
        "sources_count": len(said.sources),
        "tested_together": [_together(test) for test in said.together],
        "rules": [rule_json(rule) for rule in state.rules.used],
        "rules_also": [rule_json(rule) for rule in state.rules.also],
        "not_checked": list(NOT_CHECKED),
    }


def _override(said: HouseSaid, *, sees_people: bool) -> Json | None:
    if said.override is None:
        return None
    return {
        "coverage": said.override.coverage,
        "comment": said.override.comment,
        "author": said.override.author if sees_people else None,
        "at": said.override.at.isoformat(timespec="seconds"),
    }


def _source(source: SourceSaid) -> Json:
    return {
        "key": source.row.key,
        "ref": source.row.ref,
        "name": full_name(source.row),
        "hose_m": _metres(source.hose_mm),
        "sure_hose_m": _metres(source.sure_mm),
        "limit_m": source.limit_m,
        "flow_lps": source.flow_lps,
        "counts": source.against is None,
        "against": source.against,
        "against_label": str(AGAINST_LABELS[source.against]) if source.against else None,
        "verification": source.verification,
        "verification_label": str(VERIFICATION_LABELS[source.verification]),
        "synthetic": source.row.synthetic,
        "sentence": source_sentence(source),
    }


def _together(test: TogetherSaid) -> Json:
    return {
        "sources": [test.one.key, test.other.key],
        "main_ref": test.main_ref,
        "tested_on": test.tested_on.isoformat(),
        "flow_lps": round(test.flow_lps, 2),
        "sentence": together_sentence(test),
    }


def _metres(mm: int) -> float | None:
    return None if mm < 0 else round(mm / 1000, 1)


def area_answer(name: str, figures: Figures, run: CoverageRun, rules: CoverRules, state: FiguresState) -> Json:
    """Say the figures of a ward or a box, and whether they hold every edit."""
    return {
        "outcome": "area",
        "sentence": area_sentence(name, figures, state),
        "name": name,
        "figures": figures,
        "figures_state": state,
        "figures_state_label": str(STATE_LABELS[state]),
        "computed_at": run.at.isoformat(timespec="seconds"),
        "followed_at": run.followed_at and run.followed_at.isoformat(timespec="seconds"),
        "rules_on": run.rules_on,
        "rules": [rule_json(rule) for rule in rules.used],
    }


def trend_answer(name: str, trend: Trend) -> Json:
    """Say what changed between two days, and why."""
    days: dict[str, Any] = {
        key: {"computed_at": at.isoformat(timespec="seconds"), "figures": figures}
        for key, (at, figures) in (("from", trend.since), ("to", trend.until))
    }
    changes = [
        {
            "before": change.before,
            "after": change.after,
            "cause": change.cause,
            "cause_label": str(CAUSE_LABELS[change.cause]),
            "buildings": change.buildings,
        }
        for change in trend.changes
    ]
    return {
        "outcome": "trend",
        "sentence": figures_sentence(name, trend.until[1]),
        "name": name,
        **days,
        "changes": changes,
    }
