"""An index of the points as plane geometry: a bbox is a box in longitude and latitude, which the index of the
geography column, boxes around the centre of the Earth, cannot answer exactly."""

from django.db import migrations

TABLES = ("layers_publicfirefightingpoint", "layers_firestation")


class Migration(migrations.Migration):
    dependencies = [("layers", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {table}_planar ON {table} USING gist ((geom::geometry))",
            reverse_sql=f"DROP INDEX {table}_planar",
        )
        for table in TABLES
    ]
