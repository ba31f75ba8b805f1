"""Entity tags of answers and of features, and what a writer says about the version to be overwritten (RFC 9110, 13)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from gis_core.errors import PreconditionFailed, PreconditionRequired

_VERSION: Final = re.compile(r'"([0-9]+)\.([0-9]+)-[0-9a-f]+"')


def unless_known(request: HttpRequest, answer: HttpResponse) -> HttpResponseBase:
    """Name an answer by its content, and do not send it again to a reader who has it."""
    etag = f'"{hashlib.blake2b(answer.content, digest_size=12).hexdigest()}"'
    answer.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer


def item_etag(feature_id: int, version: int, representation: bytes) -> str:
    """Name one representation of one version of a feature; strong, so that it can guard a write.

    The version comes first in plain: whatever a reader was shown (language, coordinate system, with sensitive
    attributes or without), the tag says which version it was.
    """
    return f'"{feature_id}.{version}-{hashlib.blake2b(representation, digest_size=9).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Precondition:
    """The entity tags of `If-Match`; ``*`` means whatever is there."""

    tags: tuple[str, ...]

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        """Read `If-Match`.

        Raises
        ------
        PreconditionRequired
            There is none; overwriting unseen what somebody else wrote must be asked for in so many words.
        """
        header = request.headers.get("If-Match", "").strip()
        if not header:
            raise PreconditionRequired(
                "Send If-Match with the ETag that you got for the feature, or “*” to overwrite whatever is there."
            )
        return cls(tuple(parse_etags(header)))

    def check(self, feature_id: int, version: int) -> None:
        """Refuse a version that the writer has not seen.

        Raises
        ------
        PreconditionFailed
            The feature has changed since; weak tags never match.
        """
        current = (str(feature_id), str(version))
        seen = (match.groups() for match in map(_VERSION.fullmatch, self.tags) if match)
        if self.tags != ("*",) and current not in seen:
            raise PreconditionFailed(
                "Somebody changed feature %(feature)d since you read it; it is now version %(version)d. Read it again, "
                "look at what is new, and repeat your change.",
                feature=feature_id,
                version=version,
            )
