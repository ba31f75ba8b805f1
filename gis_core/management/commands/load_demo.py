"""`manage.py load_demo`: the demo data, through the import pipeline like anybody's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.demo import has_data, load_demo
from gis_core.errors import ThuyLoError
from gis_core.importing import ImportReport, Outcome
from gis_core.wording import explain


class Command(BaseCommand):
    help = "Load the synthetic demo data from fixtures/geojson."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and has_data():
            self.stdout.write("The database holds data already; the demo data was left out.")
            return
        try:
            load_demo(at=timezone.localdate(), told=self._tell)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error

    def _tell(self, report: ImportReport) -> None:
        counts = report.counts
        self.stdout.write(
            f"{report.layer}: {counts[Outcome.NEW]:,} new, {counts[Outcome.CHANGED]:,} changed, "
            f"{counts[Outcome.UNCHANGED]:,} unchanged"
        )
