"""Documents that can be compared with the code are."""

import re
from pathlib import Path

import pytest

from gis_core.management.commands.describe_layers import describe
from gis_core.roles import PERMISSIONS, Action, Role

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_of_layers_is_what_the_registry_says():
    assert (ROOT / "docs/reference/layers.md").read_text("utf-8") == describe(), (
        "run: manage.py describe_layers > docs/reference/layers.md"
    )


def test_every_setting_read_from_the_environment_is_documented():
    names = set(re.findall(r'"(THUYLO_[A-Z_]+|DATABASE_URL)"', (ROOT / "gis_core/settings.py").read_text("utf-8")))
    documented = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    assert names, "the pattern no longer finds the settings"
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


def test_the_table_of_roles_is_the_table_in_the_code():
    lines = (ROOT / "docs/reference/roles.md").read_text("utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    header = [
        cell.strip(" `") for cell in next(line for line in lines if line.startswith("| action")).strip("|").split("|")
    ]
    written = {
        Role(role): frozenset(Action(row[0]) for row in rows if row[column] == "yes")
        for column, role in enumerate(header)
        if column
    }
    assert written == PERMISSIONS


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))], ids=lambda p: p.name)
def test_every_link_between_documents_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
