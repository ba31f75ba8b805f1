"""The layers of places."""

from django.utils.translation import gettext_lazy as _

from gis_core.live.feeds import Feed, feed_registry
from gis_core.registry import Layer, Style, Symbol, layer_registry
from layers.mark_models import Mark
from layers.mark_telling import tell_mark
from layers.models import Building, Facility, FireStation, PublicFirefightingPoint

layer_registry.register(
    Layer(
        id="facilities",
        title=_("Facilities"),
        description=_(
            "Facilities under fire-safety management: mini-apartments, lodging, homes with business and others"
        ),
        origin=(
            "Plan 122/KH-UBND: managed facilities, pilot classes and phases. Form PC01 of "
            "NĐ 347/2026/NĐ-CP: the sheet. NĐ 105/2025/NĐ-CP appendices I-III: risk groups."
        ),
        model=Facility,
        sensitive=frozenset(
            {
                "head_name",
                "head_phone",
                "team_leader",
                "team_phone",
                "approval_documents",
                "acceptance_documents",
                "remarks",
                "tags",
            }
        ),
        style=Style(
            Symbol("#7c3aed", "square"),
            by="pilot_class",
            classes={
                "mini_apartment": Symbol("#be185d", "square", label=_("mini-apartment building")),
                "lodging": Symbol("#7c3aed", "square", label=_("lodging house")),
                "home_with_business": Symbol("#4338ca", "square", label=_("home with business")),
                "other": Symbol("#6b7280", "square", label=_("other managed facility")),
            },
            min_zoom=16,
            order=60,
        ),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="public-firefighting-points",
        title=_("Public firefighting points"),
        description=_("Cabinets of tools and extinguishers in lanes that trucks cannot enter"),
        origin=(
            "Plan 122/KH-UBND: public firefighting points. C07 guidance as in "
            "domain-facts 5: equipment, shelter, signs, lanes of 50 m and more."
        ),
        model=PublicFirefightingPoint,
        sensitive=frozenset({"contact_name", "contact_phone", "remarks", "tags"}),
        style=Style(Symbol("#ea580c", "pin"), min_zoom=14, order=70),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="fire-stations",
        title=_("Fire stations"),
        description=_("Where fire engines stand ready"),
        origin="Plan 42/KH-UBND: headquarters, barracks, militia and volunteer posts, communications.",
        model=FireStation,
        sensitive=frozenset({"phone", "radio_channel", "remarks", "tags"}),
        style=Style(Symbol("#b91c1c", "star"), order=95),
        title_field="name",
    )
)
layer_registry.register(
    Layer(
        id="buildings",
        title=_("Buildings"),
        description=_("Houses with the chain of lanes that leads to them"),
        origin=(
            "Plan 122/KH-UBND: house-number identity. Law 55/2024 art. 20(5): homes in areas without roads or water."
        ),
        model=Building,
        sensitive=frozenset({"households", "people", "remarks", "tags"}),
        style=Style(Symbol("#a8a29e", "circle"), min_zoom=16, order=30, label="house_number"),
        title_field="address",
    )
)

feed_registry.register(Feed("marks", Mark, tell_mark))
