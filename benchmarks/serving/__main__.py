"""Thủy Lộ beside the bare SQL, tipg, a GeoFeatureModelSerializer and ogr2ogr: one run, one table of ratios.

    DATABASE_URL=… .venv/bin/python benchmarks/serving [--quick] [--rounds N] [--only WORK,…] [--write]

It works in a database of its own in that cluster, which it drops at the end, also after Ctrl-C.
docs/reference/performance.md says what is compared and holds the last figures.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg

sys.path.append(str(Path(__file__).resolve().parents[1]))  # where the other benchmarks have what they share

from city import PROJECT, fill, libpq_url, scratch_database
from contenders import running
from load import UnexpectedAnswerError
from machine import describe
from table import Row, Target, markdown, missing, put_between_marks
from works import WORKS, Stage

PAGE = PROJECT / "docs/reference/performance.md"


def main() -> None:
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    started, busy = time.monotonic(), os.getloadavg()[0]
    with scratch_database() as database:
        print("· filling the scratch database", flush=True)
        fill(database)
        with psycopg.connect(libpq_url(database), autocommit=True) as connection:
            told = describe(connection, on=date.today(), rounds=given.rounds, busy=busy)  # noqa: DTZ011 - the day here
            with running(database) as (contenders, absent):
                if "ours" not in contenders or "limit" not in contenders:
                    sys.exit("Without ours and the bare SQL there is nothing to compare; see above.")
                stage = Stage(database, connection, contenders, absent, given.rounds, given.seconds)
                rows = [row for work in given.only for row in _rows(work, stage)]
    minutes = (time.monotonic() - started) / 60
    told += f"\n- {sum(row.met is True for row in rows)} of {sum(row.met is not None for row in rows)} targets met"
    told += f"\n- {minutes:.1f} minutes in all; the load generator took at most {stage.busiest:.0%} of a core"
    figures = f"{told}\n\n{markdown(rows)}"
    print(f"\n{figures}")
    if given.write:
        PAGE.write_text(put_between_marks(PAGE.read_text(), figures))
        print(f"\nWritten into {PAGE.relative_to(PROJECT)}")


def _rows(work: str, stage: Stage) -> Iterator[Row]:
    """Measure one work; what goes wrong with it is said in its row, and the next one is measured."""
    print(f"· {work}", flush=True)
    try:
        yield from WORKS[work](stage)
    except (UnexpectedAnswerError, OSError, subprocess.CalledProcessError) as why:
        print(f"! {work}: {why}", flush=True)
        yield missing(work, 0, "not measured", str(why), Target("time"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/serving", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender (5)")
    parser.add_argument("--only", default=",".join(WORKS), help=f"some of: {', '.join(WORKS)}")
    parser.add_argument("--quick", action="store_true", help="one short round: does everything work?")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/performance.md")
    given = parser.parse_args()
    given.only = given.only.split(",")
    if unknown := set(given.only) - set(WORKS):
        parser.error(f"no such work: {', '.join(sorted(unknown))}; there are {', '.join(WORKS)}")
    if given.write and (given.quick or list(WORKS) != given.only):
        parser.error("--write keeps figures: they must be of all works, and not of a quick run")
    given.seconds = 0.7 if given.quick else 1.5
    given.rounds = 1 if given.quick else given.rounds
    return given


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; servers and scratch database are gone")
