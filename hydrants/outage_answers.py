"""Outages as answers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext

from hydrants.inspection_models import COLUMNS
from hydrants.outage_models import Outage

Json = dict[str, Any]


def outage_times(outage: Outage) -> Json:
    """Tell from when to when something is out, in Hanoi's time, and why."""
    return {"from": _said(outage.from_at), "until": _said(outage.until_at), "cause": outage.cause}


def outage_answer(outage: Outage, *, now: datetime, roles: Collection[str], may_see: bool) -> Json:
    """Tell an outage; `for_you` where the reader holds a role that is told, who announced it only to the service."""
    return {
        "id": outage.pk,
        "source": None if outage.main_ref else outage.source_key,
        "main_ref": outage.main_ref or None,
        **outage_times(outage),
        "running": outage.from_at <= now < outage.until_at,
        "told": outage.told_roles,
        "for_you": any(role in roles for role in outage.told_roles),
        "announced_by": outage.announced_by if may_see else None,
        "synthetic": outage.synthetic,
    }


def _said(at: datetime) -> str:
    return localtime(at).isoformat(timespec="seconds")


def outage_ref(entry: Any) -> str:
    """Name what is out, as an entry of the history says."""
    return entry.main_ref or next(
        f"{layer}/{pk}" for layer, column in COLUMNS.items() if (pk := getattr(entry, f"{column}_id")) is not None
    )


def tell_outage(before: Any, entry: Any) -> str | None:
    """Say in a live event what will be out, or no longer; never who announced it."""
    said = {"what": outage_ref(entry), "until": f"{localtime(entry.until_at):%H:%M %d/%m/%Y}"}
    if entry.pgh_label == "delete":
        return gettext("%(what)s: the outage was withdrawn") % said
    if before is None:
        return gettext("%(what)s: an outage is announced until %(until)s") % said
    if before.until_at == entry.until_at and before.from_at == entry.from_at:
        return None
    return gettext("%(what)s: the outage ends %(until)s") % said
