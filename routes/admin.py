"""The administration of this room's records, and of the vehicles."""

from django.contrib import admin

from gis_core.admin import PolicyAdmin, register_records
from routes.models import Vehicle

register_records("routes")


@admin.register(Vehicle)
class VehicleAdmin(PolicyAdmin):
    """A vehicle stands nowhere: only a role that is held everywhere may edit it."""

    list_display = ("name", "code", "kind", "width_m", "height_m", "length_m", "gross_weight_t", "in_service")
    list_filter = ("kind", "in_service")
    search_fields = ("code", "name")
    ordering = ("sort_order", "code")
    raw_id_fields = ("station",)
