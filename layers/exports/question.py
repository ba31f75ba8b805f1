"""What is asked of an export, every part of it valid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from gis_core.crs import CatalogueEntry
from gis_core.fields import LayerField
from gis_core.registry import Layer
from gis_core.values import Bbox
from layers.audience import EVERYBODY, Audience
from layers.cql2_terms import SqlFilter
from layers.crs_params import CRS84, read_crs
from layers.property_values import shown_fields

PARAMETERS: Final = ("crs", "bbox", "filter")


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """The features of a layer to put into a file.

    Parameters
    ----------
    layer
        What is exported.
    audience
        Who gets the file: decides which attributes are in it, and where.
    crs
        What the coordinates of the file are in; x is easting or longitude in every format.
    bbox
        Only features that touch this box in degrees of OGC:CRS84; None means everywhere.
    filter
        Only features for which this condition (CQL2) is true; None asks none.
    """

    layer: Layer
    audience: Audience = EVERYBODY
    crs: CatalogueEntry = CRS84
    bbox: Bbox | None = None
    filter: SqlFilter | None = None

    @classmethod
    def from_texts(cls, layer: Layer, audience: Audience, given: Mapping[str, str | None]) -> Self:
        """Read `PARAMETERS` as they stand in an address or a command; what is not given or None asks for everything.

        Raises
        ------
        BadRequest
            With what would be right.
        """
        crs, bbox, text = (given.get(name) for name in PARAMETERS)
        return cls(
            layer=layer,
            audience=audience,
            crs=read_crs("crs", crs) if crs is not None else CRS84,
            bbox=Bbox.from_text(bbox) if bbox is not None else None,
            filter=_compile(text, layer, audience) if text is not None else None,
        )

    @property
    def fields(self) -> tuple[LayerField, ...]:
        """The attributes of the file; what the reader sees in some units only is empty everywhere else."""
        return shown_fields(self.layer, self.audience)

    @property
    def is_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude of WGS 84."""
        return self.crs.srid == CRS84.srid

    @property
    def decimals(self) -> int:
        """How many decimals keep a tenth of a millimetre."""
        return 9 if self.crs.projection == "degrees" else 4

    @property
    def key(self) -> str:
        """Tell questions apart, for caches."""
        rows = (self.filter.sql.as_string(), self.filter.params) if self.filter else ""
        return repr((self.layer.id, self.audience.key, str(self.bbox or ""), rows))


def _compile(text: str, layer: Layer, audience: Audience) -> SqlFilter:
    from layers.cql2 import compile_filter  # noqa: PLC0415 - its parser is loaded when somebody filters

    return compile_filter(text, lang="cql2-text", layer=layer, audience=audience)
