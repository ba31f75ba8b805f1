"""What a class of road is taken to offer where nobody measured it: the first rows, and reading the stored ones.

Only what may let a vehicle through without anybody having been there stands without `needs_survey`: the streets that
carry buses and lorries every day. Lanes get a height and a load, never a width, and those only where somebody measured
the width and would have recorded a cable or an awning as an access restriction. All values but the widths and heights
of the regulation are RECALLED: editable defaults, never a hard rule.
"""

from typing import Any, Final

from routes.encounters import Assumption, Dimension
from routes.models import RoadClassAssumption

_THROUGH_STREETS: Final = ("motorway", "trunk", "primary", "secondary")
_BUS_ROUTE: Final = (
    "Carries buses and lorries daily; 3.5 m (QCVN 06:2022 6.2.1.1), 4.25 m (its 2010 edition); load RECALLED"
)
_SMALLER_BUS_ROUTE: Final = "As larger streets, with a smaller load; load RECALLED"
_STREET: Final = (
    "Width never assumed. Where surveyed: open to the sky unless an obstacle is recorded; lorries deliver; RECALLED"
)
_LANE: Final = "Width never assumed. Where surveyed: a refuse lorry of 10 t passes under the cables; RECALLED"
_FOOTPATH: Final = "Width never assumed. Where surveyed: ridden by motorcycles daily; RECALLED"

Row = dict[str, Any]


def _rows(classes: tuple[str, ...], **values: Any) -> list[Row]:
    return [{"highway": highway, **values} for highway in classes]


def _with_links(classes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for highway in classes for name in (highway, f"{highway}_link"))


# fmt: off
FIRST_ASSUMPTIONS: Final[tuple[Row, ...]] = (
    *_rows(_with_links(_THROUGH_STREETS), clear_width_m=3.5, clear_height_m=4.25, max_weight_t=30.0,
           needs_survey=False, reason=_BUS_ROUTE),
    *_rows(_with_links(("tertiary",)), clear_width_m=3.5, clear_height_m=4.25, max_weight_t=20.0,
           needs_survey=False, reason=_SMALLER_BUS_ROUTE),
    *_rows(("residential", "unclassified"), clear_height_m=4.0, max_weight_t=20.0, needs_survey=True, reason=_STREET),
    *_rows(("service", "living_street", "pedestrian"), clear_height_m=3.6, max_weight_t=10.0, needs_survey=True,
           reason=_LANE),
    *_rows(("footway", "path", "cycleway"), clear_height_m=2.0, max_weight_t=1.0, needs_survey=True, reason=_FOOTPATH),
)
# fmt: on


def ensure_assumptions(model: type[RoadClassAssumption] = RoadClassAssumption) -> int:
    """Add the first assumptions that are missing, by class; what is there stays as people left it.

    Returns
    -------
    How many were added.
    """
    columns = {column.name for column in model._meta.get_fields()}
    added = 0
    for row in FIRST_ASSUMPTIONS:
        values = {name: value for name, value in row.items() if name in columns}
        _, created = model.objects.get_or_create(highway=values.pop("highway"), defaults=values)
        added += created
    return added


def read_assumptions() -> dict[str, Assumption]:
    """Read the stored assumptions by class of road: one query; an empty or senseless value assumes nothing."""
    return {row.highway: _assumption(row) for row in RoadClassAssumption.objects.all()}


def _assumption(row: RoadClassAssumption) -> Assumption:
    stated = {
        Dimension.WIDTH: row.clear_width_m,
        Dimension.HEIGHT: row.clear_height_m,
        Dimension.WEIGHT: row.max_weight_t,
    }
    return Assumption({d: value for d, value in stated.items() if value is not None}, row.needs_survey)
