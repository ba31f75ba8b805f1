"""Writing single features: held to the rules of an import, allowed by the policy where they stand, all in one go.

Each service locks the row, asks whether the actor may, checks the version, converts and checks the values, and writes,
in one transaction. What triggers keep (unit, version, times) is read back from the database and never believed.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn

import pghistory
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from gis_core.errors import Conflict, Unprocessable
from gis_core.fields import LayerField
from gis_core.importing.job import Job, records_of
from gis_core.importing.rows import BadValue, Complaint, Outcome, Row
from gis_core.importing.single import check_row, single_job, store_row
from gis_core.importing.validate import PERIOD
from gis_core.policy import Actor, decide, demand
from gis_core.registry import Layer
from gis_core.roles import Action
from layers.drafts import Draft, Json, merge_patch
from layers.etags import Precondition
from layers.items import UnknownFeature

_UNIT: Final = "administrative_unit"


class InvalidFeature(Unprocessable):
    """The feature says what the layer cannot hold; `errors` lists every complaint."""

    code = "invalid-feature"
    title = "The feature cannot be stored"


@dataclass(frozen=True, slots=True)
class Written:
    """A feature as it was stored, and what the writer should look at again."""

    feature_id: int
    warnings: tuple[Complaint, ...] = ()


def create_feature(layer: Layer, draft: Draft, *, actor: Actor, at: date) -> Written:
    """Store a new feature.

    Raises
    ------
    Forbidden, InvalidFeature, Conflict
    """
    demand(actor, Action.CREATE, anywhere=True)
    with _writing(layer):
        row, job = _checked(layer, draft, None, actor=actor, at=at)
        store_row(row, job)
        stored = records_of(layer.model).values(*_read(layer)).get(ref=row.ref)
        _demand_place(layer, stored, draft, Action.CREATE, actor)
        _demand_reserved(layer, actor, {}, stored)
    return Written(stored["pk"], tuple(row.warnings))


def write_feature(
    layer: Layer, feature_id: int, draft: Draft, *, expected: Precondition, actor: Actor, at: date
) -> Written:
    """Replace a feature, or change what a partial draft names.

    Attributes that the actor may not see stay as they are; all others that a full draft lacks become empty.

    Raises
    ------
    UnknownFeature, Forbidden, PreconditionFailed, InvalidFeature, Conflict
    """
    demand(actor, Action.UPDATE, anywhere=True)
    with _writing(layer):
        before = _locked(layer, feature_id)
        demand(actor, Action.UPDATE, unit_id=before.get(_UNIT))
        expected.check(feature_id, before["version"])
        row, job = _checked(layer, draft, before, actor=actor, at=at)
        store_row(row, job)
        after = records_of(layer.model).values(*_read(layer)).get(pk=feature_id)
        _demand_place(layer, after, draft, Action.UPDATE, actor)
        _demand_reserved(layer, actor, before, after)
    return Written(feature_id, tuple(row.warnings))


def delete_feature(layer: Layer, feature_id: int, *, expected: Precondition, actor: Actor) -> None:
    """Delete a feature; its history stays.

    Raises
    ------
    UnknownFeature, Forbidden, PreconditionFailed
    Conflict
        Other records refer to it.
    """
    demand(actor, Action.DELETE, anywhere=True)
    with _writing(layer):
        before = _locked(layer, feature_id)
        demand(actor, Action.DELETE, unit_id=before.get(_UNIT))
        _demand_reserved(layer, actor, before, before)
        expected.check(feature_id, before["version"])
        try:
            records_of(layer.model).filter(pk=feature_id).delete()
        except (ProtectedError, RestrictedError) as error:
            raise Conflict("Other records refer to %(ref)s: change or delete them first.", ref=before["ref"]) from error


def writable_fields_for(layer: Layer, *, sensitive: bool) -> dict[str, LayerField]:
    """Give the fields that a person may write: not what triggers keep, nor whether the thing was invented."""
    return {
        field.name: field
        for field in layer.fields
        if field.editable and field.name != "synthetic" and (sensitive or not field.sensitive)
    }


@contextmanager
def _writing(layer: Layer) -> Iterator[None]:
    """Open the one transaction, and note in the history by which way the change came; who, the middleware notes.

    Not as `command`: an import would then take what a person wrote for what a file said, and overwrite it.
    """
    layer.demand_editable()
    with transaction.atomic(), pghistory.context(way="ogc", layer=layer.id):
        yield


def _checked(layer: Layer, draft: Draft, before: Json | None, *, actor: Actor, at: date) -> tuple[Row, Job]:
    """Convert and check a draft, against the stored row if there is one.

    Raises
    ------
    InvalidFeature
        With every complaint.
    """
    unit_id = before.get(_UNIT) if before else None
    sees = decide(actor, Action.VIEW_SENSITIVE, unit_id=unit_id, anywhere=before is None)
    fields = writable_fields_for(layer, sensitive=bool(sees))
    raw = {name: value for name, value in draft.properties.items() if name in fields}
    row = Row(1, raw, geom=draft.geom() if draft.placed else None)
    if before is not None:
        raw["ref"] = before["ref"]
        _merge_objects(raw, fields, draft, before)
    names = {*raw} if draft.partial else {*fields}
    job = single_job(layer, names, crs=draft.crs, actor=actor, at=at)
    if before is not None:
        # A period is checked as a whole, also where only one end of it is written.
        row.values = {name: before[name] for name in PERIOD & {*fields} - names}
    check_row(row, job, placed=draft.placed)
    _name_unwritable(row, layer, draft, before, fields)
    if row.refused:
        _refuse(row)
    return row, job


def _refuse(row: Row) -> NoReturn:
    texts = [complaint.text for complaint in row.complaints]
    raise InvalidFeature(
        "Nothing was stored: %(reasons)s",
        reasons=" · ".join(texts),
        errors=[{"field": complaint.field, "detail": complaint.detail} for complaint in row.complaints],
    )


def _name_unwritable(row: Row, layer: Layer, draft: Draft, before: Json | None, fields: Collection[str]) -> None:
    """Complain of attributes that there are not, or that the database keeps.

    A whole feature that was read and comes back names the latter too, which is no mistake; a patch that does is one.
    """
    if before is None and row.outcome is not Outcome.NEW:
        row.complain("ref", BadValue('There is a feature "%(ref)s" already.', ref=row.ref))
    if before and draft.properties.get("ref", before["ref"]) != before["ref"]:
        row.complain("ref", BadValue("A stored feature keeps its reference, %(ref)s.", ref=before["ref"]))
    kept = {field.name for field in layer.fields if not field.editable}
    invented = draft.properties.get("synthetic")
    for name in draft.properties:
        if name in fields or (name in kept and not draft.partial):
            continue
        if name == "synthetic" and invented in (None, bool(before and before["synthetic"])):
            continue
        row.complain(name[:60], _reason_against(name, kept, fields))


def _reason_against(name: str, kept: Collection[str], fields: Collection[str]) -> BadValue:
    if name in kept:
        return BadValue("The database keeps this attribute by itself: leave it out.")
    if name == "synthetic":
        return BadValue("Whether a feature was invented for demonstration cannot be changed: leave it out.")
    return BadValue("There is no such attribute; there are: %(known)s.", known=", ".join(fields))


def _merge_objects(raw: Json, fields: dict[str, LayerField], draft: Draft, before: Json) -> None:
    """Apply RFC 7396 inside of attributes that are objects themselves."""
    if draft.partial:
        for name in raw:
            if fields[name].type == "object":
                raw[name] = merge_patch(before[name], raw[name])


def _read(layer: Layer) -> tuple[str, ...]:
    """Name what of a stored row is needed to judge a change of it."""
    located = any(field.name == _UNIT for field in layer.fields)
    return ("pk", *(field.name for field in layer.fields if not field.reference), *([_UNIT] if located else []))


def _locked(layer: Layer, feature_id: int) -> Json:
    """Hold the row still until the transaction ends, and read it."""
    found: Json | None = (
        records_of(layer.model).select_for_update(of=("self",)).filter(pk=feature_id).values(*_read(layer)).first()
    )
    if found is None:
        raise UnknownFeature("Layer %(layer)s has no feature %(id)s.", layer=layer.id, id=feature_id)
    return found


def _demand_place(layer: Layer, stored: Json, draft: Draft, action: Action, actor: Actor) -> None:
    """Ask again for where the feature now stands; a no takes the transaction back.

    Administrative units stand in no unit here, as who moves a border would move their own right.
    """
    unit_id = stored.get(_UNIT)
    demand(actor, action, unit_id=unit_id)
    if layer.sensitive & {*draft.properties}:
        demand(actor, Action.VIEW_SENSITIVE, unit_id=unit_id)


def _demand_reserved(layer: Layer, actor: Actor, before: Json, after: Json) -> None:
    """Ask for what a layer reserves, where the feature stood and where it stands; a no takes the transaction back."""
    for action in layer.actions_reserved(before, after):
        for state in filter(None, (before, after)):
            demand(actor, action, unit_id=state.get(_UNIT))
