"""The administration of this room's records, of the vehicles, and of what is assumed of roads."""

from django.contrib import admin
from django.http import HttpRequest

from gis_core.admin import FeatureAdmin, PolicyAdmin, register_computed, register_records
from gis_core.admin_forms import CheckedForm
from routes.coverage.models import BuildingCoverage, WardCoverage
from routes.deficient_models import DeficientArea
from routes.models import RoadClassAssumption, Vehicle

register_records("routes")
register_computed(BuildingCoverage)
register_computed(WardCoverage)
admin.site.unregister(DeficientArea)


@admin.register(DeficientArea)
class DeficientAreaAdmin(FeatureAdmin):
    """Areas without roads or water: edited by many, approved by few (`Layer.reserved`)."""

    search_fields = ("ref", "area_code", "lane_name")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List what is decided on."""
        return ("ref", "lane_name", "administrative_unit", "cause", "state", "proposes", "houses", "remedy")

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search what people call an area."""
        return list(self.search_fields)


@admin.register(Vehicle)
class VehicleAdmin(PolicyAdmin):
    """A vehicle stands nowhere: only a role that is held everywhere may edit it."""

    form = CheckedForm
    list_display = (
        "name",
        "code",
        "kind",
        "width_m",
        "height_m",
        "length_m",
        "gross_weight_t",
        "speed_factor",
        "in_service",
    )
    list_filter = ("kind", "in_service")
    search_fields = ("code", "name")
    ordering = ("sort_order", "code")
    raw_id_fields = ("station",)


@admin.register(RoadClassAssumption)
class RoadClassAssumptionAdmin(PolicyAdmin):
    """What a class of road is taken to offer decides verdicts everywhere: only a role held everywhere may edit it."""

    form = CheckedForm
    list_display = ("highway", "clear_width_m", "clear_height_m", "max_weight_t", "needs_survey", "speed_kmh", "reason")
    list_filter = ("needs_survey",)
    search_fields = ("highway",)
    ordering = ("highway",)
