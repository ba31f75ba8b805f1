"""Reached pieces as areas, and what is reached only perhaps."""

import numpy as np
import pytest
import shapely

from routes.reach import beyond
from routes.reach_area import Pieces, area_of, cell_side_m, places_on
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


def test_places_lie_on_the_line_and_beyond_an_end_is_the_end():
    at_m = np.array([-5.0, 0.0, 30.0, 100.0, 150.0, 999.0])
    found = places_on(NETWORK, np.zeros(6, np.int64), at_m)
    line = SKETCH.metres("ABC")
    expected = shapely.get_coordinates(shapely.line_interpolate_point(line, np.clip(at_m, 0, line.length)))
    assert found == pytest.approx(expected, abs=1e-6)


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
