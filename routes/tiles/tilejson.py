"""What is in the tiles of ways, as TileJSON 3.0."""

from typing import Any

from django.utils.translation import gettext as _

from layers.tile_grid import MAX_ZOOM
from routes.tiles.drawing import MIN_ZOOM, PIECES_FROM, STOPS, WAYS


def tile_json(address: str) -> dict[str, Any]:
    """Write the TileJSON; `address` is the template of the tiles, absolute."""
    return {
        "tilejson": "3.0.0",
        "name": _("Ways"),
        "description": _("Roads in pieces, each with its verdict for a vehicle in an emergency, at this moment"),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [address],
        "minzoom": MIN_ZOOM,
        "maxzoom": MAX_ZOOM,
        "vector_layers": [
            {"id": WAYS, "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM, "fields": _of_ways()},
            {"id": STOPS, "minzoom": PIECES_FROM, "maxzoom": MAX_ZOOM, "fields": _of_stops()},
        ],
    }


def _of_ways() -> dict[str, str]:
    verdict = _("passable, blocked or unknown; from afar the worst of what is drawn as one")
    return {
        "verdict": str(verdict),
        "highway": _("Class of the road (OpenStreetMap's highway); from zoom 14 on"),
        "name": _("Name of the road; from zoom 14 on"),
        "rank": _("main, through or lane; before zoom 14"),
        "count": _("How many roads are drawn as one here; before zoom 14"),
        "passable": _("How many of them are passable"),
        "unknown": _("Of how many of them nobody knows"),
        "blocked": _("How many of them are blocked"),
    }


def _of_stops() -> dict[str, str]:
    return {
        "verdict": _("blocked or unknown"),
        "kind": _("What stands there: the kind of an access restriction"),
        "angle_deg": _("Direction of the road there on the map, clockwise from the east, 0 to 180"),
    }
