"""What can be found by name, address or number: kept by triggers beside the tables, so that an edit in psql counts too.

A room says of each of its tables which columns name a row (`Naming`) and puts `naming.triggers` into the model's
`Meta`; `layers.search` reads `gis_core_findable` and knows no table. Keys are made by gis_core/sql/findable.sql.
"""

from dataclasses import dataclass
from typing import Final

import pgtrigger

NAMINGS: "Final[dict[str, Naming]]" = {}
"""What is findable, by layer; filled as the rooms are imported."""

_ADDRESS: Final = "('address', thuylo_street(row.street), thuylo_chain(row.lane_chain), thuylo_house(row.house_number))"
_PARTS: Final = "row.address, row.house_number, row.lane_chain, row.street"
# The last number of a reference is what people read out: 12 of demo/hydrant/012.
_NUMBER: Final = "coalesce(ltrim((regexp_match(row.ref, '([0-9]+)[^0-9]*$'))[1], '0'), '')"
_REF: Final = f"('ref', replace(thuylo_key(row.ref), '/', ' '), '', {_NUMBER})"


@dataclass(frozen=True, slots=True)
class Naming:
    """The columns that name the rows of one table. None of them may be a sensitive one.

    Parameters
    ----------
    layer
        The layer's id.
    name
        The column with the name, if there is one.
    key
        The function of gis_core/sql/findable.sql that makes its key.
    addressed
        The columns of `gis_core.features.Addressed` are there too.
    refs
        People know rows by `ref` or by its last number.
    """

    layer: str
    name: str = ""
    key: str = "thuylo_key"
    addressed: bool = False
    refs: bool = False

    def __post_init__(self) -> None:
        NAMINGS[self.layer] = self

    @property
    def is_house(self) -> bool:
        """Whether a row stands for the house of its address; a hydrant only stands before one."""
        return self.addressed and not self.refs

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values can be found or are told."""
        name = (self.name,) if self.name else ()
        address = ("house_number", "lane_chain", "street", "address") if self.addressed else ()
        return ("ref", "synthetic", "geom", *name, *address)

    @property
    def triggers(self) -> list[pgtrigger.Trigger]:
        """Keep the entries as the table is: three triggers a statement, and one for TRUNCATE."""
        moved = f"SELECT id FROM old_rows FULL JOIN new_rows USING (id) WHERE {_differs(self.columns)}"  # noqa: S608 - of names in our own code
        return [
            _trigger(pgtrigger.Insert, self.fill("new_rows"), new="new_rows"),
            _trigger(
                pgtrigger.Update,
                self._forget(moved) + self.fill("new_rows", f"WHERE row.id IN ({moved})"),
                old="old_rows",
                new="new_rows",
            ),
            _trigger(pgtrigger.Delete, self._forget("SELECT id FROM old_rows"), old="old_rows"),
            _trigger(pgtrigger.Truncate, f"DELETE FROM gis_core_findable WHERE layer = '{self.layer}';"),  # noqa: S608 - of names in our own code
        ]

    def fill(self, rows: str, where: str = "") -> str:
        """Write the entries of `rows`, a table or a transition table, and the names that are new."""
        title = f"nullif(row.{self.name}, '')" if self.name else "NULL"
        address = f"thuylo_address({_PARTS})" if self.addressed else "''"
        # Numbered things are looked up by number: 100,000 times "hydrant" would slow every search for misspelt names.
        plain = "way <> 'ref'" + (" AND (way <> 'name' OR key !~ '[0-9]')" if self.refs else "")
        return f"""
            WITH entry AS (
                INSERT INTO gis_core_findable
                    (layer, feature_id, way, key, chain, house, title, address, ref, synthetic, point, shape)
                SELECT '{self.layer}', row.id, said.way, said.key, said.chain, said.house,
                       coalesce({title}, nullif({address}, ''), row.ref), {address}, row.ref, row.synthetic,
                       thuylo_point(row.geom::geometry),
                       CASE WHEN ST_Dimension(row.geom::geometry) = 2 AND ST_NPoints(row.geom::geometry) > 64
                            THEN ST_Envelope(row.geom::geometry)
                            ELSE row.geom::geometry END
                FROM {rows} AS row CROSS JOIN LATERAL ({self._said}) AS said (way, key, chain, house)
                {where}{" AND" if where else "WHERE"} said.key <> '' ORDER BY row.id
                RETURNING way, key)
            INSERT INTO gis_core_findablename (key) SELECT DISTINCT key FROM entry WHERE {plain} ORDER BY key
            ON CONFLICT DO NOTHING;
        """  # noqa: S608 - of names in our own code

    @property
    def _said(self) -> str:
        if self.key == "thuylo_lane":
            return f"SELECT 'road', lane.street, lane.chain, '' FROM thuylo_lane(row.{self.name}) AS lane"  # noqa: S608 - of names in our own code
        name = [f"('name', {self.key}(row.{self.name}), '', '')"] if self.name else []
        return "VALUES " + ", ".join([*name, *([_ADDRESS] if self.addressed else []), *([_REF] if self.refs else [])])

    def _forget(self, ids: str) -> str:
        return f"DELETE FROM gis_core_findable WHERE layer = '{self.layer}' AND feature_id IN ({ids});"  # noqa: S608 - of names in our own code


def _differs(columns: tuple[str, ...]) -> str:
    # Geometries are compared as bytes: their = is true of some that differ, and geography has none for NULL.
    names = [f"{{side}}.{name}{'::bytea' if name == 'geom' else ''}" for name in columns]
    old, new = (", ".join(names).format(side=side) for side in ("old_rows", "new_rows"))
    return f"({old}) IS DISTINCT FROM ({new})"


def _trigger(operation: pgtrigger.Operation, func: str, **seen: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"findable_{str(operation).lower()}",
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        operation=operation,
        referencing=pgtrigger.Referencing(**seen) if seen else None,  # type: ignore[no-untyped-call]  # pgtrigger ships half its types
        func=f"{func} RETURN NULL;",
    )
