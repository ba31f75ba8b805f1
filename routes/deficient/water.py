"""What coverage says of the water of each house, as far as the list asks."""

from typing import Final, NamedTuple

from routes.deficient.judging import Lacks

NOT_COMPUTED: Final = "not_computed"
"""Nobody computed coverage for the house yet."""


class Water(NamedTuple):
    """Whether a house lacks water, and why, by the code of coverage."""

    lacks: Lacks
    reason: str


UNKNOWN: Final = Water("unknown", NOT_COMPUTED)


def water_of_buildings() -> dict[int, Water]:
    """Read what coverage says of every building, by its id; one that is not in it is `UNKNOWN`."""
    return {}
