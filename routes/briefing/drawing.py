"""The map of a briefing sheet: both answers drawn over the roads, houses and water around the place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext, gettext_noop

from hydrants.models import WaterBody
from layers.models import Building
from layers.sheets import Box, Drawn, Pen, SheetMap, Sign
from routes.briefing.contents import Briefing
from routes.models import Road
from routes.pieces import Json

_MARGIN_M: Final = 60.0
MOST_OF_A_KIND: Final = 4_000
"""Roads, houses or waters on a sheet at most, so that a file stays small enough to mail: nearest ids are no better than
others, but a view of a few hundred metres never holds as many."""

_WATER, _HOUSE = Pen("#7db3d6", 0.5, fill="#cfe5f3"), Pen("#c9c2b5", 0.5, fill="#e6e1d8")
_ROAD, _FOOTWAY = Pen("#b8b2a7", 2.5), Pen("#c9c2b5", 1.0, "2 2")
# Never by colour alone: surely driven is drawn through, perhaps is broken, hose is dotted.
_PENS: Final = {
    "truck": Pen("#14532d", 5.0),
    "possible_truck": Pen("#a16207", 4.0, "10 6"),
    "hose": Pen("#b91c1c", 4.0, "1 7"),
    "possible_hose": Pen("#a16207", 3.0, "1 7"),
    "reverse": Pen("#4338ca", 3.0, "4 8"),
    "water_way": Pen("#0369a1", 3.0, "2 7"),
    "blocker": Pen("#111827", 7.0),
}
_NEAR: Final = frozenset({"target", "stop", "hose", "possible_stop", "possible_hose", "blocker", "firefighting_point"})
"""What the map opens on; the way of the truck may come from far away."""


def briefing_map(sheet: Briefing) -> SheetMap:
    """Draw the map; texts in the active language. Three queries for what lies below."""
    features = [*sheet.approach["features"], *sheet.water["features"]]
    near = [position for f in features if f["properties"]["role"] in _NEAR for position in _positions(f["geometry"])]
    view = Box.around(near, margin_m=_MARGIN_M)
    return SheetMap(
        view=view,
        ground=tuple(_ground(view)),
        lines=tuple(_lines(features)),
        signs=tuple(_signs(features)),
        label=gettext("Map of the way in, the hose and the water"),
    )


def _ground(view: Box) -> Iterator[Drawn]:
    box = Polygon.from_bbox(view)
    box.srid = 4326
    for geometry in _geometries(WaterBody.objects.filter(geom__intersects=box)):
        yield Drawn(geometry, _WATER)
    for geometry in _geometries(Building.objects.filter(geom__intersects=box)):
        if geometry["type"] != "Point":
            yield Drawn(geometry, _HOUSE)
    roads = Road.objects.filter(geom__intersects=box)
    for pen, some in ((_FOOTWAY, roads.filter(highway__in=_ON_FOOT)), (_ROAD, roads.exclude(highway__in=_ON_FOOT))):
        for geometry in _geometries(some):
            yield Drawn(geometry, pen)


_ON_FOOT: Final = ("footway", "path", "steps", "pedestrian", "cycleway", "bridleway")


def _geometries(rows: Any) -> Iterator[Json]:
    written = rows.order_by("id").values_list(AsGeoJSON("geom", precision=6), flat=True)
    return (orjson.loads(text) for text in written[:MOST_OF_A_KIND])


def _lines(features: Iterable[Json]) -> Iterator[Drawn]:
    """Draw the lines in the order of `_PENS`, what is sure above what is not."""
    by_role: dict[str, list[Json]] = {}
    for feature in features:
        if feature["geometry"]["type"] == "LineString":
            by_role.setdefault(feature["properties"]["role"], []).append(feature)
    for role in ("possible_truck", "truck", "reverse", "blocker", "water_way", "possible_hose", "hose"):
        for feature in by_role.get(role, ()):
            yield Drawn(feature["geometry"], _PENS[role], line_labels()[role])


def line_labels() -> dict[str, str]:
    """Say what each kind of line is, for the legend and under the pointer."""
    return {
        "truck": gettext("the vehicle drives, surely"),
        "possible_truck": gettext("the vehicle perhaps drives: nobody knows"),
        "hose": gettext("hose"),
        "possible_hose": gettext("hose from the possible stop"),
        "reverse": gettext("the vehicle drives backwards"),
        "water_way": gettext("to the water"),
        "blocker": gettext("what stops the vehicle"),
    }


def pen_of(role: str) -> Pen:
    """Give the pen of a kind of line, for the legend."""
    return _PENS[role]


def _signs(features: Sequence[Json]) -> Iterator[Sign]:
    """Place the signs, in the order of `_SIGNS`: the place to reach lies above all others."""
    points = [feature for feature in features if feature["geometry"]["type"] == "Point"]
    for role, (letter, colour, text) in _SIGNS.items():
        for feature in points:
            told = feature["properties"]
            if told["role"] == role:
                said = told.get("sentence") or told.get("name") or gettext(text)
                lon, lat = feature["geometry"]["coordinates"][:2]
                yield Sign(lon, lat, letter or str(told["rank"]), colour, str(said))


_SIGNS: Final = {
    "source": ("", "#0369a1", gettext_noop("Source")),
    "start": ("S", "#374151", gettext_noop("The vehicle starts here")),
    "firefighting_point": ("+", "#c2410c", gettext_noop("Public firefighting point")),
    "possible_stop": ("?", "#a16207", gettext_noop("Perhaps the vehicle gets here")),
    "blocker": ("×", "#111827", gettext_noop("What stops the vehicle")),
    "stop": ("■", "#14532d", gettext_noop("Here the vehicle stops")),
    "target": ("▲", "#b91c1c", gettext_noop("The place to reach")),
}


def _positions(geometry: Json) -> Iterator[Sequence[float]]:
    coordinates = geometry["coordinates"]
    return iter([coordinates] if geometry["type"] == "Point" else coordinates)
