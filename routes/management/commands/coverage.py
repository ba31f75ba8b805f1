"""`manage.py coverage`: compute which houses have water within reach of hose, and keep it right."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.errors import ThuyLoError
from gis_core.live.waking import listen, wait_for_commit
from gis_core.wording import explain
from routes.coverage.following import PAUSE_S
from routes.coverage.running import Done, Follower, holding_the_lock, run_whole
from routes.coverage.trucks import VEHICLE


class Command(BaseCommand):
    help = "Compute the coverage of all buildings and facilities and the figures of wards; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vehicle", default=VEHICLE, help="code of the vehicle that must get to a source")
        parser.add_argument("--follow", action="store_true", help="go on, and bring it right after each edit")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["follow"]:
                self._follow(options["vehicle"])
            else:
                begun_s = time.monotonic()
                _, done = run_whole(at=timezone.now(), vehicle=options["vehicle"], progress=self._tell)
                self._done(done, time.monotonic() - begun_s)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("Broken off; what was stored before stands.")

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
                wait_for_commit(at_most_s=PAUSE_S)

    def _tell(self, what: str, done: int, of: int) -> None:
        self.stdout.write(f"{what}: {done:,} of {of:,}")

    def _done(self, done: Done, seconds: float) -> None:
        what = "all computed" if done.whole else "followed an edit"
        self.stdout.write(f"{what}: {done.houses:,} houses, {done.changed:,} with another class, {seconds:.2f} s")
