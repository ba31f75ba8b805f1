"""What can be asked at `GET /api/siting`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict
from django.utils.timezone import localdate

from gis_core.errors import BadRequest
from gis_core.values import InvalidNumber
from routes import models
from routes.asking import Parameters
from routes.pieces import Json
from routes.siting.asking import AREA, Area
from routes.siting.candidates import Along, Kind
from routes.siting.scenario_drafts import MOST_FLOW_LPS

MOST_SOURCES: Final = 1_000
DEFAULT_SPACING_M: Final = 50.0
COSTS: Final = {Kind.HYDRANT: "cost_hydrant", Kind.TANK: "cost_tank", Kind.INTAKE: "cost_intake"}
KNOWN: Final = (
    "k", "flow_lps", "budget", *COSTS.values(), "candidates", "kind", "spacing_m", "apart_m", "scenario", "vehicle",
    "certificate", "at", *AREA,
)  # fmt: skip
_MOST_MONEY: Final = 1e12
_UNIT: Final = 1000
"""Money is counted in thousandths of what is given, so that it is whole."""


class InvalidBudget(BadRequest):
    """Money without prices, or prices without money."""

    code = "invalid-budget"
    title = "The budget is not valid"


@dataclass(frozen=True, slots=True)
class SitesQuestion:
    """How many sources, from which places, under which rules."""

    most: int
    flow_lps: float | None
    """What each of them gives; None: only whether hose reaches a source is asked."""
    budget: float | None
    costs: dict[Kind, float]
    along: tuple[Along, ...]
    kind: Kind
    spacing_m: float
    apart_m: float
    scenario: int | None
    vehicle: models.Vehicle | None
    certificate: bool
    at: datetime
    area: Area

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters; vehicle and ward cost a query each.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = Parameters.of(query, KNOWN)
        if not asked.has("k"):
            raise InvalidNumber(
                "k is missing: give how many sources may be built, from 1 to %(most)d.", most=MOST_SOURCES
            )
        at = asked.moment(now)
        scenario = asked.count("scenario", 1, most=2**31 - 1) if asked.has("scenario") else None
        budget, costs = _money(asked)
        return cls(
            most=asked.count("k", 1, most=MOST_SOURCES),
            flow_lps=asked.number("flow_lps", 1, least=0.1, most=MOST_FLOW_LPS) if asked.has("flow_lps") else None,
            budget=budget,
            costs=costs,
            along=_along(asked, scenario),
            kind=Kind(asked.choice("kind", [Kind.HYDRANT, Kind.TANK])),
            spacing_m=asked.number("spacing_m", DEFAULT_SPACING_M, least=10, most=500),
            apart_m=asked.number("apart_m", 0, least=0, most=1000),
            scenario=scenario,
            vehicle=asked.vehicle() if asked.has("vehicle") else None,
            certificate=asked.choice("certificate", ["no", "yes"]) == "yes",
            at=at,
            area=Area.of(asked, localdate(at)),
        )

    def money(self, kind: Kind) -> int:
        """Give what one costs, in thousandths."""
        return round(self.costs.get(kind, 0) * _UNIT)

    @property
    def budget_money(self) -> int | None:
        """The budget in thousandths."""
        return None if self.budget is None else int(self.budget * _UNIT)

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "k": self.most,
            "flow_lps": self.flow_lps,
            "budget": self.budget,
            **{name: self.costs.get(kind) for kind, name in COSTS.items()},
            "candidates": ",".join(self.along),
            "kind": self.kind,
            "spacing_m": self.spacing_m,
            "apart_m": self.apart_m,
            "scenario": self.scenario,
            "vehicle": self.vehicle.code if self.vehicle else None,
            "certificate": self.certificate,
            "at": self.at.isoformat(),
            **self.area.as_json(),
        }


def _along(asked: Parameters, scenario: int | None) -> tuple[Along, ...]:
    text = asked.text("candidates", Along.ROADS)
    chosen = tuple(dict.fromkeys(text.split(",")))
    unknown = [one for one in chosen if one not in list(Along)]
    if unknown or not chosen:
        raise BadRequest(
            "candidates is “%(value)s”; write one or more of %(known)s, with commas.",
            value=text[:60], known=", ".join(Along),
        )  # fmt: skip
    if (Along.SCENARIO in chosen) is not (scenario is not None):
        raise BadRequest("candidates=scenario and the number of a scenario belong together: give both or neither.")
    return tuple(Along(one) for one in chosen)


def _money(asked: Parameters) -> tuple[float | None, dict[Kind, float]]:
    costs = {
        kind: asked.number(name, 0, least=1 / _UNIT, most=_MOST_MONEY)
        for kind, name in COSTS.items()
        if asked.has(name)
    }
    if not asked.has("budget"):
        if costs:
            raise InvalidBudget("What a source costs matters only with a budget: give budget too, or no cost.")
        return None, {}
    return asked.number("budget", 1, least=1 / _UNIT, most=_MOST_MONEY), costs


def check_costs(question: SitesQuestion, kinds: set[Kind]) -> None:
    """Make sure that everything that may be built has a price.

    Raises
    ------
    InvalidBudget
    """
    missing = [COSTS[kind] for kind in sorted(kinds) if question.budget is not None and kind not in question.costs]
    if missing:
        raise InvalidBudget(
            "With a budget each kind needs its cost: %(missing)s is missing.", missing=", ".join(missing)
        )
