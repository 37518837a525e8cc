"""Life against what it costs: which designs no other beats in both, and how sure that is.

Compared are designs under one condition: load, and a probe's mark, are what a design meets; the
rest is what it chooses. A design is behind if another lives longer and costs no more, or lives as
long and costs less, beyond all errors; it is on the front if no other could be that, whatever the
errors hide; between the two it is open. A cost has to be lower at every averaging length.
Designs of a part that scatters are draws of one choice, each under a load and a mark of its own:
their lives are limit states' matter, and they are not compared here.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any

from studies.metrics.families import Family
from studies.metrics.life_ratio import PARTS
from studies.plan.cases import value_of
from studies.results.lives.fates import End, Life, life_of, outlives
from studies.results.ranking import ROUND_OFF, are_equal, sign_of
from studies.results.results import Results, Row, variant_label
from studies.wording.labels import DEPTH, RECESS, Measured, factor_text, level, listing, number
from studies.wording.levels import NOT_AVAILABLE

GIVEN = ("load", "probe")  # tables of a design that it does not choose
BY_FEED = ("source", "source_kind", "sink")  # of a current, which follow from the feed
PRICES = ("peel_max_ubm_pad", "inelastic_strain_upper_bump", "inelastic_strain_upper_pad")
UNSAID = (NOT_AVAILABLE, "None")


class Stand(Enum):
    """Where a design stands in life and cost."""

    FRONT = auto()
    OPEN = auto()
    BEHIND = auto()


@dataclass(frozen=True, eq=False)
class Case:
    """A design with its life and its cost.

    Attributes
    ----------
    variant, choice
        Its recess, and its other factors in words; empty where none varies.
    depth
        Of the recess.
    costs
        By averaging length.
    at_headline
        The cost at the headline length.
    """

    row: Row
    variant: str
    choice: str
    depth: float
    life: Life
    costs: Mapping[float | None, Measured | None]
    at_headline: Measured

    @property
    def label(self) -> str:
        return f"{self.variant}, {self.choice}" if self.choice else self.variant

    def costs_less(self, other: Case) -> bool:
        """Whether it does at every length, beyond the errors."""
        return all(sign_of(v, other.costs[at]) == -1 for at, v in self.costs.items())

    def costs_no_more(self, other: Case) -> bool:
        """Whether it costs less or as good as the same at every length."""
        return all(_no_more(v, other.costs[at]) for at, v in self.costs.items())

    def beats(self, other: Case) -> bool:
        """Whether it is better in one and not worse in the other, for certain."""
        longer = outlives(self.life, other.life)
        if longer == 1:
            return self.costs_no_more(other)
        return longer == 0 and _as_long(self.life, other.life) and self.costs_less(other)

    def is_safe_from(self, other: Case) -> bool:
        """Whether the other could not beat it, whatever the errors hide."""
        return outlives(self.life, other.life) == 1 or self.costs_less(other)


def _no_more(a: Measured | None, b: Measured | None) -> bool:
    if a is None or b is None:
        return False
    same = abs(a.value - b.value) <= ROUND_OFF * max(abs(a.value), abs(b.value))
    return same or sign_of(a, b) == -1 or are_equal(a, b)


def _as_long(a: Life, b: Life) -> bool:
    """Whether two lives are equal within 5 %, bars included."""
    if a.shapes != b.shapes or a.end is not b.end or a.end is not End.FAILS:
        return False
    pairs = ((a.short_s, b.short_s), (a.long_s, b.long_s))
    return all(x is not None and y is not None and are_equal(x, y) for x, y in pairs)


@dataclass(frozen=True, eq=False)
class Condition:
    """Designs that meet the same load and mark.

    Attributes
    ----------
    title
        What they meet.
    part
        The metal whose life it is, ``solder`` or ``pad``.
    cost
        The metric on the other axis.
    reference
        To which lives are related: no recess, else what is nearest to the study's base.
    """

    title: str
    part: str
    cost: Family
    cases: Sequence[Case]
    reference: Case

    @cached_property
    def stands(self) -> Mapping[str, Stand]:
        """By key of the case's record."""
        return {one.row["key"]: self._stand(one) for one in self.cases}

    def _stand(self, one: Case) -> Stand:
        others = [case for case in self.cases if case is not one]
        if any(other.beats(one) for other in others):
            return Stand.BEHIND
        ranked = one.life.end not in (End.UNDECIDED, End.UNKNOWN, End.LATER)
        safe = ranked and all(one.is_safe_from(other) for other in others)
        return Stand.FRONT if safe else Stand.OPEN

    def at(self, stand: Stand) -> list[Case]:
        """Those that stand so, from the cheapest on."""
        found = [one for one in self.cases if self.stands[one.row["key"]] is stand]
        return sorted(found, key=lambda one: one.at_headline.value)

    @cached_property
    def longest(self) -> list[Case]:
        """Those than which none is found to live longer, from the longest on."""
        found = [one for one in self.cases if not any(
            outlives(other.life, one.life) == 1 for other in self.cases)]  # fmt: skip
        return sorted(found, key=lambda one: _rank(one.life), reverse=True)

    @cached_property
    def cheapest(self) -> list[Case]:
        """Those that cost no more than any at every length, or are not told apart from it."""
        return [one for one in self.cases if not any(o.costs_less(one) for o in self.cases)]

    @property
    def fails(self) -> list[Case]:
        return [one for one in self.cases if one.life.end is End.FAILS]

    @property
    def unit_s(self) -> float | None:
        """The reference's shortest life; that of the shortest of all where it is immortal."""
        own = self.reference.life.short_s
        found = [one.life.short_s.value for one in self.fails if one.life.short_s is not None]
        return own.value if own is not None else min(found, default=None)

    @property
    def pairs(self) -> Iterator[tuple[Case, Case]]:
        """Designs that differ in the recess only."""
        for a, b in itertools.combinations(self.cases, 2):
            if a.choice == b.choice and a.row["part"] == b.row["part"]:
                yield a, b


def _rank(life: Life) -> tuple[float, float]:
    """For sorting only."""
    margin = life.margin
    if life.is_immortal:
        return (2.0 if life.end is End.NEVER else 1.0), margin.value if margin else float("inf")
    return 0.0, life.short_s.value if life.short_s else 0.0


def conditions(results: Results, part: str = "solder", cost: str = PRICES[0]) -> list[Condition]:
    """What designs meet in a study, in the order of its cases; none where no void is followed.

    Parts that scatter are left out.

    Parameters
    ----------
    results
        Of a study.
    part
        The metal.
    cost
        Stem of the metric.
    """
    family = results.families.get(cost)
    if family is None or not is_followed(results, part):
        return []
    found: dict[str, dict[str, Row]] = {}
    for row in _chosen_rows(results):
        met = _met(results.result(row).design)
        found.setdefault(met, {}).setdefault(row["key"], row)
    groups = [list(rows.values()) for rows in found.values()]
    out = []
    for rows in groups:
        cases = _cases(results, rows, part, family)
        if len(cases) > 1:
            title = _title(results, rows, groups)
            out.append(Condition(title, part, family, cases, _reference(results, cases)))
    return out


def _chosen_rows(results: Results) -> list[Row]:
    """Of designs that somebody chose, and no distribution drew."""
    drawn = {part.name for part in results.study.part if part.sampling and part.sampling.scatters}
    return [row for row in results.whole_rows if row["part"] not in drawn]


def _met(design: Mapping[str, Any]) -> str:
    """Load and mark of a design, however its feed brings the current in."""
    met = {name: dict(design.get(name) or {}) for name in GIVEN}
    current = met["load"].get("current") or {}
    met["load"]["current"] = {k: v for k, v in current.items() if k not in BY_FEED}
    return json.dumps(met, sort_keys=True)


def is_followed(results: Results, part: str) -> bool:
    """Whether any void in a metal is followed after it has begun."""
    lives = (life_of(row, part) for row in results.solved)
    return any(life is not None and (life.short_s or life.growth_margin) for life in lives)


def followed(results: Results) -> list[str]:
    """The metals in which a void is followed."""
    return [part for part in PARTS if is_followed(results, part)]


def costs(results: Results) -> list[str]:
    """Stems of the metrics that a life is set against."""
    return [stem for stem in PRICES if stem in results.families]


def choices(results: Results) -> list[str]:
    """Factors that a design chooses, the recess apart."""
    return [path for path in results.other_factors if path.split(".")[0] not in GIVEN]


def _cases(results: Results, rows: Sequence[Row], part: str, family: Family) -> list[Case]:
    # all through the study, that a design is called the same under every condition
    every = _chosen_rows(results)
    varied = [p for p in choices(results) if len({level(row[p]) for row in every}) > 1]
    designs = {row["key"]: results.result(row).design for row in rows}
    out = []
    for row in rows:
        design = designs[row["key"]]
        life = life_of(row, part, _shapes(design), is_free(design))
        values = {at: family.read(row, at) for at in family.columns()}
        cost = values[family.at(results.headline_um)]
        if life is not None and cost is not None:
            depth = number(row.get("recess_ratio"))
            depth = number(row.get(DEPTH)) if depth is None else depth
            said = [p for p in varied if level(row[p]) not in UNSAID]
            choice = ", ".join(_chosen(p, row[p]) for p in said)
            out.append(Case(row, variant_label(row), choice, depth or 0.0, life, values, cost))
    return out


def _chosen(path: str, value: Any) -> str:
    """A factor at a level, as short as a legend needs it: ``rim feed``, ``UBM copper 5 µm``."""
    if path == "pad.feed":
        return f"{level(value)} feed"
    return factor_text(path, value).replace(" thickness ", " ")


def _shapes(design: Mapping[str, Any]) -> str:
    """A feed that is the same all around has other shapes than one that is not."""
    return str((design.get("pad") or {}).get("feed"))


def is_free(design: Mapping[str, Any]) -> bool:
    """Whether the solder's side holds no stress, before a void begins and after."""
    void = ((design.get("load") or {}).get("migration") or {}).get("void") or {}
    return bool(void.get("free_surface", True))


def _title(results: Results, rows: Sequence[Row], groups: Sequence[Sequence[Row]]) -> str:
    """The title of the part that is this condition, else the levels of what tells it apart."""
    parts = {row["part"] for row in rows}
    if len(parts) == 1:
        (part,) = parts
        if sum(any(row["part"] == part for row in other) for other in groups) == 1:
            return results.parts[part]
    met = [p for p in results.factors if p not in RECESS and p not in choices(results)]
    said = [
        factor_text(p, rows[0][p]) for p in met if level(rows[0][p]) not in (NOT_AVAILABLE, "None")
    ]
    return ", ".join(said) or listing(results.parts[part] for part in sorted(parts))


def _reference(results: Results, cases: Sequence[Case]) -> Case:
    """No recess with all else as at the base, as far as there is one."""
    base = {path: level(value_of(results.base, path)) for path in choices(results)}

    def off(case: Case) -> tuple[float, int]:
        others = sum(level(case.row[path]) != at for path, at in base.items())
        return case.depth, others

    return min(cases, key=off)
