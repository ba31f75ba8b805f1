"""What coverage says of the water of each house, as far as the list asks."""

from typing import Final, NamedTuple

from routes.coverage.models import BuildingCoverage, CoverageChoice, OfLayer
from routes.deficient.judging import Lacks

NOT_COMPUTED: Final = "not_computed"
"""Nobody computed coverage for the house yet."""
TABLE: Final = BuildingCoverage._meta.db_table

_LACKS: Final[dict[str, Lacks]] = {
    CoverageChoice.COVERED: "no",
    # What nobody verified within its period may be dry by now.
    CoverageChoice.RECORDED_ONLY: "unknown",
    CoverageChoice.NOT_CLASSIFIABLE: "unknown",
    CoverageChoice.NOT_COVERED: "yes",
}


class Water(NamedTuple):
    """Whether a house lacks water, and why, by the code of coverage."""

    lacks: Lacks
    reason: str


UNKNOWN: Final = Water("unknown", NOT_COMPUTED)


def water_of_buildings() -> dict[int, Water]:
    """Read what coverage says of every building, by its id: one query; one that is not in it is `UNKNOWN`."""
    rows = BuildingCoverage.objects.filter(of_layer=OfLayer.BUILDINGS).values_list("of_id", "coverage", "reason")
    return {of_id: Water(_LACKS.get(coverage, "unknown"), reason) for of_id, coverage, reason in rows.iterator()}
