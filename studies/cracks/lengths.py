"""Which lengths of a crack are computed on which variant, found out before anything is solved.

Lengths that the user asks for are taken exactly. One that fits only some of the variants is a
declared-invalid row of the others; one that fits none is the user's mistake. Without any, a spread
is chosen that fits: its first part is the same for all variants, so that they can be compared at
equal length, the rest reaches to nine tenths of each longer interface.

Knows geometry only: bad input must not wait for the solvers to load.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geometry import CrossSection, Design, DesignError, build_cross_section
from geometry.design.quantities import CRACK_LENGTH
from geometry.design.schema import Crack
from geometry.process.probed import probe_of
from geometry.section.crack_path import (
    NEAREST_CORNER_UM,
    crack_path,
    crack_walk,
    walk_length_um,
)
from geometry.section.cross_section import with_crack_length

SHORTEST_UM = 0.1
LONGEST_SHARE = 0.9  # of the interface
ALONE, SHARED, BEYOND = 8, 6, 3  # lengths of one spread; of its common part, and of the rest
MUCH_LONGER = 2.0  # an interface worth lengths of its own
SLACK = 1.05  # over nine tenths, where another variant's length fits too
MOVES = (1.0, 1.05, 0.95, 1.1, 0.9)  # a length of the spread that meets a corner gives way


@dataclass(frozen=True)
class CrackPlan:
    """What will be computed of one design.

    Attributes
    ----------
    section
        Of the design, its crack without a length.
    start_um
        The length that the design says its crack has, under a mark also ``[probe]`` does; None when
        it says none.
    lengths_um
        To compute, ascending.
    skipped
        Lengths asked for that this design cannot have, um, to why.
    """

    section: CrossSection
    interface_length_um: float
    start_um: float | None
    lengths_um: tuple[float, ...]
    skipped: Mapping[float, str]

    @property
    def design(self) -> Design:
        return self.section.design

    @property
    def crack(self) -> Crack:
        assert self.design.crack is not None
        return self.design.crack

    def refusal(self, length_um: float) -> str | None:
        """Why there is no crack of a length, um; None if there is."""
        walk = crack_walk(self.section, self.crack)
        try:
            crack_path(self.section, self.crack, walk, length_um)
        except DesignError as error:
            return str(error)
        return None


def with_crack(design: Design) -> Design:
    """The design, with a crack at the default place if it has none."""
    return design if design.crack is not None else design.replace(crack={})


def plan_cracks(
    designs: Sequence[Design],
    lengths_um: Sequence[float] | None = None,
    called: str = "lengths_um",
) -> tuple[list[CrackPlan], dict[str, str]]:
    """What to compute of each design, and why a variant has no such interface.

    Parameters
    ----------
    designs
        Variants; without a ``[crack]`` they get the default one.
    lengths_um
        By default a spread. The designs' own length is one more.
    called
        What the caller knows the lengths as, for the refusal.

    Raises
    ------
    DesignError
        When no design has the interface, or a length fits none of them.
    """
    open_plans, absent = _interfaces([with_crack(design) for design in designs])
    by_crack = any(d.crack is not None and d.crack.length_um is not None for d in designs)
    own = "crack.length_um" if by_crack else "probe.dielectric_crack_um"
    named = {p.start_um: own for p in open_plans if p.start_um is not None}
    for length in lengths_um or ():
        named.setdefault(float(length), f"{called}: crack.length_um")
    refused = {length: [p.refusal(length) for p in open_plans] for length in named}
    for length, reasons in refused.items():
        if all(reasons):
            slipped = CRACK_LENGTH.note("crack.length_um", length)
            said = _fits_none(named[length], length, open_plans, reasons)
            raise DesignError("; ".join([said, *([slipped] if slipped else [])]))
    spreads = default_lengths(open_plans) if lengths_um is None else [()] * len(open_plans)
    plans = []
    for k, (plan, spread) in enumerate(zip(open_plans, spreads, strict=True)):
        skipped = {length: why for length, whys in refused.items() if (why := whys[k]) is not None}
        lengths = sorted({*spread, *(set(named) - set(skipped))})
        plans.append(
            CrackPlan(
                plan.section, plan.interface_length_um, plan.start_um, tuple(lengths), skipped
            )
        )
    if lengths_um is None and not any(plan.lengths_um or plan.skipped for plan in plans):
        raise DesignError(
            f"no length fits the {open_plans[0].crack.line}: its tip must keep "
            f"{NEAREST_CORNER_UM:g} um from either end (step: crack)"
        )
    return plans, absent


def _interfaces(designs: Sequence[Design]) -> tuple[list[CrackPlan], dict[str, str]]:
    """A plan without lengths for each design that has the interface."""
    plans: list[CrackPlan] = []
    absent: dict[str, str] = {}
    first: DesignError | None = None
    for design in designs:
        crack = design.crack
        assert crack is not None
        whole = crack.model_copy(update={"length_um": None})
        try:
            section = build_cross_section(design.model_copy(update={"crack": whole}))
        except DesignError as error:
            absent[design.variant] = str(error)
            first = first or error
            continue
        total = walk_length_um(crack_walk(section, whole))
        plans.append(CrackPlan(section, total, _said_length_um(design), (), {}))
    if not plans and first is not None:
        raise first
    return plans, absent


def _said_length_um(design: Design) -> float | None:
    """The length of a design's crack; of one under a mark what the probe left of it, else."""
    crack, probe = design.crack, probe_of(design)
    assert crack is not None
    if crack.length_um is None and crack.from_scar and probe is not None:
        return probe.dielectric_crack_um or None
    return crack.length_um


def _fits_none(
    name: str, length: float, plans: Sequence[CrackPlan], reasons: Sequence[str | None]
) -> str:
    """The sentence that refuses a length which no variant can have."""
    said = [why for why in reasons if why is not None]
    too_short = all(length >= plan.interface_length_um for plan in plans)
    if len(plans) == 1 or not too_short:
        # of several reasons the one of a variant whose interface is long enough
        fitting = [k for k, plan in enumerate(plans) if length < plan.interface_length_um]
        return said[fitting[0] if fitting else 0].replace("crack.length_um", name, 1)
    crack = plans[0].crack
    longest = max(plan.interface_length_um for plan in plans)
    each = ", ".join(f"{p.interface_length_um:g} um in {p.design.variant}" for p in plans)
    return (
        f"{name} = {length:g} must be less than {longest:g} um: the {crack.line} measures {each} "
        f"(step: crack)"
    )


def default_lengths(plans: Sequence[CrackPlan]) -> list[tuple[float, ...]]:
    """A spread for each variant, evenly in the logarithm, that fits its interface."""
    stops = [LONGEST_SHARE * plan.interface_length_um for plan in plans]
    stop, longest = min(stops), max(stops)
    start = min(SHORTEST_UM, stop / 2)
    alike = longest <= MUCH_LONGER * stop
    # a common part of less than a decade needs fewer
    shared = ALONE if alike else min(SHARED, 3 + round(3 * math.log10(stop / start)))
    common = [(v, _fitting(v, plans)) for v in np.geomspace(start, stop, shared)]
    spreads = []
    for own, plan in zip(stops, plans, strict=True):
        beyond: list[float] = []
        if own > MUCH_LONGER * stop:
            beyond = [v for v in np.geomspace(stop, longest, BEYOND + 1)[1:] if v <= SLACK * own]
        found = [fits or _fitting(v, [plan]) for v, fits in [*common, *((b, None) for b in beyond)]]
        spreads.append(tuple(sorted({length for length in found if length is not None})))
    return spreads


def _fitting(length: float, plans: Sequence[CrackPlan]) -> float | None:
    """The length in three digits, moved a little where a tip would meet a corner of a variant."""
    for move in MOVES:
        moved = float(f"{move * length:.3g}")
        if not any(plan.refusal(moved) for plan in plans):
            return moved
    return None


def section_at(plan: CrackPlan, length_um: float) -> CrossSection:
    """The section of a plan with its crack at one length, um."""
    return with_crack_length(plan.section, length_um)


def variants_of(design: Design) -> list[Design]:
    """No recess, the design's own depth (half if it has none of its own) and full depth."""
    depths = [0.0, design.depth_ratio if 0 < design.depth_ratio < 1 else 0.5, 1.0]
    undercut = design.pad_etch.undercut_um
    return [
        design.replace(
            **{"pad_etch.depth_ratio": d, "pad_etch.undercut_um": undercut if d else 0.0}
        )
        for d in depths
    ]
