"""Who an answer is for: where the reader may see what is not for everybody."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from gis_core.policy import Actor, actor_for, decide
from gis_core.roles import Action


@dataclass(frozen=True, slots=True)
class Audience:
    """The places where sensitive attributes are shown: everywhere, in some administrative units, or nowhere."""

    everywhere: bool = False
    units: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Tell audiences apart in an ETag; two readers with one key get the same bytes."""
        return "all" if self.everywhere else ",".join(map(str, sorted(self.units)))


EVERYBODY = Audience()


def audience_for(request: HttpRequest | Request, *, at: date | None = None) -> Audience:
    """Find out where whoever asks may see sensitive attributes, today unless said otherwise: no query for nobody."""
    return audience_of(actor_for(request.user, at=at or timezone.localdate()))


@lru_cache(maxsize=256)
def audience_of(actor: Actor) -> Audience:
    """Ask the policy where `actor` may see sensitive attributes."""
    # A feature outside all units is covered only by a role that is held everywhere.
    if decide(actor, Action.VIEW_SENSITIVE, unit_id=None):
        return Audience(everywhere=True)
    held = {unit for grant in actor.grants for unit in grant.units or ()}
    return Audience(units=frozenset(unit for unit in held if decide(actor, Action.VIEW_SENSITIVE, unit_id=unit)))
