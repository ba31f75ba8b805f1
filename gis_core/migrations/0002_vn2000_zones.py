"""Teach PostGIS the zones of VN-2000 that its own tables lack (EPSG:9205–9218), with the datum shift EPSG:6960 written out.

They have no authority: asked for by an EPSG code, PROJ would choose a way to WGS 84 by the area of use.
"""

from django.db import migrations

from gis_core.crs.catalogue import CATALOGUE, EPSG_6960_SHIFT

# The role of the application may not own the table; then these systems are refused as output, with that reason.
INSERT = """
    DO $$ BEGIN
        INSERT INTO spatial_ref_sys (srid, proj4text) VALUES ({srid}, '{proj}') ON CONFLICT (srid) DO NOTHING;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'spatial_ref_sys may not be written to: no output in EPSG:{srid}';
    END $$
"""
PROJ = (
    "+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={shift} "
    "+units=m +no_defs"
)


def statements():
    for entry in CATALOGUE.values():
        if 9205 <= entry.srid <= 9218:
            proj = PROJ.format(meridian=entry.central_meridian_deg, shift=",".join(map(str, EPSG_6960_SHIFT)))
            yield INSERT.format(srid=entry.srid, proj=proj)


class Migration(migrations.Migration):
    dependencies = [("gis_core", "0001_initial")]
    operations = [migrations.RunSQL(list(statements()), migrations.RunSQL.noop)]
