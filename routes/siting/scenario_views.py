"""Scenarios over HTTP: parse, ask, render."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, SIGNED_IN, refusals
from gis_core.parameters import read_parameters, whole_number
from gis_core.policy import demand
from gis_core.roles import Action
from hydrants.flow_views import WRITING
from hydrants.outages import out_at
from hydrants.recording import recorder_of
from routes.asking import Parameters, fresh
from routes.coverage.trucks import VEHICLE
from routes.pieces import Json
from routes.remembered import sight_since
from routes.route_views import version_of_data
from routes.siting.asking import one_at_a_time
from routes.siting.comparing import compare
from routes.siting.scenario_answers import render_comparison, scenario_geojson, scenario_json
from routes.siting.scenario_drafts import ScenarioDraft
from routes.siting.scenario_openapi import (
    COMPARE_PARAMETERS,
    COMPARISON,
    SCENARIO_BODY,
    SCENARIO_CHANGE_BODY,
    SCENARIO_DRAWN,
    SCENARIO_ID,
    SCENARIOS,
)
from routes.siting.scenarios import (
    UnknownScenario,
    all_scenarios,
    change_scenario,
    create_scenario,
    delete_scenario,
    scenario_called,
)
from routes.siting.views import GROUND_AND_PLANS


def may_read_plans(request: Request) -> None:
    """Let people of the service read plans: what a ward will get is nobody else's business before it is decided.

    Raises
    ------
    gis_core.errors.NotSignedIn, gis_core.errors.Forbidden
    """
    demand(recorder_of(request), Action.VIEW_SENSITIVE, anywhere=True)


def _number(text: str) -> int:
    number = whole_number(text, least=1)
    if number is None:
        raise UnknownScenario("There is no scenario %(number)s.", number=text[:60])
    return number


class ScenariosView(APIView):
    """`/api/scenarios`."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="scenarios",
        auth=SIGNED_IN,
        summary="The plans, those edited last first",
        description="The last 200. Asks for a role of the service.",
        responses={(200, "application/json"): SCENARIOS, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a list."""
        read_parameters(request.query_params)
        may_read_plans(request)
        return fresh({"scenarios": [scenario_json(one) for one in all_scenarios()]})

    @extend_schema(
        operation_id="create_scenario",
        auth=SIGNED_IN,
        summary="Write down a plan",
        description="Sources to build, obstacles to remove, roads to close. It counts in no other answer.",
        request={"application/json": SCENARIO_BODY},
        responses={(201, "application/json"): SCENARIO_DRAWN, **refusals(*WRITING, 409)},
    )
    def post(self, request: Request) -> Response:
        """Store it and give it back."""
        read_parameters(request.query_params)
        actor, begun_s, now = recorder_of(request), time.monotonic(), timezone.localtime()
        draft = ScenarioDraft.from_body(request.data)
        demand(actor, Action.PLAN, anywhere=True)
        network = sight_since(begun_s).network
        scenario = create_scenario(draft, network=network, actor=actor, on=now.date())
        response = fresh(scenario_geojson(scenario))
        response.status_code = 201
        return response


class ScenarioView(APIView):
    """`/api/scenarios/{id}`."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="scenario",
        auth=SIGNED_IN,
        summary="One plan, drawn",
        parameters=SCENARIO_ID,
        responses={(200, "application/json"): SCENARIO_DRAWN, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request, scenario_id: str) -> Response:
        """Answer with a FeatureCollection."""
        read_parameters(request.query_params)
        may_read_plans(request)
        return fresh(scenario_geojson(scenario_called(_number(scenario_id))))

    @extend_schema(
        operation_id="change_scenario",
        auth=SIGNED_IN,
        summary="Put a plan in the place of the one that was read",
        description="All of it; `version` is the one that was read, and 409 says that somebody edited it since.",
        parameters=SCENARIO_ID,
        request={"application/json": SCENARIO_CHANGE_BODY},
        responses={(200, "application/json"): SCENARIO_DRAWN, **refusals(*WRITING, 409)},
    )
    def put(self, request: Request, scenario_id: str) -> Response:
        """Store it and give it back."""
        read_parameters(request.query_params)
        actor, begun_s, now = recorder_of(request), time.monotonic(), timezone.localtime()
        draft = ScenarioDraft.from_body(request.data)
        demand(actor, Action.PLAN, anywhere=True)
        network = sight_since(begun_s).network
        scenario = change_scenario(_number(scenario_id), draft, network=network, actor=actor, at=now, on=now.date())
        return fresh(scenario_geojson(scenario))

    @extend_schema(
        operation_id="delete_scenario",
        auth=SIGNED_IN,
        summary="Delete a plan; its history stays",
        parameters=SCENARIO_ID,
        responses={204: None, **refusals(*READING, 404, 406)},
    )
    def delete(self, request: Request, scenario_id: str) -> Response:
        """Delete it."""
        read_parameters(request.query_params)
        delete_scenario(_number(scenario_id), actor=recorder_of(request))
        return Response(status=204)


KNOWN: Final = ("vehicle", "at")


@dataclass(frozen=True, slots=True)
class CompareQuestion:
    """For which vehicle, by the rules and outages of which moment."""

    vehicle: str
    at: datetime

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters; a vehicle costs a query."""
        asked = Parameters.of(query, KNOWN)
        return cls(asked.vehicle().code if asked.has("vehicle") else VEHICLE, asked.moment(now))

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {"vehicle": self.vehicle, "at": self.at.isoformat()}


class CompareView(APIView):
    """`GET /api/scenarios/{id}/compare`."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="compare_scenario",
        auth=SIGNED_IN,
        summary="Coverage with a plan beside coverage today",
        description="By class and ward, with the buildings that change and why. The live data stays as it is. A plan "
        "whose obstacles or roads are gone is refused with 422. One such question at a time in a process; else 503.",
        parameters=[*SCENARIO_ID, *COMPARE_PARAMETERS],
        responses={(200, "application/json"): COMPARISON, **refusals(*READING, 404, 406, 422)},
    )
    def get(self, request: Request, scenario_id: str) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        begun_s, now = time.monotonic(), timezone.localtime()
        question = CompareQuestion.from_query(request.query_params, now=now)
        may_read_plans(request)
        scenario = scenario_called(_number(scenario_id))
        version = version_of_data(GROUND_AND_PLANS)
        with one_at_a_time():
            sighting = sight_since(begun_s)
            out = frozenset(out_at(question.at))
            found = compare(scenario, sighting.network, out, on=localdate(question.at), vehicle=question.vehicle)
            return fresh(render_comparison(found, sighting, version, question.as_json()))
