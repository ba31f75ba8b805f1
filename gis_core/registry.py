"""The layer contract: what a layer is to those who serve, import, export and draw it.

`layers` serves whatever is registered here and knows no model; each app declares its own in `map_layers.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.functional import Promise

from gis_core.errors import Forbidden, NotFound
from gis_core.features import Record
from gis_core.fields import LayerField, describe_fields
from gis_core.roles import Action

Text = str | Promise
Shape = Literal["circle", "square", "triangle", "diamond", "star", "pin", "cross", "none"]


class UnknownLayer(NotFound):
    """No layer has this id."""

    code = "unknown-layer"
    title = "There is no such layer"


class ComputedLayer(Forbidden):
    """The service makes this layer; it holds nothing of its own."""

    code = "computed-layer"
    title = "The layer is computed"


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one class of features is drawn; never by colour alone."""

    colour: str
    shape: Shape = "circle"
    dash: str = ""
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is drawn: by the values of one property, else by `default`.

    `min_zoom` keeps dense layers off the small scales; `order` is the drawing order, low first. Where some values
    of `by` are better or worse, `worst_first` ranks them: many features drawn as one symbol are drawn as their worst.
    `label` is the property that is written on a feature close up, where that is not its title.
    """

    default: Symbol
    by: str = ""
    classes: dict[str, Symbol] = field(default_factory=dict)
    worst_first: tuple[str, ...] = ()
    min_zoom: int = 0
    order: int = 50
    shown: bool = True
    label: str = ""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: its identity, the table behind it, what may be seen of it, how it looks; equal to nothing but itself.

    Parameters
    ----------
    id
        The collection id in every address, pinned.
    model
        The table; a `gis_core.features.Record` with `geom`.
    origin
        Which documents ask for the layer and its attributes, for docs/reference/layers.md.
    sensitive
        Fields that only roles with `VIEW_SENSITIVE` get: people, telephone numbers, dossiers.
    hidden
        Fields that are no attribute of the layer at all.
    title_field
        The property that names a feature to a person.
    valid_time
        The names of the first day in force and the first day no longer in force, where the layer is dated.
    reserved
        By field the values that not everybody who may edit may give or take away, each with the action it asks for.
        What has such a value is changed, and deleted, by whoever may do that action.
    computed
        The service makes the features; nobody edits or imports them.
    """

    id: str
    title: Text
    description: Text
    model: type[Record]
    style: Style
    origin: str
    sensitive: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    title_field: str = "ref"
    valid_time: tuple[str, str] | None = None
    reserved: Mapping[str, Mapping[str, Action]] = field(default_factory=dict)
    computed: bool = False

    @cached_property
    def fields(self) -> tuple[LayerField, ...]:
        """The attributes in the order of the model, sensitive ones marked."""
        return describe_fields(self.model, sensitive=self.sensitive, hidden=self.hidden)

    @cached_property
    def geometry_type(self) -> str:
        """The GeoJSON type of the geometries, ``Geometry`` where they are mixed."""
        kinds = {
            "POINT": "Point",
            "LINESTRING": "LineString",
            "MULTIPOLYGON": "MultiPolygon",
            "GEOMETRY": "Geometry",
        }
        return kinds[self._geom.geom_type]

    @cached_property
    def is_geography(self) -> bool:
        """Whether the geometry is stored on the spheroid, not in the plane."""
        return bool(self._geom.geography)

    def actions_reserved(self, *states: Mapping[str, Any]) -> frozenset[Action]:
        """Give the actions that a change asks for beside the usual one, by the record before and after it.

        Parameters
        ----------
        states
            Values by field; a field that is missing says nothing.
        """
        return frozenset(
            action
            for name, values in self.reserved.items()
            for value, action in values.items()
            if any(state.get(name) == value for state in states)
        )

    @property
    def table(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @cached_property
    def unit_column(self) -> str:
        """The column that says in which administrative unit a row stands; a unit stands in itself."""
        return "administrative_unit_id" if any(f.name == "administrative_unit" for f in self.fields) else "id"

    @property
    def _geom(self) -> Any:
        return self.model._meta.get_field("geom")  # type: ignore[misc]  # every concrete record has one

    def demand_editable(self) -> None:
        """Refuse to write to a layer that the service computes.

        Raises
        ------
        ComputedLayer
        """
        if self.computed:
            raise ComputedLayer("The layer “%(layer)s” is computed: edit what it is computed from.", layer=self.id)


class LayerRegistry:
    """The layers by id, in the order in which they were registered."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}

    def register(self, layer: Layer) -> Layer:
        """Add `layer`; an id is given once."""
        if layer.id in self._layers:
            msg = f"layer {layer.id!r} is registered twice"
            raise ValueError(msg)
        unknown = (layer.sensitive | layer.hidden) - {f.name for f in layer.model._meta.get_fields()}
        if unknown:
            # A misspelt sensitive field would be served to everybody.
            msg = f"layer {layer.id!r} guards fields that do not exist: {sorted(unknown)}"
            raise ValueError(msg)
        if layer.style.worst_first and set(layer.style.worst_first) != set(layer.style.classes):
            # A class left out of the ranking could hide behind a better one.
            msg = f"layer {layer.id!r} must rank each class of its style, and nothing else"
            raise ValueError(msg)
        self._layers[layer.id] = layer
        return layer

    def get(self, layer_id: str) -> Layer:
        """Return the layer, or raise `UnknownLayer` naming those there are."""
        try:
            return self._layers[layer_id]
        except KeyError:
            raise UnknownLayer(
                "There is no layer “%(layer)s”; there are: %(known)s.",
                layer=layer_id,
                known=", ".join(self._layers),
            ) from None

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers.values())

    def __contains__(self, layer_id: object) -> bool:
        return layer_id in self._layers


layer_registry = LayerRegistry()
