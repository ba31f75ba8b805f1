"""The tables behind the search box, written by the triggers of `gis_core.findable` only."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex


class Findable(models.Model):
    """One way in which a feature can be found: by its name, its address, its reference, or as a road with that name."""

    layer = models.TextField()
    feature_id = models.BigIntegerField()
    way = models.CharField(max_length=7)
    # Compared byte by byte: a prefix is then a range of the index, whatever the language of the database.
    key = models.TextField(db_collation="C")
    chain = models.TextField(db_collation="C")
    house = models.TextField(db_collation="C")
    title = models.TextField()
    address = models.TextField()
    ref = models.TextField()
    synthetic = models.BooleanField()
    point = models.PointField(srid=4326, spatial_index=False)
    shape = models.GeometryField(srid=4326)

    class Meta:
        indexes = [
            models.Index(fields=["key", "chain", "house"], name="findable_key"),
            models.Index(fields=["layer", "feature_id"], name="findable_feature"),
            models.Index(fields=["key"], name="findable_own_name", condition=models.Q(way__in=["name", "ref"])),
            models.Index(fields=["house", "layer"], name="findable_number", condition=models.Q(way="ref")),
        ]

    def __str__(self) -> str:
        return f"{self.layer}/{self.feature_id}: {self.key}"


class FindableName(models.Model):
    """A key that names or named something: each once, so that misspelt words are compared with few."""

    key = models.TextField(primary_key=True, db_collation="C")

    class Meta:
        # A key is added seldom; one that waited in a list beside the index would cost each question a look at the list.
        indexes = [GinIndex(fields=["key"], name="findable_name_words", opclasses=["gin_trgm_ops"], fastupdate=False)]

    def __str__(self) -> str:
        return self.key
