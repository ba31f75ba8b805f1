"""The features of an approach: the water that feeds the truck, and the public firefighting point beside the hose."""

from collections.abc import Iterator

from hydrants.answers import Json
from hydrants.sentences import REASON_LABELS
from routes.approach_telling import Telling
from routes.approach_water import By, WaterLink
from routes.drawing import feature, line, point, steps_line
from routes.envelope import sure
from routes.pieces import metres
from routes.water_sources import found_from, source_of


class WaterFeatures:
    """Draws what is not truck and hose."""

    def __init__(self, telling: Telling) -> None:
        self.telling, self.approach = telling, telling.approach

    def features(self) -> Iterator[Json]:
        """The water and the way to it, the nearer sources of no use, the firefighting point."""
        yield from self._water()
        yield from self._firefighting_point()

    def _water(self) -> Iterator[Json]:
        chain, placed, stop = self.approach.water, self.approach.placed, self.telling.stop
        if chain is None or placed is None or stop is None:
            return
        at = self.telling.lon_lat_of(stop)
        if chain.link is not None:
            found = found_from(*at, placed.waters.sources[chain.link.source], chain.marked)
            drawn = source_of(found, "water")
            drawn["properties"] |= self._link(chain.link)
            yield drawn
            yield self._water_way(chain.link, at)
        for useless in chain.useless:
            found = found_from(*at, placed.waters.sources[useless.source], chain.marked, useless.reason)
            label = str(REASON_LABELS[useless.reason])
            yield source_of(found, "water_passed_over", reason=useless.reason, reason_label=label)

    def _link(self, link: WaterLink) -> Json:
        need = self.telling.link_need(link) if link.by is By.HOSE else None
        return {
            "by": link.by,
            "metres": metres(link.metres),
            "hoses": need.hoses if need else None,
            "lay_by_hand_s": need.lay_by_hand_s if need else None,
            "lay_with_cart_s": need.lay_with_cart_s if need else None,
            "drive_s": None if link.drive_s is None else round(link.drive_s, 1),
            "verdict": sure(link.verdict, self.telling.sighting),
            "sentence": self.telling.told(self.telling.water_sentence(link)),
        }

    def _water_way(self, link: WaterLink, at: tuple[float, float]) -> Json:
        positions = steps_line(self.approach.network, link.path.steps, at)
        return feature(line(positions), "water_way", by=link.by, metres=metres(link.metres))

    def _firefighting_point(self) -> Iterator[Json]:
        near = self.approach.point
        if near is None:
            return
        found = near.point
        yield feature(
            point(found.geom.x, found.geom.y),
            "firefighting_point",
            ref=found.ref,
            name=found.name,
            address=found.address,
            equipment=found.equipment,
            obstructed=found.obstructed,
            apart_m=metres(near.apart_m),
            synthetic=found.synthetic,
            sentence=self.telling.told(self.telling.point_sentence(near)),
        )
