"""Small values that cannot be wrong once they exist: positions, boxes, verdicts, evidence.

Whatever comes from outside is parsed here into a value that is finite, in range and in the right order, or is
refused with a message that says what would be right. Longitude comes before latitude, always.
"""

from gis_core.values.numbers import InvalidNumber, compass_point, hose_count, parse_limit, parse_number
from gis_core.values.places import Bbox, InvalidBbox, InvalidPosition, LonLat, OutsideVietnam, SwappedAxes
from gis_core.values.verdicts import Evidence, Verdict

__all__ = [
    "Bbox",
    "Evidence",
    "InvalidBbox",
    "InvalidNumber",
    "InvalidPosition",
    "LonLat",
    "OutsideVietnam",
    "SwappedAxes",
    "Verdict",
    "compass_point",
    "hose_count",
    "parse_limit",
    "parse_number",
]
