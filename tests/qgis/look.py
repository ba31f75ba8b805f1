"""Runs inside Debian's Python, which holds QGIS: opens everything that a server offers and says as JSON what it saw.

``/usr/bin/python3 look.py SERVER FOLDER``; QT_QPA_PLATFORM=offscreen. The checks are in `qgis_checks.py`.
"""

import json
import sys
import urllib.request
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)  # fmt: skip
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

BOX = QgsRectangle(105.812, 20.999, 105.818, 21.005)
CENTRE = QgsPointXY(105.8150, 21.0030)
GROUND = QColor("#efede6")


def main() -> None:
    app = QgsApplication([], False)
    app.initQgis()
    ids = [each["id"] for each in fetch("/ogc/collections")["collections"]]
    seen = {
        "layers": {spelling: {each: look_at(each, spelling) for each in ids} for spelling in ("/ogc", "/ogc/")},
        "paging": read_all("hydrants", page_size=700),
        "styles": {each: load_styles(each) for each in ids},
        "project": open_project(),
        "tiles": draw_tiles(),
    }
    (FOLDER / "seen.json").write_text(json.dumps(seen), "utf-8")
    sys.stdout.flush()
    app.exitQgis()


def fetch(path: str, name: str = "") -> object:
    with urllib.request.urlopen(SERVER + path) as answer:
        content = answer.read()
    if not name:
        return json.loads(content)
    (FOLDER / name).write_bytes(content)
    return str(FOLDER / name)


def features_of(layer_id: str, spelling: str = "/ogc", extra: str = "") -> QgsVectorLayer:
    uri = f" pagingEnabled='true' restrictToRequestBBOX='1' {extra} typename='{layer_id}' url='{SERVER}{spelling}'"
    return QgsVectorLayer(uri, layer_id, "OAPIF")


def look_at(layer_id: str, spelling: str) -> dict:
    layer = features_of(layer_id, spelling)
    box = layer.extent()
    refs = [each["ref"] for each in layer.getFeatures(QgsFeatureRequest().setFilterRect(BOX))]
    return {
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "extent": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()],
        "types": {each.name(): each.typeName() for each in layer.fields()},
        "in_box": refs,
    }


def read_all(layer_id: str, page_size: int) -> list[str]:
    return [each["ref"] for each in features_of(layer_id, extra=f"pageSize='{page_size}'").getFeatures()]


def load_styles(layer_id: str) -> dict:
    layer = features_of(layer_id)
    told = {}
    for kind, load in (("qml", "loadNamedStyle"), ("sld", "loadSldStyle")):
        answer = getattr(layer, load)(fetch(f"/styles/{layer_id}.{kind}", f"{layer_id}.{kind}"))
        told[kind] = {"loaded": bool(answer[1]), "said": answer[0], "renderer": layer.renderer().type()}
    return told


def open_project() -> dict:
    project = QgsProject.instance()
    read = project.read(fetch("/styles/thuy-lo.qgs", "thuy-lo.qgs"))
    drawn = project.layerTreeRoot().layerOrder()
    return {
        "read": read,
        "said": project.error(),
        "crs": project.crs().authid(),
        "layers": {each.id(): each.isValid() for each in project.mapLayers().values()},
        "names": [each.name() for each in drawn],
        "colours": draw(project, drawn, half_m=300, name="project.png"),
    }


def draw_tiles() -> dict:
    project = QgsProject.instance()
    told = {}
    for layer_id in ("hydrants", "roads"):
        about = fetch(f"/tiles/{layer_id}.json")
        template = about["tiles"][0]
        uri = f"type=xyz&url={template}&zmin={about['minzoom']}&zmax={about['maxzoom']}"
        layer = QgsVectorTileLayer(uri, layer_id)
        colours = draw(project, [layer], half_m=300, name=f"tiles-{layer_id}.png")
        told[layer_id] = {"valid": layer.isValid(), "colours": colours}
    return told


def draw(project: QgsProject, layers: list, half_m: float, name: str) -> dict[str, int]:
    """Draw a square around the middle of the demo quarter; count the pixels of each colour but the ground's."""
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setLayers(layers)
    settings.setBackgroundColor(GROUND)
    settings.setOutputDpi(96)
    settings.setOutputSize(QSize(1000, 1000))
    x, y = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project).transform(CENTRE)
    settings.setExtent(QgsRectangle(x - half_m, y - half_m, x + half_m, y + half_m))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(FOLDER / name))
    counts: dict[str, int] = {}
    for column in range(image.width()):
        for row in range(image.height()):
            colour = image.pixelColor(column, row).name()
            counts[colour] = counts.get(colour, 0) + 1
    counts.pop(GROUND.name(), None)
    return counts


if __name__ == "__main__":
    SERVER, FOLDER = sys.argv[1], Path(sys.argv[2])
    main()
