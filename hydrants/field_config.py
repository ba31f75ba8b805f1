"""What the page of a field team knows without asking: its words, and the check lists, so that a form opens offline."""

from typing import Any, Final

from hydrants.checklist import CHECK_LISTS, MAX_PRESSURE_KPA, MAX_SUCTION_DEPTH_M, Item, Outcome
from hydrants.field_texts import FIELD_TEXTS
from hydrants.inspection_answers import ITEM_LABELS
from hydrants.inspection_models import Inspection
from layers.map_texts import MAP_TEXTS
from layers.models import TriState

Config = dict[str, Any]

_MOST: Final = {Item.PRESSURE_KPA: MAX_PRESSURE_KPA, Item.SUCTION_DEPTH_M: MAX_SUCTION_DEPTH_M}


def field_texts() -> dict[str, str]:
    """Give every text of the page, with those of the modules that it shares with the map page."""
    return {key: str(text) for key, text in (MAP_TEXTS | FIELD_TEXTS).items()}


def check_lists() -> Config:
    """Describe the forms: what can be found, why not, and the lines of each kind of source."""
    return {
        "outcomes": _choices(Inspection.Outcome.choices),
        "whys": _choices(Inspection.Why.choices),
        "withoutLines": [Outcome.MISSING],
        "withWhy": Outcome.CANNOT_BE_TESTED,
        "lists": {layer: [_line(item) for item in items] for layer, items in CHECK_LISTS.items()},
    }


def _line(item: Item) -> Config:
    """Describe a line: a number with its most, else one of some answers; no answer means that nobody looked at it."""
    line: Config = {"item": item, "label": str(ITEM_LABELS[item])}
    if item in _MOST:
        return {**line, "most": _MOST[item]}
    levels = item is Item.WATER_LEVEL
    return {**line, "choices": _choices(Inspection.Level.choices if levels else TriState.choices)}


def _choices(choices: Any) -> list[Config]:
    """Give codes with labels, without the one that says nothing: that is no answer."""
    return [{"code": code, "label": str(label)} for code, label in choices if code and code != TriState.UNKNOWN]
