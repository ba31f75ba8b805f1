"""The import of an OpenStreetMap file, from file to report."""

from itertools import chain
from pathlib import Path

import pghistory
from django.db import transaction

from gis_core.values import LonLat
from routes.osm import store
from routes.osm.mapping import map_extract
from routes.osm.reader import Extract, read_extract
from routes.osm.report import ImportReport, make_report


def import_osm(*, path: Path, apply: bool) -> ImportReport:
    """Read an OpenStreetMap file into roads, restrictions, sources of water and railways.

    Rows are compared by ``way/<id>/<index>``, ``node/<id>`` and the relation's id. What people surveyed is kept, what
    the file no longer has is reported and stays, except pieces of a way that the file splits otherwise. Reading the
    same file again changes nothing.

    Parameters
    ----------
    path
        A sorted .osm.pbf, .osm or .opl file.
    apply
        Write, in one transaction and with history. Without it the same comparison is made and rolled back.

    Raises
    ------
    UnreadableOsmFile
        No complete OpenStreetMap file.
    OutsideVietnam, SwappedAxes
        On apply: the file reaches beyond the country this service knows.
    """
    extract = read_extract(path)
    box = _box(extract)
    if apply and box:
        LonLat.from_params(*box[:2])
        LonLat.from_params(*box[2:])
    with transaction.atomic(), pghistory.context(command="import_osm", file=path.name):
        if apply:
            store.lock()
        report = _compare(path, extract, box)
        if apply:
            report.pinned_anew = store.write(report.layers)
            report.applied = True
        else:
            transaction.set_rollback(True)
    return report


def _compare(path: Path, extract: Extract, box: store.BoxDegrees | None) -> ImportReport:
    rows = map_extract(extract, store.get_junctions())
    store.stage(rows)
    store.stage_ways(extract.ways, rows.split.incomplete)
    store.leave_incomplete()
    kept, conflicts = store.carry_surveys()
    comparisons = {name: store.compare(table, box) for name, table in store.TABLES.items()}
    comparisons["roads"].kept = kept
    return make_report(path, extract, rows, comparisons, conflicts)


def _box(extract: Extract) -> store.BoxDegrees | None:
    """Return the box around everything that would be stored; None where that is nothing."""
    nodes = chain(extract.barriers.values(), extract.water.values())
    places = [*extract.places.values(), *(node.place for node in nodes)]
    if not places:
        return None
    lons, lats = zip(*places, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
