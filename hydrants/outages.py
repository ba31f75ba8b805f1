"""Outages announced, ended, and what they take out of use at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

import pghistory
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef
from django.utils.timezone import get_default_timezone, localdate

from gis_core.errors import NotFound, Unprocessable
from gis_core.importing.job import records_of
from gis_core.kept import Kept
from gis_core.policy import Actor, demand
from gis_core.roles import Action, Role
from hydrants.inspection_models import COLUMNS
from hydrants.inspections import MODELS
from hydrants.marks import marked_at
from hydrants.models import Hydrant
from hydrants.outage_models import Outage
from hydrants.recording import InvalidBody, SourceKey, UnknownSource, read_list, read_object, read_text
from hydrants.usability import Demand, demand_at

LONGEST: Final = timedelta(days=366)
FARTHEST: Final = timedelta(days=730)
_KEYS: Final = ("source", "main_ref", "from", "until", "cause", "told", "announced_by")


class ImpossibleOutage(Unprocessable):
    """A time in which nothing can be out."""

    code = "impossible-outage"
    title = "Nothing can be out like that"


class UnknownOutage(NotFound):
    """No outage has this number, or it is over."""

    code = "unknown-outage"
    title = "There is no such outage"


@dataclass(frozen=True, slots=True)
class OutageDraft:
    """An outage as somebody sends it: of `source`, or of all hydrants on `main_ref`."""

    source: SourceKey | None
    main_ref: str
    from_at: datetime
    until_at: datetime
    cause: str
    told_roles: tuple[str, ...]
    announced_by: str

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read the body of a request.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("from", "until"), known=_KEYS)
        source = None if given.get("source") is None else SourceKey.parse(given["source"])
        main_ref = read_text("main_ref", given.get("main_ref"), most=60)
        if (source is None) is not bool(main_ref):
            raise InvalidBody("Give either “source” or “main_ref”.")
        return cls(
            source=source,
            main_ref=main_ref,
            from_at=_moment("from", given["from"]),
            until_at=_moment("until", given["until"]),
            cause=read_text("cause", given.get("cause"), most=200),
            told_roles=() if given.get("told") is None else _roles(given["told"]),
            announced_by=read_text("announced_by", given.get("announced_by"), most=120),
        )

    def check(self, now: datetime) -> None:
        """Refuse a time that is none.

        Raises
        ------
        ImpossibleOutage
        """
        if self.until_at <= self.from_at:
            raise ImpossibleOutage("The outage ends before it begins: “until” must lie after “from”.")
        if self.until_at <= now:
            raise ImpossibleOutage("The outage is over already: write down what it did to the source instead.")
        if self.until_at - self.from_at > LONGEST or self.from_at - now > FARTHEST:
            raise ImpossibleOutage("An outage lasts a year at most and begins within two: set the status instead.")


@transaction.atomic
def announce_outage(draft: OutageDraft, *, actor: Actor, now: datetime) -> Outage:
    """Store an outage of a source or of a main; it counts from `from_at` on by itself.

    Raises
    ------
    UnknownSource
        There is no such source, or no hydrant hangs on a main of that name.
    Forbidden, ImpossibleOutage
    """
    demand(actor, Action.ANNOUNCE, anywhere=True)
    draft.check(now)
    out = _sources_of(draft)
    for source in out:
        demand(actor, Action.ANNOUNCE, unit_id=source.administrative_unit_id)
    outage = Outage(
        main_ref=draft.main_ref,
        from_at=draft.from_at,
        until_at=draft.until_at,
        cause=draft.cause,
        told_roles=list(draft.told_roles),
        announced_by=draft.announced_by,
        synthetic=any(source.synthetic for source in out),
        administrative_unit_id=out[0].administrative_unit_id,
    )
    if draft.source:
        setattr(outage, f"{COLUMNS[draft.source.layer]}_id", draft.source.id)
    with pghistory.context(way="outage"):
        outage.save()
    return outage


@transaction.atomic
def end_outage(outage_id: int, *, actor: Actor, now: datetime) -> None:
    """Let an outage end now; one that has not begun is withdrawn, and its history stays.

    Raises
    ------
    UnknownOutage, Forbidden
    """
    demand(actor, Action.ANNOUNCE, anywhere=True)
    outage = Outage.objects.select_for_update().filter(pk=outage_id, until_at__gt=now).first()
    if outage is None:
        raise UnknownOutage("There is no outage %(outage)s that is not over.", outage=outage_id)
    demand(actor, Action.ANNOUNCE, unit_id=outage.administrative_unit_id)
    with pghistory.context(way="outage"):
        if outage.from_at < now:
            outage.until_at = now
            outage.save(update_fields=["until_at"])
        else:
            outage.delete()


def outages_from(now: datetime, *, most: int = 200) -> Sequence[Outage]:
    """Read the outages that are not over, the one that begins first before the others: one query."""
    return list(Outage.objects.filter(until_at__gt=now).order_by("from_at", "pk")[:most])


def _announced() -> tuple[tuple[Outage, tuple[str, ...]], ...]:
    """Read all outages with the keys of what each takes out; the one that lasts longest comes last."""
    on_main = Hydrant.objects.filter(main_ref=OuterRef("main_ref")).exclude(main_ref="").values("pk")
    outages: Any = Outage.objects.annotate(on_main=ArraySubquery(on_main)).order_by("until_at", "pk")
    return tuple((one, _keys_out(one, one.on_main)) for one in outages)


def _keys_out(outage: Outage, on_main: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"hydrants/{pk}" for pk in on_main) if outage.main_ref else (outage.source_key,)


_ANNOUNCED: Final = Kept((Outage._meta.db_table, Hydrant._meta.db_table), _announced)


def out_at(at: datetime) -> Mapping[str, Outage]:
    """Give the sources that are out at a moment, by key, each with the outage that lasts longest: one query."""
    running = [(outage, keys) for outage, keys in _ANNOUNCED.get() if outage.from_at <= at < outage.until_at]
    return {key: outage for outage, keys in running for key in keys}


def demand_during(at: datetime, out: Mapping[str, Outage], *, min_flow_lps: float | None = None) -> Demand:
    """Complete a demand with the limits in force on the day of a moment, and with what is out and marked then.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        As `hydrants.usability.demand_at`.
    """
    return replace(demand_at(localdate(at), min_flow_lps=min_flow_lps), out=frozenset(out), marked=marked_at(at))


def _sources_of(draft: OutageDraft) -> list[Any]:
    """Read what the outage takes out."""
    if draft.source is None:
        found = list(Hydrant.objects.filter(main_ref=draft.main_ref).order_by("pk"))
        if not found:
            raise UnknownSource("No hydrant is noted on the main “%(main)s”.", main=draft.main_ref)
        return found
    found = list(records_of(MODELS[draft.source.layer]).filter(pk=draft.source.id))
    if not found:
        raise UnknownSource("There is no source %(source)s.", source=str(draft.source))
    return found


def _moment(name: str, given: object) -> datetime:
    """Read a moment; without an offset it is Hanoi's time."""
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) and "T" in given else None
        if at is not None and 2000 < at.year < 2200:  # noqa: PLR2004 - a century in which an outage can be meant
            return at if at.tzinfo else at.replace(tzinfo=get_default_timezone())
    except ValueError:
        pass
    raise InvalidBody("“%(member)s” must be a moment such as 2026-11-22T08:30:00+07:00.", member=name)


def _roles(given: object) -> tuple[str, ...]:
    known = [role.value for role in Role if role is not Role.PUBLIC]
    roles = read_list("told", given, most=len(known))
    if unknown := [role for role in roles if role not in known]:
        raise InvalidBody(
            "“%(role)s” is no role that can be told; there are: %(known)s.",
            role=str(unknown[0])[:60], known=", ".join(known),
        )  # fmt: skip
    return tuple(sorted(set(roles)))
