"""`manage.py export_layer LAYER FILE`: a layer to a file; the suffix says which format."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_core.errors import ThuyLoError
from gis_core.registry import layer_registry
from gis_core.wording import explain
from layers.audience import EVERYBODY, Audience
from layers.exports import FORMATS, ExportQuery, Format, export_to, find_format

INTERRUPTED = 130
"""What shells give a program that Ctrl-C ended."""


class Command(BaseCommand):
    help = "Write a layer to a file. Whoever may run this gets every attribute, unless --public is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("layer", help="one of: " + ", ".join(layer.id for layer in layer_registry))
        parser.add_argument("file", type=Path, help="its suffix is the format: " + ", ".join(FORMATS))
        parser.add_argument("--crs", help="what the coordinates shall be in, such as EPSG:5897")
        parser.add_argument("--bbox", help="only what touches west,south,east,north, in degrees")
        parser.add_argument("--filter", help="only what this is true for, in CQL2: \"status = 'working'\"")
        parser.add_argument("--public", action="store_true", help="leave out what only roles may see")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        try:
            export_to(path, _query(options), _format(path), at=timezone.now(), progress=self._show)
        except ThuyLoError as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt as stopped:
            raise CommandError(f"Stopped. {path} was not written.", returncode=INTERRUPTED) from stopped
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")

    def _show(self, rows: int) -> None:
        """Show on a terminal that it goes on; files and pipes get no such lines."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", str, ending="")
            self.stderr.flush()


def _query(options: dict[str, Any]) -> ExportQuery:
    audience = EVERYBODY if options["public"] else Audience(everywhere=True)
    return ExportQuery.from_texts(layer_registry.get(options["layer"]), audience, options)


def _format(path: Path) -> Format:
    """Read the longest suffix that is a format, so that `a.b.shp.zip` is a shapefile."""
    name = path.name.lower()
    known = next((suffix for suffix in FORMATS if name.endswith(f".{suffix}")), path.suffix.removeprefix("."))
    return find_format(known)
