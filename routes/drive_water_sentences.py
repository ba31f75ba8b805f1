"""Water by road in words that can be read out over the radio."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.values import Verdict, hose_count
from hydrants.nearest import FoundSource
from hydrants.sentences import SEEN_WORKING, flow_sentence, full_name, say_hoses
from hydrants.usability import Marked
from routes.drive_water import Driven, NotChosen, Outcome, PassedOver
from routes.route_sentences import say_duration, say_metres

NOT_CHOSEN_LABELS: Final[dict[NotChosen, Promise]] = {
    NotChosen.FARTHER_BY_ROAD: _("it takes longer to have its water"),
    NotChosen.WAY_UNKNOWN: _("nobody knows whether the way to it is passable"),
    NotChosen.NO_WAY: _("no way leads to it"),
}
_OUTCOMES: Final[dict[Outcome, Promise]] = {
    Outcome.ONLY_UNKNOWN: _("No usable water is reached for sure by %(vehicle)s"),
    Outcome.NONE_REACHED: _("No way leads %(vehicle)s to usable water"),
    Outcome.NONE_USABLE: _("No usable water is recorded, only sources of no use"),
    Outcome.NO_SOURCE: _("No source of water is recorded"),
    Outcome.NOT_NEAR_ROAD: _("The place is far from every road"),
}
_AT_THE_KERB_M: Final = 5.0


def outcome_sentence(outcome: Outcome, vehicle: str, first: str) -> str:
    """Say what kind of answer it is; `first` is the sentence of the best source."""
    if outcome is Outcome.FOUND:
        return first
    said = str(_OUTCOMES[outcome]) % {"vehicle": vehicle}
    return f"{said}. {first}".strip()


def begin_sentence(road: str, hose_m: float) -> str:
    """Say that the truck cannot surely drive from the place, and where it stands instead."""
    return gettext("The truck stands in %(road)s, %(metres)s of hose from the place; from there:") % {
        "road": road,
        "metres": say_metres(hose_m),
    }


def driven_sentence(found: FoundSource, driven: Driven, verdict: Verdict, stand_m: float, road: str) -> str:
    """Say how far the source is by road, how sure the way, where the truck stands, and what flows."""
    parts = [
        gettext("%(source)s, %(distance)s by road, %(time)s") % {
            "source": full_name(found.source),
            "distance": say_metres(driven.drive_m),
            "time": say_duration(driven.drive_s),
        }
    ]  # fmt: skip
    if found.marked is Marked.WORKS:
        parts.append(str(SEEN_WORKING))
    if verdict is not Verdict.PASSABLE:
        parts.append(gettext("nobody knows whether the way is passable"))
    if stand_m > _AT_THE_KERB_M:
        parts.append(
            gettext("the truck stands in %(road)s, %(metres)s from it, %(hoses)s") % {
                "road": road,
                "metres": say_metres(stand_m),
                "hoses": say_hoses(hose_count(stand_m)),
            }
        )  # fmt: skip
    parts.append(flow_sentence(found.source))
    return "; ".join(parts) + "."


def passed_over_sentence(found: FoundSource, over: PassedOver) -> str:
    """Say why a usable source was not chosen."""
    said = gettext("%(source)s: %(reason)s") % {
        "source": full_name(found.source),
        "reason": NOT_CHOSEN_LABELS[NotChosen(over.reason)],
    }
    if over.driven is None:
        return f"{said}."
    return gettext("%(said)s, %(distance)s by road, %(time)s.") % {
        "said": said,
        "distance": say_metres(over.driven.drive_m),
        "time": say_duration(over.driven.drive_s),
    }
