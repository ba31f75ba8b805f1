"""The texts of the map page: all there, all used, none written into a script."""

import re
from pathlib import Path

from layers.map_texts import MAP_TEXTS

SCRIPTS = Path(__file__).resolve().parents[3] / "layers/static/layers"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.js"))}
ALL = "\n".join(SOURCES.values())


def test_every_text_that_a_script_asks_for_exists():
    asked = set(re.findall(r'\bt\("([^"]+)"', ALL)) | set(re.findall(r'"((?:nearest|way|layers)\.[a-z_.]+)"', ALL))
    assert asked <= set(MAP_TEXTS), asked - set(MAP_TEXTS)


def test_every_text_is_used():
    built = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)\.\$\{", ALL))
    suffixes = {f".{suffix}" for suffix in re.findall(r"`\$\{\w+\}\.([a-z_]+)`", ALL)}
    suffixes |= {f".{suffix}" for suffix in re.findall(r"\$\{key\}\.([a-z]+)", ALL)}
    unused = [
        key
        for key in MAP_TEXTS
        if f'"{key}"' not in ALL
        and not any(key.startswith(f"{prefix}.") for prefix in built)
        and not any(key.endswith(suffix) for suffix in suffixes)
        and key.split(".")[0] != "way"
    ]
    assert unused == []


def test_scripts_make_text_nodes_and_never_parse_markup():
    for name, source in SOURCES.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), name


def test_scripts_name_no_other_host():
    assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]{2,}/", ALL)
