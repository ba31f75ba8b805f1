"""The ways to measure how near water is: in a straight line here, and what the rooms above add.

`routes` measures by road and says so here when it starts, as apps tell the layer registry of their layers; so one
address answers all, and this room knows no road.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from gis_core.json_schema import Schema


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to measure: its name, how it answers a request, and what `/api/schema` says of it."""

    name: str
    answer: Callable[[Request], dict[str, Any]]
    parameters: tuple[OpenApiParameter, ...]
    schema: Schema


class ModeRegistry:
    """The modes by name, in the order in which they came.

    `parameters` and `schemas` are what the address's description holds on to, so they grow with each mode.
    """

    def __init__(self) -> None:
        self._modes: dict[str, Mode] = {}
        self.parameters: list[OpenApiParameter] = []
        self.schemas: list[Schema] = []
        self.names: list[str] = []

    def register(self, mode: Mode) -> None:
        """Add a mode; adding the same name again changes nothing."""
        if mode.name in self._modes:
            return
        self._modes[mode.name] = mode
        known = {parameter.name for parameter in self.parameters}
        self.parameters += [parameter for parameter in mode.parameters if parameter.name not in known]
        self.schemas.append(mode.schema)
        self.names.append(mode.name)

    def get(self, name: str) -> Mode | None:
        """Find a mode."""
        return self._modes.get(name)


nearest_water_modes = ModeRegistry()
