"""The layers of water."""

from django.utils.translation import gettext_lazy as _

from gis_core.live.feeds import Feed, feed_registry
from gis_core.registry import Layer, Style, Symbol, layer_registry
from hydrants import marks as _marks  # noqa: F401 - brings its kinds of marks
from hydrants.models import Hydrant, IntakePoint, Status, WaterBody, WaterTank
from hydrants.outage_answers import outage_ref, tell_outage
from hydrants.outage_models import Outage

_SENSITIVE = frozenset({"contact_name", "contact_phone", "remarks", "tags"})

# Shape says the status as loudly as colour does: not everybody sees red and green apart.
_BY_STATUS = {
    Status.WORKING.value: Symbol("#0369a1", "circle", label=Status.WORKING.label),
    Status.FAULTY.value: Symbol("#dc2626", "cross", label=Status.FAULTY.label),
    Status.BLOCKED.value: Symbol("#d97706", "square", label=Status.BLOCKED.label),
    Status.MISSING.value: Symbol("#111827", "triangle", label=Status.MISSING.label),
    Status.UNKNOWN.value: Symbol("#6b7280", "diamond", label=Status.UNKNOWN.label),
}
# What nobody knows is worse than working, and better than what somebody found wanting.
_WORST_FIRST = tuple(
    status.value for status in (Status.MISSING, Status.FAULTY, Status.BLOCKED, Status.UNKNOWN, Status.WORKING)
)
_UNKNOWN = _BY_STATUS[Status.UNKNOWN.value]

layer_registry.register(
    Layer(
        id="hydrants",
        title=_("Hydrants"),
        description=_("Fire hydrants on water mains, with status and measured flow"),
        origin=(
            "Plan 122/KH-UBND: hydrants. Plan 42/KH-UBND: pipes, outlets, hydrants with "
            "flow and pressure. TCVN 6379; OSM emergency=fire_hydrant; NFPA 291 names."
        ),
        model=Hydrant,
        sensitive=_SENSITIVE,
        style=Style(_UNKNOWN, by="status", classes=_BY_STATUS, worst_first=_WORST_FIRST, min_zoom=14, order=90),
    )
)
layer_registry.register(
    Layer(
        id="intake-points",
        title=_("Intake points"),
        description=_("Berths, yards, pits and banks where a pump draws from open water"),
        origin=(
            "Plan 42/KH-UBND: berths, yards, pits at ponds, lakes, rivers, "
            "canals; aircraft points. QCVN 10:2025/BCA figures H.1 and H.2."
        ),
        model=IntakePoint,
        sensitive=_SENSITIVE,
        style=Style(_UNKNOWN, by="status", classes=_BY_STATUS, worst_first=_WORST_FIRST, min_zoom=13, order=85),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="water-tanks",
        title=_("Water tanks"),
        description=_("Tanks kept for firefighting"),
        origin=(
            "Plan 42/KH-UBND: tanks for quarters with narrow roads. "
            "Form PC01: number, position, volume, usable by truck."
        ),
        model=WaterTank,
        sensitive=_SENSITIVE,
        style=Style(_UNKNOWN, by="status", classes=_BY_STATUS, worst_first=_WORST_FIRST, min_zoom=14, order=80),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="water-bodies",
        title=_("Bodies of water"),
        description=_("Ponds, lakes, rivers and canals"),
        origin="Plan 42/KH-UBND: ponds, lakes, rivers, streams, canals planned as firefighting water.",
        model=WaterBody,
        sensitive=frozenset({"remarks", "tags"}),
        style=Style(Symbol("#7dd3fc", "none"), order=15),
        title_field="name",
    )
)

feed_registry.register(Feed("outages", Outage, tell_outage, ref=outage_ref))
