"""What is asked of a layer and what comes back, whatever store is behind it (OGC API – Features Part 1, 7.15)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from gis_core.crs import CatalogueEntry
from gis_core.errors import NotFound
from gis_core.fields import LayerField
from gis_core.parameters import read_parameters, whole_number
from gis_core.registry import Layer
from gis_core.values import Bbox
from layers.audience import EVERYBODY, Audience
from layers.crs_params import CRS84, read_bbox, read_crs
from layers.ordering import UNSORTABLE, Place, SortKey, read_sortby
from layers.property_values import (
    InvalidParameter,
    Value,
    named_field,
    parse_feature_id,
    read_value,
    searchable_fields,
    shown_fields,
)

if TYPE_CHECKING:
    from layers.cql2 import SqlFilter

__all__ = [
    "FeatureSource", "InvalidParameter", "ItemsQuery", "Page", "Period", "StoredFeature", "UnknownFeature",
    "parse_feature_id", "single_values",
]  # fmt: skip

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
FORMATS = ("json", "geojson", "html")
FILTER_LANGUAGES = ("cql2-text", "cql2-json")
PARAMETERS = (
    "bbox", "bbox-crs", "limit", "datetime", "crs", "sortby", "properties", "filter", "filter-lang", "filter-crs",
    "after", "f",
)  # fmt: skip
"""What every ``/items`` address knows beside the attributes themselves."""

HANOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
"""An instant falls on the day that Hanoi's calendar shows."""

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = re.compile(rf"{_DAY}([Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}}))?")


class UnknownFeature(NotFound):
    """The layer has no feature of this id."""

    code = "unknown-feature"
    title = "There is no such feature"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a day, an RFC 3339 instant, or an interval of them that is open at one side at most.

        >>> Period.from_text("2025-06-30T18:00:00Z")  # already the next day in Hanoi
        Period(first=datetime.date(2025, 7, 1), last=datetime.date(2025, 7, 1))
        >>> Period.from_text("../2025-06-30").first is None
        True
        """
        ends = text.split("/")
        if len(ends) == 1:
            day = _day(text)
            return cls(day, day)
        first, last = (None if end in {"", ".."} else _day(end) for end in (ends[0], ends[-1]))
        if len(ends) != 2 or first is last is None or (first and last and first > last):  # noqa: PLR2004 - two ends
            raise InvalidParameter(
                "datetime is “%(value)s”: write an interval as start/end, start/.. or ../end, start first.",
                value=text[:80],
            )
        return cls(first, last)

    def __str__(self) -> str:
        return f"{self.first or '..'}/{self.last or '..'}"


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """A question for features of one layer, every part of it valid.

    Parameters
    ----------
    bbox
        Only features that touch this box, in WGS 84 or in its own system, x first; None means everywhere.
    limit
        Features in one page.
    period
        Only features in force at some time of it, where the layer is dated; None means at any time.
    after
        Only features that come later: the place where the page before ended.
    crs
        The system of the answer's coordinates.
    sort
        Attributes to sort by before the id.
    properties
        The attributes to answer with; None means all that the reader may see.
    equal
        Only features whose attributes have these values.
    filter
        Only features that this condition is true of (CQL2).
    """

    bbox: Bbox | None = None
    limit: int = DEFAULT_LIMIT
    period: Period | None = None
    after: Place = Place()  # noqa: RUF009 - frozen
    crs: CatalogueEntry = CRS84
    sort: tuple[SortKey, ...] = ()
    properties: tuple[LayerField, ...] | None = None
    equal: tuple[tuple[LayerField, Value], ...] = ()
    filter: "SqlFilter | None" = None

    @classmethod
    def from_request(cls, request: HttpRequest, layer: Layer, audience: Audience = EVERYBODY) -> Self:
        """Read the parameters of an ``/items`` address, for a reader who gets of `layer` what `audience` does.

        Raises
        ------
        BadRequest
            With what would be right; nothing is ignored in silence. What the reader may not see is not known here.
        """
        exact = exact_fields(layer, audience)
        given = single_values(request.GET, known=(*PARAMETERS, *exact))
        sort = read_sortby(given["sortby"], searchable_fields(layer, audience)) if "sortby" in given else ()
        return cls(
            bbox=_bbox(given),
            limit=min(_whole("limit", given["limit"], least=1), MAX_LIMIT) if "limit" in given else DEFAULT_LIMIT,
            period=Period.from_text(given["datetime"]) if "datetime" in given else None,
            after=Place.from_text(given["after"], sort) if "after" in given else Place(),
            crs=read_crs("crs", given["crs"]) if "crs" in given else CRS84,
            sort=sort,
            properties=_chosen(given["properties"], shown_fields(layer, audience)) if "properties" in given else None,
            equal=tuple(
                (exact[name], read_value(name, exact[name], text))
                for name, text in given.items()
                if name not in PARAMETERS
            ),
            filter=_filter(given, layer, audience),
        )


@dataclass(frozen=True, slots=True)
class StoredFeature:
    """One feature as GeoJSON, and how often it was written (`Record.version`)."""

    content: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Page:
    """Features as the store wrote them: `features` are GeoJSON Features, a text each.

    `matched` counts all features that the question asks for, on every page. `next` is None where nothing follows.
    `synthetic` tells whether any feature of the page was invented for demonstration.
    """

    features: Sequence[bytes]
    matched: int
    next: Place | None
    synthetic: bool
    data_version: str


class FeatureSource(Protocol):
    """Where the features of one layer come from, for one audience."""

    def data_version(self) -> str:
        """Name the state of the data; it changes with every write."""

    def page(self, query: ItemsQuery) -> Page:
        """Answer a question."""

    def feature(self, feature_id: int, crs: CatalogueEntry = CRS84) -> StoredFeature | None:
        """Return one feature, None if there is none with this id."""

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north of all features in degrees, None of no feature."""


def exact_fields(layer: Layer, audience: Audience) -> Mapping[str, LayerField]:
    """Return the attributes that are parameters of their own: only features with the given value are asked for."""
    fields = searchable_fields(layer, audience)
    return {field.name: field for field in fields if field.type not in UNSORTABLE and field.name not in PARAMETERS}


def single_values(params: QueryDict, *, known: Iterable[str]) -> Mapping[str, str]:
    """Return the parameters, each given once, all known, `f` one of the formats; or say what is wrong with them."""
    given = read_parameters(params, known=known)
    if given.get("f", FORMATS[0]) not in FORMATS:
        raise InvalidParameter(
            "There is no format “%(value)s” here; there are: %(known)s.",
            value=given["f"][:60],
            known=", ".join(FORMATS),
        )
    return given


def _bbox(given: Mapping[str, str]) -> Bbox | None:
    crs = read_crs("bbox-crs", given["bbox-crs"]) if "bbox-crs" in given else CRS84
    return read_bbox(given["bbox"], crs) if "bbox" in given else None


def _chosen(text: str, fields: Sequence[LayerField]) -> tuple[LayerField, ...]:
    chosen = {name: named_field("properties", name, fields) for name in text.split(",")}
    return tuple(field for field in fields if field.name in chosen)


def _filter(given: Mapping[str, str], layer: Layer, audience: Audience) -> "SqlFilter | None":
    lang = given.get("filter-lang", FILTER_LANGUAGES[0])
    if lang not in FILTER_LANGUAGES:
        raise InvalidParameter(
            "filter-lang is “%(value)s”; there are: %(known)s.", value=lang[:60], known=", ".join(FILTER_LANGUAGES)
        )
    crs = read_crs("filter-crs", given["filter-crs"]) if "filter-crs" in given else CRS84
    if "filter" not in given:
        return None
    from layers.cql2 import compile_filter  # noqa: PLC0415 - its parser is loaded when somebody filters

    return compile_filter(given["filter"], lang=lang, layer=layer, audience=audience, filter_crs=crs)


def _whole(name: str, text: str, *, least: int) -> int:
    number = whole_number(text, least=least)
    if number is None:
        raise InvalidParameter(
            "%(parameter)s is “%(value)s”: give a whole number of at least %(least)d.",
            parameter=name,
            value=text[:60],
            least=least,
        )
    return number


def _day(text: str) -> date:
    # fromisoformat alone would also take weeks, and times of no stated zone.
    try:
        if match := _MOMENT.fullmatch(text):
            return (
                datetime.fromisoformat(text.upper()).astimezone(HANOI_TIME).date()
                if match[1]
                else date.fromisoformat(text)
            )
    except (ValueError, OverflowError):
        pass  # the thirtieth of February
    raise InvalidParameter(
        "datetime is “%(value)s”: write a day such as 2025-07-01, or an instant with its zone such as "
        "2025-07-01T08:30:00Z (a plus sign is written %%2B in an address).",
        value=text[:80],
    )
