"""`manage.py propose_deficient_areas`: what lacks roads or water now, as proposals; a dry run unless `--apply`."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.errors import ThuyLoError
from gis_core.wording import explain
from routes.asking import moment_of
from routes.deficient.proposing import Kind
from routes.deficient.running import DEFAULT_DEEPER_M, Run, basis_of, propose_areas


class Command(BaseCommand):
    help = "Propose the areas that lack roads or water for firefighting. What people wrote is never overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vehicle", default="", help="code of the vehicle that lanes are judged for")
        parser.add_argument(
            "--deeper-m", type=float, default=DEFAULT_DEEPER_M, help="a house deeper than this has no road"
        )
        parser.add_argument("--unit", default="", help="code of the only ward to look at")
        parser.add_argument("--at", default=None, help="moment that lanes are judged at; today at noon unless given")
        parser.add_argument("--apply", action="store_true", help="store the proposals; without it nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = None if options["at"] is None else moment_of(options["at"], timezone.now())
            basis = basis_of(vehicle=options["vehicle"], deeper_m=options["deeper_m"], at=at)
            run = propose_areas(basis, unit=options["unit"], apply=options["apply"], progress=self._progress)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted: what was stored stays, and the next run goes on from there.") from None
        self._tell(run, applied=options["apply"])

    def _progress(self, what: str, done: int, total: int) -> None:
        if done == total or done % 500 == 0:
            self.stderr.write(f"{what}: {done:,} of {total:,}")

    def _tell(self, run: Run, *, applied: bool) -> None:
        counts = Counter(change.kind for change in run.changes)
        causes = Counter(area.values["cause"] for area in run.computed)
        self.stdout.write(
            f"{len(run.computed):,} areas found for {run.basis.vehicle.code}, deeper than {run.basis.deeper_m:g} m: "
            + ", ".join(f"{number:,} {cause}" for cause, number in sorted(causes.items()))
        )
        self.stdout.write(", ".join(f"{counts[kind]:,} {kind}" for kind in Kind))
        if run.off_road:
            self.stdout.write(f"{run.off_road:,} houses lie near no road and are in no area.")
        self.stdout.write("Stored." if applied else "Dry run: nothing was stored; add --apply.")
