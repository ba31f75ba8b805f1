"""How long sources last, asked of the store and told: rules, numbers, sentences."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext

from gis_core.regulations import Regulation, regulation_at
from gis_core.wording import say_number
from hydrants.endurance import Endurance, Lasts, Supply, Turn, chain, endurance, main_endurance
from hydrants.models import WaterTank
from hydrants.outages import demand_during, out_at
from hydrants.recording import SourceKey, UnknownSource
from hydrants.sentences import REASON_LABELS, full_name
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason, reason_against

Json = dict[str, Any]

CARRIED: Final = "carried"
"""Key of the water that the vehicle brings along."""
TABLES: Final = ("hydrants_hydrant", "hydrants_intakepoint", "hydrants_watertank", "hydrants_outage")


def endurance_answer(
    keys: Sequence[SourceKey], *, demand_lps: float, carried_m3: float, lead_s: float, at: datetime
) -> Json:
    """Say how long the sources last one after the other, and whether that is as long as the rule asks.

    Sources that cannot be used at that moment take no turn and are named with the reason. Four queries at the most.

    Raises
    ------
    hydrants.recording.UnknownSource
    """
    rows, unusable = _usable(keys, at)
    refills = _refills(rows)
    named = [(CARRIED, gettext("the vehicle's own water"), endurance(Supply(carried_m3, 0.0), demand_lps))]
    named = named if carried_m3 else []
    named += [(row.key, full_name(row), _of(row, refills, demand_lps)) for row in rows]
    turns = chain([lasting for _, _, lasting in named], lead_s=lead_s)
    rule = _duration(demand_lps, at.date())
    return {
        "demand_lps": demand_lps,
        "lead_s": lead_s,
        "sources": [_turn(key, name, turn, demand_lps) for (key, name, _), turn in zip(named, turns, strict=True)],
        "unusable": [
            {"source": row.key, "reason": reason, "reason_label": str(REASON_LABELS[reason])}
            for row, reason in unusable
        ],
        "lasts": _whole(turns),
        "lasts_s": _lasts_s(turns),
        "needed_s": rule.value * 3600,
        "enough": _enough(turns, rule.value * 3600),
        "rule": {"instrument": rule.instrument, "clause": rule.clause, "value": rule.value, "unit": rule.unit},
        "sentence": _sentence(turns, rule),
    }


def _usable(
    keys: Sequence[SourceKey], at: datetime
) -> tuple[list[AnyWaterSource], list[tuple[AnyWaterSource, Reason]]]:
    found = {row.key: row for row in AnyWaterSource.objects.filter(key__in=[str(key) for key in keys])}
    demand = demand_during(at, out_at(at))
    usable, unusable = [], []
    for key in dict.fromkeys(map(str, keys)):
        if key not in found:
            raise UnknownSource("There is no source %(source)s.", source=key)
        reason = reason_against(found[key], demand)
        if reason is None:
            usable.append(found[key])
        else:
            unusable.append((found[key], reason))
    return usable, unusable


def _refills(rows: Sequence[AnyWaterSource]) -> Mapping[int, float | None]:
    tanks = [row.id for row in rows if row.layer == "water-tanks"]
    return dict(WaterTank.objects.filter(pk__in=tanks).values_list("pk", "refill_lps")) if tanks else {}


def _of(row: AnyWaterSource, refills: Mapping[int, float | None], demand_lps: float) -> Endurance:
    if row.layer == "hydrants":
        return main_endurance(row.flow_lps, demand_lps)
    refill = refills.get(row.id) if row.layer == "water-tanks" else None
    return endurance(Supply(row.volume_m3, refill, row.flow_lps), demand_lps)


def _duration(demand_lps: float, at: date) -> Regulation:
    """Give how long water must last: 1 h for a small demand, else 3 h (QCVN 10:2025 annex H, QCVN 06:2022 5.1)."""
    return regulation_at("duration_small" if demand_lps <= _SMALL_LPS else "duration", at)


_SMALL_LPS: Final = 15.0
"""F1 to F4; the 20 L/s of F5 and the 2 h of resistant buildings need a building, which is not asked for here."""


def _turn(key: str, name: str, turn: Turn, demand_lps: float) -> Json:
    return {
        "source": key,
        "name": name,
        "lasts": turn.endurance.lasts,
        "lasts_s": turn.endurance.seconds,
        "at_least": turn.endurance.at_least,
        "begins_s": turn.begins_s,
        "dry_s": turn.ends_s,
        "switch_s": turn.switch_s,
        "too_late": turn.too_late,
        "sentence": _said(name, turn, demand_lps),
    }


def _said(name: str, turn: Turn, demand_lps: float) -> str:
    told = {"source": name, "flow": say_number(demand_lps)}
    lasting = turn.endurance
    if lasting.lasts is Lasts.UNKNOWN:
        return (
            gettext("%(source)s: nobody measured how much it holds or gives, so nobody knows how long it lasts.") % told
        )
    if lasting.lasts is Lasts.TOO_LITTLE:
        return gettext("%(source)s gives less than %(flow)s L/s.") % told
    if lasting.lasts is Lasts.HOLDS:
        return gettext("%(source)s keeps giving %(flow)s L/s.") % told
    told["minutes"] = _minutes(lasting.seconds)
    if lasting.at_least:
        said = gettext("%(source)s lasts at least %(minutes)s minutes at %(flow)s L/s; nobody knows its refill.") % told
    else:
        said = gettext("%(source)s lasts %(minutes)s minutes at %(flow)s L/s.") % told
    return f"{said} {_switch(turn)}".strip()


def _switch(turn: Turn) -> str:
    if turn.switch_s is None:
        return ""
    if turn.too_late:
        return gettext("The next source takes longer to lay: lay it at once.")
    return gettext("Begin to lay the next one after %(minutes)s minutes.") % {"minutes": _minutes(turn.switch_s)}


def _whole(turns: Sequence[Turn]) -> Lasts:
    """Say what becomes of the chain: it holds or is unknown from the first source on that does or is."""
    kinds = [turn.endurance.lasts for turn in turns if turn.endurance.lasts is not Lasts.TOO_LITTLE]
    later = next((kind for kind in kinds if kind is not Lasts.RUNS_DRY), None)
    return later or (Lasts.RUNS_DRY if kinds else Lasts.TOO_LITTLE if turns else Lasts.UNKNOWN)


def _lasts_s(turns: Sequence[Turn]) -> float:
    """Give the seconds that are sure: until the last source is dry of which that is known."""
    return max((turn.ends_s for turn in turns if turn.ends_s is not None), default=0.0)


def _enough(turns: Sequence[Turn], needed_s: float) -> str:
    whole = _whole(turns)
    if whole is Lasts.HOLDS or _lasts_s(turns) >= needed_s:
        return "yes"
    open_end = whole is Lasts.UNKNOWN or any(turn.endurance.at_least for turn in turns)
    return "unknown" if open_end else "no"


def _sentence(turns: Sequence[Turn], rule: Regulation) -> str:
    told = {
        "minutes": _minutes(_lasts_s(turns)),
        "hours": say_number(rule.value),
        "rule": f"{rule.instrument}, {rule.clause}",
    }
    match _enough(turns, rule.value * 3600):
        case "yes":
            return gettext("The water lasts the %(hours)s h that %(rule)s asks for.") % told
        case "no":
            return gettext("The water lasts %(minutes)s minutes, not the %(hours)s h that %(rule)s asks for.") % told
    return gettext("The water surely lasts %(minutes)s minutes; nobody knows about the %(hours)s h of %(rule)s.") % told


def _minutes(seconds: float | None) -> str:
    return say_number((seconds or 0.0) / 60, 0)
