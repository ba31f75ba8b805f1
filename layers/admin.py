"""The administration of this room's records."""

from gis_core.admin import register_records

register_records("layers")
