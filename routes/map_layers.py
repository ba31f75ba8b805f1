"""The layers of ways."""

from django.utils.translation import gettext_lazy as _

from gis_core.live.feeds import feed_registry
from gis_core.registry import Layer, Style, Symbol, layer_registry
from layers.map_sources import MapSource, map_sources
from routes import marks as _marks  # noqa: F401 - brings its kinds of marks
from routes.models import AccessRestriction, Road, RoadClassAssumption, TurnRestriction, Vehicle
from routes.network.counter import read_stamp

_K = AccessRestriction.Kind

layer_registry.register(
    Layer(
        id="roads",
        title=_("Roads"),
        description=_("Streets and lanes with clear width, clear height and load limit, and what each rests on"),
        origin=(
            "Plan 42/KH-UBND: clear height, clear width and load of "
            "roads, bridges and culverts. OpenStreetMap keys and values."
        ),
        model=Road,
        sensitive=frozenset({"surveyed_by", "remarks", "tags"}),
        style=Style(
            Symbol("#78716c", "none"),
            by="clear_width_evidence",
            classes={
                "surveyed": Symbol("#57534e", "none", label=_("width surveyed")),
                "tagged": Symbol("#78716c", "none", dash="8 3", label=_("width tagged")),
                "assumed": Symbol("#78716c", "none", dash="4 4", label=_("width assumed")),
                "none": Symbol("#a8a29e", "none", dash="2 5", label=_("width unknown")),
            },
            min_zoom=13,
            order=20,
        ),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="access-restrictions",
        title=_("Access restrictions"),
        description=_("What stands in the way of a truck: gates, narrowings, awnings, low cables, markets and more"),
        origin="Plan 42/KH-UBND: wires, posts, gates, fences, barriers, roofs and awnings that hinder fire engines.",
        model=AccessRestriction,
        sensitive=frozenset({"key_holder", "key_holder_phone", "observed_by", "remarks", "tags"}),
        style=Style(
            Symbol("#b45309", "triangle"),
            by="kind",
            classes={
                _K.GATE.value: Symbol("#b45309", "square", label=_K.GATE.label),
                _K.NARROWING.value: Symbol("#b45309", "diamond", label=_K.NARROWING.label),
                _K.STAIRS.value: Symbol("#991b1b", "cross", label=_K.STAIRS.label),
                _K.BOLLARD.value: Symbol("#991b1b", "circle", label=_K.BOLLARD.label),
            },
            min_zoom=15,
            order=75,
        ),
        title_field="name",
    )
)

# A page compares it with the one in its plan; turn restrictions and assumptions on classes are no layers.
feed_registry.register_version(
    "network_version",
    lambda: read_stamp().version,
    (TurnRestriction._meta.db_table, RoadClassAssumption._meta.db_table, Vehicle._meta.db_table),
)
# The numbers are those of `routes.tiles.drawing`, which loads the searches; a test compares them.
map_sources.register(MapSource("ways", "ways-tile", min_zoom=9, whole_from=14, instead_of="roads"))
