"""What the numbers say of each metric of the designs side by side.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from geometry import Design, build_cross_section
from geometry.design.parameters import override
from studies.case.part import parts
from studies.metrics.catalogue import catalogue
from studies.metrics.families import Family
from studies.metrics.names import format_stem
from studies.report.rules.groups import OverGroups, over_groups
from studies.results.ranking import Ranking, Values, Verdict, near
from studies.results.results import Entry, Results, by_length, rank_rows


@dataclass(frozen=True)
class Clipped:
    """An interface that is no longer than some windows, so that these average it whole."""

    label: str
    interface: str
    size_um: float
    lengths_um: tuple[float, ...]


@dataclass(frozen=True)
class Finding:
    """What the numbers say about one metric.

    Attributes
    ----------
    family
        The metric.
    ranking
        Of the designs side by side.
    values
        Theirs at the headline length.
    length_um
        That length, if the metric has any.
    close
        Those that lie behind a winner by less than material data are good for, and how far.
    clipped
        Interfaces that were averaged whole.
    over
        The verdicts in all groups of the study, where variants are compared.
    """

    family: Family
    ranking: Ranking
    values: Values
    length_um: float | None
    close: Mapping[str, float]
    clipped: tuple[Clipped, ...] = ()
    over: OverGroups | None = None

    @property
    def pressed(self) -> list[str]:
        """Designs whose largest peel is compression, where all values are known."""
        if self.lacking or not self.family.stem.startswith("peel_max"):
            return []
        known = {a: v for a, v in self.values.items() if v is not None}
        return [a for a, v in known.items() if v.value < -(v.error or 0)]

    @property
    def is_shared(self) -> bool:
        """Whether all designs are equal within 5 %."""
        return self.ranking.verdict is Verdict.EQUAL and self.ranking.takes_in_all

    @property
    def lacking(self) -> list[str]:
        """Designs that do not have the metric, such as an interface that others have."""
        return [label for label, value in self.values.items() if value is None]


def findings(results: Results) -> list[Finding]:
    """One finding per metric shown that the designs side by side have.

    A finding says who is lowest: metrics of which more is better (a time, a margin) are ranked in
    the sections that are about them.
    """
    out = []
    for family in results.shown_side_by_side:
        if (known := family.known) is not None and known.metric.better == "higher":
            continue
        over = over_groups(results, family) if results.compares_variants else None
        out.append(replace(finding(results, family, results.compared), over=over))
    return out


def shared(found: Sequence[Finding]) -> list[Finding]:
    """Those of metrics that all designs have: only these tell one design from another."""
    return [f for f in found if not f.lacking]


def added_by_loads(results: Results) -> set[str]:
    """Stems of the metrics that designs side by side have by the loads that are not any bump's."""
    usual = {
        key for part in parts() if part.table == "load" for key, field in part.keys.items()
        if isinstance(field.get_default(call_default_factory=True), BaseModel)
    }  # fmt: skip
    stems: set[str] = set()
    without: set[str] = set()
    for entry in results.compared:
        data = entry.design.to_dict()
        loads = {k: v for k, v in data["load"].items() if k in usual}
        plain = Design(**override(data, {"load": loads}))  # and without what needs the others
        for design, found in ((entry.design, stems), (plain, without)):
            of_section = catalogue().of_section(build_cross_section(design))
            found |= {format_stem(known.metric.stem, known.place) for known in of_section}
    return stems - without


def finding(results: Results, family: Family, entries: Sequence[Entry]) -> Finding:
    """What the numbers say of some designs, whatever the rest of the study does."""
    values = by_length(family, {entry.label: entry.row for entry in entries})
    ranking = rank_rows(family, {entry.label: entry.row for entry in entries})
    length = family.at(results.headline_um)
    return Finding(
        family, ranking, values[length], length, near(values[length], ranking.winner),
        tuple(_clipped(entries, family)),
    )  # fmt: skip


def _clipped(entries: Sequence[Entry], family: Family) -> list[Clipped]:
    out = []
    for entry in entries:
        for interface in entry.result.curves:
            if not family.stem.endswith("_" + interface.replace("/", "_")):
                continue
            size = entry.length_um(interface)
            if size is None:
                continue
            short = tuple(x for x in family.lengths if size <= x * (1 + 1e-6))
            if short:
                out.append(Clipped(entry.label, interface, size, short))
    return out


@dataclass(frozen=True)
class Everywhere:
    """For which metrics the outcome is decided alike in every comparison of the study.

    ``some_lack``: not every comparison has every metric.
    """

    same: tuple[Family, ...]
    rest: tuple[Family, ...]
    groups: int
    some_lack: bool


def everywhere(results: Results, found: Sequence[Finding]) -> Everywhere | None:
    """Whether the findings hold in every comparison; None where there is only one."""
    if not results.compares_variants or len(results.groups) < 2:
        return None
    same: list[Family] = []
    rest: list[Family] = []
    counts = {len(f.over.calls) if f.over is not None else 1 for f in found}
    for f in found:
        call = f.over.same if f.over is not None else f.ranking.call
        decided = call is not None and call.verdict in (Verdict.WINNER, Verdict.EQUAL)
        (same if decided else rest).append(f.family)
    return Everywhere(tuple(same), tuple(rest), max(counts, default=0), len(counts) > 1)
