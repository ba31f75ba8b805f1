"""The interface is Vietnamese first: every text of the sources has a translation that can be filled in."""

import re

import pytest

from tests import texts


@pytest.fixture(scope="module")
def catalogue():
    return texts.read_catalogue()


def test_every_text_has_a_vietnamese_translation(catalogue):
    missing = [text for text in sorted(texts.texts_of_sources()) if not catalogue.get(text)]
    assert missing == [], "run tests/texts.py, then translate these in locale/vi"


def test_no_translation_is_left_of_a_text_that_is_gone(catalogue):
    assert set(catalogue) <= set(texts.texts_of_sources())


def test_a_translation_fills_the_same_places_as_the_text(catalogue):
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[^\w\s]*[a-z]|\{\w+\}|%%", text))

    odd = {text: vi for text, vi in catalogue.items() if vi and places(text) != places(vi)}
    assert odd == {}


def test_the_collector_sees_messages_and_titles_of_errors_and_templates():
    found = texts.texts_of_sources()
    assert "The coordinates look swapped" in found
    assert "Layer %(layer)s has no feature %(id)s." in found
    assert "Layers and legend" in found
    assert "The data store does not answer" in found


def test_a_translation_ends_as_the_text_does(catalogue):
    """Sentences are put together of parts: a full stop too many stands in the middle."""
    odd = {text: vi for text, vi in catalogue.items() if text.endswith(".") is not vi.endswith(".")}
    assert odd == {}
