"""The questions about ways over HTTP: parse, ask, render."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, refusals
from gis_core.parameters import read_parameters
from gis_core.versions import data_version
from routes.answer import render_answer
from routes.asking import ReaderAuthentication, fresh, may_see_of
from routes.assumptions import read_assumptions
from routes.beside import assess_beside, doubts_of
from routes.limits import limits_along
from routes.models import AccessRestriction, Road, RoadClassAssumption, Vehicle
from routes.openapi import PASSABILITY_ANSWER, PASSABILITY_BODY, VEHICLES_ANSWER
from routes.passability import assess, in_driving_order
from routes.question import PassabilityQuestion
from routes.serializers import told_vehicles

_TABLES = tuple(model._meta.db_table for model in (Road, AccessRestriction, Vehicle, RoadClassAssumption))


class PassabilityView(APIView):
    """`POST /api/passability`: a question in spite of its method, because a line does not fit into an address."""

    authentication_classes = (ReaderAuthentication,)

    @extend_schema(
        operation_id="passability",
        auth=[{}],  # type: ignore[list-item]  # open to everybody; the stubs know names of schemes only
        summary="Can this vehicle drive along this line, and if not, what stops it",
        description="Every finding in driving order: what the vehicle needs, what is there, what that rests on. "
        "Unknown never counts as passable. Whether a long vehicle can turn the corners is not checked.",
        request={"application/json": PASSABILITY_BODY},
        responses={
            (200, "application/geo+json"): PASSABILITY_ANSWER,
            **refusals(*READING, 406, 413, 415),
        },
    )
    def post(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        read_parameters(request.query_params)
        _refuse_large_body(request)
        now = timezone.localtime()
        may_see = may_see_of(request, now)
        question = PassabilityQuestion.from_body(request.data, now=now)
        # The version is read first: data written meanwhile makes the answer newer than it says, never older.
        version = data_version(_TABLES)
        way = limits_along(question.lon_lat, may_see=may_see)
        findings = assess(
            question.vehicle, way.everything, at=question.at, mode=question.mode, assumptions=read_assumptions()
        )
        beside = assess_beside(question.vehicle, way, at=question.at, mode=question.mode)
        findings = in_driving_order([*findings, *doubts_of(beside)])
        return fresh(render_answer(question, way, findings, version, beside))


class VehiclesView(APIView):
    """`GET /api/vehicles`: the vehicles one can ask for, in the order in which they are offered."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="vehicles",
        summary="The vehicles one can ask for",
        responses={(200, "application/json"): VEHICLES_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with their sizes and where these come from."""
        read_parameters(request.query_params)
        return Response({"vehicles": told_vehicles()})


def _refuse_large_body(request: Request) -> None:
    """Refuse by the announced length, before a byte is read; the parser counts what comes unannounced."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        msg = f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes."
        raise RequestDataTooBig(msg)
