"""What every test stands on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(autouse=True, scope="session")
def _settings_of_a_test_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve static files from the sources, not from an earlier `collectstatic`, and answer plain HTTP on loopback."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES={**settings.STORAGES, **PLAIN_STATIC}, SECURE_SSL_REDIRECT=False):
        yield root
