"""What every test stands on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from django.utils.translation import override

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
