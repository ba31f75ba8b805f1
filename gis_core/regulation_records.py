"""What the instruments say, as records: Vietnam's rules on access and water since 1995, and foreign ones to compare.

The rules conflict and change, so nothing here is resolved: each value keeps its instrument, its clause, its dates and
how sure we are of it. Ask through `gis_core.regulations`. No source is an official publication of the instrument.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gis_core.units import kpa_from_psi, m_from_ft


class Confidence(StrEnum):
    """How sure we are of a record."""

    SEEN = "SEEN"
    """Read in the legal or primary text."""
    SEEN_SECOND = "SEEN-2nd"
    """Read on a secondary page."""
    RECALLED = "RECALLED"
    """General knowledge, not confirmed: an editable default, never a hard rule."""
    COMPUTED = "COMPUTED"
    """Calculated from other records."""


class Bound(StrEnum):
    """How the value limits."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    IS = "is"
    FROM = "from"
    """The rule begins at the value."""
    ABOVE = "above"
    """The rule begins beyond the value."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, standard or decision and the day from which it applies."""

    name: str
    valid_from: date | None
    """None: not in force in Vietnam."""
    note: str = ""
    confidence: Confidence = Confidence.SEEN
    valid_to: date | None = None
    """First day on which it no longer applies; None while it does."""

    def in_force(self, at: date) -> bool:
        """Tell whether it applies on a day."""
        return _covers(self.valid_from, self.valid_to, at)


@dataclass(frozen=True, slots=True)
class Regulation:
    """One value that one clause of one instrument sets for a time.

    `valid_from` None marks a foreign rule, which is never in force in Vietnam; `valid_to` is the first day on which
    the value no longer holds, None while it holds.
    """

    key: str
    value: float
    unit: str
    bound: Bound
    instrument: str
    clause: str
    title: str
    valid_from: date | None
    valid_to: date | None = None
    confidence: Confidence = Confidence.SEEN
    note: str = ""

    def in_force(self, at: date) -> bool:
        """Tell whether the value holds on a day."""
        return _covers(self.valid_from, self.valid_to, at)


def _covers(valid_from: date | None, valid_to: date | None, at: date) -> bool:
    return valid_from is not None and valid_from <= at and (valid_to is None or at < valid_to)


@dataclass(frozen=True, slots=True)
class AreaDemand:
    """Fires at one time and flow for each, by population of a residential area (the last row has no end)."""

    above_population: int
    fires: int
    low_rise_lps: float
    """Buildings of one or two storeys."""
    high_rise_lps: float
    """Three storeys or more."""


_YEAR_ONLY: Final = "only the year is known; the day is put on 1 January"
_NO_CLAUSE: Final = "clause not named by our source"
_S2, _R = Confidence.SEEN_SECOND, Confidence.RECALLED

TCVN_2622 = Instrument("TCVN 2622:1995", date(1995, 1, 1), f"old base standard, still quoted; {_YEAR_ONLY}")
QCVN_06_2010 = Instrument("QCVN 06:2010/BXD", date(2010, 1, 1), _YEAR_ONLY, _S2, valid_to=date(2023, 1, 16))
QCVN_01 = Instrument("QCVN 01:2021/BXD", date(2021, 7, 5), "planning")
QCVN_06 = Instrument("QCVN 06:2022/BXD", date(2023, 1, 16), "sections 5 (water) and 6 (access)")
AMENDMENT_1 = Instrument("Amendment 1:2023 to QCVN 06:2022/BXD", date(2023, 12, 1), "Circular 09/2023/TT-BXD")
QD_4702 = Instrument("QĐ 4702 (Hà Nội)", date(2024, 9, 6), "target for 2030, amended by QĐ 5185 (2025-10-16)", _S2)
CT_05 = Instrument(
    "Directive 05/CT-UBND (Hồ Chí Minh City)", date(2025, 1, 1), f"no Hanoi text was found; {_YEAR_ONLY}"
)
HOSE_PRACTICE = Instrument("Practice of Hanoi's fire teams", date(2025, 8, 20), "VnExpress of that day", _S2)
QCVN_10 = Instrument("QCVN 10:2025/BCA", date(2025, 12, 30), "Circular 103/2025/TT-BCA")
IFC = Instrument("IFC 503 / NFPA 1 ch. 18", None, confidence=_S2)
IFC_D = Instrument("IFC Appendix D", None)
OSHA = Instrument("OSHA guide for emergency responders", None, confidence=_S2)
ADB = Instrument("Approved Document B (England)", None, confidence=_S2)
UK_HIGH_REACH = Instrument("United Kingdom, high-reach appliance", None, confidence=_R)
ESSEX = Instrument("Essex access guide", None)
NFPA_291 = Instrument("NFPA 291", None, confidence=_S2)
NFPA_1142 = Instrument("NFPA 1142", None, confidence=_S2)
IWUIC = Instrument("IWUIC", None)

INSTRUMENTS: Final = (
    TCVN_2622,
    QCVN_06_2010,
    QCVN_01,
    QCVN_06,
    AMENDMENT_1,
    QD_4702,
    CT_05,
    Instrument("Law 55/2024/QH15", date(2025, 7, 1), "replaces the law of 2001, amended in 2013"),
    Instrument("Decree 105/2025/NĐ-CP", date(2025, 7, 1), "replaces decrees 136/2020 and 50/2024"),
    Instrument("Decree 106/2025/NĐ-CP", date(2025, 7, 1), "fines"),
    Instrument("Circular 36/2025/TT-BCA", date(2025, 7, 1)),
    Instrument("Circular 37/2025/TT-BCA", date(2025, 7, 1)),
    HOSE_PRACTICE,
    Instrument("Resolution 76/2025/NQ-HĐND (Hà Nội)", date(2025, 11, 27), "fines times 1.2 to 2 for 69 acts"),
    Instrument("Resolution 79/2025/NQ-HĐND (Hà Nội)", date(2025, 11, 27), "facilities from before 2001"),
    QCVN_10,
    Instrument("Decree 347/2026/NĐ-CP", date(2026, 9, 15), "amends decrees 105 and 106; new form PC01"),
    IFC,
    IFC_D,
    OSHA,
    ADB,
    UK_HIGH_REACH,
    ESSEX,
    NFPA_291,
    NFPA_1142,
    IWUIC,
)

# A row is key, bound, value, unit, clause, title and, where it says more, a note.
_Row = tuple[str, Bound, float, str, str, str] | tuple[str, Bound, float, str, str, str, str]
_MIN, _MAX, _IS, _FROM, _ABOVE = Bound.AT_LEAST, Bound.AT_MOST, Bound.IS, Bound.FROM, Bound.ABOVE


def _of(instrument: Instrument, *rows: _Row, until: Instrument | None = None) -> Iterator[Regulation]:
    """Make the records of one instrument, in force until another one begins."""
    for key, bound, value, unit, clause, title, *note in rows:
        yield Regulation(
            key=key,
            value=value,
            unit=unit,
            bound=bound,
            instrument=instrument.name,
            clause=clause,
            title=title,
            valid_from=instrument.valid_from,
            valid_to=until.valid_from if until else None,
            confidence=instrument.confidence,
            note="; ".join(filter(None, [*note, _YEAR_ONLY if _YEAR_ONLY in instrument.note else ""])),
        )


def _access() -> Iterator[Regulation]:
    """Give the rules on ways for fire vehicles (domain facts, sections 1.1 and 1.2)."""
    yield from _of(
        TCVN_2622,
        ("road_clear_height", _MIN, 4.25, "m", _NO_CLAUSE, "Clear height under structures"),
        until=QCVN_06,
    )
    yield from _of(
        QCVN_06_2010,
        ("road_clear_width", _MIN, 3.5, "m", _NO_CLAUSE, "Clear width of the carriageway"),
        ("road_clear_height", _MIN, 4.25, "m", _NO_CLAUSE, "Clear height under structures"),
        ("dead_end_length", _MAX, 150, "m", _NO_CLAUSE, "Length of a dead-end road"),
        until=QCVN_06,
    )
    yield from _of(
        QCVN_06,
        ("road_clear_width", _MIN, 3.5, "m", "6.2.1.1", "Clear width of the carriageway"),
        ("road_clear_height", _MIN, 4.5, "m", "6.2.1.3", "Clear height under structures"),
        ("overhead_length", _MAX, 10, "m", "6.2.1.3", "Length along the road of a structure above it"),
        ("overhead_gap", _MIN, 20, "m", "6.2.1.3", "Gap between two structures above the road"),
        ("overhead_free_end", _MIN, 20, "m", "6.2.1.3", "Stretch free of structures at the end of the road"),
        ("road_gradient", _MAX, 1 / 8.3, "m/m", "6.2.4", "Gradient of the road", "1:8.3"),
        ("hard_standing_gradient", _MAX, 1 / 15, "m/m", "6.2.4", "Gradient of the hard-standing", "1:15"),
        ("turnaround_needed", _ABOVE, 46, "m", "6.2.5", "Length of a dead end that needs a turnaround"),
        ("passing_place_spacing", _MAX, 100, "m", "6.5", "Distance between passing places on one lane"),
        ("passing_place_length", _MIN, 8, "m", "6.5", "Length of a passing place"),
        ("passing_place_width", _MIN, 7, "m", "6.5", "Width of a passing place"),
        ("reach_of_footprint", _MAX, 60, "m", "6.2.2.1", "From the road to any point of a building up to 15 m high",
         "Amendment 1 allows a suitable plan for fighting from outside instead"),
        ("reach_of_dry_riser_lobby", _MAX, 18, "m", "6.2.2.2", "From the road to the lobby of flats above 15 m"),
        ("hard_standing_width", _MIN, 6, "m", "Table 14", "Width of the hard-standing"),
        ("hard_standing_length", _MIN, 15, "m", "Table 14", "Length of the hard-standing", "or by Tables 15 and 16"),
        ("hard_standing_to_opening_least", _MIN, 2, "m", "6.2.3", "From the hard-standing to the opening"),
        ("hard_standing_to_opening_most", _MAX, 10, "m", "6.2.3", "From the hard-standing to the opening"),
        ("road_to_wall_below_12_m", _MAX, 5, "m", "6.2.2.3", "From the road to the wall, building below 12 m"),
        ("road_to_wall_12_to_28_m", _MAX, 8, "m", "6.2.2.3", "From the road to the wall, building of 12 to 28 m"),
        ("road_to_wall_above_28_m", _MAX, 10, "m", "6.2.2.3", "From the road to the wall, building above 28 m"),
    )  # fmt: skip
    yield from _of(
        QCVN_06,
        ("turnaround_triangle_side", _MIN, 7, "m", "6.4", "Turnaround as an equilateral triangle"),
        ("turnaround_square_side", _MIN, 12, "m", "6.4", "Turnaround as a square"),
        ("turnaround_circle_diameter", _MIN, 10, "m", "6.4", "Turnaround as a circle"),
        ("turnaround_rectangle_width", _MIN, 5, "m", "6.4", "Turnaround as a rectangle across the end, short side"),
        ("turnaround_rectangle_length", _MIN, 20, "m", "6.4", "Turnaround as a rectangle across the end, long side"),
        until=AMENDMENT_1,  # since then it "must suit the local fire vehicles", with no size
    )
    yield from _of(
        QD_4702, ("lane_depth_for_outlets", _ABOVE, 200, "m", _NO_CLAUSE, "Depth of a lane that gets outlets")
    )
    yield from _of(
        CT_05,
        ("lane_depth_for_public_point", _FROM, 50, "m", _NO_CLAUSE,
         "Depth of a lane that gets a public firefighting point", "planning default in Hanoi"),
    )  # fmt: skip
    yield from _of(
        HOSE_PRACTICE,
        ("hose_length", _IS, 20, "m", "10 rolls of type A make 200 m", "Length of one hose"),
        ("hose_laying_by_hand", _IS, 3, "s/m", "200 m in 10 minutes", "Time to lay a metre of hose by hand"),
        ("hose_laying_with_cart", _IS, 0.9, "s/m", "200 m in 3 minutes by 3 people",
         "Time to lay a metre of hose from a cart"),
    )  # fmt: skip


def _water() -> Iterator[Regulation]:
    """Give the rules on hydrants and demand (domain facts, sections 2.1 and 2.2) and on stations."""
    yield from _of(
        TCVN_2622,
        ("hydrant_spacing", _MAX, 150, "m", "10", "Distance between hydrants"),
        ("hydrant_spacing_low_flow", _MAX, 120, "m", "10", "Distance between hydrants where demand is up to 20 L/s"),
        ("hydrant_to_road_edge", _MAX, 2.5, "m", "10", "From the hydrant to the edge of the road"),
        ("hydrant_to_wall", _MIN, 5, "m", "10", "From the hydrant to the wall", 'worded "cách đường"'),
        ("hydrant_free_head", _MIN, 10, "mH2O", "10", "Free head of a low-pressure main"),
    )
    yield from _of(
        QCVN_01,
        ("hydrant_spacing", _MAX, 150, "m", "2.10.5", "Distance between hydrants"),
        ("hydrant_to_road_edge", _MAX, 2.5, "m", "2.10.5", "From the hydrant on the pavement to the road"),
        ("hydrant_to_wall", _MIN, 5, "m", "2.10.5", "From the hydrant to the wall"),
        ("main_diameter", _MIN, 100, "mm", "2.10.5", "Diameter of the main"),
        ("station_radius_centre", _MAX, 3, "km", "2.6.13", "Service radius of a fire station in the centre"),
        ("station_radius", _MAX, 5, "km", "2.6.13", "Service radius of a fire station elsewhere"),
        ("intake_level_below_ground", _MAX, 4, "m", _NO_CLAUSE, "From the ground at the intake down to the water"),
        ("intake_water_depth", _MIN, 0.5, "m", _NO_CLAUSE, "Depth of the water at the intake"),
    )
    yield from _of(
        QCVN_06,
        ("hydrant_service_radius", _MAX, 200, "m", "5.1.4.7", "Service radius of a hydrant along the hose"),
        ("pump_vehicle_radius", _MAX, 200, "m", "5.1.5.9", "Service radius of a pump vehicle at a source"),
        ("portable_pump_radius", _MAX, 150, "m", "5.1", "Service radius of a portable pump", "100 to 150 m"),
        ("intake_yard_side", _MIN, 12, "m", "5.1.5.4", "Side of the yard at an intake", "12 × 12 m"),
        ("intake_pit_volume", _MIN, 3, "m3", "5.1", "Volume of an intake pit", "3 to 5 m³"),
        ("intake_to_building_weak", _MIN, 30, "m", "5.1.5.9", "From the intake to a building of resistance III–V"),
        ("intake_to_building_strong", _MIN, 10, "m", "5.1.5.9", "From the intake to a building of resistance I–II"),
        until=AMENDMENT_1,
    )
    yield from _of(
        QCVN_06,
        ("hydrant_to_road_edge", _MAX, 2.5, "m", "5.1", "From the hydrant to the edge of the road"),
        ("hydrant_to_wall", _MIN, 1, "m", "5.1", "From the hydrant to the wall"),
        ("two_hydrants_flow", _FROM, 15, "L/s", "5.1.4.7", "Demand that two hydrants must serve"),
        ("hydrant_free_head", _MIN, 10, "mH2O", "5.1", "Free head of a low-pressure main"),
        ("combined_main_head", _MAX, 60, "mH2O", "5.1", "Free head of a combined main"),
        ("main_diameter", _MIN, 100, "mm", "5.1", "Diameter of the main"),
        ("main_diameter_rural", _MIN, 75, "mm", "5.1", "Diameter of the main in the country"),
        ("main_dead_end_length", _MAX, 200, "m", "5.1", "Length of a dead-end main"),
        ("hydrants_per_valve", _MAX, 5, "1", "5.1", "Hydrants that one closed valve cuts off"),
        *_demand("5.1, Tables 7–10"),
    )
    yield from _of(
        AMENDMENT_1,
        ("hydrant_service_radius", _MAX, 400, "m", "5.1.4.7", "Service radius of a hydrant along the hose",
         'worded "hơn 400 m", read as not more than 400 m'),
        ("pump_vehicle_radius", _MAX, 400, "m", "5.1.5.9", "Service radius of a pump vehicle at a source"),
        ("portable_pump_radius", _MAX, 300, "m", "5.1", "Service radius of a portable pump"),
        ("intake_pit_volume", _MIN, 3, "m3", "5.1", "Volume of an intake pit"),
    )  # fmt: skip
    yield from _of(
        QCVN_10,
        ("hydrant_spacing", _MAX, 150, "m", "H.1.4.7, Table C.1 row 10", "Distance between hydrants along roads"),
        ("hydrant_to_road_edge", _MAX, 2.5, "m", "Annex H", "From the hydrant to the edge of the road"),
        ("hydrant_to_wall", _MIN, 1, "m", "Annex H", "From the hydrant to the wall"),
        ("hydrant_service_radius", _MAX, 400, "m", "Annex H", "Service radius of a hydrant, horizontally"),
        ("two_hydrants_flow", _FROM, 25, "L/s", "Annex H", "Demand that two hydrants must serve"),
        ("pump_vehicle_radius", _MAX, 400, "m", "2.3.2", "Service radius of a source that replaces an own supply"),
        ("hydrant_free_head", _MIN, 10, "mH2O", "Annex H", "Free head of a low-pressure main"),
        ("combined_main_head", _MAX, 60, "mH2O", "Annex H", "Free head of a combined main"),
        ("main_diameter", _MIN, 100, "mm", "Annex H", "Diameter of the main"),
        ("main_diameter_rural", _MIN, 75, "mm", "Annex H", "Diameter of the main in the country"),
        ("main_dead_end_length", _MAX, 200, "m", "Annex H", "Length of a dead-end main"),
        ("hydrants_per_valve", _MAX, 5, "1", "Annex H", "Hydrants that one closed valve cuts off"),
        *_demand("H.1"),
        ("suction_depth", _MAX, 7, "m", "Fig. H.1", "Suction depth at an intake berth"),
        ("berth_lowest_level", _MAX, 5, "m", "Fig. H.1", "Lowest water level below the berth"),
        ("berth_level_difference", _MIN, 0.7, "m", "Fig. H.1", "Highest less lowest level", "as transcribed"),
        ("berth_wheel_stop_height", _MIN, 0.25, "m", "Fig. H.1", "Height of the wheel stop"),
        ("berth_wheel_stop_to_edge", _MIN, 1.5, "m", "Fig. H.1", "From the wheel stop to the edge"),
        ("berth_guard_rail_height", _IS, 0.8, "m", "Fig. H.1", "Height of the guard rail"),
        ("berth_gradient", _MAX, 1 / 15, "m/m", "Fig. H.1", "Gradient of the berth", "1:15"),
        ("intake_pit_volume", _MIN, 3, "m3", "Fig. H.2", "Volume of an intake pit"),
        ("intake_pit_depth", _MIN, 1.5, "m", "Fig. H.2", "Depth of an intake pit"),
        ("intake_pipe_diameter", _MIN, 200, "mm", "Fig. H.2", "Diameter of the pipe to the pit, for each vehicle"),
        ("intake_pipe_length", _MAX, 200, "m", "Fig. H.2", "Length of the pipe to the pit"),
    )  # fmt: skip


def _demand(clause: str) -> Iterator[_Row]:
    """Give what QCVN 06:2022 and QCVN 10:2025 say alike on flow and duration."""
    yield from (
        ("building_flow_homes_least", _IS, 10, "L/s", clause, "Demand of a building F1.3, F1.4, the smallest"),
        ("building_flow_homes_most", _IS, 30, "L/s", clause, "Demand of a building F1.3, F1.4, the largest"),
        ("building_flow_public_least", _IS, 10, "L/s", clause, "Demand of a building F1.1, F1.2, F2–F4, the smallest"),
        ("building_flow_public_most", _IS, 35, "L/s", clause, "Demand of a building F1.1, F1.2, F2–F4, the largest"),
        ("building_flow_industry_least", _IS, 10, "L/s", clause, "Demand of a building F5, the smallest"),
        ("building_flow_industry_most", _IS, 110, "L/s", clause, "Demand of a building F5, the largest"),
        ("duration", _IS, 3, "h", clause, "Duration of a fire"),
        ("duration_resistant", _IS, 2, "h", clause, "Duration, resistance I–II and category D, E"),
        ("duration_small", _IS, 1, "h", clause, "Duration, demand up to 15 L/s (F1–F4) or 20 L/s (F5)"),
        ("duration_open_timber", _MIN, 5, "h", clause, "Duration, open timber store"),
    )  # fmt: skip


def _foreign() -> Iterator[Regulation]:
    """Give anchors to compare with (domain facts, section 1.3); not in force in Vietnam."""
    yield from _of(
        IFC,
        ("road_clear_width", _MIN, m_from_ft(20), "m", "503", "Clear width of the road", "20 ft"),
        ("road_clear_height", _MIN, m_from_ft(13.5), "m", "503", "Clear height of the road", "13 ft 6 in"),
        ("reach_of_footprint", _MAX, m_from_ft(150), "m", "503", "From the road to all of the outer wall", "150 ft"),
        ("turnaround_needed", _ABOVE, m_from_ft(150), "m", "503", "Length of a dead end that needs a turnaround"),
    )  # fmt: skip
    yield from _of(
        IFC_D,
        ("road_width_at_hydrant", _MIN, m_from_ft(26), "m", "Appendix D", "Width of the road at a hydrant", "26 ft"),
        ("road_gradient", _MAX, 0.1, "m/m", "Appendix D", "Gradient of the road"),
        ("road_load", _MIN, 34.05, "t", "Appendix D", "Load that the road carries", "75,000 lb"),
    )
    yield from _of(
        OSHA,
        ("turning_radius_inside", _MIN, m_from_ft(25), "m", _NO_CLAUSE, "Inside turning radius", "25 ft"),
        ("turning_radius_outside", _MIN, m_from_ft(50), "m", _NO_CLAUSE, "Outside turning radius", "50 ft"),
        ("gate_beyond_lane", _MIN, m_from_ft(2), "m", _NO_CLAUSE, "Gate wider than the lane by", "2 ft"),
        ("gate_from_street", _MIN, m_from_ft(30), "m", _NO_CLAUSE, "From the street to the gate", "30 ft"),
    )
    yield from _of(
        ADB,
        ("road_clear_width", _MIN, 3.7, "m", "Table 13.1, pump", "Width between kerbs"),
        ("gate_clear_width", _MIN, 3.1, "m", "Table 13.1, pump", "Width of a gateway"),
        ("road_clear_height", _MIN, 3.7, "m", "Table 13.1, pump", "Clear height"),
        ("turning_circle_kerbs", _MIN, 16.8, "m", "Table 13.1, pump", "Turning circle between kerbs"),
        ("turning_circle_walls", _MIN, 19.2, "m", "Table 13.1, pump", "Turning circle between walls"),
        ("road_load", _MIN, 12.5, "t", "Table 13.1, pump", "Load that the road carries"),
        ("turnaround_needed", _ABOVE, 20, "m", "Table 13.1, pump", "Length of a dead end that needs a turnaround"),
        ("reach_of_footprint", _MAX, 45, "m", "Table 13.1, pump", "From the pump to all points of a dwelling"),
        ("reach_of_dry_riser_inlet", _MAX, 18, "m", "Table 13.1, pump", "From the pump to the inlet of the dry riser"),
    )
    yield from _of(
        UK_HIGH_REACH,
        ("turning_circle_kerbs", _MIN, 26, "m", _NO_CLAUSE, "Turning circle between kerbs"),
        ("turning_circle_walls", _MIN, 29, "m", _NO_CLAUSE, "Turning circle between walls"),
        ("road_clear_height", _MIN, 4.0, "m", _NO_CLAUSE, "Clear height"),
        ("road_load", _MIN, 17, "t", _NO_CLAUSE, "Load that the road carries"),
    )
    yield from _of(
        ESSEX,
        ("bend_radius", _MIN, 6.55, "m", _NO_CLAUSE, "Radius of a bend at the centre line"),
        ("bend_radius_between_walls", _MIN, 7.75, "m", _NO_CLAUSE, "Radius of a bend between walls"),
        ("bridge_load", _MIN, 17, "t", _NO_CLAUSE, "Load that a bridge carries"),
    )
    yield from _of(
        NFPA_291,
        ("hydrant_residual_pressure", _MIN, kpa_from_psi(20), "kPa", _NO_CLAUSE, "Residual pressure", "20 psi"),
    )
    yield from _of(
        NFPA_1142,
        ("water_supply", _MIN, 7.57, "m3", _NO_CLAUSE, "Water without exposures", "2,000 gal"),
        ("water_supply_exposed", _MIN, 11.355, "m3", _NO_CLAUSE, "Water with exposures", "3,000 gal"),
    )
    yield from _of(
        IWUIC,
        ("source_distance", _MAX, m_from_ft(1000), "m", "404", "From the source to the building by road", "1,000 ft"),
    )


REGULATIONS: Final = (*_access(), *_water(), *_foreign())

# Fires × flow for a residential area: QCVN 06:2022 (Tables 7–10) and QCVN 10:2025 (H.1) have the same rows.
AREA_DEMAND: Final = (
    AreaDemand(0, 1, 5, 10),
    AreaDemand(1_000, 1, 10, 10),
    AreaDemand(5_000, 1, 10, 15),
    AreaDemand(10_000, 2, 10, 15),
    AreaDemand(25_000, 2, 20, 25),
    AreaDemand(50_000, 2, 25, 35),
    AreaDemand(100_000, 3, 40, 40),
    AreaDemand(200_000, 3, 55, 55),
    AreaDemand(300_000, 3, 70, 70),
    AreaDemand(400_000, 3, 80, 80),
    AreaDemand(500_000, 3, 85, 85),
    AreaDemand(600_000, 3, 90, 90),
    AreaDemand(700_000, 3, 95, 95),
    AreaDemand(800_000, 3, 100, 100),
    AreaDemand(1_000_000, 5, 110, 110),
)
