"""What the levels of a factor of names have of their own, and which sets lack a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studies.results.methods import Choice, sharing_parts
from studies.results.results import Results


def own_interfaces(results: Results, choice: Choice) -> Mapping[str, Sequence[str]]:
    """Interfaces that not every level has, by level; empty where all have the same."""
    found = {
        a: {i for s in choice.sets if a in s for i in results.entry(s[a]).result.curves}
        for a in choice.levels
    }
    common = set.intersection(*found.values())
    own = {a: sorted(names - common) for a, names in found.items()}
    return own if any(own.values()) else {}


def sets_without_result(results: Results, choice: Choice) -> int:
    """How many more sets there would be if every case had a result."""
    return _planned(results, choice) - len(choice.sets) - choice.same


def _planned(results: Results, choice: Choice) -> int:
    """Number of sets if every case had a result."""
    rows = results.rows
    if choice.path == "part":
        parts = sharing_parts(results)
        return sum(row["part"] in parts for row in rows) // max(len(parts), 1)
    rest = ["part", *(p for p in results.factors if p != choice.path)]
    varying = [row for row in rows if choice.path in results.varied[row["part"]]]
    return len({tuple(str(row[p]) for p in rest) for row in varying})
