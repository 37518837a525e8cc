"""What a process step is: its tables in the design file, rules, stages, regions, names, pictures.

A step is one module. It registers itself by :func:`process_step`, which decorates the function
that says what is done to the stack; everything else about the step is passed to the decorator, so
that whatever handles a bump asks the steps and knows no film by name::

    @process_step(
        "capping",
        tables={"capping": Table("capping deposition", Capping)},
        after=("passivation",), before=("pad_etch",),
        regions=..., interfaces=(under_ubm("capping"),), colours={"capping": "#777777"},
    )
    def capping(d):
        return [Stage("capping deposited", lambda stack: deposit(stack, "capping", ...), "Al 1 µm")]

A step of another package is found by an entry point of the group ``fem_bump.process_steps``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

import numpy as np

from geometry.design import flow as of_design
from geometry.design.flow import Region, Table
from geometry.design.values import DesignValues, declare_table, withdraw_table
from geometry.liquid.meridian import Meridian
from geometry.process.operations import GRID_UM, Film, Stack
from groundwork.registry import sources_of

Point = tuple[float, float]
BROKEN = 4  # rank of interfaces that only a broken UBM leaves


@dataclass(frozen=True)
class Tool:
    """A stencil or screen that lies on the wafer during a stage.

    Attributes
    ----------
    on_edge
        Whether it rests on what stands at the radius of UBM and bump, and not on the highest film
        outside its hole.
    """

    name: str
    hole_radius_um: float
    thickness_um: float
    on_edge: bool = False


@dataclass(frozen=True)
class Stage:
    """One frame of the film strip.

    Attributes
    ----------
    label
        What a process engineer would call it.
    apply
        What it does to the stack.
    caption
        What it changed, in numbers, one line; may look at the stack after it.
    tool
        What lies on the wafer while it is done.
    """

    label: str
    apply: Callable[[Stack], Stack]
    caption: str | Callable[[Stack], str]
    tool: Tool | None = None

    def says(self, after: Stack) -> str:
        """The caption, beside the stack that the stage has left."""
        return self.caption if isinstance(self.caption, str) else self.caption(after)


@dataclass(frozen=True)
class Interface:
    """Two regions or groups that touch; the normal points from ``lower`` into ``upper``.

    Attributes
    ----------
    floor
        Height and radius, um, of the flat face whose leg is the ``floor``, others being ``top``.
        None where that is the face on which ``upper`` lands at the axis.
    rank
        Where several interfaces meet, those of lower rank come first.
    scarred
        Whether what lies within a step's ``scar_um`` is a leg of its own.
    current
        Whether current that is solved for crosses it in a design; None where none ever does.
    """

    upper: str
    lower: str
    floor: Callable[[Any], Point] | None = None
    rank: int = 1
    scarred: bool = False
    current: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Corner:
    """What corners at a radius are called, by the step that leaves them.

    Attributes
    ----------
    of
        Regions one of which meets there; any region where there is none.
    without
        Regions none of which meets there.
    """

    radius_um: float
    name: str
    of: Iterable[str] = ()
    without: Iterable[str] = ()

    def is_of(self, regions: set[str]) -> bool:
        """Whether it is where these regions meet."""
        return (not self.of or bool(regions & set(self.of))) and not regions & set(self.without)


@dataclass(frozen=True)
class Line:
    """A straight piece of the finished section's outlines, from ``p`` to ``q``, um.

    Attributes
    ----------
    sides
        Regions on its two sides.
    outer
        Whether there is nothing on one side.
    films
        All films of the section by region.
    """

    p: np.ndarray
    q: np.ndarray
    sides: frozenset[str]
    outer: bool
    films: Mapping[str, Film]

    def stands_at(self, radius_um: float) -> bool:
        """Whether it is a vertical piece at a radius."""
        return bool(abs(self.p[0] - radius_um) + abs(self.q[0] - radius_um) < 4 * GRID_UM)

    def on_top_of(self, region: str) -> bool:
        """Whether it lies at the greatest height of a region."""
        top = self.films[region].shape.bounds[3]
        return bool(min(self.p[1], self.q[1]) > top - 4 * GRID_UM)


class Anatomy(Protocol):
    """What a step may ask of the finished cross-section."""

    @property
    def design(self) -> DesignValues: ...

    @property
    def films(self) -> Mapping[str, Film]: ...

    @property
    def meridian(self) -> Meridian | None: ...

    def members(self, name: str) -> tuple[str, ...]: ...

    def legs_of(self, upper: str, lower: str) -> dict[str, float]: ...

    def beside(self, boundary: str) -> set[str]: ...

    def interface_points_um(self, upper: str, lower: str) -> np.ndarray: ...


def _nothing(*_: Any) -> Any:
    return ()


def _nowhere(_: Any) -> float:
    return 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class ProcessStep:
    """All that is known of one process step; functions take the design unless said otherwise.

    Attributes
    ----------
    name
        Of the step, by which others stand before or after it.
    stages
        What is done, in order; none where the design leaves the step out.
    tables
        Tables of the design file by name.
    after, before
        Steps between which it is done.
    rules
        What must hold between values: one sentence for a refusal, or None.
    regions
        What the step leaves on the finished bump.
    interfaces
        Which of them, and of the groups, are looked at.
    cracks
        Those along which a crack may be put.
    corners
        What corners are called where the step leaves some.
    colours
        Of the regions among some names, in drawings.
    outer_name
        Name of an outer :class:`Line` that is the step's own; None for any other.
    boundaries
        Further names of a :class:`Line`.
    nodes
        Points (r, z) on outlines that become vertices, um.
    scar_um
        Radii between which the step has marked the pad, um, or None: films are not flat there, and
        what lies between them is the leg ``scar`` of the interfaces above the pad.
    close_up_um
        Radii between which drawings magnify what the step did, um, beside the mask's edge; or None.
    reach_um
        Radius that the cell must exceed.
    brittle
        Region to the places (r, z), um, at which it cracks first.
    derived, notes, refusal
        Of the finished section (:class:`Anatomy`): numbers every result carries, what an engineer
        should know before reading them, and why the section is impossible.
    """

    name: str
    stages: Callable[[Any], Sequence[Stage]]
    tables: Mapping[str, Table]
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    rules: tuple[Callable[[Any], str | None], ...] = ()
    regions: Callable[[Any], Sequence[Region]] = _nothing
    interfaces: tuple[Interface, ...] = ()
    cracks: tuple[Interface, ...] = ()
    corners: Callable[[Any], Sequence[Corner]] = _nothing
    colours: Mapping[str, str] | Callable[[Sequence[str]], Mapping[str, str]] = field(
        default_factory=dict
    )
    outer_name: Callable[[Line, Any], str | None] = lambda line, d: None
    boundaries: Callable[[Line, Any], Iterable[str]] = _nothing
    nodes: Callable[[Any], Sequence[Point]] = _nothing
    scar_um: Callable[[Any], Point | None] = lambda d: None
    close_up_um: Callable[[Any], Point | None] = lambda d: None
    reach_um: Callable[[Any], float] = _nowhere
    brittle: Mapping[str, Callable[[Any], Mapping[str, Point]]] = field(default_factory=dict)
    derived: Callable[[Anatomy], Mapping[str, float | None]] = lambda section: {}
    notes: Callable[[Anatomy], Sequence[str]] = _nothing
    refusal: Callable[[Anatomy], str | None] = lambda section: None


def process_step(
    name: str, *, tables: Mapping[str, Table], **what: Any
) -> Callable[[Callable[[Any], Sequence[Stage]]], ProcessStep]:
    """Decorator of a step's stages that registers the step; keywords as in `ProcessStep`.

    Raises
    ------
    ValueError
        Where another step has the name, or designs have another table of a name.
    """

    def register(stages: Callable[[Any], Sequence[Stage]]) -> ProcessStep:
        return add(ProcessStep(name=name, stages=stages, tables=tables, **what))

    return register


def add(step: ProcessStep) -> ProcessStep:
    """Register a step and its tables; raises like :func:`process_step`."""
    of_design.process_steps.add(step.name, step)
    for name, table in step.tables.items():
        declare_table(name, table)
    return step


def withdraw(step: ProcessStep) -> None:
    """Take a step and its tables out again."""
    of_design.process_steps.remove(step.name)
    for table in step.tables:
        withdraw_table(table)


def flow() -> tuple[ProcessStep, ...]:
    """Every process step that is known, in the order of the process."""
    return cast(tuple[ProcessStep, ...], of_design.flow())


def outside_sources(design: DesignValues) -> list[str]:
    """Modules of other packages whose steps make a design, each with a hash of its source."""
    own = f"{__name__.split('.')[0]}."
    outside = [step for step in flow() if not step.stages.__module__.startswith(own)]
    return sources_of(step.stages.__module__ for step in outside if step.stages(design))


def interfaces() -> tuple[Interface, ...]:
    """Interfaces that bumps may have, by rank.

    What lies under the UBM the bump touches where the UBM is broken.
    """
    return _interfaces(flow())


@functools.lru_cache(maxsize=8)
def _interfaces(steps: tuple[ProcessStep, ...]) -> tuple[Interface, ...]:
    named = [i for step in steps for i in step.interfaces]
    named += [replace(i, upper="bump", rank=BROKEN) for i in named if i.upper == "ubm"]
    return tuple(sorted(named, key=lambda i: i.rank))


def corners(design: DesignValues) -> list[Corner]:
    """Names of corners; what is made last names a corner first."""
    out: list[Corner] = []
    for step in reversed(flow()):
        out += step.corners(design)
        out += (
            Corner(design.masks[name].opening_radius_um, f"{name.replace('_', ' ')} opening")
            for name in step.tables if name in design.masks
        )  # fmt: skip
    return out


def brittle_places(design: DesignValues) -> dict[str, Mapping[str, Point]]:
    """Brittle regions of a design, by rank of their interfaces, and where each cracks first."""
    every = {name: at for step in flow() for name, at in step.brittle.items()}
    there = design.region_names
    return {name: every[name](design) for name in brittle_names() if name in there}


def brittle_names() -> tuple[str, ...]:
    """Brittle regions that bumps may have, in the order of their interfaces."""
    brittle = {name for step in flow() for name in step.brittle}
    return tuple(dict.fromkeys(i.lower for i in interfaces() if i.lower in brittle))


def scar_um(design: DesignValues) -> Point | None:
    """Radii between which a step has marked the pad, um; None on an unmarked one."""
    return next((scar for step in flow() if (scar := step.scar_um(design)) is not None), None)


def close_up_um(design: DesignValues) -> Point | None:
    """Radii that drawings magnify beside the mask's edge, um; None where only that is looked at."""
    return next((up for step in flow() if (up := step.close_up_um(design)) is not None), None)


def always(_: DesignValues) -> bool:
    """Of every design."""
    return True


def under_ubm(
    region: str,
    rank: int = 1,
    scarred: bool = False,
    current: Callable[[Any], bool] | None = None,
) -> Interface:
    """The interface of the UBM with a film below it."""
    return Interface("ubm", region, recess_floor, rank, scarred, current)


def recess_floor(d: DesignValues) -> Point:
    """Height of what lies under the UBM inside the opening, and the opening's radius, um."""
    return d.pad.thickness_um - d.depth_um, d.recess_top_radius_um


def volume_text(um3: float) -> str:
    """Three digits, thousands apart: ``223 000 µm³``."""
    digits = max(0, math.floor(math.log10(um3)) - 2)
    return f"{round(um3, -digits):,.0f} µm³".replace(",", "\N{NARROW NO-BREAK SPACE}")
