"""Conditions of tests by the name that a standard gives them, each with where its figures are from.

``JESD22-A104 G`` is -40 to 125 degC. The figures are data, ``fem_bump/life/data/standards.toml``;
some were read on pages that quote a standard and some are recalled, and each says which. The
standards themselves bind, not this.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fem_bump.errors import InputError
from groundwork.user_text import toml_of


@dataclass(frozen=True)
class Tag:
    """Where figures are from, and whether they were read there."""

    source: str
    verified: bool
    confidence: str | None = None

    def __str__(self) -> str:
        if self.verified:
            return f"read in {self.source}"
        sure = f", {self.confidence} confidence" if self.confidence else ""
        return f"not verified: {self.source}{sure}"


@dataclass(frozen=True)
class Condition:
    """Both ends of a thermal cycle, degC, and how many cycles where the standard says so."""

    standard: str
    name: str
    low_degc: float
    high_degc: float
    tag: Tag
    cycles: int | None = None

    @property
    def whole_name(self) -> str:
        return f"{self.standard} {self.name}"


@dataclass(frozen=True)
class Soak:
    """Least times at either end, min, by mode from 1, and what else is asked of a cycle."""

    modes_min: tuple[float, ...]
    fastest_k_per_min: float
    cycles_per_hour: tuple[float, float]
    tag: Tag


@dataclass(frozen=True)
class Criterion:
    """A joint has failed when its resistance has risen by a share of the initial one."""

    name: str
    resistance_rise: float


@dataclass(frozen=True)
class Standard:
    """What a standard's names stand for.

    Attributes
    ----------
    power_min
        On and off, of power cycling.
    """

    name: str
    about: str
    tag: Tag
    conditions: tuple[Condition, ...] = ()
    soak: Soak | None = None
    criteria: tuple[Criterion, ...] = ()
    power_min: tuple[float, float] | None = None


@cache
def standards() -> Mapping[str, Standard]:
    """All that is known, by name."""
    file = resources.files("fem_bump.life").joinpath("data").joinpath("standards.toml")
    return {name: _standard(name, data) for name, data in toml_of(file.read_bytes()).items()}


def standard(name: str) -> Standard:
    """One standard.

    Raises
    ------
    InputError
        With the nearest names, for one that is not known.
    """
    return standards()[_one_of("standard", name, standards())]


def condition(name: str) -> Condition:
    """A condition by its whole name, ``JESD22-A104 G``.

    Raises
    ------
    InputError
        With the nearest names, for one that is not known.
    """
    known = {one.whole_name: one for each in standards().values() for one in each.conditions}
    return known[_one_of("condition", name, known)]


def _one_of(what: str, name: str, known: Mapping[str, Any]) -> str:
    """A known name, whatever its case and blanks."""

    def plain(text: str) -> str:
        return " ".join(text.casefold().split())

    by_plain = {plain(one): one for one in known}
    if plain(name) in by_plain:
        return by_plain[plain(name)]
    near = difflib.get_close_matches(plain(name), by_plain, n=3, cutoff=0.5)
    said = ", ".join(f"'{by_plain[one]}'" for one in near)
    listed = f"the nearest are {said}" if near else "fem-bump standards lists them"
    raise InputError(f"'{name}' is no known {what}; {listed}")


# ---------------------------------------------------------------------------- the file


def _standard(name: str, data: Mapping[str, Any]) -> Standard:
    power = data.get("power_min")
    return Standard(
        name,
        data["about"],
        _tag(data),
        tuple(_condition(name, {**_tagged(data), **one}) for one in data.get("conditions", ())),
        _soak(data["soak"]) if "soak" in data else None,
        tuple(Criterion(**one) for one in data.get("criteria", ())),
        None if power is None else (power[0], power[1]),
    )


def _condition(standard: str, data: Mapping[str, Any]) -> Condition:
    low, high = data["degc"]
    return Condition(standard, data["name"], low, high, _tag(data), data.get("cycles"))


def _soak(data: Mapping[str, Any]) -> Soak:
    low, high = data["cycles_per_hour"]
    return Soak(tuple(data["modes_min"]), data["fastest_k_per_min"], (low, high), _tag(data))


def _tagged(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in ("source", "verified") if key in data}


def _tag(data: Mapping[str, Any]) -> Tag:
    return Tag(data["source"], data["verified"], data.get("confidence"))
