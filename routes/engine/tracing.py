"""Cells of a grid that pieces of roads run through, and the outlines of what they cover together.

A grid is (rows, columns), row 0 in the south, with a margin of empty cells; its corners are counted from the south-west
one. Outlines have what is covered on their left.
"""

from routes.engine.arrays import Bytes, Floats, Ints, Longs
from routes.engine.compiled import kernel


@kernel
def mark(
    vertex_xy: Floats,
    vertex_first: Ints,
    length_mm: Ints,
    edge: Longs,
    from_mm: Longs,
    to_mm: Longs,
    west: float,
    south: float,
    cell_m: float,
    grid: Bytes,
) -> None:
    """Mark every cell that the pieces run through; `west` and `south` are where the grid begins."""
    for piece in range(edge.shape[0]):
        first, last = vertex_first[edge[piece]], vertex_first[edge[piece] + 1] - 1
        drawn_m = 0.0
        for i in range(first, last):
            drawn_m += _apart(vertex_xy, i)
        stated_mm = length_mm[edge[piece]]
        scale = drawn_m / stated_mm if stated_mm > 0 else 0.0
        low, high, at = from_mm[piece] * scale, to_mm[piece] * scale, 0.0
        for i in range(first, last):
            part_m = _apart(vertex_xy, i)
            begin, end = max(low - at, 0.0), min(high - at, part_m)
            if begin <= end:
                share, rest = (begin / part_m, end / part_m) if part_m > 0 else (0.0, 0.0)
                x, y = vertex_xy[i, 0] - west, vertex_xy[i, 1] - south
                dx, dy = vertex_xy[i + 1, 0] - vertex_xy[i, 0], vertex_xy[i + 1, 1] - vertex_xy[i, 1]
                _mark_line(
                    (x + share * dx) / cell_m,
                    (y + share * dy) / cell_m,
                    (x + rest * dx) / cell_m,
                    (y + rest * dy) / cell_m,
                    grid,
                )
            at += part_m


@kernel
def _apart(vertex_xy: Floats, i: int) -> float:
    apart: float = ((vertex_xy[i + 1, 0] - vertex_xy[i, 0]) ** 2 + (vertex_xy[i + 1, 1] - vertex_xy[i, 1]) ** 2) ** 0.5
    return apart


@kernel
def _mark_line(x: float, y: float, to_x: float, to_y: float, grid: Bytes) -> None:
    """Go from cell to cell, over the side that the line comes to first."""
    column, row, last_column, last_row = int(x), int(y), int(to_x), int(to_y)
    right, up = (1 if to_x > x else -1), (1 if to_y > y else -1)
    grid[row, column] = 1
    while column != last_column or row != last_row:
        # Which share of the line lies before the next side in each direction; none left to cross counts as never.
        in_x = ((column + (right > 0)) - x) / (to_x - x) if column != last_column else 2.0
        in_y = ((row + (up > 0)) - y) / (to_y - y) if row != last_row else 2.0
        if in_x <= in_y:
            column += right
        else:
            row += up
        grid[row, column] = 1


@kernel
def number_parts(grid: Bytes, part: Ints, waiting: Ints) -> int:
    """Number what hangs together over sides of cells, from 1; give how many. `waiting` has room for every cell."""
    columns, parts = grid.shape[1], 0
    for row in range(grid.shape[0]):
        for column in range(columns):
            if not grid[row, column] or part[row, column]:
                continue
            parts += 1
            part[row, column] = parts
            waiting[0], count = row * columns + column, 1
            while count:
                count -= 1
                here = waiting[count]
                for side in range(4):
                    r, c = here // columns + (side == 0) - (side == 1), here % columns + (side == 2) - (side == 3)  # noqa: PLR2004
                    if grid[r, c] and not part[r, c]:
                        part[r, c] = parts
                        waiting[count] = r * columns + c
                        count += 1
    return parts


@kernel
def trace(grid: Bytes, part: Ints, begun: Bytes, place: Ints, path: Ints, corners: Ints, rings: Longs) -> int:
    """Write the outlines, each simple and of one part, one after the other; give how many.

    Parameters
    ----------
    begun, place
        Zeros: by cell, and by corner ((rows + 1) * (columns + 1),).
    path
        Room for the corners of one outline.
    corners
        (k, 2) column and row of each corner where an outline turns.
    rings
        (k + 1, 3) where each outline begins in `corners`, the part, twice its area in cells (of a hole below zero);
        behind them where the corners end.
    """
    found, written, columns = 0, 0, grid.shape[1]
    for row in range(1, grid.shape[0]):
        for column in range(1, columns):
            if not grid[row, column] or grid[row - 1, column] or begun[row, column]:
                continue
            x, y, heading, depth = column, row, 0, 0
            while True:
                corner = y * (columns + 1) + x
                # Only where two cells touch at a corner an outline comes by twice: what lies between is one of its own.
                if place[corner]:
                    found, written = _close(path, place[corner] - 1, depth, columns, part[row, column], place,
                                            corners, rings, found, written)  # fmt: skip
                    depth = place[corner] - 1
                path[depth] = corner
                depth += 1
                place[corner] = depth
                x, y, heading = _to_next_turn(grid, begun, x, y, heading)
                if x == column and y == row and heading == 0:
                    break
            found, written = _close(path, 0, depth, columns, part[row, column], place, corners, rings, found, written)
            place[path[0]] = 0
    rings[found, 0] = written
    return found


@kernel
def _to_next_turn(grid: Bytes, begun: Bytes, x: int, y: int, heading: int) -> tuple[int, int, int]:
    """Go on along what is covered, staying with its cell: east, north, west, south are 0 to 3."""
    while True:
        if heading == 0:
            begun[y, x] = 1
            x += 1
            left, right = grid[y, x], grid[y - 1, x]
        elif heading == 1:
            y += 1
            left, right = grid[y, x - 1], grid[y, x]
        elif heading == 2:  # noqa: PLR2004 - west
            x -= 1
            left, right = grid[y - 1, x - 1], grid[y, x - 1]
        else:
            y -= 1
            left, right = grid[y - 1, x], grid[y - 1, x - 1]
        if not left:
            return x, y, (heading + 1) & 3
        if right:
            return x, y, (heading + 3) & 3


@kernel
def _close(
    path: Ints,
    first: int,
    after: int,
    columns: int,
    part: int,
    place: Ints,
    corners: Ints,
    rings: Longs,
    found: int,
    written: int,
) -> tuple[int, int]:
    """Write the outline that `path` is from `first` on; its first corner stays on the path."""
    rings[found, 0], rings[found, 1] = written, part
    twice = 0
    for i in range(first, after):
        corner, following = path[i], path[i + 1 if i + 1 < after else first]
        x, y = corner % (columns + 1), corner // (columns + 1)
        corners[written, 0], corners[written, 1] = x, y
        twice += x * (following // (columns + 1)) - (following % (columns + 1)) * y
        written += 1
        if i > first:
            place[corner] = 0
    rings[found, 2] = twice
    return found + 1, written
