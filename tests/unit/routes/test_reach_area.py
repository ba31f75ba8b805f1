"""Reached pieces as areas, and what is reached only perhaps."""

import numpy as np
import pytest
import shapely

from routes.engine.squares import outlined
from routes.reach import beyond
from routes.reach_area import Pieces, area_of, cell_side_m
from tests.networks import Edge, network_of
from tests.sketch import Sketch

SKETCH = Sketch(
    """
    A....B....C
         .
         D
    """,
    cell_m=20.0,
)
NETWORK = network_of([Edge("ABC"), Edge("BD"), Edge("CD")], sketch=SKETCH)


def pieces(*rows):
    return Pieces(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))


def test_the_area_holds_every_piece_and_nothing_farther_than_a_diagonal():
    some = pieces((0, 0, 90_000), (1, 10_000, 40_000), (2, 0, 0))
    area = area_of(NETWORK, some, cell_m=10.0)
    drawn = shapely.union_all(
        [
            shapely.ops.substring(SKETCH.metres(path), low / 1000, high / 1000)
            for path, low, high in (("ABC", 0, 90_000), ("BD", 10_000, 40_000), ("CD", 0, 0))
        ]
    )
    assert area.is_valid
    assert area.buffer(5.0).covers(drawn)
    assert drawn.buffer(10.0 * 2**0.5 + 1e-6).covers(area)


def test_nothing_reached_is_an_empty_area():
    assert area_of(NETWORK, Pieces(*[np.zeros(0, np.int64)] * 3), cell_m=10.0).is_empty


def test_the_squares_grow_with_the_metres_to_draw():
    assert [cell_side_m(metres) for metres in (0, 300_000, 600_000, 9_000_000)] == [25, 50, 100, 200]


@pytest.mark.parametrize("seed", range(30))
def test_beyond_is_what_is_left_millimetre_by_millimetre(seed):
    rng = np.random.default_rng(seed)

    def some():
        rows = []
        for edge in range(4):
            cuts = np.sort(rng.choice(60, 2 * int(rng.integers(0, 4)), replace=False))
            rows += [(edge, low, high) for low, high in cuts.reshape(-1, 2).tolist()]
        return pieces(*rows) if rows else Pieces(*[np.zeros(0, np.int64)] * 3)

    def millimetres(of):
        return {(e, mm) for e, low, high in zip(of.edge, of.from_mm, of.to_mm, strict=True) for mm in range(low, high)}

    every, surely = some(), some()
    left = beyond(every, surely)
    assert millimetres(left) == millimetres(every) - millimetres(surely)
    assert left.length_m == pytest.approx(len(millimetres(left)) / 1000)


@pytest.mark.parametrize("seed", range(60))
def test_outlines_of_squares_are_their_union_also_where_they_touch_at_corners(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 14, 2)
    grid = np.pad((rng.random((rows, columns)) < rng.uniform(0.1, 0.9)).astype(np.uint8), 1)
    grid[1, 1] = 1
    area = outlined(grid, np.array([5.0, 7.0]), 10.0)
    row, column = np.nonzero(grid)
    west, south = 10.0 * (column + 5), 10.0 * (row + 7)
    assert area.is_valid
    assert area.equals(shapely.union_all(shapely.box(west, south, west + 10, south + 10)))
    assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in area.geoms)


@pytest.mark.parametrize("seed", range(20))
def test_every_square_that_a_piece_runs_through_is_in_the_area_and_no_other(seed):
    """Not only those under points taken here and there along it: a corner cut short counts."""
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.integers(0, 100_000, 2))
    area = area_of(NETWORK, pieces((0, low, high)), cell_m=7.0)
    line = shapely.ops.substring(SKETCH.metres("ABC"), low / 1000, high / 1000)
    assert area.buffer(1e-6).covers(line)
    west, south, east, north = area.bounds
    for x in np.arange(west, east, 7.0):
        for y in np.arange(south, north, 7.0):
            square = shapely.box(x, y, x + 7.0, y + 7.0)
            if area.buffer(-1e-3).intersects(square.centroid):
                assert square.buffer(1e-6).intersects(line)
