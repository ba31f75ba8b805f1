"""What was computed becomes rows: classes of houses by COPY, figures of wards, what changed and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection

from routes.coverage.classes import BY_LEVEL, WHYS, Cause
from routes.coverage.figures import COUNTED, band_of, figures
from routes.coverage.models import BuildingCoverage, CoverageChange, CoverageOverride, CoverageRun, WardCoverage
from routes.coverage.places import LAYERS
from routes.coverage.state import CoverState
from routes.engine.arrays import Ints, Small

BLOCK: Final = 20_000
_TABLE: Final = BuildingCoverage._meta.db_table
_WARDS: Final = WardCoverage._meta.db_table
_COLUMNS: Final = (
    "ref", "geom", "administrative_unit_id", "synthetic", "of_layer", "of_id", "coverage", "computed", "overridden",
    "reason", "demand_least_lps", "demand_lps", "source_key", "source_hose_m", "nearest_key", "nearest_hose_m",
    "working_hose_m", "perhaps_hose_m", "truck", "households", "people", "rules_on", "evidence", "source",
)  # fmt: skip
_TRUCK: Final = ("blocked", "unknown", "unknown", "passable")
_SOURCE: Final = "coverage"


def truck_verdict(level: int) -> str:
    """Name the level of a truck's way as a verdict."""
    return _TRUCK[level]


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Before:
    """The class that a house had as stored, and as computed."""

    coverage: str
    computed: str
    reason: str
    source_key: str


def read_overrides() -> dict[tuple[int, int], str]:
    """Read what planners decided, by layer and number of the house: one query."""
    rows = CoverageOverride.objects.values_list("of_layer", "of_id", "coverage")
    return {(LAYERS.index(layer), of_id): coverage for layer, of_id, coverage in rows}


def effective_levels(state: CoverState, houses: Ints, overrides: Mapping[tuple[int, int], str]) -> Small:
    """Give the level of the class that counts for each of these houses."""
    levels = state.weighed.level[houses].copy()
    for key, coverage in overrides.items():
        at = state.house_at.get(key, -1)
        position = int(np.searchsorted(houses, at))
        if at >= 0 and position < len(houses) and houses[position] == at:
            levels[position] = next(i for i, each in enumerate(BY_LEVEL) if each == coverage)
    return levels


def note_followed(basis: str, *, at: datetime) -> None:
    """Note with the last run that what is stored holds every edit of this basis: one query."""
    last = CoverageRun.objects.order_by("-at", "-pk").values("pk")[:1]
    CoverageRun.objects.filter(pk__in=last).update(basis=basis, followed_at=at)


# Houses --------------------------------------------------------------------------------------------------------------


def write_houses(state: CoverState, houses: Ints, levels: Small, progress: Progress | None = None) -> None:
    """Insert or update the rows of these houses (ascending, all there), by COPY into a table of the connection."""
    names = ", ".join(_COLUMNS)
    updates = ", ".join(f"{c} = EXCLUDED.{c}" for c in _COLUMNS if c != "ref")
    old, new = (", ".join(f"{t}.{c}" for c in _COLUMNS if c != "geom") for t in (_TABLE, "EXCLUDED"))
    with connection.cursor() as cursor:
        # Kept for the next edit: to make a table and to drop it takes longer than to write the houses of most.
        like = f"SELECT {names} FROM {_TABLE} LIMIT 0"  # noqa: S608 - names of ours
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS coverage_fresh ON COMMIT DELETE ROWS AS {like}")
        cursor.execute("DELETE FROM coverage_fresh")  # of a step before in the same transaction
        with cursor.copy(f"COPY coverage_fresh ({names}) FROM STDIN") as copy:
            for begin in range(0, len(houses), BLOCK):
                chosen = slice(begin, begin + BLOCK)
                copy.write("".join(_lines(state, houses[chosen], levels[chosen])))
                if progress:
                    progress("houses", min(begin + BLOCK, len(houses)), len(houses))
        cursor.execute(
            f"INSERT INTO {_TABLE} ({names}) SELECT {names} FROM coverage_fresh "  # noqa: S608 - names of ours
            f"ON CONFLICT (ref) DO UPDATE SET {updates} WHERE ({old}) IS DISTINCT FROM ({new}) "
            f"OR NOT {_TABLE}.geom::geometry ~= EXCLUDED.geom::geometry"
        )


def _lines(state: CoverState, houses: Ints, levels: Small) -> Iterator[str]:
    h, w = state.houses, state.weighed
    rows = state.sources.rows
    day = state.rules.on.isoformat()
    columns: Sequence[list[Any]] = (
        h.layer[houses].tolist(),
        h.id[houses].tolist(),
        h.lon_lat[houses].tolist(),
        h.unit[houses].tolist(),
        h.synthetic[houses].tolist(),
        levels.tolist(),
        *(column[houses].tolist() for column in w),
        h.least_lps[houses].tolist(),
        h.most_lps[houses].tolist(),
        state.truck[houses].tolist(),
        h.households[houses].tolist(),
        h.people[houses].tolist(),
    )
    for (
        layer, of_id, (lon, lat), unit, synthetic, level,
        computed, reason, source, source_mm, nearest, nearest_mm, working_mm, perhaps_mm,
        least, most, truck, households, people,
    ) in zip(*columns, strict=True):  # fmt: skip
        name = LAYERS[layer]
        yield "\t".join((
            f"{name}/{of_id}", f"SRID=4326;POINT({lon!r} {lat!r})", _null(unit), "t" if synthetic else "f", name,
            str(of_id), BY_LEVEL[level], BY_LEVEL[computed], "t" if level != computed else "f", WHYS[reason],
            repr(least), repr(most), rows[source].key if source >= 0 else "", _metres(source_mm),
            rows[nearest].key if nearest >= 0 else "", _metres(nearest_mm), _metres(working_mm), _metres(perhaps_mm),
            _TRUCK[truck], _null(households), _null(people), day, "none", f"{_SOURCE}\n",
        ))  # fmt: skip


def _null(number: int) -> str:
    return "\\N" if number < 0 else str(number)


def _metres(mm: int) -> str:
    return "\\N" if mm < 0 else repr(mm / 1000)


def delete_houses(keys: Sequence[tuple[int, int]]) -> None:
    """Take away the rows of houses that are no more."""
    refs = [f"{LAYERS[layer]}/{of_id}" for layer, of_id in keys]
    BuildingCoverage.objects.filter(ref__in=refs).delete()


def delete_others(state: CoverState) -> int:
    """Take away the rows of all houses that the state does not have."""
    ids: tuple[list[int], list[int]] = ([], [])
    for layer, of_id in state.house_at:
        ids[layer].append(of_id)
    deleted = 0
    for layer, name in enumerate(LAYERS):
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {_TABLE} WHERE of_layer = %s AND NOT EXISTS "  # noqa: S608 - a name of ours
                "(SELECT FROM unnest(%s::bigint[]) AS kept (id) WHERE kept.id = of_id)",
                [name, ids[layer]],
            )
            deleted += cursor.rowcount
    return deleted


# Wards ---------------------------------------------------------------------------------------------------------------


def ward_figures(
    state: CoverState, overrides: Mapping[tuple[int, int], str], units: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """Count the buildings of wards, of all that there are or of some."""
    here = state.alive & (state.houses.layer == 0) & (state.houses.unit >= 0)
    if units is not None:
        here &= np.isin(state.houses.unit, list(units))
    houses = np.flatnonzero(here).astype(np.int32)
    wanted = np.unique(state.houses.unit[houses]) if units is None else np.unique(np.array(list(units), np.int64))
    if not len(wanted):
        return {}
    told = figures(
        np.searchsorted(wanted, state.houses.unit[houses]),
        len(wanted),
        state.weighed.some(houses),
        effective_levels(state, houses, overrides),
        state.houses.edge[houses] >= 0,
        state.houses.households[houses],
        state.houses.people[houses],
    )
    return {unit: {name: int(told[name][i]) for name in COUNTED} for i, unit in enumerate(wanted.tolist())}


def write_wards(state: CoverState, told: Mapping[int, Mapping[str, int]], *, whole: bool) -> None:
    """Insert or update the figures of wards; `whole`: all others in force have no building."""
    names = ", ".join(COUNTED)
    values = ", ".join(f"%({name})s::int[]" for name in COUNTED)
    updates = ", ".join(f"{n} = EXCLUDED.{n}" for n in ("band", "covered_pct", "rules_on", "name", *COUNTED))
    chosen = "" if whole else "AND unit.id = ANY(%(unit)s::bigint[])"
    filled = ", ".join(f"coalesce(told.{name}, 0)" for name in COUNTED)
    params: dict[str, Any] = {name: [figure[name] for figure in told.values()] for name in COUNTED}
    params["unit"] = list(told)
    params["band"] = [band_of(f["buildings"], f["buildings_covered"]) for f in told.values()]
    params["rules_on"] = state.rules.on
    differs = f"ROW({_WARDS}.band, {', '.join(f'{_WARDS}.{n}' for n in COUNTED)}, {_WARDS}.rules_on, {_WARDS}.name)"
    fresh = f"ROW(EXCLUDED.band, {', '.join(f'EXCLUDED.{n}' for n in COUNTED)}, EXCLUDED.rules_on, EXCLUDED.name)"
    sql = f"""
        INSERT INTO {_WARDS} (ref, name, geom, administrative_unit_id, synthetic, source, evidence, band, covered_pct,
                              rules_on, {names})
        SELECT unit.ref, unit.name, unit.geom, unit.id, unit.synthetic, '{_SOURCE}', 'none',
               coalesce(told.band, 'unknown'),
               round(100.0 * told.buildings_covered / nullif(told.buildings, 0), 1), %(rules_on)s, {filled}
        FROM gis_core_administrativeunit AS unit
        LEFT JOIN unnest(%(unit)s::bigint[], %(band)s::text[], {values}) AS told (unit, band, {names})
          ON told.unit = unit.id
        WHERE unit.level = 3 AND unit.valid_to IS NULL {chosen}
        ON CONFLICT (ref) DO UPDATE SET {updates} WHERE {differs} IS DISTINCT FROM {fresh}
    """  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if whole:
            cursor.execute(
                f"DELETE FROM {_WARDS} AS ward WHERE NOT EXISTS (SELECT FROM gis_core_administrativeunit AS unit "  # noqa: S608
                "WHERE unit.ref = ward.ref AND unit.level = 3 AND unit.valid_to IS NULL)"
            )


# What changed --------------------------------------------------------------------------------------------------------


def read_before(refs: Sequence[str] | None = None) -> dict[tuple[int, int], Before]:
    """Read the classes as stored, of some houses or of all: one query."""
    chosen = BuildingCoverage.objects.all() if refs is None else BuildingCoverage.objects.filter(ref__in=refs)
    rows = chosen.values_list("of_layer", "of_id", "coverage", "computed", "reason", "source_key")
    return {(LAYERS.index(layer), of_id): Before(*row) for layer, of_id, *row in rows}


def note_changes(
    state: CoverState,
    houses: Ints,
    levels: Small,
    before: Mapping[tuple[int, int], Before],
    cause_of: Callable[[Before | None, int], Cause],
    *,
    at: datetime,
) -> int:
    """Write down which houses have another class than before, and why; give how many."""
    changes = []
    for house, level in zip(houses.tolist(), levels.tolist(), strict=True):
        key = int(state.houses.layer[house]), int(state.houses.id[house])
        was = before.get(key)
        if was is None or was.coverage != BY_LEVEL[level]:
            unit = int(state.houses.unit[house])
            changes.append((key, unit, was.coverage if was else None, str(BY_LEVEL[level]), cause_of(was, house)))
    _write_changes(changes, at)
    return len(changes)


def note_removed(keys: Mapping[tuple[int, int], tuple[int, str]], *, at: datetime) -> None:
    """Write down that houses are no more; by key their unit and the class that they had."""
    _write_changes([(key, unit, was, None, Cause.REMOVED) for key, (unit, was) in keys.items()], at)


def _write_changes(changes: Sequence[tuple[tuple[int, int], int, str | None, str | None, Cause]], at: datetime) -> None:
    CoverageChange.objects.bulk_create(
        [
            CoverageChange(
                at=at, of_layer=LAYERS[layer], of_id=of_id, administrative_unit_id=unit if unit >= 0 else None,
                before=was, after=now, cause=cause,
            )
            for (layer, of_id), unit, was, now, cause in changes
        ],
        batch_size=5_000,
    )  # fmt: skip


def has_run() -> bool:
    """Tell whether anything was ever computed."""
    return CoverageRun.objects.exists()
