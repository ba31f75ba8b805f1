"""The SQL of the import. Names in braces are identifiers, filled in by `routes.osm.store`."""

from typing import Final

from psycopg.sql import SQL

# -- staging ---------------------------------------------------------------------------------------------
# A table of an earlier import may live on where the caller holds the transaction open.
DROP: Final = SQL("DROP TABLE IF EXISTS {staged}")
STAGE: Final = SQL(
    "CREATE TEMP TABLE {staged} ON COMMIT DROP AS SELECT {columns}, NULL::text AS state FROM {stored} WITH NO DATA"
)
LOAD: Final = SQL("COPY {staged} ({columns}) FROM STDIN")
INDEX: Final = SQL("CREATE UNIQUE INDEX ON {staged} ({key})")
ANALYZE: Final = SQL("ANALYZE {staged}")
ANALYZE_STORED: Final = SQL("ANALYZE {stored}")

WAYS: Final = """
    DROP TABLE IF EXISTS osm_ways;
    CREATE TEMP TABLE osm_ways (
        id bigint PRIMARY KEY, complete boolean NOT NULL, left_alone boolean NOT NULL DEFAULT FALSE) ON COMMIT DROP;
"""
LOAD_WAYS: Final = "COPY osm_ways (id, complete) FROM STDIN"

# -- what is left as it is stored ------------------------------------------------------------------------
# A way that the file holds in part says nothing about the rest, and its pieces are numbered otherwise.
FIND_INCOMPLETE: Final = """
    SELECT way.id FROM osm_ways AS way
    WHERE NOT way.complete AND EXISTS (SELECT FROM routes_road AS old WHERE old.osm_way_id = way.id)
    ORDER BY way.id
"""
LEAVE_ALONE: Final = "UPDATE osm_ways SET left_alone = TRUE WHERE id = ANY(%s)"
DROP_ROADS: Final = (
    "DELETE FROM osm_roads AS new USING osm_ways AS way WHERE way.id = new.osm_way_id AND way.left_alone"
)
DROP_ALONG: Final = """
    DELETE FROM osm_restrictions AS new USING osm_ways AS way
    WHERE way.left_alone AND substring(new.ref FROM '^way/([^/]*)/') = way.id::text
"""
PIN_AS_STORED: Final = """
    UPDATE osm_restrictions AS new SET (road_ref, road_fraction) = (
        SELECT COALESCE(max(old.road_ref), ''), max(old.road_fraction)
        FROM routes_accessrestriction AS old WHERE old.ref = new.ref)
    FROM osm_ways AS way
    WHERE way.left_alone AND substring(new.road_ref FROM '^way/([^/]*)/') = way.id::text
"""

# A survey follows the ground, not the number of the segment: a segment that lies within a surveyed one inherits its
# values (no narrower than the whole), as does one between the same nodes whose line was drawn anew. Within means to a
# metre (some 0.00001°): where a side lane is joined on, the editor adds a node that is off the old line by a hand.
FIND_SURVEYS: Final = """
    DROP TABLE IF EXISTS osm_surveyed, osm_carried;
    CREATE TEMP TABLE osm_surveyed ON COMMIT DROP AS
        SELECT old.*, ST_Buffer(old.geom, 0.00001) AS ground
        FROM routes_road AS old JOIN osm_ways AS way ON way.id = old.osm_way_id AND way.complete
        WHERE 'surveyed' IN (old.evidence, old.clear_width_evidence, old.clear_height_evidence, old.max_weight_evidence)
           OR old.surveyed_by || old.survey_method || old.remarks <> ''
           OR COALESCE(old.verified_on, old.clear_width_on, old.clear_height_on, old.max_weight_on) IS NOT NULL;
    CREATE TEMP TABLE osm_carried ON COMMIT DROP AS
        SELECT DISTINCT ON (new.ref) new.ref, old.id AS road_id, ST_Length(new.geom) AS length,
               (old.ref, old.start_node, old.end_node) = (new.ref, new.start_node, new.end_node) AS same
        FROM osm_roads AS new
        JOIN osm_surveyed AS old ON old.osm_way_id = new.osm_way_id AND (
            (old.ref, old.start_node, old.end_node) = (new.ref, new.start_node, new.end_node)
            OR ST_Covers(old.ground, new.geom))
        ORDER BY new.ref, same DESC, old.ref;
"""
# A surveyed road that its way no longer holds whole: what was measured there has no place, and only a person can give
# it one.
FIND_CONFLICTS: Final = """
    SELECT DISTINCT old.osm_way_id FROM osm_surveyed AS old LEFT JOIN osm_carried AS carried ON carried.road_id = old.id
    GROUP BY old.osm_way_id, old.id, old.geom
    HAVING NOT COALESCE(bool_or(carried.same), FALSE)
       AND COALESCE(sum(carried.length), 0) < 0.99 * ST_Length(old.geom)
    ORDER BY old.osm_way_id
"""
LIST_KEPT: Final = """
    SELECT new.ref FROM osm_roads AS new JOIN osm_carried AS carried USING (ref)
    JOIN routes_road AS old ON old.id = carried.road_id
    WHERE (old.clear_width_evidence = 'surveyed' AND new.clear_width_m <> old.clear_width_m)
       OR (old.clear_height_evidence = 'surveyed' AND new.clear_height_m <> old.clear_height_m)
       OR (old.max_weight_evidence = 'surveyed' AND (new.max_weight_t <> old.max_weight_t
                                                     OR new.max_axle_load_t <> old.max_axle_load_t))
       OR (old.evidence = 'surveyed' AND (new.name, new.highway, new.service, new.oneway, new.access, new.surface,
                                          new.lanes)
           IS DISTINCT FROM (old.name, old.highway, old.service, old.oneway, old.access, old.surface, old.lanes))
    ORDER BY new.ref
"""
CARRY_LIMITS: Final = """
    UPDATE osm_roads AS new SET
        (clear_width_m, clear_width_evidence) = (SELECT
            CASE old.clear_width_evidence WHEN 'surveyed' THEN old.clear_width_m ELSE new.clear_width_m END,
            CASE old.clear_width_evidence WHEN 'surveyed' THEN 'surveyed' ELSE new.clear_width_evidence END),
        (clear_height_m, clear_height_evidence) = (SELECT
            CASE old.clear_height_evidence WHEN 'surveyed' THEN old.clear_height_m ELSE new.clear_height_m END,
            CASE old.clear_height_evidence WHEN 'surveyed' THEN 'surveyed' ELSE new.clear_height_evidence END),
        (max_weight_t, max_axle_load_t, max_weight_evidence) = (SELECT
            CASE old.max_weight_evidence WHEN 'surveyed' THEN old.max_weight_t ELSE new.max_weight_t END,
            CASE old.max_weight_evidence WHEN 'surveyed' THEN old.max_axle_load_t ELSE new.max_axle_load_t END,
            CASE old.max_weight_evidence WHEN 'surveyed' THEN 'surveyed' ELSE new.max_weight_evidence END),
        (clear_width_on, clear_height_on, max_weight_on, surveyed_by, survey_method, verified_on, remarks)
            = (old.clear_width_on, old.clear_height_on, old.max_weight_on, old.surveyed_by, old.survey_method,
               old.verified_on, old.remarks)
    FROM osm_carried AS carried JOIN routes_road AS old ON old.id = carried.road_id
    WHERE carried.ref = new.ref
"""
CARRY_NATURE: Final = """
    UPDATE osm_roads AS new SET
        (evidence, name, highway, service, oneway, access, surface, lanes)
            = (old.evidence, old.name, old.highway, old.service, old.oneway, old.access, old.surface, old.lanes)
    FROM osm_carried AS carried JOIN routes_road AS old ON old.id = carried.road_id
    WHERE carried.ref = new.ref AND old.evidence = 'surveyed'
"""

# -- comparing -------------------------------------------------------------------------------------------
# NULL is new. Roads never come out as kept: theirs is carried over value by value before.
JUDGE: Final = SQL("""
    UPDATE {staged} AS new SET state = CASE
        WHEN ({new_values}) IS NOT DISTINCT FROM ({old_values}) THEN 'unchanged'
        WHEN {surveyed} THEN 'kept'
        ELSE 'changed' END
    FROM {stored} AS old WHERE old.{key} = new.{key}
""")
COUNT_STATES: Final = SQL("SELECT COALESCE(state, 'new'), count(*) FROM {staged} GROUP BY 1")
LIST_STATE: Final = SQL("SELECT {key}::text FROM {staged} WHERE state = %s ORDER BY {key}")
# The last column says that it is a piece of a way that the file holds whole, so that the piece is gone.
LIST_ABSENT: Final = SQL("""
    SELECT old.{key}::text, {is_piece} AND COALESCE(way.complete, FALSE)
    FROM {stored} AS old LEFT JOIN osm_ways AS way ON way.id::text = {way_of}
    WHERE old.source = %s AND old.geom::geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)
      AND NOT COALESCE(way.left_alone, FALSE)
      AND NOT EXISTS (SELECT FROM {staged} AS new WHERE new.{key} = old.{key})
    ORDER BY old.{key}
""")
LIST_ABSENT_TURNS: Final = """
    SELECT old.osm_relation_id::text, FALSE FROM routes_turnrestriction AS old
    JOIN osm_ways AS way ON way.id = old.from_way_id
    WHERE NOT EXISTS (SELECT FROM osm_turns AS new WHERE new.osm_relation_id = old.osm_relation_id)
    ORDER BY old.osm_relation_id
"""

# -- writing ---------------------------------------------------------------------------------------------
LOCK: Final = SQL("LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
DELETE: Final = SQL("DELETE FROM {stored} WHERE {key} = ANY(%s)")
WRITE: Final = SQL("""
    INSERT INTO {stored} ({columns}) SELECT {columns} FROM {staged} WHERE state IS NULL OR state = 'changed'
    ORDER BY {key}
    ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW({excluded})
""")
FIND_MOVED: Final = """
    DROP TABLE IF EXISTS osm_moved;
    CREATE TEMP TABLE osm_moved ON COMMIT DROP AS
        SELECT DISTINCT old.osm_way_id AS id
        FROM routes_road AS old JOIN osm_ways AS way ON way.id = old.osm_way_id
        LEFT JOIN osm_roads AS new ON new.ref = old.ref
        WHERE new.geom IS DISTINCT FROM old.geom AND NOT way.left_alone;
"""
# What people or other files pinned to a segment stays where it is on the ground; its segment may have got another
# number. The fraction is one of metres: PostGIS locates along degrees, so the located piece is measured.
REPIN: Final = """
    WITH lost AS (
        SELECT pin.id, pin.geom, moved.id AS way_id FROM routes_accessrestriction AS pin
        JOIN osm_moved AS moved ON substring(pin.road_ref FROM '^way/([^/]*)/') = moved.id::text
        WHERE NOT EXISTS (SELECT FROM osm_restrictions AS new
                          WHERE new.ref = pin.ref AND new.state IS DISTINCT FROM 'kept')),
    found AS (
        SELECT lost.id, road.ref, ST_Length(ST_LineSubstring(road.geom, 0, ST_LineLocatePoint(road.geom, lost.geom))
                                            ::geography) / ST_Length(road.geom::geography) AS fraction
        FROM lost CROSS JOIN LATERAL (
            SELECT near.ref, near.geom FROM routes_road AS near WHERE near.osm_way_id = lost.way_id
            ORDER BY near.geom <-> lost.geom, near.ref LIMIT 1) AS road
        WHERE GeometryType(lost.geom) = 'POINT'
        UNION ALL
        SELECT lost.id, '', NULL FROM lost WHERE GeometryType(lost.geom) <> 'POINT')
    UPDATE routes_accessrestriction AS pin SET road_ref = found.ref, road_fraction = found.fraction
    FROM found
    WHERE found.id = pin.id AND (pin.road_ref, pin.road_fraction) IS DISTINCT FROM (found.ref, found.fraction)
    RETURNING pin.ref
"""
