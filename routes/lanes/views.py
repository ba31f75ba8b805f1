"""`GET /api/lanes` over HTTP: parse, ask, render."""

from typing import Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api_docs import OPEN, READING, refusals
from gis_core.versions import data_version
from layers.models import Building
from routes import tables
from routes.asking import ReaderAuthentication, fresh, may_see_of
from routes.lanes.answer import render_lanes
from routes.lanes.found import find_lanes
from routes.lanes.openapi import LANES_ANSWER, LANES_PARAMETERS
from routes.lanes.question import LanesQuestion
from routes.network.live import live_network

_TABLES: Final = tuple(sorted({*tables.APPROACH, Building._meta.db_table}))


class LanesView(APIView):
    """`GET /api/lanes`: how many people live in a lane depends on who asks."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="lanes",
        auth=OPEN,
        summary="Lanes beyond the last place where a vehicle surely gets",
        description="How deep each lane lies on foot, at least and at most, since nobody measured most of them; what "
        "stops the vehicle; the houses in it; the nearest public firefighting point. With figures by ward.",
        parameters=LANES_PARAMETERS,
        responses={(200, "application/geo+json"): LANES_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        now = timezone.localtime()
        question = LanesQuestion.from_query(request.query_params, now=now)
        # The version is read first: data written meanwhile makes the answer newer than it says, never older.
        version = data_version(_TABLES)
        sighting = live_network().current()
        may_see = may_see_of(request, now)
        answer = find_lanes(question, sighting.network, may_see)
        return fresh(render_lanes(answer, sighting, version, may_see))
