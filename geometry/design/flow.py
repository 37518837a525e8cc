"""What a design knows of the process: its steps, in the order in which they are done.

What a step does stands above the design, in :mod:`geometry.process.steps` and in modules outside
this package. Here a design finds what it needs of each step: the tables that describe it in the
design file, the rules between their values, and the regions that it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Protocol

from pydantic import BaseModel

from groundwork.registry import Registry, while_same

# of tables that describe no step
TITLES = {"cell": "cell", "crack": "crack"}


@dataclass(frozen=True)
class Table:
    """A table of the design file.

    Attributes
    ----------
    title
        Of what it describes, as refusals name it.
    schema
        Keys, types, defaults and ranges of single values.
    always
        Whether every design has the table, with its defaults where nothing is said. Another is
        None where it is left out.
    said
        Whether a design without the table says so in records. One of another package does not: its
        absence must not tell designs apart.
    asked_by
        Key and value that ask for the table: with them it is there, with another value not.
    mask
        Whether it describes a film that can be the mask of the pad etch. The table then has
        ``opening_diameter_um``, as drawn, ``opening_radius_um``, as etched, and ``thickness_um``;
        it may have ``cd_bias_um`` and ``sidewall_angle_deg``. ``pad_etch.mask`` asks for it.
    """

    title: str
    schema: type[BaseModel]
    always: bool = False
    said: bool = False
    asked_by: tuple[str, str] | None = None
    mask: bool = False


@dataclass(frozen=True)
class Region:
    """A region that a step leaves on the finished bump.

    Attributes
    ----------
    name, material
        Of the region, and of its material in the library.
    path
        Dotted path of what describes it in a design: ``pad``, ``ubm.layers.cu``.
    thickness_um
        On a flat face, where the design says it.
    element_um
        Thickness that bounds the elements across it; None for what is bulky.
    step_coverage
        Thickness on a vertical wall over that on a flat face.
    groups
        Groups of regions that it belongs to.
    wafer
        Whether it lies below the plane z = 0, on which pad and masks are built.
    board
        Whether it belongs to the board that the bump is soldered to, far from the pad.
    in_front
        Whether it hides the joint from an eye outside.
    plated
        Whether it grows in the resist, and may be as high as a pillar.
    called
        What stands before its material where drawings name it.
    """

    name: str
    material: str
    path: str
    thickness_um: float | None = None
    element_um: float | None = None
    step_coverage: float = 1.0
    groups: tuple[str, ...] = ()
    wafer: bool = False
    board: bool = False
    in_front: bool = False
    plated: bool = False
    called: str = ""

    @property
    def text(self) -> str:
        """Material and thickness, as a caption has them."""
        thickness = "" if self.thickness_um is None else f" {self.thickness_um:g} µm"
        return f"{self.called}{self.material}{thickness}"


class StepOfDesign(Protocol):
    """What a design asks of a process step; the whole is in :mod:`geometry.process.step`."""

    @property
    def name(self) -> str: ...

    @property
    def after(self) -> tuple[str, ...]: ...

    @property
    def before(self) -> tuple[str, ...]: ...

    @property
    def tables(self) -> Mapping[str, Table]: ...

    @property
    def rules(self) -> tuple[Callable[[Any], str | None], ...]: ...

    @property
    def regions(self) -> Callable[[Any], Sequence[Region]]: ...

    @property
    def cracks(self) -> tuple[Any, ...]: ...

    @property
    def reach_um(self) -> Callable[[Any], float]: ...


process_steps: Registry[Any] = Registry("fem_bump.process_steps")


def flow() -> tuple[StepOfDesign, ...]:
    """Every process step that is known, in the order of the process."""
    return _in_order(process_steps.values())


def step_rules() -> tuple[Callable[[Any], str | None], ...]:
    """Rules of every process step, in the order of the process."""
    return _rules(flow())


@while_same
def _rules(steps: tuple[StepOfDesign, ...]) -> tuple[Callable[[Any], str | None], ...]:
    return tuple(rule for step in steps for rule in step.rules)


def tables() -> Mapping[str, Table]:
    """Tables of every process step, by name."""
    return _tables(flow())


@while_same
def _tables(steps: tuple[StepOfDesign, ...]) -> Mapping[str, Table]:
    return {name: table for step in steps for name, table in step.tables.items()}


def of_one_material() -> tuple[tuple[StepOfDesign, tuple[str, ...]], ...]:
    """Every process step with those of its tables that name a material."""
    return _of_one_material(flow())


@while_same
def _of_one_material(
    steps: tuple[StepOfDesign, ...],
) -> tuple[tuple[StepOfDesign, tuple[str, ...]], ...]:
    def names_one(schema: type[BaseModel]) -> bool:
        return "material" in schema.model_fields or hasattr(schema, "material")

    return tuple(
        (step, tuple(name for name, table in step.tables.items() if names_one(table.schema)))
        for step in steps
    )


def asked() -> tuple[tuple[str, str, str], ...]:
    """Tables that are asked for, each with the path and the value that ask for it."""
    return _asked(flow())


@while_same
def _asked(steps: tuple[StepOfDesign, ...]) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for name, table in _tables(steps).items():
        if table.asked_by is not None:
            found.append((name, *table.asked_by))
        elif table.mask and not table.always:
            found.append((name, "pad_etch.mask", name))
    return tuple(found)


def masks() -> tuple[str, ...]:
    """Films that can be the mask of the pad etch, the lowest first, by their tables."""
    return _masks(flow())


@while_same
def _masks(steps: tuple[StepOfDesign, ...]) -> tuple[str, ...]:
    return tuple(name for name, table in _tables(steps).items() if table.mask)


def crack_interfaces() -> tuple[str, ...]:
    """Interfaces along which a crack may be put, by rank: ``ubm/pad``."""
    found = sorted((i for step in flow() for i in step.cracks), key=lambda i: i.rank)
    return tuple(f"{i.upper}/{i.lower}" for i in found)


@while_same
def _in_order(steps: tuple[StepOfDesign, ...]) -> tuple[StepOfDesign, ...]:
    """Each step behind those that it names as before it; what is left open, by name."""
    named = {step.name: step for step in sorted(steps, key=lambda step: step.name)}
    earlier: dict[str, list[str]] = {name: [] for name in named}
    for step in named.values():
        earlier[step.name] += [name for name in step.after if name in named]
        for name in step.before:
            if name in named:
                earlier[name].append(step.name)
    return tuple(named[name] for name in TopologicalSorter(earlier).static_order())


def step_of(key: str) -> str:
    """`` (step: pad etch)`` for the table or key of a process step, else empty."""
    table = key.split(".")[0]
    title = ({name: each.title for name, each in tables().items()} | TITLES).get(table)
    return f" (step: {title})" if title else ""
