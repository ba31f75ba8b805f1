"""A made-up city of 132,496 junctions and about 350,000 arcs: a crooked grid with two thirds of its lanes kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from django.db import connection

from gis_core.crs import CATALOGUE, Transformer

SIDE = 364
SPACING_M = 50.0
SHAKE_M = 12.0
LANES_KEPT = 0.62
ORIGIN = (105.75, 20.93)
GATES = 5_000
SOURCES = 10_000
_METRIC = Transformer(CATALOGUE["EPSG:5897"])


@dataclass(frozen=True)
class City:
    """Junctions in degrees and the segments between them; widths in metres, NaN unknown."""

    lon_lat: np.ndarray  # (n, 2)
    ends: np.ndarray  # (m, 2) indexes of junctions
    highway: np.ndarray  # (m,)
    oneway: np.ndarray
    width_m: np.ndarray

    def middles(self) -> np.ndarray:
        """A place half-way along each segment, degrees."""
        return self.lon_lat[self.ends].mean(axis=1)


def make_city(seed: int = 42) -> City:
    """Draw the same city each time."""
    rng = np.random.default_rng(seed)
    index = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    east, north = _METRIC.from_wgs84(*ORIGIN)
    row, column = np.divmod(index.ravel(), SIDE)
    metres = np.column_stack([east + column * SPACING_M, north + row * SPACING_M])
    metres += rng.uniform(-SHAKE_M, SHAKE_M, metres.shape)
    ends = np.vstack(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1].ravel(), index[1:].ravel()]),
        ]
    )
    # A segment along a row belongs to the street of that row, one along a column to that of the column.
    along = np.concatenate([row[ends[: SIDE * (SIDE - 1), 0]], column[ends[SIDE * (SIDE - 1) :, 0]]])
    highway = np.full(len(ends), "residential", dtype=object)
    for every, kind in ((8, "tertiary"), (24, "secondary"), (48, "primary")):
        highway[along % every == 0] = kind
    keep = (highway != "residential") | (rng.random(len(ends)) < LANES_KEPT)
    ends, highway = ends[keep], highway[keep]
    lane = highway == "residential"
    width_m = np.where(lane & (rng.random(len(ends)) < 0.3), rng.uniform(1.8, 7.0, len(ends)).round(1), np.nan)
    oneway = np.where(rng.random(len(ends)) < 0.15, "yes", "no")
    return City(np.column_stack(_METRIC.to_wgs84(*metres.T)), ends, highway, oneway, width_m)


def store(city: City, seed: int = 43) -> None:
    """Write the city, gates on its lanes and sources of water into the database; triggers that count rows rest."""
    rng = np.random.default_rng(seed)
    _copy("routes_road", ("ref", "geom", "start_node", "end_node", "highway", "oneway", "clear_width_m",
                          "clear_width_evidence"), _roads(city))  # fmt: skip
    gated = rng.choice(np.flatnonzero(city.highway == "residential"), GATES, replace=False)
    _copy("routes_accessrestriction", ("ref", "geom", "kind", "clear_width_m", "evidence", "road_ref", "road_fraction",
                                       "passable_on_foot"), _gates(city, gated, rng))  # fmt: skip
    # One edit that counts: roads that nobody ever counted have no version, and are shared with no other process.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE routes_road SET name = 'Phố 1' WHERE ref = 'way/1/0'")
    beside = rng.choice(len(city.ends), SOURCES, replace=False)
    _copy("hydrants_hydrant", ("ref", "geom", "status", "flow_lps"), _hydrants(city, beside, rng))


def store_sources(count: int) -> None:
    """Write sources of water beside roads of any city that is stored, always the same ones; three in four work."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO hydrants_hydrant (ref, geom, status, flow_lps)
            SELECT 'hydrant/' || n, ST_Translate(ST_LineInterpolatePoint(geom::geometry, 0.5), 3e-5, -2e-5)::geography,
                CASE WHEN n %% 4 = 0 THEN 'faulty' ELSE 'working' END, 5 + n %% 25
            FROM (SELECT geom, row_number() OVER (ORDER BY md5(ref)) AS n FROM routes_road) AS road
            WHERE n <= %s
            """,
            [count],
        )
        cursor.execute("ANALYZE hydrants_hydrant")


def _roads(city: City) -> Iterator[tuple[Any, ...]]:
    lines = shapely.set_srid(shapely.linestrings(city.lon_lat[city.ends]), 4326)
    for i, (line, (a, b)) in enumerate(zip(shapely.to_wkb(lines, hex=True, include_srid=True), city.ends, strict=True)):
        width = city.width_m[i]
        known = np.isfinite(width)
        yield (f"way/{i + 1}/0", line, int(a) + 1, int(b) + 1, city.highway[i], city.oneway[i],
               float(width) if known else None, "surveyed" if known else "none")  # fmt: skip


def _gates(city: City, gated: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    points = shapely.set_srid(shapely.points(city.middles()[gated]), 4326)
    for road, point in zip(gated, shapely.to_wkb(points, hex=True, include_srid=True), strict=True):
        width_m = round(float(rng.uniform(1.5, 4.0)), 1)
        yield f"gate/{road}", point, "gate", width_m, "surveyed", f"way/{road + 1}/0", 0.5, "yes"


def _hydrants(city: City, beside: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    places = city.middles()[beside] + rng.normal(0, 3e-5, (len(beside), 2))
    points = shapely.set_srid(shapely.points(places), 4326)
    for n, point in enumerate(shapely.to_wkb(points, hex=True, include_srid=True)):
        yield f"hydrant/{n}", point, "faulty" if n % 4 == 0 else "working", float(5 + n % 25)


def _copy(table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"ANALYZE {table}")


def write_osm(city: City, path: Path) -> None:
    """Write the same roads as an OpenStreetMap file, for routers that read nothing else."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for i, place in enumerate(city.lon_lat):
            writer.add_node(osmium.osm.mutable.Node(id=i + 1, location=tuple(place), version=1))
        for i, (a, b) in enumerate(city.ends):
            tags = {"highway": city.highway[i], "oneway": city.oneway[i]}
            if np.isfinite(city.width_m[i]):
                tags["maxwidth"] = str(city.width_m[i])
            writer.add_way(osmium.osm.mutable.Way(id=i + 1, nodes=[int(a) + 1, int(b) + 1], tags=tags, version=1))
