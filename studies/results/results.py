"""A run folder as the report sees it: table, records, and which designs stand side by side.

Everything is derived from the plan and the records, so that a run that was broken off can be
reported as it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry.design.design import Design
from studies.metrics.families import Family, families, ranked
from studies.plan.cases import value_of
from studies.records import store
from studies.records.provenance import Provenance, read_provenance
from studies.records.record import CaseRecord, Result
from studies.records.stored_plan import StoredPlan, StoredStudy
from studies.results.curve_pieces import longest_chain_um
from studies.results.life_columns import films_of
from studies.results.ranking import Ranking, Verdict, rank
from studies.wording.labels import (
    DEPTH,
    RECESS,
    VARIANTS,
    Measured,
    factor_text,
    level,
    listing,
    number,
)
from studies.wording.levels import with_texts
from studies.wording.short_names import part_title, short_names, with_short_names

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
MOST_COMPARED = 4
LONGEST_LABEL = 36


@dataclass(frozen=True)
class Entry:
    """One of the designs that stand side by side."""

    label: str
    row: Row
    result: Result
    designs: dict[str, Design] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def design(self) -> Design:
        """Made once for all rows that have the key."""
        key = str(self.row["key"])
        if key not in self.designs:
            self.designs[key] = Design(**self.result.design)
        return self.designs[key]

    def length_um(self, interface: str) -> float | None:
        """Arc length of an interface's longest unbroken chain, um; None where it does not exist."""
        curve = self.result.curves.get(interface)
        return longest_chain_um(curve) if curve and curve.arc_length_um else None


@dataclass(frozen=True)
class Results:
    """What a run folder holds."""

    folder: Path
    plan: StoredPlan
    table: pd.DataFrame
    records: Mapping[str, CaseRecord]
    provenance: Provenance
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(
        cls, folder: Path, as_given: bool = False, table: pd.DataFrame | None = None
    ) -> Results:
        """Read a finished or partial run.

        Names that figures cannot show have stand-ins, unless they are wanted ``as_given``. Its
        ``table`` is derived unless it is at hand.

        Raises
        ------
        InputError
            When the folder holds no study.
        """
        return cls.of(folder, store.read_plan(folder), as_given, table)

    @classmethod
    def of(
        cls,
        folder: Path,
        plan: StoredPlan,
        as_given: bool = False,
        table: pd.DataFrame | None = None,
    ) -> Results:
        """What a folder's records say of a plan; names as in :meth:`read`."""
        from studies.results.table import build_table

        records: Mapping[str, CaseRecord] = store.read_records(folder, plan)
        names = {} if as_given else short_names(plan)
        if names:
            plan, records = with_short_names(plan, records, names)
        if names or table is None:
            kept = store.fields_of(folder, records).items()
            files = {key: f"fields/{path.name}" for key, path in kept}
            table = build_table(plan, records, files)
        return cls(folder, plan, table, records, read_provenance(folder), names)

    @property
    def study(self) -> StoredStudy:
        return self.plan.study

    @cached_property
    def base(self) -> Design:
        """The base design, or the case that stands for a base which is no design by itself."""
        return Design(**self.plan.base)

    @cached_property
    def rows(self) -> list[Row]:
        """Every row of the table; levels know their text among the others of their factor.

        Where a part lists its cases, one that does not say a key has the level of its design.
        """
        rows = self.table.to_dict(orient="records")
        return self._filled(rows, lambda row: self.varied.get(row["part"], ()))

    @cached_property
    def whole_rows(self) -> list[Row]:
        """Solved rows with a level of every factor, also of those that only other parts vary.

        For comparing cases that are otherwise equal; what a part varies is in :attr:`varied`.
        """
        return self._filled([dict(row) for row in self.solved], lambda row: self.factors)

    @cached_property
    def varied(self) -> dict[str, set[str]]:
        """Dotted paths that each part varies."""
        out: dict[str, set[str]] = {}
        for case in self.plan.cases:
            out.setdefault(case.part, set()).update(case.factors)
        return out

    def _filled(
        self, rows: list[dict[str, Any]], paths: Callable[[Row], Iterable[str]]
    ) -> list[Row]:
        """Solved rows with the levels of their designs where they do not say one."""
        for row in rows:
            unsaid = [p for p in paths(row) if missing(row[p])]
            record = self.records.get(row["key"])
            if unsaid and record is not None and record.result is not None:
                design = Design(**record.result.design)
                levels = {path: value_of(design, path) for path in unsaid}
                row.update({p: v for p, v in levels.items() if not isinstance(v, list | dict)})
        return with_texts(rows, self.factors)

    @cached_property
    def solved(self) -> list[Row]:
        return [row for row in self.rows if row["status"] == "solved"]

    @cached_property
    def parts(self) -> dict[str, str]:
        """Name to title of the parts, in the study's order."""
        return {part.name: re.sub(r"\bum\b", "µm", part_title(part)) for part in self.study.part}

    @cached_property
    def factors(self) -> list[str]:
        """Dotted paths that vary."""
        return self.plan.factors

    @cached_property
    def numeric_factors(self) -> list[str]:
        """Factors whose levels are all numbers, and more than one."""
        out = []
        for path in self.factors:
            found = [row[path] for row in self.rows if not missing(row[path])]
            if all(number(v) is not None for v in found) and len(set(found)) > 1:
                out.append(path)
        return out

    @cached_property
    def categorical_factors(self) -> list[str]:
        """Factors of more than one level that are names, not numbers, and not the recess."""
        out = []
        for path in self.factors:
            found = [row[path] for row in self.rows if not missing(row[path])]
            names = all(isinstance(v, bool) or number(v) is None for v in found)
            if path not in RECESS and names and len({level(v) for v in found}) > 1:
                out.append(path)
        return out

    @cached_property
    def designs(self) -> list[Design]:
        """Every solved design; the base where there is none yet."""
        found = {row["key"]: row for row in self.solved}
        return [self.entry(row).design for row in found.values()] or [self.base]

    @cached_property
    def headline_um(self) -> float:
        return self.base.metrics.headline_length_um

    @cached_property
    def families(self) -> dict[str, Family]:
        """All metric families of the table by stem."""
        every = [name for row in self.solved for name in self.result(row).metrics]
        return families(dict.fromkeys(every))

    @cached_property
    def shown(self) -> list[Family]:
        """The families that the report is about: the study's own choice, or the headline ones."""
        if self.study.metrics:
            wanted = families(self.study.metrics)
            found = [self.families[stem] for stem in wanted if stem in self.families]
        else:
            found = ranked(self.families.values())
        return found or list(self.families.values())[:8]

    @cached_property
    def shown_side_by_side(self) -> list[Family]:
        """Those of them that any of the designs side by side has."""
        return [
            family for family in self.shown
            if any(family.read(e.row, x) for e in self.compared for x in family.columns())
        ]  # fmt: skip

    @cached_property
    def other_factors(self) -> list[str]:
        """Factors that are not the recess: what stays equal while variants are compared."""
        return [p for p in self.factors if p not in RECESS]

    def group_of(self, row: Row) -> tuple[Any, ...]:
        """What a row has in common with those it may be compared with."""
        return (row["part"], *(_hashable(row[path]) for path in self.other_factors))

    @cached_property
    def groups(self) -> dict[tuple[Any, ...], list[Row]]:
        """Solved rows that differ in the pad etch only, each group from shallow to deep."""
        out: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.solved:
            out.setdefault(self.group_of(row), []).append(row)
        return {key: sorted(rows, key=_depth) for key, rows in out.items()}

    @cached_property
    def base_group(self) -> tuple[Any, ...] | None:
        """The group at the study's base, or the nearest to it that compares most variants."""
        if not self.groups:
            return None
        parts = list(self.parts)

        def rank(key: tuple[Any, ...]) -> tuple[Any, ...]:
            rows = self.groups[key]
            has_base = any(row["key"] == self.plan.base_key for row in rows)
            distance = sum(
                _distance(value, value_of(self.base, path))
                for path, value in zip(self.other_factors, key[1:], strict=True)
            )
            return (not has_base, round(distance, 9), -len(variants(rows)), parts.index(key[0]))

        return min(self.groups, key=rank)

    @cached_property
    def compares_variants(self) -> bool:
        """Whether the designs side by side are the pad-etch variants."""
        return any(len(variants(rows)) > 1 for rows in self.groups.values())

    @cached_property
    def compared(self) -> list[Entry]:
        """The designs side by side: the variants at the base, else a few cases of the study."""
        if self.base_group is None:
            return []
        rows = variants(self.groups[self.base_group], value_of(self.base, DEPTH))
        if len(rows) > 1 or self.compares_variants:
            return [self.entry(row, variant_label(row)) for row in rows.values()]
        mine = [row for row in self.solved if row["part"] == self.base_group[0]]
        if len(mine) > MOST_COMPARED:
            varied = self.numeric_factors or self.factors
            mine = [row for row in mine if self.is_at_base(row, varied[1:])] or mine
            picks = (0, len(mine) // 2, len(mine) - 1)
            mine = [mine[k] for k in dict.fromkeys(picks)]
        return [self.entry(row, self.short_label(row)) for row in mine]

    @cached_property
    def base_text(self) -> str:
        """Where the designs side by side stand: what they share, and what is missing there."""
        if not self.compared:
            return ""
        row = self.compared[0].row
        shared = [p for p in self.factors if len({level(e.row[p]) for e in self.compared}) == 1]
        said = [factor_text(p, row[p]) for p in shared if not missing(row[p])]
        if len(self.parts) > 1:
            said.append(f"part {row['part']}")
        text = ", ".join(said) or "cases of the study"
        named = [f"{e.label} is {self.label(e.row)}" for e in self.compared
                 if e.label != self.label(e.row) and not self.compares_variants]  # fmt: skip
        text += f": {'; '.join(named)}" if named else ""
        absent = [
            factor_text(DEPTH, row[DEPTH]) for row in self.rows
            if DEPTH in self.factors and row["status"] != "solved"
            and self.group_of(row) == self.base_group
        ]  # fmt: skip
        return text + (f"; without a result there: {listing(absent)}" if absent else "")

    def label(self, row: Row) -> str:
        """A case by its factors."""
        said = [factor_text(p, row[p]) for p in self.factors if not missing(row[p])]
        return ", ".join(said) or f"case {row['case']}"

    def short_label(self, row: Row) -> str:
        """A case by its factors, or by its number where that is too long for a heading."""
        label = self.label(row)
        return label if len(label) <= LONGEST_LABEL else f"case {row['case']}"

    def rows_of(self, part: str) -> list[Row]:
        return [row for row in self.rows if row["part"] == part]

    def entry(self, row: Row, label: str = "") -> Entry:
        """A solved row with its record; the same entry each time, which makes its design once."""
        at = id(row), label  # rows are kept, here or with the entry
        if at not in self._entries:
            of = self.result(row)
            self._entries[at] = Entry(label or self.label(row), row, of, self._made)
        return self._entries[at]

    @cached_property
    def _entries(self) -> dict[tuple[int, str], Entry]:
        return {}

    @cached_property
    def _made(self) -> dict[str, Design]:
        return {}

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What was found of all cases before, by what was asked: for those who ask again."""
        return {}

    def result(self, row: Row) -> Result:
        """What a solved row was found to be."""
        found = self.records[row["key"]].result
        assert found is not None
        return found

    def is_at_base(self, row: Row, paths: list[str]) -> bool:
        """Whether a case has the base's levels of some factors."""
        return all(_distance(row[p], value_of(self.base, p)) < 1e-9 for p in paths)


def variants(rows: list[Row], depth: float | None = None) -> dict[str, Row]:
    """One row per variant, from shallow to deep; of several partial depths the one next to 0.5.

    ``depth`` is the study's own partial depth, if it has one.
    """
    aim = depth if depth is not None and 0 < depth < 1 else 0.5
    out: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: abs(_depth(row) - aim)):
        out.setdefault(row["variant"], row)
    return dict(sorted(out.items(), key=lambda item: _depth(item[1])))


def variant_label(row: Row) -> str:
    """``no recess``, ``partial depth 0.5`` or ``full depth``."""
    name = VARIANTS.get(row["variant"], str(row["variant"]))
    return f"{name} {level(_depth(row))}" if row["variant"] == "partial-depth" else name


def rank_rows(family: Family, rows: Mapping[str, Row]) -> Ranking:
    """The ranking of cases by label; of a metric that contact films decide, none where they differ.

    A film spreads the current: a worse contact has the lower largest density.
    """
    values = by_length(family, rows)
    known = family.known
    having = [row for label, row in rows.items() if any(v[label] for v in values.values())]
    differ = len({films_of(row) for row in having}) > 1
    if differ and known is not None and known.metric.needs_equal_films:
        return Ranking(Verdict.FILMS, count=len(rows))
    return rank(values)


def by_length(
    family: Family, rows: Mapping[str, Row]
) -> dict[float | None, dict[str, Measured | None]]:
    """Values by averaging length and label."""
    return {
        length: {label: family.read(row, length) for label, row in rows.items()}
        for length in family.columns()
    }


def _depth(row: Row) -> float:
    found = number(row.get("recess_ratio"))
    found = number(row.get(DEPTH)) if found is None else found
    return found if found is not None else math.inf


def _distance(a: Any, b: Any) -> float:
    x, y = number(a), number(b)
    if x is None or y is None:
        return 0.0 if a == b else 1.0
    return abs(x - y) / max(abs(x), abs(y), 1e-300)


def missing(value: Any) -> bool:
    """Whether a case has no level of a factor, which a table may hold as not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _hashable(value: Any) -> Any:
    return None if missing(value) else value
