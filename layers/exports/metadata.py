"""What a file says about itself: what it is, whose, how free, of when, in which CRS, from which state of the data."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from gis_core.versions import data_version
from layers.exports import selection
from layers.exports.question import ExportQuery

_MANY: Final = 20
_ABOUT: Final = sql.SQL("SELECT count(*), coalesce(bool_or(t.synthetic), false), array_agg(DISTINCT t.source) {}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The statements of a file about itself; texts are in the reader's language."""

    title: str
    description: str
    source: str
    licence: str
    exported_at: str
    crs: str
    data_version: str
    features: int
    synthetic: bool
    note: str

    def as_texts(self) -> dict[str, str]:
        """Spell every statement as a text, leaving out those that say nothing."""
        stated = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value if isinstance(value, str) else str(value).lower()
            for name, value in stated.items()
            if value != ""
        }

    def as_prose(self) -> str:
        """Say it in lines, for readers of files that have no place for more."""
        return "\n".join(f"{name}: {value}" for name, value in self.as_texts().items())


def describe(query: ExportQuery, *, at: datetime) -> Metadata:
    """Describe the file that `query` asks for: one look at its rows for each state of the data."""
    layer, version = query.layer, data_version(selection.tables_of(query))
    features, synthetic, sources = _about(query, version)
    return Metadata(
        title=str(layer.title),
        description=str(layer.description),
        source="; ".join(sources[:_MANY]) + ("; …" if len(sources) > _MANY else ""),
        licence=_licence(sources),
        exported_at=at.isoformat(timespec="seconds"),
        crs=f"{query.crs.code} ({query.crs.name})",
        data_version=version,
        features=features,
        synthetic=synthetic,
        note=_note(query, synthetic=synthetic),
    )


def _about(query: ExportQuery, version: str) -> tuple[int, bool, list[str]]:
    key = f"export:{blake2b(f'{version} {query.key}'.encode(), digest_size=12).hexdigest()}"
    known: tuple[int, bool, list[str]] | None = cache.get(key)
    if known is None:
        statement = _ABOUT.format(selection.rows_of(query))
        with connection.cursor() as cursor:
            cursor.execute(statement.as_string(), selection.params_of(query))
            features, synthetic, sources = cursor.fetchone()
        known = features, synthetic, sorted(source for source in sources or () if source)
        cache.set(key, known)
    return known


def _licence(sources: list[str]) -> str:
    if any("openstreetmap" in source.lower() for source in sources):
        return _("Parts are © OpenStreetMap contributors, under ODbL 1.0; for all else ask the source.")
    return _("Not stated by the source: ask it before you publish.")


def _note(query: ExportQuery, *, synthetic: bool) -> str:
    notes = []
    if synthetic:
        notes.append(_("Holds features invented for demonstration; see the attribute “synthetic”."))
    if query.layer.sensitive and query.audience.units and not query.audience.everywhere:
        notes.append(
            _("Personal attributes are filled in your own administrative units only; elsewhere they were left out.")
        )
    return " ".join(notes)
