"""A layer's style as QGIS saves it (QML, as QGIS 3.22 reads it)."""

from xml.etree.ElementTree import Element

from gis_core.fields import LayerField
from gis_core.registry import Layer
from gis_core.wording import sentence_case
from layers.styles.qgis_symbols import add_symbol
from layers.styles.symbols import Case, Kind, cases_of, is_ground, kinds_of, least_scale
from layers.styles.xml import add, document

QGIS_VERSION = "3.22.16-Białowieża"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"

_IN_QGIS: dict[Kind, str] = {"point": "Point", "line": "Line", "area": "Polygon"}


def render_qml(layer: Layer) -> bytes:
    """Write the style file of a layer, in the language in force.

    It holds the symbols, the scales, the titles of the attributes and the texts of their codes; of attributes that
    are not for everybody it says nothing.
    """
    about = {"version": QGIS_VERSION, "styleCategories": "AllStyleCategories"}
    root = Element("qgis", about | scale_attributes(layer))
    add_style(root, layer)
    return document(root, DOCTYPE)


def scale_attributes(layer: Layer) -> dict[str, str]:
    """Tell from which scale on the layer is drawn."""
    least = least_scale(layer)
    return {
        "hasScaleBasedVisibilityFlag": str(int(least is not None)),
        "minScale": str(least or 100_000_000),
        "maxScale": "0",
    }


def add_style(parent: Element, layer: Layer) -> None:
    """Append what a style file and a layer of a project have in common."""
    kinds = kinds_of(layer)
    if len(kinds) == 1:
        _add_renderer(parent, layer, kinds[0])
    else:
        _add_rules(parent, layer, kinds)
    fields = [field for field in layer.fields if not field.sensitive]
    configuration = add(parent, "fieldConfiguration")
    for field in fields:
        _add_widget(configuration, field)
    aliases = add(parent, "aliases")
    for index, field in enumerate(fields):
        title = sentence_case(field.title) + (f" ({field.unit})" if field.unit else "")
        add(aliases, "alias", index=index, field=field.name, name=title)
    add(parent, "previewExpression", f'coalesce("{layer.title_field}", "ref")')


def _add_renderer(parent: Element, layer: Layer, kind: Kind) -> None:
    cases, levels = cases_of(layer), int(kind == "line" and is_ground(layer))
    common = {"symbollevels": levels, "enableorderby": 0, "forceraster": 0}
    if layer.style.by:
        renderer = add(parent, "renderer-v2", type="categorizedSymbol", attr=layer.style.by, **common)
        categories = add(renderer, "categories")
        for index, case in enumerate(cases):
            value = "" if case.value is None else case.value  # QGIS takes the empty value for all others
            add(categories, "category", render="true", symbol=index, value=value, label=case.label)
    else:
        renderer = add(parent, "renderer-v2", type="singleSymbol", **common)
    symbols = add(renderer, "symbols")
    for index, case in enumerate(cases):
        add_symbol(symbols, str(index), layer, case.symbol, kind)


def _add_rules(parent: Element, layer: Layer, kinds: tuple[Kind, ...]) -> None:
    """Draw points, lines and areas of one layer, which QGIS takes for what its first feature is."""
    renderer = add(parent, "renderer-v2", type="RuleRenderer", symbollevels=0, enableorderby=0, forceraster=0)
    rules = add(renderer, "rules", key="{root}")
    symbols = add(renderer, "symbols")
    pairs = [(kind, case) for kind in reversed(kinds) for case in cases_of(layer)]
    for index, (kind, case) in enumerate(pairs):
        rule = f"geometry_type($geometry) = '{_IN_QGIS[kind]}' AND {_condition(layer, case)}"
        add(rules, "rule", key=f"{{{kind}-{index}}}", symbol=index, filter=rule, label=case.label)
        add_symbol(symbols, str(index), layer, case.symbol, kind)


def _condition(layer: Layer, case: Case) -> str:
    if case.value is not None:
        return f"\"{layer.style.by}\" = '{case.value}'"
    values = ", ".join(f"'{value}'" for value in layer.style.classes)
    # NULL NOT IN (…) is NULL: what nobody knows would not be drawn.
    return f'("{layer.style.by}" IS NULL OR "{layer.style.by}" NOT IN ({values}))' if values else "TRUE"


def _add_widget(parent: Element, field: LayerField) -> None:
    widget = add(add(parent, "field", name=field.name), "editWidget", type="ValueMap" if field.choices else "")
    if field.choices:
        listed = add(add(add(widget, "config"), "Option", type="Map"), "Option", name="map", type="List")
        for value, label in field.choices:
            add(add(listed, "Option", type="Map"), "Option", name=label, type="QString", value=value)
