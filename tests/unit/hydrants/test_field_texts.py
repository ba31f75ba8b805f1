"""The texts of the field team's page: all there, all used, none written into a script."""

import re
from pathlib import Path

from hydrants.field_texts import FIELD_TEXTS
from layers.map_texts import MAP_TEXTS

SCRIPTS = Path(__file__).resolve().parents[3] / "hydrants/static/hydrants"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.js"))}
ALL = "\n".join(SOURCES.values())
KEY = r'"((?:where|due|tours|source|check|kept|told|around|area)\.[a-z0-9_.]+)"'


def test_every_text_that_a_script_asks_for_exists():
    asked = set(re.findall(r'\bt\("([^"]+)"', ALL)) | set(re.findall(KEY, ALL))
    assert len(asked) > 50, "the pattern no longer finds the texts"
    assert asked <= {*MAP_TEXTS, *FIELD_TEXTS}


def test_every_text_is_used():
    built = ("check.remarks", "check.inspected_by", "area.buildings_", "area.people_")  # t(`area.${name}`)
    assert [key for key in FIELD_TEXTS if f'"{key}"' not in ALL and not key.startswith(built)] == []


def test_no_text_takes_the_place_of_one_of_the_map():
    assert not set(FIELD_TEXTS) & set(MAP_TEXTS)


def test_scripts_make_text_nodes_name_no_other_host_and_ask_where_somebody_is_in_one_place():
    for name, source in SOURCES.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), name
    assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]{2,}/", ALL)
    assert [name for name, source in SOURCES.items() if "geolocation" in source] == ["where.js"]
