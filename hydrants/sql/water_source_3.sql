-- The view of `water_source_2.sql` with the refill of tanks. What is said in `water_source.sql` holds here: one shape, the
-- same types in every branch.
CREATE OR REPLACE VIEW hydrants_water_source AS
SELECT 'hydrants/' || id AS key, 'hydrants'::text AS layer, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       hydrant_type::text AS kind, ''::text AS access, ''::text AS reachable_by_truck,
       NULL::double precision AS suction_depth_m, NULL::double precision AS volume_m3, owner,
       NULL::double precision AS refill_lps
FROM hydrants_hydrant
UNION ALL
SELECT 'intake-points/' || id, 'intake-points'::text, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       kind::text, access::text, ''::text,
       suction_depth_m, volume_m3, owner, NULL::double precision
FROM hydrants_intakepoint
UNION ALL
SELECT 'water-tanks/' || id, 'water-tanks'::text, id, ref, geom, synthetic, evidence, verified_on, address,
       name, status, status_on, flow_lps, flow_measured_on,
       'tank'::text, ''::text, reachable_by_truck::text,
       suction_depth_m, volume_m3, owner, refill_lps
FROM hydrants_watertank;
