"""Every kernel of the engine and of the questions here, compiled or loaded before anybody waits for it. Pure."""

import numpy as np

from routes.engine import searches
from routes.engine.arrays import Spot
from routes.engine.tiny import anybody, tiny_network
from routes.siting.bounding import upper_bound
from routes.siting.covering import Limits, cover_most
from routes.siting.demand import cover_of
from routes.siting.removing import fewest_removals, opened_by_each, reached_pieces
from routes.siting.sections import sections_of


def warm_up() -> None:
    """Compile every kernel, those of the engine first."""
    searches.warm_up()
    one = np.ones(2, np.int64)
    demand = cover_of(np.array([0, 1, 1]), np.array([0, 1, 2]), weight=one, candidates=3)
    limits = Limits.of(3, 1)
    # A choice that leaves something to gain, so that the bound takes a step.
    upper_bound(demand, limits, cover_most(demand, limits))
    network = tiny_network()
    sections = sections_of(network, anybody(emergency=True))
    reached = reached_pieces(sections, sections.pieces_of(network, [Spot(0, 50_000)]))
    homes = cover_of(np.zeros(1, np.int32), np.zeros(1, np.int32), weight=one[:1], candidates=sections.pieces)
    opened_by_each(sections, reached, homes, one[:1, None], records=1)
    fewest_removals(sections, reached)
