"""How much the nearest-water question costs against the two plain ways to ask it, on 100,000 hydrants.

    DATABASE_URL=… python benchmarks/nearest.py

Works in a database of its own, which it drops at the end. Prints ratios: milliseconds are of this machine only.
"""

import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django

django.setup()

from django.contrib.gis.db.models.functions import Distance  # noqa: E402 - needs the settings
from django.contrib.gis.geos import Point  # noqa: E402 - needs the settings
from django.db import connection  # noqa: E402 - needs the settings

from gis_core.values import LonLat  # noqa: E402 - needs the settings
from hydrants.nearest import TABLES, nearest_water  # noqa: E402 - needs the settings
from hydrants.sources import AnyWaterSource  # noqa: E402 - needs the settings
from hydrants.usability import demand_at  # noqa: E402 - needs the settings

AT = datetime(2026, 11, 1, tzinfo=UTC)
ROUNDS = 200
SOMEWHERE = "ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326)"
ROWS = f"""
    SELECT setseed(0.5);
    INSERT INTO hydrants_hydrant (ref, geom, status)
    SELECT n, {SOMEWHERE}, CASE WHEN n % 4 = 0 THEN 'faulty' ELSE 'working' END FROM generate_series(1, 100000) AS n;
    INSERT INTO hydrants_intakepoint (ref, geom, status, kind, access, suction_depth_m)
    SELECT n, {SOMEWHERE}, 'working', 'lake', 'truck', 3 FROM generate_series(1, 4000) AS n;
    INSERT INTO hydrants_watertank (ref, geom, status, reachable_by_truck)
    SELECT n, {SOMEWHERE}, 'working', 'yes' FROM generate_series(1, 4000) AS n;
"""
BARE_KNN = """
    SELECT id FROM hydrants_hydrant WHERE status = 'working'
    ORDER BY geom <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography LIMIT 5
"""


@contextmanager
def city() -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(ROWS)
            cursor.execute(f"ANALYZE {', '.join(TABLES)}")
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def ours(place: LonLat, limit: int = 5) -> None:
    nearest_water(place, at=AT, limit=limit)


def bare_knn(place: LonLat) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE_KNN, [place.lon, place.lat])
        cursor.fetchall()


def brute_force(place: LonLat) -> None:
    point = Point(place.lon, place.lat, srid=4326)
    usable = AnyWaterSource.objects.usable(demand_at(AT.date()))
    list(usable.annotate(distance=Distance("geom", point)).order_by("distance", "layer", "id")[:5])


def median_ms(ask: Callable[[LonLat], None], rounds: int) -> float:
    dice = random.Random(1)
    places = cycle([LonLat(dice.uniform(105.65, 105.95), dice.uniform(20.9, 21.1)) for _ in range(50)])
    times = []
    for place in (next(places) for _ in range(rounds + 3)):
        start = perf_counter()
        ask(place)
        times.append(perf_counter() - start)
    return statistics.median(times[3:]) * 1000


def main() -> None:
    with city():
        question = median_ms(ours, ROUNDS)
        rows = {
            "the question (5 nearest, passed over, version, one snapshot)": question,
            "the question, 50 nearest": median_ms(partial(ours, limit=50), ROUNDS),
            "bare KNN on one table in SQL (sphere, no reasons)": median_ms(bare_knn, ROUNDS),
            "brute force: every distance, then sort": median_ms(brute_force, 10),
        }
    for name, took in rows.items():
        print(f"{took / question:8.2f} × {took:8.2f} ms  {name}")


if __name__ == "__main__":
    main()
