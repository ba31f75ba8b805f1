"""What the list rests on: the law that asks for it, the instruments behind the remedies, and how it was computed."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.wording import say_number
from routes.deficient.remedies import REMEDIES, RemedyCode
from routes.deficient.running import DEFAULT_DEEPER_M
from routes.deficient_models import REMEDY_LABELS


class Ground(NamedTuple):
    """An instrument and what it is the ground for; none was read in an official publication."""

    title: Promise
    clause: Promise


LEGAL_BASIS: Final = (
    Ground(
        _("Law on fire prevention, firefighting and rescue No. 55/2024/QH15"),
        _("article 20, clause 5: the city people's committee determines areas without roads or water for firefighting"),
    ),
    Ground(
        _("Decree No. 105/2025/NĐ-CP, as amended by Decree No. 347/2026/NĐ-CP"),
        _("article 27, clause 1: the city classifies, lists and publishes these areas and the homes in them"),
    ),
    Ground(
        _("Resolution No. 79/2025/NQ-HĐND of the people's council of Hà Nội"), _("remedies where the road falls short")
    ),
    Ground(_("Decision No. 4702/QĐ-UBND of 6 September 2024 of Hà Nội"), _("water for firefighting until 2030")),
)


_WORDS: Final = {
    "clause not named by our source": _("clause not named by our source"),
    "art. 14(11)": _("art. 14(11)"),
    "art. 20(5)": _("art. 20(5)"),
    "Law 55/2024/QH15": _("Law 55/2024/QH15"),
    "Resolution 79/2025/NQ-HĐND (Hà Nội)": _("Resolution 79/2025/NQ-HĐND (Hà Nội)"),
    "QĐ 4702 (Hà Nội)": _("QĐ 4702 (Hà Nội)"),
    "Directive 05/CT-UBND (Hồ Chí Minh City)": _("Directive 05/CT-UBND (Hồ Chí Minh City)"),
}
"""Instruments and clauses of the remedies, in words."""


def ground_lines() -> list[str]:
    """Name the grounds of the decision, as its preamble does."""
    return [
        gettext("Pursuant to %(title)s: %(clause)s;") % {"title": ground.title, "clause": ground.clause}
        for ground in LEGAL_BASIS
    ]


def method_lines() -> list[str]:
    """Say how an area is computed, in the language in force."""
    return [
        gettext(
            "A house lacks a road where the fire engine surely stops more than %(deeper)s m on foot before it. The law "
            "names no depth; from this one on lanes get a public firefighting point."
        )
        % {"deeper": say_number(DEFAULT_DEEPER_M, 0)},
        gettext(
            "Depth is measured along ways that people walk, from the last place where the engine gets: at least, where "
            "it gets through all that nobody measured; at most, where it gets through none of that."
        ),
        gettext(
            "A house lacks water where coverage finds no usable source within the length of hose. A source that was "
            "recorded, but not verified within its period, leaves that unknown."
        ),
        gettext(
            "Unknown is neither deficient nor fine: an area in which nothing surely lacks is listed as one that cannot "
            "be classified, until somebody surveys it."
        ),
        gettext("Households and people are sums of what was recorded; houses without a record are counted beside."),
        gettext(
            "Proposals are computed; people edit and approve them. An approved area stays as it was approved; what "
            "changes afterwards is proposed as another version beside it."
        ),
    ]


def remedy_lines() -> list[tuple[str, str]]:
    """Give every remedy with its source: label, and instrument with clause."""
    return [(str(REMEDY_LABELS[code]), source_of(code)) for code in RemedyCode if code is not RemedyCode.NONE]


def source_of(code: RemedyCode) -> str:
    """Name the instrument and clause of a remedy, or say that it is our own proposal."""
    remedy = REMEDIES[code]
    if not remedy.instrument:
        return gettext("proposed by the service, from no instrument")
    return f"{_WORDS[remedy.instrument]}, {_WORDS[remedy.clause]}"
