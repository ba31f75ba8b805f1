"""The answer to `GET /api/nearest-water?mode=drive` as GeoJSON."""

from collections.abc import Iterator, Sequence
from typing import Final

from gis_core.values import LonLat, hose_count
from hydrants.answers import Json
from hydrants.nearest import FoundSource
from hydrants.sentences import REASON_LABELS
from hydrants.usability import Reason
from routes.drawing import feature, line, steps_lines
from routes.drive_water import Begin, Driven, NotChosen, Outcome, PassedOver, WaterByRoad
from routes.drive_water_question import DriveWaterQuestion
from routes.drive_water_sentences import (
    NOT_CHOSEN_LABELS,
    begin_sentence,
    driven_sentence,
    outcome_sentence,
    passed_over_sentence,
)
from routes.drive_water_sources import PlacedWaters
from routes.engine.arrays import Spot
from routes.envelope import envelope, sure
from routes.network.live import Sighting
from routes.pieces import metres
from routes.route_answer import lon_lats_of, spot_json, spots_json, street_of
from routes.route_sentences import apart_sentence
from routes.snapping import nearest_of_all
from routes.water_sources import all_found_from, source_of


class _Writer:
    """Writes sources for one question, with what costs as much for one as for all of them: where trucks stand."""

    def __init__(
        self, question: DriveWaterQuestion, answer: WaterByRoad, sighting: Sighting, placed: PlacedWaters
    ) -> None:
        self.place: LonLat = question.place
        self.min_flow_lps = question.min_flow_lps
        self.sighting, self.network = sighting, sighting.network
        self.waters, self.stands = placed.waters, placed.stands
        told = [*answer.chosen, *filter(None, [answer.backup])]
        driven = [*told, *(over.driven for over in answer.passed_over)]
        self._spots = {one.stand: self.stands.spot(one.stand) for one in driven if one is not None}
        lon_lats = lon_lats_of(self.network, list(self._spots.values()))
        self._lon_lats = dict(zip(self._spots, lon_lats, strict=True))
        useless = {over.source: over.reason for over in answer.passed_over if isinstance(over.reason, Reason)}
        sources = list({one.source for one in told} | {over.source for over in answer.passed_over})
        rows = [(self.waters.sources[source], useless.get(source)) for source in sources]
        found = all_found_from(self.place.lon, self.place.lat, rows, self.waters.lon_lat[sources], answer.marked)
        self._found = dict(zip(sources, found, strict=True))

    def driven(self, driven: Driven, role: str, **first: object) -> Json:
        """Write a source with the way to it."""
        found = self._found[driven.source]
        drawn = source_of(found, role, self._sentence(found, driven), **first)
        drawn["properties"] |= self._by_road(driven)
        return drawn

    def passed_over(self, over: PassedOver) -> Json:
        """Write a source that was not chosen, with the reason."""
        found = self._found[over.source]
        label = REASON_LABELS[over.reason] if isinstance(over.reason, Reason) else NOT_CHOSEN_LABELS[over.reason]
        sentence = passed_over_sentence(found, over) if isinstance(over.reason, NotChosen) else None
        drawn = source_of(found, "passed_over", sentence, reason=over.reason, reason_label=str(label))
        drawn["properties"] |= self._by_road(over.driven)
        return drawn

    def ways(self, ways: Sequence[tuple[Driven, str, int]]) -> Iterator[Json]:
        """Draw the ways to sources, each with role and rank; two equal positions where the truck need not move."""
        here = (self.place.lon, self.place.lat)
        lines = steps_lines(self.network, [driven.path.steps for driven, _, _ in ways])
        for (driven, role, rank), positions in zip(ways, lines, strict=True):
            yield feature(
                line(positions or [here]),
                role,
                rank=rank,
                source=self.waters.sources[driven.source].key,
                verdict=sure(driven.verdict, self.sighting),
                drive_m=metres(driven.drive_m),
                drive_s=round(driven.drive_s, 1),
            )

    def _sentence(self, found: FoundSource, driven: Driven) -> str:
        spot, verdict = self._spots[driven.stand], sure(driven.verdict, self.sighting)
        return driven_sentence(found, driven, verdict, spot.apart_m, self._road(driven))

    def _road(self, driven: Driven) -> str:
        return street_of(self.network, Spot(driven.came_by, 0))

    def _by_road(self, driven: Driven | None) -> Json:
        if driven is None:
            return {**_NOT_DRIVEN, "flow_asked_lps": self.min_flow_lps}
        spot = self._spots[driven.stand]
        return {
            "drive_m": metres(driven.drive_m),
            "drive_s": round(driven.drive_s, 1),
            "time_s": round(driven.time_ms / 1000, 1),
            "verdict": sure(driven.verdict, self.sighting),
            "stand_m": metres(spot.apart_m),
            "stand_road": self._road(driven),
            "stand": list(self._lon_lats[driven.stand]),
            "hose_count": hose_count(spot.apart_m),
            "main": str(self.waters.mains[driven.source]) or None,
            "flow_asked_lps": self.min_flow_lps,
        }


_NOT_DRIVEN: Final[Json] = dict.fromkeys(
    ("drive_m", "drive_s", "time_s", "verdict", "stand_m", "stand_road", "stand", "hose_count", "main")
)


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
    writer, place = _Writer(question, answer, sighting, placed), question.place
    spots = spots or nearest_of_all(sighting.network, place.lon, place.lat)
    sources = [writer.driven(driven, "source", rank=rank) for rank, driven in enumerate(answer.chosen, start=1)]
    ways = [(driven, "way", rank) for rank, driven in enumerate(answer.chosen, start=1)]
    ways += [] if answer.backup is None else [(answer.backup, "backup_way", 0)]
    begin = None if answer.begin is None else _begin(writer, answer.begin)
    first = str(sources[0]["properties"]["sentence"]) if sources else ""
    said = outcome_sentence(answer.outcome, question.vehicle.name, first)
    apart = "" if answer.outcome is Outcome.NOT_NEAR_ROAD else _apart(writer, spots[0])
    return envelope(
        outcome=answer.outcome,
        sentence=" ".join(filter(None, (begin["sentence"] if begin else "", said, apart))),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        snapped={"from": spots_json(sighting.network, spots)},
        begin=begin,
        features=[*sources, *writer.ways(ways)],
        backup=None if answer.backup is None else writer.driven(answer.backup, "backup"),
        passed_over=[writer.passed_over(over) for over in answer.passed_over],
        passed_over_count=answer.passed_over_count,
        passed_over_within_m=metres(answer.passed_over_within_m),
        not_checked=["turning"],
    )


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
