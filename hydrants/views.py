"""The questions about water over HTTP: parse, ask, render."""

from dataclasses import dataclass
from typing import Any, Final, Self

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api_docs import READING, refusals
from gis_core.errors import BadRequest
from gis_core.parameters import read_parameters, whole_number
from gis_core.values import LonLat, parse_limit
from hydrants.answers import STRAIGHT, source_feature
from hydrants.modes import Mode, nearest_water_modes
from hydrants.nearest import DEFAULT_LIMIT, DEFAULT_REACH_M, MAX_LIMIT, MAX_REACH_M, NearestWater, nearest_water
from hydrants.openapi import NEAREST_WATER_ANSWER, NEAREST_WATER_PARAMETERS
from hydrants.outage_answers import outage_times
from hydrants.sentences import REASON_LABELS
from hydrants.usability import Reason

_PARAMETERS: Final = ("lon", "lat", "mode", "limit", "min_flow_lps", "max_distance_m")


class ModeNotAvailable(BadRequest):
    """A way of measuring that this address does not know."""

    code = "mode-not-available"
    title = "This way of measuring is not available"


class InvalidLimit(BadRequest):
    """Not a number of sources that can be asked for."""

    code = "invalid-limit"
    title = "The limit is not valid"


@dataclass(frozen=True, slots=True)
class NearestWaterQuestion:
    """What can be asked at `/api/nearest-water`."""

    place: LonLat
    limit: int
    min_flow_lps: float | None
    max_distance_m: float

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read the parameters, or say which one is wrong and what would be right.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_parameters(query, known=_PARAMETERS)
        return cls(
            place=LonLat.from_params(given.get("lon"), given.get("lat")),
            limit=_limit(given.get("limit", str(DEFAULT_LIMIT))),
            min_flow_lps=parse_limit("min_flow_lps", given["min_flow_lps"]) if "min_flow_lps" in given else None,
            max_distance_m=parse_limit(
                "max_distance_m", given.get("max_distance_m", DEFAULT_REACH_M), maximum=MAX_REACH_M
            ),
        )


class NearestWaterView(APIView):
    """`GET /api/nearest-water`: nothing in the answer is kept from the public, so nobody is asked who they are."""

    authentication_classes = ()

    @extend_schema(
        operation_id="nearest_water",
        summary="The nearest usable water, in a straight line or by road",
        description="The usable sources of all kinds, nearest first, and the nearer ones that were passed over, each "
        "with its reason. mode=straight measures on the WGS 84 spheroid, mode=drive along the roads that the vehicle "
        "surely passes; the two are never mixed.",
        parameters=nearest_water_modes.parameters,
        responses={
            (200, "application/geo+json"): {"oneOf": nearest_water_modes.schemas},
            **refusals(*READING, 406),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer with a GeoJSON FeatureCollection."""
        return Response(_mode(request.query_params).answer(request))


def answer_straight(request: Request) -> dict[str, Any]:
    """Answer in a straight line."""
    question = NearestWaterQuestion.from_query(request.query_params)
    at = timezone.localtime()
    answer = nearest_water(
        question.place,
        at=at,
        limit=question.limit,
        min_flow_lps=question.min_flow_lps,
        max_distance_m=question.max_distance_m,
    )
    return _answer(question, answer, at.isoformat(timespec="seconds"))


def _mode(query: QueryDict) -> Mode:
    # Which names are known depends on the mode; that none stands twice does not.
    name = read_parameters(query, known=query).get("mode", STRAIGHT)
    mode = nearest_water_modes.get(name)
    if mode is None:
        raise ModeNotAvailable(
            "The mode “%(mode)s” is not available: use %(available)s.",
            mode=name[:60],
            available=", ".join(nearest_water_modes.names),
        )
    return mode


def _limit(text: str) -> int:
    number = whole_number(text, least=1, most=MAX_LIMIT)
    if number is None:
        raise InvalidLimit(
            "limit is “%(value)s”: give a whole number from 1 to %(maximum)s.", value=text[:60], maximum=MAX_LIMIT
        )
    return number


def _answer(question: NearestWaterQuestion, answer: NearestWater, at: str) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "outcome": answer.outcome,
        "question": {
            "lon": question.place.lon,
            "lat": question.place.lat,
            "mode": STRAIGHT,
            "limit": question.limit,
            "min_flow_lps": question.min_flow_lps,
            "max_distance_m": question.max_distance_m,
            "at": at,
        },
        "data_version": answer.data_version,
        "features": [source_feature(found, rank=rank) for rank, found in enumerate(answer.chosen, start=1)],
        "beyond": None if answer.beyond is None else source_feature(answer.beyond),
        "passed_over": [
            source_feature(
                found,
                reason=found.reason,
                reason_label=REASON_LABELS[found.reason],
                outage=outage_times(answer.outages[found.source.key])
                if found.reason is Reason.ANNOUNCED_OUTAGE
                else None,
            )
            for found in answer.passed_over
            if found.reason is not None
        ],
        "passed_over_count": answer.passed_over_count,
        "passed_over_within_m": round(answer.passed_over_within_m, 1),
    }


nearest_water_modes.register(Mode(STRAIGHT, answer_straight, NEAREST_WATER_PARAMETERS, NEAREST_WATER_ANSWER))
