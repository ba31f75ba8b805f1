"""The part of the OpenAPI description that is about files: a layer in any usual format, and its symbols."""

from django.utils.translation import gettext as _

from gis_core.registry import Layer
from layers.exports.formats import FORMATS
from layers.links import QGS, QML, SLD
from layers.openapi_parts import SOUGHT, Document, file_of, parameter, path_parameter, reading, shared


def file_paths(layer: Layer) -> Document:
    """Describe the files of a layer, below the root of the server."""
    title = str(layer.title)
    return {
        f"/exports/{layer.id}.{{format}}": reading(
            f"export.{layer.id}",
            title,
            parameters=[_format(), *shared("bbox", "filter"), _crs()],
            content=file_of(*(each.media_type for each in FORMATS.values())),
            refused=SOUGHT,
        ),
        f"/styles/{layer.id}.qml": reading(f"qml.{layer.id}", title, content=file_of(QML)),
        f"/styles/{layer.id}.sld": reading(f"sld.{layer.id}", title, content=file_of(SLD)),
    }


def project_path() -> Document:
    """Describe the project for QGIS."""
    return {"/styles/thuy-lo.qgs": reading("getProject", _("Project for QGIS"), content=file_of(QGS))}


def _format() -> Document:
    return path_parameter("format", _("The format"), {"type": "string", "enum": list(FORMATS)})


def _crs() -> Document:
    told = _("What the coordinates of the file are in, by URI or as EPSG:5897; x is easting or longitude")
    return parameter("crs", told, {"type": "string", "default": "OGC:CRS84", "example": "EPSG:5897"})
