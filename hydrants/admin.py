"""The administration of this room's records."""

from django.contrib import admin
from django.http import HttpRequest

from gis_core.admin import WrittenDownAdmin, register_records
from hydrants.flow_models import FlowTest
from hydrants.inspection_models import Inspection
from hydrants.outage_models import Outage

register_records("hydrants")


@admin.register(FlowTest)
class FlowTestAdmin(WrittenDownAdmin):
    """Flow tests, the latest first."""

    list_display = ("tested_on", "main_ref", "static_pressure_kpa", "residual_pressure_kpa", "administrative_unit")
    ordering = ("-tested_on", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List the figures."""
        return self.list_display


@admin.register(Inspection)
class InspectionAdmin(WrittenDownAdmin):
    """Inspections, the latest first."""

    list_display = ("inspected_on", "source_key", "outcome", "status_after", "administrative_unit")
    ordering = ("-inspected_on", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List what was found."""
        return self.list_display


@admin.register(Outage)
class OutageAdmin(WrittenDownAdmin):
    """Outages, the last to end first."""

    list_display = ("from_at", "until_at", "main_ref", "cause", "administrative_unit")
    ordering = ("-until_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List when and what."""
        return self.list_display
