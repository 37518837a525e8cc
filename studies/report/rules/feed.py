"""What current that enters through a trace or vias does, and what a recess costs there.

A difference within the sum of the errors is none. Theta is 0 in the direction of the trace, or of a
via.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studies.metrics.families import Family
from studies.plan.cases import value_of
from studies.report.rules.compared import Finding, finding
from studies.report.rules.loads import Places, of_entries, places
from studies.results.case_sets import level_of
from studies.results.ranking import ROUND_OFF, difference, ratio, sign_of
from studies.results.results import Entry, Results, Row, variant_label
from studies.wording.labels import Measured, level, number

PAIRS = ("ubm_pad", "bump_ubm")  # interfaces whose crowding is looked at
COSTS = (
    "current_density_max_ubm_pad", "current_density_max_bump_ubm", "pad_lateral_density",
    "resistance",
)  # fmt: skip
ByLabel = Mapping[str, Measured]


@dataclass(frozen=True)
class RecessCost:
    """What a recess does to the largest density, with this feed and with an even one.

    Both are ratios to the design without a recess; ``sign`` is that of their difference.
    """

    pair: str
    label: str
    reference: str
    here: Measured
    even: Measured
    sign: int


@dataclass(frozen=True)
class Follows:
    """How the crowding at an interface follows a number that the study varies.

    Attributes
    ----------
    path, series
        The factor, and in how many series it varies.
    direction
        By pair: 1 or -1 where it rises or falls in all series, else None.
    ends
        By pair: values at both ends of the series at the study's base.
    first, last
        The cases at these ends.
    """

    path: str
    series: int
    direction: Mapping[str, int | None]
    ends: Mapping[str, tuple[Measured | None, Measured | None]]
    first: Row
    last: Row


@dataclass(frozen=True)
class Remedy:
    """What another level of one factor does to a recessed design, against no recess at the base.

    ``outcome`` is -1 or 0 where it makes good the cost at every averaging length, 1 where it does
    so at none, and None where that depends on the length.
    """

    path: str
    level: Any
    ratio: Measured | None
    outcome: int | None

    @property
    def makes_good(self) -> bool:
        return self.outcome in (-1, 0)


@dataclass(frozen=True)
class Cost:
    """What a recessed design costs in one metric at the base, and what may make it good.

    ``is_deepest``: it is the deepest etch of the designs side by side.
    """

    family: Family
    label: str
    reference: str
    is_deepest: bool
    times: Measured | None
    more: Measured
    remedies: Sequence[Remedy]


@dataclass(frozen=True)
class AtPair:
    """The designs side by side at one interface.

    Attributes
    ----------
    largest
        What the numbers say of the largest density.
    even, crowding, opposite
        That density with an even feed, what the feed makes of it, and what is left farthest from
        the feed, by design.
    """

    pair: str
    largest: Finding
    even: Mapping[str, Measured | None]
    crowding: ByLabel
    opposite: ByLabel


@dataclass(frozen=True)
class Power:
    """Power between the terminals by design, and the resistances in series before the pad."""

    current_a: float | None
    power_mw: ByLabel
    times: ByLabel
    series_mohm: Sequence[float]


@dataclass(frozen=True)
class Feed:
    """All that is found of a feed that does not come evenly from all around.

    ``crowding`` is against an even feed, ``opposite`` the share of the largest density where no
    trace or via is; both by pair and design.
    """

    entries: Sequence[Entry]
    table: Sequence[AtPair]
    vias: bool
    crowding: Mapping[str, ByLabel]
    places: Mapping[str, Places]
    recess_costs: Sequence[RecessCost]
    opposite: Mapping[str, ByLabel]
    follows: Sequence[Follows]
    costs: Sequence[Cost]
    power: Power | None


def feed(results: Results) -> Feed | None:
    """What a trace or single vias do; None where all current enters evenly."""
    rows = fed_by_arcs(results)
    if not rows:
        return None
    keys = {row["key"] for row in rows}
    entries = [e for e in results.compared if e.row["key"] in keys]
    sides = {}
    for pair in PAIRS:
        family = results.families.get(f"current_density_max_theta_{pair}")
        where = None if family is None else places(results, rows, family)
        if where is not None:
            sides[pair] = where
    crowding = {pair: of_entries(results, entries, f"crowding_in_plane_{pair}") for pair in PAIRS}
    return Feed(
        entries, _side_by_side(results, entries),
        any(results.entry(row).design.discrete_vias is not None for row in rows[:1]),
        {pair: found for pair, found in crowding.items() if found}, sides,
        recess_costs(results, entries), _opposite(results, entries), follows(results, rows),
        costs(results, entries), _power(entries),
    )  # fmt: skip


def fed_by_arcs(results: Results) -> list[Row]:
    """Solved cases whose current enters through a trace or single vias."""
    return [row for row in results.solved if number(row.get("harmonics"))]


def recess_costs(results: Results, entries: Sequence[Entry]) -> list[RecessCost]:
    """Whether what the recess costs differs from what it costs with an even feed."""
    out = []
    for pair in PAIRS:
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        crowding = of_entries(results, entries, f"crowding_in_plane_{pair}")
        labels = [e.label for e in entries if e.label in largest and e.label in crowding]
        if len(labels) < 2 or entries[0].row["variant"] != "no-recess":
            continue
        first = labels[0]
        for label in labels[1:]:
            here, plane = (ratio(v[label], v[first]) for v in (largest, crowding))
            even = None if here is None or plane is None else ratio(here, plane)
            if here is None or even is None:
                continue
            sign = sign_of(here, even)
            if sign is not None:
                out.append(RecessCost(pair, label, first, here, even, sign))
    return out


def _side_by_side(results: Results, entries: Sequence[Entry]) -> list[AtPair]:
    """The densities at each interface, with this feed and with an even one."""
    out = []
    for pair in PAIRS if len(entries) > 1 else ():
        family = results.families.get(f"current_density_max_{pair}")
        crowding = of_entries(results, entries, f"crowding_in_plane_{pair}")
        if family is None or not crowding:
            continue
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        even = {
            e.label: ratio(largest[e.label], crowding[e.label])
            if e.label in largest and e.label in crowding else None
            for e in entries
        }  # fmt: skip
        opposite = of_entries(results, entries, f"current_density_opposite_{pair}")
        out.append(AtPair(pair, finding(results, family, entries), even, crowding, opposite))
    return out


def _opposite(results: Results, entries: Sequence[Entry]) -> Mapping[str, ByLabel]:
    """How little of the density is left where no arc is."""
    out = {}
    for pair in PAIRS:
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        far = of_entries(results, entries, f"current_density_opposite_{pair}")
        shares = {a: ratio(v, largest[a]) for a, v in far.items() if a in largest}
        known = {a: share for a, share in shares.items() if share is not None}
        if known:
            out[pair] = known
    return out


def follows(results: Results, rows: Sequence[Row]) -> list[Follows]:
    """How the crowding in plane follows each number that the study varies."""
    crowding = [f for pair in PAIRS if (f := results.families.get(f"crowding_in_plane_{pair}"))]
    # another part may feed its pads evenly
    rows = [r for r in rows if any(f.read(r, f.at(results.headline_um)) for f in crowding)]
    out = []
    for path in results.numeric_factors:
        if path in ("pad_etch.depth_ratio", "recess_ratio"):
            continue
        series = _series(results, rows, path)
        direction, ends = {}, {}
        for pair in PAIRS:
            family = results.families.get(f"crowding_in_plane_{pair}")
            if family is None or not any(_moves(family, found) for found in series):
                continue
            signs = {_monotonic(family, found) for found in series}
            direction[pair] = signs.pop() if len(signs) == 1 else None
            length = family.at(results.headline_um)
            at_base = _series_at_base(results, series, path)
            ends[pair] = (family.read(at_base[0], length), family.read(at_base[-1], length))
        if direction:
            at_base = _series_at_base(results, series, path)
            out.append(Follows(path, len(series), direction, ends, at_base[0], at_base[-1]))
    return out


def _series(results: Results, rows: Sequence[Row], path: str) -> list[list[Row]]:
    """Rows that differ in one factor only, sorted by it; at least two in each."""
    rest = [p for p in results.factors if p != path]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if number(row[path]) is not None:
            found.setdefault((row["part"], *(level(row[p]) for p in rest)), []).append(row)
    return [sorted(rs, key=lambda r: float(r[path])) for rs in found.values() if len(rs) > 1]


def _series_at_base(results: Results, series: Sequence[list[Row]], path: str) -> list[Row]:
    """The series without a recess that lies nearest to the study's base."""
    rest = [p for p in results.other_factors if p != path]

    def distance(rows: list[Row]) -> tuple[bool, int]:
        off = sum(
            not _equal(level_of(results, rows[0], p), value_of(results.base, p)) for p in rest
        )
        return rows[0]["variant"] != "no-recess", off

    return min(series, key=distance)


def _monotonic(family: Family, rows: Sequence[Row]) -> int | None:
    """1 if every step rises at every length beyond the errors, -1 if every step falls."""
    signs = {
        sign_of(family.read(b, length), family.read(a, length))
        for length in family.columns()
        for a, b in itertools.pairwise(rows)
    }
    return signs.pop() if len(signs) == 1 else None


def costs(results: Results, entries: Sequence[Entry]) -> list[Cost]:
    """What a recess costs, where another level of one more factor is there to make it good."""
    out = []
    for family, entry, reference in _costs(results, entries):
        found = _remedies(results, family, entry, reference.row)
        length = family.at(results.headline_um)
        here, before = family.read(entry.row, length), family.read(reference.row, length)
        if found and here is not None and before is not None:
            out.append(Cost(
                family, entry.label, reference.label, entry is entries[-1], ratio(here, before),
                difference(here, before), found,
            ))  # fmt: skip
    return out


def _costs(results: Results, entries: Sequence[Entry]) -> Iterator[tuple[Family, Entry, Entry]]:
    """Metrics in which a recessed design is worse than no recess at every length."""
    if not entries or entries[0].row["variant"] != "no-recess":
        return
    for stem in COSTS:
        family = results.families.get(stem)
        if family is None:
            continue
        for entry in entries[1:]:
            if _compared(family, entry.row, entries[0].row) == 1:
                yield family, entry, entries[0]


def _remedies(results: Results, family: Family, entry: Entry, reference: Row) -> list[Remedy]:
    """Per other factor the level next to the base's that makes good the cost, else the best."""
    out = []
    length = family.at(results.headline_um)
    base = {p: level_of(results, entry.row, p) for p in results.other_factors}
    before = family.read(reference, length)
    for path, at_base in base.items():
        found: dict[str, Row] = {}
        for row in results.solved:
            others = all(_equal(level_of(results, row, p), v) for p, v in base.items() if p != path)
            at = level_of(results, row, path)
            if others and variant_label(row) == entry.label and not _equal(at, at_base):
                found.setdefault(level(at), row)
        known = [row for row in found.values() if family.read(row, length) is not None]
        if before is None or not _moves(family, [entry.row, *known]):
            continue
        outcomes = {id(row): _compared(family, row, reference) for row in known}
        good = [row for row in known if outcomes[id(row)] in (-1, 0)]
        if good:
            chosen = min(good, key=lambda row: _apart(level_of(results, row, path), at_base))
        else:
            chosen = min(known, key=lambda row: _size(family, row, length))
        value = family.read(chosen, length)
        assert value is not None
        at = level_of(results, chosen, path)
        out.append(Remedy(path, at, ratio(value, before), outcomes[id(chosen)]))
    return out


def _compared(family: Family, row: Row, reference: Row) -> int | None:
    """Sign of row - reference: 1 or -1 at every length, 0 if never higher; else None."""
    signs = {
        sign_of(family.read(row, length), family.read(reference, length))
        for length in family.columns()
    }
    if signs == {1} or signs == {-1}:
        return signs.pop()
    return 0 if signs <= {-1, 0} else None


def _moves(family: Family, rows: Sequence[Row]) -> bool:
    """Whether a metric is not the same number in all of some cases."""
    for length in family.columns():
        found = [v.value for row in rows if (v := family.read(row, length)) is not None]
        if found and max(found) - min(found) > ROUND_OFF * max(map(abs, found)):
            return True
    return False


def _apart(a: Any, b: Any) -> float:
    x, y = number(a), number(b)
    return abs(x - y) if x is not None and y is not None else 0.0


def _size(family: Family, row: Row, length: float | None) -> float:
    found = family.read(row, length)
    return math.inf if found is None else found.value


def _power(entries: Sequence[Entry]) -> Power | None:
    family = Family("power", "mw", ())
    found = {e.label: v for e in entries if (v := family.read(e.row, None)) is not None}
    if not found:
        return None
    first, *rest = found
    times = {a: r for a in rest if (r := ratio(found[a], found[first])) is not None}
    current = {e.design.load.current.current_a for e in entries}
    series = [number(e.row.get("resistance_series_mohm")) for e in entries]
    return Power(
        current.pop() if len(current) == 1 else None, found, times, [x for x in series if x]
    )


def _equal(a: Any, b: Any) -> bool:
    x, y = number(a), number(b)
    if x is None or y is None:
        return bool(a == b)
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12)
