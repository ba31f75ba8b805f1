"""`manage.py coverage`: compute which houses have water within reach of hose, and keep it right."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.errors import ThuyLoError
from gis_core.live.waking import listen, wait_for_commit
from gis_core.wording import explain
from routes.coverage.follower import Follower, holding_the_lock
from routes.coverage.following import PAUSE_S
from routes.coverage.running import Done, run_by, run_whole
from routes.coverage.trucks import VEHICLE


class Command(BaseCommand):
    help = "Compute the coverage of all buildings and facilities and the figures of wards; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vehicle", default=VEHICLE, help="code of the vehicle that must get to a source")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--follow", action="store_true", help="go on, and bring it right after each edit")
        how.add_argument("--partitioned", action="store_true", help="compute it in parts, in processes of this machine")
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--workers", type=int, help="with --partitioned: so many processes (else one a core)")
        where.add_argument("--scheduler", help="with --partitioned: a Dask cluster that runs already, tcp://host:8786")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check(**options)
        try:
            if options["follow"]:
                self._follow(options["vehicle"])
            else:
                begun_s = time.monotonic()
                done = self._in_parts(**options) if options["partitioned"] else self._at_once(**options)
                self._done(done, time.monotonic() - begun_s)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("Broken off; what was stored before stands.")

    def _check(self, *, partitioned: bool, workers: int | None, scheduler: str | None, **_: Any) -> None:
        if not partitioned and (workers is not None or scheduler is not None):
            raise CommandError("--workers and --scheduler go with --partitioned.")
        if workers is not None and workers < 1:
            raise CommandError("--workers takes a number from 1 on.")

    def _at_once(self, *, vehicle: str, **_: Any) -> Done:
        return run_whole(at=timezone.now(), vehicle=vehicle, progress=self._tell)[1]

    def _in_parts(self, *, vehicle: str, workers: int | None, scheduler: str | None, **_: Any) -> Done:
        # Only here: it takes a second to import.
        from routes.coverage.on_dask import computing_on, local_workers, workers_at  # noqa: PLC0415

        cluster = workers_at(scheduler) if scheduler else local_workers(workers or os.cpu_count() or 1)
        with cluster as client:
            by = computing_on(client, tell=lambda done, of: self._tell("parts", done, of))
            return run_by(by, at=timezone.now(), vehicle=vehicle, progress=self._tell)

    def _follow(self, vehicle: str) -> None:
        follower = Follower(vehicle)
        with holding_the_lock() as held:
            if not held:
                raise CommandError("Another process follows already.")
            listen()
            while True:
                begun_s = time.monotonic()
                done = follower.step(at=timezone.now(), progress=self._tell)
                if done is not None:
                    self._done(done, time.monotonic() - begun_s)
                if not wait_for_commit(at_most_s=PAUSE_S):
                    follower.rest()

    def _tell(self, what: str, done: int, of: int) -> None:
        self.stdout.write(f"{what}: {done:,} of {of:,}")

    def _done(self, done: Done, seconds: float) -> None:
        what = "all computed" if done.whole else "followed an edit"
        self.stdout.write(f"{what}: {done.houses:,} houses, {done.changed:,} with another class, {seconds:.2f} s")
