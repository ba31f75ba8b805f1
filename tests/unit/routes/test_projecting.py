"""The quick way from degrees to metres is PROJ's, to a hundredth of a micrometre."""

import numpy as np
import pytest

from routes.network import projecting
from routes.network.projecting import EXACT_M, metres_of
from routes.way import METRIC


def places(count, wide_deg):
    rng = np.random.default_rng(7)
    return np.array([105.3, 20.6]) + rng.uniform(0, wide_deg, (count, 2))


@pytest.mark.parametrize("wide_deg", [0.0, 0.01, 0.9, 3.0])
def test_a_city_of_vertices_lies_where_proj_puts_it(wide_deg):
    lon_lat = places(30_000, wide_deg)
    assert np.abs(metres_of(lon_lat) - np.column_stack(METRIC.from_wgs84(*lon_lat.T))).max() < EXACT_M


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_few_vertices_are_left_to_proj(count):
    lon_lat = places(count, 0.5).reshape(-1, 2)
    assert np.array_equal(metres_of(lon_lat), np.column_stack(METRIC.from_wgs84(*lon_lat.T)))


def test_where_the_fit_is_not_good_enough_proj_does_it_all(monkeypatch):
    monkeypatch.setattr(projecting, "_DEGREE", 2)
    lon_lat = places(30_000, 0.9)
    assert np.array_equal(metres_of(lon_lat), np.column_stack(METRIC.from_wgs84(*lon_lat.T)))
