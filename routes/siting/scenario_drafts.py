"""Scenarios as somebody sends them: read from requests, and checked against the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from gis_core.errors import Unprocessable
from gis_core.values import InvalidNumber, LonLat
from hydrants.recording import InvalidBody, read_number, read_object, read_text
from routes.coverage.places import WAY_WITHIN_M
from routes.engine.arrays import Ints, Network
from routes.models import AccessRestriction, Road
from routes.siting.candidates import Kind
from routes.siting.ground import places_of

MOST_SOURCES: Final = 1_000
MOST_REFS: Final = 1_000
MOST_FLOW_LPS: Final = 1_000.0
MOST_VOLUME_M3: Final = 100_000.0
_KEYS: Final = ("name", "note", "ward", "sources", "remove", "close_roads", "version")
_SOURCE_KEYS: Final = ("kind", "name", "place", "flow_lps", "volume_m3", "refill_lps")


class ImpossibleScenario(Unprocessable):
    """A plan from which no figure could be right."""

    code = "impossible-scenario"
    title = "Nothing can be computed of this scenario"


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A planned source as somebody sends it; None: nobody knows. Only a tank holds something and is refilled."""

    kind: Kind
    name: str
    place: LonLat
    flow_lps: float | None
    volume_m3: float | None
    refill_lps: float | None

    @classmethod
    def parse(cls, given: object) -> Self:
        """Read one.

        Raises
        ------
        InvalidBody, InvalidNumber, gis_core.values.InvalidPosition
        """
        one = read_object(given, needed=("kind", "place"), known=_SOURCE_KEYS)
        if one["kind"] not in list(Kind):
            raise InvalidBody(
                "“kind” is “%(kind)s”; there are: %(known)s.", kind=str(one["kind"])[:60], known=", ".join(Kind)
            )
        place = one["place"]
        if not isinstance(place, list) or len(place) != 2:  # noqa: PLR2004 - longitude and latitude
            raise InvalidBody("“place” must be longitude and latitude, such as [105.8523, 21.0285].")
        lon, lat = (read_number("place", axis) for axis in place)
        kind = Kind(one["kind"])
        return cls(
            kind,
            read_text("name", one.get("name"), most=120),
            LonLat(lon, lat),
            _flow("flow_lps", one),
            _of_tank(kind, "volume_m3", _volume(one)),
            _of_tank(kind, "refill_lps", _flow("refill_lps", one, may_be_0=True)),
        )


def _flow(name: str, one: Mapping[str, object], *, may_be_0: bool = False) -> float | None:
    flow_lps = None if one.get(name) is None else read_number(name, one[name])
    if flow_lps is None or 0 < flow_lps <= MOST_FLOW_LPS or (may_be_0 and flow_lps == 0):
        return flow_lps
    given = {"name": name, "value": flow_lps, "most": MOST_FLOW_LPS}
    if may_be_0:
        raise InvalidNumber(
            "%(name)s is %(value)g: give litres a second from 0 up to %(most)g, or null where nobody knows.", **given
        )
    raise InvalidNumber(
        "%(name)s is %(value)g: give litres a second above 0 and up to %(most)g, or null where nobody knows.", **given
    )


def _volume(one: Mapping[str, object]) -> float | None:
    volume_m3 = None if one.get("volume_m3") is None else read_number("volume_m3", one["volume_m3"])
    if volume_m3 is not None and not 0 < volume_m3 <= MOST_VOLUME_M3:
        raise InvalidNumber(
            "volume_m3 is %(value)g: give cubic metres above 0 and up to %(most)g, or null where nobody knows.",
            value=volume_m3, most=MOST_VOLUME_M3,
        )  # fmt: skip
    return volume_m3


def _of_tank(kind: Kind, name: str, value: float | None) -> float | None:
    if value is not None and kind is not Kind.TANK:
        raise InvalidBody(
            "“%(name)s” is given for a source of the kind “%(kind)s”: only a tank has it.", name=name, kind=kind
        )
    return value


@dataclass(frozen=True, slots=True)
class ScenarioDraft:
    """A scenario as somebody sends it; `version` is the one that was read, None for a new one."""

    name: str
    note: str
    ward: str
    sources: tuple[SourceDraft, ...]
    remove: tuple[str, ...]
    close_roads: tuple[str, ...]
    version: int | None

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read the body of a request.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("name",), known=_KEYS)
        name = read_text("name", given["name"], most=120)
        if not name:
            raise InvalidBody("“name” is empty: a scenario needs one.")
        version = given.get("version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
            raise InvalidBody("“version” must be the number that was read with the scenario.")
        return cls(
            name=name,
            note=read_text("note", given.get("note")),
            ward=read_text("ward", given.get("ward"), most=10),
            sources=tuple(SourceDraft.parse(one) for one in _list("sources", given.get("sources"), MOST_SOURCES)),
            remove=_refs("remove", given.get("remove")),
            close_roads=_refs("close_roads", given.get("close_roads")),
            version=version,
        )

    def check(self, network: Network) -> None:
        """Refuse what no figure could be right of.

        Raises
        ------
        ImpossibleScenario
            Nothing in it, a source on no road, an obstacle or a road that is not there, every road closed.
        """
        if not (self.sources or self.remove or self.close_roads):
            raise ImpossibleScenario("Nothing is built, removed or closed: there is nothing to compare with today.")
        if gone := missing(AccessRestriction, self.remove):
            raise ImpossibleScenario("No access restriction is called %(refs)s.", refs=named(gone))
        if gone := missing(Road, self.close_roads):
            raise ImpossibleScenario("No road is called %(refs)s.", refs=named(gone))
        edges = edges_called(network, self.close_roads)
        if len(self.close_roads) and len(edges) >= int((~network.roads.gone).sum()):
            raise ImpossibleScenario("Every road is closed: nobody gets anywhere, and no hose lies on anything.")
        check_places(network, [one.place for one in self.sources])


def check_places(network: Network, places: Sequence[LonLat]) -> None:
    """Refuse sources that stand on no road.

    Raises
    ------
    ImpossibleScenario
    """
    lon_lat = np.array([(place.lon, place.lat) for place in places], float).reshape(-1, 2)
    for place, edge in zip(places, places_of(network, lon_lat).edge, strict=True):
        if edge < 0:
            raise ImpossibleScenario(
                "The source at %(lon)g, %(lat)g stands on no road: none lies within %(within)d m.",
                lon=place.lon, lat=place.lat, within=WAY_WITHIN_M,
            )  # fmt: skip


def missing(model: type[AccessRestriction] | type[Road], refs: Sequence[str]) -> list[str]:
    """Give the references that no record has, in order: one query, none for no references."""
    if not refs:
        return []
    there = set(model.objects.filter(ref__in=refs).values_list("ref", flat=True))
    return [ref for ref in refs if ref not in there]


def edges_called(network: Network, refs: Sequence[str]) -> Ints:
    """Give the edges of roads that are in the network: one query, none for no references."""
    if not refs:
        return np.zeros(0, np.int32)
    ids = np.array(sorted(Road.objects.filter(ref__in=refs).values_list("pk", flat=True)), np.int64)
    edges = np.flatnonzero(np.isin(network.topology.edge_id, ids) & ~network.roads.gone)
    return edges.astype(np.int32)


def records_called(network: Network, refs: Sequence[str]) -> Ints:
    """Give the indices of access restrictions in `Standings.records`: one query, none for no references."""
    ids = set(AccessRestriction.objects.filter(ref__in=refs).values_list("pk", flat=True)) if refs else set()
    found = [n for n, record in enumerate(network.standings.records) if record.restriction_id in ids] if ids else []
    return np.array(found, np.int32)


def named(refs: Sequence[str]) -> str:
    """Write the first few references."""
    return ", ".join(f"“{ref[:60]}”" for ref in refs[:5]) + (" …" if len(refs) > 5 else "")  # noqa: PLR2004 - enough


def _list(name: str, given: object, most: int) -> list[Any]:
    listed = [] if given is None else given
    if not isinstance(listed, list) or len(listed) > most:
        raise InvalidBody("“%(member)s” must be a list of at most %(most)d.", member=name, most=most)
    return listed


def _refs(name: str, given: object) -> tuple[str, ...]:
    refs = [read_text(name, one, most=120) for one in _list(name, given, MOST_REFS)]
    if "" in refs:
        raise InvalidBody("“%(member)s” holds an empty reference.", member=name)
    if len(set(refs)) < len(refs):
        raise InvalidBody("“%(member)s” names the same thing twice.", member=name)
    return tuple(refs)
