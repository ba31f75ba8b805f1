"""The symbols of the registry in the words of other programs: QML and projects for QGIS, SLD for everybody else."""

from layers.styles.qgs import render_project
from layers.styles.qml import render_qml
from layers.styles.sld import render_sld

__all__ = ["render_project", "render_qml", "render_sld"]
