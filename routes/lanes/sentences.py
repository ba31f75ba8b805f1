"""Lanes and what stops a vehicle in them, in the words of whoever asked."""

from datetime import date

from django.utils.translation import gettext

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Finding, Obstacle, Reason, RoadStretch
from routes.lanes.survey import Depth
from routes.pieces import Json
from routes.route_sentences import say_metres
from routes.sentences import sentence_for


def depth_sentence(depth: Depth) -> str:
    """Say how deep something lies beyond the last place where the vehicle surely gets."""
    least, most = depth.least_m, depth.most_m
    if least is None:
        return gettext("no way on foot to it is recorded: nobody can tell how deep it lies")
    if most is None:
        return gettext("at least %(least)s deep; how deep, nobody knows") % {"least": say_metres(least)}
    if round(least) == round(most):
        return gettext("%(depth)s deep") % {"depth": say_metres(most)}
    return gettext("between %(least)s and %(most)s deep: nobody knows whether the vehicle gets in") % {
        "least": say_metres(least),
        "most": say_metres(most),
    }


def told(finding: Finding) -> Json:
    """Keep a finding without words and without names of people: `finding_of` gives it back."""
    place = finding.place
    return {
        "layer": "access-restrictions" if isinstance(place, Obstacle) else "roads",
        "ref": place.ref,
        "name": place.name,
        "kind": place.kind,
        "verdict": finding.verdict.value,
        "dimension": finding.dimension.value,
        "reason": finding.reason.value,
        "required": finding.required,
        "available": finding.available,
        "evidence": finding.evidence.value,
        "observed_on": finding.observed_on.isoformat() if finding.observed_on else None,
    }


def finding_of(kept: Json) -> Finding:
    """Give a finding back from what `told` kept."""
    kind = Obstacle if kept["layer"] == "access-restrictions" else RoadStretch
    observed_on = date.fromisoformat(kept["observed_on"]) if kept["observed_on"] else None
    return Finding(
        kind(from_m=0.0, to_m=0.0, ref=kept["ref"], name=kept["name"], kind=kept["kind"]),
        Verdict(kept["verdict"]),
        Dimension(kept["dimension"]),
        Reason(kept["reason"]),
        required=kept["required"],
        available=kept["available"],
        evidence=Evidence(kept["evidence"]),
        observed_on=observed_on,
    )


def stop_sentence(kept: Json) -> str:
    """Say what was kept of a finding."""
    return sentence_for(finding_of(kept))
