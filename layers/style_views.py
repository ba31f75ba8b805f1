"""Style documents: what the registry says of symbols, for QGIS and others."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from gis_core.registry import layer_registry
from layers.etags import unless_known
from layers.extents import start_bounds
from layers.links import QGS, QML, SLD, Linker
from layers.styles import render_project, render_qml, render_sld


@read_only
@no_parameters
def qml(request: HttpRequest, layer_id: str) -> HttpResponseBase:
    """`/styles/{layer}.qml`: as QGIS saves a style."""
    return _answer(request, render_qml(layer_registry.get(layer_id)), QML, f"{layer_id}.qml")


@read_only
@no_parameters
def sld(request: HttpRequest, layer_id: str) -> HttpResponseBase:
    """`/styles/{layer}.sld`: OGC Styled Layer Descriptor 1.0.0."""
    return _answer(request, render_sld(layer_registry.get(layer_id)), SLD, f"{layer_id}.sld")


@read_only
@no_parameters
def project(request: HttpRequest) -> HttpResponseBase:
    """`/styles/thuy-lo.qgs`: a project that opens with all layers."""
    server = Linker(request).address("ogc")
    content = render_project(layer_registry, server=server, title="Thủy Lộ", view=start_bounds())
    return _answer(request, content, QGS, "thuy-lo.qgs", kept_as="attachment")


def _answer(
    request: HttpRequest, content: bytes, media_type: str, name: str, *, kept_as: str = "inline"
) -> HttpResponseBase:
    """Answer with a document that is the same for everybody who reads the same language."""
    headers = {"Cache-Control": "public, no-cache", "Content-Disposition": f'{kept_as}; filename="{name}"'}
    response = HttpResponse(content, content_type=media_type, headers=headers)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return unless_known(request, response)
