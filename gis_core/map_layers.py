"""The layer of the ground itself."""

from django.utils.translation import gettext_lazy as _

from gis_core.models import AdministrativeUnit
from gis_core.registry import Layer, Style, Symbol, layer_registry

layer_registry.register(
    Layer(
        id="administrative-units",
        title=_("Administrative units"),
        description=_("City, districts until 2025-06-30, wards and communes since 2025-07-01"),
        origin=(
            "Plan 122/KH-UBND: data by area. NQ 1656/NQ-UBTVQH15 and QĐ "
            "19/2025/QĐ-TTg: the units since 2025-07-01 and their codes."
        ),
        model=AdministrativeUnit,
        sensitive=frozenset({"remarks", "tags"}),
        style=Style(Symbol("#6b7280", "none", dash="6 4"), order=10),
        title_field="name",
        valid_time=("valid_from", "valid_to"),
    )
)
