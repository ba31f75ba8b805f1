"""`GET /api/approach` and `GET /api/reach` over HTTP: parse, ask, render."""

from typing import Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api_docs import READING, refusals
from gis_core.kept import one_look
from routes import tables
from routes.approach import find_approach
from routes.approach_answer import render_approach
from routes.approach_openapi import APPROACH_ANSWER, APPROACH_PARAMETERS
from routes.approach_question import ApproachQuestion
from routes.asking import ReaderAuthentication, fresh, may_see_of
from routes.network.live import live_network
from routes.reach import find_reach
from routes.reach_answer import render_reach
from routes.reach_openapi import REACH_ANSWER, REACH_PARAMETERS
from routes.reach_question import ReachQuestion

_PROBLEMS: Final = refusals(*READING, 404, 406)


class ApproachView(APIView):
    """`GET /api/approach`: a name of a key holder in it depends on who asks, so nothing of it is kept on the way."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="approach",
        auth=[{}],  # type: ignore[list-item]  # open to everybody; the stubs know names of schemes only
        summary="Where the truck stops, what stops it, and the hose from there",
        description="The stop with the least time to drive and to lay hose by hand, over ways surely passable; beside "
        "it the deeper one that may be possible over what nobody measured. What stops the truck, how it turns round, "
        "the water that feeds it, the public firefighting point beside the hose, and how deep each vehicle gets.",
        parameters=APPROACH_PARAMETERS,
        responses={(200, "application/geo+json"): APPROACH_ANSWER, **_PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        now = timezone.localtime()
        # The look comes first: data written meanwhile makes the answer newer than it says, never older.
        with one_look() as look:
            question = ApproachQuestion.from_query(request.query_params, now=now)
            sighting = live_network().current()
            approach = find_approach(question, sighting.network, may_see_of(request, now))
            return fresh(render_approach(approach, sighting, look.version(tables.APPROACH)))


class ReachView(APIView):
    """`GET /api/reach`: nothing in the answer is kept from the public, so nobody is asked who they are."""

    authentication_classes = ()

    @extend_schema(
        operation_id="reach",
        summary="What a vehicle reaches from a station within some minutes",
        description="Areas by verdict, made of the reached pieces of roads: what is surely reached, and what perhaps, "
        "over ways that nobody measured. Beside them the circles of the planning rule.",
        parameters=REACH_PARAMETERS,
        responses={(200, "application/geo+json"): REACH_ANSWER, **_PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        with one_look() as look:
            question = ReachQuestion.from_query(request.query_params, now=timezone.localtime())
            sighting = live_network().current()
            reach = find_reach(question, sighting.network)
            return fresh(render_reach(question, reach, sighting, look.version(tables.REACH)))
