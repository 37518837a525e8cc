"""StatedLaw: a material's law as a file states it, and where its numbers come from.

A table with a ``kind``, the kind's parameters or the name of a published ``set``, or a list of such
tables, whose laws add up; ``"elastic"`` takes back what ``based_on`` inherits. A parameter is a
value, or like a property a table with ``value``, ``unit``, ``range``, ``source`` and so on; what
the law's own table says of its source holds for every parameter that says nothing. A parameter
whose value is the name of one of the material's properties has that property's value and source,
and one with a table ``film`` depends on thickness (:mod:`fem_bump.materials.film_yield`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fem_bump.errors import InputError
from fem_bump.materials.film_yield import FilmYield
from fem_bump.materials.law_registry import law_kind
from fem_bump.materials.property import PROPERTIES
from fem_bump.materials.provenance import (
    SOURCE_KEYS,
    VALUE_KEYS,
    Provenance,
    check_source,
    value_row,
)

ELASTIC = "elastic"
_VALUE_KEYS = (*VALUE_KEYS, "film")


@dataclass(frozen=True)
class StatedLaw:
    """A law that is made when it is asked for: with a law comes the compiler.

    Attributes
    ----------
    owner
        Whose it is, for messages.
    tables
        One for each law of the sum.
    """

    owner: str
    tables: tuple[dict[str, Any], ...]

    @classmethod
    def of(
        cls, owner: str, given: Any, properties: Mapping[str, Mapping[str, Any]]
    ) -> StatedLaw | None:
        """What a file states under ``law``; None for an elastic material.

        ``properties`` are the tables of the material's properties.
        """
        if given == ELASTIC:
            return None
        tables = given if isinstance(given, list) and given else [given]
        for table in tables:
            if not isinstance(table, Mapping) or "kind" not in table:
                raise InputError(
                    f"{owner}: law = {table!r} must be a table with a 'kind', a list of such or "
                    f"'{ELASTIC}'"
                )
        return cls(owner, tuple(_without_names(owner, table, properties) for table in tables))

    def made(self) -> Any:
        """The law, or the sum of several.

        Raises
        ------
        InputError
            For an unknown kind, and for a parameter that is missing, unknown or out of its limits.
        """
        whole: Any = None
        for table in self.tables:
            try:
                given = {
                    key: _value(f"law {table['kind']}, {key}", value)
                    for key, value in table.items()
                    if key not in ("kind", *SOURCE_KEYS)
                }
                part = law_kind(table["kind"]).of_table(given)
                whole = part if whole is None else whole + part
            except InputError as error:
                raise InputError(f"{self.owner}: {error}") from error
        for _ in self.provenance():  # checks what is said of sources
            pass
        return whole

    def record(self) -> Any:
        """Plain data that determines it: what is stated, without sources."""
        if any(callable(_plain(value)) for table in self.tables for value in table.values()):
            return self.made().record()  # which has samples of them
        return [
            {key: _plain(value) for key, value in table.items() if key not in SOURCE_KEYS}
            for table in self.tables
        ]

    def provenance(self) -> Iterator[Provenance]:
        """A row for every parameter that is stated."""
        for table in self.tables:
            where = f"{self.owner}, law {table['kind']}"
            units = {each.name: each.unit for each in law_kind(table["kind"]).parameters}
            whole = {key: table[key] for key in SOURCE_KEYS if key in table}
            check_source(where, dict(whole))
            for key, value in table.items():
                if key not in ("kind", *SOURCE_KEYS):
                    named = f"law {table['kind']}: {key}"
                    unit = units.get(key, "")
                    yield value_row(named, f"{where}, {key}", value, unit, whole, _VALUE_KEYS)
                    if isinstance(value, Mapping) and "film" in value:
                        film = FilmYield.of_table(where, *_film(value))
                        said = {each: value["film"].get(each) for each in SOURCE_KEYS}
                        said = {each: it for each, it in said.items() if it is not None}
                        stated = {"value": film.formula, **said}
                        yield value_row(f"{named} of films", f"{where}, film", stated, unit, whole)


def _without_names(
    owner: str, table: Mapping[str, Any], properties: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """A law's table with the property in place of its name."""
    out = {}
    for key, stated in table.items():
        own = dict(stated) if isinstance(stated, Mapping) else {"value": stated}
        named = own.get("value")
        if isinstance(named, str) and named in PROPERTIES:
            if named not in properties:
                raise InputError(
                    f"{owner}: the law's {key} is the material's {named}, which it lacks"
                )
            stated = {**properties[named], **own, "value": properties[named]["value"]}
        out[key] = stated
    return out


def _value(where: str, stated: Any) -> Any:
    """A parameter's value."""
    if not isinstance(stated, Mapping):
        return stated
    return FilmYield.of_table(where, *_film(stated)) if "film" in stated else stated.get("value")


def _plain(stated: Any) -> Any:
    """What of a parameter's table decides its value."""
    if not isinstance(stated, Mapping):
        return stated
    return list(_film(stated)) if "film" in stated else stated.get("value")


def _film(stated: Mapping[str, Any]) -> tuple[Any, Any]:
    """The plain value, and the law over thickness without what is said of its source."""
    film = stated["film"]
    if isinstance(film, Mapping):
        film = {key: value for key, value in film.items() if key not in SOURCE_KEYS}
    return stated.get("value"), film
