"""One design solved on one mesh: both physics and all interfaces, each from either side."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from skfem import MeshTri

from fem_bump import (
    CurrentFlow,
    Electromigration,
    ElectroThermal,
    History,
    Material,
    Model,
    ProcessHistory,
    ThermalCycles,
    ThermalStress,
    VoidGrowth,
)
from fem_bump.accuracy.current_estimates import FlowEstimates
from fem_bump.accuracy.stress_estimates import StressEstimator
from fem_bump.heat.flow import HeatFlow
from fem_bump.interfaces.flux import FluxInterface, FluxWindow
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from fem_bump.mechanics.history import StepRecord
from fem_bump.mechanics.process.bodies import Whole
from geometry import CrossSection, Design, build_mesh
from geometry.meshing.triangles import Graded, SizeField
from geometry.section.lived import LivedSection, lived
from studies.case.design_materials import design_library
from studies.case.inelastic import follows_process, has_history, is_cycled, is_inelastic
from studies.loads import states as loads
from studies.loads.shipped.heat import is_heated
from studies.loads.shipped.migration import free_surface, starts_from_history, void_surface
from studies.loads.shipped.process import COOLED, apart_of
from studies.records import unfinished
from studies.solution.interfaces import (
    Pair,
    current_pairs,
    flux_window,
    interface_names,
    opposite_window,
    traction_window,
)

T = TypeVar("T")


class Solved:
    """Both physics and all interfaces of one mesh.

    Parameters
    ----------
    mesh
        A size factor of the graded mesh, how it is graded, or sizes.
    keep_factors
        As error estimates need it.
    when_asked
        Solve each physics only when something is asked of it.
    looser
        What the tolerance in time is multiplied by.
    twin_of
        A solution whose mesh is taken, and all of it that has no tolerance in time.
    coarser
        What element sizes are multiplied by: how many times those of the solution beside it.
    """

    def __init__(
        self,
        section: CrossSection,
        mesh: float | Graded | SizeField,
        keep_factors: bool = False,
        when_asked: bool = False,
        looser: float = 1.0,
        twin_of: Solved | None = None,
        coarser: float = 1.0,
    ) -> None:
        self.mesh: MeshTri
        self.model: Model
        began = time.perf_counter()
        asked = mesh if isinstance(mesh, Graded | SizeField) else Graded(mesh)
        self.size, self.coarser = asked.times(coarser), coarser
        self.section, self._keep_factors, self._looser = section, keep_factors, looser
        self._twin = twin_of
        self._pieces: tuple[LivedSection, MeshTri] | None = None
        if twin_of is not None:
            self.mesh, self.model = twin_of.mesh, twin_of.model
            self._pieces = twin_of._pieces
        elif follows_process(section.design):
            before = lived(section, apart_of(section.design))
            self._pieces = before, before.with_pieces(_meshed(before, self.size))
            left = region_materials(section)
            whole = Whole(self._pieces[1])
            self.model = whole.living(left, left, section.groups, "um", COOLED)[0]
            self.mesh = self.model.mesh
        else:
            self.mesh = _meshed(section, self.size)
            self.model = Model(self.mesh, region_materials(section), section.groups)
        meshed = time.perf_counter() - began
        self.wall_s = {"mesh": meshed, "thermal_stress": 0.0, "conduction": 0.0}
        self._views: dict[str, View] = {}
        self._tractions: dict[str, dict[Pair, TractionInterface]] = {}
        self._fluxes: dict[str, dict[Pair, FluxInterface]] = {}
        self._kept: dict[Hashable, Any] = {}
        if not when_asked:
            _ = self.stress, self.current

    def twin(self, looser: float) -> Solved:
        """The same with another tolerance in time, solved when something is asked of it."""
        return Solved(self.section, self.size, when_asked=True, looser=looser, twin_of=self)

    @property
    def is_inelastic(self) -> bool:
        """Whether its metals yield and creep over a history."""
        return is_inelastic(self.section.design)

    @property
    def has_history(self) -> bool:
        """Whether its stress is at the end of a history, of a process or of what flows."""
        return has_history(self.section.design)

    @cached_property
    def process(self) -> ProcessHistory:
        """What the process leaves, of a design that follows it."""
        assert self._pieces is not None
        section, mesh = self._pieces
        left = region_materials(section)
        of = {piece.name: left[piece.region] for piece in section.pieces}
        return loads.stress_of_process(section, mesh, {**left, **of}, self.model, self._looser)

    @property
    def history_steps(self) -> tuple[StepRecord, ...]:
        """Steps of the history."""
        if follows_process(self.section.design):
            return tuple(step for life in self.process.lives for step in life.steps)
        return self.history.steps

    @cached_property
    def history(self) -> History:
        """The way to the stress, where metals yield and creep."""
        return loads.stress_over_time(self.section, self.model, self._looser)

    @cached_property
    def cycles(self) -> ThermalCycles:
        """Thermal cycles after the cool-down or the process, of a design that has them."""
        before = self.process if follows_process(self.section.design) else self.history
        interfaces = interface_names(self.section)
        place = unfinished.place()
        return loads.stress_over_cycles(self.section, before, interfaces, self._looser, place)

    @cached_property
    def stress(self) -> ThermalStress:
        """The cool-down, and the shear; at the end of a history."""
        if self._twin is not None and not self.is_inelastic:
            return self._twin.stress
        began = time.perf_counter()
        if is_cycled(self.section.design):
            out = self.cycles.end
        elif follows_process(self.section.design):
            out = self.process.final
        elif self.is_inelastic:
            out = self.history.at(float(self.history.times_s[-1]))
        else:
            out = loads.thermal_state(self.section, self.model, self._keep_factors)
        self.wall_s["thermal_stress"] += time.perf_counter() - began
        return out

    @cached_property
    def current(self) -> CurrentFlow:
        """The current, at one temperature."""
        if self._twin is not None:
            return self._twin.current
        began = time.perf_counter()
        out = loads.current_state(self.section, self.model, self._keep_factors)
        self.wall_s["conduction"] += time.perf_counter() - began
        return out

    @cached_property
    def heated(self) -> ElectroThermal:
        """The current and the temperature that it causes, in balance."""
        if self._twin is not None:
            return self._twin.heated
        with self._timed("heat"):
            return loads.heated_state(self.section, self.model)

    @cached_property
    def migration(self) -> Electromigration:
        """Where atoms go, as the design says it of interfaces and surfaces."""
        before = self.stress if starts_from_history(self.section.design) else None
        flow = self.heated if is_heated(self.section.design) else self.current
        with self._timed("migration"):
            return loads.migration_state(self.section, self.model, flow, before, self._looser)

    @cached_property
    def freed(self) -> Electromigration:
        """The same with the solder's side free of stress."""
        side = free_surface(self.section)
        moved = self.migration
        with self._timed("migration"):
            return moved if side is None else moved.holding({side: 0.0})

    def grown(self, region: str) -> VoidGrowth | None:
        """The void in the pad or the solder from its nucleation on; None where none begins.

        Raises
        ------
        InputError
            One that meets no conductor.
        """

        def grown() -> VoidGrowth | None:
            moved = self.freed if void_surface(self.section, region) else self.migration
            with self._timed("void"):
                flow = self.heated if is_heated(self.section.design) else self.current
                return loads.grown_void(self.section, self.model, flow, moved, region, self._looser)

        return self.once(("void", region), grown)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        """Count the time of a physics that not every design has."""
        began = time.perf_counter()
        yield
        self.wall_s[what] = self.wall_s.get(what, 0.0) + time.perf_counter() - began

    @property
    def unknowns(self) -> int:
        """Displacement unknowns of harmonic 0, fixed ones included."""
        return int(2 * self.model.node_count)

    @cached_property
    def stress_estimators(self) -> tuple[StressEstimator, ...]:
        """Errors of each harmonic's numbers: of the cool-down and, where there is one, shear.

        Raises
        ------
        NotLinear
            After a history: they are those of a linear problem.
        """
        if self.has_history:
            raise NotLinear
        return tuple(StressEstimator(part) for part in self.stress.parts)

    @cached_property
    def flow_estimates(self) -> FlowEstimates:
        """Errors of the current's numbers."""
        return FlowEstimates(self.current)

    def tractions(self, side: str) -> dict[Pair, TractionInterface]:
        """Tractions on the UBM's interfaces, from one side's residual."""
        if side not in self._tractions:
            self._tractions[side] = {
                (a, b): self.stress.interface(a, b, side) for a, b in interface_names(self.section)
            }
        return self._tractions[side]

    def fluxes(self, side: str) -> dict[Pair, FluxInterface]:
        """J.n on the interfaces that carry the current, from one side's residual."""
        if side not in self._fluxes:
            self._fluxes[side] = {
                (a, b): self.current.interface(a, b, side) for a, b in current_pairs(self.section)
            }
        return self._fluxes[side]

    def seen_from(self, side: str) -> View:
        """The solution as numbers are taken from it."""
        if side not in self._views:
            self._views[side] = View(self, side)
        return self._views[side]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made at the first call and kept with the solution."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


class NotLinear(Exception):
    """A number of stress has no functional: it comes from a history of yield and creep."""


@dataclass(frozen=True)
class Control:
    """What was measured of the control of a probed pad: not probed, cleaned and etched alike."""

    metrics: Mapping[str, float | None]
    errors: Mapping[str, float | None]


class View:
    """A solved design as numbers are taken from it: interfaces from one side's nodal residual.

    Attributes
    ----------
    solved, side
        The solution, and ``"a"`` or ``"b"``.
    unetched
        The current of the same bump on an unetched pad: this mesh from both sides, and a coarser
        one from this; None where nobody compares with it.
    unprobed
        The control of a probed pad; None where nobody compares with it.
    """

    def __init__(self, solved: Solved, side: str) -> None:
        self.solved, self.side = solved, side
        self.unetched: tuple[View, View, View] | None = None
        self.unprobed: Control | None = None

    @property
    def section(self) -> CrossSection:
        return self.solved.section

    @property
    def design(self) -> Design:
        return self.solved.section.design

    @property
    def model(self) -> Model:
        return self.solved.model

    @property
    def stress(self) -> ThermalStress:
        return self.solved.stress

    @property
    def cycles(self) -> ThermalCycles:
        """Thermal cycles, of a design that has them."""
        return self.solved.cycles

    @property
    def current(self) -> CurrentFlow:
        return self.solved.current

    @property
    def heated(self) -> ElectroThermal:
        return self.solved.heated

    @property
    def heat(self) -> HeatFlow:
        """The temperature of the heated bump, and where its heat goes."""
        return self.solved.heated.heat

    @property
    def migration(self) -> Electromigration:
        return self.solved.migration

    def traction(self, pair: Pair | None) -> TractionInterface:
        """The traction on an interface ``(a, b)`` of the UBM."""
        assert pair is not None
        return self.solved.tractions(self.side)[pair]

    def flux(self, pair: Pair | None) -> FluxInterface:
        """J.n on an interface ``(a, b)`` that carries the current."""
        assert pair is not None
        return self.solved.fluxes(self.side)[pair]

    def traction_window(
        self, pair: Pair | None, length_um: float | None, leg: str | None = None
    ) -> TractionWindow:
        """The worst window of a traction, over one length; see :func:`traction_window`."""
        assert length_um is not None
        return traction_window(self.design, self.traction(pair), length_um, leg)

    def flux_window(
        self, pair: Pair | None, length_um: float | None, leg: str | None = None
    ) -> FluxWindow:
        """The worst window of J.n, over one length; see :func:`flux_window`."""
        assert length_um is not None
        found = self.flux(pair)
        key = "flux", self.side, pair, length_um, leg
        return self.once(key, lambda: flux_window(self.design, found, length_um, leg))

    def opposite_window(self, pair: Pair | None, length_um: float | None) -> FluxWindow:
        """The worst window midway between two arcs; see :func:`opposite_window`."""
        assert length_um is not None
        found = self.flux(pair)
        key = "opposite", self.side, pair, length_um
        return self.once(key, lambda: opposite_window(self.design, found, length_um))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made at the first call and kept with the solution."""
        return self.solved.once(key, make)


def _meshed(section: CrossSection, size: Graded | SizeField) -> MeshTri:
    """A section's mesh, graded or of sizes."""
    if isinstance(size, SizeField):
        return build_mesh(section, sizes=size)
    return build_mesh(section, size)


def region_materials(section: CrossSection) -> dict[str, Material]:
    """Materials of a section's regions, the design's own definitions included.

    Where they yield and creep, a film's law is that of its thickness.
    """
    design = section.design
    library = design_library(design)
    found = {region: library[name] for region, name in section.region_materials.items()}
    if not is_inelastic(design) and follows_process(design):
        return {region: replace(material, law=None) for region, material in found.items()}
    if is_inelastic(design):
        thickness = {region.name: region.thickness_um for region in design.regions}
        for region, material in found.items():
            if (film := thickness.get(region)) is not None:
                found[region] = material.for_thickness(film)
    return found
