"""Roads, barriers, turn restrictions and sources of water from an OpenStreetMap file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gis_core.errors import ThuyLoError
from routes.osm.service import import_osm


class Command(BaseCommand):
    help = "Compare an OpenStreetMap file with what is stored and report; with --apply also write, in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="sorted .osm.pbf, .osm or .opl")
        parser.add_argument("--report", type=Path, help="write the whole report here, as JSON")
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_osm(path=options["file"], apply=options["apply"])
        except ThuyLoError as problem:
            raise CommandError(str(problem)) from problem
        if options["report"]:
            options["report"].write_bytes(report.as_json())
        self.stdout.write("\n".join(report.lines()))
