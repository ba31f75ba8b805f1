"""Inspections over HTTP: parse, ask, render."""

from typing import Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import GeoJsonRenderer, OrjsonRenderer
from gis_core.api_docs import OPEN, READING, SIGNED_IN, refusals
from gis_core.parameters import read_parameters, whole_number
from gis_core.sending import HEADER
from gis_core.values import LonLat, parse_limit
from gis_core.versions import data_version, one_snapshot
from hydrants.flow_views import WRITING, fresh
from hydrants.inspection_answers import check_lists_answer, due_feature, inspection_answer
from hydrants.inspection_models import Inspection
from hydrants.inspection_openapi import (
    CHECK_LISTS_ANSWER,
    DEFAULT_DUE,
    DEFAULT_DUE_WITHIN_M,
    DUE_ANSWER,
    DUE_PARAMETERS,
    INSPECTION,
    INSPECTION_BODY,
    INSPECTION_HEADER,
    INSPECTION_PARAMETERS,
    INSPECTIONS_ANSWER,
    MAX_DUE,
    MAX_DUE_WITHIN_M,
)
from hydrants.inspections import InspectionDraft, due_near, inspections_of, record_inspection
from hydrants.nearest import TABLES
from hydrants.recording import SourceKey, UnknownSource, recorder_of
from hydrants.sources import AnyWaterSource
from hydrants.views import InvalidLimit
from layers.audience import Audience, audience_for

_TABLES: Final = (*TABLES, Inspection._meta.db_table)


class InspectionsView(APIView):
    """`/api/inspections`: read those of a source, and write one down."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="inspections",
        auth=OPEN,
        summary="The inspections of a source of water",
        description="The latest first, with what each changed and what should be seen to.",
        parameters=INSPECTION_PARAMETERS,
        responses={(200, "application/json"): INSPECTIONS_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the latest 50."""
        given = read_parameters(request.query_params, known=("source",))
        key = SourceKey.parse(given.get("source"))
        audience = audience_for(request)
        with one_snapshot():
            version = data_version(_TABLES)
            if not AnyWaterSource.objects.filter(layer=key.layer, id=key.id).exists():
                raise UnknownSource("There is no source %(source)s.", source=str(key))
            found = inspections_of(key)
        told = [inspection_answer(each, may_see=_sees(audience, each)) for each in found]
        return fresh({"source": str(key), "data_version": version, "inspections": told})

    @extend_schema(
        operation_id="record_inspection",
        auth=SIGNED_IN,
        summary="Write down an inspection",
        description="Stores the answers of the check list, and puts the source in or out of service by what was found, "
        "in one transaction. Asks for the role of a field team in the administrative unit of the source. A try that is "
        "sent again with its Idempotency-Key makes no second inspection.",
        parameters=INSPECTION_HEADER,
        request={"application/json": INSPECTION_BODY},
        responses={(201, "application/json"): INSPECTION, **refusals(*WRITING, 409)},
    )
    def post(self, request: Request) -> Response:
        """Store the inspection and give it back."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        key = request.headers.get(HEADER, "")
        draft = InspectionDraft.from_body(request.data, today=timezone.localdate(), key=key)
        inspection = record_inspection(draft, actor=actor)
        response = fresh(inspection_answer(inspection, may_see=_sees(audience_for(request), inspection)))
        response.status_code = 201
        return response


class InspectionsDueView(APIView):
    """`GET /api/inspections-due`: nothing in the answer is kept from the public."""

    authentication_classes = ()
    renderer_classes = (GeoJsonRenderer, OrjsonRenderer)

    @extend_schema(
        operation_id="inspections_due",
        summary="What is due for a look near a place",
        description="The sources of water that nobody looked at within the period of their kind and owner, nearest "
        "first in a straight line, each with the reason for its period.",
        parameters=DUE_PARAMETERS,
        responses={(200, "application/geo+json"): DUE_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        given = read_parameters(request.query_params, known=("lon", "lat", "limit", "max_distance_m"))
        place = LonLat.from_params(given.get("lon"), given.get("lat"))
        limit = whole_number(given.get("limit", str(DEFAULT_DUE)), least=1, most=MAX_DUE)
        if limit is None:
            raise InvalidLimit(
                "limit is “%(value)s”: give a whole number from 1 to %(maximum)s.",
                value=given["limit"][:60], maximum=MAX_DUE,
            )  # fmt: skip
        within_m = parse_limit(
            "max_distance_m", given.get("max_distance_m", DEFAULT_DUE_WITHIN_M), maximum=MAX_DUE_WITHIN_M
        )
        today = timezone.localdate()
        with one_snapshot():
            version = data_version(TABLES)
            features = [
                due_feature(source, distance_m, today)
                for source, distance_m in due_near(place, at=today, within_m=within_m, limit=limit)
            ]
        return fresh({"type": "FeatureCollection", "at": today, "data_version": version, "features": features})


class CheckListsView(APIView):
    """`GET /api/check-lists`: what forms are made of."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="check_lists",
        summary="What is looked at in each kind of source",
        responses={(200, "application/json"): CHECK_LISTS_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the lines of each list."""
        read_parameters(request.query_params)
        return Response(check_lists_answer())


def _sees(audience: Audience, inspection: Inspection) -> bool:
    return audience.everywhere or inspection.administrative_unit_id in audience.units
