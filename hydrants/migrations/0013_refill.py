from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).resolve().parent.parent / "sql"
VIEW = (_SQL / "water_source_3.sql").read_text("utf-8")
# A column of a view can be added in place, not taken away.
VIEW_BEFORE = "DROP VIEW hydrants_water_source;" + (_SQL / "water_source_2.sql").read_text("utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('hydrants', '0012_inspections_sent_once'),
    ]

    operations = [
        migrations.RunSQL(VIEW, VIEW_BEFORE),
    ]
