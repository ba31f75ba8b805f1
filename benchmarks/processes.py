"""What a benchmark reads of the processes that it measures, from /proc."""

import os
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """List a process and all below it that still run."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return [pid, *(each for child in children for each in family(child))]


def memory_kb(pid: int, name: str) -> int:
    """Read `VmRSS` (now) or `VmHWM` (the most so far) of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def forget_peak(pid: int) -> None:
    """Let VmHWM begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_s(pid: int) -> float:
    """Sum up the processor time that a process and all below it have taken."""
    ticks = 0
    for each in family(pid):
        with suppress(OSError):  # it has just ended
            ticks += sum(map(int, Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
