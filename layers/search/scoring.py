"""How well a name fits what was typed: from 0, not at all, to 1, word for word."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from layers.search.find import Named
from layers.search.question import Question

GOOD: Final = 0.7
"""From here on a name is what was typed, perhaps not to its end; below, it is only like it."""
MAX_KEYS: Final = 16


@dataclass(frozen=True, slots=True)
class Match:
    """A key, the text that it was found by, how well it fits, and the units that the words after it name."""

    key: str
    text: str
    score: float
    units: frozenset[int] = frozenset()


def matches(question: Question, found: Iterable[Named], units: dict[str, set[int]]) -> list[Match]:
    """Give the best keys, best first; of the ways in which one was found, the best."""
    best: dict[str, Match] = {}
    for named in found:
        for match in _matches(question, named, units):
            if match.key not in best or best[match.key].score < match.score:
                best[match.key] = match
    return sorted(best.values(), key=lambda match: (-match.score, len(match.key), match.key))[:MAX_KEYS]


def _matches(question: Question, named: Named, units: dict[str, set[int]]) -> Iterable[Match]:
    if named.how == "whole":
        for text, weight in question.texts.items():
            if text == named.text:
                yield Match(named.key, text, weight)
            elif text.startswith(f"{named.text} "):
                yield _with_tail(question, named, text, weight, units)
        return
    if named.text not in question.texts:
        # A beginning whose end names units: found by being like it.
        text = next((text for text in question.texts if text.startswith(f"{named.text} ")), "")
        whole = _with_tail(question, named, text, question.texts.get(text, 0), units)
        yield Match(named.key, text, whole.score * _likeness(named), whole.units)
    else:
        yield Match(named.key, named.text, question.texts[named.text] * _likeness(named))


def _likeness(named: Named) -> float:
    if named.how == "begun":
        return 0.75 + 0.2 * len(named.text) / len(named.key)
    if named.how == "alike":
        return 0.3 + 0.6 * named.likeness if named.likeness < 1 else 0.95
    return 0.65 * named.likeness


def _with_tail(question: Question, named: Named, text: str, weight: float, units: dict[str, set[int]]) -> Match:
    """Judge a name that only begins what was typed: the rest should name the unit in which it lies."""
    tails = question.heads.get(named.text, ())
    meant = {unit for tail in tails for unit in units.get(tail, ())}
    if meant:
        return Match(named.key, text, 0.96 * weight, frozenset(meant))
    return Match(named.key, text, weight * 0.6 * len(named.text) / max(len(text), 1))


def tails_with_units(question: Question, units: AbstractSet[str]) -> list[str]:
    """Give the beginnings of what was typed whose rest names a known unit."""
    return [head for head, tails in question.heads.items() if any(tail in units for tail in tails)]
