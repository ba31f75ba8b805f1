"""How long water lasts: volume, refill and demand give the minutes until dry, and when to switch to the next source.

Pure arithmetic; no store, no clock. What nobody measured stays unknown: a tank of unknown volume never lasts, and an
unknown refill counts as none, so that the time is a lower bound and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hydrants.usability import is_measured

_LITRES_PER_M3: Final = 1_000.0


class Lasts(StrEnum):
    """What becomes of a source under a demand."""

    RUNS_DRY = "runs_dry"
    HOLDS = "holds"
    """It gives as much as is taken: a main, or a refill that keeps up."""
    TOO_LITTLE = "too_little"
    """It gives less than is asked for from the first minute on."""
    UNKNOWN = "unknown"
    """Nobody measured what it would take to say."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What is known of a source; None is *nobody knows*.

    `volume_m3` is what it holds when the fire begins, `flow_lps` the most that it gives, `refill_lps` what flows in.
    """

    volume_m3: float | None = None
    refill_lps: float | None = None
    flow_lps: float | None = None


@dataclass(frozen=True, slots=True)
class Endurance:
    """How long one source lasts from its own first minute."""

    lasts: Lasts
    seconds: float | None = None
    """Until it is dry; None unless it runs dry."""
    at_least: bool = False
    """The refill is not known and was counted as none: it may last longer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One source of a chain, in seconds after the fire fighting began; None where that is not known or never comes."""

    endurance: Endurance
    begins_s: float | None
    ends_s: float | None
    switch_s: float | None
    """When people must begin to lay the hose of the next one."""
    too_late: bool = False
    """It is dry before the next one can be laid, even if people begin at once."""


def endurance(supply: Supply, demand_lps: float) -> Endurance:
    """Say how long a source gives a flow.

    Parameters
    ----------
    demand_lps
        More than 0.

    >>> endurance(Supply(volume_m3=30.0, refill_lps=5.0), 20.0)
    Endurance(lasts=<Lasts.RUNS_DRY: 'runs_dry'>, seconds=2000.0, at_least=False)
    >>> endurance(Supply(volume_m3=30.0), 20.0).at_least, endurance(Supply(volume_m3=30.0, refill_lps=20.0), 20.0).lasts
    (True, <Lasts.HOLDS: 'holds'>)
    >>> endurance(Supply(), 20.0).lasts, endurance(Supply(flow_lps=12.0), 20.0).lasts
    (<Lasts.UNKNOWN: 'unknown'>, <Lasts.TOO_LITTLE: 'too_little'>)
    """
    if is_measured(supply.flow_lps) and supply.flow_lps < demand_lps:
        return Endurance(Lasts.TOO_LITTLE)
    refill = supply.refill_lps if is_measured(supply.refill_lps) else None
    if refill is not None and refill >= demand_lps:
        return Endurance(Lasts.HOLDS)
    if is_measured(supply.volume_m3):
        seconds = supply.volume_m3 * _LITRES_PER_M3 / (demand_lps - (refill or 0.0))
        return Endurance(Lasts.RUNS_DRY, seconds, at_least=refill is None)
    return Endurance(Lasts.UNKNOWN)


def main_endurance(flow_lps: float | None, demand_lps: float) -> Endurance:
    """Say how long a hydrant gives a flow: as long as its main does, if that much was measured.

    >>> main_endurance(26.4, 20.0).lasts, main_endurance(None, 20.0).lasts
    (<Lasts.HOLDS: 'holds'>, <Lasts.UNKNOWN: 'unknown'>)
    """
    if not is_measured(flow_lps):
        return Endurance(Lasts.UNKNOWN)
    return Endurance(Lasts.HOLDS if flow_lps >= demand_lps else Lasts.TOO_LITTLE)


def chain(sources: Sequence[Endurance], *, lead_s: float) -> list[Turn]:
    """Put sources one after the other, each until it is dry.

    Parameters
    ----------
    lead_s
        What people need to lay the hose of the next source; they begin so that it is ready when this one is dry.

    Returns
    -------
    A turn each. After one that holds, or of which nobody knows how long it lasts, no later one has a beginning.

    >>> tank, main = endurance(Supply(volume_m3=24.0, refill_lps=0.0), 20.0), main_endurance(26.4, 20.0)
    >>> [(turn.begins_s, turn.ends_s, turn.switch_s, turn.too_late) for turn in chain([tank, main], lead_s=600.0)]
    [(0.0, 1200.0, 600.0, False), (1200.0, None, None, False)]
    """
    turns: list[Turn] = []
    begins: float | None = 0.0
    for number, source in enumerate(sources, start=1):
        ends = None if begins is None or source.seconds is None else begins + source.seconds
        last = number == len(sources)
        switch = None if ends is None or last else max(0.0, ends - lead_s)
        turns.append(
            Turn(source, begins, ends, switch, too_late=switch is not None and ends is not None and ends < lead_s)
        )
        # One that gives too little is passed over: the next one takes its place.
        begins = begins if source.lasts is Lasts.TOO_LITTLE else ends
    return turns
