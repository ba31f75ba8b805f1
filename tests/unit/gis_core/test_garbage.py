"""What is kept for long is not looked through for garbage."""

import gc

import pytest

from gis_core.garbage import settle


@pytest.fixture(autouse=True)
def _as_before():
    yield
    gc.unfreeze()


def test_what_is_there_is_looked_through_no_more_and_what_comes_later_is():
    kept = [[number] for number in range(1_000)]
    settle()
    looked_through = {id(each) for each in gc.get_objects()}
    later = [[]]
    assert looked_through.isdisjoint(map(id, kept))
    assert id(later) in {id(each) for each in gc.get_objects()}
