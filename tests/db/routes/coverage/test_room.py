"""What an edit writes about houses is written where it stands."""

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from routes.coverage.models import BuildingCoverage

pytestmark = pytest.mark.django_db


def house(n: int) -> BuildingCoverage:
    return BuildingCoverage(
        ref=f"buildings/{n}", geom=Point(105.8 + n * 1e-5, 21.0), of_layer="buildings", of_id=n, coverage="covered",
        computed="covered", reason="enough", demand_least_lps=10, demand_lps=10, truck="passable",
        rules_on=date(2026, 11, 30), source="coverage", administrative_unit_id=None,
    )  # fmt: skip


def written() -> tuple[int, int]:
    """Rows updated so far, and of them those that stayed on their page, as this connection counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = %s",
            [BuildingCoverage._meta.db_table],
        )
        return cursor.fetchone()


def test_a_house_that_comes_out_otherwise_is_written_beside_itself_and_no_index_is():
    BuildingCoverage.objects.bulk_create(house(n) for n in range(400))
    updated, beside = written()
    BuildingCoverage.objects.filter(of_id__in=range(0, 400, 10)).update(reason="not_verified", source_hose_m=84.5)
    now_updated, now_beside = written()
    # On pages that are full none could stay.
    assert (now_updated - updated, now_beside - beside) == (40, 40)
