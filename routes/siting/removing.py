"""What opens where one obstacle is removed, and how many must be at the least. Pure.

Obstacles often stand one behind the other, so that to remove one of them opens nothing: the smallest number of
removals stands beside what each one opens. One that stands in several places is removed in all at once; met again
behind another one it counts again, as in `routes.engine.searches.way_to_open`.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import Bytes, Flags, Ints, Longs, first_of
from routes.engine.compiled import fixed, kernel
from routes.siting.demand import Cover
from routes.siting.sections import Sections

NEVER: Final = -1
"""No number of removals opens it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What each record alone opens; r records."""

    homes: Longs  # (r, w) by each way of counting
    pieces: Ints  # (r,) stretches that it opens, with homes or without


class _Links(NamedTuple):
    first: Longs  # (records + 1,)
    start: Ints
    end: Ints


def reached_pieces(sections: Sections, begin: Ints) -> Flags:
    """Mark the pieces in which the vehicle begins: all that it reaches with nothing removed."""
    reached = np.zeros(sections.pieces, bool)
    reached[begin] = True
    return reached


def served(homes: Cover, reached: Flags) -> Flags:
    """Tell which groups of homes have one of the reached pieces."""
    count = np.zeros(len(homes.weight), bool)
    np.logical_or.at(count, homes.group, np.repeat(reached, np.diff(homes.first)))
    return count


def opened_by_each(sections: Sections, reached: Flags, homes: Cover, weights: Longs, *, records: int) -> Opened:
    """Count what each record alone would open.

    Parameters
    ----------
    reached
        (pieces,) those reached today.
    homes
        Which groups of homes are served from which piece: a cover whose candidates are the pieces.
    weights
        (g, w) what each group counts, in so many ways; groups that are served today count in none of them.
    records
        How many there are; those without a link open nothing.
    """
    order = np.argsort(sections.link_record, kind="stable")
    links = _Links(
        fixed(first_of(np.bincount(sections.link_record, minlength=records)), np.int64),
        fixed(sections.link_from[order], np.int32),
        fixed(sections.link_to[order], np.int32),
    )
    counted = np.where(served(homes, reached)[:, None], 0, weights)
    opened = np.zeros((records, weights.shape[1]), np.int64), np.zeros(records, np.int32)
    room = np.full(sections.pieces, -1, np.int32), np.full(len(homes.weight), -1, np.int32)
    open_each(
        links, fixed(reached, np.bool_), fixed(homes.first, np.int64), fixed(homes.group, np.int32),
        fixed(counted, np.int64), *room, *opened,
    )  # fmt: skip
    return Opened(*opened)


@kernel
def open_each(
    links: _Links, reached: Flags, first: Longs, group: Ints, counted: Longs, piece_of: Ints, group_of: Ints,
    homes: Longs, pieces: Ints,
) -> None:  # fmt: skip
    """Spread from what is reached over the links of each record, and count the homes there once."""
    for record in range(pieces.shape[0]):
        again = True
        while again:
            again = False
            for link in range(links.first[record], links.first[record + 1]):
                start, end = links.start[link], links.end[link]
                start_open = reached[start] or piece_of[start] == record
                end_open = reached[end] or piece_of[end] == record
                if start_open == end_open:
                    continue
                fresh = end if start_open else start
                piece_of[fresh] = record
                pieces[record] += 1
                again = True
                for at in range(first[fresh], first[fresh + 1]):
                    one = group[at]
                    if group_of[one] != record:
                        group_of[one] = record
                        for way in range(counted.shape[1]):
                            homes[record, way] += counted[one, way]


# The smallest number of removals --------------------------------------------------------------------------------------


class _Arrows(NamedTuple):
    """Links in both directions, sorted by where they begin, then by record."""

    first: Longs  # (pieces + 1,)
    end: Ints
    record: Ints
    back: Ints  # the same link the other way
    block: Ints  # the first arrow of the same beginning and record


def fewest_removals(sections: Sections, reached: Flags) -> Ints:
    """Give the smallest number of removals that opens each piece, 0 where it is open, `NEVER` where none does."""
    arrows = _arrows(sections)
    number = np.where(reached, 0, NEVER).astype(np.int32)
    count = len(arrows.end)
    done, offered = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    spread(arrows, number, done, offered, np.empty(2 * count + 1, np.int32), np.empty(2 * count + 1, np.int32))
    return number


def _arrows(sections: Sections) -> _Arrows:
    start = np.concatenate([sections.link_from, sections.link_to])
    end = np.concatenate([sections.link_to, sections.link_from])
    record = np.concatenate([sections.link_record, sections.link_record])
    links = len(sections.link_from)
    order = np.lexsort((record, start))
    place = np.empty(2 * links, np.int64)
    place[order] = np.arange(2 * links)
    back = place[(order + links) % (2 * links)] if links else place
    start, end, record = start[order], end[order], record[order]
    fresh = np.ones(2 * links, bool)
    fresh[1:] = (start[1:] != start[:-1]) | (record[1:] != record[:-1])
    block = np.maximum.accumulate(np.where(fresh, np.arange(2 * links), 0)) if links else place
    first = first_of(np.bincount(start, minlength=sections.pieces))
    return _Arrows(fixed(first, np.int64), *(fixed(column, np.int32) for column in (end, record, back, block)))


@kernel
def _list_all(arrows: _Arrows, piece: int, queue: Ints, filled: int) -> int:
    for arrow in range(arrows.first[piece], arrows.first[piece + 1]):
        queue[filled] = arrow
        filled += 1
    return filled


@kernel
def _list_same(arrows: _Arrows, arrow: int, offered: Bytes, queue: Ints, filled: int) -> int:
    """List the arrows that go on over other places of the same obstacle, once: it is gone already."""
    onward = arrows.block[arrows.back[arrow]]
    if offered[onward]:
        return filled
    offered[onward] = 1
    record, last = arrows.record[onward], arrows.first[arrows.end[arrow] + 1]
    while onward < last and arrows.record[onward] == record:
        queue[filled] = onward
        filled, onward = filled + 1, onward + 1
    return filled


@kernel
def spread(arrows: _Arrows, number: Ints, done: Bytes, offered: Bytes, now: Ints, later: Ints) -> None:
    """Go on by one removal at a time; on over the same record costs none."""
    waiting = removals = 0
    for piece in range(number.shape[0]):
        if number[piece] == 0:
            waiting = _list_all(arrows, piece, later, waiting)
    while waiting > 0:
        for copied in range(waiting):
            now[copied] = later[copied]
        todo, waiting, removals, at = waiting, 0, removals + 1, 0
        while at < todo:
            arrow = now[at]
            at += 1
            if done[arrow]:
                continue
            done[arrow] = 1
            piece = arrows.end[arrow]
            if number[piece] == NEVER:
                number[piece] = removals
                waiting = _list_all(arrows, piece, later, waiting)
            todo = _list_same(arrows, arrow, offered, now, todo)
