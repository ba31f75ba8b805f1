"""The answer to `GET /api/nearest-water?mode=drive` as GeoJSON."""

from collections.abc import Iterator, Sequence

from gis_core.values import LonLat, hose_count
from hydrants.answers import Json
from hydrants.nearest import FoundSource
from hydrants.sentences import REASON_LABELS
from hydrants.usability import Reason
from routes.drawing import feature, line, steps_line
from routes.drive_water import Begin, Driven, NotChosen, Outcome, PassedOver, WaterByRoad
from routes.drive_water_question import DriveWaterQuestion
from routes.drive_water_sentences import (
    NOT_CHOSEN_LABELS,
    begin_sentence,
    driven_sentence,
    outcome_sentence,
    passed_over_sentence,
)
from routes.drive_water_sources import PlacedWaters, Stands, Waters
from routes.engine.arrays import Spot
from routes.envelope import envelope, sure
from routes.network.live import Sighting
from routes.pieces import metres
from routes.route_answer import spot_json, spots_json, street_of
from routes.route_sentences import apart_sentence
from routes.snapping import nearest_of_all
from routes.water_sources import found_from, source_of


class _Writer:
    """Writes sources for one question."""

    def __init__(self, question: DriveWaterQuestion, sighting: Sighting, waters: Waters, stands: Stands) -> None:
        self.place: LonLat = question.place
        self.min_flow_lps = question.min_flow_lps
        self.sighting, self.network = sighting, sighting.network
        self.waters, self.stands = waters, stands

    def driven(self, driven: Driven, role: str, **first: object) -> Json:
        """Write a source with the way to it."""
        found = found_from(self.place.lon, self.place.lat, self.waters.sources[driven.source])
        return self._by_road(source_of(found, role, **first), found, driven)

    def way(self, driven: Driven, role: str, rank: int) -> Json:
        """Draw the way to a source, two equal positions where the truck need not move."""
        positions = steps_line(self.network, driven.path.steps, (self.place.lon, self.place.lat))
        return feature(
            line(positions),
            role,
            rank=rank,
            source=self.waters.sources[driven.source].key,
            verdict=sure(driven.verdict, self.sighting),
            drive_m=metres(driven.drive_m),
            drive_s=round(driven.drive_s, 1),
        )

    def passed_over(self, over: PassedOver) -> Json:
        """Write a source that was not chosen, with the reason."""
        useless = over.reason if isinstance(over.reason, Reason) else None
        found = found_from(self.place.lon, self.place.lat, self.waters.sources[over.source], useless)
        label = REASON_LABELS[over.reason] if isinstance(over.reason, Reason) else NOT_CHOSEN_LABELS[over.reason]
        drawn = source_of(found, "passed_over", reason=over.reason, reason_label=str(label))
        drawn = self._by_road(drawn, found, over.driven)
        if isinstance(over.reason, NotChosen):
            drawn["properties"]["sentence"] = passed_over_sentence(found, over)
        return drawn

    def _by_road(self, drawn: Json, found: FoundSource, driven: Driven | None) -> Json:
        properties = drawn["properties"]
        properties |= {
            "drive_m": None, "drive_s": None, "time_s": None, "verdict": None, "stand_m": None, "stand_road": None,
            "stand": None, "hose_count": None, "main": None, "flow_asked_lps": self.min_flow_lps,
        }  # fmt: skip
        if driven is None:
            return drawn
        stand_m = float(self.stands.lane_m[driven.stand] + self.stands.apart_m[driven.stand])
        spot = Spot(int(self.stands.edge[driven.stand]), int(self.stands.at_mm[driven.stand]), stand_m)
        verdict = sure(driven.verdict, self.sighting)
        stand = spot_json(self.network, spot)
        properties |= {
            "drive_m": metres(driven.drive_m),
            "drive_s": round(driven.drive_s, 1),
            "time_s": round(driven.time_ms / 1000, 1),
            "verdict": verdict,
            "stand_m": metres(stand_m),
            "stand_road": street_of(self.network, spot),
            "stand": [stand["lon"], stand["lat"]],
            "hose_count": hose_count(stand_m),
            "main": str(self.waters.mains[driven.source]) or None,
            "sentence": driven_sentence(found, driven, verdict, stand_m, street_of(self.network, spot)),
        }
        return drawn


def render_drive_water(
    question: DriveWaterQuestion,
    answer: WaterByRoad,
    sighting: Sighting,
    placed: PlacedWaters,
    spots: Sequence[Spot],
    data_version: str,
) -> Json:
    """Make the GeoJSON of docs/reference/nearest-water.md; texts in the active language.

    Parameters
    ----------
    spots
        Where the place asked about lies on the roads; empty far from every road.
    """
    writer, place = _Writer(question, sighting, placed.waters, placed.stands), question.place
    spots = spots or nearest_of_all(sighting.network, place.lon, place.lat)
    backup = None if answer.backup is None else writer.driven(answer.backup, "backup")
    return envelope(
        outcome=answer.outcome,
        sentence=_sentence(writer, answer, question.vehicle.name, spots),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        snapped={"from": spots_json(sighting.network, spots)},
        begin=None if answer.begin is None else _begin(writer, answer.begin),
        features=list(_features(writer, answer)),
        backup=backup,
        passed_over=[writer.passed_over(over) for over in answer.passed_over],
        passed_over_count=answer.passed_over_count,
        passed_over_within_m=metres(answer.passed_over_within_m),
        not_checked=["turning"],
    )


def _sentence(writer: _Writer, answer: WaterByRoad, vehicle: str, spots: Sequence[Spot]) -> str:
    first = ""
    if answer.outcome in {Outcome.FOUND, Outcome.ONLY_UNKNOWN}:
        first = str(writer.driven(answer.chosen[0], "source")["properties"]["sentence"])
    begin = _begin(writer, answer.begin)["sentence"] if answer.begin else ""
    apart = "" if answer.outcome is Outcome.NOT_NEAR_ROAD else _apart(writer, spots[0])
    return " ".join(filter(None, (begin, outcome_sentence(answer.outcome, vehicle, first), apart)))


def _apart(writer: _Writer, spot: Spot) -> str:
    return apart_sentence(street_of(writer.network, spot), spot.apart_m)


def _begin(writer: _Writer, begin: Begin) -> Json:
    spot = spot_json(writer.network, begin.spot)
    return {
        "lon": spot["lon"],
        "lat": spot["lat"],
        "road": spot["road"],
        "name": spot["name"],
        "hose_m": metres(begin.hose_m),
        "sentence": begin_sentence(spot["name"], begin.hose_m),
    }


def _features(writer: _Writer, answer: WaterByRoad) -> Iterator[Json]:
    for rank, driven in enumerate(answer.chosen, start=1):
        yield writer.driven(driven, "source", rank=rank)
    for rank, driven in enumerate(answer.chosen, start=1):
        yield writer.way(driven, "way", rank)
    if answer.backup is not None:
        yield writer.way(answer.backup, "backup_way", 0)
