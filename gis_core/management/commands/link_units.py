"""`manage.py link_units`: after administrative units were imported."""

from typing import Any

from django.core.management.base import BaseCommand

from gis_core.succession import link_successions


class Command(BaseCommand):
    help = "Compute which administrative units became which, from their areas and dates."

    def handle(self, *args: Any, **options: Any) -> None:
        found = link_successions()
        self.stdout.write(
            f"{found.count:,} successions; {found.split:,} units were split, {found.ended_without:,} have no successor."
        )
