"""What is said of current that enters through a trace or vias, and what a recess costs there.

Each sentence is made from the numbers; a difference within the sum of the errors is none. Theta is
0 in the direction of the trace, or of a via.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from studies.metrics.families import Family
from studies.plan.cases import value_of
from studies.report.load_sentences import (
    NEAR_DEG,
    LoadSection,
    LoadTable,
    extent,
    level_of,
    levels_at,
    of_entries,
    places,
    table_row,
)
from studies.report.method_sentences import span
from studies.results.ranking import ROUND_OFF, difference, ratio, sign_of
from studies.results.results import Entry, Results, Row, variant_label
from studies.wording.labels import (
    TIMES,
    Measured,
    factor_at,
    factor_text,
    level,
    listing,
    number,
    scaled,
    with_error,
)

CURRENT_PAIRS = {"ubm_pad": "UBM/pad", "bump_ubm": "bump/UBM"}
COSTS = (
    "current_density_max_ubm_pad", "current_density_max_bump_ubm", "pad_lateral_density",
    "resistance",
)  # fmt: skip


def feed_section(results: Results) -> LoadSection | None:
    """What a trace or single vias add; None where all current enters evenly."""
    rows = fed_by_arcs(results)
    if not rows:
        return None
    keys = {row["key"] for row in rows}
    entries = [e for e in results.compared if e.row["key"] in keys]
    vias = any(results.entry(row).design.discrete_vias is not None for row in rows[:1])
    raised = against_even_feed(results, entries)
    sentences = [*raised]
    for pair, name in CURRENT_PAIRS.items():
        family = results.families.get(f"current_density_max_theta_{pair}")
        if family is not None:
            head = f"Current density at {name} is largest"
            sentences += filter(None, [places(results, rows, family, head, feed_side(vias))])
    sentences += filter(
        None, [*recess_costs(results, entries, vias), _opposite(results, entries, vias)]
    )
    sentences += follows(results, rows)
    sentences += [*makes_good(results, entries), *_power(entries)]
    summary = [*crowding_in_short(results, entries, vias), *remedies_in_short(results, entries)]
    title = "The feed: what single vias add" if vias else "The feed: what a trace on one side adds"
    return LoadSection(title, sentences, _feed_table(results, entries), summary)


def fed_by_arcs(results: Results) -> list[Row]:
    """Solved cases whose current enters through a trace or single vias."""
    return [row for row in results.solved if number(row.get("harmonics"))]


def feed_side(vias: bool) -> Callable[[float], str]:
    """Names of the sides of a pad that is fed through arcs."""

    def side(theta_deg: float) -> str:
        theta = abs(theta_deg)
        if theta <= NEAR_DEG:
            return "in front of the vias" if vias else "in front of the trace (θ = 0°)"
        if not vias and theta >= 180.0 - NEAR_DEG:
            return "opposite the trace (θ = 180°)"
        return f"at θ = {theta:.0f}° from the middle of a {'via' if vias else 'trace'}"

    return side


def against_even_feed(results: Results, entries: Sequence[Entry]) -> list[str]:
    """How much more the density is than with the same current fed evenly all around."""
    said = []
    for pair, name in CURRENT_PAIRS.items():
        found = of_entries(results, entries, f"crowding_in_plane_{pair}")
        if found:
            each = listing(f"{label} {with_error(v)}" for label, v in found.items())
            said.append(f"at {name} {each}")
    if not said:
        return []
    at = levels_at(entries[0].row, results)
    return [
        f"Crowding in plane, the largest current density over that with the same current fed "
        f"evenly all around{f' ({at})' if at else ''}: {'; '.join(said)}."
    ]


def crowding_in_short(results: Results, entries: Sequence[Entry], vias: bool) -> list[str]:
    """The range of the crowding in plane over the designs side by side."""
    said = []
    for pair, name in CURRENT_PAIRS.items():
        found = of_entries(results, entries, f"crowding_in_plane_{pair}").values()
        if found:
            said.append(f"{TIMES} {span(list(found))} at {name}")
    who = "The vias crowd" if vias else "The trace crowds"
    return [f"{who} the current, against an even feed: {listing(said)}."] if said else []


def recess_costs(results: Results, entries: Sequence[Entry], vias: bool) -> list[str]:
    """Whether what the recess costs differs from what it costs with an even feed."""
    out = []
    for pair, name in CURRENT_PAIRS.items():
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        crowding = of_entries(results, entries, f"crowding_in_plane_{pair}")
        labels = [e.label for e in entries if e.label in largest and e.label in crowding]
        if len(labels) < 2 or entries[0].row["variant"] != "no-recess":
            continue
        first, said = labels[0], []
        for label in labels[1:]:
            here, plane = (ratio(v[label], v[first]) for v in (largest, crowding))
            even = None if here is None or plane is None else ratio(here, plane)
            sign = None if here is None or even is None else sign_of(here, even)
            if sign is not None:
                who = "vias" if vias else "trace"
                word = {1: f"more with the {who}", -1: f"less with the {who}"}
                word[0] = "no difference beyond the errors"
                said.append(
                    f"{label} {TIMES} {with_error(here)}, against {TIMES} {with_error(even)} with "
                    f"an even feed ({word[sign]})"
                )
        if said:
            out.append(
                f"What the recess does to the current density at {name}, against {first}: "
                f"{'; '.join(said)}."
            )
    return out


def _opposite(results: Results, entries: Sequence[Entry], vias: bool) -> str:
    """How little of it is left where no arc is."""
    said = []
    for pair, name in CURRENT_PAIRS.items():
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        far = of_entries(results, entries, f"current_density_opposite_{pair}")
        shares = []
        for label, value in far.items():
            share = ratio(value, largest[label]) if label in largest else None
            if share is not None:
                shares.append(f"{label} {with_error(scaled(share, 100))} %")
        if shares:
            said.append(f"at {name} {listing(shares)}")
    place = "Between two vias" if vias else "Opposite the trace"
    return f"{place}, of the largest density there remain {'; '.join(said)}." if said else ""


def follows(results: Results, rows: Sequence[Row]) -> list[str]:
    """How the crowding in plane follows each number that the study varies."""
    out = []
    for path in results.numeric_factors:
        if path in ("pad_etch.depth_ratio", "recess_ratio"):
            continue
        series = _series(results, rows, path)
        said = []
        for pair, name in CURRENT_PAIRS.items():
            family = results.families.get(f"crowding_in_plane_{pair}")
            if family is None or not any(_moves(family, found) for found in series):
                continue
            signs = {_monotonic(family, found) for found in series}
            at_base = _series_at_base(results, series, path)
            ends = [family.read(r, family.at(results.headline_um))
                    for r in (at_base[0], at_base[-1])]  # fmt: skip
            both = f"{with_error(ends[0])} to {with_error(ends[1])}"
            if signs == {1}:
                said.append(f"at {name} it rises ({both})")
            elif signs == {-1}:
                said.append(f"at {name} it falls ({both})")
            else:
                said.append(f"at {name} it follows no one direction ({both})")
        if said:
            first, last = (level_of(results, at_base[k], path) for k in (0, -1))
            at = levels_at(at_base[0], results, (path,))
            count = f"in each of {len(series)} series" if len(series) > 1 else ""
            out.append(
                f"Crowding in plane with {factor_at(path, f'{level(first)} to {level(last)}')}"
                f"{f', {count}' if count else ''}: {'; '.join(said)}"
                f"{f'; in brackets at {at}' if at else ''}."
            )
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


@dataclass(frozen=True)
class Remedy:
    """What another level of one factor does to a recessed design, against no recess at the base.

    ``outcome`` is -1 or 0 where it makes good the cost at every averaging length, 1 where it does
    so at none, and None where that depends on the length.
    """

    text: str
    outcome: int | None


def makes_good(results: Results, entries: Sequence[Entry]) -> list[str]:
    """Whether another level of one more factor makes good what a recess costs at the base."""
    out = []
    for family, entry, reference in _costs(results, entries):
        found = _remedies(results, family, entry, reference.row)
        if found:
            out.append(_remedy_text(results, family, entry, reference, found))
    return out


def remedies_in_short(results: Results, entries: Sequence[Entry]) -> list[str]:
    """The same for the deepest etch, by name only."""
    said = []
    for family, entry, reference in _costs(results, entries):
        if entry is not entries[-1]:
            continue
        found = _remedies(results, family, entry, reference.row)
        if found:
            good = [r.text.split(" (")[0] for r in found if r.outcome in (-1, 0)]
            by = listing(good, "or by") or "nothing that varies here"
            said.append(f"{family.short} by {by}")
    if not said:
        return []
    costs = f"What {entries[-1].label} costs against {entries[0].label}"
    return [f"{costs} is made good, one change at a time: {'; '.join(said)}."]


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
        relation = ratio(value, before)
        brackets = f" ({TIMES} {with_error(relation)})" if relation is not None else ""
        text = f"{factor_text(path, level_of(results, chosen, path))}{brackets}"
        out.append(Remedy(text, outcomes[id(chosen)]))
    return out


def _remedy_text(
    results: Results, family: Family, entry: Entry, reference: Entry, found: Sequence[Remedy]
) -> str:
    length = family.at(results.headline_um)
    cost, before = family.read(entry.row, length), family.read(reference.row, length)
    assert cost is not None and before is not None
    times = ratio(cost, before)
    relation = f"{TIMES} {with_error(times)}" if times is not None else (
        f"+{with_error(difference(cost, before))} {family.unit}"
    )  # fmt: skip
    groups = (
        ("made good by ", "or by", [r.text for r in found if r.outcome in (-1, 0)]),
        ("made good at some averaging lengths only by ", "or by",
         [r.text for r in found if r.outcome is None]),
        ("not made good by ", "nor by", [r.text for r in found if r.outcome == 1]),
    )  # fmt: skip
    said = [f"{head}{listing(texts, joint)}" for head, joint, texts in groups if texts]
    return f"What {entry.label} costs in {family.short} ({relation}) is {'; '.join(said)}."


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


def _power(entries: Sequence[Entry]) -> list[str]:
    """Power and resistance, and what of it is in series."""
    power = Family("power", "mw", ())
    found = {e.label: v for e in entries if (v := power.read(e.row, None)) is not None}
    if not found:
        return []
    current = {e.design.load.current.current_a for e in entries}
    at = f" at {current.pop():g} A" if len(current) == 1 else ""
    said = listing(f"{label} {with_error(v)} mW" for label, v in found.items())
    text = f"Power between the terminals{at}: {said}"
    first = next(iter(found.values()))
    more = [
        f"{label} {TIMES} {with_error(r)}"
        for label, v in list(found.items())[1:]
        if (r := ratio(v, first)) is not None
    ]
    text += f" ({listing(more)})" if more else ""
    series = [number(e.row.get("resistance_series_mohm")) for e in entries]
    known = [value for value in series if value]
    if known:
        text += f"; {extent(known)} mΩ of the resistance lie in series before the pad"
    return [f"{text}."]


def _feed_table(results: Results, entries: Sequence[Entry]) -> LoadTable | None:
    if len(entries) < 2:
        return None
    rows = []
    for pair, name in CURRENT_PAIRS.items():
        family = results.families.get(f"current_density_max_{pair}")
        crowding = of_entries(results, entries, f"crowding_in_plane_{pair}")
        if family is None or not crowding:
            continue
        largest = of_entries(results, entries, f"current_density_max_{pair}")
        rows.append(
            table_row(results, f"Largest density at {name} ({family.unit})", family, entries)
        )
        even: dict[str, Measured | None] = {
            e.label: ratio(largest[e.label], crowding[e.label])
            if e.label in largest and e.label in crowding else None
            for e in entries
        }  # fmt: skip
        rows.append((
            f"The same, fed evenly all around ({family.unit})",
            [(with_error(even[e.label]), False) for e in entries], "",
        ))  # fmt: skip
        rows.append((
            f"Crowding in plane at {name}",
            [(with_error(crowding.get(e.label)), False) for e in entries], "",
        ))  # fmt: skip
        far = of_entries(results, entries, f"current_density_opposite_{pair}")
        rows.append((
            f"Density at {name} farthest from the feed ({family.unit})",
            [(with_error(far.get(e.label)), False) for e in entries], "",
        ))  # fmt: skip
    if not rows:
        return None
    at = levels_at(entries[0].row, results)
    return LoadTable(
        f"The feed{f', at {at}' if at else ''}, averaged over "
        f"{level(results.headline_um)} µm along the interface and "
        f"{results.base.metrics.arc_length_um:g} µm around it",
        [e.label for e in entries], rows,
    )  # fmt: skip


def _equal(a: Any, b: Any) -> bool:
    x, y = number(a), number(b)
    if x is None or y is None:
        return bool(a == b)
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12)
