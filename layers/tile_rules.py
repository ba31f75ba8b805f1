"""What of a layer a tile carries at which zoom, and for whom."""

from dataclasses import dataclass
from typing import Final, Literal

from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.audience import Audience

Sight = Literal["drawing", "public", "by-unit", "all"]
"""Whether a tile shows sensitive attributes: nowhere, on features of some units, or on all.

`drawing` shows none, and of the others only what drawing needs.
"""

ATTRIBUTES: Final = ("all", "drawing")
"""What a reader may ask for: all attributes that a tile has at its zoom, or only what drawing needs."""

ALL_ATTRIBUTES_FROM = 12
"""The zoom from which a layer drawn at all scales carries all its attributes."""

_LINES_BEGIN_BEFORE = 5
"""How many zooms before it is drawn whole a layer of lines begins: farther off each segment is under a pixel."""


@dataclass(frozen=True, slots=True)
class TileRules:
    """How a layer is put into tiles at each zoom.

    Below `whole_from`, points (and layers that mix points and footprints) are counted by cell, lines and areas under a
    pixel are left out and the rest simplified. Below `all_attributes_from` only what drawing needs is carried.
    """

    min_zoom: int
    whole_from: int
    all_attributes_from: int


def tile_rules(layer: Layer) -> TileRules:
    """Read the rules off the style: `Style.min_zoom` is where the layer is drawn feature by feature."""
    whole_from = layer.style.min_zoom
    if layer.geometry_type == "LineString":
        return TileRules(max(whole_from - _LINES_BEGIN_BEFORE, 0), whole_from, whole_from)
    near = max(whole_from, ALL_ATTRIBUTES_FROM)
    return TileRules(0, near if layer.geometry_type == "MultiPolygon" else whole_from, near)


def is_counted(layer: Layer, z: int) -> bool:
    """Tell whether features are counted by cell at this zoom; lines and areas never are."""
    return layer.geometry_type in {"Point", "Geometry"} and z < tile_rules(layer).whole_from


def is_generalized(layer: Layer, z: int) -> bool:
    """Tell whether lines and areas are simplified at this zoom, and those under a pixel left out."""
    return layer.geometry_type not in {"Point", "Geometry"} and z < tile_rules(layer).whole_from


def sight_of(audience: Audience, layer: Layer, z: int) -> Sight:
    """Return what `audience` sees of a layer at this zoom; from afar nobody sees more than the public."""
    if z < tile_rules(layer).all_attributes_from or not layer.sensitive:
        return "public"
    if audience.everywhere:
        return "all"
    return "by-unit" if audience.units else "public"


def tile_fields(layer: Layer, z: int, sight: Sight) -> list[LayerField]:
    """Return the attributes of single features at this zoom."""
    fields = [field for field in layer.fields if sight not in {"drawing", "public"} or not field.sensitive]
    if z >= tile_rules(layer).all_attributes_from and sight != "drawing":
        # When a row was last written is of no use on a map, and being different on each it would be a third of a tile.
        return [field for field in fields if field.type != "date-time"]
    # A house number is of use only where it can be read; a title is not drawn where there is a number.
    title = layer.style.label or layer.title_field if sight == "drawing" else layer.title_field
    drawing = {layer.style.by, title, "synthetic", *(layer.valid_time or ())} - {"ref"}
    return [field for field in fields if field.name in drawing]


def count_names(layer: Layer) -> dict[str, str]:
    """Name the attributes that count the features of each class in a cell, e.g. ``status_faulty``, by the class."""
    if layer.style.by in layer.sensitive:
        return {}
    return {value: f"{layer.style.by}_{value}" for value in layer.style.classes}
