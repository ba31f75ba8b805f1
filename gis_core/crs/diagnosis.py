"""Do these coordinates belong here? The known mistakes, found from where they put the points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_core.crs.catalogue import CATALOGUE, CatalogueEntry
from gis_core.crs.transform import Floats, Transformer
from gis_core.values import Bbox

HANOI: Final = Bbox(105.28, 20.56, 106.03, 21.39)
"""Where coordinates of Hanoi are expected, in degrees of WGS 84; its 126 wards reach to 0.005° from the edges."""

Mistake: TypeAlias = Literal["not finite", "axes swapped", "another CRS", "unexplained"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One explanation for the rows that the declared CRS puts in the wrong place."""

    mistake: Mistake
    rows: tuple[int, ...]
    """Positions in the arrays that were examined."""
    suggested: tuple[str, ...] = ()
    """Codes under which the rows would lie where they are expected, the likeliest first."""


def diagnose(xs: ArrayLike, ys: ArrayLike, declared: CatalogueEntry, *, envelope: Bbox = HANOI) -> list[Diagnosis]:
    """Find the rows that `declared` puts outside `envelope`, grouped by what would explain them.

    Parameters
    ----------
    xs, ys
        Arrays of one length, in the order of the file; a vertex of each geometry will do.
    declared
        The CRS that the file is said to be in.
    envelope
        Where the rows belong, in OGC:CRS84.

    Returns
    -------
    Nothing where every row lies inside, else up to one diagnosis for each of: not finite, axes swapped, another CRS,
    another CRS with axes swapped, and no explanation. Mistakes smaller than the envelope do not show: those are for
    `reconcile`.
    """
    x, y = (np.asarray(values, np.float64).ravel() for values in (xs, ys))
    finite = np.isfinite(x) & np.isfinite(y)
    lost = finite & ~_inside(x, y, declared, envelope)
    findings = list(_explain(x, y, declared, envelope, lost)) if lost.any() else []
    if not finite.all():
        findings.insert(0, _finding("not finite", ~finite))
    return findings


def _explain(
    x: Floats, y: Floats, declared: CatalogueEntry, envelope: Bbox, lost: NDArray[np.bool_]
) -> Iterator[Diagnosis]:
    others = [entry for entry in CATALOGUE.values() if entry != declared]
    hypotheses: tuple[tuple[Mistake, list[CatalogueEntry]], ...] = (
        ("axes swapped", [declared]),
        ("another CRS", others),
        ("axes swapped", others),
    )
    for mistake, entries in hypotheses:
        a, b = (y, x) if mistake == "axes swapped" else (x, y)
        hits = [lost & _inside(a, b, entry, envelope) for entry in entries]
        explained = max(hits, key=np.count_nonzero)
        if explained.any():
            alike = [entry for entry, hit in zip(entries, hits, strict=True) if np.array_equal(hit, explained)]
            # The zones of neighbours can reach into Hanoi; they are named only where none of Hanoi's own fits.
            likely = [entry for entry in alike if entry.covers_hanoi] or alike
            yield _finding(mistake, explained, likely)
            lost = lost & ~explained
    if lost.any():
        yield _finding("unexplained", lost)


def _inside(x: Floats, y: Floats, entry: CatalogueEntry, envelope: Bbox) -> NDArray[np.bool_]:
    lon, lat = Transformer(entry).to_wgs84_unchecked(x, y)
    # What cannot be transformed is infinite, which lies in no envelope.
    return (lon >= envelope.min_x) & (lon <= envelope.max_x) & (lat >= envelope.min_y) & (lat <= envelope.max_y)


def _finding(mistake: Mistake, rows: NDArray[np.bool_], suggested: Sequence[CatalogueEntry] = ()) -> Diagnosis:
    return Diagnosis(mistake, tuple(map(int, np.flatnonzero(rows))), tuple(entry.code for entry in suggested))
