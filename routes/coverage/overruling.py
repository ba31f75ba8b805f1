"""A planner says instead of the computation what a house is, and why."""

from dataclasses import dataclass
from typing import Any, Final, Self

import pghistory
from django.db import transaction

from gis_core.policy import Actor, demand
from gis_core.roles import Action
from hydrants.recording import InvalidBody, read_object, read_text
from routes.coverage.classes import Coverage
from routes.coverage.explaining import MODELS, UnknownHouse
from routes.coverage.models import CoverageOverride
from routes.coverage.places import LAYERS

_KEYS: Final = ("building", "facility", "coverage", "comment")
_MOST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OverrideDraft:
    """A decision as somebody sends it; `coverage` None takes it back."""

    layer: int
    of_id: int
    coverage: Coverage | None
    comment: str

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read the body of a request.

        Raises
        ------
        gis_core.errors.BadRequest
        """
        given = read_object(body, needed=("comment",), known=_KEYS)
        if "coverage" not in given:
            raise InvalidBody("“%(member)s” is missing.", member="coverage")
        houses = [(layer, given.get(name)) for layer, name in enumerate(_KEYS[:2]) if given.get(name) is not None]
        if len(houses) != 1:
            raise InvalidBody("Give either “building” or “facility”.")
        layer, number = houses[0]
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= _MOST_ID:
            raise InvalidBody("“%(member)s” must be a whole number from 1 on.", member=_KEYS[layer])
        coverage = given["coverage"]
        if coverage is not None and coverage not in list(Coverage):
            raise InvalidBody("“%(member)s” must be one of: %(known)s.", member="coverage", known=", ".join(Coverage))
        comment = read_text("comment", given["comment"], most=500)
        if not comment:
            raise InvalidBody("Say why: “%(member)s” is empty.", member="comment")
        return cls(layer, number, None if coverage is None else Coverage(coverage), comment)


@transaction.atomic
def overrule(draft: OverrideDraft, *, actor: Actor) -> CoverageOverride | None:
    """Store the decision instead of an earlier one, or take that back; the history keeps both.

    Raises
    ------
    UnknownHouse, Forbidden
    """
    demand(actor, Action.OVERRULE, anywhere=True)
    record: Any = MODELS[draft.layer].objects.select_for_update().filter(pk=draft.of_id).first()
    if record is None:
        raise UnknownHouse(
            "There is no %(layer)s with the number %(id)d.", layer=LAYERS[draft.layer][:-1], id=draft.of_id
        )
    demand(actor, Action.OVERRULE, unit_id=record.administrative_unit_id)
    house = {"of_layer": LAYERS[draft.layer], "of_id": draft.of_id}
    with pghistory.context(way="override", comment=draft.comment):
        if draft.coverage is None:
            CoverageOverride.objects.filter(**house).delete()
            return None
        CoverageOverride.objects.filter(**house).delete()
        made = CoverageOverride(**house, coverage=draft.coverage, comment=draft.comment, author=actor.name)
        made.save()
        made.refresh_from_db()
        return made
