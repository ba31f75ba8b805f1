"""What the serving benchmark makes of answers and figures; nothing is asked of a server here."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from layers.tile_grid import tile_at

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks/serving"


@pytest.fixture(scope="module")
def scripts():
    """The modules of the folder, and of the one above it, which import each other by their bare names."""
    names = ("processes", "table", "load", "city", "contenders", "works")
    assert not set(names) & set(sys.modules), "a bare name is taken"
    sys.path[:0] = folders = [str(FOLDER), str(FOLDER.parent)]
    try:
        yield {name: __import__(name) for name in names}
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in names:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def table(scripts):
    return scripts["table"]


@dataclass
class Turn:
    rate: float
    p50_ms: float = 1


def test_a_time_ratio_says_how_much_longer_than_the_reference(table):
    target = table.Target("time", 1.2)
    assert target.ratio(Turn(50), Turn(100)) == 2
    assert [target.is_met(ratio) for ratio in (0.8, 1.2, 1.21)] == [True, True, False]


def test_a_speed_ratio_says_how_many_times_as_fast(table):
    target = table.Target("speed", 5)
    assert target.ratio(Turn(50), Turn(10)) == 5
    assert [target.is_met(ratio) for ratio in (4.99, 5, 9)] == [False, True, True]


def test_where_nothing_is_asked_nothing_is_met_or_missed(table):
    assert table.Target("time").is_met(99) is None
    assert table.bounded("size", 1, 99, "kB", most=None).met is None


def test_the_ratio_is_the_median_of_the_rounds_not_of_the_figures(table):
    # The second round was ten times slower for both: the ratio in it is the same.
    ours, reference = [Turn(100), Turn(10), Turn(110)], [Turn(200), Turn(20), Turn(110)]
    row = table.compare("w", 1, name="bare", ours=ours, reference=reference, target=table.Target("time", 1.9))
    assert (row.ratio, row.met) == ("2.00 ×", False)


def test_rounds_without_a_counterpart_are_an_error(table):
    with pytest.raises(ValueError, match="zip"):
        table.compare("w", 1, name="x", ours=[Turn(1)], reference=[], target=table.Target("time"))


def test_a_bound_is_met_up_to_itself(table):
    assert [table.bounded("w", 1, value, "MB", most=16).met for value in (16, 16.1)] == [True, False]


def test_slow_work_is_told_in_seconds_and_quick_work_by_rate(table):
    assert table.figures([Turn(0.4, 2345)]) == "2.35 s"
    assert table.figures([Turn(3.8, 2092)]) == "3.80/s, 2.09 s"
    assert table.figures([Turn(5394, 1.16), Turn(1, 9)]) == "2,698/s, 5.08 ms"


def test_a_table_has_a_cell_for_each_column_whatever_an_error_says(table):
    rows = [
        table.bounded("size", 1, 11.6, "kB", most=100),
        table.missing("failed", 0, "tipg", "a | b\nc", table.Target("speed", 5)),
    ]
    lines = table.markdown(rows).splitlines()
    assert {line.count("|") for line in lines} == {len(table.HEAD) + 1}
    assert lines[-2] == "| size | 1 | 11.6 kB | – | – | ≤ 100 kB | yes |"
    assert lines[-1] == "| failed | – | – | tipg: a / b c | – | ≥ 5 × its speed | – |"


def test_only_what_is_between_the_marks_is_replaced(table):
    page = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    assert table.put_between_marks(page, "new\n") == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter\n"


@pytest.mark.parametrize("page", ["", "{begin} only", "{end} before {begin}", "{begin} {end} {begin} {end}"])
def test_a_page_without_both_marks_once_is_left_alone(table, page):
    with pytest.raises(ValueError, match="must hold"):
        table.put_between_marks(page.format(begin=table.BEGIN, end=table.END), "new")


def test_the_page_of_figures_has_its_marks(table):
    page = (ROOT / "docs/reference/performance.md").read_text("utf-8")
    assert "figures" in table.put_between_marks(page, "figures")


OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "length": (OK + b"Content-Length: 12\r\n\r\nHello, world", 200, 12),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n", 200, 15),
    "empty": (OK + b"content-length: 0\r\n\r\n", 200, 0),
    "unchanged": (b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n', 304, 0),
}  # fmt: skip


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_whole_at_its_last_byte_however_it_arrives(scripts, answer, step):
    raw, status, length = ANSWERS[answer]
    read = scripts["load"].Answer()
    for start in range(0, len(raw), step):
        assert not read.done
        read.feed(raw[start : start + step])
    assert (read.done, read.status, read.body_bytes) == (True, status, length)


def test_boxes_are_the_same_for_the_same_seed_and_never_come_twice(scripts):
    draw = scripts["city"].boxes
    first, second, other = ([next(boxes) for _ in range(500)] for boxes in map(draw, ("a", "a", "b")))
    assert first == second
    assert len({*first, *other}) == 1000
    city = scripts["city"]
    assert all(city.WEST <= west < east <= city.EAST + 1e-6 for west, _, east, _ in first)


def test_tiles_are_those_of_our_grid(scripts):
    city, numbers = scripts["city"], scripts["works"].tile_numbers
    corner = tile_at(city.WEST, city.NORTH, 10)
    assert numbers(10)[0] == (corner.x, corner.y)
    assert len(numbers(10)) == 4
    assert len(numbers(14)) > 50


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("postgis://me@/city?host=/tmp/a-b&port=5433", "postgresql://me:@%2Ftmp%2Fa-b:5433/city"),
        ("postgis://me:pw@db:5432/city", "postgresql://me:pw@db:5432/city"),
    ],
)
def test_a_socket_in_the_address_becomes_a_host_for_tipg(scripts, given, spelt):
    assert scripts["contenders"].with_host(given) == spelt


def test_every_version_of_tipg_and_what_it_needs_is_exact():
    lines = (FOLDER / "tipg.txt").read_text("utf-8").split()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line)] == []
    assert {"tipg", "uvicorn"} <= {line.partition("==")[0] for line in lines}
