"""How a stored vehicle is shown."""

from typing import Any, ClassVar

from rest_framework import serializers

from routes.models import Vehicle
from routes.vehicle_profiles import kept_vehicles


class VehicleSerializer(serializers.ModelSerializer[Vehicle]):
    """Sizes in metres, tonnes, cubic metres and litres a second; null: nobody knows."""

    kind_label = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = Vehicle
        fields: ClassVar[tuple[str, ...]] = (
            "code", "name", "kind", "kind_label", "width_m", "height_m", "length_m", "gross_weight_t", "axle_load_t",
            "turning_radius_m", "width_margin_m", "height_margin_m", "water_m3", "pump_lps", "hose_m",
            "dimensions_source",
        )  # fmt: skip


def told_vehicles() -> list[dict[str, Any]]:
    """Tell of the vehicles one can choose from, in the order in which they are offered."""
    return list(VehicleSerializer(kept_vehicles(), many=True).data)
