"""`GET /api/search`: parse, ask, render."""

from dataclasses import dataclass
from typing import Any, Final, Self

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, refusals
from gis_core.errors import BadRequest
from gis_core.findable import NAMINGS
from gis_core.parameters import read_parameters, whole_number
from gis_core.registry import layer_registry
from gis_core.values import LonLat
from gis_core.versions import data_version, one_snapshot
from gis_core.wording import say_day
from layers.search.coordinates import Spot, read_coordinates
from layers.search.openapi import DEFAULT_LIMIT, MAX_LENGTH, MAX_LIMIT, SEARCH_ANSWER, SEARCH_PARAMETERS
from layers.search.places import Answer, find_places
from layers.search.plus_codes import HANOI, CodeArea, decode_plus_code
from layers.search.question import Question, take_apart
from layers.search.telling import code_result, place_result, spot_result

_PARAMETERS: Final = ("q", "near", "limit")


class InvalidQuery(BadRequest):
    """Nothing to look for, or more than a name or an address can be."""

    code = "invalid-query"
    title = "The text to look for is not valid"


class InvalidLimit(BadRequest):
    """Not a number of places that can be asked for."""

    code = "invalid-limit"
    title = "The limit is not valid"


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """What can be asked at `/api/search`."""

    text: str
    near: LonLat | None
    limit: int

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read the parameters, or say which one is wrong and what would be right.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_parameters(query, known=_PARAMETERS)
        near = LonLat.from_text(given["near"]) if "near" in given else None
        return cls(_text(given.get("q")), near, _limit(given.get("limit", str(DEFAULT_LIMIT))))


def _text(text: str | None) -> str:
    if text is None:
        raise InvalidQuery("Say what to look for, such as q=ngõ 29 Khương Hạ.")
    if len(text) > MAX_LENGTH:
        raise InvalidQuery(
            "The text to look for has %(length)d characters: give %(maximum)d at most.",
            length=len(text),
            maximum=MAX_LENGTH,
        )
    return text


def _limit(text: str) -> int:
    number = whole_number(text, least=1, most=MAX_LIMIT)
    if number is None:
        raise InvalidLimit(
            "limit is “%(value)s”: give a whole number from 1 to %(maximum)s.", value=text[:60], maximum=MAX_LIMIT
        )
    return number


class SearchView(APIView):
    """`GET /api/search`: what it finds everybody may know, so nobody is asked who they are."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="search",
        summary="A place by address, name, number, plus code or coordinates",
        description="Vietnamese addresses with chains of lanes, with or without diacritics, also while they are being "
        "typed; names of streets, units old and new, facilities; numbers of hydrants and tanks; plus codes; WGS 84 and "
        "VN-2000. Where a house is not recorded, the mouth of its lane or the street is given, and said to be that.",
        parameters=[*SEARCH_PARAMETERS],
        responses={(200, "application/json"): SEARCH_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with the places, best first."""
        question = SearchQuestion.from_query(request.query_params)
        with one_snapshot():
            return Response(_answer(question))


def _answer(asked: SearchQuestion) -> dict[str, Any]:
    near = (asked.near.lon, asked.near.lat) if asked.near else None
    spots = read_coordinates(asked.text)
    code = None if spots else decode_plus_code(asked.text, near or HANOI)
    question = take_apart("" if spots is not None or code else asked.text)
    found = find_places(question, near=near, limit=asked.limit)
    if spots is not None:
        results, notes = [spot_result(spot, rank) for rank, spot in enumerate(spots)], _notes_on_spots(spots)
    elif code:
        results, notes = _code(code, asked)
    else:
        results, notes = [place_result(place) for place in found.places], _notes(question, found)
    return {
        "query": {
            "q": asked.text,
            "near": list(near) if near else None,
            "limit": asked.limit,
            "read_as": _read_as(question),
        },
        "data_version": data_version([layer_registry.get(layer).table for layer in NAMINGS]),
        "results": results[: asked.limit],
        "notes": notes,
    }


def _read_as(question: Question) -> dict[str, Any] | None:
    """Give the likeliest reading as an address."""
    reading = next(iter(question.address.readings), None)
    if reading is None:
        return None
    return {
        "house_number": reading.house,
        "lane_chain": reading.lane,
        "street": reading.street,
        "units": list(question.address.units),
    }


def _code(code: CodeArea, asked: SearchQuestion) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        LonLat.from_params(*code.centre)
    except BadRequest:
        return [], [_("The plus code %(code)s lies outside Vietnam.") % {"code": code.code}]
    short = not asked.text.strip().upper().startswith(code.code)
    return [code_result(code, short=short, near_hanoi=asked.near is None)], []


def _notes_on_spots(spots: tuple[Spot, ...]) -> list[str]:
    if not spots:
        return [_("These numbers are no place in Vietnam, neither as WGS 84 nor as VN-2000 around Hà Nội.")]
    if len(spots) > 1:
        return [_("The numbers do not tell their system: VN-2000 of Hà Nội comes first, others are up to 830 m off.")]
    return []


def _notes(question: Question, found: Answer) -> list[str]:
    notes = [
        _("%(unit)s is no longer in force since %(day)s; its old area was searched.")
        % {"unit": unit.name, "day": say_day(unit.valid_to)}
        for unit in found.old_units
    ]
    if not question.text:
        notes.append(_("There is no letter and no number in it to look for."))
    elif not question.address.readings:
        notes.append(_("Add the name of the street to find an address."))
    elif not found.places:
        notes.append(_("Nothing recorded is called so or like it."))
    if any(place.missing_house or place.missing_lane for place in found.places[:1]):
        notes.append(_("The exact address is not recorded: the first result is only where it is reached from."))
    return notes
