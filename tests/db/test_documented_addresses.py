"""Every address and command in the documents works on the demo data."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands
from django.db import connection

from routes.assumptions import ensure_assumptions
from routes.vehicle_profiles import ensure_profiles

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
SERVER = "http://127.0.0.1:8000"


def console_lines():
    """Yield (page, line) for every command in a console block."""
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("$ "):
                    yield page.name, line[2:]


def asked_addresses():
    """Yield (page, path with query, body or None) for every curl line and every bare address of our server."""
    for page, line in console_lines():
        words = shlex.split(line, comments=True)
        if words and words[0] == "curl":
            address = next(word for word in words if word.startswith(SERVER))
            body = words[words.index("-d") + 1] if "-d" in words else None
            yield page, address.removeprefix(SERVER), body
    for page in PAGES:
        for address in re.findall(rf"<{SERVER}(/[^>]*)>", page.read_text("utf-8")):
            yield page.name, address, None


@pytest.mark.django_db
def test_every_documented_address_answers_on_the_demo_data(client):
    # A test that commits empties the tables that migrations filled, and may have run before this one.
    ensure_profiles()
    ensure_assumptions()
    call_command("load_demo", verbosity=0)
    asked = list(asked_addresses())
    assert len(asked) > 8, "the pattern no longer finds the addresses"
    for page, address, body in asked:
        response = client.post(address, json.loads(body), "application/json") if body else client.get(address)
        # The administration asks to sign in.
        assert response.status_code in {200, 302}, f"{page}: {address} answers {response.status_code}"


@pytest.mark.django_db
def test_the_tutorials_edit_is_answered_from_the_next_question_on(client):
    """A hydrant that the tutorial breaks in SQL is passed over at once, and its history is kept."""
    call_command("load_demo", verbosity=0)
    edits = [shlex.split(line)[-1] for page, line in console_lines() if line.startswith("script/db psql -c")]
    watched, *edits = edits  # the first is watched in the browser
    assert (len(edits), watched.split()[:2]) == (2, edits[0].split()[:2])

    def nearest():
        return client.get("/api/nearest-water?lon=105.8150&lat=21.0030&mode=straight&limit=3").json()

    before = nearest()["features"][0]["properties"]["ref"]
    with connection.cursor() as cursor:
        cursor.execute(edits[0])
        assert cursor.rowcount == 1
        cursor.execute(edits[1])
        assert [(label, status) for label, status, *_ in cursor.fetchall()] == [
            ("insert", "working"),
            ("update", "faulty"),
        ]
        cursor.execute(watched)
        assert cursor.rowcount == 1, "the hydrant that is to be watched is there too"
    after = nearest()
    assert before in [feature["properties"]["ref"] for feature in after["passed_over"]]
    assert before not in [feature["properties"]["ref"] for feature in after["features"]]


def test_every_documented_management_command_exists():
    called = {match for page in PAGES for match in re.findall(r"manage\.py (\w+)", page.read_text("utf-8"))}
    assert called <= set(get_commands())


def test_every_documented_script_exists():
    called = {match for page in PAGES for match in re.findall(r"\bscript/([a-z-]+)", page.read_text("utf-8"))}
    assert [name for name in sorted(called) if not (ROOT / "script" / name).is_file()] == []


def test_the_interface_speaks_vietnamese_unless_asked_otherwise(client, db):
    vietnamese = client.get("/ogc/collections/hydrants").json()["title"]
    english = client.get("/ogc/collections/hydrants", headers={"accept-language": "en"}).json()["title"]
    assert (vietnamese, english) == ("Trụ nước chữa cháy", "Hydrants")
