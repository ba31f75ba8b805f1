"""A mark as somebody sends it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson

from gis_core.bodies import InvalidBody, read_object, read_text
from gis_core.sending import checked_key
from gis_core.values import LonLat
from layers.mark_kinds import About, MarkKind, mark_kinds
from layers.mark_photos import Photo

_KEYS: Final = ("kind", "place", "about", "obstacle", "note", "seen_at")
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """A mark as somebody sends it; the same key with the same content is the same sending."""

    kind: MarkKind
    place: LonLat
    about: About | None
    obstacle: str
    note: str
    seen_at: datetime | None
    key: str = ""
    _given: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_body(cls, body: object, *, key: str = "") -> Self:
        """Read the body of a request and the header that names the sending.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("kind", "place"), known=_KEYS)
        kind = mark_kinds.get(given["kind"]) if isinstance(given["kind"], str) else None
        if kind is None:
            raise InvalidBody(
                "“%(member)s” must be one of %(known)s.", member="kind", known=", ".join(mark_kinds.codes)
            )
        return cls(
            kind=kind,
            place=_place(given["place"]),
            about=None if given.get("about") is None else _about(given["about"]),
            obstacle=_obstacle(kind, given.get("obstacle")),
            note=read_text("note", given.get("note")),
            seen_at=None if given.get("seen_at") is None else _moment(given["seen_at"]),
            key=checked_key(key),
            _given={name: value for name, value in given.items() if name != "seen_at"},
        )

    def fingerprint(self, photo: Photo | None) -> str:
        """Tell one content from another; the clock of the sender goes on between two tries."""
        said = orjson.dumps(dict(self._given), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(said + (photo.content if photo else b"")).hexdigest()


def _place(given: object) -> LonLat:
    if not isinstance(given, list) or len(given) != 2:  # noqa: PLR2004 - longitude and latitude
        raise InvalidBody("“%(member)s” must be [longitude, latitude].", member="place")
    return LonLat.from_params(*(str(number) if isinstance(number, int | float) else None for number in given))


def _about(given: object) -> About:
    named = read_object(given, needed=("layer", "ref"), known=("layer", "ref"))
    layer = read_text("layer", named["layer"], most=40)
    return About(layer, read_text("ref", named["ref"], most=120))


def _obstacle(kind: MarkKind, given: object) -> str:
    known = [code for code, _ in kind.obstacles]
    if given is None and not known:
        return ""
    if not known:
        raise InvalidBody(
            "“%(member)s” is not known here; there are: %(known)s.", member="obstacle", known="kind, place"
        )
    if not isinstance(given, str) or given not in known:
        raise InvalidBody("“%(member)s” must be one of %(known)s.", member="obstacle", known=", ".join(known))
    return given


def _moment(given: object) -> datetime:
    """Read what the clock of the sender says, right or wrong; without an offset it is taken for UTC."""
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) and "T" in given else None
        at = at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
        if at is not None and _FIRST <= at < _LAST:
            return at
    except (ValueError, OverflowError):
        pass
    raise InvalidBody("“%(member)s” must be a moment such as 2026-11-22T08:30:00+07:00.", member="seen_at")
