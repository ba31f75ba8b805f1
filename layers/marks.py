"""Marks made, confirmed and refuted: who may, what meets whom, and what becomes of each.

A mark counts as long as it *stands*: it is open, or another person has confirmed it. What an inspection settled stands
in the record itself from then on.
"""

from collections.abc import Iterable
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

import pghistory
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import transaction
from django.db.models import Q, QuerySet

from gis_core.errors import Conflict, Forbidden, NotFound
from gis_core.policy import Actor, decide, demand
from gis_core.roles import Action
from gis_core.sending import sent_otherwise
from layers.mark_draft import MarkDraft
from layers.mark_kinds import MarkKind, mark_kinds
from layers.mark_models import COUNTS, Mark, MarkPhoto
from layers.mark_photos import Photo


class UnknownMark(NotFound):
    """No mark has this number."""

    code = "unknown-mark"
    title = "There is no such mark"


class SettledMark(Conflict):
    """A mark that nobody can confirm or refute any more."""

    code = "mark-is-settled"
    title = "The mark is settled already"


def standing(now: datetime) -> Q:
    """Say which marks count at a moment."""
    return COUNTS & _not_over(now)


def in_state(states: Iterable[str], now: datetime) -> Q:
    """Say which marks are in one of these states at a moment; an open one whose time is over has expired."""
    wanted = Q()
    for state in states:
        match state:
            case Mark.State.OPEN | Mark.State.CONFIRMED:
                wanted |= Q(state=state) & _not_over(now)
            case Mark.State.EXPIRED:
                over = Q(state__in=(Mark.State.OPEN, Mark.State.CONFIRMED), expires_at__lte=now)
                wanted |= Q(state=state) | over
            case _:
                wanted |= Q(state=state)
    return wanted


def state_at(mark: Mark, now: datetime) -> str:
    """Give the state of a mark at a moment."""
    over = mark.expires_at is not None and mark.expires_at <= now and mark.state != Mark.State.REFUTED
    return str(Mark.State.EXPIRED) if over else mark.state


@transaction.atomic
def put_mark(draft: MarkDraft, photo: Photo | None, *, actor: Actor, user: Any, now: datetime) -> tuple[Mark, bool]:
    """Store a mark and let it count; one that was sent before is given back as it is by now.

    Returns
    -------
    The mark, and whether it is new.

    Raises
    ------
    Forbidden
    gis_core.sending.SentOtherwise
    layers.mark_kinds.NothingThere
    """
    demand(actor, Action.MARK, anywhere=True)
    fingerprint = draft.fingerprint(photo)
    if known := _sent_before(draft, fingerprint, user):
        return known, False
    aim = draft.kind.aim(draft.place, draft.about)
    # The record is locked from here on: of two tries at the same moment the second one finds the first.
    if known := _sent_before(draft, fingerprint, user):
        return known, False
    demand(actor, Action.MARK, unit_id=aim.unit_id)
    mark = Mark(
        kind=draft.kind.code,
        geom=Point(draft.place.lon, draft.place.lat, srid=4326),
        layer=aim.layer,
        record=aim.record,
        ref=aim.ref,
        obstacle=draft.obstacle,
        note=draft.note,
        author=user,
        author_name=actor.name,
        at=now,
        client_at=draft.seen_at,
        key=draft.key,
        fingerprint=fingerprint,
        synthetic=aim.synthetic,
        administrative_unit_id=aim.unit_id,
    )
    mark.expires_at = draft.kind.expires_at(mark, now)
    with pghistory.context(way="mark"):
        mark.save()
        if photo:
            MarkPhoto.objects.create(
                mark=mark, token=token_urlsafe(32), content=photo.content,
                width_px=photo.width_px, height_px=photo.height_px,
            )  # fmt: skip
        _meet(draft.kind, mark, now)
        draft.kind.applied(mark)
    return mark, True


@transaction.atomic
def confirm_mark(number: int, *, actor: Actor, user: Any, now: datetime) -> Mark:
    """Say that a mark of somebody else is true.

    Raises
    ------
    UnknownMark, SettledMark, Forbidden
    """
    mark, kind = _for_judgement(number, (Mark.State.OPEN,), actor, now)
    if mark.author_id == user.pk:
        raise Forbidden("You may not do this: %(reason)s", reason="another person must confirm it.")
    with pghistory.context(way="mark"):
        _confirm(kind, mark, by=actor.name, now=now)
        kind.applied(mark)
    return mark


@transaction.atomic
def refute_mark(number: int, *, actor: Actor, user: Any, now: datetime) -> Mark:
    """Say that a mark is not true, or withdraw one's own: what it changed is undone.

    Of somebody else's that asks for the right to write down what was seen: a mark is not argued away from a desk.

    Raises
    ------
    UnknownMark, SettledMark, Forbidden
    """
    mark, kind = _for_judgement(number, (Mark.State.OPEN, Mark.State.CONFIRMED), actor, now)
    own = mark.author_id == user.pk
    if not own:
        demand(actor, Action.RECORD, unit_id=mark.administrative_unit_id)
    with pghistory.context(way="mark"):
        how = Mark.Settled.AUTHOR if own else Mark.Settled.PERSON
        _settle(kind, mark, Mark.State.REFUTED, how, by=actor.name, now=now)
        kind.applied(mark)
    return mark


def found_to_be(layer: str, record: int, code: str, *, on: date, by: str, now: datetime) -> None:
    """Settle the marks on a record by what an inspection found; called in its transaction, the record locked.

    Marks made after the day of the inspection stay. Those of this kind are confirmed, those of its contrary are
    refuted; one that was confirmed was true, and is over.
    """
    for mark in _locked(Q(layer=layer, record=record, at__date__lte=on) & standing(now)):
        kind = mark_kinds.get(mark.kind)
        if kind is None:
            continue
        if mark.kind == code:
            _settle(kind, mark, Mark.State.CONFIRMED, Mark.Settled.INSPECTION, by=by, now=now)
        elif kind.contradicts == code:
            over = Mark.State.EXPIRED if mark.state == Mark.State.CONFIRMED else Mark.State.REFUTED
            _settle(kind, mark, over, Mark.Settled.INSPECTION, by=by, now=now)


def _meet(kind: MarkKind, mark: Mark, now: datetime) -> None:
    """Let a new mark meet those that stand: its author's own go, the same of another person confirms both."""
    own: list[Mark] = []
    others: list[Mark] = []
    for other in _locked(same_thing(kind, mark) & standing(now)):
        (own if other.author_id == mark.author_id and other.state == Mark.State.OPEN else others).append(other)
    for other in own:
        state = Mark.State.EXPIRED if other.kind == mark.kind else Mark.State.REFUTED
        _settle(_kind_of(other), other, state, Mark.Settled.AUTHOR, by=mark.author_name, now=now)
    alike = [other for other in others if other.kind == mark.kind and other.author_id != mark.author_id]
    for other in alike:
        if other.state == Mark.State.OPEN:
            _confirm(kind, other, by=mark.author_name, now=now)
    if alike:
        _confirm(kind, mark, by=alike[0].author_name, now=now)


def same_thing(kind: MarkKind, mark: Mark) -> Q:
    """Say which other marks mean the same thing on the ground, whatever they say of it."""
    same = Q(layer=mark.layer, record=mark.record) & ~Q(pk=mark.pk)
    near = kind.same_within_m
    return same if near is None else same & Q(geom__dwithin=(mark.geom, D(m=near)))


def _confirm(kind: MarkKind, mark: Mark, *, by: str, now: datetime) -> None:
    """Two people say so: an open mark of the contrary is refuted by that, a confirmed one is not."""
    _settle(kind, mark, Mark.State.CONFIRMED, Mark.Settled.PERSON, by=by, now=now)
    against = same_thing(kind, mark) & Q(kind=kind.contradicts, state=Mark.State.OPEN) & _not_over(now)
    for other in _locked(against):
        _settle(_kind_of(other), other, Mark.State.REFUTED, Mark.Settled.PERSON, by=by, now=now)


def _settle(kind: MarkKind, mark: Mark, state: str, how: str, *, by: str, now: datetime) -> None:
    mark.state, mark.settled, mark.settled_by, mark.settled_at = state, how, by, now
    if state != Mark.State.CONFIRMED:
        kind.undone(mark)
    mark.save()


def _for_judgement(number: int, states: Iterable[str], actor: Actor, now: datetime) -> tuple[Mark, MarkKind]:
    demand(actor, Action.MARK, anywhere=True)
    mark = Mark.objects.select_for_update(of=("self",)).filter(pk=number).first()
    kind = None if mark is None else mark_kinds.get(mark.kind)
    if mark is None or kind is None:
        raise UnknownMark("There is no mark %(mark)s.", mark=number)
    demand(actor, Action.MARK, unit_id=mark.administrative_unit_id)
    if (state := state_at(mark, now)) not in states:
        raise SettledMark("The mark %(mark)s is %(state)s: make a new one.", mark=number, state=state)
    return mark, kind


def may_see(mark: Mark, actor: Actor) -> bool:
    """Tell whether somebody may see who made a mark, its note and its photo."""
    return bool(decide(actor, Action.VIEW_SENSITIVE, unit_id=mark.administrative_unit_id))


def _locked(which: Q) -> "QuerySet[Mark]":
    return Mark.objects.filter(which).select_for_update(of=("self",)).order_by("pk")


def _kind_of(mark: Mark) -> MarkKind:
    kind = mark_kinds.get(mark.kind)
    if kind is None:
        raise UnknownMark("There is no mark %(mark)s.", mark=mark.pk)
    return kind


def _sent_before(draft: MarkDraft, fingerprint: str, user: Any) -> Mark | None:
    if not draft.key:
        return None
    known = Mark.objects.filter(author=user, key=draft.key).first()
    if known is not None and known.fingerprint != fingerprint:
        raise sent_otherwise(draft.key)
    return known


def _not_over(now: datetime) -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=now)
