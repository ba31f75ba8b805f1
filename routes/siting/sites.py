"""Where new sources cover most households, among candidates, on the network of one moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from django.utils.timezone import localdate

from gis_core.values import Verdict
from routes.approach_start import origins_of, stations_for
from routes.barriers import with_rails
from routes.engine.arrays import Flags, Level, Longs, Network
from routes.engine.covering import Places, cover_pairs
from routes.network.profiles import driver_of, profile_of
from routes.siting.bounding import upper_bound
from routes.siting.candidates import (
    LAYER_OF,
    Along,
    Candidates,
    along_roads,
    at_banks,
    joined,
    pairs_too_near,
    planned_at,
)
from routes.siting.certifying import NoCertificateError, certify
from routes.siting.covering import Choice, Limits, cover_most
from routes.siting.demand import Cover, cover_of
from routes.siting.enough import Served, served_with
from routes.siting.ground import Homes, Radii, Sources, homes_on, sources_on
from routes.siting.rules import Check, Surroundings, checks_of, walls_m, widths_m
from routes.siting.scenarios import planned_sources
from routes.siting.sections import sections_of
from routes.siting.sites_question import SitesQuestion, check_costs

COMPUTING_S: Final = 8.0
"""After so long the search for a better bound and a better choice ends; what was found until then is the answer."""
CERTIFYING_S: Final = 8.0
_CERTIFIED_PAIRS: Final = 60_000
_LOOK_M: Final = 200.0


class Outcome(StrEnum):
    """Answers that are not each other."""

    FOUND = "found"
    NO_HOMES = "no_homes"
    ALL_COVERED = "all_covered"
    NO_CANDIDATES = "no_candidates"
    NOTHING_HELPS = "nothing_helps"
    """No candidate covers a home that is not covered already."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place chosen; `adds` households to those that the ones before it cover."""

    place: int  # index into the candidates
    adds: int
    within: int  # households that it covers, whoever else does
    truck: Verdict | None
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Households of the area: covered today, perhaps, not; and what was found for those that are not."""

    homes: int
    households: int
    uncounted: int  # homes whose households nobody counted, each counted as one
    covered_today: int
    perhaps_today: int  # only if what nobody knows turns out well
    beyond_one: int  # whom one more source of the flow asked about does not cover
    within_reach: int  # of those not covered today, by all candidates together
    chosen: int
    bound: int
    proven: bool
    relaxed: bool  # the time was up before the bound was as good as it gets


@dataclass(frozen=True, slots=True)
class SitesAnswer:
    """What was found, and on what it rests."""

    outcome: Outcome
    sites: tuple[Site, ...]
    candidates: Candidates
    tally: Tally
    sources_counted: int
    truck_unknown: int  # of the counted sources, those to which nobody knows whether the vehicle gets
    excluded: int  # candidates that the vehicle surely does not reach
    radii: Radii


def find_sites(question: SitesQuestion, network: Network) -> SitesAnswer:
    """Choose the places.

    Raises
    ------
    gis_core.errors.BadRequest, gis_core.errors.Unprocessable
        No cost of something that may be built; too many candidates.
    gis_core.regulations.NoRuleInForce
    """
    ends_s = time.monotonic() + COMPUTING_S
    candidates = _candidates(question, network)
    check_costs(question, set(candidates.kind))
    homes = homes_on(network)
    homes = homes.some(question.area.holds(homes.lon_lat, homes.unit_id))
    radii = Radii.on(localdate(question.at))
    counted, truck = _sources_that_count(question, network)
    served = _served(question, network, homes, counted)
    reach = _truck_to(question, network, candidates.places)
    kept = np.flatnonzero([verdict is not Verdict.BLOCKED for verdict in reach])
    excluded, candidates, reach = len(candidates) - len(kept), candidates.some(kept), [reach[n] for n in kept]
    demand = _demand(network, homes.some(served.helped), candidates, radii)
    limits = _limits(question, candidates)
    choice, bound, stopped = _choose(question, demand, limits, lambda: time.monotonic() > ends_s)
    tally = _tally(homes, served, demand, choice, bound, relaxed=stopped)
    found = _surroundings(network, candidates, choice, counted)
    checks = checks_of(candidates.some(choice.chosen.astype(np.int64)), found, localdate(question.at))
    within = np.add.reduceat(
        np.append(demand.weight[demand.group], 0), np.minimum(demand.first[:-1], len(demand.group))
    )
    sites = tuple(
        Site(int(one), int(adds), int(within[one]), reach[one], checks[n])
        for n, (one, adds) in enumerate(zip(choice.chosen, choice.adds, strict=True))
    )
    outcome = _outcome(tally, candidates)
    return SitesAnswer(outcome, sites, candidates, tally, len(counted.records), truck, excluded, radii)


def _outcome(tally: Tally, candidates: Candidates) -> Outcome:
    if not tally.homes:
        return Outcome.NO_HOMES
    if tally.covered_today == tally.households:
        return Outcome.ALL_COVERED
    if not len(candidates):
        return Outcome.NO_CANDIDATES
    return Outcome.FOUND if tally.chosen else Outcome.NOTHING_HELPS


# Who is covered -------------------------------------------------------------------------------------------------------


def _served(question: SitesQuestion, network: Network, homes: Homes, sources: Sources) -> Served:
    if question.flow_lps is None:
        return _within_hose(network, homes, sources)
    return served_with(homes, network, flow_lps=question.flow_lps, at=question.at, vehicle=question.vehicle)


def _within_hose(network: Network, homes: Homes, sources: Sources) -> Served:
    """Tell which homes a source reaches by hose: surely, and at least through what nobody knows."""
    limit_mm = sources.limit_mm
    pairs = cover_pairs(with_rails(network), homes.places, sources.places, limit_mm=int(limit_mm.max(initial=0)))
    surely, perhaps = np.zeros(len(homes.id), bool), np.zeros(len(homes.id), bool)
    within = pairs.sure_mm <= limit_mm[pairs.source] if len(limit_mm) else np.zeros(0, bool)
    surely[pairs.house[(pairs.sure_mm >= 0) & within]] = True
    if len(limit_mm):
        perhaps[pairs.house[pairs.distance_mm <= limit_mm[pairs.source]]] = True
    return Served(surely, perhaps & ~surely, helped=~surely)


def _sources_that_count(question: SitesQuestion, network: Network) -> tuple[Sources, int]:
    """Give the usable sources, without those that the vehicle surely does not reach; and how many are in doubt."""
    sources = sources_on(network, question.at)
    sources = sources.some(sources.usable)
    reach = _truck_to(question, network, sources.places)
    counted = np.array([verdict is not Verdict.BLOCKED for verdict in reach], bool)
    return sources.some(counted), sum(verdict is Verdict.UNKNOWN for verdict in reach)


def _truck_to(question: SitesQuestion, network: Network, places: Places) -> list[Verdict | None]:
    """Tell whether the vehicle gets to places from any fire station; None where no vehicle was named."""
    if question.vehicle is None:
        return [None] * len(places)
    surely, perhaps = (reached_places(question, network, places, least) for least in (Level.ASSUMED, Level.UNKNOWN))
    surely &= places.sure
    return [
        Verdict.PASSABLE if sure else Verdict.UNKNOWN if maybe else Verdict.BLOCKED
        for sure, maybe in zip(surely, perhaps, strict=True)
    ]


def reached_places(question: SitesQuestion, network: Network, places: Places, least: Level) -> Flags:
    """Tell which places the vehicle reaches over ways at a level or better."""
    if question.vehicle is None:
        return np.ones(len(places), bool)
    profile = profile_of(network, driver_of(question.vehicle), at=question.at, least=least)
    sections = sections_of(network, profile)
    spots = [spot for origin in origins_of(network, stations_for("", None)) for spot in origin.spots]
    begin = sections.pieces_of(network, spots)
    reached, on_road = np.zeros(len(places), bool), places.edge >= 0
    for beyond in (False, True):
        pieces = sections.pieces_at(network, places.edge[on_road], places.at_mm[on_road], beyond=beyond)
        reached[on_road] |= np.isin(pieces, begin) & (pieces >= 0)
    return reached


# Candidates and the choice --------------------------------------------------------------------------------------------


def _candidates(question: SitesQuestion, network: Network) -> Candidates:
    parts = []
    for along in question.along:
        match along:
            case Along.ROADS:
                parts.append(along_roads(network, question.area, kind=question.kind, spacing_m=question.spacing_m))
            case Along.BANKS:
                parts.append(at_banks(network, question.area, spacing_m=question.spacing_m))
            case _:
                parts.append(planned_at(network, *planned_sources(question.scenario or 0)))
    return joined(parts)


def _demand(network: Network, homes: Homes, candidates: Candidates, radii: Radii) -> Cover:
    limit_mm = np.array([round(radii.of(LAYER_OF[kind]).value * 1000) for kind in candidates.kind], np.int64)
    pairs = cover_pairs(with_rails(network), homes.places, candidates.places, limit_mm=int(limit_mm.max(initial=0)))
    sure = pairs.sure_mm >= 0
    sure[sure] &= pairs.sure_mm[sure] <= limit_mm[pairs.source[sure]]
    return cover_of(pairs.house[sure], pairs.source[sure], weight=homes.households, candidates=len(candidates))


def _limits(question: SitesQuestion, candidates: Candidates) -> Limits:
    cost = None
    if question.budget is not None:
        cost = np.array([question.money(kind) for kind in candidates.kind], np.int64)
    near = pairs_too_near(candidates.lon_lat, question.apart_m)
    return Limits.of(len(candidates), question.most, cost=cost, budget=question.budget_money, near=near)


def _choose(
    question: SitesQuestion, demand: Cover, limits: Limits, stop: Callable[[], bool]
) -> tuple[Choice, int, bool]:
    choice = cover_most(demand, limits)
    bound = upper_bound(demand, limits, choice, stop=stop) if demand.candidates else 0
    if question.certificate and bound > choice.covered and len(demand.group) <= _CERTIFIED_PAIRS:
        try:
            certificate = certify(demand, limits, choice, seconds=CERTIFYING_S)
        except NoCertificateError:
            return choice, bound, True
        choice, bound = certificate.choice, min(bound, certificate.bound)
    return choice, bound, stop()


def _tally(homes: Homes, served: Served, demand: Cover, choice: Choice, bound: int, *, relaxed: bool) -> Tally:
    count = homes.households
    return Tally(
        homes=len(homes.id),
        households=int(count.sum()),
        uncounted=int((~homes.counted).sum()),
        covered_today=int(count[served.surely].sum()),
        perhaps_today=int(count[served.perhaps].sum()),
        beyond_one=int(count[~served.surely & ~served.helped].sum()),
        within_reach=demand.reachable,
        chosen=choice.covered,
        bound=bound,
        proven=choice.covered >= bound,
        relaxed=relaxed and choice.covered < bound,
    )


def _surroundings(network: Network, candidates: Candidates, choice: Choice, counted: Sources) -> Surroundings:
    """Look round the chosen places: the nearest other source along the ways, and the nearest wall."""
    chosen: Longs = choice.chosen.astype(np.int64)
    sites = candidates.some(chosen)
    others = _stacked(counted.places, sites.places)
    pairs = cover_pairs(with_rails(network), sites.places, others, limit_mm=round(_LOOK_M * 1000))
    other = pairs.source != pairs.house + len(counted.records)
    nearest = []
    for column in (pairs.sure_mm, pairs.distance_mm):
        metres = np.full(len(sites), np.inf)
        there = other & (column >= 0)
        np.minimum.at(metres, pairs.house[there], column[there] / 1000)
        nearest.append(metres)
    wall_m = walls_m(sites.lon_lat)
    return Surroundings(nearest[0], nearest[1], wall_m - widths_m(network, sites) / 2, wall_m)


def _stacked(one: Places, other: Places) -> Places:
    columns = ("edge", "at_mm", "offset_mm", "sure")
    return Places(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns))
