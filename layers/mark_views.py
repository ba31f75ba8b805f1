"""Marks over HTTP: parse, ask, render."""

from typing import Any, Final

import orjson
from django.db.models import FloatField, Func
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import InvalidJson, OrjsonRenderer, StrictJsonParser
from gis_core.api_docs import OPEN, READING, SIGNED_IN, refusals
from gis_core.bodies import InvalidBody
from gis_core.errors import BadRequest
from gis_core.parameters import read_parameters, whole_number
from gis_core.policy import actor_for, demand, writer_for
from gis_core.roles import Action
from gis_core.sending import HEADER
from gis_core.versions import data_version, one_snapshot
from layers.crs_params import read_bbox
from layers.mark_answers import mark_answers
from layers.mark_draft import MarkDraft
from layers.mark_kinds import mark_kinds
from layers.mark_models import Mark, MarkPhoto
from layers.mark_openapi import (
    KINDS_ANSWER,
    MARK,
    MARK_BODY,
    MARK_HEADER,
    MARK_ID,
    MARKS_ANSWER,
    MARKS_PARAMETERS,
    MAX_MARKS,
    MULTIPART_BODY,
    PHOTO_TOKEN,
)
from layers.mark_photos import Photo, read_photo
from layers.marks import UnknownMark, confirm_mark, in_state, put_mark, refute_mark

_WRITING: Final = (*READING, 404, 406, 409, 413, 415, 422)
_FRESH: Final = {"Cache-Control": "no-store"}
_TEXTS: Final = ("kind", "obstacle", "note", "seen_at")


class InvalidState(BadRequest):
    """Not the state of a mark."""

    code = "invalid-state"
    title = "That is no state of a mark"


class MarksView(APIView):
    """`/api/marks`: what people on the spot say, and to say something."""

    renderer_classes = (OrjsonRenderer,)
    parser_classes = (StrictJsonParser, MultiPartParser)

    @extend_schema(
        operation_id="marks",
        auth=OPEN,
        summary="What people on the spot say",
        description="The marks in a box, the latest first; those that are open or confirmed unless asked otherwise.",
        parameters=MARKS_PARAMETERS,
        responses={(200, "application/json"): MARKS_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the latest 500."""
        given = read_parameters(request.query_params, known=("bbox", "state"))
        now = timezone.localtime()
        wanted = Mark.objects.filter(in_state(_states(given.get("state")), now))
        if "bbox" in given:
            box = read_bbox(given["bbox"])
            wanted = wanted.annotate(lon=_degrees("ST_X"), lat=_degrees("ST_Y"))
            wanted = wanted.filter(lon__range=(box.min_x, box.max_x), lat__range=(box.min_y, box.max_y))
        actor = actor_for(request.user, at=now.date())
        with one_snapshot():
            version = data_version((Mark._meta.db_table,))
            rows = list(wanted.select_related("photo").defer("photo__content").order_by("-at", "-pk")[: MAX_MARKS + 1])
            told = mark_answers(rows[:MAX_MARKS], actor=actor, now=now)
        answer = {"at": now.isoformat(timespec="seconds"), "data_version": version, "marks": told}
        return Response({**answer, "more": len(rows) > MAX_MARKS}, headers=_FRESH)

    @extend_schema(
        operation_id="mark",
        auth=SIGNED_IN,
        summary="Say what you see on the spot",
        description="Counts in the next answer at once. Asks for a role of the service in the administrative unit of "
        "what it is about. A try that is sent again with its Idempotency-Key makes no second mark.",
        parameters=MARK_HEADER,
        request={"application/json": MARK_BODY, "multipart/form-data": MULTIPART_BODY},
        responses={(201, "application/json"): MARK, **refusals(*_WRITING)},
    )
    def post(self, request: Request) -> Response:
        """Store the mark and give it back."""
        read_parameters(request.query_params)
        now = timezone.localtime()
        actor = writer_for(request.user, at=now.date())
        demand(actor, Action.MARK, anywhere=True)  # before a photo is looked at
        body, photo = _body(request)
        draft = MarkDraft.from_body(body, key=request.headers.get(HEADER, ""))
        mark, _new = put_mark(draft, photo, actor=actor, user=request.user, now=now)
        return Response(mark_answers([mark], actor=actor, now=now)[0], status=201, headers=_FRESH)


class JudgeView(APIView):
    """What confirming and refuting share."""

    renderer_classes = (OrjsonRenderer,)
    judge: Any = None

    def _judged(self, request: Request, mark_id: str) -> Response:
        read_parameters(request.query_params)
        now = timezone.localtime()
        actor = writer_for(request.user, at=now.date())
        mark = self.judge(_number(mark_id), actor=actor, user=request.user, now=now)
        return Response(mark_answers([mark], actor=actor, now=now)[0], headers=_FRESH)


class ConfirmView(JudgeView):
    """`POST /api/marks/{id}/confirm`."""

    judge = staticmethod(confirm_mark)

    @extend_schema(
        operation_id="confirm_mark",
        auth=SIGNED_IN,
        summary="Say that a mark of somebody else is true",
        parameters=MARK_ID,
        request=None,
        responses={(200, "application/json"): MARK, **refusals(*_WRITING)},
    )
    def post(self, request: Request, mark_id: str) -> Response:
        """Confirm it and give it back."""
        return self._judged(request, mark_id)


class RefuteView(JudgeView):
    """`POST /api/marks/{id}/refute`."""

    judge = staticmethod(refute_mark)

    @extend_schema(
        operation_id="refute_mark",
        auth=SIGNED_IN,
        summary="Say that a mark is not true, or withdraw your own",
        description="What it changed is undone, and nothing else. A mark of somebody else asks for the role of a field "
        "team.",
        parameters=MARK_ID,
        request=None,
        responses={(200, "application/json"): MARK, **refusals(*_WRITING)},
    )
    def post(self, request: Request, mark_id: str) -> Response:
        """Refute it and give it back."""
        return self._judged(request, mark_id)


class JpegRenderer(BaseRenderer):
    """Lets a photo be asked for by its type."""

    media_type = "image/jpeg"
    format = "jpeg"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Not used: the view gives no data."""
        raise NotImplementedError


class PhotoView(APIView):
    """`GET /api/marks/photos/{token}`: the photo of a mark, to whom may see people there."""

    renderer_classes = (JpegRenderer,)

    @extend_schema(
        operation_id="mark_photo",
        auth=SIGNED_IN,
        summary="The photo of a mark",
        parameters=PHOTO_TOKEN,
        responses={(200, "image/jpeg"): {"type": "string", "format": "binary"}, **refusals(*READING, 404, 406)},
    )
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """Answer with a JPEG."""
        read_parameters(request.query_params)
        actor = writer_for(request.user, at=timezone.localdate())
        photo = None if "\0" in token else MarkPhoto.objects.select_related("mark").filter(token=token[:60]).first()
        if photo is None:
            raise UnknownMark("There is no such photo.")
        demand(actor, Action.VIEW_SENSITIVE, unit_id=photo.mark.administrative_unit_id)
        return HttpResponse(
            bytes(photo.content), content_type="image/jpeg", headers={"Cache-Control": "private, no-store"}
        )


class MarkKindsView(APIView):
    """`GET /api/mark-kinds`: what a form is made of."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="mark_kinds",
        summary="What can be marked",
        responses={(200, "application/json"): KINDS_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with all kinds and their obstacles."""
        read_parameters(request.query_params)
        kinds = [
            {
                "kind": kind.code,
                "label": str(kind.label),
                "obstacles": [{"obstacle": code, "label": str(label)} for code, label in kind.obstacles],
            }
            for kind in mark_kinds
        ]
        return Response({"kinds": kinds})


def _degrees(function: str) -> Func:
    # Edges of a box on the geography would be arcs of great circles.
    return Func("geom", template=f"{function}(%(expressions)s::geometry)", output_field=FloatField())


def _number(text: str) -> int:
    number = whole_number(text, least=1)
    if number is None:
        raise UnknownMark("There is no mark %(mark)s.", mark=text[:60])
    return number


def _states(given: str | None) -> list[str]:
    if given is None:
        return [Mark.State.OPEN, Mark.State.CONFIRMED]
    states = given.split(",")
    if unknown := [state for state in states if state not in Mark.State.values]:
        raise InvalidState(
            "state is “%(state)s”: give one or more of %(known)s, with commas between.",
            state=unknown[0][:60], known=", ".join(Mark.State.values),
        )  # fmt: skip
    return states


def _body(request: Request) -> tuple[object, Photo | None]:
    """Read JSON, or a form whose `place` and `about` are JSON too, with or without a photo."""
    given: Any = request.data
    if not hasattr(given, "lists"):
        return given, None
    files: Any = request.FILES
    if unknown := sorted(set(files) - {"photo"}):
        raise InvalidBody(
            "“%(member)s” is not known here; there are: %(known)s.", member=unknown[0][:60], known="photo"
        )
    for name, values in [*given.lists(), *files.lists()]:
        if len(values) > 1:
            raise InvalidBody("“%(member)s” stands twice: give it once.", member=name[:60])
    body = {name: given[name] if name in _TEXTS else _json(name, given[name]) for name in given if name not in files}
    return body, read_photo(files["photo"].read()) if "photo" in files else None


def _json(name: str, text: object) -> object:
    try:
        return orjson.loads(str(text))
    except orjson.JSONDecodeError as error:
        raise InvalidJson("The member “%(member)s” of the form is not valid JSON.", member=name[:60]) from error
