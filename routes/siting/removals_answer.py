"""The answer to `GET /api/removals` as GeoJSON, and its description; texts in the active language."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Evidence, Verdict
from gis_core.wording import say_number
from routes import schemas
from routes.drawing import feature, point
from routes.encounters import Obstacle
from routes.engine.arrays import Network, Spot
from routes.envelope import envelope
from routes.network.live import Sighting
from routes.pieces import Json
from routes.route_answer import lon_lats_of, street_of
from routes.sentences import kind_label, name_of
from routes.siting.removals import DEFAULT_LIMIT, MOST, MOST_HOSE_M, Outcome, Removal, RemovalsAnswer, RemovalsQuestion
from routes.siting.sites_openapi import AREA_PARAMETERS


def render_removals(question: RemovalsQuestion, answer: RemovalsAnswer, sighting: Sighting, data_version: str) -> Json:
    """Make the GeoJSON of docs/reference/siting.md."""
    return envelope(
        outcome=answer.outcome,
        sentence=_sentence(question, answer, sighting.network),
        question=question.as_json(),
        sighting=sighting,
        data_version=data_version,
        features=list(_features(answer, sighting.network)),
        today=_today(answer),
        obstacles={"blocking": answer.obstacles, "doubtful": answer.doubtful},
        not_checked=["turning"],
    )


def _count(pair: tuple[int, int]) -> Json:
    return {"households": pair[0], "homes": pair[1]}


def _today(answer: RemovalsAnswer) -> Json | None:
    today = answer.today
    if today is None:
        return None
    return {
        "surely_reached": _count(today.surely),
        "perhaps_reached": _count(today.perhaps),
        "blocked": _count(today.blocked),
        "opened_by_no_removal": _count(today.no_road),
        "fewest_removals": [
            {"removals": number, "households": households, "homes": homes}
            for number, households, homes in today.by_removals
        ],
    }


def _sentence(question: RemovalsQuestion, answer: RemovalsAnswer, network: Network) -> str:
    match answer.outcome:
        case Outcome.NO_HOMES:
            return gettext("No home is recorded in this area: nothing can be said of it.")
        case Outcome.NOT_NEAR_ROAD:
            return gettext("The place to start from lies on no road.")
        case Outcome.ALL_OPEN:
            return gettext("%(vehicle)s surely gets to every home of the area.") % {"vehicle": question.vehicle.name}
        case Outcome.NOTHING_OPENS:
            return gettext(
                "No single removal lets %(vehicle)s through to another home: obstacles stand one behind the other, or "
                "the roads themselves stop it."
            ) % {"vehicle": question.vehicle.name}
    first = answer.removals[0]
    said = {"name": name_of(_obstacle(network, first)), "vehicle": question.vehicle.name}
    if first.verdict is Verdict.UNKNOWN:
        return gettext(
            "Nothing to remove opens a home. To measure “%(name)s” would tell for %(households)s households whether "
            "%(vehicle)s gets there."
        ) % {**said, "households": say_number(first.made_sure[0])}
    return gettext(
        "Without “%(name)s” the way of %(vehicle)s to %(households)s households is no more blocked, to %(surely)s of "
        "them surely."
    ) % {**said, "households": say_number(first.opened[0]), "surely": say_number(first.opened_surely[0])}


def _obstacle(network: Network, removal: Removal) -> Obstacle:
    return network.standings.records[removal.record].obstacle


def _features(answer: RemovalsAnswer, network: Network) -> Iterator[Json]:
    spots = [_spot(network, removal) for removal in answer.removals]
    for order, (removal, spot, place) in enumerate(
        zip(answer.removals, spots, lon_lats_of(network, spots), strict=True), start=1
    ):
        yield feature(point(*place), "obstacle", order=order, **_properties(network, removal, spot))


def _properties(network: Network, removal: Removal, spot: Spot) -> Json:
    obstacle = _obstacle(network, removal)
    return {
        "layer": "access-restrictions",
        "ref": obstacle.ref,
        "name": name_of(obstacle),
        "kind": obstacle.kind,
        "kind_label": kind_label(obstacle),
        "verdict": removal.verdict,
        "action": "remove" if removal.verdict is Verdict.BLOCKED else "measure",
        "openable": obstacle.openable,
        "evidence": obstacle.evidence,
        "observed_on": obstacle.observed_on.isoformat() if obstacle.observed_on else None,
        "road": network.roads.ref[spot.edge],
        "street": street_of(network, spot),
        "opened": _count(removal.opened),
        "opened_surely": _count(removal.opened_surely),
        "made_sure": _count(removal.made_sure),
    }


def _spot(network: Network, removal: Removal) -> Spot:
    """Give one place of the obstacle, that on the edge by which it was found."""
    standings, edge = network.standings, removal.edge
    for entry in range(int(standings.first[edge]), int(standings.first[edge + 1])):
        if standings.record[entry] == removal.record:
            return Spot(edge, min(max(int(standings.from_mm[entry]), 0), int(network.topology.length_mm[edge])))
    return Spot(edge, 0)


REMOVALS_PARAMETERS: Final = [
    schemas.VEHICLE,
    OpenApiParameter(
        "from", OpenApiTypes.STR,
        description="Reference or number of a fire station, or longitude, comma, latitude; any station where left out",
    ),
    OpenApiParameter(
        "hose_m", {"type": "number", "minimum": 0, "maximum": MOST_HOSE_M}, default=0,
        description="A home counts as reached where the vehicle gets this near by hose; 0: to its place on the road",
    ),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST}, default=DEFAULT_LIMIT,
        description="So many obstacles are told",
    ),
    schemas.AT,
    *AREA_PARAMETERS,
]  # fmt: skip

_COUNT: Final = js.closed({"households": js.COUNT, "homes": js.COUNT})
REMOVALS_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [
        js.feature_of(
            js.POINT,
            schemas.role_of(
                "obstacle",
                order=js.COUNT,
                layer=js.one_of("access-restrictions"),
                ref=js.TEXT,
                name=js.TEXT,
                kind=js.TEXT,
                kind_label=js.TEXT,
                verdict=js.one_of(Verdict.BLOCKED, Verdict.UNKNOWN),
                action=js.one_of("remove", "measure"),
                openable=js.TEXT,
                evidence=js.codes(Evidence),
                observed_on=js.DAY,
                road=js.TEXT,
                street=js.TEXT,
                opened=_COUNT | {"description": "Blocked today, and then no more, at least not surely"},
                opened_surely=_COUNT | {"description": "Of them, those to which the vehicle then surely gets"},
                made_sure=_COUNT | {"description": "Perhaps reached today, then surely"},
            ),
        )
    ],
    today=js.nullable(
        js.closed(
            {
                "surely_reached": _COUNT,
                "perhaps_reached": _COUNT,
                "blocked": _COUNT,
                "opened_by_no_removal": _COUNT | {"description": "Of those blocked: roads themselves stop the vehicle"},
                "fewest_removals": js.array_of(
                    js.closed({"removals": js.COUNT, "households": js.COUNT, "homes": js.COUNT}),
                    description="Of those blocked, by the smallest number of obstacles that must go",
                ),
            }
        )
    ),
    obstacles=js.closed({"blocking": js.COUNT, "doubtful": js.COUNT}),
    not_checked=schemas.NOT_CHECKED,
)
