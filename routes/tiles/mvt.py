"""Mapbox Vector Tiles 2.1 of lines and points, out of arrays.

PostGIS writes the tiles of what is stored. Verdicts are stored nowhere: they are in the memory of the process, where
they have to be found also while the store is silent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routes.engine.arrays import Bytes, Floats, Longs, first_of

POINT: Final = 1
LINE: Final = 2

_MOVE_TO: Final = 9  # one point
_LINE_TO: Final = 2
_VERSION: Final = 2
_VARINT_BYTES: Final = 5  # of 32 bits

Value = str | int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The shapes of features in units of the tile: parts of a feature follow each other. f features, p parts.

    A line needs two vertices that differ, else it is left out; a point is a part of one vertex.
    """

    kind: int  # `POINT` or `LINE`
    feature: Longs  # (p,) ascending
    first: Longs  # (p + 1,) vertices of each part
    xy: Floats  # (v, 2)


def layer(name: str, shapes: Drawn, tags: Sequence[dict[str, Value]], extent: int) -> bytes:
    """Write one layer of a tile; features without a shape are left out, and nothing is written without any.

    Parameters
    ----------
    tags
        (f,) the attributes of each feature.
    """
    keys: dict[str, int] = {}
    values: dict[Value, int] = {}
    features = [
        _field(2, _field(2, _tags(tags[at], keys, values)) + _number(3, shapes.kind) + _field(4, geometry))
        for at, geometry in _geometries(shapes)
    ]
    if not features:
        return b""
    body = [_number(15, _VERSION), _field(1, name.encode()), *features]
    body += [_field(3, key.encode()) for key in keys]
    body += [_field(4, _value(value)) for value in values]
    return _field(3, b"".join([*body, _number(5, extent)]))


def _tags(tags: dict[str, Value], keys: dict[str, int], values: dict[Value, int]) -> bytes:
    pairs = ((keys.setdefault(k, len(keys)), values.setdefault(v, len(values))) for k, v in tags.items())
    return b"".join(_varint(number) for pair in pairs for number in pair)


def _value(value: Value) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else _number(5, value)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


# Shapes, all at once: a tile has thousands of vertices --------------------------------------------------


def _geometries(shapes: Drawn) -> Iterator[tuple[int, bytes]]:
    """Yield features that have a shape, each with the commands that draw it."""
    feature, first, xy = _cleaned(shapes)
    if not len(feature):
        return
    stream, begins = _commands(feature, first, xy, points=shapes.kind == POINT)
    packed, ends = _varints(stream)
    starts = np.flatnonzero(np.diff(feature, prepend=-1))
    bounds = [*ends[begins[starts]].tolist(), len(packed)]
    content = packed.tobytes()
    for at, low, high in zip(feature[starts].tolist(), bounds, bounds[1:], strict=False):
        yield at, content[low:high]


def _cleaned(shapes: Drawn) -> tuple[Longs, Longs, Longs]:
    """Round to whole units, drop vertices on the one before, and lines without length."""
    xy = np.rint(shapes.xy).astype(np.int64)
    part = np.repeat(np.arange(len(shapes.feature)), np.diff(shapes.first))
    kept = np.ones(len(xy), bool)
    if shapes.kind == LINE and len(xy):
        kept[1:] = (part[1:] != part[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
        kept &= np.bincount(part[kept], minlength=len(shapes.feature))[part] > 1
    counts = np.bincount(part[kept], minlength=len(shapes.feature))
    there = counts > 0
    return shapes.feature[there], first_of(counts[there]), xy[kept]


def _commands(feature: Longs, first: Longs, xy: Longs, *, points: bool) -> tuple[NDArray[np.uint32], Longs]:
    """Write move-to and line-to of all parts into one row, and say where each part begins in it."""
    before = np.vstack([np.zeros((1, 2), np.int64), xy[:-1]])
    before[first[:-1][np.flatnonzero(np.diff(feature, prepend=-1))]] = 0  # each feature starts at the corner
    steps = xy - before
    zigzag = (steps << 1) ^ (steps >> 63)
    extra = 1 if points else 2  # commands of a part
    parts = np.arange(len(feature))
    begins = 2 * first[:-1] + extra * parts
    stream = np.zeros(2 * len(xy) + extra * len(feature), np.int64)
    part = np.repeat(parts, np.diff(first))
    at = 2 * np.arange(len(xy)) + extra * (part + 1)
    at[first[:-1]] = begins + 1
    stream[at], stream[at + 1] = zigzag.T
    stream[begins] = _MOVE_TO
    if not points:
        stream[begins + 3] = (np.diff(first) - 1) << 3 | _LINE_TO
    return stream.astype(np.uint32), begins


def _varints(stream: NDArray[np.uint32]) -> tuple[Bytes, Longs]:
    """Write numbers in seven bits a byte; gives the bytes, and where each number begins."""
    length = np.ones(len(stream), np.int64)
    for more in range(1, _VARINT_BYTES):
        length += stream >= np.uint32(1) << np.uint32(7 * more)
    begins = first_of(length)
    packed = np.zeros(int(begins[-1]), np.uint8)
    for nth in range(_VARINT_BYTES):
        there = length > nth
        bits = stream[there] >> np.uint32(7 * nth) & np.uint32(0x7F)
        packed[begins[:-1][there] + nth] = bits | np.where(length[there] > nth + 1, 0x80, 0)
    return packed, begins
