"""`manage.py import_layer LAYER FILE`: a dry run, unless `--apply` is given."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.errors import ThuyLoError
from gis_core.importing import OPERATOR, FieldMapping, ImportReport, import_file
from gis_core.registry import layer_registry
from gis_core.wording import explain

INTERRUPTED = 130
"""What shells give a program that Ctrl-C ended."""


class Command(BaseCommand):
    help = "Import a file into a layer. Without --apply it only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("layer", help="one of: " + ", ".join(layer.id for layer in layer_registry))
        parser.add_argument("file", type=Path, help="GeoJSON, GeoPackage, shapefile (.shp or .zip) or CSV")
        parser.add_argument("--crs", help="what the coordinates are in, such as EPSG:5897, where the file does not say")
        parser.add_argument("--encoding", help="what the texts are in, such as windows-1258; found out if not given")
        parser.add_argument("--mapping", type=Path, metavar="FILE.json", help="how columns become fields")
        parser.add_argument("--report", type=Path, metavar="FILE.geojson", help="write refused rows for QGIS")
        parser.add_argument("--repair", action="store_true", help="make invalid areas valid instead of refusing them")
        parser.add_argument("--anywhere", action="store_true", help="also take rows outside Hanoi")
        parser.add_argument("--overwrite", action="store_true", help="also overwrite what was edited since")
        parser.add_argument(
            "--clear-sensitive", action="store_true", help="let empty cells empty sensitive fields, such as telephones"
        )
        parser.add_argument("--apply", action="store_true", help="store the rows, all in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt as stopped:
            raise CommandError("Stopped. Nothing was stored.", returncode=INTERRUPTED) from stopped
        if options["report"]:
            report.write_geojson(options["report"])
        self.stdout.write(report.text())
        if report.refused:
            raise CommandError(f"{len(report.refused):,} of {report.total:,} rows were refused.")

    def _import(self, options: dict[str, Any]) -> ImportReport:
        return import_file(
            layer_registry.get(options["layer"]),
            options["file"],
            actor=OPERATOR,
            at=timezone.localdate(),
            crs=options["crs"],
            encoding=options["encoding"],
            mapping=FieldMapping.from_file(options["mapping"]) if options["mapping"] else None,
            apply=options["apply"],
            overwrite=options["overwrite"],
            repair=options["repair"],
            anywhere=options["anywhere"],
            clear_sensitive=options["clear_sensitive"],
            progress=self._show,
        )

    def _show(self, rows: int) -> None:
        """Show on a terminal that it goes on; files and pipes get no such lines."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", str, ending="")
            self.stderr.flush()
