from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    """Keys that wait in a list beside the index are read one by one by every question, and make the planner leave it."""

    dependencies = [
        ('gis_core', '0008_wake_followers'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            # No new index: only how it is written. The list of an index that stands is emptied by the second statement.
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX findable_name_words SET (fastupdate = off)",
                    "ALTER INDEX findable_name_words RESET (fastupdate)",
                ),
                migrations.RunSQL(
                    "SELECT gin_clean_pending_list('findable_name_words')", migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name='findablename', name='findable_name_words'),
                migrations.AddIndex(
                    model_name='findablename',
                    index=GinIndex(
                        fastupdate=False, fields=['key'], name='findable_name_words', opclasses=['gin_trgm_ops'],
                    ),
                ),
            ],
        ),
    ]
