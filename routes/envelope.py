"""What every answer about ways begins with, and what becomes of it when the state of the data is not known."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from gis_core.values import Verdict
from routes.encounters import Dimension, Finding, NoRoad, Reason
from routes.network.live import Sighting
from routes.pieces import Json

_REBUILDING: Final = gettext_noop("Roads were drawn just now and no way leads over them yet; ask again in a moment.")
DATA = "data"
"""Kind of the place of a finding on the data itself."""


def envelope(
    *,
    outcome: str,
    sentence: str,
    question: Json,
    sighting: Sighting,
    data_version: str,
    features: Sequence[Json],
    **more: Any,
) -> Json:
    """Make the GeoJSON FeatureCollection that all answers about ways are.

    Parameters
    ----------
    sentence
        As it is where the data is the latest; else it is said before it that it may not be.
    question
        Every parameter as it was understood.
    sighting
        The state of the network that the answer was found in; where roads wait to be built in, the sentence says so.
    """
    return {
        "type": "FeatureCollection",
        "outcome": outcome,
        "stale": sighting.stale,
        "stale_reason": sighting.reason if sighting.stale else "",
        "rebuilding": sighting.network.rebuilding,
        "sentence": with_doubt(
            f"{sentence} {gettext(_REBUILDING)}" if sighting.network.rebuilding else sentence, sighting
        ),
        "question": question,
        "data_version": data_version,
        "network_version": sighting.network.version,
        **more,
        "features": list(features),
    }


def with_doubt(sentence: str, sighting: Sighting) -> str:
    """Say before a sentence that the data may be out of date, where it may."""
    if not sighting.stale:
        return sentence
    return f"{gettext('The latest changes of the data may be missing')}. {sentence}"


def sure(verdict: Verdict, sighting: Sighting) -> Verdict:
    """Take passable back where the data may be stale: something may stand there by now."""
    return Verdict.UNKNOWN if sighting.stale and verdict is Verdict.PASSABLE else verdict


def sure_findings(findings: Iterable[Finding], length_m: float, sighting: Sighting) -> tuple[Finding, ...]:
    """Take passable back in findings, and put the reason before them."""
    if not sighting.stale:
        return tuple(findings)
    data = NoRoad(from_m=0.0, to_m=length_m, kind=DATA)
    stale = Finding(data, Verdict.UNKNOWN, Dimension.MATCH, Reason.DATA_STALE)
    return stale, *(replace(finding, verdict=sure(finding.verdict, sighting)) for finding in findings)
