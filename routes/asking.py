"""What the questions about ways have in common: their parameters and who may see names."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from gis_core.errors import BadRequest
from gis_core.parameters import read_parameters
from gis_core.values import InvalidNumber, InvalidPosition, LonLat, parse_number
from layers.audience import audience_for
from routes.encounters import Mode
from routes.models import Vehicle
from routes.schedule import HANOI_TIME
from routes.vehicle_profiles import InvalidVehicle, stored_vehicle
from routes.way import MaySee

_YEARS: Final = range(1990, 2101)
# In an address "+" is a blank: 2026-11-22T08:30:00+07:00 arrives as 2026-11-22T08:30:00 07:00.
_LOST_PLUS: Final = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:?[0-9]{2}$)")


class InvalidTime(BadRequest):
    """Not a moment."""

    code = "invalid-time"
    title = "The time is not valid"


class InvalidMode(BadRequest):
    """Neither of the two ways to treat legal limits."""

    code = "invalid-mode"
    title = "The mode is not valid"


class UnknownChoice(BadRequest):
    """None of the words that the parameter may be."""

    code = "unknown-choice"
    title = "There is no such choice"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one question, each there at most once and none that it does not know."""

    given: Mapping[str, str]

    @classmethod
    def of(cls, query: QueryDict, known: Collection[str]) -> Self:
        """Take the query of an address.

        Raises
        ------
        gis_core.parameters.UnknownParameter, gis_core.parameters.RepeatedParameter
            Naming the parameters there are.
        """
        return cls(read_parameters(query, known=known))

    def has(self, name: str) -> bool:
        """Tell whether the parameter was given, and not as an empty text."""
        return bool(self.given.get(name))

    def text(self, name: str, default: str = "") -> str:
        """Give a parameter as it stands."""
        return str(self.given.get(name) or default)

    def place(self, name: str) -> LonLat:
        """Read ``lon,lat``.

        Raises
        ------
        gis_core.errors.BadRequest
            Missing, no position, swapped, or outside Vietnam.
        """
        if not self.has(name):
            raise InvalidPosition(
                "%(name)s is missing: write longitude, comma, latitude, such as 105.8523,21.0285.", name=name
            )
        return LonLat.from_text(self.text(name))

    def vehicle(self, name: str = "vehicle") -> Vehicle:
        """Give the stored vehicle with this code: `stored_vehicle`.

        Raises
        ------
        InvalidVehicle, routes.vehicle_profiles.UnknownVehicle
            Missing, or none has this code.
        """
        if not self.has(name):
            raise InvalidVehicle("%(name)s is missing: give the code of one from /api/vehicles.", name=name)
        return stored_vehicle(self.text(name))

    def moment(self, now: datetime, name: str = "at") -> datetime:
        """Read the moment asked about, in Hanoi's time; `now` where none is named."""
        return moment_of(_LOST_PLUS.sub("+", self.text(name)) if self.has(name) else None, now)

    def required_moment(self, name: str) -> datetime:
        """Read a moment that must be named.

        Raises
        ------
        InvalidTime
        """
        if not self.has(name):
            raise InvalidTime("%(name)s is missing: give a moment such as 2026-11-22T08:30:00+07:00.", name=name)
        return moment_of(_LOST_PLUS.sub("+", self.text(name)), datetime.now(HANOI_TIME))

    def mode(self, name: str = "mode") -> Mode:
        """Read whether legal limits yield; they do where nothing is said."""
        return mode_of(self.text(name)) if self.has(name) else Mode.EMERGENCY

    def choice(self, name: str, known: Sequence[str]) -> str:
        """Read one of a few words; the first of them where nothing is said.

        Raises
        ------
        UnknownChoice
            Naming the words there are.
        """
        chosen = self.text(name, known[0])
        if chosen not in known:
            raise UnknownChoice(
                "%(name)s is “%(value)s”; there are: %(known)s.", name=name, value=chosen[:60], known=", ".join(known)
            )
        return chosen

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Read a number within two bounds, both included."""
        value = parse_number(name, self.text(name)) if self.has(name) else default
        if not least <= value <= most:
            raise InvalidNumber(
                "%(name)s is %(value)g: give a number from %(least)g to %(most)g.",
                name=name,
                value=value,
                least=least,
                most=most,
            )
        return value

    def count(self, name: str, default: int, *, least: int = 1, most: int) -> int:
        """Read a whole number within two bounds, both included."""
        value = self.number(name, float(default), least=least, most=most)
        if not value.is_integer():
            raise InvalidNumber("%(name)s is %(value)g: give a whole number.", name=name, value=value)
        return int(value)


def moment_of(text: object, now: datetime) -> datetime:
    """Read a date-time; without an offset it is the time in Hanoi, None is `now`.

    Raises
    ------
    InvalidTime
        No date and time, or not of these years.
    """
    if text is None:
        return now.astimezone(HANOI_TIME)
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
    except ValueError:
        at = None
    if at is None or at.year not in _YEARS:
        raise InvalidTime("at is “%(at)s”: write a date and time such as 2026-11-22T08:30:00+07:00.", at=kind_of(text))
    return at.replace(tzinfo=HANOI_TIME) if at.tzinfo is None else at.astimezone(HANOI_TIME)


def mode_of(mode: object) -> Mode:
    """Read whether legal limits yield.

    Raises
    ------
    InvalidMode
        Naming the two there are.
    """
    if not isinstance(mode, str) or mode not in list(Mode):
        raise InvalidMode("mode is “%(mode)s”; there are: %(known)s.", mode=kind_of(mode), known=", ".join(Mode))
    return Mode(mode)


_JSON_TYPES: Final = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


def json_type(value: object) -> str:
    """Name a type as JSON calls it."""
    return _JSON_TYPES.get(type(value), "null")


def kind_of(value: object) -> str:
    """Show what was given: a text itself, shortened, else its type as JSON calls it."""
    return value[:60] if isinstance(value, str) else json_type(value)


def fresh(body: object) -> Response:
    """Answer with what nobody may keep on the way: the next one may be another."""
    return Response(body, headers={"Cache-Control": "no-store"})


# Who asks ------------------------------------------------------------------------------------------------------------


class ReaderAuthentication(SessionAuthentication):
    """Know who asks, without a CSRF token: the question changes nothing, and another site cannot read the answer."""

    def enforce_csrf(self, request: Request) -> None:
        """Let a question through."""


def may_see_of(request: Request, now: datetime) -> MaySee:
    """Tell in which administrative units the reader may see names of people: no query for the public."""
    audience = audience_for(request, at=now.date())
    return lambda unit: audience.everywhere or unit in audience.units
