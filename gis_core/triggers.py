"""Database triggers shared by every feature table.

They live in the database, not in `save()`, so that an edit made straight from QGIS or psql gets the same treatment.
"""

from typing import Final

import pgtrigger

STAMP = pgtrigger.Trigger(
    name="stamp_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
    func="NEW.version := OLD.version + 1; NEW.updated_at := statement_timestamp(); RETURN NEW;",
)
"""Counts the versions of a row; the ETag and `If-Match` are made of it."""

# A line belongs to the unit that holds its middle, an area to the one that holds a point inside it. Not
# ST_PointOnSurface for both: of a line with two vertices it is an end, and streets end at borders.
UNIT_OF: Final = """(
            SELECT unit.id FROM gis_core_administrativeunit AS unit
            WHERE unit.valid_to IS NULL
              AND ST_Intersects(unit.geom, CASE GeometryType({geom})
                  WHEN 'LINESTRING' THEN ST_LineInterpolatePoint({geom}, 0.5)
                  ELSE ST_PointOnSurface({geom}) END)
            ORDER BY unit.level DESC, unit.id LIMIT 1)"""
"""The id of the smallest administrative unit in force that a geometry lies in, as SQL; NULL outside all of them."""

LOCATE = pgtrigger.Trigger(
    name="locate_unit",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("geom"),  # type: ignore[no-untyped-call]  # pgtrigger ships half its types
    func=f"""
        NEW.administrative_unit_id := {UNIT_OF.format(geom="NEW.geom::geometry")};
        RETURN NEW;
    """,
)
"""Files the row under the smallest administrative unit in force that it lies in; NULL outside all of them."""

COUNT_CHANGES = pgtrigger.Trigger(
    name="count_changes",
    when=pgtrigger.After,
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="""
        INSERT INTO gis_core_dataversion AS seen (table_name, version, changed_at) VALUES (TG_TABLE_NAME, 1, now())
        ON CONFLICT (table_name) DO UPDATE SET version = seen.version + 1, changed_at = now();
        RETURN NULL;
    """,
)
"""Counts the writing statements on a table, in the writing transaction: data and version move together."""

LIVE_CHANNEL: Final = "thuylo_live"

WAKE_FOLLOWERS = pgtrigger.Trigger(
    name="wake_followers",
    when=pgtrigger.After,
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"NOTIFY {LIVE_CHANNEL}; RETURN NULL;",
)
"""On the counters: once a transaction, when it commits, whoever follows them is woken. It carries nothing; a notice
that is lost costs a second (`gis_core.live.follower`)."""
