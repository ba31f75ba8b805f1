"""The tables that answers about ways rest on: their state is the version of an answer."""

from typing import Final

from hydrants.nearest import TABLES as WATER
from layers.models import FireStation, PublicFirefightingPoint
from routes.models import AccessRestriction, Road, RoadClassAssumption, TurnRestriction, Vehicle

WAYS: Final = tuple(
    model._meta.db_table for model in (Road, AccessRestriction, TurnRestriction, Vehicle, RoadClassAssumption)
)
REACH: Final = (*WAYS, FireStation._meta.db_table)
DRIVE_WATER: Final = (*REACH, *WATER)
APPROACH: Final = (*DRIVE_WATER, PublicFirefightingPoint._meta.db_table)
"""Everything there is: what an approach is found from."""
