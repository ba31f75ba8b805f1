"""A picture in text becomes roads, gates and hydrants in metres, so that a test of the ways can be read as a map.

    plan = Sketch('''
        A....G....B
             .
             C
    ''')
    plan.road("AGB", clear_width_m=3.5)      # from A over G to B, with the ref "AGB"
    plan.restriction("G", on="AGB", kind="gate", clear_width_m=2.2)
    plan.line("AGB")                          # the GeoJSON of a line drawn there

Letters and digits are places, everything else only helps the eye. A character is `cell_m` metres wide and a line as
many metres high; north is up. Saving needs the database, the rest does not.
"""

import inspect
from collections import ChainMap
from typing import Any

import numpy as np
import shapely
from django.apps import apps

from gis_core.crs import CATALOGUE, Transformer

METRIC = Transformer(CATALOGUE["EPSG:5897"])
ORIGIN = (105.815, 21.003)


class Sketch:
    """Places by letter, and what is built on them."""

    def __init__(self, picture: str, *, cell_m: float = 10.0) -> None:
        east, north = (float(axis) for axis in METRIC.from_wgs84(*ORIGIN))
        self.places = {
            name: (east + column * cell_m, north - row * cell_m)
            for row, text in enumerate(inspect.cleandoc(picture).splitlines())
            for column, name in enumerate(text)
            if name.isalnum()
        }

    def metres(self, path: str, *, shift_m: tuple[float, float] = (0.0, 0.0)) -> shapely.LineString:
        """The line over these places in EPSG:5897, moved east and north."""
        return shapely.LineString(np.array([self.places[name] for name in path]) + shift_m)

    def lon_lat(self, path: str, *, shift_m: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
        """The same in degrees, shape (n, 2)."""
        return np.column_stack(METRIC.to_wgs84(*shapely.get_coordinates(self.metres(path, shift_m=shift_m)).T))

    def line(self, path: str, *, shift_m: tuple[float, float] = (0.0, 0.0)) -> dict[str, Any]:
        """The GeoJSON of a line drawn over these places."""
        return {"type": "LineString", "coordinates": self.lon_lat(path, shift_m=shift_m).tolist()}

    def point(self, place: str, *, shift_m: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
        """Longitude and latitude of a place."""
        east, north = np.add(self.places[place], shift_m)
        lon, lat = METRIC.to_wgs84(east, north)
        return float(lon), float(lat)

    # Saved in the database ------------------------------------------------------------------------------------------

    def road(self, path: str, **columns: Any) -> Any:
        """Save a road; a width, height or load given is surveyed unless said otherwise."""
        limits = {"clear_width": "m", "clear_height": "m", "max_weight": "t"}
        stated = [limit for limit, unit in limits.items() if columns.get(f"{limit}_{unit}") is not None]
        return _save(
            "routes.Road",
            self._geometry(path),
            {"ref": path, "highway": "residential", "start_node": ord(path[0]), "end_node": ord(path[-1])},
            {f"{limit}_evidence": "surveyed" for limit in stated},
            columns,
        )

    def restriction(
        self, places: str, *, on: str = "", shift_m: tuple[float, float] = (0.0, 0.0), **columns: Any
    ) -> Any:
        """Save an access restriction at a place or along several, on the road with the ref `on`."""
        return _save(
            "routes.AccessRestriction",
            self._geometry(places, shift_m=shift_m),
            {
                "ref": f"restriction/{places}",
                "kind": "gate",
                "evidence": "surveyed",
                "road_ref": on,
            },
            columns,
        )

    def hydrant(self, place: str, **columns: Any) -> Any:
        """Save a hydrant, working unless said otherwise."""
        return _save(
            "hydrants.Hydrant", self._geometry(place), {"ref": f"hydrant/{place}", "status": "working"}, columns
        )

    def _geometry(self, places: str, *, shift_m: tuple[float, float] = (0.0, 0.0)) -> str:
        if len(places) == 1:
            return _wkt(shapely.Point(self.point(places, shift_m=shift_m)))
        return _wkt(shapely.LineString(self.lon_lat(places, shift_m=shift_m)))


def _wkt(geometry: shapely.Geometry) -> str:
    return f"SRID=4326;{shapely.to_wkt(geometry, rounding_precision=12)}"


def _save(model: str, geom: str, *columns: dict[str, Any]) -> Any:
    # By name, so that the pure tests can draw without loading any model.
    return apps.get_model(model).objects.create(**ChainMap(*reversed(columns), {"geom": geom}))
