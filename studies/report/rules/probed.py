"""What the numbers say of a probe's mark: go or no-go, where it must not lie, what the etch does.

A change against the unprobed pad counts if it is beyond its own error and beyond 5 % at every
averaging length (`studies.results.probed`). Nothing here says that an etch pays by the peel it
takes away: as long as metals are elastic that is the assumed wall's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from geometry.process.probed import mark_of, relief_of
from geometry.section.contact_films import is_clean
from studies.metrics.families import Family
from studies.results.probed import (
    Change,
    MarkedCase,
    Size,
    State,
    feed_text,
    largest,
    marked_cases,
    size_of,
)
from studies.results.results import Results
from studies.results.twins import flows
from studies.wording.labels import Measured, number

NEAR = 1e-9


@dataclass(frozen=True)
class GoNoGo:
    """Whether the UBM holds over the mark.

    Attributes
    ----------
    cases, broken, bare
        How many cases have a relief; those where solder touches what lies under the UBM; others
        where no pad metal is left under the mark.
    broken_on_mask
        In how many the UBM is broken on the wall of the opening only.
    breaks_from
        The least broken mark over the pad's thickness, by the coverage of walls.
    deepest_share
        The deepest mark studied, over the pad's thickness.
    coverages
        The coverages studied.
    least_um, least_share, least_radius_um, least
        Where the UBM is thinnest in the cases where it holds: that, over its thickness on the
        flat, at which radius, and the case.
    """

    cases: int
    broken: tuple[MarkedCase, ...]
    bare: tuple[MarkedCase, ...]
    broken_on_mask: int
    breaks_from: tuple[tuple[float, float], ...]
    deepest_share: float
    coverages: tuple[float, ...]
    least_um: float | None
    least_share: float | None
    least_radius_um: float | None
    least: MarkedCase | None

    @property
    def is_go(self) -> bool:
        return not self.broken

    @property
    def is_on_mark(self) -> bool:
        """Whether the UBM is thinnest within the mark and its rims."""
        mark = None if self.least is None else mark_of(self.least.design)
        return mark is not None and (self.least_radius_um or 0.0) <= mark.reach_um[1] + NEAR


@dataclass(frozen=True)
class Reach:
    """How far from the opening's edge a mark's film changes some metrics by what counts.

    Attributes
    ----------
    bad_gap_um, worst
        The largest gap at which some film makes a change that counts, and the largest of these.
    clear_gap_um
        The least gap from which on all changes are small; None if there is none.
    at_edge, centred
        The largest change, whatever its size, at the least gap and with the mark in the centre.
    """

    bad_gap_um: float | None
    worst: Change | None
    clear_gap_um: float | None
    at_edge: Change | None
    centred: Change | None


@dataclass(frozen=True)
class Placing:
    """Where a mark must not lie, for one feed.

    Attributes
    ----------
    feed
        In words, with the mark's azimuth.
    least_gap_um
        The least gap studied.
    currents, film
        By current densities; by resistance, and by heat and voltage of the contact.
    """

    feed: str
    least_gap_um: float
    currents: Reach
    film: Reach


@dataclass(frozen=True)
class Cleaning:
    """How deep the etch must be to take the film away, and to even out the relief.

    Depths in um; ``stays_at`` and ``cleans_from`` are neighbours among the depths studied that hold
    for every mark, and so are ``relief_at`` and ``evens_from``; None where there is none.
    ``reliefs``: what the etch leaves of a relief, as the designs say it.
    """

    stays_at_um: float | None
    cleans_from_um: float | None
    relief_at_um: float | None
    evens_from_um: float | None
    evens_at_full_depth: bool
    reliefs: tuple[float, ...]


@dataclass(frozen=True)
class Deciding:
    """Which metrics the mark changes by what counts, the one that does so most often first.

    ``counts``: metric, in how many cases, and the largest such change. ``undecided``: in how many
    cases errors leave it open; ``cases``: of how many.
    """

    counts: tuple[tuple[Family, int, Change], ...]
    cases: int
    undecided: int
    largest_centred: Change | None


@dataclass(frozen=True)
class Wall:
    """Peel at one mark and etch for every width of wall that was studied, without etch.

    ``flows``: whether it is peel after yield and creep, of which there is no elastic one.
    """

    family: Family
    depth_share: float
    opening: str
    by_width: tuple[tuple[float, Measured], ...]
    unmarked: Measured | None
    flows: bool = False

    @property
    def is_decided_by_width(self) -> bool:
        """Whether two widths differ by more than their errors."""
        return any(
            abs(a.value - b.value) > (a.error or 0.0) + (b.error or 0.0)
            for _, a in self.by_width
            for _, b in self.by_width
        )


@dataclass(frozen=True)
class Unrepaired:
    """What no etch mends: cracks below the pad; the relief, as long as the etch is directional."""

    cracks: int
    dry: bool


@dataclass(frozen=True)
class MarkFindings:
    """All of it; None where the study does not vary what it is about."""

    cases: tuple[MarkedCase, ...]
    go: GoNoGo | None
    placings: tuple[Placing, ...]
    cleaning: Cleaning | None
    deciding: Deciding
    wall: Wall | None
    unrepaired: Unrepaired


def mark_findings(results: Results) -> MarkFindings | None:
    """What a study says of marks; None where no pad of it is probed."""
    cases = marked_cases(results)
    if not cases:
        return None
    reliefs = [case for case in cases if mark_of(case.design) is not None]
    return MarkFindings(
        tuple(cases), _go(reliefs), tuple(_placings(cases)), _cleaning(reliefs), _deciding(cases),
        _wall_of_either(results, cases),
        Unrepaired(
            sum(case.probe.dielectric_crack_um > 0.0 for case in cases),
            any(case.design.pad_etch.relief == 1.0 for case in reliefs),
        ),
    )  # fmt: skip


# ------------------------------------------------------------------------------ no-go


def _depth_share(case: MarkedCase) -> float:
    mark = mark_of(case.design)
    return 0.0 if mark is None else mark.depth_um / mark.pad_um


def _go(cases: Sequence[MarkedCase]) -> GoNoGo | None:
    if not cases:
        return None
    broken = tuple(case for case in cases if case.is_exposed)
    on_mask = sum(case.state is State.BROKEN and not case.is_exposed for case in cases)
    bare = tuple(case for case in cases if case.state is State.BARE)
    coverages = sorted({case.design.ubm.step_coverage for case in cases})
    first = [
        (coverage, min(depths))
        for coverage in coverages
        if (depths := [_depth_share(c) for c in broken if c.design.ubm.step_coverage == coverage])
    ]
    whole = [
        (least, case)
        for case in cases
        if case.state is not State.BROKEN
        and (least := number(case.row.get("ubm_thickness_min_um"))) is not None
    ]
    least, at = min(whole, key=lambda pair: pair[0], default=(None, None))
    row = {} if at is None else at.row
    return GoNoGo(
        len(cases),
        broken,
        bare,
        on_mask,
        tuple(first),
        max(map(_depth_share, cases)),
        tuple(coverages),
        least,
        number(row.get("ubm_thickness_min_ratio")),
        number(row.get("ubm_thickness_min_radius_um")),
        at,
    )


# ------------------------------------------------------------------------------ where


def _placings(cases: Sequence[MarkedCase]) -> list[Placing]:
    films = [c for c in cases if mark_of(c.design) is None and c.design.depth_ratio < 1.0]
    by_feed: dict[str, list[MarkedCase]] = {}
    for case in films:
        if case.probe.offset_um > 0.0:
            by_feed.setdefault(feed_text(case), []).append(case)
    out = []
    for feed, mine in by_feed.items():
        some = mine[0].design
        centred = [
            c for c in films
            if c.probe.offset_um == 0.0
            and (c.design.pad.feed, c.design.trace) == (some.pad.feed, some.trace)
            and c.design.opening_radius_um == some.opening_radius_um
        ]  # fmt: skip
        by_gap: dict[float, list[MarkedCase]] = {}
        for case in sorted(mine, key=lambda c: c.gap_um):
            by_gap.setdefault(round(case.gap_um, 6), []).append(case)
        out.append(
            Placing(
                feed,
                min(by_gap),
                _reach(by_gap, centred, lambda case: case.densities),
                _reach(by_gap, centred, other_than_densities),
            )
        )
    return out


def other_than_densities(case: MarkedCase) -> list[Change]:
    """Changes of resistance, and of heat and voltage of the contact."""
    return [change for change in case.electric if not change.is_density]


def _reach(
    by_gap: Mapping[float, Sequence[MarkedCase]],
    centred: Sequence[MarkedCase],
    of: Callable[[MarkedCase], Sequence[Change]],
) -> Reach:
    at = {gap: [change for case in cases for change in of(case)] for gap, cases in by_gap.items()}
    bad = [gap for gap, changes in at.items() if size_of(changes) is Size.LARGE]
    clear = None
    for gap in sorted(at, reverse=True):
        if size_of(at[gap]) is not Size.SMALL:
            break
        clear = gap
    return Reach(
        max(bad, default=None),
        largest(c for changes in at.values() for c in changes) if bad else None,
        clear,
        largest(at[min(at)]),
        largest(change for case in centred for change in of(case)),
    )


def _largest(cases: Iterable[MarkedCase]) -> Change | None:
    return largest(change for case in cases for change in case.electric)


# ------------------------------------------------------------------------------ etch


def _cleaning(cases: Sequence[MarkedCase]) -> Cleaning | None:
    if len({case.design.depth_um for case in cases}) < 2:
        return None
    stays, cleans = _turn(cases, lambda case: is_clean(case.design))
    rough, evens = _turn(cases, lambda case: relief_of(case.design) == 0.0)
    full = evens is not None and all(
        case.design.depth_ratio == 1.0 for case in cases if case.design.depth_um >= evens - NEAR
    )
    reliefs = sorted({case.design.pad_etch.relief for case in cases})
    return Cleaning(stays, cleans, rough, evens, full, tuple(reliefs))


def _turn(
    cases: Sequence[MarkedCase], holds: Callable[[MarkedCase], bool]
) -> tuple[float | None, float | None]:
    """Neighbouring depths of etch: at one it fails for some mark, from the other on it holds."""
    depths = sorted({case.design.depth_um for case in cases})
    fails = [
        depth for depth in depths
        if not all(holds(c) for c in cases if abs(c.design.depth_um - depth) < NEAR)
    ]  # fmt: skip
    last = max(fails, default=None)
    rest = [depth for depth in depths if last is None or depth > last]
    return last, min(rest, default=None)


# ------------------------------------------------------------------------------ which


def _deciding(cases: Sequence[MarkedCase]) -> Deciding:
    found: dict[str, list[Change]] = {}
    for case in cases:
        for change in case.electric:
            if change.size is Size.LARGE:
                found.setdefault(change.family.stem, []).append(change)
    counts = [
        (changes[0].family, len(changes), max(changes, key=lambda c: abs(c.share.value)))
        for changes in found.values()
    ]
    counts.sort(key=lambda one: -one[1])
    reliefs = [c for c in cases if c.probe.offset_um == 0.0 and c.state is not State.BROKEN]
    return Deciding(
        tuple(counts),
        len(cases),
        sum(size_of(c.electric) is Size.UNDECIDED for c in cases),
        _largest(reliefs),
    )


def _wall_of_either(results: Results, cases: Sequence[MarkedCase]) -> Wall | None:
    """Elastic cases where any differ in the wall, else those of metals that yield."""
    for flowing in (False, True):
        found = _wall(results, [case for case in cases if flows(case.row) is flowing])
        if found is not None:
            return replace(found, flows=flowing)
    return None


def _wall(results: Results, cases: Sequence[MarkedCase]) -> Wall | None:
    """The set of cases without etch that differ in the wall only, with most widths."""
    family = results.families.get("peel_max_ubm_pad")
    if family is None:
        return None
    length = family.at(results.headline_um)
    sets: dict[tuple[float, float, float], dict[float, Measured]] = {}
    for case in cases:
        value = family.read(case.row, length)
        plain = case.design.depth_ratio == 0.0 and case.probe.offset_um == 0.0
        if plain and value is not None and mark_of(case.design) is not None:
            d = case.design
            key = (_depth_share(case), d.opening_ratio, d.ubm.step_coverage)
            sets.setdefault(key, {}).setdefault(case.probe.wall_width_um, value)
    sets = {key: found for key, found in sets.items() if len(found) > 1}
    if not sets:
        return None
    base = results.base
    aim = base.probe.depth_ratio if getattr(base, "probe", None) is not None else None
    key = min(
        sets,
        key=lambda k: (abs(k[0] - (0.4 if aim is None else aim)), abs(k[1] - base.opening_ratio)),
    )
    unmarked = [
        family.read(c.row, length) for c in cases
        if mark_of(c.design) is None and c.design.depth_ratio == 0.0
        and c.design.opening_ratio == key[1] and c.probe.offset_um == 0.0
    ]  # fmt: skip
    return Wall(
        family, key[0], f"{key[1]:g}", tuple(sorted(sets[key].items())),
        next((v for v in unmarked if v is not None), None),
    )  # fmt: skip
