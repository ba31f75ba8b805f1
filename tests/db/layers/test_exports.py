"""A layer as a file: whole, as the reader may see it, and the same again when it is imported."""

import asyncio
import csv
import io
import json
import tempfile
import zipfile
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import quote

import pyogrio
import pytest
import shapely
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pyarrow import parquet

from gis_core.crs import CATALOGUE, Transformer
from gis_core.demo import FIXTURES
from gis_core.importing import OPERATOR, FieldMapping, Outcome, import_file
from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.audience import Audience
from layers.exports import FORMATS, ExportQuery, export_chunks, export_to, slots
from layers.models import Building, Facility

pytestmark = pytest.mark.django_db

EVERYTHING = Audience(everywhere=True)
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=timezone.get_default_timezone())
ODD_TEXTS = ["=1+1", "+84 24 3333", "-1", "@x", "'=1", "''-", "' =1", "Ngõ “29”, 'a'; b\nc", "＝1"]


def hydrant(ref: str, lon: float = 105.82, lat: float = 21.0, **values) -> Hydrant:
    return Hydrant.objects.create(ref=ref, geom=Point(lon, lat, srid=4326), **values)


def ward(code: str, west: float) -> AdministrativeUnit:
    area = MultiPolygon(Polygon.from_bbox((west, 21.0, west + 0.01, 21.01)), srid=4326)
    return AdministrativeUnit.objects.create(
        ref=f"unit/{code}", code=code, name=f"Phường {code}", geom=area, level=3, valid_from=date(2025, 7, 1)
    )


def body(client, name: str, **params) -> bytes:
    response = client.get(f"/exports/{name}", params)
    assert response.status_code == 200, getattr(response, "content", "")
    return response.getvalue()


def exported(
    folder: Path, layer_id: str, suffix: str, *, crs: str | None = None, audience: Audience = EVERYTHING
) -> Path:
    path = folder / f"{layer_id}.{suffix}"
    query = ExportQuery.from_texts(layer_registry.get(layer_id), audience, {"crs": crs})
    export_to(path, query, FORMATS[suffix], at=NOW)
    return path


def importable(path: Path, suffix: str) -> list[tuple[Path, FieldMapping]]:
    """Give what the pipeline reads: shapefiles one by one, formats that it does not read as GeoPackage."""
    if suffix in {"geojson", "gpkg", "csv"}:
        return [(path, FieldMapping())]
    if suffix == "shp.zip":
        folder = path.with_suffix(".unpacked")
        zipfile.ZipFile(path).extractall(folder)
        mapping = FieldMapping.from_file(next(folder.glob("*.mapping.json")))
        return [(shapefile, mapping) for shapefile in sorted(folder.glob("*.shp"))]
    copy = path.with_suffix(".copy.gpkg")
    if suffix == "parquet":
        table = parquet.read_table(path)
        code = json.loads(table.schema.metadata[b"geo"])["columns"]["geom"]["crs"]["id"]
        crs = "EPSG:4326" if code["code"] == "CRS84" else f"EPSG:{code['code']}"
        pyogrio.write_arrow(table, copy, driver="GPKG", geometry_name="geom", geometry_type="Unknown", crs=crs)
    else:
        with pyogrio.open_arrow(path, use_pyarrow=True) as (meta, reader):
            pyogrio.write_arrow(
                reader, copy, driver="GPKG", geometry_name=meta["geometry_name"] or "wkb_geometry",
                geometry_type="Unknown", crs=meta["crs"],
            )  # fmt: skip
    return [(copy, FieldMapping())]


def assert_nothing_changes(path: Path, layer_id: str, suffix: str, crs: str | None = None) -> None:
    layer, rows = layer_registry.get(layer_id), 0
    for file, mapping in importable(path, suffix):
        declared = (crs or "EPSG:4326") if suffix == "csv" else None
        report = import_file(layer, file, actor=OPERATOR, at=TODAY, crs=declared, mapping=mapping)
        assert not report.refused, report.text()
        assert not report.conflicts, (suffix, report.text(), [row.changes for row in report.conflicts[:3]])
        assert set(report.counts) <= {Outcome.UNCHANGED}, (suffix, report.text())
        assert not report.columns.unmatched, report.columns.unmatched
        rows += report.total
    assert rows == layer.model.objects.count()


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != "kml"])
@pytest.mark.parametrize("crs", [None, "EPSG:5897"])
def test_export_then_import_of_the_demo_changes_nothing(tmp_path, suffix, crs):
    for layer_id in ("administrative-units", "hydrants", "facilities", "access-restrictions"):
        import_file(
            layer_registry.get(layer_id), FIXTURES / f"{layer_id}.geojson", actor=OPERATOR, at=TODAY, apply=True
        )
        assert_nothing_changes(exported(tmp_path, layer_id, suffix, crs=crs), layer_id, suffix, crs)


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != "kml"])
def test_what_a_ward_exported_erases_nothing_elsewhere_when_an_administrator_imports_it(tmp_path, suffix):
    own, other = ward("99001", 105.81), ward("99002", 105.82)
    for unit in (own, other):
        west = unit.geom.extent[0]
        hydrant(unit.code, lon=west + 0.005, lat=21.005, contact_phone="0900", remarks="phía sau", tags={"a": "b"})
    path = exported(tmp_path, "hydrants", suffix, audience=Audience(units=frozenset({own.pk})))
    assert_nothing_changes(path, "hydrants", suffix)
    for file, mapping in importable(path, suffix):
        declared = "EPSG:4326" if suffix == "csv" else None
        report = import_file(
            layer_registry.get("hydrants"), file, actor=OPERATOR, at=TODAY, crs=declared, mapping=mapping, apply=True,
            overwrite=True,
        )  # fmt: skip
        assert any("--clear-sensitive" in doubt.complaint.message for doubt in report.doubts)
    assert set(Hydrant.objects.values_list("contact_phone", "remarks")) == {("0900", "phía sau")}
    assert Hydrant.objects.get(ref="99002").tags == {"a": "b"}


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != "kml"])
def test_odd_texts_and_what_nobody_knows_come_back_as_they_were(tmp_path, suffix):
    for number, text in enumerate(ODD_TEXTS):
        hydrant(f"TN-{number}", name=text, outlet_diameters_mm=[65, 110], tags={"a": "é"}, flow_lps=0.1)
    hydrant("TN-0/0")
    assert_nothing_changes(exported(tmp_path, "hydrants", suffix), "hydrants", suffix)


def test_kml_holds_every_feature_with_its_attributes_and_says_what_it_is(tmp_path):
    hydrant("TN-1", 105.8123456, 21.0, name="Trụ A", flow_lps=18.5)
    hydrant("TN-2")
    path = exported(tmp_path, "hydrants", "kml")
    meta, _, wkb, columns = pyogrio.raw.read(path)
    rows = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]
    rows, wkb = zip(*sorted(zip(rows, wkb, strict=True), key=lambda pair: pair[0]["Name"]), strict=True)
    assert [row["Name"] for row in rows] == ["TN-1", "TN-2"]
    assert rows[0]["flow_lps"] == 18.5
    assert rows[1]["flow_lps"] != rows[1]["flow_lps"]  # NaN: nobody knows
    assert shapely.get_coordinates(shapely.from_wkb(wkb[0]))[0] == pytest.approx([105.8123456, 21.0], abs=1e-9)
    assert "data_version: " in path.read_text("utf-8").partition("</description>")[0]


@pytest.mark.parametrize("crs", [code for code in CATALOGUE if code not in {"OGC:CRS84", "EPSG:4326"}])
def test_coordinates_are_those_of_the_catalogue_to_two_millimetres(crs):
    hydrant("TN-1", 105.8523, 21.0285)
    query = ExportQuery.from_texts(layer_registry.get("hydrants"), EVERYTHING, {"crs": crs})
    [feature] = json.loads(b"".join(export_chunks(query, FORMATS["geojson"], at=NOW)))["features"]
    x, y = Transformer(CATALOGUE[crs]).from_wgs84(105.8523, 21.0285)
    tolerance = 2e-8 if CATALOGUE[crs].projection == "degrees" else 0.002
    assert feature["geometry"]["coordinates"] == pytest.approx([float(x), float(y)], abs=tolerance)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp.zip"])
def test_a_file_names_its_crs(tmp_path, suffix):
    hydrant("TN-1")
    path = exported(tmp_path, "hydrants", suffix, crs="EPSG:5897")
    told = pyogrio.read_info(f"/vsizip/{path}" if suffix == "shp.zip" else path)["crs"]
    assert "5897" in told or "VN" in told.upper()


def test_geojson_says_what_it_is_and_has_the_features_as_served(client):
    hydrant("TN-1", name="Trụ “A”", synthetic=True, source="Khảo sát 2026")
    document = json.loads(body(client, "hydrants.geojson"))
    assert (document["source"], document["synthetic"]) == ("Khảo sát 2026", True)
    assert {"licence", "exportedAt", "dataVersion", "description", "note"} <= document.keys()
    [served] = json.loads(client.get("/ogc/collections/hydrants/items").content)["features"]
    assert document["features"] == [served]
    assert "crs" not in document


def test_a_value_that_no_file_can_hold_is_unknown_in_geojson_and_takes_nothing_else_along(client):
    hydrant("H-1", flow_lps=float("nan"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hydrants_hydrant SET created_at = 'infinity'")
    (feature,) = json.loads(body(client, "hydrants.geojson"))["features"]
    told = feature["properties"]
    assert (told["ref"], told["flow_lps"], told["created_at"]) == ("H-1", None, None)


def test_an_empty_layer_is_a_whole_file_in_every_format(tmp_path):
    for layer_id in ("hydrants", "buildings"):
        for suffix in FORMATS:
            assert exported(tmp_path, layer_id, suffix).stat().st_size
    assert json.loads((tmp_path / "hydrants.geojson").read_text())["features"] == []


def test_only_what_touches_the_box_or_meets_the_filter_is_exported(client):
    hydrant("TN-1", 105.81, status="working")
    hydrant("TN-2", 105.83, status="faulty")
    for params, found in (({"bbox": "105.80,20.9,105.82,21.1"}, "TN-1"), ({"filter": "status = 'faulty'"}, "TN-2")):
        [feature] = json.loads(body(client, "hydrants.geojson", **params))["features"]
        assert feature["properties"]["ref"] == found
        assert body(client, "hydrants.csv", **params).count(b"TN-") == 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_nobody_gets_what_only_roles_may_see(tmp_path, client, suffix):
    Facility.objects.create(ref="F-1", name="Nhà", head_name="Nguyễn Văn Kín", geom=Point(105.815, 21.005, srid=4326))
    content = body(client, f"facilities.{suffix}")
    if suffix == "shp.zip":
        content = b"".join(
            map(zipfile.ZipFile(io.BytesIO(content)).read, zipfile.ZipFile(io.BytesIO(content)).namelist())
        )
    assert b"F-1" in content or suffix == "parquet"
    assert "Kín".encode() not in content
    assert b"head_name" not in content


def test_a_role_held_in_a_unit_sees_personal_attributes_of_that_unit_only(client):
    own = ward("99001", 105.81)
    ward("99002", 105.82)
    for number, lon in ((1, 105.815), (2, 105.825)):
        Facility.objects.create(
            ref=f"F-{number}", name="Nhà", head_name=f"Kín {number}", geom=Point(lon, 21.005, srid=4326)
        )
    user = get_user_model().objects.create_user("field")
    RoleGrant.objects.create(user=user, role="field", administrative_unit=own)
    client.force_login(user)
    rows = list(csv.DictReader(io.StringIO(body(client, "facilities.csv").decode("utf-8-sig"))))
    assert {row["ref"]: row["head_name"] for row in rows} == {"F-1": "Kín 1", "F-2": ""}
    features = json.loads(body(client, "facilities.geojson"))["features"]
    first, second = sorted(features, key=lambda feature: feature["properties"]["ref"])
    assert first["properties"]["head_name"] == "Kín 1"
    assert "head_name" not in second["properties"]
    assert client.get("/exports/facilities.csv", {"filter": "head_name = 'Kín 2'"}).status_code == 400


def test_a_spreadsheet_finds_no_formula_in_a_csv(client):
    for number, text in enumerate(["=cmd|' /C calc'!A0", "\t=1", "-1+1", "@SUM(A1)"]):
        hydrant(f"TN-{number}", name=text)
    content = body(client, "hydrants.csv")
    assert content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert all(row["name"].startswith("'") for row in rows)
    assert (rows[0]["lon"], rows[0]["lat"], rows[0]["WKT"]) == ("105.8200000", "21.0000000", "POINT(105.82 21)")


def test_kinds_of_geometry_are_shapefiles_of_their_own_and_long_texts_are_named(tmp_path):
    Building.objects.create(ref="B-1", geom=Point(105.82, 21.0, srid=4326), address="ă" * 250)
    Building.objects.create(ref="B-2", geom=Polygon.from_bbox((105.82, 21.0, 105.83, 21.01)))
    Building.objects.create(ref="B-3", geom=LineString((105.82, 21.0), (105.83, 21.01), srid=4326))
    path = exported(tmp_path, "buildings", "shp.zip")
    archive = zipfile.ZipFile(path)
    stems = {name.removesuffix(".shp") for name in archive.namelist() if name.endswith(".shp")}
    assert stems == {"buildings-points", "buildings-areas", "buildings-lines"}
    assert archive.read("buildings-points.cpg") == b"UTF-8"
    assert "address" in archive.read("buildings.txt").decode()
    assert_nothing_changes(path, "buildings", "shp.zip")


def test_a_cell_of_a_shapefile_has_room_for_what_is_there_and_as_much_again(tmp_path):
    hydrant("TN-1", name="ă" * 50, address="ă" * 100, owner="Đội", status="working", created_at="2026-11-22T08:30:00Z")
    path = exported(tmp_path, "hydrants", "shp.zip")
    head = zipfile.ZipFile(path).read("hydrants.dbf")
    columns = [head[start : start + 32] for start in range(32, int.from_bytes(head[8:10], "little") - 1, 32)]
    width = {column[:11].rstrip(b"\0").decode(): column[16] for column in columns}
    assert (width["name"], width["address"], width["owner"]) == (200, 254, 40)
    assert (width["status"], width["created_at"]) == (len("working"), len("2026-11-22T08:30:00.000000Z"))
    assert_nothing_changes(path, "hydrants", "shp.zip")


def test_geopackage_and_parquet_carry_their_metadata(tmp_path):
    hydrant("TN-1", synthetic=True)
    gpkg = pyogrio.read_info(exported(tmp_path, "hydrants", "gpkg"))["layer_metadata"]
    said = parquet.read_schema(exported(tmp_path, "hydrants", "parquet")).metadata
    fgb = pyogrio.read_info(exported(tmp_path, "hydrants", "fgb"))["layer_metadata"]
    assert "data_version" in gpkg
    assert b"data_version" in said
    assert "data_version" in fgb["DESCRIPTION"]
    assert json.loads(said[b"geo"])["version"] == "1.1.0"


def test_names_are_vietnamese_and_head_asks_for_nothing(client, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("layers.export_views.export_chunks", None)
    with django_assert_max_num_queries(2):
        response = client.head("/exports/hydrants.shp.zip", {"crs": "EPSG:5897"}, headers={"accept-language": "vi"})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    assert "filename*=utf-8''" in response.headers["Content-Disposition"]
    assert quote("Trụ nước") in response.headers["Content-Disposition"]
    again = client.head(
        "/exports/hydrants.shp.zip",
        {"crs": "EPSG:5897"},
        headers={"if-none-match": response.headers["ETag"], "accept-language": "vi"},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("hydrants.dwg", 404, "geojson, gpkg, shp.zip"),
        ("hydrants", 404, "geojson"),
        ("wells.csv", 404, "hydrants"),
        ("hydrants.csv?limit=1", 400, "crs, bbox, filter"),
        ("hydrants.csv?crs=EPSG:2263", 400, "EPSG:2263"),
        ("hydrants.csv?crs=EPSG:6957", 400, "EPSG:5897"),
        ("hydrants.csv?bbox=21.0,105.8,21.1,105.9", 400, "105.8"),
        ("hydrants.csv?filter=((", 400, ""),
        ("hydrants.kml?crs=EPSG:5897", 400, "KML"),
    ],
)
def test_a_wrong_question_is_a_problem_that_says_what_would_be_right(client, path, status, told):
    response = client.get(f"/exports/{path}", headers={"accept": "text/html"})
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert told in json.loads(response.content)["detail"]
    assert client.post("/exports/hydrants.csv").status_code == 405


def test_a_reader_who_leaves_frees_the_connection_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for number in range(50):
        hydrant(f"TN-{number}")
    query = ExportQuery(layer_registry.get("hydrants"))
    for suffix in FORMATS:
        with closing(export_chunks(query, FORMATS[suffix], at=NOW)) as chunks:
            assert next(chunks)
        assert list(tmp_path.iterdir()) == []
        assert Hydrant.objects.count() == 50


def test_a_format_that_fails_in_the_middle_frees_the_connection(tmp_path, monkeypatch):
    hydrant("TN-1")

    def fail(*_args, **_options):
        raise OSError

    monkeypatch.setattr("pyogrio.write_arrow", fail)
    with pytest.raises(OSError):  # noqa: PT011 - it is our own
        exported(tmp_path, "hydrants", "gpkg")
    assert Hydrant.objects.count() == 1
    assert list(tmp_path.iterdir()) == []


# At once --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_slot(monkeypatch):
    monkeypatch.setattr("layers.exports.slots.SLOTS", BoundedSemaphore(1))
    hydrant("TN-1")


def test_questions_keep_connections_however_many_files_are_asked_for():
    assert 1 <= settings.EXPORTS_AT_ONCE <= settings.CONNECTIONS // 2


@pytest.mark.parametrize("suffix", FORMATS)
def test_one_file_too_many_is_told_when_to_ask_again_and_a_reader_who_leaves_makes_room(client, one_slot, suffix):
    slow = client.get(f"/exports/hydrants.{suffix}")
    refused = client.get("/exports/hydrants.csv", headers={"accept-language": "en"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert json.loads(refused.content)["type"].endswith("too-many-exports")
    assert client.get("/ogc/collections/hydrants/items").status_code == 200
    assert client.head("/exports/hydrants.csv").status_code == 200, "nothing is made for it"
    next(iter(slow.streaming_content))
    slow.close()
    assert client.get("/exports/hydrants.csv").getvalue()
    assert client.get("/exports/hydrants.csv").getvalue(), "read to its end, it makes room too"


def test_a_file_that_fails_makes_room(client, one_slot, monkeypatch):
    def fail(*_args, **_options):
        raise OSError

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("pyogrio.write_arrow", fail)
        assert client.get("/exports/hydrants.gpkg").status_code == 500
        broken.setattr("layers.exports.copying.copied", fail)
        broken.setattr("layers.exports.text.copied", fail)
        with pytest.raises(OSError):  # noqa: PT011 - it is our own
            client.get("/exports/hydrants.geojson").getvalue()
    assert client.get("/exports/hydrants.csv").getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_hangs_up_makes_room_under_asgi(one_slot):
    """The browser closes the tab in the middle: the server cancels the answer and nobody reads on."""
    from gis_core.asgi import application  # noqa: PLC0415 - after the static files of the test run are set up

    Hydrant.objects.bulk_create(
        Hydrant(ref=f"big-{n}", geom=Point(105.82, 21.0, srid=4326), remarks="x" * 4_000) for n in range(500)
    )

    async def hang_up():
        begun, asked = asyncio.Event(), iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive():
            if question := next(asked, None):
                return question
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message.get("body"):
                begun.set()
                await asyncio.sleep(0)  # the server hears of it while it still writes

        scope = {
            "type": "http", "method": "GET", "path": "/exports/hydrants.geojson", "query_string": b"",
            "headers": [(b"host", b"localhost")], "scheme": "http", "server": ("localhost", 80),
            "asgi": {"version": "3.0"},
        }  # fmt: skip
        await application(scope, receive, send)

    asyncio.run(hang_up())
    assert slots.SLOTS.acquire(blocking=False), "the place is free again"


def test_the_command_writes_a_whole_file_or_none(tmp_path, monkeypatch, capsys):
    hydrant("TN-1")
    path = tmp_path / "Trụ nước.csv"
    call_command("export_layer", "hydrants", path, crs="EPSG:5897", bbox="105,20,106,22", filter="ref = 'TN-1'")
    assert "TN-1" in path.read_text("utf-8-sig")
    before = path.read_bytes()

    def stop(_rows):
        raise KeyboardInterrupt

    monkeypatch.setattr("layers.management.commands.export_layer.Command._show", lambda _self, rows: stop(rows))
    with pytest.raises(CommandError, match=r"Stopped|Dừng"):
        call_command("export_layer", "hydrants", path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    for wrong in (("hydrants", tmp_path / "x.dwg"), ("wells", path), ("hydrants", tmp_path / "no" / "x.csv")):
        with pytest.raises(CommandError):
            call_command("export_layer", *wrong)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
