"""Real files as they come: loud where they are wrong, calm where they are only odd. Skipped where they are absent."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point

from gis_core.crs import CrsConflict
from gis_core.importing import BadMapping
from gis_core.models import AdministrativeSuccession, AdministrativeUnit
from gis_core.succession import link_successions
from hydrants.models import Hydrant

pytestmark = [pytest.mark.django_db, pytest.mark.real_data, pytest.mark.usefixtures("english")]

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

WARDS = {
    "#": "the 126 of NQ 1656/NQ-UBTVQH15; fullName begins with phường or xã",
    "fields": {"fullName": None, "nameEn": None, "fullNameEn": None},
    "ref": "ward-{code}",
    "constants": {"level": 3, "valid_from": "2025-07-01", "source": "sapnhap.bando.com.vn"},
}
DISTRICTS = {
    "#": "geometry of 2019; the day is that of the city's first borders, which nobody asks for",
    "fields": {"level2_id": "code"},
    "ref": "district-{level2_id}",
    "constants": {"level": 2, "valid_from": "1976-01-01", "valid_to": "2025-07-01"},
}
VIENTIANE = {"fields": {"fh_diamete": "diameter_mm"}, "ref": ["vte-{friehydran}", "vte-{ogc_fid}"]}


def real(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the real file {path}, which is no part of the project")
    return path


@pytest.fixture
def units(load):
    for name, mapping in (("126_wards", WARDS), ("30_districts", DISTRICTS)):
        report = load(
            real(f"boundaries/hanoi_{name}.geojson"), layer="administrative-units", mapping=mapping, apply=True
        )
        assert not report.refused


def names_at(day, level):
    found = AdministrativeUnit.objects.at(day).filter(level=level)
    return {unit.name for unit in found.filter(geom__intersects=Point(105.8523, 21.0285, srid=4326))}


def test_the_units_of_both_times_load_and_answer_by_date(units):
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert AdministrativeUnit.objects.at(before).count() == 30
    assert AdministrativeUnit.objects.at(after).count() == 126
    assert names_at(before, 2) == {"Quận Hoàn Kiếm"}
    assert names_at(after, 3) == {"Hoàn Kiếm"}
    assert AdministrativeUnit.objects.get(ref="ward-00004").code == "00004"


def test_every_district_has_successors_that_hold_nearly_all_of_it(units):
    found = link_successions()
    assert found.ended_without == 0
    held: dict[str, float] = {}
    pairs = AdministrativeSuccession.objects.values_list(
        "predecessor__name", "successor__name", "predecessor_share", "successor_share"
    )
    for old, _, share, _ in pairs:
        held[old] = held.get(old, 0) + share
    assert len(held) == 30
    assert all(0.97 < share <= 1.001 for share in held.values()), held
    assert ("Quận Hoàn Kiếm", "Hoàn Kiếm") in {(old, new) for old, new, _, share in pairs if share > 0.99}


def test_the_units_again_change_nothing(units, load):
    report = load(real("boundaries/hanoi_126_wards.geojson"), layer="administrative-units", mapping=WARDS)
    assert report.counts == {"unchanged": 126}


def test_the_hydrants_of_vientiane_are_refused_for_their_place_and_told_for_their_letters(load):
    report = load(real("hydrants/vientiane_firehydrant_epsg32648.zip"), mapping=VIENTIANE, apply=True)
    assert report.crs == "EPSG:32648"
    assert report.counts == {"refused": 208}
    assert {c.message.split(" (")[0] for row in report.refused for c in row.complaints} == {"The place"}
    assert any("Letters were lost" in doubt.complaint.text for doubt in report.doubts)
    assert not Hydrant.objects.exists()


def test_the_hydrants_of_vientiane_keep_their_destroyed_texts_and_no_diameter_of_zero(load):
    load(real("hydrants/vientiane_firehydrant_epsg32648.zip"), mapping=VIENTIANE, anywhere=True, apply=True)
    assert Hydrant.objects.count() == 208
    assert Hydrant.objects.filter(diameter_mm=None).count() == 202
    assert not Hydrant.objects.filter(diameter_mm=0).exists()
    assert Hydrant.objects.filter(tags__village__icontains="????").exists()


def test_the_prj_of_vientiane_is_not_overruled(load):
    with pytest.raises(CrsConflict):
        load(real("hydrants/vientiane_firehydrant_epsg32648.zip"), mapping=VIENTIANE, crs="EPSG:3405")


def test_a_german_utility_export_is_refused_row_by_row_with_every_reason(load):
    path = real("hydrants/ewk_raw.csv")
    with pytest.raises(BadMapping, match=r"such as \{\"ref\""):
        load(path)
    columns = {"XTRID (string)": "ref", "NENNWEITE4 (string)": "diameter_mm", "STRAßENNAM (string)": "street"}
    report = load(path, mapping={"fields": columns})
    assert report.counts == {"refused": 309}
    text = report.text()
    assert "lies outside Vietnam" in text
    assert '"unbekannt"' in text
    assert len(text) < 30_000


def test_hydrants_of_openstreetmap_without_references_are_refused_for_both_reasons(load):
    report = load(real("hydrants/osm_germany_2014.geojson"), mapping={"ref": "{@id}"})
    assert report.counts == {"refused": 1949}
    assert [count for _, count in report.reasons] == [1949]
