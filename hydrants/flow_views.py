"""Flow tests over HTTP: parse, ask, render."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import OPEN, READING, SIGNED_IN, refusals
from gis_core.errors import BadRequest
from gis_core.parameters import read_parameters
from gis_core.versions import data_version, one_snapshot
from hydrants.flow_answers import VN_FREE_HEAD, flow_test_answer, joint_flow_answer, residual_kpa_of
from hydrants.flow_models import FlowReading, FlowTest
from hydrants.flow_openapi import (
    FLOW_TEST,
    FLOW_TEST_BODY,
    FLOW_TEST_PARAMETERS,
    FLOW_TESTS_ANSWER,
    JOINT_FLOW_ANSWER,
    JOINT_FLOW_PARAMETERS,
)
from hydrants.flow_tests import FlowTestDraft, flow_tests_of, hydrant_id_of, record_flow_test
from hydrants.joint_flow import MAX_SOURCES, TABLES, joint_flow
from hydrants.models import Hydrant
from hydrants.recording import SourceKey, UnknownSource, recorder_of
from layers.audience import Audience, audience_for

WRITING = (*READING, 404, 406, 413, 415, 422)
_FLOW_TABLES = tuple(model._meta.db_table for model in (Hydrant, FlowTest, FlowReading))


class TooManySources(BadRequest):
    """More sources than are asked about at once, or none."""

    code = "too-many-sources"
    title = "Ask about fewer sources"


class FlowTestsView(APIView):
    """`/api/flow-tests`: read the tests of a hydrant, and write one down."""

    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="flow_tests",
        auth=OPEN,
        summary="The flow tests of a hydrant, and what they say",
        description="What was read; flow at a residual that the asker sets, at 20 psi with the class of NFPA 291, and "
        "at the Vietnamese free head with its band; the curve as points; what to doubt. Kilopascals and litres a "
        "second, with psi, metres of water and US gallons a minute beside them.",
        parameters=FLOW_TEST_PARAMETERS,
        responses={(200, "application/json"): FLOW_TESTS_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the tests, the latest first."""
        given = read_parameters(request.query_params, known=("source", "residual"))
        today = timezone.localdate()
        hydrant_id = hydrant_id_of(given.get("source"))
        residual_kpa = residual_kpa_of(given.get("residual", VN_FREE_HEAD), at=today)
        audience = audience_for(request)
        with one_snapshot():
            version = data_version(_FLOW_TABLES)
            if not Hydrant.objects.filter(pk=hydrant_id).exists():
                raise UnknownSource("There is no source %(source)s.", source=f"hydrants/{hydrant_id}")
            tests = [
                flow_test_answer(test, residual_kpa=residual_kpa, at=today, may_see=_sees(audience, test))
                for test in flow_tests_of(hydrant_id)
            ]
        return fresh({"source": f"hydrants/{hydrant_id}", "data_version": version, "tests": tests})

    @extend_schema(
        operation_id="record_flow_test",
        auth=SIGNED_IN,
        summary="Write down a flow test",
        description="Stores the readings and brings the measured flow of the hydrants up to date, in one transaction. "
        "Asks for the role of a field team in the administrative unit of each hydrant.",
        request={"application/json": FLOW_TEST_BODY},
        responses={(201, "application/json"): FLOW_TEST, **refusals(*WRITING)},
    )
    def post(self, request: Request) -> Response:
        """Store the test and give it back."""
        read_parameters(request.query_params)
        actor, today = recorder_of(request), timezone.localdate()
        test = record_flow_test(FlowTestDraft.from_body(request.data, today=today), actor=actor)
        sees = _sees(audience_for(request), test)
        residual_kpa = residual_kpa_of(VN_FREE_HEAD, at=today)
        response = fresh(flow_test_answer(test, residual_kpa=residual_kpa, at=today, may_see=sees))
        response.status_code = 201
        return response


class JointFlowView(APIView):
    """`GET /api/joint-flow`: nothing in the answer is kept from the public."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="joint_flow",
        summary="What several sources surely give together",
        description="Hydrants on one main share what it gives: their flows are never added up, but read from a test in "
        "which they ran together; without one the best of them stands for all. A lower bound.",
        parameters=JOINT_FLOW_PARAMETERS,
        responses={(200, "application/json"): JOINT_FLOW_ANSWER, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the flow and what it rests on."""
        given = read_parameters(request.query_params, known=("sources", "residual"))
        today = timezone.localdate()
        keys = keys_of(given.get("sources", ""))
        residual_kpa = residual_kpa_of(given["residual"], at=today) if "residual" in given else None
        with one_snapshot():
            version = data_version(TABLES)
            answer = joint_flow(keys, at=timezone.localtime(), residual_kpa=residual_kpa)
        return fresh({**joint_flow_answer(answer), "residual_kpa": residual_kpa, "data_version": version})


def keys_of(text: str) -> list[SourceKey]:
    """Read keys of sources with commas between.

    Raises
    ------
    TooManySources, hydrants.recording.InvalidSourceKey
    """
    parts = text.split(",", MAX_SOURCES)
    if len(parts) > MAX_SOURCES:
        raise TooManySources("Ask about %(most)d sources at most.", most=MAX_SOURCES)
    return [SourceKey.parse(part) for part in parts]


def _sees(audience: Audience, test: FlowTest) -> bool:
    return audience.everywhere or test.administrative_unit_id in audience.units


def fresh(body: object) -> Response:
    """Answer with what nobody may keep on the way: the next reader may see more or less of it."""
    return Response(body, headers={"Cache-Control": "no-store"})
