"""The base design of a study, key by key: what the study says of it, and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geometry.design.design import Design
from geometry.design.parameters import override
from geometry.design.paths import dotted, keys_of, renamed
from geometry.design.sentences import shown
from studies.results.results import Results

DEPTHS = {"variant", "pad_etch.depth_ratio"}  # either implies the other
NO_TABLE = "design"  # keys that stand in no table


@dataclass(frozen=True)
class BaseRow:
    """A key of the base: its value, and whether cases have others."""

    key: str
    value: str
    is_given: bool
    is_varied: bool


@dataclass(frozen=True)
class BaseTable:
    """The base by table of the design file; ``reason`` says why it is no design by itself."""

    given: list[BaseRow]
    groups: list[tuple[str, list[BaseRow]]]
    reason: str

    @property
    def varies_given(self) -> bool:
        """Whether cases have other values of a key that the study gives."""
        return any(row.is_varied for row in self.given)

    @property
    def varies_default(self) -> bool:
        """Whether cases have other values of a key that the study leaves at its default."""
        return any(row.is_varied and not row.is_given for _, rows in self.groups for row in rows)


def base_table(results: Results) -> BaseTable:
    """Every key of the base design of a run, defaults included."""
    # a list of keys has room for every name, and each is to be one that exists
    own = {short: name for name, short in results.names.items()}
    default, base = Design().to_dict(), renamed(results.study.base, own)
    written = renamed(results.plan.base_as_written, own)
    reason = results.plan.base_reason or ""
    # a base that is no design by itself has no defaults of its own
    whole = override(default, _tables(base)) if reason else base
    # folders of earlier versions do not say what was written
    given = _leaves(base if written is None else written)
    if written is None:
        standard = _leaves(default)
        given = {key: value for key, value in given.items() if standard.get(key) != value}
    groups: dict[str, list[BaseRow]] = {}
    for key, value in _leaves(whole).items():
        if value is None or key == "schema":
            continue
        text = value if isinstance(value, str) else shown(value)
        row = BaseRow(key, text, key in given, _is_varied(key, results, own))
        first, *rest = keys_of(key)
        groups.setdefault(first if rest else NO_TABLE, []).append(row)
    rows = [row for group in groups.values() for row in group]
    return BaseTable([row for row in rows if row.is_given], list(groups.items()), reason)


def _is_varied(key: str, results: Results, own: Mapping[str, str]) -> bool:
    sets = [path for part in results.study.part for path in part.set]
    paths = set(renamed(dict.fromkeys([*results.factors, *sets]), own))
    paths |= DEPTHS if DEPTHS & paths else set()
    if "opening_ratio" in paths:
        paths.add(f"{results.base.pad_etch.mask}.opening_diameter_um")
    return any(
        path == key or path.startswith(key + ".") or key.startswith(path + ".") for path in paths
    )


def _tables(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted path, lists whole."""
    out: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            out |= {f"{dotted([key])}.{inner}": item for inner, item in _tables(value).items()}
        else:
            out[dotted([key])] = value
    return out


def _leaves(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted path; layers by their name, tables of one property as one value."""
    out: dict[str, Any] = {}
    for key, value in _tables(data).items():
        layers = value if isinstance(value, list) else []
        if layers and all(isinstance(layer, Mapping) and "name" in layer for layer in layers):
            for layer in layers:
                rest = {k: v for k, v in layer.items() if k != "name"}
                out |= {f"{key}.{layer['name']}.{inner}": item for inner, item in rest.items()}
        elif value not in ([], {}):
            out[key] = value
    return out
