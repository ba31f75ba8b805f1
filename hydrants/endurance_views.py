"""`GET /api/endurance`: minutes until dry, and when to switch. Parse, ask, render."""

from typing import Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import json_schema as js
from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, refusals
from gis_core.errors import BadRequest
from gis_core.parameters import read_parameters
from gis_core.values import parse_number
from gis_core.versions import data_version, one_snapshot
from hydrants.endurance import Lasts
from hydrants.endurance_answers import CARRIED, TABLES, endurance_answer
from hydrants.flow_views import fresh, keys_of
from hydrants.joint_flow import MAX_SOURCES
from hydrants.usability import Reason

_LEAD_MIN: Final = 10.0
"""200 m of hose by hand take 10 minutes (practice of Hanoi's teams, VnExpress 2025-08-20)."""
_MOST_LPS, _MOST_M3, _MOST_MIN = 1_000.0, 100.0, 240.0

_PARAMETERS: Final = [
    OpenApiParameter(
        "sources", js.TEXT,
        description=f"Up to {MAX_SOURCES} sources in the order of use, with commas between: water-tanks/3,hydrants/12",
    ),
    OpenApiParameter("demand_lps", js.POSITIVE | {"maximum": _MOST_LPS}, required=True, description="The flow taken"),
    OpenApiParameter("carried_m3", js.NUMBER | {"minimum": 0, "maximum": _MOST_M3, "default": 0},
                     description="Water that the vehicle brings along, used first"),
    OpenApiParameter("lead_min", js.NUMBER | {"minimum": 0, "maximum": _MOST_MIN, "default": _LEAD_MIN},
                     description="Minutes that people need to lay the hose of the next source"),
]  # fmt: skip
_MAYBE_S: Final = js.nullable(js.SECONDS)
_ANSWER: Final = js.closed(
    {
        "demand_lps": js.NUMBER,
        "lead_s": js.SECONDS,
        "sources": js.array_of(
            js.closed(
                {
                    "source": js.TEXT | {"description": f"Its key, or {CARRIED}"},
                    "name": js.TEXT,
                    "lasts": js.codes(Lasts),
                    "lasts_s": _MAYBE_S,
                    "at_least": js.YES_OR_NO,
                    "begins_s": _MAYBE_S,
                    "dry_s": _MAYBE_S,
                    "switch_s": _MAYBE_S,
                    "too_late": js.YES_OR_NO,
                    "sentence": js.TEXT,
                }
            )
        ),
        "unusable": js.array_of(js.closed({"source": js.TEXT, "reason": js.codes(Reason), "reason_label": js.TEXT})),
        "lasts": js.codes(Lasts),
        "lasts_s": js.SECONDS | {"description": "What is sure"},
        "needed_s": js.SECONDS,
        "enough": js.one_of("yes", "no", "unknown"),
        "rule": js.closed({"instrument": js.TEXT, "clause": js.TEXT, "value": js.NUMBER, "unit": js.TEXT}),
        "sentence": js.TEXT,
        "data_version": js.TEXT,
    }
)


class ImpossibleDemand(BadRequest):
    """A flow, volume or time that nobody can ask about, or nothing to ask about."""

    code = "impossible-demand"
    title = "That cannot be asked"


class EnduranceView(APIView):
    """`GET /api/endurance`: nothing in the answer is kept from the public."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="endurance",
        summary="How long water lasts, and when to switch to the next source",
        description="Sources one after the other under a flow: volume, refill and flow as measured. What nobody "
        "measured is unknown; an unknown refill counts as none, and the time is then a lower bound.",
        parameters=_PARAMETERS,
        responses={(200, "application/json"): _ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with a turn for each source."""
        given = read_parameters(request.query_params, known=[parameter.name for parameter in _PARAMETERS])
        demand_lps = _number("demand_lps", given.get("demand_lps", ""), most=_MOST_LPS, positive=True)
        carried_m3 = _number("carried_m3", given.get("carried_m3", "0"), most=_MOST_M3)
        lead_min = _number("lead_min", given.get("lead_min", str(_LEAD_MIN)), most=_MOST_MIN)
        keys = keys_of(given["sources"]) if given.get("sources") else []
        if not keys and not carried_m3:
            raise ImpossibleDemand("Name sources, or the water that the vehicle carries.")
        with one_snapshot():
            version = data_version(TABLES)
            answer = endurance_answer(
                keys, demand_lps=demand_lps, carried_m3=carried_m3, lead_s=lead_min * 60, at=timezone.localtime()
            )
        return fresh({**answer, "data_version": version})


def _number(name: str, text: str, *, most: float, positive: bool = False) -> float:
    number = parse_number(name, text)
    if not 0 <= number <= most or (positive and number == 0):
        raise ImpossibleDemand(
            "%(name)s is %(value)g: give a number %(least)s to %(most)g.",
            name=name, value=number, least="above 0" if positive else "from 0", most=most,
        )  # fmt: skip
    return number
