"""The features of an approach: the water that feeds the truck, and the public firefighting point beside the hose."""

from collections.abc import Iterator

from gis_core.values import Verdict
from hydrants.answers import Json, source_feature
from hydrants.nearest import FoundSource
from hydrants.sentences import REASON_LABELS
from routes.approach import LonLats, steps_line
from routes.approach_features import feature, line, point
from routes.approach_telling import Telling
from routes.approach_water import By, Useless, WaterLink
from routes.drive_water_answer import found_from
from routes.envelope import sure
from routes.pieces import metres
from routes.route_answer import lon_lat_of


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
        at = lon_lat_of(self.approach.network, stop.spot)
        if chain.link is not None:
            found = found_from(*at, placed.waters.sources[chain.link.source])
            yield self._source(found, "water", **self._link(chain.link))
            yield self._water_way(chain.link, at)
        for useless in chain.useless:
            found = found_from(*at, placed.waters.sources[useless.source], useless.reason)
            yield self._source(found, "water_passed_over", **_why(useless))

    def _source(self, found: FoundSource, role: str, **more: object) -> Json:
        drawn = source_feature(found, role=role)
        properties = drawn["properties"]
        # Straight metres are called so beside metres of hose or road.
        properties["straight_m"] = properties.pop("distance_m")
        for name in ("distance_kind", "hose_count"):
            del properties[name]
        properties |= more
        return drawn

    def _link(self, link: WaterLink) -> Json:
        need = self.telling.link_need(link) if link.by is By.HOSE else None
        return {
            "by": link.by,
            "metres": metres(link.metres),
            "hoses": need.hoses if need else None,
            "lay_by_hand_s": need.lay_by_hand_s if need else None,
            "lay_with_cart_s": need.lay_with_cart_s if need else None,
            "drive_s": round(link.driven.drive_s, 1) if link.driven else None,
            "verdict": sure(Verdict.PASSABLE, self.telling.sighting),
            "sentence": self.telling.told(self.telling.water_sentence(link)),
        }

    def _water_way(self, link: WaterLink, at: tuple[float, float]) -> Json:
        path = link.hose.path if link.hose else link.driven.path if link.driven else None
        positions: LonLats = (steps_line(self.approach.network, path.steps) if path else []) or [at]
        return feature(line(positions), "water_way", by=link.by, metres=metres(link.metres))

    def _firefighting_point(self) -> Iterator[Json]:
        found = self.approach.point
        if found is None:
            return
        yield feature(
            point(found.geom.x, found.geom.y),
            "firefighting_point",
            ref=found.ref,
            name=found.name,
            address=found.address,
            equipment=found.equipment,
            obstructed=found.obstructed,
            apart_m=metres(self.telling.point_m()),
            synthetic=found.synthetic,
            sentence=self.telling.told(self.telling.point_sentence(found)),
        )


def _why(useless: Useless) -> Json:
    return {"reason": useless.reason, "reason_label": str(REASON_LABELS[useless.reason])}
