"""The answer to `GET /api/siting` as GeoJSON; texts in the active language."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from django.utils.translation import gettext, gettext_lazy

from gis_core.wording import say_number
from routes.drawing import feature, point
from routes.engine.arrays import Network, Spot
from routes.envelope import envelope
from routes.network.live import Sighting
from routes.pieces import Json
from routes.route_answer import street_of
from routes.rules_told import rule_json
from routes.siting.candidates import Kind
from routes.siting.enough import volume_m3
from routes.siting.rules import Because, Check, Standing
from routes.siting.sites import Outcome, Site, SitesAnswer, Tally
from routes.siting.sites_question import SitesQuestion

_DECIMALS: Final = 7
_BECAUSE: Final = {
    Because.MEASURED: gettext_lazy("computed from the data"),
    Because.WHEN_BUILT: gettext_lazy("the place is on the axis of the road; to be held when it is built"),
    Because.NO_WIDTH: gettext_lazy("nobody measured the width of the road"),
    Because.NO_BUILDINGS: gettext_lazy("no building is drawn within 100 m"),
    Because.OTHER_SIDE: gettext_lazy("too narrow on the side of the nearest wall; nobody looked at the other side"),
    Because.NO_MAINS: gettext_lazy("no water mains are recorded"),
    Because.NO_DEPTH: gettext_lazy("nobody measured the water there"),
    Because.WAY_UNKNOWN: gettext_lazy("nobody knows whether people pass on the way"),
}
_STANDING: Final = {
    Standing.MET: gettext_lazy("met"),
    Standing.NOT_MET: gettext_lazy("not met"),
    Standing.UNKNOWN: gettext_lazy("not known"),
}
_NO_HOMES: Final = gettext_lazy("No home is recorded in this area: nothing can be said of it.")
_NO_CANDIDATES: Final = gettext_lazy("There is no place to build at among those asked about.")
_NOTHING: Final = {
    Outcome.NO_HOMES: (_NO_HOMES, _NO_HOMES),
    Outcome.NO_CANDIDATES: (_NO_CANDIDATES, _NO_CANDIDATES),
    Outcome.ALL_COVERED: (
        gettext_lazy("Every home of the area is within the hose of a source that works: nothing is missing."),
        gettext_lazy("Every home of the area has the water it needs: nothing is missing."),
    ),
    Outcome.NOTHING_HELPS: (
        gettext_lazy("None of the places asked about reaches a home that is not covered already."),
        gettext_lazy("At none of the places asked about one more source gives a home the water it lacks."),
    ),
}
"""What is said where nothing is built: without flows, and by flow."""
_FOUND: Final = (
    gettext_lazy(
        "%(sources)s new sources bring water within reach of %(households)s more households; no choice among these "
        "places reaches more than %(bound)s."
    ),
    gettext_lazy(
        "%(sources)s new sources give %(households)s more households the water they need; no choice among these "
        "places does so for more than %(bound)s."
    ),
)


def render_sites(question: SitesQuestion, answer: SitesAnswer, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/siting.md."""
    return envelope(
        outcome=answer.outcome,
        sentence=_sentence(answer, by_flow=question.flow_lps is not None),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        features=list(_features(question, answer, sighting.network)),
        households=households_json(answer.tally),
        bound=_bound_json(answer.tally),
        rests_on={
            "candidates": len(answer.candidates),
            "candidates_excluded": answer.excluded,
            "sources_counted": answer.sources_counted,
            "sources_truck_unknown": answer.truck_unknown,
            "rules": [rule_json(rule) for rule in (answer.radii.hydrant, answer.radii.pump)],
        },
        notes=list(_notes(question, answer)),
    )


def households_json(tally: Tally) -> Json:
    """Tell the households of the area, by what reaches them."""
    return {
        "homes": tally.homes,
        "all": tally.households,
        "homes_uncounted": tally.uncounted,
        "covered_today": tally.covered_today,
        "perhaps_today": tally.perhaps_today,
        "beyond_one": tally.beyond_one,
        "newly_covered": tally.chosen,
        "coverable": tally.within_reach,
        "still_not_covered": tally.households - tally.covered_today - tally.chosen,
    }


def _bound_json(tally: Tally) -> Json:
    return {
        "newly_covered_at_most": tally.bound,
        "gap": tally.bound - tally.chosen,
        "share_of_bound_pct": round(100 * tally.chosen / tally.bound, 2) if tally.bound else None,
        "proven_best": tally.proven,
        "time_was_up": tally.relaxed,
    }


def _sentence(answer: SitesAnswer, *, by_flow: bool) -> str:
    tally = answer.tally
    if answer.outcome in _NOTHING:
        return str(_NOTHING[answer.outcome][by_flow])
    said = str(_FOUND[by_flow]) % {
        "sources": say_number(len(answer.sites)),
        "households": say_number(tally.chosen),
        "bound": say_number(tally.bound),
    }
    return f"{said} {gettext('This choice is proven to be the best.')}" if tally.proven else said


def _notes(question: SitesQuestion, answer: SitesAnswer) -> Iterator[str]:
    tally = answer.tally
    if tally.uncounted:
        yield gettext("Of %(homes)s homes nobody counted the households; each counts as one.") % {
            "homes": say_number(tally.uncounted)
        }
    yield from _notes_on_homes(question, tally)
    if answer.truck_unknown:
        yield gettext("To %(sources)s of the counted sources nobody knows whether this vehicle gets.") % {
            "sources": say_number(answer.truck_unknown)
        }
    if question.vehicle is None:
        yield gettext("Whether a vehicle gets to the sources was not asked.")
    if answer.excluded:
        yield gettext("%(places)s places were left out: this vehicle surely does not get there.") % {
            "places": say_number(answer.excluded)
        }
    if question.flow_lps is None:
        yield gettext("The flow of the sources was not asked: a hydrant that gives too little counts like any other.")
        return
    yield gettext(
        "A home counts as covered where coverage has it so: with the flow it needs, as verified or as recorded. Each "
        "new source is taken to give %(flow)s L/s for as long as the rule asks, a hydrant on a main of its own."
    ) % {"flow": say_number(question.flow_lps)}


def _notes_on_homes(question: SitesQuestion, tally: Tally) -> Iterator[str]:
    said = {"households": say_number(tally.perhaps_today)}
    if tally.perhaps_today and question.flow_lps is None:
        yield (
            gettext(
                "%(households)s households have a source only over ways of which nobody knows whether people pass; "
                "they count as not covered."
            )
            % said
        )
    elif tally.perhaps_today:
        yield (
            gettext(
                "Of %(households)s households nobody knows whether they have water enough; they count as not covered."
            )
            % said
        )
    if tally.beyond_one:
        yield gettext(
            "%(households)s households need more than one new source of this flow, or nobody knows a way to them: no "
            "single place counts for them."
        ) % {"households": say_number(tally.beyond_one)}


def _features(question: SitesQuestion, answer: SitesAnswer, network: Network) -> Iterator[Json]:
    for order, site in enumerate(answer.sites, start=1):
        lon, lat = np.round(answer.candidates.lon_lat[site.place], _DECIMALS).tolist()
        yield feature(point(lon, lat), "site", **_site(question, answer, network, order, site))


def _site(question: SitesQuestion, answer: SitesAnswer, network: Network, order: int, site: Site) -> Json:
    candidates, places = answer.candidates, answer.candidates.places
    edge = int(places.edge[site.place])
    return {
        "order": order,
        "kind": candidates.kind[site.place],
        "along": candidates.along[site.place],
        "about": candidates.about[site.place],
        "adds_households": site.adds,
        "households_within": site.within,
        "cost": question.costs.get(candidates.kind[site.place]),
        "road": network.roads.ref[edge] if edge >= 0 else None,
        "street": street_of(network, Spot(edge, int(places.at_mm[site.place]))) if edge >= 0 else "",
        "from_road_m": round(int(places.offset_mm[site.place]) / 1000, 1),
        "truck": site.truck,
        "flow_lps": question.flow_lps,
        "holds_m3": _holds_m3(question, candidates.kind[site.place]),
        "checks": [check_json(check) for check in site.checks],
    }


def _holds_m3(question: SitesQuestion, kind: Kind) -> float | None:
    if question.flow_lps is None or kind is not Kind.TANK:
        return None
    return round(volume_m3(question.flow_lps, question.at), 1)


def check_json(check: Check) -> Json:
    """Tell how a place stands by a rule."""
    return {
        **rule_json(check.rule),
        "standing": check.standing,
        "standing_label": str(_STANDING[check.standing]),
        "because": check.because,
        "because_label": str(_BECAUSE[check.because]),
        "found": None if check.value is None else round(check.value, 1),
    }
