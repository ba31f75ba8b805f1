"""Write docs/reference/layers.md from the registry, so that the page cannot lie."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from gis_core.fields import LayerField
from gis_core.registry import Layer, layer_registry

HEAD = """# Layers and their attributes

Made by `manage.py describe_layers` from the registry; a test compares. Every layer is served at
`/ogc/collections/{layer}/items`. An attribute marked *service* is for signed-in roles only. Empty means that nobody
knows.
"""


class Command(BaseCommand):
    help = "Print the reference of all layers as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(describe(), ending="")


def describe() -> str:
    """Return the page: layers in order of registration, attributes in the order in which they are served."""
    with override("en"):
        return HEAD + "".join(_layer(layer) for layer in layer_registry)


def _layer(layer: Layer) -> str:
    rows = "".join(_row(field) for field in layer.fields)
    return (
        f"\n## `{layer.id}`: {layer.title}\n{layer.description}. Geometry: {layer.geometry_type}.\n\n"
        f"*Asked for by:* {layer.origin}\n\n| attribute | title | type | audience |\n|---|---|---|---|\n{rows}"
    )


def _row(field: LayerField) -> str:
    kind = f"{field.type}, {field.unit}" if field.unit else field.type
    codes = ", ".join(f"`{code}`" for code, _ in field.choices)
    audience = "service" if field.sensitive else "everybody"
    return f"| `{field.name}` | {field.title} | {kind}{': ' + codes if codes else ''} | {audience} |\n"
