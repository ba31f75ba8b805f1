"""The real roads of the centre with made-up houses and hydrants, and two processes to compute in."""

from collections.abc import Iterator

import pytest
from distributed import Client
from django.conf import settings
from django.db import connection, transaction

from benchmarks.coverage.houses import store
from routes.coverage.on_dask import local_workers
from routes.models import AccessRestriction
from routes.osm.service import import_osm
from tests.osm_files import real_file

# A sixth of the roads, alleys and footways too, has a gate; at every fourth of them nobody knows whether people pass.
_GATES = f"""
    INSERT INTO {AccessRestriction._meta.db_table} (ref, geom, kind, road_ref, passable_on_foot, blocks_vehicles,
                                                    evidence)
    SELECT 'gate/' || n, ST_LineInterpolatePoint(geom, 0.1 + 0.01 * (n % 80)), 'gate', ref,
           (ARRAY['no', 'no', 'unknown', 'yes'])[1 + n / 6 % 4], 'unknown', 'surveyed'
    FROM (SELECT row_number() OVER (ORDER BY ref) AS n, ref, geom FROM routes_road) AS road WHERE n % 6 = 0
"""


@pytest.fixture(scope="module")
def centre(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Every way of the centre, 4,000 houses, 600 hydrants and some hundred gates; stored once a module, then gone."""
    path = real_file("hanoi_center_all_highways.osm.pbf")
    with django_db_blocker.unblock(), transaction.atomic():
        assert connection.settings_dict["NAME"] == settings.DATABASES["default"]["TEST"]["NAME"]
        import_osm(path=path, apply=True)
        with connection.cursor() as cursor:
            # Else the plans of triggers are those for empty tables.
            cursor.execute("ANALYZE routes_road; ANALYZE gis_core_findable; ANALYZE gis_core_findablename")
            # Triggers may rest only while none of their events wait.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            store(4_000, 600)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(_GATES)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Client]:
    """Two processes that know no database."""
    with local_workers(2) as client:
        yield client
