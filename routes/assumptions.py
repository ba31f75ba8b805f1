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
_MEASURED: Final = "Trips of Team 9 at midnight averaged 31 and 42 km/h (SEEN-2nd, laodong 2026-01)"
_SPEEDS: Final = {
    "motorway": (70.0, f"No crossings; faster than a trip on streets. {_MEASURED}; this value RECALLED"),
    "trunk": (50.0, f"Few crossings. {_MEASURED}; this value RECALLED"),
    "primary": (42.0, f"The faster of two trips, mostly on streets like this. {_MEASURED}"),
    "secondary": (38.0, f"Between the two trips. {_MEASURED}; this value RECALLED"),
    "tertiary": (31.0, f"The slower of two trips. {_MEASURED}"),
    "residential": (20.0, "Parked vehicles, motorcycles; RECALLED"),
    "unclassified": (25.0, "As a residential street with fewer doors; RECALLED"),
    "service": (12.0, "Yards and lanes, walking people; RECALLED"),
    "living_street": (12.0, "Walking people; RECALLED"),
    "pedestrian": (10.0, "Walking people; RECALLED"),
    "footway": (8.0, "At the pace of a runner; RECALLED"),
    "path": (8.0, "At the pace of a runner; RECALLED"),
    "cycleway": (10.0, "RECALLED"),
}
"""Of a fire engine with the street empty. Peak hours are slower, 15 to 25 km/h (RECALLED)."""
DEFAULT_SPEED_KMH: Final = 20.0
"""Where the class of a road is not in the table."""
_LINK: Final = 0.8
_FOOTPATH: Final = "Width never assumed. Where surveyed: ridden by motorcycles daily; RECALLED"

Row = dict[str, Any]


def _rows(classes: tuple[str, ...], **values: Any) -> list[Row]:
    return [{"highway": highway, **values, **_speed(highway)} for highway in classes]


def _speed(highway: str) -> Row:
    speed_kmh, reason = _SPEEDS[highway.removesuffix("_link")]
    if highway.endswith("_link"):
        return {"speed_kmh": round(_LINK * speed_kmh, 1), "speed_reason": f"A bend, at 0.8 of the street's. {reason}"}
    return {"speed_kmh": speed_kmh, "speed_reason": reason}


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


def ensure_speeds(model: type[RoadClassAssumption] = RoadClassAssumption) -> None:
    """Give the first rows that were stored before there was a speed theirs."""
    for row in FIRST_ASSUMPTIONS:
        speed = {name: row[name] for name in ("speed_kmh", "speed_reason")}
        model.objects.filter(highway=row["highway"], speed_reason="").update(**speed)


def read_assumptions() -> dict[str, Assumption]:
    """Read the stored assumptions by class of road: one query; an empty or senseless value assumes nothing."""
    return read_class_table()[0]


def read_class_table() -> tuple[dict[str, Assumption], dict[str, float]]:
    """Read the stored assumptions and speeds (km/h) by class of road: one query."""
    rows = list(RoadClassAssumption.objects.all())
    return {row.highway: _assumption(row) for row in rows}, {row.highway: row.speed_kmh for row in rows}


def _assumption(row: RoadClassAssumption) -> Assumption:
    stated = {
        Dimension.WIDTH: row.clear_width_m,
        Dimension.HEIGHT: row.clear_height_m,
        Dimension.WEIGHT: row.max_weight_t,
    }
    return Assumption({d: value for d, value in stated.items() if value is not None}, row.needs_survey)
