"""How the JSON API reads and writes: fast, strict, and in the field's media types."""

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from gis_core.errors import BadRequest


class InvalidJson(BadRequest):
    """The body is no JSON."""

    code = "invalid-json"
    title = "The body is not valid JSON"


class OrjsonRenderer(BaseRenderer):
    """`application/json`; refuses NaN by writing null, which is what unknown is."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Serialize `data`; translated texts become strings."""
        return orjson.dumps(data, default=str, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


class GeoJsonRenderer(OrjsonRenderer):
    """`application/geo+json` (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class StrictJsonParser(BaseParser):
    """JSON by the letter of RFC 8259: no NaN, no Infinity, and not larger than the settings allow."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Parse the body, or raise `InvalidJson` with the place where it stops making sense."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            msg = f"The body is larger than {limit:,} bytes."
            raise RequestDataTooBig(msg)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            _refuse(error)


class StrictGeoJsonParser(StrictJsonParser):
    """The same for bodies sent as GeoJSON."""

    media_type = "application/geo+json"


def _refuse(error: orjson.JSONDecodeError) -> NoReturn:
    raise InvalidJson(
        "The body is not valid JSON: %(reason)s in line %(line)s, column %(column)s.",
        reason=error.msg.split(":")[0],
        line=error.lineno,
        column=error.colno,
    ) from error
