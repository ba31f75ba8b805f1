"""Scenarios and their comparison with today as answers; texts in the active language."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext

from gis_core.models import AdministrativeUnit
from gis_core.values import Verdict
from gis_core.wording import say_number
from routes.coverage.classes import BY_LEVEL, WHYS
from routes.coverage.figures import COUNTED, figures
from routes.coverage.models import CoverageChoice, WhyChoice
from routes.coverage.places import LAYERS
from routes.coverage.state import CoverState
from routes.drawing import feature, point
from routes.engine.arrays import Longs
from routes.engine.weighing import NOT_USABLE, PERHAPS, VERIFIED
from routes.envelope import envelope
from routes.models import AccessRestriction, Road
from routes.network.live import Sighting
from routes.pieces import Json
from routes.rules_told import rule_json
from routes.siting.candidates import Kind
from routes.siting.comparing import Comparison, Outcome
from routes.siting.models import Scenario

LISTED: Final = 500
"""So many changed houses are listed, those with most households first; all are counted."""
_VERDICTS: Final = {NOT_USABLE: Verdict.BLOCKED, PERHAPS: Verdict.UNKNOWN, VERIFIED: Verdict.PASSABLE}
_DECIMALS: Final = 7


def scenario_json(scenario: Scenario) -> Json:
    """Tell a scenario, without where its obstacles and roads lie."""
    unit = scenario.administrative_unit
    return {
        "id": scenario.pk,
        "name": scenario.name,
        "note": scenario.note,
        "author": scenario.author,
        "ward": unit.code if unit else None,
        "version": scenario.version,
        "created_at": scenario.created_at.isoformat(timespec="seconds"),
        "updated_at": scenario.updated_at.isoformat(timespec="seconds"),
        "sources": [
            {
                "kind": one.kind,
                "name": one.name,
                "place": [one.geom.x, one.geom.y],
                "flow_lps": one.flow_lps,
                "volume_m3": one.volume_m3,
                "refill_lps": one.refill_lps,
            }
            for one in sorted(scenario.sources.all(), key=lambda one: one.pk)
        ],
        "remove": sorted(one.restriction_ref for one in scenario.removals.all()),
        "close_roads": sorted(one.road_ref for one in scenario.closures.all()),
    }


def scenario_features(scenario: Scenario) -> list[Json]:
    """Draw it: planned sources, obstacles and roads that would be gone; two queries. `there`: it still is."""
    told = scenario_json(scenario)
    drawn = [feature(point(*one["place"]), "planned_source", **_but(one, "place")) for one in told["sources"]]
    for role, model, refs in (
        ("removed_obstacle", AccessRestriction, told["remove"]),
        ("closed_road", Road, told["close_roads"]),
    ):
        found: dict[str, Any] = dict(model.objects.filter(ref__in=refs).values_list("ref", "geom")) if refs else {}
        for ref in refs:
            geometry = _drawn(found[ref]) if ref in found else None
            drawn.append(
                {
                    "type": "Feature",
                    "geometry": geometry,
                    "properties": {"role": role, "ref": ref, "there": ref in found},
                }
            )
    return drawn


def _but(one: Json, name: str) -> Json:
    return {key: value for key, value in one.items() if key != name}


def _drawn(geom: Any) -> Json:
    return {"type": geom.geom_type, "coordinates": geom.coords}


def scenario_geojson(scenario: Scenario) -> Json:
    """Make a FeatureCollection of it."""
    return {"type": "FeatureCollection", "scenario": scenario_json(scenario), "features": scenario_features(scenario)}


# Beside today ---------------------------------------------------------------------------------------------------------


def render_comparison(found: Comparison, sighting: Sighting, data_version: str, question: Json) -> Json:
    """Make the GeoJSON of docs/reference/siting.md."""
    today, plan = _totals(found.today), _totals(found.plan)
    return envelope(
        outcome=found.outcome,
        sentence=_sentence(found, today, plan),
        question=question,
        sighting=sighting,
        data_version=data_version,
        features=[*scenario_features(found.scenario), *_changed(found)],
        scenario=scenario_json(found.scenario),
        today=today,
        plan=plan,
        trucks={"today": _trucks(found.today), "plan": _trucks(found.plan)},
        wards=_wards(found),
        changed={"houses": len(found.changed), "listed": min(len(found.changed), LISTED)},
        rules=[rule_json(rule) for rule in found.today.rules.used],
        notes=list(_notes(found)),
    )


def _counted(state: CoverState, group: Longs, groups: int) -> dict[str, Longs]:
    """Count the buildings by group; facilities stand in buildings, as in the figures of coverage."""
    houses = state.houses
    which = np.flatnonzero(houses.layer == 0)
    weighed = state.weighed.some(which)
    return figures(
        group[which], groups, weighed, weighed.level, houses.edge[which] >= 0, houses.households[which],
        houses.people[which],
    )  # fmt: skip


def _totals(state: CoverState) -> Json:
    counted = _counted(state, np.zeros(len(state.houses), np.int64), 1)
    return {name: int(counted[name][0]) for name in COUNTED}


def _trucks(state: CoverState) -> Json:
    which = state.houses.layer == 0
    return {verdict.value: int((state.truck[which] == level).sum()) for level, verdict in _VERDICTS.items()}


def _wards(found: Comparison) -> list[Json]:
    """Tell every ward in which a building stands, and whether anything differs there: one query."""
    units, group = np.unique(found.today.houses.unit, return_inverse=True)
    today, plan = (_counted(state, group, len(units)) for state in (found.today, found.plan))
    differs = np.zeros(len(units), bool)
    for name in COUNTED:
        differs |= today[name] != plan[name]
    ids = units.tolist()
    known = {unit.pk: unit for unit in AdministrativeUnit.objects.filter(pk__in=ids).defer("geom")}
    return [
        {
            "ward": known[unit].code if unit in known else None,
            "name": known[unit].name if unit in known else "",
            "differs": bool(differs[n]),
            "today": {name: int(today[name][n]) for name in COUNTED},
            "plan": {name: int(plan[name][n]) for name in COUNTED},
        }
        for n, unit in enumerate(ids)
        if today["buildings"][n]
    ]


def _changed(found: Comparison) -> Iterator[Json]:
    houses = found.today.houses
    for n in found.changed[:LISTED].tolist():
        lon, lat = np.round(houses.lon_lat[n], _DECIMALS).tolist()
        yield feature(
            point(lon, lat),
            "house",
            layer=LAYERS[houses.layer[n]],
            feature_id=int(houses.id[n]),
            households=None if houses.households[n] < 0 else int(houses.households[n]),
            synthetic=bool(houses.synthetic[n]),
            today=_class(found.today, n),
            plan=_class(found.plan, n),
        )


def _class(state: CoverState, n: int) -> Json:
    coverage, why = BY_LEVEL[state.weighed.level[n]], WHYS[state.weighed.reason[n]]
    source, hose_mm = int(state.weighed.source[n]), int(state.weighed.source_mm[n])
    return {
        "coverage": coverage,
        "coverage_label": str(CoverageChoice(coverage).label),
        "reason": why,
        "reason_label": str(WhyChoice(why).label),
        "source": state.sources.rows[source].key if source >= 0 else None,
        "hose_m": round(hose_mm / 1000, 1) if source >= 0 else None,
        "truck": _VERDICTS[int(state.truck[n])],
    }


def _sentence(found: Comparison, today: Json, plan: Json) -> str:
    match found.outcome:
        case Outcome.NO_HOUSES:
            return gettext("No building is recorded: nothing can be compared.")
        case Outcome.NOTHING_CHANGES:
            return gettext("With this plan every building has the class and the reason that it has today.")
    return gettext(
        "Covered buildings: %(plan)s instead of %(today)s; not covered: %(not_plan)s instead of %(not_today)s; not "
        "classifiable: %(unknown_plan)s instead of %(unknown_today)s."
    ) % {
        "plan": say_number(plan["buildings_covered"]),
        "today": say_number(today["buildings_covered"]),
        "not_plan": say_number(plan["buildings_not_covered"]),
        "not_today": say_number(today["buildings_not_covered"]),
        "unknown_plan": say_number(plan["buildings_not_classifiable"]),
        "unknown_today": say_number(today["buildings_not_classifiable"]),
    }


def _notes(found: Comparison) -> Iterator[str]:
    sources = list(found.scenario.sources.all())
    if sources:
        yield gettext(
            "Planned sources are taken to work as planned, hydrants each on a main of its own: nobody computed what "
            "the main gives."
        )
    if any(one.flow_lps is None for one in sources if one.kind != Kind.TANK):
        yield gettext("Of planned sources without a flow nobody knows what they give: they make no building covered.")
    if any(one.volume_m3 is None for one in sources if one.kind == Kind.TANK):
        yield gettext(
            "Of planned tanks without a volume nobody knows how long they give water: only what flows in counts."
        )
    if found.scenario.removals.all():
        yield gettext("Removed obstacles are taken away with all that is said of them; the road itself stays as it is.")
    yield gettext("What planners decided by hand on single buildings is left out on both sides.")
