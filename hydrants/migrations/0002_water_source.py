"""One view over every kind of water source; see hydrants/sql/water_source.sql."""

from pathlib import Path

import django.contrib.gis.db.models.fields
from django.db import migrations, models

CREATE = (Path(__file__).resolve().parent.parent / "sql" / "water_source.sql").read_text("utf-8")


class Migration(migrations.Migration):
    dependencies = [("hydrants", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP VIEW hydrants_water_source"),
        migrations.CreateModel(
            name="AnyWaterSource",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("layer", models.TextField()),
                ("id", models.BigIntegerField()),
                ("ref", models.TextField()),
                ("geom", django.contrib.gis.db.models.fields.PointField(geography=True, srid=4326)),
                ("synthetic", models.BooleanField()),
                ("evidence", models.TextField()),
                ("verified_on", models.DateField(null=True)),
                ("address", models.TextField()),
                ("name", models.TextField()),
                ("status", models.TextField()),
                ("status_on", models.DateField(null=True)),
                ("flow_lps", models.FloatField(null=True)),
                ("flow_measured_on", models.DateField(null=True)),
                ("kind", models.TextField()),
                ("access", models.TextField()),
                ("reachable_by_truck", models.TextField()),
                ("suction_depth_m", models.FloatField(null=True)),
                ("volume_m3", models.FloatField(null=True)),
            ],
            options={"db_table": "hydrants_water_source", "managed": False},
        ),
    ]
