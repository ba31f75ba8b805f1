"""Tours over HTTP: parse, ask, render. They are for the service: nobody else is told where a team goes."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, SIGNED_IN, refusals
from gis_core.parameters import read_parameters, whole_number
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from gis_core.versions import one_snapshot
from hydrants.flow_views import WRITING, fresh
from hydrants.recording import recorder_of
from hydrants.sentences import full_name
from hydrants.tour_models import Tour
from hydrants.tour_openapi import TEAM_BODY, TOUR, TOUR_BODY, TOUR_ID, TOURS_ANSWER
from hydrants.tours import (
    Stop,
    TourDraft,
    UnknownTour,
    delete_tour,
    make_tour,
    open_tours,
    read_tour,
    release_tour,
    reserve_tour,
    team_of,
)


class ToursView(APIView):
    """`/api/tours`: read those that are under way, and make one."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="tours",
        auth=SIGNED_IN,
        summary="The tours that are not finished, and how far they are",
        responses={(200, "application/json"): TOURS_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the oldest 200."""
        read_parameters(request.query_params)
        _reader_of(request)
        return fresh({"tours": [_head(tour, tour.done, tour.of) for tour in open_tours()]})

    @extend_schema(
        operation_id="make_tour",
        auth=SIGNED_IN,
        summary="Make a tour",
        description="An ordered list of sources. Asks for the role of a field team in the unit of each.",
        request={"application/json": TOUR_BODY},
        responses={(201, "application/json"): TOUR, **refusals(*WRITING)},
    )
    def post(self, request: Request) -> Response:
        """Store the tour and give it back."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        tour = make_tour(TourDraft.from_body(request.data), actor=actor, on=timezone.localdate())
        response = fresh(_whole(*read_tour(tour.pk)))
        response.status_code = 201
        return response


class TourView(APIView):
    """`/api/tours/{id}`: one tour with its stops."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="tour",
        auth=SIGNED_IN,
        summary="A tour, its stops in order, and what was found",
        parameters=TOUR_ID,
        responses={(200, "application/json"): TOUR, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request, tour_id: str) -> Response:
        """Answer with the whole tour."""
        read_parameters(request.query_params)
        _reader_of(request)
        with one_snapshot():
            return fresh(_whole(*read_tour(_number(tour_id))))

    @extend_schema(
        operation_id="delete_tour",
        auth=SIGNED_IN,
        summary="Delete a tour; its inspections stay",
        parameters=TOUR_ID,
        responses={204: None, **refusals(*READING, 404, 406)},
    )
    def delete(self, request: Request, tour_id: str) -> Response:
        """Delete it."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        delete_tour(_number(tour_id), actor=actor)
        return Response(status=204)


class ReservationView(APIView):
    """`/api/tours/{id}/reservation`: one team has the tour, or none."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="reserve_tour",
        auth=SIGNED_IN,
        summary="Reserve a tour for a team",
        description="409 where another team has it.",
        parameters=TOUR_ID,
        request={"application/json": TEAM_BODY},
        responses={(200, "application/json"): TOUR, **refusals(*WRITING, 409)},
    )
    def put(self, request: Request, tour_id: str) -> Response:
        """Reserve it, and give it back."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        number = _number(tour_id)
        reserve_tour(number, team_of(request.data), actor=actor)
        return fresh(_whole(*read_tour(number)))

    @extend_schema(
        operation_id="release_tour",
        auth=SIGNED_IN,
        summary="Give a tour back",
        parameters=TOUR_ID,
        responses={204: None, **refusals(*READING, 404, 406)},
    )
    def delete(self, request: Request, tour_id: str) -> Response:
        """Let another team have it."""
        read_parameters(request.query_params)
        actor = recorder_of(request)
        release_tour(_number(tour_id), actor=actor)
        return Response(status=204)


def _reader_of(request: Request) -> Actor:
    actor = recorder_of(request)
    demand(actor, Action.VIEW_SENSITIVE, anywhere=True)
    return actor


def _number(tour_id: str) -> int:
    number = whole_number(tour_id, least=1)
    if number is None:
        raise UnknownTour("There is no tour %(tour)s.", tour=tour_id[:60])
    return number


def _head(tour: Tour, done: int, of: int) -> dict[str, Any]:
    return {
        "id": tour.pk,
        "name": tour.name,
        "made_on": tour.made_on,
        "team": tour.team or None,
        "done": done,
        "of": of,
    }


def _whole(tour: Tour, stops: Any) -> dict[str, Any]:
    to_come = [stop.source.key for stop in stops if not stop.outcome]
    return {
        **_head(tour, len(stops) - len(to_come), len(stops)),
        "next": to_come[0] if to_come else None,
        "stops": [_told(stop) for stop in stops],
    }


def _told(stop: Stop) -> dict[str, Any]:
    source, visit = stop.source, stop.stop.inspection
    return {
        "position": stop.stop.position,
        "source": source.key,
        "name": full_name(source),
        "address": source.address,
        "lon": source.geom.x,
        "lat": source.geom.y,
        "status": source.status,
        "visited_on": visit.inspected_on if visit else None,
        "outcome": stop.outcome or None,
    }
