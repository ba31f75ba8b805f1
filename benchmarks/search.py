"""What a keystroke in the search box costs on 100,000 addresses, and what the triggers behind it cost an import.

    DATABASE_URL=… python benchmarks/search.py

Works in a database of its own, which it drops at the end. Every address is typed letter by letter, each beginning is
one question. CPU is that of this process and of its PostgreSQL backend together, which other programs do not disturb;
the wall clock is theirs too.
"""

import os
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from time import perf_counter, process_time

# In place of our own directory: benchmarks/coverage would hide the package that numba asks for.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django  # noqa: E402 - needs the path

django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.db import connection  # noqa: E402 - needs the settings
from django.test import Client  # noqa: E402 - needs the settings

STREETS, TYPED = 1_500, 40
FIRST = "Khương,Nguyễn,Trần,Lê,Hoàng,Phan,Vũ,Đặng,Bùi,Đỗ,Hồ,Ngô,Kim,Thanh,Láng,Giảng,Thái,Tôn,Chùa,Hàng,Đội,Trung"
SECOND = "Hạ,Thượng,Trung,Đình,Xuân,Văn,Thị,Đức,Quang,Hữu,Ngọc,Minh,Mã,Võ,Hà,Cấn,Bộc,Đào,Gai,Bông,Trống,Thịnh"
THIRD = ["", "", "An", "Bình", "Cường", "Dũng", "Hải", "Khánh", "Long", "Nam", "Phúc", "Sơn", "Tâm", "Viên"]
NEAR = "ST_SetSRID(ST_MakePoint(place.lon + {east}, place.lat + {north}), 4326)"
ROWS = f"""
    SELECT setseed(0.5);
    CREATE TEMP TABLE place AS SELECT n, name, 105.7 + 0.2 * random() AS lon, 20.95 + 0.15 * random() AS lat
        FROM unnest(%s::text[]) WITH ORDINALITY AS street (name, n);
    INSERT INTO routes_road (ref, name, highway, start_node, end_node, geom)
    SELECT 's' || n || '/' || part, 'Phố ' || name, 'residential', n * 100 + part, n * 100 + part + 1,
        ST_SetSRID(ST_MakeLine(ST_MakePoint(lon + part * 0.001, lat),
                                ST_MakePoint(lon + (part + 1) * 0.001, lat)), 4326)
    FROM place, generate_series(0, 5) AS part;
    INSERT INTO routes_road (ref, name, highway, start_node, end_node, geom)
    SELECT 'l' || n || '/' || lane, 'Ngõ ' || lane || ' ' || name, 'service', 0, 1, ST_SetSRID(ST_MakeLine(
        ST_MakePoint(lon + lane * 0.0001, lat), ST_MakePoint(lon + lane * 0.0001, lat + 0.001)), 4326)
    FROM place, generate_series(5, 45, 5) AS lane;
    INSERT INTO layers_facility (ref, sector, pilot_class, risk_group, managing_body, name, street,
                                 house_number, geom)
    SELECT 'f' || n || '/' || k, 'other', 'other', 'unknown', 'unknown',
           (ARRAY['Trường tiểu học ', 'Nhà nghỉ ', 'Chung cư mini '])[k] || name, name, k::text,
           {NEAR.format(east="0.0003", north="0.0002")}
    FROM place, generate_series(1, 3) AS k;
    INSERT INTO hydrants_hydrant (ref, name, street, house_number, geom)
    SELECT 'TN-' || n * 10 + k, 'Trụ nước ' || n * 10 + k, name, k::text, {NEAR.format(east="0.0002", north="0.0")}
    FROM place, generate_series(1, 10) AS k;
"""
HOUSES = """
    INSERT INTO layers_building (ref, house_number, lane_chain, street, address, geom)
    SELECT 'h' || n || '/' || k, (1 + k / 2)::text, CASE WHEN k % 2 = 0 THEN ((1 + k % 9) * 5)::text ELSE '' END, name,
           'Số ' || 1 + k / 2 || ' ' || name,
           ST_SetSRID(ST_MakePoint(lon + k * 0.00005, lat + 0.0001 * (k % 9)), 4326)
    FROM place, generate_series(0, 66) AS k;
"""


@contextmanager
def city(names: list[str]) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_search"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with connection.cursor() as cursor:
            # History is kept row by row and is measured elsewhere; here only what the search box adds counts.
            for table in ("routes_road", "layers_facility", "layers_building", "hydrants_hydrant"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                switch(table, "ENABLE")
            cursor.execute(ROWS, [names])
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def switch(table: str, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_findable%%'", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {state} TRIGGER {name}")


def import_cost() -> None:
    """Insert the houses without the triggers and with them."""

    def timed(state: str) -> float:
        switch("layers_building", state)
        with connection.cursor() as cursor:
            start = backend_cpu_s()
            cursor.execute(HOUSES)
            return backend_cpu_s() - start

    without = timed("DISABLE")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM layers_building")
    with_them = timed("ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM layers_building")
        houses = cursor.fetchone()[0]
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('gis_core_findable')), "
                       "(SELECT count(*) FROM gis_core_findable), "
                       "(SELECT count(*) FROM gis_core_findablename)")  # fmt: skip
        size, entries, keys = cursor.fetchone()
    print(
        f"{houses:,} houses inserted: {without:.1f} s of PostgreSQL without the triggers, {with_them:.1f} s with them"
    )
    print(f"{entries:,} entries, {keys:,} keys, {size}")


def backend_cpu_s() -> float:
    """The processor time of our PostgreSQL backend, where it runs on this machine."""
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def beginnings(names: list[str]) -> dict[str, list[str]]:
    chance = random.Random(7)
    chosen = chance.sample(names, TYPED)
    plain = str.maketrans("", "")
    return {
        "street": [name[:n] for name in chosen for n in range(1, len(name) + 1)],
        "house in a lane": [
            t[:n] for name in chosen[:20] for t in [f"số 9 ngõ 15 {name}"] for n in range(1, len(t) + 1)
        ],
        "slashes": [t[:n] for name in chosen[20:30] for t in [f"9/15 {name}"] for n in range(1, len(t) + 1)],
        "one slip": [name[:2] + name[3:] for name in names[:300]],
        "ward behind": [f"{name} Thanh Xuân".translate(plain) for name in names[:200]],
        "facility": [t[:n] for name in chosen[30:] for t in [f"trường tiểu học {name}"] for n in range(1, len(t) + 1)],
        "hydrant": [f"trụ {n}" for n in range(100, 400)],
        "nothing like it": ["xyz qwk", "abcdefgh ijklmnop", "zzzz"] * 30,
        "common words": ["nhà nghỉ", "chung cư", "trường", "ngõ", "nguyễn", "hà nội"] * 20,
    }


def measure(client: Client, texts: list[str]) -> tuple[list[float], float]:
    for text in texts[:20]:
        client.get("/api/search", {"q": text})
    walls, cpu, backend = [], process_time(), backend_cpu_s()
    for text in texts:
        start = perf_counter()
        assert client.get("/api/search", {"q": text}).status_code == 200
        walls.append((perf_counter() - start) * 1_000)
    return walls, (process_time() - cpu + backend_cpu_s() - backend) * 1_000 / len(texts)


def main() -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["testserver"], False
    names = [" ".join(filter(None, words)) for words in product(FIRST.split(","), SECOND.split(","), THIRD)]
    names = random.Random(5).sample(sorted(set(names)), STREETS)
    with city(names):
        import_cost()
        print("| typed | questions | CPU ms each | wall ms p50 | p99 |\n|---|---|---|---|---|", flush=True)
        client = Client()
        for title, texts in beginnings(names).items():
            walls, cpu_ms = measure(client, texts)
            p99 = statistics.quantiles(walls, n=100)[98]
            print(f"| {title} | {len(texts)} | {cpu_ms:.1f} | {statistics.median(walls):.1f} | {p99:.1f} |", flush=True)


if __name__ == "__main__":
    main()
