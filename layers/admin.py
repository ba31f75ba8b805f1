"""The administration of this room's records."""

from django.contrib import admin
from django.http import HttpRequest

from gis_core.admin import WrittenDownAdmin, register_records
from layers.mark_models import Mark

register_records("layers")


@admin.register(Mark)
class MarkAdmin(WrittenDownAdmin):
    """Marks, the latest first."""

    list_display = ("at", "kind", "ref", "state", "settled", "author_name", "administrative_unit")
    ordering = ("-at", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """List what was said and what became of it."""
        return self.list_display
