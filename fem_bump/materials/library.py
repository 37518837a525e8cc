"""MaterialLibrary: materials by name, and where each of their values comes from.

Read from TOML or from a dict laid out like it; ``docs/materials.md`` describes the layout. The
shipped library is ``fem_bump/materials/data/materials.toml``. Temperatures are degrees Celsius;
laws published in kelvin were converted where they entered the library.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fem_bump.errors import InputError
from fem_bump.materials.material import Material
from fem_bump.materials.migration import NOT_STATED, stated_migration
from fem_bump.materials.property import (
    OF_A_FILM,
    PROPERTIES,
    REFERENCE_DEGC,
    REQUIRED,
    TRANSITION,
    UNITS,
    ConductivityFromResistivity,
    canonical,
    check,
    checked_range,
    checked_reference,
    evaluate,
    transition,
)
from fem_bump.materials.provenance import (
    VALUE_KEYS,
    Provenance,
    check_source,
    unknown_key,
    value_text,
)
from fem_bump.materials.stated_law import ELASTIC, StatedLaw
from groundwork.pictures import beside, table
from groundwork.user_text import toml_of

_TEXT_KEYS = ("description", "note", "based_on")
_ELECTRICAL = ("conductivity_s_per_m", "resistivity_ohm_m", "resistivity_tcr_per_k")


class _Entry(NamedTuple):
    material: Material
    description: str
    provenance: tuple[Provenance, ...]
    law: StatedLaw | None
    migration: tuple[Provenance, ...]
    data: dict[str, Any]  # as read: what an entry `based_on` this one starts from


def _value_table(owner: str, prop: str, item: Any) -> tuple[dict[str, Any], Provenance]:
    """One property as given -> its checked table and its provenance."""
    table = dict(item) if isinstance(item, Mapping) else {"value": item}
    where = f"{owner}, {prop}"
    allowed = (*VALUE_KEYS, "reference_degc") if prop == "resistivity_ohm_m" else VALUE_KEYS
    if "value" not in table and any(key in table for key in TRANSITION):
        crossed = {key: table.pop(key) for key in TRANSITION if key in table}
        table["value"] = transition(owner, prop, crossed)
    for key in table:
        if key not in allowed:
            raise unknown_key(where, key, allowed)
    if "value" not in table:
        raise InputError(f"{where}: key 'value' is missing")
    value = table["value"] = canonical(owner, prop, table["value"])
    unit = table.setdefault("unit", UNITS[prop])
    if not isinstance(unit, str) or unit != UNITS[prop]:
        raise InputError(f"{where}: unit = {table['unit']!r} must be {UNITS[prop]!r}")
    check_source(where, table)
    span = table.get("range")
    if span is not None:
        at_reference = evaluate(owner, prop, value, np.array([REFERENCE_DEGC]))
        span = table["range"] = checked_range(owner, prop, span, float(at_reference[0]))
        check(owner, prop, span, called=f"{prop} range")
    text = value_text(value)
    reference = table.pop("reference_degc", None)
    if reference is not None:
        table["reference_degc"] = checked_reference(reference, f"{where}: ")
        text += f" at {table['reference_degc']:g} degC"
    return table, Provenance(
        prop, text, table["unit"], span, table["source"], table["validity"],
        table["verified"], table["confidence"],
    )  # fmt: skip


def _entry(name: str, data: Any, known: Mapping[str, _Entry]) -> _Entry:
    """One material as given (a TOML table or a dict) -> checked."""
    owner = f"material '{name}'"
    if not isinstance(data, Mapping):
        raise InputError(f"{owner}: {data!r} must be a table of properties")
    allowed = (*_TEXT_KEYS, *UNITS, "law", "migration")
    for key in data:
        if key not in allowed:
            raise unknown_key(owner, key, allowed)
        if key in _TEXT_KEYS and not isinstance(data[key], str):
            raise InputError(f"{owner}: {key} = {data[key]!r} must be a string")
    data = dict(data)
    base = data.pop("based_on", None)
    if base is not None:
        inherited = dict(_find(base, known).data)
        if any(key in data for key in _ELECTRICAL[:2]):
            for key in _ELECTRICAL:
                inherited.pop(key, None)
        data = {**inherited, **data}
    for prop in REQUIRED:
        if prop not in data:
            raise InputError(f"{owner}: {prop} is missing")
    if all(key in data for key in _ELECTRICAL[:2]):
        raise InputError(f"{owner}: give conductivity_s_per_m or resistivity_ohm_m, not both")
    tables, provenance = {}, []
    for prop in UNITS:
        if prop in data:
            tables[prop], row = _value_table(owner, prop, data[prop])
            provenance.append(row)
    values = {prop: tables[prop]["value"] for prop in PROPERTIES if prop in tables}
    if "resistivity_ohm_m" in tables:
        rho = tables["resistivity_ohm_m"]
        tcr = tables.get("resistivity_tcr_per_k", {"value": 0.0})["value"]
        try:
            values["conductivity_s_per_m"] = ConductivityFromResistivity(
                rho["value"], tcr, rho.get("reference_degc", 20.0)
            )
        except InputError as error:
            raise InputError(f"{owner}: {error}") from error
    elif "resistivity_tcr_per_k" in tables:
        raise InputError(f"{owner}: resistivity_tcr_per_k needs a resistivity_ohm_m")
    law = StatedLaw.of(owner, data.get("law", ELASTIC), tables)
    migration, moved = stated_migration(owner, data.get("migration", NOT_STATED))
    of_a_film: Any = {prop: tables.get(prop, {}).get("value") for prop in OF_A_FILM}
    material = Material(
        name,
        **values,
        yield_range_mpa=tables.get("yield_mpa", {}).get("range"),
        note=data.get("note", ""),
        law=law,
        migration=migration,
        **of_a_film,
    )
    description = data.get("description", "")
    return _Entry(material, description, tuple(provenance), law, tuple(moved), data)


def _normal(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum() or c == ".")


def _find(name: object, entries: Mapping[str, _Entry]) -> _Entry:
    """The entry called `name`, or an `InputError` that lists the names nearest to it."""
    if isinstance(name, str) and name in entries:
        return entries[name]
    near = _nearest(name, entries)
    hint = (
        f"the nearest are {', '.join(near)}"
        if near
        else f"known are {', '.join(entries) or 'none'}"
    )
    raise InputError(f"material {name!r} is unknown; {hint}")


def _nearest(name: object, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Known names that look like one, or that it begins with."""
    by_normal = {_normal(each): each for each in known}
    wanted = _normal(name) if isinstance(name, str) else ""
    near = [by_normal[key] for key in difflib.get_close_matches(wanted, by_normal, 4, cutoff)]
    near += [
        each
        for key, each in by_normal.items()
        if wanted and key and (wanted.startswith(key) or key.startswith(wanted))
    ]
    return list(dict.fromkeys(near))


def _read(content: bytes, where: str) -> dict[str, Any]:
    try:
        return toml_of(content)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error


def _added(tables: Mapping[str, Any], known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """Known entries, followed (or replaced) by the given ones."""
    entries = dict(known)
    for name, data in tables.items():
        entries[name] = _entry(name, data, entries)
    return entries


def _users(tables: Mapping[str, Any], known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """As :func:`_added`; what is wrong with a law is said at once, not when it is asked for."""
    entries = _added(tables, known)
    for name, data in tables.items():
        law = entries[name].law
        if "law" in data and law is not None:
            law.made()
    return entries


def _read_file(path: str | Path, known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"material file {str(path)!r} cannot be read: {error.strerror or error}"
        ) from error
    tables = _read(content, str(path))
    try:
        return _users(tables, known)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _shown(material: Material, prop: str) -> str:
    """A property at the reference temperature; nothing where the material has none."""
    has = getattr(material, prop) is not None
    return f"{float(material.at(prop, REFERENCE_DEGC)):.4g}" if has else ""


class MaterialLibrary(Mapping[str, Material]):
    """A read-only mapping of names to materials that knows where each value comes from.

    ``MaterialLibrary()`` is the shipped library, read when first used.

    Examples
    --------
    >>> from fem_bump import MaterialLibrary
    >>> mine = MaterialLibrary().extended({"paste": {"based_on": "SAC305", "young_mpa": 40000.0}})
    >>> float(mine["paste"].at("young_mpa", 25.0))
    40000.0
    """

    def __init__(self, entries: Mapping[str, _Entry] | None = None) -> None:
        self._fingerprints: dict[str, str] = {}
        if entries is not None:
            self.__dict__["_entries"] = dict(entries)  # instead of the shipped ones, below

    @cached_property
    def _entries(self) -> dict[str, _Entry]:
        file = resources.files(__package__).joinpath("data").joinpath("materials.toml")
        return _added(_read(file.read_bytes(), "fem_bump/materials/data/materials.toml"), {})

    @classmethod
    def from_toml(cls, path: str | Path) -> MaterialLibrary:
        """A library of the materials in one TOML file, and no others."""
        return cls(_read_file(path, {}))

    def extended(self, more: str | Path | Mapping[str, Any]) -> MaterialLibrary:
        """A new library: this one and the materials of a TOML file or of a dict laid out like one.

        A name that exists already is replaced.
        """
        if isinstance(more, Mapping):
            return type(self)(_users(more, self._entries))
        return type(self)(_read_file(more, self._entries))

    def __getitem__(self, name: str) -> Material:
        return _find(name, self._entries).material

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str, default: Any = None) -> Any:
        """The material called `name`, or `default` if there is none."""
        return self[name] if name in self else default

    def __repr__(self) -> str:
        return f"MaterialLibrary({', '.join(self)})"

    def _repr_html_(self) -> str:
        rows = (
            [name, *(_shown(material, prop) for prop in PROPERTIES), self.description(name)]
            for name, material in self.items()
        )
        said = f"{len(self)} materials, values at {REFERENCE_DEGC:g} degC"
        return beside(said, table(["material", *PROPERTIES, "description"], rows))

    def nearest(self, name: str) -> list[str]:
        """Names that look most like one that is not there."""
        return _nearest(name, self) or _nearest(name, self, cutoff=0.0)[:4]

    def description(self, name: str) -> str:
        """What the named material is, in one line."""
        return _find(name, self._entries).description

    def provenance(self, name: str, migration: bool = True) -> list[Provenance]:
        """Every value of the named material with unit, range, source and validity.

        Without ``migration`` what moves its atoms is left out, for where nothing does.
        """
        entry = _find(name, self._entries)
        law = entry.law.provenance() if entry.law is not None else ()
        return [*entry.provenance, *law, *(entry.migration if migration else ())]

    def fingerprint(self, name: str) -> str:
        """Hash of the named material's properties, all that of it determines results."""
        if name not in self._fingerprints:
            entry = _find(name, self._entries)
            if entry.law is None:
                properties = entry.material.record()
            else:  # as stated: to make it takes the compiler
                elastic = replace(entry.material, law=None)
                properties = {**elastic.record(), "law": entry.law.record()}
            text = json.dumps(properties, sort_keys=True, allow_nan=False)
            self._fingerprints[name] = hashlib.sha256(text.encode()).hexdigest()
        return self._fingerprints[name]

    def record(self, name: str) -> dict[str, Any]:
        """The named material as plain JSON-able data.

        Returns
        -------
        dict
            ``properties``, which is `Material.record` and determines results, and
            ``description``, ``note`` and ``provenance``, which explain them.
        """
        entry = _find(name, self._entries)
        return {
            "properties": entry.material.record(),
            "description": entry.description,
            "note": entry.material.note,
            "provenance": [
                {**row._asdict(), "range": None if row.range is None else list(row.range)}
                for row in self.provenance(name)
            ],
        }
