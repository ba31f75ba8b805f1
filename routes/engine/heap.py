"""A queue of labels by cost: a 4-ary heap in arrays. A label may stand in it twice; the first one out counts."""

from typing import NamedTuple

import numpy as np

from routes.engine.arrays import Ints, Longs
from routes.engine.compiled import kernel


class Queue(NamedTuple):
    """Room for as many entries as will ever be pushed; pages never touched cost nothing."""

    keys: Longs
    labels: Ints
    size: Longs  # (1,)


def queue_for(pushes: int) -> Queue:
    """Make an empty queue."""
    return Queue(np.empty(pushes, np.int64), np.empty(pushes, np.int32), np.zeros(1, np.int64))


@kernel
def push(queue: Queue, key: int, label: int) -> None:
    """Add a label; equal keys come out in the order of their labels."""
    keys, labels = queue.keys, queue.labels
    at = queue.size[0]
    queue.size[0] += 1
    while at > 0:
        parent = (at - 1) >> 2
        if keys[parent] < key or (keys[parent] == key and labels[parent] <= label):
            break
        keys[at], labels[at] = keys[parent], labels[parent]
        at = parent
    keys[at], labels[at] = key, label


@kernel
def pop(queue: Queue) -> int:
    """Take the label with the least key out; the queue must not be empty."""
    keys, labels = queue.keys, queue.labels
    first: int = labels[0]
    queue.size[0] -= 1
    size = queue.size[0]
    if size > 0:
        _sink(keys, labels, size, keys[size], labels[size])
    return first


@kernel
def _sink(keys: Longs, labels: Ints, size: int, key: int, label: int) -> None:
    at = 0
    while True:
        least = 4 * at + 1
        if least >= size:
            break
        for child in range(least + 1, min(least + 4, size)):
            if keys[child] < keys[least] or (keys[child] == keys[least] and labels[child] < labels[least]):
                least = child
        if key < keys[least] or (key == keys[least] and label <= labels[least]):
            break
        keys[at], labels[at] = keys[least], labels[least]
        at = least
    keys[at], labels[at] = key, label
