-- Every source of water, of whatever kind, in one shape: facts only. What makes a source usable stands in
-- hydrants/usability.py.
--
-- A plain UNION ALL whose columns have the same type in every branch: only then does the planner merge the three
-- GiST indexes in order of distance (Merge Append) instead of sorting all rows. `layer` is a constant in each branch,
-- so conditions on it vanish when the question is planned. Migrations read this file: to change the view, add
-- another file and another migration.
CREATE VIEW hydrants_water_source AS
SELECT 'hydrants/' || id AS key, 'hydrants'::text AS layer, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       hydrant_type::text AS kind, ''::text AS access, ''::text AS reachable_by_truck,
       NULL::double precision AS suction_depth_m, NULL::double precision AS volume_m3
FROM hydrants_hydrant
UNION ALL
SELECT 'intake-points/' || id, 'intake-points'::text, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       kind::text, access::text, ''::text,
       suction_depth_m, volume_m3
FROM hydrants_intakepoint
UNION ALL
SELECT 'water-tanks/' || id, 'water-tanks'::text, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       'tank'::text, ''::text, reachable_by_truck::text,
       suction_depth_m, volume_m3
FROM hydrants_watertank;
