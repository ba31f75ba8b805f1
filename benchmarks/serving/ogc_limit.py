"""The "OGC limit": what PostgreSQL and a bare WSGI app need for the same answers, with nothing around the SQL.

    granian --interface wsgi ogc_limit:application      with BENCH_DATABASE, as libpq spells it

It checks nothing, knows one audience and one coordinate system, and names no version: it is a measure, not a service.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg_pool import ConnectionPool

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Answer = tuple[str, bytes]
BLOCK_BYTES = 2**18
TABLES = ["gis_core_administrativeunit", "hydrants_hydrant"]
CONSTANT = b'{"type":"FeatureCollection","features":[]}'


class AsBytes(Loader):
    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def configure(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_loader("text", AsBytes)
    connection.prepare_threshold = 0  # each statement is prepared when it is first run on a connection


def columns_of(view: str) -> list[str]:
    """Read the attributes of one of the views of the public, as city.py made them."""
    with psycopg.connect(os.environ["BENCH_DATABASE"]) as connection:
        rows = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'bench'"
            " AND table_name = %s AND column_name NOT IN ('id', 'geom') ORDER BY ordinal_position",
            [view],
        ).fetchall()
    TYPES[view] = dict(rows)
    return [name for name, _ in rows]


TYPES: dict[str, dict[str, str]] = {}
COLUMNS = {view: columns_of(view) for view in ("hydrants", "roads")}
POOL = ConnectionPool(
    os.environ["BENCH_DATABASE"], min_size=8, max_size=8, configure=configure,
    kwargs={"autocommit": True, "options": "-c jit=off"}, open=True,
)  # fmt: skip


def feature(decimals: int) -> str:
    listed = ", ".join(f"t.{name}" for name in COLUMNS["hydrants"])
    return (
        f"""'{{"type":"Feature","id":' || t.id || ',"geometry":' || ST_AsGeoJSON(t.geom, {decimals}, 0)"""
        f""" || ',"properties":' || row_to_json((SELECT p FROM (SELECT {listed}) AS p))::text || '}}'"""
    )


IN_BOX = "geom && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)"
ITEMS = f"""
    SELECT string_agg({feature(7)}, ','), (SELECT count(*)::text FROM bench.hydrants WHERE {IN_BOX})
    FROM (SELECT * FROM bench.hydrants WHERE {IN_BOX} ORDER BY id LIMIT 1000) AS t
"""
ITEM = f"SELECT {feature(7)} FROM bench.hydrants AS t WHERE t.id = %(id)s"
# Control characters as quote and delimiter: rows leave as they are, without the backslashes of COPY doubled.
WHOLE = f"""
    COPY (SELECT ',' || {feature(9)} FROM bench.hydrants AS t)
    TO STDOUT (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')
"""

# A buffer of one cell of 128 units, and as our tiles do: what is empty is left out, moments of writing too.
IN_TILE = "geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.03125), 4326)"
AS_DRAWN = "ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 128) AS geom"
PIXEL = 360 / 2**10 / 256


def tile_columns(view: str) -> str:
    spelt = {
        "character varying": "nullif({0}, '') AS {0}",
        "ARRAY": "nullif(array_to_json({0})::text, '[]') AS {0}",
    }
    kept = {name: kind for name, kind in TYPES[view].items() if not kind.startswith("timestamp")}
    return ", ".join(spelt.get(kind, "{0}").format(name) for name, kind in kept.items())


def whole_features(view: str) -> str:
    return f"""
        SELECT ST_AsMVT(f, '{view}', 4096, 'geom', 'id')
        FROM (SELECT id, {tile_columns(view)}, {AS_DRAWN} FROM bench.{view} WHERE {IN_TILE}) AS f
    """


CLASSES = ("working", "faulty", "blocked", "missing", "unknown")
STATUS_COUNT = "nullif(count(*) FILTER (WHERE status = '{0}'), 0)::int AS status_{0}"
COUNTED = f"""
    SELECT ST_AsMVT(f, 'hydrants', 4096, 'geom', 'id') FROM (
        SELECT id, count, synthetic, {", ".join(f"status_{name}" for name in CLASSES)},
               CASE WHEN status_missing > 0 THEN 'missing' WHEN status_faulty > 0 THEN 'faulty'
                    WHEN status_blocked > 0 THEN 'blocked' WHEN status_unknown > 0 THEN 'unknown'
                    WHEN status_working = count THEN 'working' END AS status,
               ST_AsMVTGeom(ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857),
                            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 128) AS geom
        FROM (SELECT CASE WHEN count(*) = 1 THEN min(id) END AS id, count(*)::int, bool_or(synthetic) AS synthetic,
                     {", ".join(map(STATUS_COUNT.format, CLASSES))},
                     avg(lon) AS lon, avg(lat) AS lat
              FROM (SELECT id, synthetic, status, ST_X(geom) AS lon, ST_Y(geom) AS lat
                    FROM bench.hydrants WHERE {IN_TILE}) AS p
              GROUP BY floor((lon + 180) / 360 * 2 ^ %(z)s * 32),
                       floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * 2 ^ %(z)s * 32)) AS cell) AS f
"""
LONG = f"""
    SELECT ST_AsMVT(f, 'roads', 4096, 'geom', 'id') FROM (
        SELECT id, nullif(name, '') AS name, nullif(clear_width_evidence, '') AS clear_width_evidence, synthetic,
               ST_AsMVTGeom(ST_Transform(ST_Simplify(geom, {PIXEL * 0.934 / 2}, true), 3857),
                            ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 128) AS geom
        FROM bench.roads WHERE {IN_TILE}
         AND (ST_XMax(geom) - ST_XMin(geom) >= {PIXEL} OR ST_YMax(geom) - ST_YMin(geom) >= {PIXEL * 0.934})) AS f
"""
TILES = {
    ("hydrants", "10"): COUNTED,
    ("hydrants", "14"): whole_features("hydrants"),
    ("roads", "10"): LONG,
    ("roads", "14"): whole_features("roads"),
}


def ask(statement: str, given: dict[str, Any], *, binary: bool = False) -> Any:
    with POOL.connection() as connection, connection.cursor(binary=binary) as cursor:
        return cursor.execute(statement.encode(), given).fetchone()


def items(query: str) -> Answer:
    west, south, east, north = map(float, parse_qs(query)["bbox"][0].split(","))
    features, matched = ask(ITEMS, {"w": west, "s": south, "e": east, "n": north})
    head = b'{"type":"FeatureCollection","numberMatched":' + matched + b',"features":['
    return "application/geo+json", head + (features or b"") + b"]}"


def item(feature_id: str) -> Answer:
    return "application/geo+json", ask(ITEM, {"id": int(feature_id)})[0]


def tile(view: str, z: str, x: str, y: str) -> Answer:
    row = ask(TILES[view, z], {"z": int(z), "x": int(x), "y": int(y)}, binary=True)
    return "application/vnd.mapbox-vector-tile", row[0]


def whole() -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    comma = 1
    with POOL.connection() as connection, connection.cursor() as cursor, cursor.copy(WHOLE.encode()) as copy:
        block, held = [], 0
        for row in copy:
            block.append(row)
            held += len(row)
            if held >= BLOCK_BYTES:
                yield b"".join(block)[comma:]
                block, held, comma = [], 0, 0
        yield b"".join(block)[comma:]
    yield b"]}\n"


def application(environ: dict[str, Any], start_response: StartResponse) -> Any:
    match environ["PATH_INFO"].split("/")[1:]:
        case ["items"]:
            kind, body = items(environ["QUERY_STRING"])
        case ["items", feature_id]:
            kind, body = item(feature_id)
        case ["tiles", view, z, x, y]:
            kind, body = tile(view, z, x, y)
        case ["version"]:
            ask(
                "SELECT table_name, version FROM gis_core_dataversion WHERE table_name = ANY(%(names)s)",
                {"names": TABLES},
            )
            kind, body = "application/json", CONSTANT
        case ["whole"]:
            start_response("200 OK", [("Content-Type", "application/geo+json")])
            return whole()
        case _:
            kind, body = "application/json", CONSTANT
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
