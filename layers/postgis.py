"""Features written as GeoJSON by PostGIS and handed on as bytes, never through model instances."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from psycopg import sql

from gis_core.crs import CatalogueEntry
from gis_core.fields import LayerField
from gis_core.registry import Layer
from gis_core.statements import fetch_row, fetch_rows
from gis_core.versions import data_version
from layers.audience import EVERYBODY, Audience
from layers.columns import in_box, in_units, planar, properties, served, stored
from layers.counts import KnownCount
from layers.crs_params import CRS84, check_system, outline
from layers.items import ItemsQuery, Page, StoredFeature
from layers.ordering import Place, SortKey

Params = dict[str, Any]

# The version is read in the same statement, hence in the same snapshot: read before or after, it could name a state
# that the features are not of. The features are counted only if the count of that version is not known: PostgreSQL does
# not run a branch of CASE that it does not need. Features are found as places in the table, at which those of the page
# are read then; found once if they are to be counted too, and else as far as the page needs. One more than the page
# holds tells whether something follows. What is read from `page` comes in its order, a row each, so that one end reads
# while the other writes; the last row tells of the whole. It begins with SELECT, so that the history's hook leaves it
# as it is.
_PAGE = sql.SQL("""
SELECT * FROM (
    WITH state AS MATERIALIZED (
        SELECT string_agg(name || '.' || coalesce(version, 0), '-' ORDER BY name COLLATE "C") AS version
        FROM unnest(%(tables)s::text[]) AS name LEFT JOIN gis_core_dataversion ON table_name = name),
    found AS {once} (SELECT t.id, t.ctid AS at, t.synthetic{keys} FROM {table} AS t WHERE {where} {fence}),
    page AS MATERIALIZED (
        SELECT t.* FROM found AS t WHERE {after} ORDER BY {order} LIMIT %(limit)s + 1)
    SELECT ({feature})::varchar AS text, NULL::bigint AS matched, NULL::text[] AS last, NULL::boolean, NULL::text
    FROM (SELECT at FROM page LIMIT %(limit)s) AS place
         CROSS JOIN LATERAL (SELECT r.* FROM {table} AS r WHERE r.ctid = place.at OFFSET 0) AS t
    UNION ALL
    SELECT NULL,
           CASE WHEN (SELECT version FROM state) IS DISTINCT FROM %(counted_at)s
                THEN (SELECT count(*) FROM found) ELSE %(counted)s END,
           CASE WHEN EXISTS (SELECT FROM page OFFSET %(limit)s)
                THEN (SELECT ARRAY[{place}] FROM page AS t OFFSET %(limit)s - 1 LIMIT 1) END,
           (SELECT coalesce(bool_or(p.synthetic), false) FROM (SELECT synthetic FROM page LIMIT %(limit)s) AS p),
           (SELECT version FROM state)) AS answer
""")
_ONCE, _AS_NEEDED = sql.SQL("MATERIALIZED"), sql.SQL("NOT MATERIALIZED")
# Left to itself the planner walks the primary key and tests each row against the box.
_FENCE = sql.SQL("OFFSET 0")
_NOTHING, _EVERYWHERE = sql.SQL(""), sql.SQL("true")
_FEATURE = sql.SQL("SELECT ({feature})::varchar, t.version FROM {table} AS t WHERE t.id = %(id)s")
# The operator alone compares boxes rounded outwards to single precision; the numbers are exact, and cheaper than GEOS.
_POINT_IN_BOX = sql.SQL(
    "({0} && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"
    " AND ST_X({0}) BETWEEN %(west)s AND %(east)s AND ST_Y({0}) BETWEEN %(south)s AND %(north)s)"
)
_IN_OUTLINE = sql.SQL("ST_Intersects({}, ST_GeomFromWKB(%(outline)s, 4326))")
_EXTENT = sql.SQL(
    "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({geom}) AS e FROM {table} AS t) AS x"
)

# 7 decimals of a degree are 1 cm; the parts are joined as text because jsonb costs five times as much.
_TEXT = sql.SQL(
    """'{{"type":"Feature","id":' || t.id || ',"geometry":' || {geometry}"""
    """ || ',"properties":' || {properties} || '}}'"""
)
# 0: no `crs` member, which RFC 7946 took away; the header Content-Crs says it.
_METRIC = sql.SQL("ST_AsGeoJSON(ST_Transform({geom}, {srid}), 3, 0)")
_ANGULAR = sql.SQL("ST_AsGeoJSON({geom}, 7, 0)")
_FLIPPED = sql.SQL("ST_FlipCoordinates({})")
_TURNED = sql.SQL("ST_Transform({geom}, {srid})")


@dataclass(frozen=True, slots=True)
class PostgisSource:
    """The features of one layer's table, as far as `audience` may see them.

    Queries: one a page or feature. A `bbox` uses the GiST index (of the planar geometry, for geography columns);
    edges of the box count as inside, and its sides are straight lines in the coordinate system of the box.
    """

    layer: Layer
    audience: Audience = EVERYBODY

    def data_version(self) -> str:
        """Name the state of the layer's table and of those it refers to."""
        return data_version(self._tables)

    def page(self, query: ItemsQuery) -> Page:
        """Read a page; features that are alike in what they are sorted by follow each other by id.

        They are counted once for each condition and state of the data, in the snapshot of the page.
        """
        check_system(query.crs)
        count = self.known_count(query)
        statement, params = self.statement(query, count)
        rows = fetch_rows(statement.as_string(), params, prepared=self.one_plan_fits(query))
        _, matched, last, synthetic, version = rows.pop()
        count.learn(version, matched)
        place = Place(int(last[-1]), tuple(last[:-1])) if last else None
        return Page([text for text, *_ in rows], matched, place, synthetic, version)

    def known_count(self, query: ItemsQuery) -> KnownCount:
        """Return what is known of the number of features that a question asks for."""
        return KnownCount.of(self.layer.table, *self._where(query))

    def feature(self, feature_id: int, crs: CatalogueEntry = CRS84) -> StoredFeature | None:
        """Read one feature."""
        check_system(crs)
        row = fetch_row(self.feature_statement(crs), {"id": feature_id, "units": self._units})
        return StoredFeature(row[0], row[1]) if row else None

    def extent(self) -> tuple[float, float, float, float] | None:
        """Measure the extent once for each state of the table."""
        key = f"extent:{data_version([self.layer.table])}"
        if (known := cache.get(key)) is None:
            known = fetch_row(_EXTENT.format(geom=planar(self.layer), table=self._table).as_string(), {})
            cache.set(key, known, timeout=None)
        return None if known[0] is None else known

    def statement(self, query: ItemsQuery, count: KnownCount) -> tuple[sql.Composed, Params]:
        """Return the SQL of a page and its parameters; public, so that its plan can be looked at."""
        where, params = self._where(query)
        once = where != _EVERYWHERE and not count.is_known  # all features are counted without being found
        after, place = _after(query.sort, query.after)
        keys = [sql.SQL(", {} AS {}").format(_sort_value(key.field), _key(n)) for n, key in enumerate(query.sort)]
        statement = _PAGE.format(
            feature=self._feature_text(query.crs, query.properties),
            place=sql.SQL(", ").join([*(sql.SQL("t.{}::text").format(_key(n)) for n in range(len(keys))), _ID_TEXT]),
            keys=sql.Composed(keys),
            table=self._table,
            where=where,
            once=_ONCE if once else _AS_NEEDED,
            fence=_FENCE if query.bbox else _NOTHING,
            after=after,
            order=_order(query.sort),
        )
        page = {"limit": query.limit, "tables": self._tables, "units": self._units}
        return statement, params | place | page | {"counted_at": count.version, "counted": count.number}

    def one_plan_fits(self, query: ItemsQuery) -> bool:
        """Whether one plan is good for all values: in it types are inferred, and an outline is built for each row."""
        in_numbers = query.bbox is None or (query.bbox.crs == CRS84.code and self._holds_points)
        return in_numbers and query.filter is None

    def _where(self, query: ItemsQuery) -> tuple[sql.Composable, Params]:
        clauses: list[sql.Composable] = []
        params: Params = {}
        if query.bbox and query.bbox.crs == CRS84.code:
            geom = planar(self.layer)
            clauses.append(_POINT_IN_BOX.format(geom) if self._holds_points else in_box(self.layer))
            params |= dict(zip(("west", "south", "east", "north"), query.bbox.as_tuple(), strict=True))
        elif query.bbox:
            clauses.append(_IN_OUTLINE.format(planar(self.layer)))
            params["outline"] = outline(query.bbox)
        if query.period and self.layer.valid_time:
            start, end = map(sql.Identifier, self.layer.valid_time)
            # `end` is the first day no longer in force; an empty one, and an open side of the question, bound nothing.
            during = sql.SQL(
                "(t.{0} <= %(last)s::date OR %(last)s::date IS NULL OR t.{0} IS NULL)"
                " AND (t.{1} > %(first)s::date OR %(first)s::date IS NULL OR t.{1} IS NULL)"
            )
            clauses.append(during.format(start, end))
            params |= {"first": query.period.first, "last": query.period.last}
        for n, (field, value) in enumerate(query.equal):
            clauses.append(_equal(field, f"e{n}"))
            params[f"e{n}"] = value
        if query.filter:
            clauses.append(sql.SQL("({})").format(query.filter.sql))
            params |= query.filter.params
        return sql.SQL(" AND ").join(clauses) if clauses else _EVERYWHERE, params

    def feature_statement(self, crs: CatalogueEntry = CRS84) -> str:
        """Write the SQL of one feature, its text and its version, once for each layer, system and kind of reader."""
        key = self._kind(crs)
        if key not in _FEATURE_STATEMENTS:
            statement = _FEATURE.format(feature=self._feature_text(crs), table=self._table)
            _FEATURE_STATEMENTS[key] = statement.as_string()
        return _FEATURE_STATEMENTS[key]

    def _feature_text(self, crs: CatalogueEntry, chosen: Sequence[LayerField] | None = None) -> sql.Composable:
        """Write the SQL of a feature's text; that of all attributes once for each layer, system and kind of reader."""
        if chosen is not None:
            return self._write_feature(crs, chosen)
        key = self._kind(crs)
        if key not in _FEATURE_TEXTS:
            _FEATURE_TEXTS[key] = sql.SQL(self._write_feature(crs, self.layer.fields).as_string())
        return _FEATURE_TEXTS[key]

    def _write_feature(self, crs: CatalogueEntry, fields: Sequence[LayerField]) -> sql.Composed:
        public = [field for field in fields if not field.sensitive]
        if self.audience.everywhere:
            written = properties(fields)
        elif self._scoped and len(public) < len(fields):
            written = in_units(self.layer, properties(fields), properties(public))
        else:
            written = properties(public)
        return _TEXT.format(geometry=_geometry(planar(self.layer), crs), properties=written)

    def _kind(self, crs: CatalogueEntry) -> tuple[object, ...]:
        """Tell apart the texts of features: by layer, system and kind of reader."""
        layer = self.layer
        return layer.table, layer.sensitive, layer.hidden, crs.code, self.audience.everywhere, self._scoped

    @property
    def _holds_points(self) -> bool:
        return self.layer.geometry_type == "Point"

    @property
    def _scoped(self) -> bool:
        return bool(self.audience.units) and not self.audience.everywhere

    @property
    def _table(self) -> sql.Identifier:
        return sql.Identifier(self.layer.table)

    @property
    def _units(self) -> list[int]:
        return sorted(self.audience.units)

    @property
    def _tables(self) -> list[str]:
        return sorted({self.layer.table, *(field.reference for field in self.layer.fields if field.reference)})


_FEATURE_TEXTS: dict[tuple[object, ...], sql.SQL] = {}
_FEATURE_STATEMENTS: dict[tuple[object, ...], str] = {}


def _geometry(geom: sql.Composable, crs: CatalogueEntry) -> sql.Composable:
    """Give the geometry as GeoJSON text in `crs`, axes in the order that it prescribes."""
    if crs.projection != "degrees":
        return _METRIC.format(geom=geom, srid=sql.Literal(crs.srid))
    turned = geom if crs.datum == "WGS 84" else _TURNED.format(geom=geom, srid=sql.Literal(crs.srid))
    return _ANGULAR.format(geom=_FLIPPED.format(turned) if crs.latitude_first else turned)


def _key(number: int) -> sql.Identifier:
    return sql.Identifier(f"_k{number}")


_ID_TEXT = sql.SQL("t.id::text")
_SQL_TYPES = {"string": "text", "integer": "bigint", "number": "double precision", "boolean": "boolean", "date": "date"}
# Đ stands after D and tones after the letter, as in a Vietnamese dictionary; equal only where the letters are the same.
_VIETNAMESE = sql.SQL('({} COLLATE "vi-x-icu")')


def _sql_type(field: LayerField) -> sql.SQL:
    return sql.SQL(_SQL_TYPES.get(field.type, "timestamptz"))


def _sort_value(field: LayerField) -> sql.Composable:
    """Give what is served of an attribute, so that what is served as unknown is sorted as unknown."""
    value = sql.SQL("{}::{}").format(served(field), _sql_type(field))
    return _VIETNAMESE.format(value) if field.type == "string" else value


def _order(sort: Sequence[SortKey]) -> sql.Composable:
    keys = [
        sql.SQL("t.{} {} NULLS LAST").format(_key(n), sql.SQL("DESC" if key.descending else "ASC"))
        for n, key in enumerate(sort)
    ]
    return sql.SQL(", ").join([*keys, sql.SQL("t.id")])


def _after(sort: Sequence[SortKey], place: Place) -> tuple[sql.Composable, Params]:
    """Write the condition that a feature comes after `place`: equal in the first keys, later in the next one."""
    params: Params = {"after": place.id}
    if not place.values:
        return sql.SQL("t.id > %(after)s"), params
    equal: list[sql.Composable] = []
    ways: list[sql.Composable] = []
    for n, (key, value) in enumerate(zip(sort, place.values, strict=True)):
        given = sql.SQL("{}::{}").format(sql.Placeholder(f"k{n}"), _sql_type(key.field))
        params[f"k{n}"] = value
        if value is None:
            equal.append(sql.SQL("t.{} IS NULL").format(_key(n)))
            continue  # nothing comes after the unknown
        later = sql.SQL("(t.{0} {1} {2} OR t.{0} IS NULL)").format(
            _key(n), sql.SQL("<" if key.descending else ">"), given
        )
        ways.append(sql.SQL(" AND ").join([*equal, later]))
        equal.append(sql.SQL("t.{} = {}").format(_key(n), given))
    ways.append(sql.SQL(" AND ").join([*equal, sql.SQL("t.id > %(after)s")]))
    return sql.SQL("({})").format(sql.SQL(" OR ").join(ways)), params


def _equal(field: LayerField, name: str) -> sql.Composable:
    given = sql.SQL("{}::{}").format(sql.Placeholder(name), _sql_type(field))
    if field.reference:
        return sql.SQL("{} = (SELECT r.id FROM {} AS r WHERE r.ref = {})").format(
            stored(field), sql.Identifier(field.reference), given
        )
    return sql.SQL("{} = {}").format(stored(field), given)
