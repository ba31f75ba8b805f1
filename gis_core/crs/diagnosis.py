"""Do these coordinates belong here? The known mistakes, found from where they put the points."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_core.crs.catalogue import CATALOGUE, CatalogueEntry
from gis_core.crs.transform import BadCoordinates, Floats, Transformer
from gis_core.errors import BadRequest, ThuyLoError
from gis_core.values import Bbox, SwappedAxes

HANOI: Final = Bbox(105.28, 20.56, 106.03, 21.39)
"""Where coordinates of Hanoi are expected, in degrees of WGS 84; its 126 wards reach to 0.005° from the edges."""


class SuspectCoordinates(BadRequest):
    """Coordinates that the declared CRS puts where they cannot belong."""

    code = "suspect-coordinates"
    title = "The coordinates lie in the wrong place"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One explanation for the rows that the declared CRS puts in the wrong place."""

    error: type[ThuyLoError]
    message: str
    params: Mapping[str, Any]
    rows: tuple[int, ...]
    """Positions in the arrays that were examined."""
    suggested: tuple[str, ...] = ()
    """Codes under which the rows would lie where they are expected, the likeliest first."""

    def as_error(self) -> ThuyLoError:
        """Give it as the error to raise."""
        return self.error(self.message, **self.params)


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
    Nothing where every row lies inside, else up to one diagnosis for each of: not finite (`BadCoordinates`), axes
    swapped (`SwappedAxes`), another CRS, another CRS with axes swapped, and no explanation (`SuspectCoordinates`).
    Mistakes smaller than the envelope do not show: those are for `reconcile`.
    """
    x, y = (np.asarray(values, np.float64).ravel() for values in (xs, ys))
    finite = np.isfinite(x) & np.isfinite(y)
    lost = finite & ~_inside(x, y, declared, envelope)
    findings = list(_explain(x, y, declared, envelope, lost)) if lost.any() else []
    if not finite.all():
        findings.insert(0, _finding(BadCoordinates, _NOT_FINITE, x, y, ~finite))
    return findings


def check_coordinates(xs: ArrayLike, ys: ArrayLike, declared: CatalogueEntry, *, envelope: Bbox = HANOI) -> None:
    """Raise the first diagnosis, if there is one."""
    for diagnosis in diagnose(xs, ys, declared, envelope=envelope):
        raise diagnosis.as_error()


_NOT_FINITE: Final = (
    "%(count)d of %(total)d positions are not finite numbers (first at index %(index)d): give finite coordinates."
)
_SWAPPED: Final = (
    "%(count)d of %(total)d positions have their axes swapped (first: %(x)s, %(y)s): give easting or longitude first, "
    "then northing or latitude. Vietnamese tables call the northing X. Exchanged, they fit %(suggested)s."
)
_OTHER_CRS: Final = (
    "%(declared)s puts %(count)d of %(total)d positions outside the expected area (first: %(x)s, %(y)s). "
    "Read as %(suggested)s they would lie inside: declare that one if it is right."
)
_NOWHERE: Final = (
    "%(declared)s puts %(count)d of %(total)d positions outside the expected area (first: %(x)s, %(y)s), and no other "
    "CRS of the catalogue puts them inside: check the numbers."
)


def _explain(
    x: Floats, y: Floats, declared: CatalogueEntry, envelope: Bbox, lost: NDArray[np.bool_]
) -> Iterator[Diagnosis]:
    others = [entry for entry in CATALOGUE.values() if entry != declared]
    hypotheses = (
        (SwappedAxes, _SWAPPED, [declared]),
        (SuspectCoordinates, _OTHER_CRS, others),
        (SwappedAxes, _SWAPPED, others),
    )
    for error, message, entries in hypotheses:
        a, b = (y, x) if error is SwappedAxes else (x, y)
        hits = [lost & _inside(a, b, entry, envelope) for entry in entries]
        explained = max(hits, key=np.count_nonzero)
        if explained.any():
            alike = [entry for entry, hit in zip(entries, hits, strict=True) if np.array_equal(hit, explained)]
            # The zones of neighbours can reach into Hanoi; they are named only where none of Hanoi's own fits.
            likely = [entry for entry in alike if entry.covers_hanoi] or alike
            yield _finding(error, message, x, y, explained, declared, likely)
            lost = lost & ~explained
    if lost.any():
        yield _finding(SuspectCoordinates, _NOWHERE, x, y, lost, declared)


def _inside(x: Floats, y: Floats, entry: CatalogueEntry, envelope: Bbox) -> NDArray[np.bool_]:
    lon, lat = Transformer(entry).to_wgs84_unchecked(x, y)
    # What cannot be transformed is infinite, which lies in no envelope.
    return (lon >= envelope.min_x) & (lon <= envelope.max_x) & (lat >= envelope.min_y) & (lat <= envelope.max_y)


def _finding(
    error: type[ThuyLoError],
    message: str,
    x: Floats,
    y: Floats,
    rows: NDArray[np.bool_],
    declared: CatalogueEntry | None = None,
    suggested: Sequence[CatalogueEntry] = (),
) -> Diagnosis:
    indexes = tuple(map(int, np.flatnonzero(rows)))
    codes = tuple(entry.code for entry in suggested)
    params = {
        "count": len(indexes),
        "total": x.size,
        "index": indexes[0],
        "x": float(x[indexes[0]]),
        "y": float(y[indexes[0]]),
        "declared": declared.code if declared else "",
        "suggested": ", ".join(codes),
    }
    return Diagnosis(error, message, params, indexes, codes)
