"""The static files as production serves them: names with a hash, also inside scripts."""

import json
import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from gis_core.npm_static import NODE_MODULES
from gis_core.static_modules import modules_of

HASHED = {**settings.STORAGES, "staticfiles": {"BACKEND": "gis_core.npm_static.HashedStorage"}}


@pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="node_modules is absent: script/bootstrap fetches it")
def test_every_module_imports_its_neighbours_by_their_hashed_names(tmp_path):
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=HASHED):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    scripts = [
        name
        for path, name in paths.items()
        if path.startswith(("layers/", "hydrants/", "routes/")) and path.endswith(".js")
    ]
    assert len(scripts) > 5
    found = [
        (name, normpath(join(dirname(name), imported)))
        for name in scripts
        for imported in re.findall(r'from "(\.[^"]+)"', (tmp_path / name).read_text("utf-8"))
    ]
    assert any(name.startswith("hydrants/") and imported.startswith("layers/") for name, imported in found)
    assert [each for each in found if each[1] not in paths.values()] == []


@pytest.mark.parametrize("name", ["layers/map.js", "hydrants/field.js", "routes/plans.js"])
def test_a_page_names_every_module_that_its_script_comes_to(name):
    named = [name, *modules_of(name)]
    assert len(named) == len(set(named)) > 10
    imported = {
        normpath(join(dirname(each), other))
        for each in named
        for other in re.findall(r'from "(\.[^"]+)"', Path(finders.find(each)).read_text("utf-8"))
    }
    assert imported == set(named) - {name}
