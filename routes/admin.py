"""The administration of this room's records, of the vehicles, and of what is assumed of roads."""

from django.contrib import admin

from gis_core.admin import PolicyAdmin, register_computed, register_records
from gis_core.admin_forms import CheckedForm
from routes.models import BuildingCoverage, RoadClassAssumption, Vehicle, WardCoverage

register_records("routes")
register_computed(BuildingCoverage)
register_computed(WardCoverage)


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
