"""A rule in force as every answer tells it, and the description of that."""

from typing import Final

from gis_core import json_schema as js
from gis_core.regulations import Regulation
from routes.pieces import Json

RULE: Final = {
    "key": js.TEXT,
    "value": js.NUMBER,
    "unit": js.TEXT,
    "instrument": js.TEXT,
    "clause": js.TEXT,
    "title": js.TEXT,
    "confidence": js.TEXT,
}


def rule_json(rule: Regulation) -> Json:
    """Tell a rule with its clause, and how sure it is that the clause says so."""
    return {
        "key": rule.key,
        "value": rule.value,
        "unit": rule.unit,
        "instrument": rule.instrument,
        "clause": rule.clause,
        "title": rule.title,
        "confidence": rule.confidence,
    }
