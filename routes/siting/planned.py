"""The network as it would be: without some obstacles and roads, the live one left as it is. Pure."""

from dataclasses import replace

import numpy as np

from routes.engine.arrays import Ints, Network, Standings, first_of


def network_without(network: Network, *, records: Ints, edges: Ints) -> Network:
    """Take obstacles and roads away, in a copy.

    Parameters
    ----------
    records
        Indices into `Standings.records`; each is gone wherever it stands.
    edges
        Roads that are closed to everybody, people with hose too.
    """
    gone = network.roads.gone
    if len(edges):
        gone = np.array(gone)
        gone[edges] = True
    return replace(
        network,
        roads=replace(network.roads, gone=gone),
        standings=_without(network.standings, records) if len(records) else network.standings,
    )


def _without(standings: Standings, records: Ints) -> Standings:
    kept = ~np.isin(standings.record, records)
    edge = np.repeat(np.arange(len(standings.first) - 1), np.diff(standings.first))[kept]
    columns = ("from_mm", "to_mm", "limits", "legal", "solid_sign", "timetable", "foot", "in_doubt", "record")
    return replace(
        standings,
        first=first_of(np.bincount(edge, minlength=len(standings.first) - 1)).astype(np.int32),
        **{name: getattr(standings, name)[kept] for name in columns},
    )
