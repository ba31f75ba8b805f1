"""Outages over HTTP: parse, ask, render."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import OPEN, READING, SIGNED_IN, refusals
from gis_core.parameters import read_parameters, whole_number
from gis_core.policy import Actor, actor_for
from gis_core.versions import data_version, one_snapshot
from hydrants.flow_views import WRITING, fresh
from hydrants.nearest import TABLES
from hydrants.outage_answers import outage_answer
from hydrants.outage_models import Outage
from hydrants.outage_openapi import OUTAGE, OUTAGE_BODY, OUTAGE_ID, OUTAGES_ANSWER
from hydrants.outages import OutageDraft, UnknownOutage, announce_outage, end_outage, outages_from
from hydrants.recording import recorder_of
from layers.audience import audience_of


class OutagesView(APIView):
    """`/api/outages`: read those that are not over, and announce one."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="outages",
        auth=OPEN,
        summary="What is out, and what will be",
        description="The outages of sources and of mains that are not over, the first to begin before the others.",
        responses={(200, "application/json"): OUTAGES_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the next 200."""
        read_parameters(request.query_params)
        now = timezone.localtime()
        actor = actor_for(request.user, at=now.date())
        with one_snapshot():
            version = data_version(TABLES)
            told = [_told(outage, actor, now) for outage in outages_from(now)]
        return fresh({"at": now.isoformat(timespec="seconds"), "data_version": version, "outages": told})

    @extend_schema(
        operation_id="announce_outage",
        auth=SIGNED_IN,
        summary="Announce an outage",
        description="Of one source, or of all hydrants on a main. While it runs they are passed over by nearest water. "
        "Asks for a role of the service in the administrative unit of each source.",
        request={"application/json": OUTAGE_BODY},
        responses={(201, "application/json"): OUTAGE, **refusals(*WRITING)},
    )
    def post(self, request: Request) -> Response:
        """Store the outage and give it back."""
        read_parameters(request.query_params)
        actor, now = recorder_of(request), timezone.localtime()
        outage = announce_outage(OutageDraft.from_body(request.data), actor=actor, now=now)
        response = fresh(_told(outage, actor, now))
        response.status_code = 201
        return response


class OutageView(APIView):
    """`/api/outages/{id}`: there is water again."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="end_outage",
        auth=SIGNED_IN,
        summary="End an outage now",
        description="One that runs ends at this moment; one that has not begun is withdrawn. The history keeps both.",
        parameters=OUTAGE_ID,
        responses={204: None, **refusals(*READING, 404, 406)},
    )
    def delete(self, request: Request, outage_id: str) -> Response:
        """End it."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        number = whole_number(outage_id, least=1)
        if number is None:
            raise UnknownOutage("There is no outage %(outage)s that is not over.", outage=outage_id[:60])
        end_outage(number, actor=actor, now=timezone.localtime())
        return Response(status=204)


def _told(outage: Outage, actor: Actor, now: Any) -> dict[str, Any]:
    audience = audience_of(actor)
    sees = audience.everywhere or outage.administrative_unit_id in audience.units
    return outage_answer(outage, now=now, roles={grant.role.value for grant in actor.grants}, may_see=sees)
