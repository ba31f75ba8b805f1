"""Units on a small map, files of one row, and people with roles."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection, models, transaction

from gis_core.importing import OPERATOR, FieldMapping, ImportReport, import_file
from gis_core.models import AdministrativeUnit, RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import Role
from hydrants.models import Hydrant
from tests.live_pages import pages_of_a_server

TODAY = date(2026, 11, 1)


@pytest.fixture
def unit(db) -> Callable[..., AdministrativeUnit]:
    """Make a unit of 0.1° by 0.1° whose western edge is `west`, unless a box is given."""

    def make(name: str, west: float = 105.8, **values: Any) -> AdministrativeUnit:
        box = values.pop("box", (west, 21.0, west + 0.1, 21.1))
        return AdministrativeUnit.objects.create(
            **{
                "ref": name, "code": name, "name": name, "level": 3, "valid_from": date(2025, 7, 1),
                "geom": MultiPolygon(Polygon.from_bbox(box), srid=4326), **values,
            }
        )  # fmt: skip

    return make


@pytest.fixture
def person(db) -> Callable[..., Any]:
    def make(role: Role | None, unit: AdministrativeUnit | None = None, **values: Any) -> Any:
        user = get_user_model().objects.create_user(f"{role}-{unit}", **values)
        if role:
            RoleGrant.objects.create(user=user, role=role, administrative_unit=unit)
        return user

    return make


@pytest.fixture
def load(db, tmp_path) -> Callable[..., ImportReport]:
    """Import rows, or a file that is there, into a layer: a dry run unless `apply` is given."""

    def load(source: Any, *, layer: str = "hydrants", mapping: Any = None, **options: Any) -> ImportReport:
        return import_file(
            layer_registry.get(layer),
            source if isinstance(source, Path) else _geojson(tmp_path / "rows.geojson", source),
            mapping=FieldMapping.from_json(mapping) if mapping else None,
            **{"actor": OPERATOR, "at": TODAY, **options},
        )

    return load


@pytest.fixture
def live(settings, monkeypatch) -> Iterator[Any]:
    with pages_of_a_server(settings, monkeypatch) as opened:
        yield opened


@pytest.fixture
def pillar(db) -> Hydrant:
    """A hydrant that works."""
    return Hydrant.objects.create(ref="H-012", geom=Point(105.85, 21.03), status="working")


def hydrant(ref: str = "TN-1", lon: float = 105.85, lat: float = 21.03, **properties: Any) -> dict[str, Any]:
    """A hydrant as a GeoJSON feature."""
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {"ref": ref, **properties}}


def columns_where(holds: Callable[[models.Field], bool]) -> list[Any]:
    """List the columns of our tables, but for the history's, as parameters of a test."""
    found = (
        (model, field)
        for room in ("gis_core", "layers", "hydrants", "routes")
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.local_fields
        if model._meta.managed and not hasattr(model, "pgh_tracked_model") and holds(field)
    )
    return [pytest.param(model, field, id=f"{model.__name__}-{field.name}") for model, field in found]


def checks_of(model: type[models.Model]) -> set[str]:
    """Name the check constraints that a table has in the database."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {name for name, constraint in found.items() if constraint["check"]}


def write_gate(ref: str, **values: Any) -> None:
    """Write a gate as somebody in psql would."""
    columns = "".join(f", {name}" for name in values)
    places = "".join(", %s" for _ in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO routes_accessrestriction (ref, kind, geom{columns}) "
            f"VALUES (%s, 'gate', 'SRID=4326;POINT(105.8157 21.00325)'{places})",
            [ref, *values.values()],
        )


def _geojson(path: Path, features: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path
