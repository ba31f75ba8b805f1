"""What the figures were measured on."""

import importlib.metadata
import os
import platform
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from contenders import HERE


def describe(connection: psycopg.Connection[Any], *, on: date, rounds: int, busy: float) -> str:
    """Name the machine, the programs and the day, as a Markdown list."""
    row = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    postgresql, postgis = row or ("?", "?")
    installed = {
        name: importlib.metadata.version(name) for name in ("Django", "djangorestframework-gis", "granian", "psycopg")
    }
    programs = {
        "PostgreSQL": postgresql.split(" ")[0],
        "PostGIS": postgis,
        "GDAL": _first_line("ogr2ogr", "--version").split(" ")[1].rstrip(","),
        "Python": platform.python_version(),
        **installed,
        "tipg": _pinned("tipg"),
    }
    cores, memory_gb = os.cpu_count(), _memory_kb() / 2**20
    return "\n".join(
        [
            f"- {on.isoformat()}, {rounds} rounds, load average before the run {busy:.2f}",
            f"- {_cpu()}, {cores} cores, {memory_gb:.0f} GB of memory, Linux {platform.release()}",
            "- " + ", ".join(f"{name} {version}" for name, version in programs.items()),
        ]
    )


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_kb() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))


def _first_line(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def _pinned(name: str) -> str:
    lines = (HERE / "tipg.txt").read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{name}=="))
