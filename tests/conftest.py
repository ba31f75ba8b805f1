"""What every test stands on."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import override_settings
from django.utils.translation import override
from pytest_django.plugin import blocking_manager_key

PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(autouse=True, scope="session")
def _settings_of_a_test_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve static files from the sources, not from an earlier `collectstatic`, and answer plain HTTP on loopback."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES={**settings.STORAGES, **PLAIN_STATIC}, SECURE_SSL_REDIRECT=False):
        yield root


@pytest.fixture
def english() -> Iterator[None]:
    """Texts as they stand in the sources, for tests that read them."""
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what the test before cached: its data was rolled back, and version numbers begin again."""
    for name in settings.CACHES:
        caches[name].clear()
    if remembered := sys.modules.get("routes.remembered"):
        remembered.forget()


@pytest.fixture
def codes_of_old(db: None) -> None:
    """Let columns hold any code, as a table may that was filled before the database guarded it."""
    with connection.cursor() as cursor:
        # What was written in this transaction must be through with its triggers before a table is altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            r"WHERE contype = 'c' AND conname LIKE '%\_known'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Put back what migrations filled: a test that commits ends with every table empty, whichever test comes next."""
    yield
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        assumptions, profiles = import_module("routes.assumptions"), import_module("routes.vehicle_profiles")
        with item.config.stash[blocking_manager_key].unblock():
            assumptions.ensure_assumptions(apps.get_model("routes.RoadClassAssumption"))
            profiles.ensure_profiles(apps.get_model("routes.Vehicle"))
            # To empty a table counts as a change of it; the next test's data begins at none.
            apps.get_model("gis_core.DataVersion").objects.all().delete()
