"""An index of the points as plane geometry: a bbox is a box in longitude and latitude, which the index of the
geography column, boxes around the centre of the Earth, cannot answer exactly."""

from django.db import migrations

TABLES = ("hydrants_hydrant", "hydrants_intakepoint", "hydrants_watertank")


class Migration(migrations.Migration):
    dependencies = [("hydrants", "0002_water_source")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {table}_planar ON {table} USING gist ((geom::geometry))",
            reverse_sql=f"DROP INDEX {table}_planar",
        )
        for table in TABLES
    ]
