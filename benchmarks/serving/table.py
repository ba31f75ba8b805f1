"""The figures of the rounds, compared, judged and written as a Markdown table. No load, no server, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, Protocol

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEAD = ("work", "clients", "ours", "reference", "ratio", "must reach", "met")


class Figures(Protocol):
    """One turn of one contender."""

    @property
    def rate(self) -> float: ...
    @property
    def p50_ms(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio must reach: at most `bound` times the reference's time, or at least `bound` times its speed."""

    kind: Literal["time", "speed"]
    bound: float | None = None

    def ratio(self, ours: Figures, reference: Figures) -> float:
        """Compare one turn of each.

        >>> from types import SimpleNamespace as Turn
        >>> Target("time", 1.2).ratio(Turn(rate=50), Turn(rate=60))
        1.2
        """
        return reference.rate / ours.rate if self.kind == "time" else ours.rate / reference.rate

    def is_met(self, ratio: float) -> bool | None:
        """Judge; None where nothing is asked."""
        if self.bound is None:
            return None
        return ratio <= self.bound if self.kind == "time" else ratio >= self.bound

    def __str__(self) -> str:
        if self.bound is None:
            return "–"
        of = "its time" if self.kind == "time" else "its speed"
        return f"{'≤' if self.kind == 'time' else '≥'} {self.bound:g} × {of}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `met` is None where nothing is asked or nothing could be measured.

    `clients` is 0 where the whole work failed.
    """

    work: str
    clients: int
    ours: str
    reference: str
    ratio: str
    must: str
    met: bool | None


def compare(
    work: str, clients: int, *, name: str, ours: Sequence[Figures], reference: Sequence[Figures], target: Target
) -> Row:
    """Compare two contenders round by round: both sides of a ratio ran within seconds of each other.

    The figures shown are medians of the rounds, the ratio is the median of the rounds' ratios.
    """
    ratio = median(target.ratio(mine, other) for mine, other in zip(ours, reference, strict=True))
    times = "×" if target.kind == "time" else "× as fast"
    return Row(
        work, clients, figures(ours), f"{name}: {figures(reference)}", f"{ratio:.2f} {times}", str(target),
        target.is_met(ratio),
    )  # fmt: skip


def bounded(work: str, clients: int, value: float, unit: str, *, most: float | None, reference: str = "–") -> Row:
    """Judge a figure that stands for itself."""
    must, met = ("–", None) if most is None else (f"≤ {most:g} {unit}", value <= most)
    return Row(work, clients, f"{_short(value)} {unit}", reference, "–", must, met)


def missing(work: str, clients: int, name: str, why: str, target: Target) -> Row:
    """Say that a row could not be measured."""
    return Row(work, clients, "–", f"{name}: {why}".replace("|", "/").replace("\n", " "), "–", str(target), None)


def figures(turns: Iterable[Figures]) -> str:
    """Write the medians of some turns."""
    turns = list(turns)
    rate, p50_ms = median(turn.rate for turn in turns), median(turn.p50_ms for turn in turns)
    took = f"{p50_ms / 1000:.2f} s" if p50_ms >= 1000 else f"{_short(p50_ms)} ms"
    return f"{_short(rate)}/s, {took}" if rate >= 1 else took


def _short(value: float) -> str:
    """Three digits are more than a shared machine warrants.

    >>> _short(5394.02), _short(57.44), _short(0.287)
    ('5,394', '57.4', '0.29')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(rows: Sequence[Row]) -> str:
    """Write the table."""
    judged = {True: "yes", False: "**no**", None: "–"}
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [(r.work, str(r.clients or "–"), r.ours, r.reference, r.ratio, r.must, judged[r.met]) for r in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put_between_marks(page: str, text: str) -> str:
    """Replace what stands between the marks of a page.

    Raises
    ------
    ValueError
        The page does not hold both marks once, in their order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or page.count(BEGIN) > 1 or page.count(END) > 1:
        msg = f"The page must hold {BEGIN} and, after it, {END}, each once."
        raise ValueError(msg)
    return f"{before}{BEGIN}\n{text.strip()}\n{END}{after}"
