"""The answer to `GET /api/critical-sources` as GeoJSON, and its description; texts in the active language."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.wording import say_number
from routes import schemas
from routes.drawing import feature, point
from routes.envelope import envelope
from routes.network.live import Sighting
from routes.pieces import Json
from routes.rules_told import RULE, rule_json
from routes.siting.critical import DEFAULT_LIMIT, MOST, CriticalAnswer, CriticalQuestion, Fails, Outcome
from routes.siting.sites_openapi import AREA_PARAMETERS


def render_critical(question: CriticalQuestion, answer: CriticalAnswer, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/siting.md."""
    return envelope(
        outcome=answer.outcome,
        sentence=_sentence(question, answer),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        features=list(_features(answer)),
        households={
            "all": int(answer.homes.households.sum()),
            "homes_uncounted": int((~answer.homes.counted).sum()),
            "covered_today": answer.covered,
            "on_one_only": answer.dependent,
        },
        rests_on={
            "sources_counted": len(answer.sources.records),
            "main_unknown": answer.main_unknown,
            "rules": [rule_json(rule) for rule in (answer.radii.hydrant, answer.radii.pump)],
        },
    )


def _sentence(question: CriticalQuestion, answer: CriticalAnswer) -> str:
    match answer.outcome:
        case Outcome.NO_HOMES:
            return gettext("No home is recorded in this area: nothing can be said of it.")
        case Outcome.NO_SOURCE:
            return gettext("No source of water that can be used is recorded.")
        case Outcome.NOBODY_DEPENDS:
            return gettext("Every home that has a source within reach has another one too.")
    worst = answer.order[0]
    said = gettext("If %(name)s fails, %(households)s households have no source within reach any more.") % {
        "name": _name(answer, worst),
        "households": say_number(int(answer.missed.counted[worst])),
    }
    if not answer.main_unknown:
        return said
    return said + " " + gettext(
        "Of %(hydrants)s hydrants nobody noted the main: what fails with them is not known, and each counts alone."
    ) % {"hydrants": say_number(answer.main_unknown)}  # fmt: skip


def _name(answer: CriticalAnswer, one: int) -> str:
    sources = [answer.sources.records[n] for n in answer.members[one]]
    if len(sources) == 1:
        return sources[0].name or sources[0].ref
    return gettext("the main %(main)s") % {"main": sources[0].main_ref}


def _features(answer: CriticalAnswer) -> Iterator[Json]:
    for order, one in enumerate(answer.order, start=1):
        for n in answer.members[one]:
            source = answer.sources.records[n]
            yield feature(
                point(source.lon, source.lat),
                "source",
                order=order,
                source=source.key,
                layer=source.layer,
                ref=source.ref,
                name=source.name,
                main_ref=source.main_ref or None,
                synthetic=source.synthetic,
                uncovers_households=int(answer.missed.counted[one]),
                uncovers_homes=int(answer.missed.homes[one]),
            )


CRITICAL_PARAMETERS: Final = [
    OpenApiParameter(
        "fails", str, enum=[one.value for one in Fails], default=Fails.SOURCE.value,
        description="What fails as one: a source, or a main with all its hydrants",
    ),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST}, default=DEFAULT_LIMIT,
        description="So many are told",
    ),
    schemas.AT,
    *AREA_PARAMETERS,
]  # fmt: skip

CRITICAL_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [
        js.feature_of(
            js.POINT,
            schemas.role_of(
                "source",
                order=js.COUNT | {"description": "The same for all hydrants of one main"},
                source=js.TEXT,
                layer=js.TEXT,
                ref=js.TEXT,
                name=js.TEXT,
                main_ref=js.nullable(js.TEXT),
                synthetic=js.YES_OR_NO,
                uncovers_households=js.COUNT,
                uncovers_homes=js.COUNT,
            ),
        )
    ],
    households=js.closed(
        {"all": js.COUNT, "homes_uncounted": js.COUNT, "covered_today": js.COUNT, "on_one_only": js.COUNT}
    ),
    rests_on=js.closed({"sources_counted": js.COUNT, "main_unknown": js.COUNT, "rules": js.array_of(js.closed(RULE))}),
)
