"""What the database is asked: a fixed number of statements on indexes, whatever was typed.

Each gives one row of JSON, so that it is planned once for each connection (`gis_core.statements`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely

from gis_core.statements import fetch_row

UNITS: Final = "administrative-units"
MANY: Final = 12
"""More keys that begin alike are not compared; one more letter tells them apart."""

# A key that begins with a text stands between the text and the text with "~", which sorts after all letters.
NAMES: Final = f"""
    SELECT coalesce(json_agg(found), '[]') FROM (
        SELECT name.key, 'whole' AS how, 1 AS likeness, text, NULL::bigint AS unit
        FROM unnest(%(heads)s::text[]) AS text JOIN gis_core_findablename AS name ON name.key = text
        UNION ALL
        SELECT begun.key, 'begun', 1, text, NULL
        FROM unnest(%(texts)s::text[]) AS text CROSS JOIN LATERAL (
            SELECT key FROM gis_core_findablename WHERE key > text AND key < text || '~' ORDER BY key LIMIT {MANY}
        ) AS begun
        UNION ALL
        SELECT unit.key, 'unit', 1, text, unit.feature_id
        FROM unnest(%(units)s::text[]) AS text CROSS JOIN LATERAL (
            SELECT key, feature_id FROM gis_core_findable
            WHERE way IN ('name', 'ref') AND layer = '{UNITS}' AND key >= text AND key < text || '~' LIMIT 4
        ) AS unit
    ) AS found
"""  # noqa: S608 - of constants

FUZZY: Final = """
    SELECT coalesce(json_agg(found), '[]') FROM (
        SELECT alike.key, 'alike' AS how, alike.likeness, text, NULL::bigint AS unit
        FROM unnest(%(texts)s::text[]) AS text CROSS JOIN LATERAL (
            SELECT key, similarity(key, text) AS likeness FROM gis_core_findablename
            WHERE key %% text ORDER BY 2 DESC, key LIMIT 8
        ) AS alike
        UNION ALL
        SELECT inside.key, 'inside', inside.likeness, text, NULL
        FROM unnest(%(texts)s::text[]) AS text CROSS JOIN LATERAL (
            SELECT key, word_similarity(text, key) AS likeness FROM gis_core_findablename
            WHERE text <%% key ORDER BY 2 DESC, length(key), key LIMIT 8
        ) AS inside
    ) AS found
"""

_ENTRY: Final = (
    "one.layer, one.feature_id, one.way, one.key, one.chain, one.house, one.title, one.address, one.ref, "
    "one.synthetic, ST_X(one.point) AS lon, ST_Y(one.point) AS lat, ST_Dimension(one.shape) AS dimension, "
    "ARRAY[ST_XMin(one.shape), ST_YMin(one.shape), ST_XMax(one.shape), ST_YMax(one.shape)] AS box"
)
_FROM: Final = "(substring(one.house FROM '^([0-9]{1,5})'))::int"
_TO: Final = "(substring(one.house FROM '-([0-9]{1,5})'))::int"

ENTRIES: Final = f"""
    WITH asked AS (
        SELECT key, chain, house, (substring(house FROM '^([0-9]{{1,5}})'))::int AS number
        FROM unnest(%(keys)s::text[], %(chains)s::text[], %(houses)s::text[]) AS asked (key, chain, house)
    )
    SELECT json_build_object(
        'houses', (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT {_ENTRY}, asked.house AS wanted FROM asked CROSS JOIN LATERAL (
                SELECT * FROM gis_core_findable AS one
                WHERE asked.house <> '' AND one.way = 'address' AND one.key = asked.key AND one.chain = asked.chain
                  AND (one.house = asked.house OR (one.house LIKE '%%-%%' AND asked.number BETWEEN {_FROM} AND {_TO}
                                                   AND (asked.number - {_FROM}) %% 2 = 0))
                LIMIT 12
            ) AS one) AS found),
        'beside', (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT asked.key, asked.chain, asked.house, beside.house AS number FROM asked CROSS JOIN LATERAL (
                SELECT one.house FROM gis_core_findable AS one
                WHERE asked.house <> '' AND one.way = 'address' AND one.key = asked.key AND one.chain = asked.chain
                  AND one.house <> ''
                GROUP BY one.house ORDER BY abs({_FROM} - asked.number), one.house LIMIT 2
            ) AS beside) AS found),
        'lanes', (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT one.key, one.chain, bool_or(one.way = 'road') AS drawn, min(one.address) AS address,
                   bool_or(one.synthetic) AS synthetic, avg(ST_X(one.point)) AS lon, avg(ST_Y(one.point)) AS lat
            FROM gis_core_findable AS one
            JOIN unnest(%(lane_keys)s::text[], %(lanes)s::text[]) AS lane (key, chain)
              ON one.key = lane.key AND one.chain = lane.chain
            WHERE one.way IN ('address', 'road') GROUP BY one.key, one.chain) AS found),
        'own', (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT {_ENTRY} FROM unnest(%(names)s::text[]) AS name CROSS JOIN LATERAL (
                SELECT * FROM gis_core_findable AS one
                WHERE one.way IN ('name', 'ref') AND one.key = name ORDER BY layer, feature_id LIMIT 6) AS one
            UNION ALL
            SELECT {_ENTRY} FROM unnest(%(begun)s::text[]) AS text CROSS JOIN LATERAL (
                SELECT * FROM gis_core_findable AS one
                WHERE one.way IN ('name', 'ref') AND one.key >= text AND one.key < text || '~'
                ORDER BY key LIMIT {MANY}) AS one) AS found),
        'numbered', (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT {_ENTRY} FROM gis_core_findable AS one
            WHERE one.way = 'ref' AND one.house = %(number)s AND one.house <> '' AND one.layer = ANY(%(layers)s::text[])
            ORDER BY one.layer, one.ref LIMIT {MANY}) AS found)
    )
"""  # noqa: S608 - of constants

# Roads of one name that lie more than 300 m apart are different streets.
LINES: Final = """
    SELECT coalesce(json_agg(found), '[]') FROM (
        SELECT key, chain, mode() WITHIN GROUP (ORDER BY title) AS title, bool_or(synthetic) AS synthetic,
               array_agg(feature_id ORDER BY feature_id) AS ids, min(ref) AS ref,
               encode(ST_AsBinary(ST_Collect(shape)), 'hex') AS shape
        FROM (SELECT one.*, ST_ClusterDBSCAN(one.shape, 0.003, 1) OVER (PARTITION BY one.key, one.chain) AS patch
              FROM gis_core_findable AS one
              JOIN unnest(%(keys)s::text[], %(chains)s::text[]) AS lane (key, chain)
                ON one.key = lane.key AND one.chain = lane.chain
              WHERE one.way = 'road') AS road
        GROUP BY key, chain, patch ORDER BY key, chain, count(*) DESC, patch
    ) AS found
"""

# Smallest unit in force first; those asked for may be old ones.
AROUND: Final = """
    SELECT coalesce(json_agg(found ORDER BY n), '[]') FROM (
        SELECT n, (SELECT unit.name FROM gis_core_administrativeunit AS unit
                   WHERE unit.valid_to IS NULL AND ST_Covers(unit.geom, place)
                   ORDER BY unit.level DESC, unit.id LIMIT 1) AS unit,
               EXISTS (SELECT FROM gis_core_administrativeunit AS unit
                       WHERE unit.id = ANY(%(units)s::bigint[]) AND ST_Covers(unit.geom, place)) AS inside
        FROM (SELECT n, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place
              FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS at (lon, lat, n)) AS asked
    ) AS found
"""

BECAME: Final = """
    SELECT coalesce(json_agg(found ORDER BY id), '[]') FROM (
        SELECT unit.id, unit.name, unit.valid_to,
               ARRAY(SELECT new.name FROM gis_core_administrativesuccession AS step
                     JOIN gis_core_administrativeunit AS new ON new.id = step.successor_id
                     WHERE step.predecessor_id = unit.id ORDER BY step.predecessor_share DESC, new.id) AS became
        FROM gis_core_administrativeunit AS unit WHERE unit.id = ANY(%(units)s::bigint[]) AND unit.valid_to IS NOT NULL
    ) AS found
"""


@dataclass(frozen=True, slots=True)
class OldUnit:
    """A unit that is no longer in force: the first day without it, and what it became, the largest part first."""

    name: str
    valid_to: date
    became: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A key that a text may mean, and how it was found: whole, begun, alike, inside, or as a unit."""

    key: str
    how: str
    likeness: float
    text: str
    unit: int | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that may stand at an address: a house in a chain of lanes, or the lane or street itself."""

    key: str
    chain: str
    house: str


@dataclass(frozen=True, slots=True)
class Patch:
    """A street or lane as it is drawn, in one piece of the city; `line` is a MultiLineString in degrees."""

    title: str
    synthetic: bool
    ids: tuple[int, ...]
    ref: str
    line: Any


def names_for(texts: Sequence[str], heads: Sequence[str], units: Sequence[str]) -> list[Named]:
    """Find the keys that are one of `heads` or begin with one of `texts`, and the units whose names begin so."""
    rows = fetch_row(NAMES, {"texts": list(texts), "heads": list(heads), "units": list(units)})[0]
    return [Named(**row) for row in rows]


def fuzzy_names_for(texts: Sequence[str]) -> list[Named]:
    """Find the keys that are like one of `texts`, or have something like it inside (pg_trgm)."""
    return [Named(**row) for row in fetch_row(FUZZY, {"texts": list(texts)})[0]]


def entries_for(
    asks: Sequence[Ask], *, names: Sequence[str], begun: Sequence[str], number: str, layers: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Find what stands at the addresses, which of their lanes are known, and what is called by a name or number."""
    lanes = sorted({(ask.key, lane) for ask in asks for lane in lanes_down_to(ask.chain)})
    params = {
        "keys": [ask.key for ask in asks],
        "chains": [ask.chain for ask in asks],
        "houses": [ask.house for ask in asks],
        "lane_keys": [key for key, _ in lanes],
        "lanes": [lane for _, lane in lanes],
        "names": list(names),
        "begun": list(begun),
        "number": number,
        "layers": list(layers),
    }
    found: dict[str, list[dict[str, Any]]] = fetch_row(ENTRIES, params)[0]
    return found


def lines_for(lanes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Patch]]:
    """Read how streets and lanes are drawn, by key and chain; the largest piece first."""
    wanted = sorted(set(lanes))
    rows = fetch_row(LINES, {"keys": [key for key, _ in wanted], "chains": [chain for _, chain in wanted]})[0]
    found: dict[tuple[str, str], list[Patch]] = {}
    for row in rows:
        patch = Patch(row["title"], row["synthetic"], tuple(row["ids"]), row["ref"], shapely.from_wkb(row["shape"]))
        found.setdefault((row["key"], row["chain"]), []).append(patch)
    return found


def around(places: Sequence[tuple[float, float]], units: Iterable[int]) -> list[tuple[str | None, bool]]:
    """Tell of each place (lon, lat) the smallest unit in force, and whether it lies in one of `units`."""
    params = {"lons": [lon for lon, _ in places], "lats": [lat for _, lat in places], "units": sorted(units)}
    return [(row["unit"], row["inside"]) for row in fetch_row(AROUND, params)[0]]


def old_units(units: Iterable[int]) -> dict[int, OldUnit]:
    """Tell which of the units are no longer in force, and what they became."""
    rows = fetch_row(BECAME, {"units": sorted(units)})[0]
    return {row["id"]: OldUnit(row["name"], date.fromisoformat(row["valid_to"]), tuple(row["became"])) for row in rows}


def lanes_down_to(chain: str) -> list[str]:
    """Give the street, as an empty chain, and each lane down to `chain`.

    >>> lanes_down_to("29/70")
    ['', '29', '29/70']
    """
    numbers = chain.split("/") if chain else []
    return ["/".join(numbers[:depth]) for depth in range(len(numbers) + 1)]
