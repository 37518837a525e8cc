"""What a probe's mark amounts to in a solved case: go or no-go first, then what it changes.

Changes are those against the same pad without a mark, cleaned and etched alike, as shares of what
that has (metrics ``..._to_unprobed``). One counts if it is beyond its own error and beyond 5 % at
every averaging length. Peel and shear are kept apart: as long as metals are elastic the assumed
width of the mark's wall decides them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from geometry.design.design import Design
from geometry.process.probed import TABLE, Probe, left_under_mark_um, mark_of, probe_of, relief_of
from geometry.section.contact_films import is_clean
from studies.metrics.families import Family
from studies.metrics.unprobed import SPOT
from studies.results.ranking import SMALL_SPREAD
from studies.results.results import Results, Row
from studies.wording.labels import Measured, number

EXPOSED = ("pad_exposed", "dielectric_exposed")  # to solder


class State(StrEnum):
    """What is left of a mark under the UBM; the worst first."""

    BROKEN = "no-go: UBM broken"
    BARE = "no pad metal under the mark"
    FILM = "film stays"
    RELIEF = "film gone, relief stays"
    EVEN = "film gone, even"


class Size(StrEnum):
    """What the errors leave of a change against the unprobed pad."""

    LARGE = "large"  # beyond its error and 5 % at every averaging length
    SMALL = "small"  # below 5 % with its error at the headline length, which meshes are made for
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Change:
    """One metric against the unprobed pad: a share at the headline length, and its size.

    ``family`` is the metric's own, not that of the comparison.
    """

    family: Family
    share: Measured
    size: Size

    @property
    def is_density(self) -> bool:
        """Whether it is one of a current density."""
        return self.family.suffix == "a_per_cm2"


@dataclass(frozen=True)
class MarkedCase:
    """A solved case of a probed pad."""

    row: Row
    design: Design
    state: State
    changes: tuple[Change, ...]

    @property
    def probe(self) -> Probe:
        found: Probe = self.design.probe
        return found

    @property
    def is_exposed(self) -> bool:
        """Whether solder touches what lies under the UBM in the opening, not the mask alone."""
        return any(number(self.row.get(name)) for name in EXPOSED)

    @property
    def gap_um(self) -> float:
        """From the mark's edge to the opening's."""
        return self.design.opening_radius_um - self.probe.offset_um - self.probe.edges_um[1]

    @cached_property
    def electric(self) -> tuple[Change, ...]:
        """Changes of currents, voltage, heat and resistance."""
        return tuple(c for c in self.changes if not c.family.is_stress)

    @cached_property
    def densities(self) -> tuple[Change, ...]:
        """Changes of current densities alone."""
        return tuple(c for c in self.electric if c.is_density)


def largest(changes: Iterable[Change]) -> Change | None:
    """The largest of some changes; of those that count if any does."""
    every = list(changes)
    some = [c for c in every if c.size is Size.LARGE] or every
    return max(some, key=lambda c: abs(c.share.value), default=None)


def size_of(changes: Iterable[Change]) -> Size | None:
    """Of some changes together: large if one is, small if all are; None where there is none."""
    sizes = {c.size for c in changes}
    for size in (Size.LARGE, Size.UNDECIDED, Size.SMALL):
        if size in sizes:
            return size
    return None


def marked_cases(results: Results, rows: Iterable[Row] | None = None) -> list[MarkedCase]:
    """The solved cases whose pad is probed."""
    out = []
    for row in results.whole_rows if rows is None else rows:
        entry = results.entry(row)
        if entry.result.design.get(TABLE) is None:  # known without making the design
            continue
        design = entry.design
        if probe_of(design) is not None:
            out.append(MarkedCase(row, design, state_of(design, row), _changes(results, row)))
    return out


def state_of(design: Design, row: Row) -> State:
    """What is left of the mark, by the design and, where the UBM covers it, by its section."""
    if number(row.get("ubm_broken")):
        return State.BROKEN
    if design.depth_ratio < 1.0 and left_under_mark_um(design) == 0.0:
        return State.BARE
    if not is_clean(design):
        return State.FILM
    return State.RELIEF if mark_of(design) is not None and relief_of(design) > 0.0 else State.EVEN


def feed_text(case: MarkedCase) -> str:
    """The feed in words, and the mark's azimuth against a trace."""
    design = case.design
    if design.trace is None:
        return {"rim": "fed all around"}.get(design.pad.feed, f"fed through {design.pad.feed}s")
    where = f", mark at {case.probe.azimuth_deg:g}°" if case.probe.offset_um > 0.0 else ""
    return f"trace {design.trace.width_um:g} µm wide{where}"


def _changes(results: Results, row: Row) -> tuple[Change, ...]:
    """Of every metric that is better one way; a ratio to the unprobed pad as what it is off 1."""
    out = []
    for stem, own in results.families.items():
        against, known = results.families.get(f"{stem}_{SPOT}"), own.known
        if against is None or known is None or known.metric.better is None:
            continue
        zero = 0.0 if own.is_stress else 1.0
        every = {length: against.read(row, length) for length in against.columns()}
        shares = [Measured(v.value - zero, v.error) for v in every.values() if v is not None]
        if shares and len(shares) == len(every):
            at = list(every).index(against.at(results.headline_um))
            out.append(Change(own, shares[at], _size(shares, shares[at])))
    return tuple(out)


def _size(shares: list[Measured], headline: Measured) -> Size:
    if headline.error is None:
        return Size.UNDECIDED
    if all(v.error is not None and abs(v.value) > max(v.error, SMALL_SPREAD) for v in shares):
        return Size.LARGE
    if abs(headline.value) + headline.error < SMALL_SPREAD:
        return Size.SMALL
    return Size.UNDECIDED
