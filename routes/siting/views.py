"""Where to build, what to remove, what is missed most, over HTTP: parse, ask, render."""

import time

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api_docs import OPEN, READING, refusals
from gis_core.policy import demand
from gis_core.roles import Action
from hydrants.models import WaterBody
from hydrants.recording import recorder_of
from layers.models import Facility
from routes import tables
from routes.asking import ReaderAuthentication, fresh
from routes.remembered import sight_since
from routes.route_views import version_of_data
from routes.siting.asking import one_at_a_time
from routes.siting.critical import CriticalQuestion, find_critical
from routes.siting.critical_answer import CRITICAL_ANSWER, CRITICAL_PARAMETERS, render_critical
from routes.siting.ground import TABLES
from routes.siting.models import PlannedClosure, PlannedRemoval, PlannedSource, Scenario
from routes.siting.removals import RemovalsQuestion, find_removals
from routes.siting.removals_answer import REMOVALS_ANSWER, REMOVALS_PARAMETERS, render_removals
from routes.siting.sites import find_sites
from routes.siting.sites_answer import render_sites
from routes.siting.sites_openapi import SITES_ANSWER, SITES_PARAMETERS
from routes.siting.sites_question import SitesQuestion

_PLANS = tuple(model._meta.db_table for model in (Scenario, PlannedSource, PlannedRemoval, PlannedClosure))
GROUND = tuple(dict.fromkeys((*tables.REACH, *TABLES)))
"""The tables that these answers rest on."""
GROUND_AND_PLANS = (*GROUND, Facility._meta.db_table, WaterBody._meta.db_table, *_PLANS)


class SitingView(APIView):
    """`GET /api/siting`."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="siting",
        auth=OPEN,
        summary="Where k new sources of water bring most households within reach of hose",
        description="Among places along roads, at banks, or of a scenario; along ways that people surely pass. With a "
        "bound that no choice exceeds. One such question is answered at a time in a process; else 503.",
        parameters=SITES_PARAMETERS,
        responses={(200, "application/geo+json"): SITES_ANSWER, **refusals(*READING, 404, 406, 422)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        begun_s, now = time.monotonic(), timezone.localtime()
        question = SitesQuestion.from_query(request.query_params, now=now)
        if question.scenario is not None:
            demand(recorder_of(request), Action.VIEW_SENSITIVE, anywhere=True)
        version = version_of_data(GROUND_AND_PLANS)
        with one_at_a_time():
            sighting = sight_since(begun_s)
            answer = find_sites(question, sighting.network)
        return fresh(render_sites(question, answer, sighting, version))


class RemovalsView(APIView):
    """`GET /api/removals`."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="removals",
        auth=OPEN,
        summary="Which obstacle's removal lets a vehicle through to most homes",
        description="What each obstacle alone opens, surely and perhaps; obstacles of which nobody knows whether the "
        "vehicle passes are told apart. Beside it the smallest number of obstacles that must go.",
        parameters=REMOVALS_PARAMETERS,
        responses={(200, "application/geo+json"): REMOVALS_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        begun_s, now = time.monotonic(), timezone.localtime()
        question = RemovalsQuestion.from_query(request.query_params, now=now)
        version = version_of_data(GROUND)
        with one_at_a_time():
            sighting = sight_since(begun_s)
            answer = find_removals(question, sighting.network)
        return fresh(render_removals(question, answer, sighting, version))


class CriticalSourcesView(APIView):
    """`GET /api/critical-sources`."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="critical_sources",
        auth=OPEN,
        summary="Which source of water, or which main, leaves most households without any if it fails",
        description="Of homes with one source within reach of hose only (N−1), along ways that people surely pass.",
        parameters=CRITICAL_PARAMETERS,
        responses={(200, "application/geo+json"): CRITICAL_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        begun_s, now = time.monotonic(), timezone.localtime()
        question = CriticalQuestion.from_query(request.query_params, now=now)
        version = version_of_data(GROUND)
        with one_at_a_time():
            sighting = sight_since(begun_s)
            answer = find_critical(question, sighting.network)
        return fresh(render_critical(question, answer, sighting, version))
