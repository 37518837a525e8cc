"""Factors to cases: what a study asks for, written out case by case before anything is solved."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fem_bump.errors import InputError
from geometry.design.design import Design
from geometry.design.parameters import override, value_at
from geometry.design.paths import keys_of
from geometry.errors import DesignError
from studies.case.checks import check_design
from studies.plan.sampling import draw
from studies.plan.shapes import Shapes
from studies.plan.study import Part, Study, place
from studies.records.stored_plan import StoredCase, StoredPlan, StoredStudy
from studies.records.strict_json import plain
from studies.wording.levels import level

# what a design has where a key is left to follow from others
DERIVED: Mapping[str, Callable[[Design], Any]] = {
    "cell.radius_um": lambda design: design.cell_radius_um,
    "bump.diameter_um": lambda design: 2 * design.ubm_radius_um,
    "bump.screen_opening_diameter_um": lambda design: 2 * design.ubm_radius_um,
    "trace.thickness_um": lambda design: design.trace_thickness_um,
    "trace.material": lambda design: design.pad.material if design.trace else None,
}


MOST_IMPOSSIBLE = 0.05  # share of points of distributions
Refusal = DesignError | InputError


@dataclass(frozen=True)
class Case:
    """One row of the study.

    Attributes
    ----------
    part, number
        Its part and its place in that part, from 1.
    factors
        What the part varies, by dotted path.
    design, reason
        The design, or why there is none: an impossible combination is a row, not a failure.
    key
        Hash of all that determines the result; equal keys are solved once.
    keep_fields
        Whether its fields are written for ParaView.
    candidates
        In a study in rounds keys of the records that it may have, the sharpest first.
    """

    part: str
    number: int
    factors: Mapping[str, Any]
    design: Design | None
    reason: str | None
    key: str | None
    keep_fields: bool
    candidates: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The factors in short: ``depth_ratio 0.5, opening_ratio 0.75``."""
        pairs = ((keys_of(path)[-1], value) for path, value in self.factors.items())
        return ", ".join(f"{leaf} {level(value)}" for leaf, value in pairs) or "base"


@dataclass(frozen=True)
class Plan:
    """A study with its base design resolved and all its cases.

    Attributes
    ----------
    base
        The base design; where the base by itself is no possible design, the first case that is.
    base_key, base_reason
        The base's key, or why it is no design by itself; cases that replace the culprit are.
    unbuilt
        How many cases have a bump that was not built: whether it can be made their solve says.
    """

    study: Study
    base: Design
    base_key: str | None
    base_reason: str | None
    cases: tuple[Case, ...]
    unbuilt: int = 0

    @property
    def impossible_shares(self) -> dict[str, float]:
        """Share of points that are no possible design, of parts with distributions, if any are."""
        shares: dict[str, float] = {}
        for part in self.study.part:
            if part.sampling is not None and part.sampling.scatters:
                cases = [case for case in self.cases if case.part == part.name]
                lost = sum(case.design is None for case in cases)
                shares |= {part.name: lost / len(cases)} if lost else {}
        return shares

    @property
    def valid(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.design is not None)

    @property
    def designs(self) -> list[Design]:
        """Designs of the valid cases, one each."""
        return [case.design for case in self.cases if case.design is not None]

    def stored(self) -> StoredPlan:
        """What ``plan.json`` says of it; keys are as of this plan, designs are in the records."""
        study = self.study.to_dict()
        stand_in = None if self.base_reason is None else self.base.to_dict()
        if stand_in is None:
            study["base"] = self.base.to_dict()
        return StoredPlan(
            StoredStudy.from_json(plain(study)),
            tuple(
                StoredCase(
                    case.part,
                    case.number,
                    case.factors,
                    case.reason,
                    case.key,
                    case.keep_fields,
                    case.candidates,
                )
                for case in self.cases
            ),
            self.base_key,
            self.study.base,
            self.base_reason,
            stand_in,
        )


def make_plan(study: Study, case_key: Callable[[Design], str]) -> Plan:
    """Expand a study into its cases.

    Every case is judged by its values; whether its bump can be made, see
    :class:`studies.plan.shapes.Shapes`.

    Raises
    ------
    DesignError, InputError
        When a ``keep_fields`` entry matches no case, every single case is impossible, or too many
        points of a part's distributions are.
    """
    drafts = [
        (part, number, factors, made(factors))
        for part in study.part
        for made in [maker(study.base, part.set)]
        for number, factors in enumerate(_combinations(part, place(study, part)), 1)
    ]
    written = maker(study.base, {})({})
    shapes = Shapes([_design(made) for *_, made in drafts], always=_design(written))

    def judged(made: Design | Refusal) -> tuple[Design | Refusal, str | None, bool]:
        """A design that may be solved with its key and whether it was built, or why it may not."""
        if not isinstance(made, Design):
            return made, None, False
        try:
            check_design(made, lambda: shapes.section(made))
            is_built = shapes.is_built(made)
            return made, case_key(made), is_built
        except (DesignError, InputError) as error:
            return error, None, False

    cases, unbuilt = [], 0
    for part, number, factors, made in drafts:
        found, key, is_built = judged(made)
        cases.append(_case(study, part, number, factors, found, key))
        unbuilt += key is not None and not is_built
    base, base_key, _ = judged(written)
    possible = [case.design for case in cases if case.design is not None]
    reason = None if isinstance(base, Design) else str(base)
    if not possible:
        if not isinstance(base, Design) and all(case.reason == reason for case in cases):
            raise base  # a mistake in the base that no case replaces
        first = cases[0].label if cases[0].factors else f"part '{cases[0].part}'"
        raise InputError(impossible(study.name, len(cases), first, str(cases[0].reason)))
    for part in study.part:
        _check_share(study, part, [case for case in cases if case.part == part.name])
    if not isinstance(study.keep_fields, bool):
        for matcher in study.keep_fields:
            if not any(_matches(case.part, case.design, matcher) for case in cases):
                raise InputError(f"study '{study.name}': keep_fields {matcher} matches no case")
    resolved = base if isinstance(base, Design) else possible[0]
    return Plan(study, resolved, base_key, reason, tuple(cases), unbuilt)


def _check_share(study: Study, part: Part, cases: Sequence[Case]) -> None:
    """Refuse distributions much of which is no design: probabilities would be of the rest.

    Raises
    ------
    InputError
        With the share.
    """
    lost = [case for case in cases if case.design is None]
    scatters = part.sampling is not None and part.sampling.scatters
    if scatters and len(lost) > MOST_IMPOSSIBLE * len(cases):
        raise InputError(
            f"{place(study, part)}: {len(lost)} of {len(cases)} points of its distributions "
            f"({len(lost) / len(cases):.1%}) are no possible design, more than "
            f"{MOST_IMPOSSIBLE:.0%}; the first ({lost[0].label}) says: {lost[0].reason}"
        )


def impossible(study: str, count: int, first: str, reason: str) -> str:
    """The sentence on a study none of whose cases is a possible design."""
    if count == 1:
        return f"study '{study}': its only case ({first}) is not possible: {reason}"
    none = f"study '{study}': none of its {count} cases is possible"
    return f"{none}; the first ({first}) says: {reason}"


def _case(
    study: Study,
    part: Part,
    number: int,
    factors: Mapping[str, Any],
    found: Design | Refusal,
    key: str | None,
) -> Case:
    if not isinstance(found, Design):
        return Case(part.name, number, factors, None, str(found), None, False)
    keep = (
        study.keep_fields
        if isinstance(study.keep_fields, bool)
        else any(_matches(part.name, found, matcher) for matcher in study.keep_fields)
    )
    return Case(part.name, number, factors, found, None, key, keep)


def maker(
    base: Mapping[str, Any], fixed: Mapping[str, Any]
) -> Callable[[Mapping[str, Any]], Design | Refusal]:
    """What makes designs of a part by their levels, judged when all is replaced that is replaced.

    From the base as written, not as resolved: a default that another value implies (variant and
    depth ratio) must stay free.
    """
    try:
        data = override(base, {path: v for path, v in fixed.items() if path != "opening_ratio"})
    except DesignError as error:
        refusal = error
        return lambda factors: refusal

    def made(factors: Mapping[str, Any]) -> Design | Refusal:
        try:
            return Design(**_replaced(data, fixed, factors))
        except (DesignError, InputError) as error:
            return error

    return made


def _design(made: Design | Refusal) -> Design | None:
    return made if isinstance(made, Design) else None


def _replaced(
    data: Mapping[str, Any], fixed: Mapping[str, Any], factors: Mapping[str, Any]
) -> dict[str, Any]:
    """What a part has made of the base, under a case's own levels."""
    later = dict(factors)
    if "opening_ratio" in fixed:  # of the pad of the case
        mask = later.get("pad_etch.mask", value_at(data, "pad_etch.mask")) or Design().pad_etch.mask
        if f"{mask}.opening_diameter_um" not in later:
            later.setdefault("opening_ratio", fixed["opening_ratio"])
    return override(data, later)


def _combinations(part: Part, where: str) -> Iterator[Mapping[str, Any]]:
    if part.sampling is not None:
        yield from draw(part.sampling, where)
    elif part.case:
        yield from (dict(case) for case in part.case)
    else:
        levels = part.factors.values()
        rows = zip(*levels, strict=True) if part.zip else itertools.product(*levels)
        yield from (dict(zip(part.factors, row, strict=True)) for row in rows)


def _matches(part: str, design: Design | None, matcher: Mapping[str, Any]) -> bool:
    if design is None:
        return False
    return all(
        part == wanted if path == "part" else _same(value_of(design, path), wanted)
        for path, wanted in matcher.items()
    )


def value_of(design: Design, path: str) -> Any:
    """The value a design has at a dotted path, what it derives for a key that it does not give."""
    if path == "opening_ratio":
        return design.opening_ratio
    value = value_at(design.to_dict(), path)
    return DERIVED[path](design) if value is None and path in DERIVED else value


def _same(a: Any, b: Any) -> bool:
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    return math.isclose(a, b, rel_tol=1e-9) if numbers else a == b
