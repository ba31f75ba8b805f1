"""Columns find their fields by name, by title, by a cut name, or by a mapping; nothing is guessed."""

import json

import pytest

from gis_core.fields import LayerField
from gis_core.importing.mapping import BadMapping, FieldMapping, match_columns
from gis_core.importing.values import check_reference


class FakeLayer:
    id = "hydrants"
    fields = tuple(
        LayerField(name, name, title, "string", editable=name != "version")
        for name, title in {
            "ref": "reference", "name": "name", "status": "status", "diameter_mm": "diameter", "version": "version",
            "static_pressure_kpa": "static pressure", "clear_width_m": "clear width", "clear_width_on": "observed on",
            "start": "day", "end": "day", "tags": "tags",
        }.items()
    )  # fmt: skip


def matched(*columns, truncated=False, **mapping):
    return match_columns(FakeLayer(), columns, FieldMapping(**mapping), truncated=truncated)


def test_columns_match_by_name_and_title_without_regard_to_case_and_diacritics():
    assert matched("REF", "Diameter", "Static  Pressure").matched == {
        "REF": "ref",
        "Diameter": "diameter_mm",
        "Static  Pressure": "static_pressure_kpa",
    }


def test_what_has_no_field_is_kept_and_what_the_database_keeps_is_left_out():
    columns = matched("ref", "OBJECTID", "version")
    assert (columns.unmatched, columns.ignored) == (("OBJECTID",), ("version",))


def test_a_title_that_two_fields_share_matches_neither():
    assert matched("day").unmatched == ("day",)


def test_a_name_beats_a_title():
    columns = matched("diameter_mm", "diameter")
    assert columns.matched == {"diameter_mm": "diameter_mm"}
    assert columns.unmatched == ("diameter",)


def test_names_cut_by_a_shapefile_match_where_they_can_mean_one_field_only():
    columns = matched("static_pre", "clear_widt", truncated=True)
    assert columns.matched == {"static_pre": "static_pressure_kpa"}
    assert columns.unmatched == ("clear_widt",)
    assert matched("static_pre").matched == {}


def test_the_mapping_beats_names_and_null_leaves_a_column_out():
    columns = matched("ref", "name", "tên", fields={"tên": "name", "name": None})
    assert columns.matched == {"ref": "ref", "tên": "name"}
    assert columns.ignored == ("name",)


def test_two_columns_for_one_field_are_refused():
    with pytest.raises(BadMapping, match=r"Status, STATUS would all become status"):
        matched("Status", "STATUS")


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"fields": {"nowhere": "name"}}, "columns that the file has not"),
        ({"fields": {"ref": "colour"}}, "has no field colour"),
        ({"constants": {"version": 3}}, "has no field version"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_what_there_is(mapping, reason):
    with pytest.raises(BadMapping, match=reason):
        matched("ref", **mapping)


@pytest.mark.parametrize("content", ["[1]", "{", '{"field": {}}', '{"fields": []}', '{"decimal": "·"}', '{"x": "X"}'])
def test_a_mapping_file_that_makes_no_sense_is_refused(tmp_path, content):
    path = tmp_path / "m.json"
    path.write_text(content)
    with pytest.raises(BadMapping):
        FieldMapping.from_file(path)


def test_a_mapping_file_may_carry_comments_and_one_template(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"#": "checked with the water company on 2026-11-02", "ref": "HN-{ID}"}))
    assert FieldMapping.from_file(path).ref == ("HN-{ID}",)


def test_a_file_without_reference_is_refused_with_the_way_to_make_one():
    columns = matched("ID")
    with pytest.raises(BadMapping, match=r'\{"ref": \["HN-\{ID\}"\]\}'):
        check_reference(FakeLayer(), columns, FieldMapping())
    check_reference(FakeLayer(), columns, FieldMapping(ref=("HN-{ID}",)))
    with pytest.raises(BadMapping, match="has not: no"):
        check_reference(FakeLayer(), columns, FieldMapping(ref=("HN-{no}",)))
