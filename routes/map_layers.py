"""The layers of ways."""

from django.utils.translation import gettext_lazy as _

from gis_core.live.feeds import feed_registry
from gis_core.registry import Layer, Style, Symbol, layer_registry
from gis_core.roles import Action
from layers.map_sources import MapSource, map_sources
from routes import marks as _marks  # noqa: F401 - brings its kinds of marks
from routes.coverage.models import Band, BuildingCoverage, CoverageChoice, WardCoverage
from routes.deficient_models import Cause, DeficientArea, State
from routes.models import AccessRestriction, Road, RoadClassAssumption, TurnRestriction, Vehicle
from routes.network.counter import read_stamp
from routes.railway_models import Railway
from routes.serializers import told_vehicles

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

layer_registry.register(
    Layer(
        id="railways",
        title=_("Railways"),
        description=_("Railway lines, and whether trains run on them: hose is not laid across them"),
        origin="OpenStreetMap keys and values.",
        model=Railway,
        sensitive=frozenset({"remarks", "tags"}),
        style=Style(
            Symbol("#3f3f46", "none", dash="2 4"),
            by="in_use",
            classes={
                "yes": Symbol("#3f3f46", "none", dash="2 4", label=_("trains run")),
                "unknown": Symbol("#71717a", "none", dash="2 6", label=_("not known whether trains run")),
                "no": Symbol("#a1a1aa", "none", dash="1 8", label=_("no train runs")),
            },
            min_zoom=12,
            order=18,
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
layer_registry.register(
    Layer(
        id="deficient-areas",
        title=_("Deficient areas"),
        description=_("Areas that lack roads or water for firefighting: proposed, edited and approved"),
        origin=(
            "Law 55/2024/QH15 art. 20(5), NĐ 105/2025/NĐ-CP art. 27(1): the city determines and publishes areas "
            "without roads or water for firefighting. Remedies: Hanoi NQ 79/2025, QĐ 4702."
        ),
        model=DeficientArea,
        # A lane may be of one house: then these would be its figures, which are not for everybody either.
        sensitive=frozenset(
            {
                "households",
                "people",
                "houses_without_households",
                "houses_without_people",
                "edited_by",
                "approved_by",
                "withdrawn_by",
                "remarks",
                "tags",
            }
        ),
        style=Style(
            Symbol("#7f1d1d", "none"),
            by="cause",
            classes={
                Cause.NO_ROAD.value: Symbol("#b45309", "none", dash="8 3", label=Cause.NO_ROAD.label),
                Cause.NO_WATER.value: Symbol("#1d4ed8", "none", dash="2 3", label=Cause.NO_WATER.label),
                Cause.BOTH.value: Symbol("#991b1b", "none", label=Cause.BOTH.label),
                Cause.UNKNOWN.value: Symbol("#6b7280", "none", dash="4 4", label=Cause.UNKNOWN.label),
            },
            worst_first=(Cause.BOTH.value, Cause.NO_ROAD.value, Cause.NO_WATER.value, Cause.UNKNOWN.value),
            min_zoom=13,
            order=15,
            shown=False,
        ),
        title_field="lane_name",
        reserved={"state": {State.APPROVED.value: Action.APPROVE}},
    )
)


_COVERAGE = {
    CoverageChoice.COVERED.value: Symbol("#0369a1", "circle", label=CoverageChoice.COVERED.label),
    CoverageChoice.RECORDED_ONLY.value: Symbol("#0891b2", "square", label=CoverageChoice.RECORDED_ONLY.label),
    CoverageChoice.NOT_CLASSIFIABLE.value: Symbol("#6b7280", "diamond", label=CoverageChoice.NOT_CLASSIFIABLE.label),
    CoverageChoice.NOT_COVERED.value: Symbol("#b91c1c", "cross", label=CoverageChoice.NOT_COVERED.label),
}

layer_registry.register(
    Layer(
        id="building-coverage",
        title=_("Coverage of buildings"),
        description=_("Whether enough water reaches each building and facility by hose, and why; computed"),
        origin=(
            "QCVN 06:2022 5.1.4.7 with Amendment 1:2023 and QCVN 10:2025 Annex H: hose, flow and two hydrants. "
            "Computed from buildings, facilities, sources of water, roads and restrictions."
        ),
        model=BuildingCoverage,
        sensitive=frozenset({"households", "people", "remarks", "tags"}),
        style=Style(
            _COVERAGE[CoverageChoice.NOT_CLASSIFIABLE.value],
            by="coverage",
            classes=_COVERAGE,
            worst_first=("not_covered", "not_classifiable", "recorded_only", "covered"),
            min_zoom=14,
            order=65,
            shown=False,
        ),
        computed=True,
    )
)
# The share stands in the dashes of the border too: the more is missing, the more broken it is.
_BANDS = {
    Band.FULL.value: Symbol("#0c4a6e", "none", label=Band.FULL.label),
    Band.MOST.value: Symbol("#0284c7", "none", dash="14 3", label=Band.MOST.label),
    Band.HALF.value: Symbol("#ca8a04", "none", dash="9 5", label=Band.HALF.label),
    Band.SOME.value: Symbol("#ea580c", "none", dash="5 5", label=Band.SOME.label),
    Band.FEW.value: Symbol("#991b1b", "none", dash="2 4", label=Band.FEW.label),
    Band.UNKNOWN.value: Symbol("#9ca3af", "none", dash="1 7", label=Band.UNKNOWN.label),
}
layer_registry.register(
    Layer(
        id="ward-coverage",
        title=_("Coverage of wards"),
        description=_("Buildings, households and people by class of coverage, and beyond 100, 200, 400 m of hose"),
        origin="Law 55/2024 article 20(5): areas that lack water for firefighting. Computed from building-coverage.",
        model=WardCoverage,
        sensitive=frozenset({"remarks", "tags"}),
        style=Style(_BANDS[Band.UNKNOWN.value], by="band", classes=_BANDS, order=12, shown=False),
        title_field="name",
        computed=True,
    )
)
# The numbers are those of `routes.tiles.drawing`, which loads the searches; a test compares them.
map_sources.register(
    MapSource("ways", "ways-tile", min_zoom=9, whole_from=14, instead_of="roads", vehicles=told_vehicles)
)
