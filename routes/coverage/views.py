"""Coverage over HTTP: parse, ask, render."""

import time
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import OPEN, READING, SIGNED_IN, refusals
from gis_core.models import AdministrativeUnit
from gis_core.parameters import read_parameters
from gis_core.values import Bbox
from hydrants.flow_views import WRITING
from hydrants.recording import recorder_of
from routes import tables
from routes.asking import ReaderAuthentication, fresh, may_see_of
from routes.coverage.answer import area_answer, house_answer, trend_answer
from routes.coverage.areas import (
    Figures,
    Lane,
    figures_along,
    figures_in,
    figures_of_ward,
    lane_at,
    last_run,
    state_of_figures,
    trend,
    ward_of,
)
from routes.coverage.basis import basis_at
from routes.coverage.classes import rules_at
from routes.coverage.explaining import nearest_house, say_house
from routes.coverage.models import BuildingCoverage, CoverageOverride
from routes.coverage.openapi import ANSWER, OVERRIDE_ANSWER, OVERRIDE_BODY, PARAMETERS
from routes.coverage.overruling import OverrideDraft, overrule
from routes.coverage.places import LAYERS
from routes.coverage.question import CoverageQuestion
from routes.coverage.sentences import name_of_lane
from routes.envelope import with_doubt
from routes.network.live import Sighting
from routes.pieces import Json
from routes.remembered import sight_since
from routes.route_views import version_of_data

_HOUSE_TABLES = (*tables.APPROACH, "layers_building", "layers_facility", CoverageOverride._meta.db_table)
_AREA_TABLES = (BuildingCoverage._meta.db_table, "routes_wardcoverage")
_LANE_TABLES = (*_AREA_TABLES, "routes_road")


class CoverageView(APIView):
    """`GET /api/coverage`: the class of a house and why, or the figures of an area."""

    authentication_classes = (ReaderAuthentication,)
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="coverage",
        auth=OPEN,
        summary="Whether enough water reaches a house by hose, and how many houses of an area it does",
        description="Of a house the class is computed on the data of this moment, with each source and what speaks "
        "against it. Of a ward, a lane or a box the stored figures are told; with two days, what changed between them "
        "and why. What nobody knows never makes a house covered.",
        parameters=PARAMETERS,
        responses={(200, "application/json"): ANSWER, **refusals(*READING, 404, 406, 422)},
    )
    def get(self, request: Request) -> Response:
        """Answer with one of three kinds, named by `outcome`."""
        begun_s = time.monotonic()
        question = CoverageQuestion.from_query(request.query_params)
        about_house = question.house is not None or question.place is not None
        version = version_of_data(_HOUSE_TABLES if about_house else _LANE_TABLES if question.lane else _AREA_TABLES)
        sighting = sight_since(begun_s)
        answer = _of_house(request, question, sighting) if about_house else _of_area(question, sighting)
        return fresh(
            {
                "question": question.as_json(),
                "data_version": version,
                "network_version": sighting.network.version,
                "stale": sighting.stale,
                **answer,
                "sentence": with_doubt(answer["sentence"], sighting) if about_house else answer["sentence"],
            }
        )


def _of_house(request: Request, question: CoverageQuestion, sighting: Sighting) -> Json:
    now = timezone.localtime()
    layer, pk = question.house or nearest_house(question.place)  # type: ignore[arg-type]  # one of them is given
    said = say_house(sighting.network, layer, pk, at=now)
    sees = may_see_of(request, now)(said.record.administrative_unit_id)
    return house_answer(said, sees_people=sees)


def _of_area(question: CoverageQuestion, sighting: Sighting) -> Json:
    now = timezone.localtime()
    area = _area_of(question, now.date())
    if isinstance(area, AdministrativeUnit) and question.since is not None and question.until is not None:
        return trend_answer(area.name, trend(area, question.since, question.until))
    # In this order: what is followed meanwhile is in figures read later, and never the other way round.
    basis = None if sighting.stale else basis_at(sighting.network, now)
    run = last_run()
    state = state_of_figures(run, basis)
    name, figures = _figures_of(area)
    return area_answer(name, figures, run, rules_at(run.rules_on), state)


def _area_of(question: CoverageQuestion, on: date) -> AdministrativeUnit | Lane | Bbox:
    if question.lane is not None:
        return lane_at(question.lane)
    return question.box or ward_of(question.ward, on)


def _figures_of(area: AdministrativeUnit | Lane | Bbox) -> tuple[str, Figures]:
    """Give what an area is called, and its figures."""
    match area:
        case AdministrativeUnit():
            return area.name, figures_of_ward(area)
        case Lane():
            return name_of_lane(area.name), figures_along(area)
        case _:
            return gettext("the box"), figures_in(area)


class OverridesView(APIView):
    """`POST /api/coverage/overrides`: a planner decides, with a comment."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="overrule_coverage",
        auth=SIGNED_IN,
        summary="Overrule the class of a house, or take that back",
        description="The computed class is kept beside it; who decided, when and why is kept and shown. Asks for the "
        "role of a planner in the unit of the house.",
        request={"application/json": OVERRIDE_BODY},
        responses={(200, "application/json"): OVERRIDE_ANSWER, **refusals(*WRITING)},
    )
    def post(self, request: Request) -> Response:
        """Store the decision and give it back."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        draft = OverrideDraft.from_body(request.data)
        made: Any = overrule(draft, actor=actor)
        told = made and {
            "coverage": made.coverage,
            "comment": made.comment,
            "author": made.author,
            "at": made.at.isoformat(timespec="seconds"),
        }
        return fresh({"layer": LAYERS[draft.layer], "id": draft.of_id, "override": told})
