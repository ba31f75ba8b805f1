"""What is pure of the live changes: which entries were read, what is written, how the end is heard."""

import asyncio
import os
import signal
from random import Random

import pytest
from django.utils import timezone

from gis_core.live import events
from gis_core.live.ending import when_told_to_end
from gis_core.live.heard import MANY, Heard, Snapshot
from gis_core.live.reading import News, State, Told
from gis_core.security import POLICY


def state(**counters):
    return State(counters, {"network_version": 3}, timezone.now())


def test_every_entry_is_heard_once_in_whatever_order_transactions_commit():
    """A writer takes a number when it writes and shows it when it commits; each third one rolls back."""
    for seed in range(200):
        chance, heard, told, next_number, next_tx = Random(seed), Heard(), [], 1, 1
        running: dict[int, list[int]] = {}
        visible: list[int] = []
        expected = set()
        for _ in range(120):
            match chance.randrange(4):
                case 0:
                    running[next_tx] = []
                    next_tx += 1
                case 1 if running:
                    running[chance.choice(list(running))].append(next_number)
                    next_number += 1
                case 2 if running:
                    numbers = running.pop(chance.choice(list(running)))
                    if chance.randrange(3):
                        visible += numbers
                        expected.update(numbers)
                case 3:
                    new = [n for n in visible if n > heard.last or n in heard.open]
                    told += new
                    heard = heard.after(new, Snapshot(min(running, default=next_tx), next_tx))
        new = [n for n in visible if n > heard.last or n in heard.open]
        assert sorted([*told, *new]) == sorted(expected), seed


def test_numbers_that_were_rolled_back_are_not_waited_for_forever():
    heard = Heard(1).after([5], Snapshot(10, 20))
    assert set(heard.open) == {2, 3, 4}
    assert heard.after([], Snapshot(19, 30)).open == heard.open
    assert heard.after([], Snapshot(20, 30)).open == {}


def test_a_leap_of_thousands_of_numbers_keeps_no_list_of_them():
    assert Heard(1).after([1 + 2 * MANY + 5], Snapshot(1, 2)).open == {}


def test_a_name_with_a_line_break_stays_one_event():
    told = Told("roads", 7, "a\nb", "update", {"vi": "Ngõ\n\nevent: hello\ndata: {}", "en": "x"})
    said = events.change(News(state(a=1), state(a=2), ["roads"], [told], more=4), "vi")
    assert said.count(b"\n") == 4
    assert said.startswith(b"id: ")
    assert said.endswith(b"\n\n")


@pytest.mark.parametrize(
    "id_", ["", "x", ":", "806c5cd3:1.2.3", "806c5cd3:-1.2", "806c5cd3:١.2", "806c5cd3:" + "1" * 5000]
)
def test_an_id_that_nobody_gave_is_none(id_):
    assert events.heard_by(id_, {"a": 1, "b": 2}) is None


def test_an_id_of_other_tables_is_none():
    assert events.heard_by(events.id_of({"a": 1, "b": 2}), {"a": 1, "c": 2}) is None


def test_the_loop_hears_of_the_end_beside_what_the_server_does():
    heard = []

    async def until_told():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, heard.append, "server")
        when_told_to_end(loop, lambda: heard.append("streams"))
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        loop.remove_signal_handler(signal.SIGTERM)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        asyncio.run(until_told())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert sorted(heard) == ["server", "streams"]


def test_a_page_listens_to_this_server_only():
    assert "connect-src 'self';" in POLICY
