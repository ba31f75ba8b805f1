"""May this actor do this to this feature, and why: the only place that answers.

Views, the admin, exports and imports ask here; none of them looks at roles itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_core.errors import Forbidden, NotSignedIn
from gis_core.models import AdministrativeSuccession, AdministrativeUnit, RoleGrant
from gis_core.roles import PERMISSIONS, Action, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and the ids of the units in which it holds; `units` None means everywhere."""

    role: Role
    units: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks, with everything the policy needs to know about them."""

    name: str
    grants: tuple[Grant, ...] = ()


PUBLIC = Actor("public")


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its reason; true when allowed."""

    allowed: bool
    reason: str | Promise

    def __bool__(self) -> bool:
        return self.allowed


def decide(actor: Actor, action: Action, *, unit_id: int | None = None, anywhere: bool = False) -> Decision:
    """Say whether `actor` may do `action` in the administrative unit, and why.

    Parameters
    ----------
    unit_id
        The unit the feature stands in; None for a feature outside all units, which only a role held everywhere covers.
    anywhere
        Ask whether there is any place where the actor may, for menus and collections.
    """
    if action in PERMISSIONS[Role.PUBLIC]:
        return Decision(True, _("Everybody may."))
    able = [grant for grant in actor.grants if action in PERMISSIONS[grant.role]]
    if not able:
        return Decision(False, _("None of your roles allows this."))
    if anywhere or any(grant.units is None or unit_id in grant.units for grant in able):
        return Decision(True, _("Your role allows this."))
    return Decision(False, _("Your role allows this only inside your own administrative unit."))


def demand(actor: Actor, action: Action, *, unit_id: int | None = None, anywhere: bool = False) -> None:
    """Ask as `decide` does, and take no for an answer.

    Raises
    ------
    Forbidden
        With the reason.
    """
    decision = decide(actor, action, unit_id=unit_id, anywhere=anywhere)
    if not decision:
        raise Forbidden("You may not do this: %(reason)s", reason=str(decision.reason))


def writer_for(user: AbstractBaseUser | AnonymousUser, *, at: date) -> Actor:
    """Know who writes: `actor_for` somebody who has signed in.

    Raises
    ------
    NotSignedIn
        Nobody known.
    """
    if not user.is_authenticated:
        raise NotSignedIn("Sign in to change anything: send a token, or name and password, as “Authorization”.")
    return actor_for(user, at=at)


def actor_for(user: AbstractBaseUser | AnonymousUser, *, at: date) -> Actor:
    """Read the actor's grants: one query, or none for the public; a superuser is an administrator everywhere."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC
    name = user.get_username()
    if getattr(user, "is_superuser", False):
        return Actor(name, (Grant(Role.ADMINISTRATOR),))
    grants = RoleGrant.objects.filter(user_id=user.pk).values_list("role", "administrative_unit_id")
    return Actor(name, tuple(_grant(Role(role), unit_id, at) for role, unit_id in grants))


def _grant(role: Role, unit_id: int | None, at: date) -> Grant:
    return Grant(role, None if unit_id is None else frozenset(_units_inside([unit_id], at)))


def _units_inside(unit_ids: Iterable[int], at: date) -> set[int]:
    """The units with these ids, all below them, and what they mostly became.

    An old district's role goes on in the wards that lie for the most part inside it, not in each one it touches.
    """
    inside = set(unit_ids)
    frontier = inside
    while frontier:
        below = AdministrativeUnit.objects.at(at).filter(parent__in=frontier).values_list("pk", flat=True)
        became = AdministrativeSuccession.objects.filter(predecessor__in=frontier, successor_share__gte=0.5)
        frontier = {*below, *became.values_list("successor_id", flat=True)} - inside
        inside |= frontier
    return inside
