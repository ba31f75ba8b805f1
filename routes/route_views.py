"""The questions about ways that are searched for, over HTTP: parse, ask, render."""

import time

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, refusals
from gis_core.kept import Look, one_look, read_look
from gis_core.parameters import read_parameters
from routes import tables
from routes.asking import ReaderAuthentication, fresh, may_see_of
from routes.engine.arrays import Network
from routes.network.profiles import driver_of, profile_of
from routes.remembered import read_or_last, sight_since
from routes.route import Driver, find_routes
from routes.route_answer import render_route
from routes.route_openapi import NETWORK_ANSWER, ROUTE_ANSWER, ROUTE_PARAMETERS
from routes.route_question import RouteQuestion
from routes.way import MaySee


def look_or_last() -> Look:
    """Look at the tables: one query, or the last look where the store does not answer."""
    return read_or_last("look", read_look)


def version_of_data(names: tuple[str, ...]) -> str:
    """Name the state of the tables: one query, or the last that was read where the store does not answer."""
    return look_or_last().version(names)


class RouteView(APIView):
    """`GET /api/route`: a name of a key holder in it depends on who asks, so nothing of it is kept on the way."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="route",
        auth=[{}],  # type: ignore[list-item]  # open to everybody; the stubs know names of schemes only
        summary="The way from one place to another that this vehicle can drive",
        description="The fastest way over everything that is not blocked, and beside it the fastest on which nothing "
        "is unknown and the fastest on surveyed and tagged roads, each only where it differs. Where there is no way: "
        "the way past as few obstacles as possible, and what they are. Unknown never counts as passable.",
        parameters=ROUTE_PARAMETERS,
        responses={
            (200, "application/geo+json"): ROUTE_ANSWER,
            **refusals(*READING, 406),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        begun_s, now = time.monotonic(), timezone.localtime()
        # The look comes first: data written meanwhile makes the answer newer than it says, never older.
        with one_look(look_or_last()) as look:
            question = RouteQuestion.from_query(request.query_params, now=now)
            sighting = sight_since(begun_s)
            driver = _driver(question, sighting.network, may_see_of(request, now))
            routes = find_routes(sighting.network, driver, question.start, question.goal)
            return fresh(render_route(question, routes, sighting, look.version(tables.WAYS)))


class NetworkView(APIView):
    """`GET /api/network`: has anything changed since an answer was given? For pages that look again."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="network",
        summary="The state of the data that questions are answered on",
        description="Compare `network_version` and `data_version` with those of an approach: where one differs, or "
        "where `stale` or `rebuilding` was true of it and has ended, ask again.",
        responses={(200, "application/json"): NETWORK_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the versions and whether they are the latest."""
        begun_s = time.monotonic()
        read_parameters(request.query_params)
        version = version_of_data(tables.APPROACH)
        sighting = sight_since(begun_s)
        return fresh(
            {
                "network_version": sighting.network.version,
                "data_version": version,
                "rebuilding": sighting.network.rebuilding,
                "stale": sighting.stale,
            }
        )


def _driver(question: RouteQuestion, network: Network, may_see: MaySee) -> Driver:
    profile = profile_of(network, driver_of(question.vehicle), at=question.at, mode=question.mode)
    return Driver(question.sizes, profile, question.mode, may_see, network.roads.assumptions)
