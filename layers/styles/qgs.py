"""A project for QGIS: all layers of this server, styled, grouped and ordered, in the city's own coordinate system."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from django.apps import apps

from gis_core.crs import CATALOGUE, Transformer
from gis_core.registry import Layer
from layers.extents import Box
from layers.styles.qml import DOCTYPE, QGIS_VERSION, add_style, scale_attributes
from layers.styles.symbols import kinds_of
from layers.styles.xml import add, document, options

CITY_CRS = CATALOGUE["EPSG:5897"]
"""VN-2000 / TM-3 105°00', Hanoi's cadastral system."""

_GEOMETRY = {"point": "Point", "line": "Line", "area": "Polygon"}


def render_project(layers: Iterable[Layer], *, server: str, title: str, view: Box) -> bytes:
    """Write a project file, in the language in force.

    Parameters
    ----------
    server
        The address of the landing page, as the reader's QGIS reaches it.
    view
        Where the map opens: west, south, east, north in degrees.
    """
    drawn = sorted(layers, key=lambda layer: -layer.style.order)
    root = Element("qgis", version=QGIS_VERSION, projectname=title)
    add(root, "title", title)
    _add_crs(add(root, "projectCrs"), CITY_CRS.srid)
    _add_tree(root, drawn, server)
    _add_canvas(root, view)
    listed = add(root, "projectlayers")
    for layer in drawn:
        _add_layer(listed, layer, server)
    order = add(root, "layerorder")
    for layer in drawn:
        add(order, "layer", id=_key(layer))
    # Without it QGIS passes over the system of the project.
    add(add(add(root, "properties"), "SpatialRefSys"), "ProjectionsEnabled", 1, type="int")
    return document(root, DOCTYPE)


def _add_tree(root: Element, layers: list[Layer], server: str) -> None:
    tree = add(root, "layer-tree-group")
    rooms = dict.fromkeys(layer.model._meta.app_label for layer in layers)
    for room in rooms:
        name = apps.get_app_config(room).verbose_name
        group = add(tree, "layer-tree-group", name=name, checked="Qt::Checked", expanded=1)
        for layer in layers:
            if layer.model._meta.app_label == room:
                checked = "Qt::Checked" if layer.style.shown else "Qt::Unchecked"
                add(
                    group, "layer-tree-layer", id=_key(layer), name=layer.title, checked=checked, expanded=0,
                    providerKey="OAPIF", source=_source(layer, server),
                )  # fmt: skip
    # Groups follow the rooms, drawing follows the order of the layers.
    order = add(tree, "custom-order", enabled=1)
    for layer in layers:
        add(order, "item", _key(layer))


def _add_layer(parent: Element, layer: Layer, server: str) -> None:
    kind = _GEOMETRY[kinds_of(layer)[0]]
    element = add(parent, "maplayer", type="vector", geometry=kind, labelsEnabled=0, **scale_attributes(layer))
    add(element, "id", _key(layer))
    add(element, "datasource", _source(layer, server))
    add(element, "layername", layer.title)
    add(element, "abstract", layer.description)
    _add_crs(add(element, "srs"), 4326)
    add(element, "provider", "OAPIF", encoding="UTF-8")
    add_style(element, layer)
    options(add(element, "customproperties"), {})


def _add_canvas(root: Element, view: Box) -> None:
    west, south, east, north = view
    xs, ys = Transformer(CITY_CRS).from_wgs84([west, west, east, east], [south, north, south, north])
    canvas = add(root, "mapcanvas", name="theMapCanvas", annotationsVisible=1)
    add(canvas, "units", "meters")
    extent = add(canvas, "extent")
    for name, value in (("xmin", min(xs)), ("ymin", min(ys)), ("xmax", max(xs)), ("ymax", max(ys))):
        add(extent, name, round(float(value), 2))
    _add_crs(add(canvas, "destinationsrs"), CITY_CRS.srid)


def _add_crs(parent: Element, epsg: int) -> None:
    # QGIS takes the definition of a code from its own database, if there is a number of that database, whichever.
    reference = add(parent, "spatialrefsys")
    add(reference, "srsid", 1)
    add(reference, "authid", f"EPSG:{epsg}")
    add(reference, "srid", epsg)


def _source(layer: Layer, server: str) -> str:
    return f" pagingEnabled='true' restrictToRequestBBOX='1' typename='{layer.id}' url='{server}'"


def _key(layer: Layer) -> str:
    # Without an underscore QGIS takes a key for broken and makes one of its own, which the tree does not know.
    return f"thuy_lo_{layer.id}"
