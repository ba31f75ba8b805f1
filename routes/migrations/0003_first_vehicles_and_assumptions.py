"""The vehicles and assumptions the service starts with; what people edited is never overwritten."""

from django.db import migrations

from routes.assumptions import ensure_assumptions
from routes.vehicle_profiles import ensure_profiles


def add_first_rows(apps, schema_editor):
    ensure_profiles(apps.get_model("routes", "Vehicle"))
    ensure_assumptions(apps.get_model("routes", "RoadClassAssumption"))


class Migration(migrations.Migration):

    dependencies = [
        ('routes', '0002_road_class_assumption'),
    ]

    operations = [
        # Going back keeps the rows: the table that held them goes with the migration before, edited vehicles stay.
        migrations.RunPython(add_first_rows, migrations.RunPython.noop),
    ]
