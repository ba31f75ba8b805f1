"""What became of the administrative units: shares of area between those that ended and those that began on one day."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from gis_core.models import AdministrativeSuccession, AdministrativeUnit

SLIVER: Final = 0.01
"""Borders drawn by different hands overlap a little everywhere: less than this share of both units is no succession."""

# A city is not what a ward became; otherwise levels may differ, for there are no borders of the communes before 2025.
_OVERLAPS: Final = """
    INSERT INTO gis_core_administrativesuccession (predecessor_id, successor_id, predecessor_share, successor_share)
    SELECT predecessor_id, successor_id, least(shared / old_area, 1), least(shared / new_area, 1)
    FROM (SELECT old.id AS predecessor_id, new.id AS successor_id,
                 ST_Area(ST_Intersection(old.geom, new.geom)::geography) AS shared,
                 ST_Area(old.geom::geography) AS old_area, ST_Area(new.geom::geography) AS new_area
          FROM gis_core_administrativeunit AS old
          JOIN gis_core_administrativeunit AS new
            ON old.valid_to = new.valid_from
           AND (old.level = new.level OR (old.level > %(city)s AND new.level > %(city)s))
           AND ST_Intersects(old.geom, new.geom)) AS pair
    WHERE greatest(shared / old_area, shared / new_area) >= %(sliver)s
"""


@dataclass(frozen=True, slots=True)
class Successions:
    """How many successions there are, and how many units ended without any successor or with several."""

    count: int
    ended_without: int
    split: int


def link_successions() -> Successions:
    """Compute all successions anew from the areas, on the spheroid.

    Units follow each other where one's `valid_to` is the other's `valid_from`. What stood in the table before is
    replaced; it holds nothing that was not computed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        AdministrativeSuccession.objects.all().delete()
        cursor.execute(_OVERLAPS, {"city": AdministrativeUnit.Level.CITY, "sliver": SLIVER})
        count = cursor.rowcount
    ended = AdministrativeUnit.objects.exclude(valid_to=None)
    successors = Counter(AdministrativeSuccession.objects.values_list("predecessor_id", flat=True))
    return Successions(
        count,
        ended_without=ended.exclude(pk__in=successors).count(),
        split=sum(number > 1 for number in successors.values()),
    )
