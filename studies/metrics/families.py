"""Metrics as people read them: families of columns, their titles and units, which are ranked.

A family is one quantity at several averaging lengths: all columns that share stem, place and unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from studies.metrics.catalogue import catalogue
from studies.metrics.names import Parts, Place, format_stem, join, split
from studies.metrics.places import MASK
from studies.metrics.registry import Known
from studies.metrics.unprobed import SPOT, known_metric
from studies.wording.derived import DERIVED
from studies.wording.labels import Measured, interface_title, number, uncapitalized
from studies.wording.levels import level
from studies.wording.units import UNITS, Unit, in_brackets

SHOWN_IN = {"s": Unit("h", 1 / 3600)}  # times are lives: hours to years
COLUMN_NAME = re.compile(r"\b[a-z]+(?:_[a-zA-Z0-9.]+)+(?<!\.)")


@dataclass(frozen=True)
class Family:
    """One quantity at all its averaging lengths.

    Attributes
    ----------
    stem, suffix
        First and last part of the columns' names.
    lengths
        Averaging lengths in um; none where the quantity is no window average.
    """

    stem: str
    suffix: str | None
    lengths: tuple[float, ...]

    @property
    def known(self) -> Known | None:
        """The metric and its place; None of a column that no metric has."""
        return known_metric(self.stem)

    @property
    def title(self) -> str:
        known = self.known
        return self._unworded if known is None else _worded(known.metric.title, known)

    @property
    def short(self) -> str:
        known = self.known
        return self._unworded if known is None else _worded(known.metric.short, known)

    @property
    def _unworded(self) -> str:
        """Title of a column that no metric has: a number of the cross-section, or any other."""
        return DERIVED.get(self.column(None), self.stem.replace("_", " "))

    @property
    def unit(self) -> str:
        """Its unit as people read it; empty where it has none."""
        return _shown(self.suffix).shown if self.suffix else ""

    @property
    def title_with_unit(self) -> str:
        """Its title with the unit in brackets, if it has one."""
        return in_brackets(self.title, self.unit)

    def united(self, text: str) -> str:
        """A value that is already written, with the unit if it has one."""
        return f"{text} {self.unit}".rstrip()

    @property
    def scale(self) -> float:
        return _shown(self.suffix).factor if self.suffix else 1.0

    @property
    def is_stress(self) -> bool:
        return self.suffix == "mpa"

    @property
    def described(self) -> bool:
        """Whether it is shown although nobody wins by it."""
        known = self.known
        return known is not None and known.metric.described and known.metric.judged(known.place)

    def at(self, headline_um: float) -> float | None:
        """The headline length if the family has it, else its shortest; None without windows."""
        if not self.lengths:
            return None
        return headline_um if headline_um in self.lengths else self.lengths[0]

    def column(self, length_um: float | None) -> str:
        """Name of the column at an averaging length."""
        return join(Parts(self.stem, length_um, self.suffix))

    def columns(self) -> dict[float | None, str]:
        return {length: self.column(length) for length in self.lengths or (None,)}

    def read(self, row: Mapping[str, Any], length_um: float | None) -> Measured | None:
        """Value and error from a row of the table in the unit shown; None where there is none."""
        name, of_error, scale = _columns(self.stem, length_um, self.suffix)
        value = number(row.get(name))
        if value is None:
            return None
        error = number(row.get(of_error))
        return Measured(scale * value, None if error is None else scale * error)


@cache  # asked for in every row of a table
def _columns(stem: str, length_um: float | None, suffix: str | None) -> tuple[str, str, float]:
    """Columns of a value and its error, and what they are multiplied with to be shown."""
    name = join(Parts(stem, length_um, suffix))
    return name, f"error_{name}", _shown(suffix).factor if suffix else 1.0


def _shown(suffix: str) -> Unit:
    """The unit in which columns of a suffix are shown."""
    return SHOWN_IN.get(suffix) or UNITS[suffix]


def families(columns: Iterable[str]) -> dict[str, Family]:
    """Families by stem, in the order of their first column."""
    found: dict[tuple[str, str | None], list[float]] = {}
    for name in columns:
        if name.startswith("error_"):
            continue
        parts = split(name)
        lengths = found.setdefault((parts.stem, parts.unit), [])
        if parts.length_um is not None:
            lengths.append(parts.length_um)
    return {
        stem: Family(stem, unit, tuple(sorted(lengths))) for (stem, unit), lengths in found.items()
    }


def ranked(every: Iterable[Family]) -> list[Family]:
    """The headlines among some families that are better one way or the other, by rank."""
    found = [
        (known.metric.headline, known.place.order, family)
        for family in every
        if (known := family.known) is not None and known.metric.better is not None
        and known.metric.headline is not None and known.metric.judged(known.place)
    ]  # fmt: skip
    return [family for *_, family in sorted(found, key=lambda one: one[:2])]


def of_mask() -> list[str]:
    """Stems of the headlines of whichever film masks the etch, with ``{mask}`` for that film."""
    return [
        format_stem(metric.stem, place)
        for metric in sorted(catalogue(), key=lambda metric: metric.headline or 0)
        if metric.headline is not None and metric.better is not None
        for place in metric.places.known
        if metric.judged(place) and MASK in (place.region, *(place.pair or ()))
    ]


def in_words(text: str) -> str:
    """A text with columns' names as people say them: ``peel at UBM/pad averaged over 1 µm``."""
    return COLUMN_NAME.sub(lambda match: _metric(match[0]), text)


def _metric(column: str) -> str:
    known = known_metric(column)
    if known is None:
        return uncapitalized(DERIVED[column]) if column in DERIVED else column
    name, length = _worded(known.metric.short, known), known.place.length_um
    name = uncapitalized(name)
    return name if length is None else f"{name} averaged over {level(length)} µm"


def _worded(template: str, known: Known) -> str:
    """A title with its place in words: ``Peel stress at UBM/pad, floor``."""
    place = known.place
    spot = None if place.spot == SPOT else place.spot  # which the template says
    narrower = [part.replace("_", " ") for part in (place.leg, spot) if part]
    return ", ".join([template.format(where=_where(place)), *narrower])


def _where(place: Place) -> str:
    if place.pair is not None:
        return interface_title("/".join(place.pair)).replace(MASK, "mask film")
    return f"the {(place.region or '').replace(MASK, 'mask film').replace('_', ' ')}"
