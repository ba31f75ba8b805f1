-- The rows of a table near a drawn line. One box around a line across the city would hold every road of it, so the
-- line comes in pieces, and each piece asks the GiST index for the few rows around it. ARRAY() is worked out first,
-- so that the planner cannot turn it into a join that reads the whole table.
{table}.id = ANY (ARRAY(
    SELECT candidate.id
    FROM (SELECT ST_GeomFromWKB(wkb, 4326) AS geom FROM unnest(%s::bytea[]) AS wkb) AS piece
    JOIN {table} AS candidate ON ST_DWithin(candidate.geom, piece.geom, %s)
))
