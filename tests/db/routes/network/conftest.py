"""Each test has a network of its own, and files of its own."""

from dataclasses import fields

import numpy as np
import pytest
from django.test import override_settings

from routes.engine.arrays import Texts
from routes.network import live


@pytest.fixture(autouse=True)
def _own_files(tmp_path):
    with override_settings(RUN_DIR=tmp_path):
        yield


@pytest.fixture
def network():
    """What a process would see now."""
    seen = live.LiveNetwork()
    return lambda: seen.current().network


def same(first, second):
    """Two states of the network hold the same, to the bit."""
    for part in ("topology", "roads", "standings"):
        one, other = getattr(first, part), getattr(second, part)
        for column in fields(one):
            a, b = getattr(one, column.name), getattr(other, column.name)
            if isinstance(a, np.ndarray):
                assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), (part, column.name)
                assert a.dtype == b.dtype, (part, column.name)
            elif isinstance(a, Texts):
                count = len(a.first) - 1
                assert [a[i] for i in range(count)] == [b[i] for i in range(count)], (part, column.name)
            elif (part, column.name) != ("topology", "version"):
                assert a == b, (part, column.name)
    return True
