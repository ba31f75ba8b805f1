"""What coverage says in words, in the language of whoever asks."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.wording import say_day, say_number
from hydrants.sentences import REASON_LABELS, full_name
from hydrants.usability import Reason
from routes.coverage.areas import BESIDE_LANE_M, FiguresState
from routes.coverage.classes import BY_LEVEL, WHYS, Against, Coverage
from routes.coverage.explaining import HouseSaid, SourceSaid, TogetherSaid
from routes.coverage.models import CauseChoice, CoverageChoice, ReachChoice, WhyChoice

LABELS: Final = {Coverage(choice.value): choice.label for choice in CoverageChoice}
WHY_LABELS: Final = dict(zip(WHYS, (WhyChoice(why.value).label for why in WHYS), strict=True))
CAUSE_LABELS: Final = {choice.value: choice.label for choice in CauseChoice}
REACH_LABELS: Final = {choice.value: choice.label for choice in ReachChoice}

AGAINST_LABELS: Final[Mapping[Against | Reason, str | Promise]] = REASON_LABELS | {
    Against.TOO_FAR: _("farther than the rule allows"),
    Against.WAY_UNKNOWN: _("nobody knows whether people pass on the way"),
    Against.TRUCK_BLOCKED: _("no truck gets there"),
    Against.TRUCK_UNKNOWN: _("nobody knows whether a truck gets there"),
    Against.FLOW_TOO_LOW: _("lacks flow"),
    Against.FLOW_UNKNOWN: _("nobody measured its flow"),
    Against.DEMAND_UNKNOWN: _("may give too little: nobody knows how much the building needs"),
    Against.NOT_VERIFIED: _("suffices, but was not verified within its period"),
}
STATE_LABELS: Final[Mapping[FiguresState, Promise]] = {
    FiguresState.CURRENT: _("every edit is counted"),
    FiguresState.BEHIND: _("edits were made that these figures do not count yet"),
    FiguresState.UNKNOWN: _("nobody can tell whether these figures count every edit"),
}
_TOLD: Final = 3


def house_sentence(said: HouseSaid) -> str:
    """Say the class of a house, and why: “The source at 151 m lacks flow; the source at 200 m suffices.”."""
    level, why = int(said.state.weighed.level[0]), int(said.state.weighed.reason[0])
    computed = str(LABELS[BY_LEVEL[level]])
    sentence = gettext("%(class)s: %(reason)s.") % {
        "class": computed[:1].upper() + computed[1:],
        "reason": WHY_LABELS[WHYS[why]],
    }
    parts = [source_sentence(source) for source in _worth_telling(said)]
    if parts:
        told = "; ".join(parts)
        sentence = f"{sentence} {told[:1].upper()}{told[1:]}."
    if said.together:
        sentence = f"{sentence} {together_sentence(said.together[0])}"
    if said.override is not None:
        decided = gettext("A planner decided otherwise: %(class)s, because %(comment)s.") % {
            "class": LABELS[Coverage(said.override.coverage)],
            "comment": said.override.comment.rstrip("."),
        }
        sentence = f"{decided} {sentence}"
    return sentence


def name_of_lane(name: str) -> str:
    """Say which houses are told as those of a lane."""
    lane = name or gettext("The way without a name")
    return gettext("%(lane)s, houses up to %(metres)d m from it") % {"lane": lane, "metres": BESIDE_LANE_M}


def _worth_telling(said: HouseSaid) -> tuple[SourceSaid, ...]:
    """Give the nearest sources up to the first that counts, and at most three."""
    counts = [i for i, source in enumerate(said.sources) if source.against in {None, Against.NOT_VERIFIED}]
    until = counts[0] + 1 if counts else _TOLD
    told = said.sources[:until]
    return told if len(told) <= _TOLD else (*told[: _TOLD - 1], told[-1])


def source_sentence(source: SourceSaid) -> str:
    """Say what a source is for the house."""
    metres = say_number(source.hose_mm / 1000, 0)
    if source.against is None:
        return gettext("the source at %(metres)s m suffices (%(name)s)") % {
            "metres": metres,
            "name": full_name(source.row),
        }
    return gettext("the source at %(metres)s m (%(name)s): %(reason)s") % {
        "metres": metres,
        "name": full_name(source.row),
        "reason": AGAINST_LABELS[source.against],
    }


def together_sentence(test: TogetherSaid) -> str:
    """Say what two sources gave at once."""
    return gettext("Tested together on %(day)s, %(one)s and %(other)s gave %(flow)s L/s.") % {
        "day": say_day(test.tested_on),
        "one": full_name(test.one),
        "other": full_name(test.other),
        "flow": say_number(test.flow_lps),
    }


def area_sentence(name: str, figures: dict[str, int], state: FiguresState) -> str:
    """Say the figures of an area, and that they are not the latest where they are not."""
    sentence = figures_sentence(name, figures)
    if state is FiguresState.CURRENT:
        return sentence
    label = str(STATE_LABELS[state])
    return f"{sentence} {label[:1].upper()}{label[1:]}."


def figures_sentence(name: str, figures: dict[str, int]) -> str:
    """Say the figures of an area in one sentence."""
    if not figures["buildings"]:
        return gettext("No buildings are recorded in %(area)s.") % {"area": name}
    return gettext(
        "%(area)s: of %(buildings)d buildings %(covered)d are covered, %(recorded)d as recorded only, "
        "%(unknown)d not classifiable, %(not)d not covered."
    ) % {
        "area": name,
        "buildings": figures["buildings"],
        "covered": figures["buildings_covered"],
        "recorded": figures["buildings_recorded_only"],
        "unknown": figures["buildings_not_classifiable"],
        "not": figures["buildings_not_covered"],
    }
