"""`GET /api/place`: parse, ask, render."""

from typing import Any, Final

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import json_schema as js
from gis_core.api_docs import READING, refusals
from gis_core.findable import NAMINGS
from gis_core.parameters import read_parameters
from gis_core.registry import layer_registry
from gis_core.values import LonLat
from gis_core.versions import data_version, one_snapshot
from gis_core.wording import say_number
from layers.search.here import Here, what_is_here

_NEAR: Final = js.closed(
    {
        "layer": js.TEXT,
        "feature_id": {"type": "integer"},
        "ref": js.TEXT,
        "title": js.TEXT,
        "lane_chain": js.TEXT,
        "distance_m": js.NUMBER,
        "synthetic": js.YES_OR_NO,
    }
)
PLACE_ANSWER: Final = js.closed(
    {
        "point": js.POSITION,
        "title": js.TEXT | {"description": "The place in words, in the caller's language"},
        "house": js.nullable(_NEAR) | {"description": "The nearest recorded house number within 60 m"},
        "road": js.nullable(_NEAR) | {"description": "The nearest street or lane with a name within 60 m"},
        "unit": js.nullable(js.closed({"id": {"type": "integer"}, "name": js.TEXT, "code": js.TEXT})),
        "data_version": js.TEXT,
    }
)


class PlaceView(APIView):
    """`GET /api/place`: everybody may know what is where."""

    authentication_classes = ()

    @extend_schema(
        operation_id="place",
        summary="What is at a place: nearest house number, street or lane, administrative unit",
        description="Only what is recorded within 60 m is told, with its distance; a place without any has no name.",
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True, description="Longitude, degrees of WGS 84"),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True, description="Latitude, degrees of WGS 84"),
        ],
        responses={(200, "application/json"): PLACE_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with what is here."""
        given = read_parameters(request.query_params, known=("lon", "lat"))
        place = LonLat.from_params(given.get("lon"), given.get("lat"))
        with one_snapshot():
            here = what_is_here(place, [layer for layer, naming in NAMINGS.items() if naming.is_house])
            version = data_version([layer_registry.get(layer).table for layer in NAMINGS])
        return Response(
            {
                "point": [place.lon, place.lat],
                "title": _title(place, here),
                "house": _near(here.house),
                "road": _near(here.road),
                "unit": here.unit,
                "data_version": version,
            }
        )


def _near(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "layer": row["layer"],
        "feature_id": row["feature_id"],
        "ref": row["ref"],
        "title": row["title"] if row["way"] == "road" else row["address"],
        "lane_chain": row["chain"],
        "distance_m": round(row["metres"], 1),
        "synthetic": row["synthetic"],
    }


def _title(place: LonLat, here: Here) -> str:
    parts: list[str] = []
    for row in (here.house, here.road):
        if row is not None and not parts:
            name, metres = row["title"] if row["way"] == "road" else row["address"], round(row["metres"])
            said = {"metres": say_number(metres, 0), "name": name}
            parts.append(_("%(metres)s m from %(name)s") % said if metres else name)
    parts += [here.unit["name"]] if here.unit else []
    return " · ".join(parts) or f"{place.lat:.6f}, {place.lon:.6f}"
