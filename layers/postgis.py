"""Features written as GeoJSON by PostGIS and handed on as bytes, never through model instances."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from psycopg import sql

from gis_core.fields import LayerField
from gis_core.models import AdministrativeUnit
from gis_core.registry import Layer
from gis_core.versions import data_version
from layers.audience import EVERYBODY, Audience
from layers.items import ItemsQuery, Page

Params = dict[str, Any]

# Count and page come from one look at the index. The version is read in the same statement, hence in the same snapshot:
# read before or after, it could name a state that the features are not of.
_PAGE = sql.SQL("""
WITH matched AS {once} (SELECT t.id FROM {table} AS t WHERE {where}),
page AS (SELECT id FROM matched WHERE id > %(after)s ORDER BY id LIMIT %(limit)s)
SELECT coalesce(string_agg({feature}, ',' ORDER BY t.id), ''),
       count(*),
       (SELECT count(*) FROM matched),
       CASE WHEN (SELECT max(id) FROM matched) > max(t.id) THEN max(t.id) END,
       coalesce(bool_or(t.synthetic), false),
       (SELECT string_agg(name || '.' || coalesce(version, 0), '-' ORDER BY name COLLATE "C")
        FROM unnest(%(tables)s::text[]) AS name LEFT JOIN gis_core_dataversion ON table_name = name)
FROM page JOIN {table} AS t ON t.id = page.id
""")
_FEATURE = sql.SQL("SELECT {feature} FROM {table} AS t WHERE t.id = %(id)s")
# Not ST_MakeEnvelope: a box without width is a line, without height too a point, not a polygon that meets nothing.
_IN_BOX = sql.SQL(
    "ST_Intersects({}, ST_SetSRID(ST_Envelope(ST_MakeLine("
    "ST_MakePoint(%(west)s, %(south)s), ST_MakePoint(%(east)s, %(north)s))), 4326))"
)
_EXTENT = sql.SQL(
    "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({geom}) AS e FROM {table} AS t) AS x"
)

# 7 decimals of a degree are 1 cm; the parts are joined as text because jsonb costs five times as much.
_TEXT = sql.SQL(
    """'{{"type":"Feature","id":' || t.id || ',"geometry":' || ST_AsGeoJSON(t.geom, 7)"""
    """ || ',"properties":' || {properties} || '}}'"""
)
_PROPERTIES = sql.SQL("row_to_json((SELECT p FROM (SELECT {columns}) AS p))::text")
_BY_UNIT = sql.SQL("CASE WHEN t.{unit} = ANY(%(units)s) THEN {all} ELSE {public} END")
_REFERENCE = sql.SQL("(SELECT r.ref FROM {table} AS r WHERE r.id = t.{column})")
# JSON knows neither NaN nor infinity; PostgreSQL sorts NaN above infinity, so one comparison stops both.
_FINITE = sql.SQL("CASE WHEN abs(t.{column}) < 'infinity' THEN t.{column} END")


@dataclass(frozen=True, slots=True)
class PostgisSource:
    """The features of one layer's table, as far as `audience` may see them.

    Queries: one a page or feature. A `bbox` uses the GiST index (of the planar geometry, for geography columns);
    edges of the box count as inside, and its sides are straight lines in longitude and latitude.
    """

    layer: Layer
    audience: Audience = EVERYBODY

    def data_version(self) -> str:
        """Name the state of the layer's table and of those it refers to."""
        return data_version(self._tables)

    def page(self, query: ItemsQuery) -> Page:
        """Read a page, ordered by id."""
        features, returned, matched, last_id, synthetic, version = self._row(*self.statement(query))
        return Page(features.encode(), returned, matched, last_id, synthetic, version)

    def feature(self, feature_id: int) -> bytes | None:
        """Read one feature."""
        statement = _FEATURE.format(feature=self._feature_text(), table=self._table)
        row = self._row(statement, {"id": feature_id, "units": self._units})
        return row[0].encode() if row else None

    def extent(self) -> tuple[float, float, float, float] | None:
        """Measure the extent once for each state of the table."""
        key = f"extent:{data_version([self.layer.table])}"
        if (known := cache.get(key)) is None:
            known = self._row(_EXTENT.format(geom=self._planar, table=self._table), {})
            cache.set(key, known, timeout=None)
        return None if known[0] is None else known

    def statement(self, query: ItemsQuery) -> tuple[sql.Composed, Params]:
        """Return the SQL of a page and its parameters; public, so that its plan can be looked at."""
        where, params = self._where(query)
        statement = _PAGE.format(
            # Left to itself the planner walks the primary key and tests each row against the box.
            once=sql.SQL("MATERIALIZED" if query.bbox else "NOT MATERIALIZED"),
            table=self._table,
            where=where,
            feature=self._feature_text(),
        )
        return statement, params | {
            "after": query.after,
            "limit": query.limit,
            "tables": self._tables,
            "units": self._units,
        }

    def _where(self, query: ItemsQuery) -> tuple[sql.Composable, Params]:
        clauses: list[sql.Composable] = [sql.SQL("true")]
        params: Params = {}
        if query.bbox:
            clauses.append(_IN_BOX.format(self._planar))
            params |= dict(zip(("west", "south", "east", "north"), query.bbox.as_tuple(), strict=True))
        if query.period and self.layer.valid_time:
            start, end = map(sql.Identifier, self.layer.valid_time)
            # `end` is the first day no longer in force; an empty one, and an open side of the question, bound nothing.
            during = sql.SQL(
                "(t.{0} <= %(last)s::date OR %(last)s::date IS NULL OR t.{0} IS NULL)"
                " AND (t.{1} > %(first)s::date OR %(first)s::date IS NULL OR t.{1} IS NULL)"
            )
            clauses.append(during.format(start, end))
            params |= {"first": query.period.first, "last": query.period.last}
        return sql.SQL(" AND ").join(clauses), params

    def _feature_text(self) -> sql.Composed:
        public = _properties(field for field in self.layer.fields if not field.sensitive)
        everything = _properties(self.layer.fields)
        if self.audience.everywhere:
            return _TEXT.format(properties=everything)
        if self.audience.units and self.layer.sensitive:
            # A unit stands in itself.
            unit = sql.Identifier("id" if self.layer.model is AdministrativeUnit else "administrative_unit_id")
            return _TEXT.format(properties=_BY_UNIT.format(unit=unit, all=everything, public=public))
        return _TEXT.format(properties=public)

    @property
    def _table(self) -> sql.Identifier:
        return sql.Identifier(self.layer.table)

    @property
    def _planar(self) -> sql.SQL:
        column: Any = self.layer.model._meta.get_field("geom")  # type: ignore[misc]  # every concrete record has one
        return sql.SQL("t.geom::geometry" if column.geography else "t.geom")

    @property
    def _units(self) -> list[int]:
        return sorted(self.audience.units)

    @property
    def _tables(self) -> list[str]:
        return sorted({self.layer.table, *(field.reference for field in self.layer.fields if field.reference)})

    def _row(self, statement: sql.Composed, params: Params) -> Any:
        with connection.cursor() as cursor:
            # As text: pghistory's hook looks into every statement.
            cursor.execute(statement.as_string(), params)
            return cursor.fetchone()


def _properties(fields: Any) -> sql.Composed:
    return _PROPERTIES.format(columns=sql.SQL(", ").join(map(_column, fields)))


def _column(field: LayerField) -> sql.Composed:
    column = sql.Identifier(field.column)
    if field.reference:
        value: sql.Composable = _REFERENCE.format(table=sql.Identifier(field.reference), column=column)
    elif field.type == "number":
        value = _FINITE.format(column=column)
    else:
        value = sql.SQL("t.{}").format(column)
    return sql.SQL("{} AS {}").format(value, sql.Identifier(field.name))
